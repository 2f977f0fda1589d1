/* Scenarios of the blocking driver: libcurl's silent re-send on a kept
   connection that was lost. */

#include "scene.h"

#include "policies.h"

#define KEPT   "200|Content-Length: 0"
#define RESENT "send;lost;send;200|Content-Length: 2;body ok"

/* A POST on a connection that |first| has left behind. */
static struct scene *kept_scene(const char *settings, const char *first)
{
  struct scene *scene = scene_new(settings);

  scene_post(scene, "a=b");
  scene_play(scene, first);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  scene_mark(scene);
  scene_play(scene, RESENT);
  return scene;
}

static void assert_is_sent_twice(struct scene *scene)
{
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(scene->script.request[0].sends, 2);
  assert_string_equal(scene->body.data, "ok");
  scene_free(scene);
}

static void assert_is_stopped(struct scene *scene)
{
  assert_int_equal(scene_perform(scene), CURLE_GOT_NOTHING);
  assert_int_equal(scene->script.request[0].sends, 1);
  assert_string_equal(scene->body.data, "");
  assert_outcome(scene, "silent-resend-stopped 52 1/0 0\n"
                        "+0 POST http://a/ 0 52 first");
  assert_string_equal(scene->error, "the reused connection was lost and the "
                                    "request must not be repeated");
  scene_free(scene);
}

static void a_post_is_not_sent_twice(void **state)
{
  (void)state;
  assert_is_stopped(kept_scene(NULL, KEPT));
}

static void an_attempt_that_failed_is_not_the_first_send_of_the_next(
  void **state)
{
  (void)state;
  struct scene *scene = kept_scene(NULL, KEPT);

  script_mark(&scene->script);
  scene_play(scene, "send;end 56");
  assert_int_equal(scene_perform(scene), CURLE_RECV_ERROR);
  scene_mark(scene);
  scene_play(scene, "send;200|Content-Length: 2;body ok");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->body.data, "ok");
  scene_free(scene);
}

static void what_may_be_repeated_is_not_stopped(void **state)
{
  (void)state;
  struct scene *scene = kept_scene(NULL, KEPT);

  scene_set(scene, CURLOPT_HTTPGET, 1L);
  assert_is_sent_twice(scene);

  scene = kept_scene(NULL, KEPT);
  scene_field(scene, "Idempotency-Key: 1");
  assert_is_sent_twice(scene);

  assert_is_sent_twice(kept_scene("methods.silent-resend=libcurl", KEPT));
  assert_is_sent_twice(
    kept_scene("error.empty-reply=retry, any-method", KEPT));
}

static void libcurl_does_so_on_kept_connections_only(void **state)
{
  (void)state;
  struct scene *scene = kept_scene(NULL, KEPT);

  scene_set(scene, CURLOPT_FRESH_CONNECT, 1L);
  assert_is_sent_twice(scene);
}

static void an_answer_in_between_makes_it_another_request(void **state)
{
  (void)state;
  struct scene *scene = kept_scene(NULL, KEPT);

  script_mark(&scene->script);
  scene_play(scene, "send;401|WWW-Authenticate: Digest|Content-Length: 0;"
                    "send;200|Content-Length: 2;body ok");
  assert_is_sent_twice(scene);

  /* but the answer to that can be lost too */
  scene = kept_scene(NULL, KEPT);
  script_mark(&scene->script);
  scene_play(scene, "send;401|WWW-Authenticate: Digest|Content-Length: 0;"
                    "send;lost;send;200");
  assert_int_equal(scene_perform(scene), CURLE_GOT_NOTHING);
  assert_int_equal(scene->script.request[0].sends, 2);
  scene_free(scene);
}

static void a_refused_stream_may_be_sent_again(void **state)
{
  (void)state;
  assert_is_sent_twice(kept_scene(NULL, "HTTP/2 200|Content-Length: 0"));
}

static void each_connection_is_judged_by_itself(void **state)
{
  (void)state;
  struct scene *scene = kept_scene(NULL, "HTTP/2 200|Content-Length: 0");

  script_mark(&scene->script);
  scene_play(scene, "lost;" KEPT);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  scene_mark(scene);
  scene_play(scene, RESENT);
  assert_is_stopped(scene);
}

static void the_first_attempt_of_a_hop_is_guarded_too(void **state)
{
  (void)state;
  struct scene *scene = kept_scene(NULL, KEPT);

  script_mark(&scene->script);
  scene_play(scene, "307|Location: /b|Content-Length: 0");
  scene_play(scene, RESENT);
  assert_int_equal(scene_perform(scene), CURLE_GOT_NOTHING);
  assert_int_equal(scene->script.request[1].sends, 1);
  scene_free(scene);

  /* a GET is not */
  scene = kept_scene(NULL, KEPT);
  script_mark(&scene->script);
  scene_play(scene, "303|Location: /b|Content-Length: 0");
  scene_play(scene, RESENT);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(scene->script.request[1].sends, 2);
  scene_free(scene);
}

struct counted {
  unsigned count;
  int answer;
};

static int count(void *user, char *remote_ip, char *local_ip, int remote_port,
                 int local_port)
{
  struct counted *counted = user;

  assert_string_equal(remote_ip, "127.0.0.1");
  assert_string_equal(local_ip, "127.0.0.1");
  assert_int_equal(remote_port, 80);
  assert_true(local_port >= SCRIPT_PORT);
  counted->count++;
  return counted->answer;
}

static void the_applications_own_callback_is_called(void **state)
{
  (void)state;
  struct counted counted = {0, CURL_PREREQFUNC_OK};
  struct scene *scene = kept_scene(NULL, KEPT);

  scene_set(scene, CURLOPT_PREREQFUNCTION, count);
  scene_set(scene, CURLOPT_PREREQDATA, &counted);
  assert_is_stopped(scene);
  assert_int_equal(counted.count, 1);

  scene = scene_new(NULL);
  scene_set(scene, CURLOPT_PREREQFUNCTION, count);
  scene_set(scene, CURLOPT_PREREQDATA, &counted);
  scene_play(scene, RESENT);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(counted.count, 3);
  counted.answer = CURL_PREREQFUNC_ABORT;
  scene_mark(scene);
  scene_play(scene, "send");
  assert_int_equal(scene_perform(scene), CURLE_ABORTED_BY_CALLBACK);
  assert_int_equal(curlew_easy_outcome(scene->curl)->reason,
                   CURLEW_REASON_ABORTED);
  scene_free(scene);
}

static void none_leaves_it_to_libcurl(void **state)
{
  (void)state;
  struct scene *scene = kept_scene(NULL, KEPT);

  scene_set_policy(scene, curlew_policy_builtin("none"));
  assert_is_sent_twice(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_post_is_not_sent_twice),
    cmocka_unit_test(an_attempt_that_failed_is_not_the_first_send_of_the_next),
    cmocka_unit_test(what_may_be_repeated_is_not_stopped),
    cmocka_unit_test(libcurl_does_so_on_kept_connections_only),
    cmocka_unit_test(an_answer_in_between_makes_it_another_request),
    cmocka_unit_test(a_refused_stream_may_be_sent_again),
    cmocka_unit_test(each_connection_is_judged_by_itself),
    cmocka_unit_test(the_first_attempt_of_a_hop_is_guarded_too),
    cmocka_unit_test(the_applications_own_callback_is_called),
    cmocka_unit_test(none_leaves_it_to_libcurl),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
