/* Scenarios of a handle that is given to a multi handle: whatever call of
   libcurl's fails, it goes there as the application set it, or not at all. */

#define CURL_DISABLE_TYPECHECK
#include "scene.h"

#include <stdlib.h>

#define OK "200|Content-Length: 2;body ok"

static int show_nothing(void *user, curl_off_t download_total,
                        curl_off_t download, curl_off_t upload_total,
                        curl_off_t upload)
{
  (void)user, (void)download_total, (void)download;
  (void)upload_total, (void)upload;
  return 0;
}

/* A handle with options that an attempt changes. */
static struct scene *much_scene(void)
{
  struct scene *scene = scene_new(NULL);

  scene_set(scene, CURLOPT_URL, "http://a/b?c");
  scene_set(scene, CURLOPT_USERPWD, "u:p");
  scene_set(scene, CURLOPT_COOKIE, "a=b");
  scene_set(scene, CURLOPT_REFERER, "http://r/");
  scene_set(scene, CURLOPT_CUSTOMREQUEST, "PUT");
  scene_set(scene, CURLOPT_TIMEOUT_MS, 9000L);
  scene_set(scene, CURLOPT_FOLLOWLOCATION, 1L);
  scene_set(scene, CURLOPT_HEADER, 1L);
  scene_set(scene, CURLOPT_XFERINFOFUNCTION, show_nothing);
  scene_set(scene, CURLOPT_XFERINFODATA, scene);
  scene_set(scene, CURLOPT_NOPROGRESS, 0L);
  scene_post(scene, "d=e");
  scene_field(scene, "X-Secret: 1");
  return scene;
}

static bool is_as_set(struct scene *scene, const char *expected)
{
  const struct options *options = script_options(scene->curl);
  char *text = options_tell(options);
  const bool is_same = !strcmp(text, expected);

  free(text);
  return is_same && options_number(options, CURLOPT_FOLLOWLOCATION) == 1 &&
         options_number(options, CURLOPT_HEADER) == 1 &&
         options_function(options, CURLOPT_XFERINFOFUNCTION) ==
           (option_function *)show_nothing &&
         options_pointer(options, CURLOPT_XFERINFODATA) == scene;
}

static void it_is_added_as_the_application_set_it(void **state)
{
  (void)state;
  struct scene *scene = much_scene();
  char *expected = options_tell(script_options(scene->curl));

  assert_int_equal(curlew_multi_add_handle(NULL, scene->curl), CURLM_OK);
  assert_true(is_as_set(scene, expected));
  scene_play(scene, "302|Location: http://b/|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_false(is_as_set(scene, expected));
  assert_int_equal(curlew_multi_add_handle(NULL, scene->curl), CURLM_OK);
  assert_true(is_as_set(scene, expected));
  assert_null(curlew_easy_outcome(scene->curl));
  assert_int_equal(scene->script.added, 2);
  free(expected);
  scene_free(scene);
}

/* The nth call from the perform on fails, and all that follow or none. */
static bool try_to_add(unsigned at, bool for_good)
{
  struct scene *scene = much_scene();
  char *expected = options_tell(script_options(scene->curl));

  scene->script.fail_at[SCRIPT_SETOPT] = at;
  scene->script.fails_for_good = for_good;
  scene_play(scene, "302|Location: http://b/|Content-Length: 0");
  scene_play(scene, OK);
  (void)curlew_easy_perform(scene->curl);
  const CURLMcode result = curlew_multi_add_handle(NULL, scene->curl);
  scene->script.fail_at[SCRIPT_SETOPT] = 0;
  const bool was_felt = scene->script.failures;

  assert_int_equal(scene->script.added, result ? 0 : 1);
  if(result)
    assert_int_equal(result, CURLM_OUT_OF_MEMORY);
  if(result)
    assert_int_equal(curlew_multi_add_handle(NULL, scene->curl), CURLM_OK);
  assert_true(is_as_set(scene, expected));

  /* and is curlew's again */
  scene_mark(scene);
  scene_play(scene, "302|Location: http://b/|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_requests(scene, "PUT http://a/b?c timeout=9000\n"
                         "PUT http://b/ timeout=9000");
  assert_null(strstr(scene->script.request[1].fields, "X-Secret"));
  free(expected);
  scene_free(scene);
  return was_felt;
}

/* What was begun to be taken from the application is taken next time. */
static void whichever_call_fails_the_next_perform_is_whole(void **state)
{
  (void)state;

  for(unsigned at = 1; at < 10; at++) {
    struct scene *scene = much_scene();
    scene->script.fail_at[SCRIPT_SETOPT] = at;
    scene_play(scene, OK);
    (void)curlew_easy_perform(scene->curl);
    scene->script.fail_at[SCRIPT_SETOPT] = 0;
    scene_mark(scene);
    scene_play(scene, OK);
    assert_int_equal(scene_perform(scene), CURLE_OK);
    const struct options *options = &scene->script.request[0].options;
    assert_int_equal(options_number(options, CURLOPT_FOLLOWLOCATION), 0);
    assert_int_equal(options_number(options, CURLOPT_HEADER), 0);
    assert_ptr_not_equal(options_function(options, CURLOPT_XFERINFOFUNCTION),
                         show_nothing);
    assert_ptr_not_equal(options_pointer(options, CURLOPT_XFERINFODATA),
                         scene);
    scene_free(scene);
  }
}

static void whichever_call_fails_it_is_added_whole_or_not(void **state)
{
  (void)state;
  unsigned at = 1;

  for(; try_to_add(at, false); at++)
    (void)try_to_add(at, true);
  assert_in_range(at, 10, 200);
}

static unsigned refused;

static size_t add_itself(char *data, size_t size, size_t count, void *user)
{
  struct scene *scene = user;
  CURLM *multi = NULL;

  (void)data;
  if(curlew_multi_add_handle(multi, scene->curl) != CURLM_OK)
    refused++;
  return size * count;
}

/* libcurl says what there is to say. */
static void a_handle_that_is_performed_stays_as_it_is(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_set(scene, CURLOPT_WRITEFUNCTION, add_itself);
  scene_set(scene, CURLOPT_WRITEDATA, scene);
  scene_play(scene, "302|Location: http://b/|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(refused, 0);
  assert_int_equal(scene->script.added, 1);
  assert_outcome(scene, "passed 0 1/1 0\n"
                        "+0 GET http://a/ 302 0 first\n"
                        "+0 GET http://b/ 200 0 followed");
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(it_is_added_as_the_application_set_it),
    cmocka_unit_test(whichever_call_fails_it_is_added_whole_or_not),
    cmocka_unit_test(whichever_call_fails_the_next_perform_is_whole),
    cmocka_unit_test(a_handle_that_is_performed_stays_as_it_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
