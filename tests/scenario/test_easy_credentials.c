/* Scenarios of the blocking driver: credentials that a callback gives. */

#include "scene.h"

#include <stdlib.h>

#define ASKS                                                                  \
  "401|WWW-Authenticate: Basic realm=\"r\"|"                                  \
  "Content-Length: 2;body no"
#define OK "200|Content-Length: 2;body ok"

struct asked {
  struct scene *scene;
  const char *userpwd; /* what the callback sets; NULL: it gives up */
  unsigned count;
  unsigned status;
  char url[64];
  char authenticate[64];
};

static bool give(CURL *curl, const struct curlew_challenge *challenge,
                 void *user)
{
  struct asked *asked = user;

  asked->count++;
  asked->status = challenge->status;
  snprintf(asked->url, sizeof(asked->url), "%s", challenge->url);
  snprintf(asked->authenticate, sizeof(asked->authenticate), "%s",
           challenge->authenticate);
  if(!asked->userpwd)
    return false;
  assert_int_equal(
    curlew_easy_setopt(
      curl, challenge->status == 401 ? CURLOPT_USERPWD : CURLOPT_PROXYUSERPWD,
      asked->userpwd),
    CURLE_OK);
  return true;
}

static struct scene *asking_scene(struct asked *asked, const char *userpwd)
{
  struct scene *scene = scene_new(NULL);

  *asked = (struct asked){.scene = scene, .userpwd = userpwd};
  assert_int_equal(curlew_easy_set_credentials(scene->curl, give, asked),
                   CURLE_OK);
  return scene;
}

static const char *user_of(struct scene *scene, size_t i)
{
  assert_true(i < scene->script.played);
  return options_text(&scene->script.request[i].options, CURLOPT_USERNAME);
}

static void a_401_is_answered_with_what_the_callback_sets(void **state)
{
  (void)state;
  struct asked asked;
  struct scene *scene = asking_scene(&asked, "u:p");

  scene_set(scene, CURLOPT_URL, "http://x:y@a/?key=value");
  scene_play(scene, ASKS);
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(asked.count, 1);
  assert_int_equal(asked.status, 401);
  assert_string_equal(asked.url, "http://a/?key=*");
  assert_string_equal(asked.authenticate, "Basic realm=\"r\"");
  assert_null(user_of(scene, 0));
  assert_string_equal(user_of(scene, 1), "u");
  assert_string_equal(scene->body.data, "ok");
  assert_sleeps(scene, "");
  assert_outcome(scene, "passed 0 2/0 0\n"
                        "+0 GET http://a/?key=* 401 0 first\n"
                        "+0 GET http://a/?key=* 200 0 repaired");

  /* they are the application's from now on */
  scene_mark(scene);
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(user_of(scene, 0), "u");
  scene_free(scene);
}

static void it_is_asked_once_each(void **state)
{
  (void)state;
  struct asked asked;
  struct scene *scene = asking_scene(&asked, "u:p");

  scene_play(scene, ASKS);
  scene_play(scene, "407|Proxy-Authenticate: Basic|Content-Length: 0");
  scene_play(scene, ASKS);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(asked.count, 2);
  assert_string_equal(scene->body.data, "no");
  assert_int_equal(curlew_easy_outcome(scene->curl)->reason,
                   CURLEW_REASON_ONCE);
  scene_free(scene);
}

static void a_callback_that_has_none_has_the_401_delivered(void **state)
{
  (void)state;
  struct asked asked;
  struct scene *scene = asking_scene(&asked, NULL);

  scene_play(scene, ASKS);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(asked.count, 1);
  assert_string_equal(scene->body.data, "no");
  assert_outcome(scene, "no-credentials 0 1/0 0\n"
                        "+0 GET http://a/ 401 0 first");
  scene_free(scene);
}

/* What libcurl sent in answer to the 401 may have been processed. */
static void what_libcurl_answered_is_not_asked_for_again(void **state)
{
  (void)state;
  struct asked asked;
  static const char moves[] = "401|WWW-Authenticate: Digest realm=\"r\"|"
                              "Content-Length: 0;send;end 56";
  struct scene *scene = asking_scene(&asked, "u:p");

  scene_post(scene, "data");
  scene_play(scene, moves);
  assert_int_equal(scene_perform(scene), CURLE_RECV_ERROR);
  assert_int_equal(asked.count, 0);
  assert_int_equal(curlew_easy_outcome(scene->curl)->reason,
                   CURLEW_REASON_METHOD);

  scene_mark(scene);
  scene_set(scene, CURLOPT_HTTPGET, 1L);
  scene_play(scene, moves);
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(asked.count, 0);
  assert_string_equal(scene->body.data, "ok");
  scene_free(scene);
}

static void libcurls_own_answer_comes_first(void **state)
{
  (void)state;
  struct asked asked;
  struct scene *scene = asking_scene(&asked, "u:p");

  scene_play(scene, "401|WWW-Authenticate: Digest|Content-Length: 0;send;" OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(asked.count, 0);
  assert_string_equal(scene->body.data, "ok");
  scene_free(scene);
}

static void what_is_given_for_another_origin_stays_there(void **state)
{
  (void)state;
  struct asked asked;
  struct scene *scene = asking_scene(&asked, "b:b");

  scene_set(scene, CURLOPT_USERPWD, "a:a");
  char *before = options_tell(script_options(scene->curl));
  scene_play(scene, "302|Location: http://b/|Content-Length: 0");
  scene_play(scene, ASKS);
  scene_play(scene, "302|Location: /x|Content-Length: 0");
  scene_play(scene, "302|Location: http://c/|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(user_of(scene, 0), "a");
  assert_null(user_of(scene, 1));
  assert_string_equal(user_of(scene, 2), "b");
  assert_string_equal(user_of(scene, 3), "b");
  assert_null(user_of(scene, 4));
  char *after = options_tell(script_options(scene->curl));
  assert_string_equal(after, before);
  free(before);
  free(after);
  scene_free(scene);
}

/* The same where the application has none that would have to be left out. */
static void it_stays_there_without_credentials_at_home_too(void **state)
{
  (void)state;
  struct asked asked;
  struct scene *scene = asking_scene(&asked, "b:b");

  scene_play(scene, "302|Location: http://b/|Content-Length: 0");
  scene_play(scene, ASKS);
  scene_play(scene, "302|Location: http://c/|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(user_of(scene, 2), "b");
  assert_null(user_of(scene, 3));
  scene_mark(scene);
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_null(user_of(scene, 0));
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_401_is_answered_with_what_the_callback_sets),
    cmocka_unit_test(it_is_asked_once_each),
    cmocka_unit_test(a_callback_that_has_none_has_the_401_delivered),
    cmocka_unit_test(what_libcurl_answered_is_not_asked_for_again),
    cmocka_unit_test(libcurls_own_answer_comes_first),
    cmocka_unit_test(what_is_given_for_another_origin_stays_there),
    cmocka_unit_test(it_stays_there_without_credentials_at_home_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
