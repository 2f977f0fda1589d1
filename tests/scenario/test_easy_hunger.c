/* Scenarios of the blocking driver without memory: whichever allocation fails,
   and whichever call of libcurl's, the operation ends with a CURLcode, nothing
   is lost, and the next one is like any other. */

#include "drive.h"
#include "scene.h"

#include <stdlib.h>

#include "handle.h"
#include "hunger.h"
#include "store.h"

static CURLU *parts; /* of a URL; made once for all tests */

#define OK "200|Content-Length: 2;body ok"

/* An operation: how it is set up, and what it meets. */
struct course {
  const char *name;
  CURLcode (*prepare)(struct scene *scene);
  const char *exchange[5];
};

static CURLcode prepare_much(struct scene *scene)
{
  CURLcode result = curlew_easy_setopt(scene->curl, CURLOPT_USERPWD, "u:p");

  if(!result)
    result = curlew_easy_setopt(scene->curl, CURLOPT_COOKIE, "a=b");
  if(!result)
    result = curlew_easy_setopt(scene->curl, CURLOPT_AUTOREFERER, 1L);
  if(!result)
    result = curlew_easy_setopt(scene->curl, CURLOPT_REFERER, "http://a/?b");
  if(!result)
    result = curlew_easy_setopt(scene->curl, CURLOPT_CUSTOMREQUEST, "PATCH");
  if(!result)
    result =
      curlew_easy_setopt(scene->curl, CURLOPT_HTTPHEADER, scene->fields);
  return result;
}

static CURLcode prepare_upload(struct scene *scene)
{
  return scene_try_upload(scene, "0123456789", -1);
}

static CURLcode prepare_parts(struct scene *scene)
{
  return curlew_easy_setopt(scene->curl, CURLOPT_CURLU, parts);
}

static CURLcode prepare_userinfo(struct scene *scene)
{
  return curlew_easy_setopt(scene->curl, CURLOPT_URL, "http://u:p@a/#c");
}

static bool ask(CURL *curl, const struct curlew_challenge *challenge,
                void *user)
{
  (void)challenge, (void)user;
  return !curlew_easy_setopt(curl, CURLOPT_USERPWD, "v:q");
}

static CURLcode prepare_answers(struct scene *scene)
{
  struct curlew_share *share = curlew_share_new();
  CURLcode result =
    share ? curlew_easy_set_share(scene->curl, share) : CURLE_OUT_OF_MEMORY;

  curlew_share_unref(share);
  if(!result)
    result = curlew_easy_set_expect(scene->curl, true);
  if(!result)
    result = curlew_easy_set_credentials(scene->curl, ask, NULL);
  if(!result)
    result = curlew_easy_setopt(scene->curl, CURLOPT_USERPWD, "u:p");
  return result;
}

static const struct course courses[] = {
  {"a response", NULL, {OK}},
  {"retries", NULL, {"103|A: b;503|Content-Length: 0", "end 7", OK}},
  {"a chain that is remembered",
   NULL,
   {"301|Location: /b|Content-Length: 0",
    "301|Location: http://c/?d#e|Content-Length: 0",
    "302|Location: x/../y|Content-Length: 0", "503|Content-Length: 0", OK}},
  {"secrets that stay",
   prepare_much,
   {"302|Location: http://b/|Content-Length: 0", "408|Content-Length: 0",
    "303|Location: https://b/|Content-Length: 0", OK}},
  {"a body that gets a length",
   prepare_upload,
   {"read 4;411|Content-Length: 0", "read 100;503|Content-Length: 0",
    "read 100;201|Content-Length: 2;body ok"}},
  {"a challenge that is answered, and a share",
   prepare_answers,
   {"301|Location: /b|Content-Length: 0",
    "401|WWW-Authenticate: Basic|Content-Length: 0", "404|Content-Length: 0",
    OK}},
  {"a target that names its own user",
   prepare_userinfo,
   {"302|Location: http://v:q@a/own#d|Content-Length: 0", OK}},
  {"a URL in parts",
   prepare_parts,
   {"302|Location: ?c|Content-Length: 0", OK}},
};

/* A new handle in the place of the scene's own. NULL without memory. */
static CURL *new_handle(struct scene *scene)
{
  CURL *curl = script_libcurl.easy_init();

  if(curl && !cw_handle_new(curl, &script_libcurl, &scene->stage.world,
                            &cw_standard_library)) {
    script_libcurl.easy_cleanup(curl);
    curl = NULL;
  }
  return curl;
}

static unsigned count_fields(struct scene *scene, int request)
{
  struct curl_header *field = NULL;
  unsigned count = 0;

  while((field = curlew_easy_nextheader(scene->curl, CURLH_HEADER, request,
                                        field)) != NULL)
    count++;
  return count;
}

static CURLcode begin_and_perform(struct scene *scene,
                                  const struct course *course)
{
  scene->curl = new_handle(scene);
  if(!scene->curl)
    return CURLE_OUT_OF_MEMORY;
  CURLcode result = scene_try_callbacks(scene);
  if(!result)
    result = curlew_easy_set_policy(scene->curl, scene->policy);
  if(!result && course->prepare)
    result = course->prepare(scene);
  if(result)
    return result;
  assert_false(hunger.was_felt); /* an option that was not kept says so */
  result = drive(scene->curl);
  (void)curlew_easy_outcome(scene->curl);
  (void)count_fields(scene, 0);
  return result;
}

static void prepare(struct scene *scene, const struct course *course)
{
  if(!scene->curl)
    scene->curl = new_handle(scene);
  assert_non_null(scene->curl);
  assert_int_equal(scene_try_callbacks(scene), CURLE_OK);
  if(course->prepare)
    assert_int_equal(course->prepare(scene), CURLE_OK);
}

/* The handle can be used as if nothing had been. */
static void use_again(struct scene *scene, const struct course *course)
{
  scene_mark(scene);
  prepare(scene, course);
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->body.data, "ok");
  assert_non_null(curlew_easy_outcome(scene->curl));
  char *options = options_tell(script_options(scene->curl));
  curlew_easy_cleanup(scene->curl);

  scene->curl = NULL;
  prepare(scene, course);
  char *expected = options_tell(script_options(scene->curl));
  assert_string_equal(options, expected);
  free(options);
  free(expected);
}

static struct scene *hungry_scene(const struct course *course)
{
  struct scene *scene = scene_new(NULL);

  scene_trace(scene);
  curlew_easy_cleanup(scene->curl);
  scene->curl = NULL;
  scene->fields = curl_slist_append(scene->fields, "X-Secret: 1");
  scene->fields = curl_slist_append(scene->fields, "Accept: a/b");
  for(size_t i = 0; i < 5 && course->exchange[i]; i++)
    scene_play(scene, course->exchange[i]);
  return scene;
}

/* Whatever fails, nothing that is for one origin goes to another. */
static void assert_secrets_stay(const struct scene *scene)
{
  for(size_t i = 0; i < scene->script.played; i++) {
    const struct script_request *request = &scene->script.request[i];
    if(strstr(request->url, "/own"))
      assert_string_equal(request->url, "http://v:q@a/own#d");
    if(!strncmp(request->url, "http://a/", 9) || strchr(request->url, '@'))
      continue;
    assert_null(strstr(request->fields, "X-Secret"));
    assert_null(options_text(&request->options, CURLOPT_USERNAME));
    assert_null(options_text(&request->options, CURLOPT_COOKIE));
  }
}

static void whichever_allocation_fails_it_ends_well(void **state)
{
  (void)state;

  for(size_t i = 0; i < sizeof(courses) / sizeof(courses[0]); i++)
    for(int once = 0; once < 2; once++) {
      bool was_felt = true;
      for(unsigned granted = 0; was_felt; granted++) {
        struct scene *scene = hungry_scene(&courses[i]);
        assert_true(granted < 2000);
        if(once)
          hunger_begin_once(granted);
        else
          hunger_begin(granted);
        const CURLcode result = begin_and_perform(scene, &courses[i]);
        was_felt = hunger_end() || hunger.was_felt;
        assert_true(was_felt || result == CURLE_OK);
        assert_secrets_stay(scene);
        use_again(scene, &courses[i]);
        scene_free(scene);
      }
    }
}

static void whichever_call_fails_it_ends_well(void **state)
{
  (void)state;
  static const enum script_call calls[] = {
    SCRIPT_INIT,         SCRIPT_SETOPT, SCRIPT_GETINFO, SCRIPT_HEADER,
    SCRIPT_SLIST_APPEND, SCRIPT_URL,    SCRIPT_URL_GET, SCRIPT_URL_SET,
  };

  for(size_t i = 0; i < sizeof(courses) / sizeof(courses[0]); i++)
    for(size_t c = 0; c < sizeof(calls) / sizeof(calls[0]); c++)
      for(unsigned at = 1; at <= 80; at++)
        for(int once = 0; once < 2; once++) {
          struct scene *scene = hungry_scene(&courses[i]);
          scene->script.fail_at[calls[c]] = at;
          scene->script.fails_for_good = !once;
          hunger_begin(UINT_MAX);
          const CURLcode result = begin_and_perform(scene, &courses[i]);
          (void)hunger_end();
          if(calls[c] == SCRIPT_SLIST_APPEND && scene->script.failures)
            assert_int_equal(result, CURLE_OUT_OF_MEMORY);
          scene->script.fail_at[calls[c]] = 0;
          assert_secrets_stay(scene);
          use_again(scene, &courses[i]);
          scene_free(scene);
        }
}

/* What is kept of hops is read when somebody asks. */
static void heads_of_hops_are_told_when_there_is_memory_again(void **state)
{
  (void)state;
  bool was_felt = true;

  for(unsigned granted = 0; was_felt; granted++) {
    struct curl_header *field = NULL;
    struct scene *scene = scene_new(NULL);
    scene_play(scene, "302|Location: /b|Content-Length: 0");
    scene_play(scene, "302|Location: /c|Content-Length: 0|A: b|A: c");
    scene_play(scene, OK);
    assert_int_equal(scene_perform(scene), CURLE_OK);
    hunger_begin(granted);
    const CURLHcode code =
      curlew_easy_header(scene->curl, "A", 1, CURLH_HEADER, 1, &field);
    const unsigned count = count_fields(scene, 1);
    was_felt = hunger_end();
    assert_int_equal(code, was_felt ? CURLHE_OUT_OF_MEMORY : CURLHE_OK);
    assert_int_equal(count, was_felt ? 0 : 4);
    assert_int_equal(count_fields(scene, 0), 2);
    assert_int_equal(count_fields(scene, 1), 4);
    scene_free(scene);
    assert_true(granted < 10);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(whichever_allocation_fails_it_ends_well),
    cmocka_unit_test(whichever_call_fails_it_ends_well),
    cmocka_unit_test(heads_of_hops_are_told_when_there_is_memory_again),
  };
  parts = curl_url();
  if(!parts || curl_url_set(parts, CURLUPART_URL, "http://a/?b", 0))
    return 1;
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  curl_url_cleanup(parts);
  return failed;
}
