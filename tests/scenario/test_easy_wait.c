/* Scenarios of the blocking driver: how long it waits, and what ends that. */

#include "act.h"

#define ANSWER(fields) "503|Content-Length: 0|" fields
#define NOON           "Date: Fri, 01 Jan 2027 12:00:00 GMT"

static const struct act asked_waits[] = {
  {.name = "seconds",
   .exchange = {ANSWER("Retry-After: 3"), "200"},
   .sleeps = "0-3000"},
  {.name = "0 is no ceiling",
   .exchange = {ANSWER("Retry-After: 0"), "200"},
   .sleeps = "0-500"},
  {.name = "a date, by the clock here",
   .exchange = {ANSWER("Retry-After: Sun, 06 Nov 1994 08:49:41 GMT"), "200"},
   .sleeps = "0-4000"},
  {.name = "a date, by the server's own clock",
   .exchange = {ANSWER(NOON "|Retry-After: Fri, 01 Jan 2027 12:00:05 GMT"),
                "200"},
   .sleeps = "0-5000"},
  {.name = "the older forms of a date",
   .exchange = {ANSWER(NOON "|Retry-After: Friday, 01-Jan-27 12:00:06 GMT"),
                ANSWER(NOON "|Retry-After: Fri Jan  1 12:00:07 2027"), "200"},
   .sleeps = "0-6000 6000-13000"},
  {.name = "a date in a response that was cached",
   .exchange = {ANSWER(NOON
                       "|Retry-After: Fri, 01 Jan 2027 12:00:05 GMT|Age: 3"),
                "200"},
   .sleeps = "0-2000"},
  {.name = "a date that is over",
   .exchange = {ANSWER(NOON "|Retry-After: Fri, 01 Jan 2027 11:00:00 GMT"),
                "200"},
   .sleeps = "0-500"},
  {.name = "junk is nothing",
   .exchange = {ANSWER("Retry-After: soon"), ANSWER("Retry-After: -5"), "200"},
   .sleeps = "0-500 500-1500"},
  {.name = "of several the longest",
   .exchange = {ANSWER("Retry-After: 2|Retry-After: 4|Retry-After: x"), "200"},
   .sleeps = "0-4000"},
  {.name = "milliseconds win",
   .exchange = {ANSWER("Retry-After: 2|retry-after-ms: 1250"), "200"},
   .sleeps = "0-1250"},
  {.name = "a limiter's reset is a floor too",
   .exchange = {ANSWER("RateLimit: \"a\", r=0, t=7"),
                ANSWER("X-RateLimit-Reset: 5"), "200"},
   .sleeps = "0-7000 7000-12000"},
  {.name = "what a 103 says is not the answer's",
   .exchange = {"103|Retry-After: 9;503|Content-Length: 0", "200"},
   .sleeps = "0-500"},
  {.name = "a hop waits too",
   .exchange = {"302|Content-Length: 0|Retry-After: 2|Location: /b", "200"},
   .requests = "GET http://a/\nGET http://a/b",
   .sleeps = "0-2000"},
  {.name = "the time that a body takes to be drained is a part of the wait",
   .exchange = {"503|Content-Length: 4|Retry-After: 1;pass 300;body busy",
                "200"},
   .sleeps = "300-1000"},
  {.name = "the server may forbid",
   .exchange = {ANSWER("Retry-After: 1|x-should-retry: false")},
   .sleeps = "",
   .reason = "server-forbids"},
};

static void waits_are_as_long_as_the_server_asks(void **state)
{
  (void)state;
  ACT_ALL(asked_waits);
}

static void set_post(struct scene *scene)
{
  scene_post(scene, "a=b");
}

static void retry_after_proves_that_nothing_was_processed(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "a POST with it",
     .prepare = set_post,
     .exchange = {ANSWER("Retry-After: 3"), "200"},
     .sleeps = "0-3000",
     .reason = "passed"},
    {.name = "a POST without",
     .prepare = set_post,
     .exchange = {ANSWER("X: y")},
     .reason = "method-not-repeatable"},
    {.name = "a limiter's reset proves nothing",
     .prepare = set_post,
     .exchange = {ANSWER("RateLimit-Reset: 3")},
     .reason = "method-not-repeatable"},
    {.name = "a 413 with it",
     .prepare = set_post,
     .exchange = {"413|Content-Length: 0|Retry-After: 1", "200"},
     .sleeps = "0-1000",
     .reason = "passed"},
    {.name = "a 413 without",
     .exchange = {"413|Content-Length: 0"},
     .reason = "no-retry-after"},
    {.name = "a 507 without",
     .exchange = {"507|Content-Length: 0|Retry-After: x"},
     .reason = "no-retry-after"},
  };
  ACT_ALL(acts);
}

static void set_timeout(struct scene *scene)
{
  scene_set(scene, CURLOPT_TIMEOUT_MS, 10000L);
}

static const struct act late_waits[] = {
  {.name = "as long as the cap",
   .exchange = {ANSWER("Retry-After: 120"), "200"},
   .sleeps = "0-120000",
   .reason = "passed"},
  {.name = "longer than the cap",
   .exchange = {"503|Content-Length: 4|Retry-After: 121;body busy"},
   .sleeps = "",
   .body = "busy",
   .reason = "retry-after-over-cap"},
  {.name = "longer than anything",
   .exchange = {ANSWER("Retry-After: 99999999999999999999999")},
   .sleeps = "",
   .reason = "retry-after-over-cap"},
  {.name = "up to the deadline",
   .settings = "limits.deadline=10s",
   .exchange = {"503|Content-Length: 4|Retry-After: 10;body busy"},
   .requests = "GET http://a/ timeout=10000",
   .sleeps = "",
   .body = "busy",
   .reason = "deadline"},
  {.name = "up to the application's own",
   .prepare = set_timeout,
   .exchange = {"503|Content-Length: 4|Retry-After: 10;body busy"},
   .requests = "GET http://a/ timeout=10000",
   .sleeps = "",
   .body = "busy",
   .reason = "deadline"},
  {.name = "the smaller of both",
   .settings = "limits.deadline=20s",
   .prepare = set_timeout,
   .exchange = {ANSWER("Retry-After: 9"), ANSWER("Retry-After: 1")},
   .requests = "GET http://a/ timeout=10000\nGET http://a/ timeout=1000",
   .sleeps = "0-9000",
   .reason = "deadline"},
  {.name = "a hop past the deadline",
   .settings = "limits.deadline=10s",
   .exchange = {"302|Content-Length: 0|Retry-After: 10|Location: /b"},
   .sleeps = "",
   .reason = "deadline"},
  {.name = "all waits together, just so",
   .settings = "limits.waiting=1500ms",
   .exchange = {ANSWER("A: b"), ANSWER("A: b"), ANSWER("A: b")},
   .sleeps = "0-500 500-1500",
   .reason = "waiting-exhausted"},
  {.name = "all waits together, not quite",
   .settings = "limits.waiting=1499ms",
   .exchange = {ANSWER("A: b"), ANSWER("A: b")},
   .sleeps = "0-500",
   .reason = "waiting-exhausted"},
  {.name = "waits before hops are among them",
   .settings = "limits.waiting=2s",
   .exchange = {"302|Content-Length: 0|Retry-After: 2|Location: /b",
                ANSWER("A: b")},
   .sleeps = "0-2000",
   .reason = "waiting-exhausted"},
};

static void a_wait_that_would_end_too_late_is_not_begun(void **state)
{
  (void)state;
  ACT_ALL(late_waits);
}

/* ---- what ends a wait ---- */

static void progress_is_told_at_once_and_every_100_ms(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_watch(scene);
  scene_play(scene, "503|Content-Length: 0|retry-after-ms: 550");
  scene_play(scene, "200|Content-Length: 0");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->progress.data, "0 100 200 300 400 500 ");
  assert_sleeps(scene, "0-100 100-200 200-300 300-400 400-500 500-550");
  scene_free(scene);
}

static void who_does_not_look_at_progress_is_not_woken(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_watch(scene);
  scene_set(scene, CURLOPT_NOPROGRESS, 1L);
  scene_play(scene, "503|Content-Length: 0|Retry-After: 60");
  scene_play(scene, "200|Content-Length: 0");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->progress.data, "");
  assert_sleeps(scene, "0-60000");
  scene_free(scene);
}

static void the_progress_callback_can_end_a_wait(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_watch(scene);
  scene->abort_progress_at = 3;
  scene_play(scene, "503|Content-Length: 4|Retry-After: 60;body busy");
  assert_int_equal(scene_perform(scene), CURLE_ABORTED_BY_CALLBACK);
  assert_sleeps(scene, "0-100 100-200");
  assert_string_equal(scene->body.data, "");
  assert_string_equal(scene->heads.data, "");
  assert_outcome(scene, "aborted 42 1/0 200\n"
                        "+0 GET http://a/ 503 0 first");
  scene_free(scene);
}

static void cancel(void *user)
{
  assert_int_equal(curlew_easy_cancel(user), CURLE_OK);
}

static void another_thread_can_end_a_wait(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene->stage.act = cancel;
  scene->stage.act_user = scene->curl;
  scene->stage.act_ms = 1234;
  scene_play(scene, "503|Content-Length: 4|Retry-After: 60;body busy");
  assert_int_equal(scene_perform(scene), CURLE_ABORTED_BY_CALLBACK);
  assert_sleeps(scene, "0-1234");
  assert_string_equal(scene->body.data, "");
  assert_outcome(scene, "cancelled 42 1/0 1234\n"
                        "+0 GET http://a/ 503 0 first");

  /* that was that; the next operation is not concerned */
  scene_mark(scene);
  scene_play(scene, "503|Content-Length: 0");
  scene_play(scene, "200|Content-Length: 0");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_sleeps(scene, "0-500");
  scene_free(scene);
}

static long get_long(struct scene *scene, CURLINFO info)
{
  long number = -1;
  assert_int_equal(curlew_easy_getinfo(scene->curl, info, &number), CURLE_OK);
  return number;
}

static void a_hop_that_was_not_made_is_not_in_the_figures(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene->stage.act = cancel;
  scene->stage.act_user = scene->curl;
  scene->stage.act_ms = 10;
  scene_play(scene, "302|Content-Length: 0|Retry-After: 1|Location: /b");
  assert_int_equal(scene_perform(scene), CURLE_ABORTED_BY_CALLBACK);
  assert_int_equal(get_long(scene, CURLINFO_REDIRECT_COUNT), 0);
  assert_int_equal(get_long(scene, CURLINFO_REQUEST_SIZE), 100);
  assert_outcome(scene, "cancelled 42 1/0 10\n"
                        "+0 GET http://a/ 302 0 first");
  scene_free(scene);
}

static void another_thread_can_end_an_attempt(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_watch(scene);
  scene->script.act = cancel;
  scene->script.act_user = scene->curl;
  scene_play(scene, "send;pass 50;act;pass 50");
  assert_int_equal(scene_perform(scene), CURLE_ABORTED_BY_CALLBACK);
  assert_string_equal(scene->progress.data, "50 ");
  assert_outcome(scene, "cancelled 42 1/0 0\n"
                        "+0 GET http://a/ 0 42 first");
  scene_free(scene);
}

static void a_request_that_was_cancelled_is_not_sent(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  set_post(scene);
  scene->script.act = cancel;
  scene->script.act_user = scene->curl;
  scene_play(scene, "act;send");
  assert_int_equal(scene_perform(scene), CURLE_ABORTED_BY_CALLBACK);
  assert_int_equal(scene->script.request[0].sends, 0);
  assert_int_equal(curlew_easy_outcome(scene->curl)->reason,
                   CURLEW_REASON_CANCELLED);
  scene_free(scene);
}

static void a_body_that_was_cancelled_ends(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene->script.act = cancel;
  scene->script.act_user = scene->curl;
  scene_play(scene, "200|Content-Length: 9;body half;act;body more");
  assert_int_equal(scene_perform(scene), CURLE_ABORTED_BY_CALLBACK);
  assert_string_equal(scene->body.data, "half");
  assert_int_equal(curlew_easy_outcome(scene->curl)->reason,
                   CURLEW_REASON_CANCELLED);
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(waits_are_as_long_as_the_server_asks),
    cmocka_unit_test(retry_after_proves_that_nothing_was_processed),
    cmocka_unit_test(a_wait_that_would_end_too_late_is_not_begun),
    cmocka_unit_test(progress_is_told_at_once_and_every_100_ms),
    cmocka_unit_test(who_does_not_look_at_progress_is_not_woken),
    cmocka_unit_test(the_progress_callback_can_end_a_wait),
    cmocka_unit_test(another_thread_can_end_a_wait),
    cmocka_unit_test(a_hop_that_was_not_made_is_not_in_the_figures),
    cmocka_unit_test(another_thread_can_end_an_attempt),
    cmocka_unit_test(a_request_that_was_cancelled_is_not_sent),
    cmocka_unit_test(a_body_that_was_cancelled_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
