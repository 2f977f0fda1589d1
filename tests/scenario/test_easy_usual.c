/* Scenarios of the blocking driver: the operation that nearly all are, which
   neither looks at the clock nor asks the engine. (That it decides as any
   other does, every act of these tests shows; see act.h.) */

#include "drive.h"
#include "scene.h"

#include "easy.h"
#include "policies.h"

#define OK "200|Content-Length: 2;body ok"

/* A scene whose next operation begins asleep. */
static struct scene *sleeping_scene(void)
{
  struct scene *scene = scene_new(NULL);

  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  scene_mark(scene);
  return scene;
}

/* How often is the clock looked at? */
static unsigned looks(struct scene *scene, const char *moves)
{
  scene_mark(scene);
  scene_play(scene, moves);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  return scene->stage.looks;
}

static void the_clock_is_not_looked_at(void **state)
{
  (void)state;
  struct scene *scene = sleeping_scene();

  assert_int_equal(looks(scene, OK), 0);
  assert_int_equal(looks(scene, "204|A: b"), 0);
  assert_int_equal(looks(scene, "103|A: b;403|Content-Length: 2;body no"), 0);
  assert_int_equal(looks(scene, "304|A: b"), 0);
  scene_post(scene, "a=b");
  (void)looks(scene, OK);
  assert_int_equal(looks(scene, OK), 0);
  scene_free(scene);
}

static void what_looks_at_time_is_awake(void **state)
{
  (void)state;
  struct scene *scene = scene_new("limits.deadline=10s");
  (void)looks(scene, OK);
  assert_true(looks(scene, OK) > 0);
  scene_free(scene);

  scene = sleeping_scene();
  scene_set(scene, CURLOPT_TIMEOUT_MS, 1000L);
  (void)looks(scene, OK);
  assert_int_equal(looks(scene, OK), 1); /* its beginning is noted */
  scene_free(scene);
}

static void it_tells_of_itself_as_any_other(void **state)
{
  (void)state;
  struct scene *scene = sleeping_scene();

  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_outcome(scene, "passed 0 1/0 0\n"
                        "+0 GET http://a/ 200 0 first");
  scene_mark(scene);
  scene_play(scene, "403|Content-Length: 0|-;end 22");
  assert_int_equal(scene_perform(scene), CURLE_HTTP_RETURNED_ERROR);
  assert_outcome(scene, "failed 22 1/0 0\n"
                        "+0 GET http://a/ 403 22 first");
  scene_free(scene);
}

static void a_retry_leaves_nothing_behind(void **state)
{
  (void)state;
  struct scene *scene = sleeping_scene();

  scene_play(scene, "408|Content-Length: 0");
  scene_play(scene, "302|Location: /b|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_requests(scene, "GET http://a/\nGET http://a/ fresh\n"
                         "GET http://a/b");
  for(int i = 0; i < 2; i++) {
    scene_mark(scene);
    scene_play(scene, OK);
    assert_int_equal(scene_perform(scene), CURLE_OK);
    assert_requests(scene, "GET http://a/");
    assert_outcome(scene, "passed 0 1/0 0\n"
                          "+0 GET http://a/ 200 0 first");
  }
  scene_free(scene);
}

static void whatever_is_changed_wakes_the_next(void **state)
{
  (void)state;
  struct scene *scene = sleeping_scene();

  /* another policy */
  scene_set_policy(scene, policy_with(curlew_policy_builtin("default"),
                                      "status.200=retry; backoff.base=0ms; "
                                      "backoff.jitter=none"));
  scene_play(scene, OK);
  scene_play(scene, "204");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  scene_free(scene);

  /* another URL */
  scene = sleeping_scene();
  scene_set(scene, CURLOPT_URL, "http://b/");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_requests(scene, "GET http://b/");
  assert_outcome(scene, "passed 0 1/0 0\n"
                        "+0 GET http://b/ 200 0 first");
  scene_free(scene);

  /* an expectation */
  scene = sleeping_scene();
  assert_int_equal(curlew_easy_set_expect(scene->curl, true), CURLE_OK);
  scene_play(scene, "404|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  scene_free(scene);

  /* a reset */
  scene = sleeping_scene();
  curlew_easy_reset(scene->curl);
  scene_set(scene, CURLOPT_URL, "http://c/");
  scene_play(scene, "302|Location: /d|Content-Length: 0");
  scene_play(scene, "200|Content-Length: 0");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_requests(scene, "GET http://c/\nGET http://c/d");
  scene_free(scene);
}

static void a_duplicate_is_like_the_original(void **state)
{
  (void)state;
  struct scene *scene = sleeping_scene();
  CURL *copy = curlew_easy_duphandle(scene->curl);

  assert_non_null(copy);
  scene_play(scene, "503|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(drive(copy), CURLE_OK);
  assert_requests(scene, "GET http://a/\nGET http://a/");
  assert_sleeps(scene, "0-500");
  assert_string_equal(scene->body.data, "ok");
  curlew_easy_cleanup(copy);
  scene_free(scene);
}

/* ---- what is not policed, and what is not ours ---- */

static void the_status_of_what_is_not_policed_is_told(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);
  struct curlew_policy *none = curlew_policy_builtin("none");

  assert_non_null(none);
  scene_set_policy(scene, none);
  scene_trace(scene);
  scene_play(scene, "503|Content-Length: 0");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_outcome(scene, "not-policed 0 1/0 0\n"
                        "+0 GET http://a/ 503 0 first");
  assert_non_null(
    strstr(scene->trace.data, "\"http.response.status_code\":503"));
  scene_free(scene);
}

static void other_protocols_are_left_to_libcurl(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_set(scene, CURLOPT_URL, "ftp://a/");
  scene_set(scene, CURLOPT_FOLLOWLOCATION, 1L);
  scene_play(scene, "send;end 56");
  assert_int_equal(scene_perform(scene), CURLE_RECV_ERROR);
  assert_outcome(scene, "not-policed 56 1/0 0\n"
                        "+0 GET ftp://a/ 0 56 first");
  assert_int_equal(
    options_number(script_options(scene->curl), CURLOPT_FOLLOWLOCATION), 1);
  scene_set(scene, CURLOPT_URL, SCENE_URL);
  scene_mark(scene);
  scene_play(scene, "503|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(
    options_number(script_options(scene->curl), CURLOPT_FOLLOWLOCATION), 0);
  scene_free(scene);
}

static void a_handle_that_is_not_ours_is_left_as_it_is(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);
  static const uint64_t throws[] = {HIGHEST};
  CURL *curl = script_libcurl.easy_init();

  scene->stage.dice = (struct dice){.throws = throws, .left = 1};
  script_libcurl.easy_setopt(curl, CURLOPT_URL, "http://f/");
  scene_play(scene, "end 7");
  scene_play(scene, "end 56");
  assert_int_equal(
    cw_easy_run_foreign(curl, &script_libcurl, &scene->stage.world),
    CURLE_RECV_ERROR);
  assert_requests(scene, "GET http://f/\nGET http://f/");
  assert_sleeps(scene, "0-500");
  char *options = options_tell(script_options(curl));
  assert_string_equal(options, "form=GET\nURL=http://f/\n");
  free(options);
  script_libcurl.easy_cleanup(curl);
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_clock_is_not_looked_at),
    cmocka_unit_test(what_looks_at_time_is_awake),
    cmocka_unit_test(it_tells_of_itself_as_any_other),
    cmocka_unit_test(a_retry_leaves_nothing_behind),
    cmocka_unit_test(whatever_is_changed_wakes_the_next),
    cmocka_unit_test(a_duplicate_is_like_the_original),
    cmocka_unit_test(the_status_of_what_is_not_policed_is_told),
    cmocka_unit_test(other_protocols_are_left_to_libcurl),
    cmocka_unit_test(a_handle_that_is_not_ours_is_left_as_it_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
