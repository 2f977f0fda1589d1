/* Scenarios of the blocking driver: how long an attempt may take. */

#include "act.h"

#define BUSY "503|Content-Length: 0"

static void set_timeout(struct scene *scene)
{
  scene_set(scene, CURLOPT_TIMEOUT_MS, 10000L);
}

static void set_timeout_in_seconds(struct scene *scene)
{
  scene_set(scene, CURLOPT_TIMEOUT, 10L);
}

static void later_attempts_have_what_is_left(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "of the application's time",
     .prepare = set_timeout,
     .exchange = {"send;pass 1000;" BUSY, "send;pass 2000;" BUSY, "200"},
     .requests = "GET http://a/ timeout=10000\n"
                 "GET http://a/ timeout=8500\n"
                 "GET http://a/ timeout=5500",
     .sleeps = "1000-1500 3500-4500"},
    {.name = "of its time in seconds",
     .prepare = set_timeout_in_seconds,
     .exchange = {BUSY, "200"},
     .requests = "GET http://a/ timeout=10000\nGET http://a/ timeout=9500"},
    {.name = "of the policy's",
     .settings = "limits.deadline=10s",
     .exchange = {"send;pass 1000;" BUSY, "200"},
     .requests = "GET http://a/ timeout=10000\nGET http://a/ timeout=8500"},
    {.name = "of the smaller of both",
     .settings = "limits.deadline=9s",
     .prepare = set_timeout,
     .exchange = {BUSY, "200"},
     .requests = "GET http://a/ timeout=9000\nGET http://a/ timeout=8500"},
    {.name = "hops too",
     .prepare = set_timeout,
     .exchange = {"302|Content-Length: 0|Location: /b;pass 3000", "200"},
     .requests = "GET http://a/ timeout=10000\nGET http://a/b timeout=7000"},
    {.name = "where nothing is bounded all the time in the world",
     .exchange = {"send;pass 100000000;" BUSY, "200"},
     .requests = "GET http://a/\nGET http://a/"},
  };
  ACT_ALL(acts);
}

/* libcurl rounds, and so do clocks. */
static void a_time_out_that_is_a_little_early_is_the_end(void **state)
{
  (void)state;
  struct scene *scene = scene_new("backoff.base=0ms");

  scene->stage.world.grain_ms = 1;
  scene_set(scene, CURLOPT_TIMEOUT_MS, 100L);
  scene_play(scene, "send;pass 99;end 28");
  assert_int_equal(scene_perform(scene), CURLE_OPERATION_TIMEDOUT);
  assert_requests(scene, "GET http://a/ timeout=100");
  scene_mark(scene);
  scene_play(scene, "send;pass 98;end 28"); /* that is another one */
  scene_play(scene, "200");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  scene_free(scene);
}

static void a_deadline_cuts_an_attempt_short(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "the policy's",
     .settings = "limits.deadline=3s",
     .exchange = {"send;pass 5000"},
     .result = CURLE_OPERATION_TIMEDOUT,
     .sleeps = "",
     .reason = "deadline"},
    {.name = "the application's, at the second attempt",
     .prepare = set_timeout,
     .exchange = {BUSY, "send;pass 20000"},
     .result = CURLE_OPERATION_TIMEDOUT,
     .sleeps = "0-500",
     .reason = "deadline"},
    {.name = "where nothing would be tried again anyway",
     .settings = "limits.deadline=3s; error.timeout=fail",
     .exchange = {"send;pass 5000"},
     .result = CURLE_OPERATION_TIMEDOUT,
     .reason = "deadline"},
    {.name = "while a body is drained",
     .settings = "limits.deadline=300ms",
     .exchange = {"302|Location: /b|Content-Length: 9;bytes 5;pass 400"},
     .result = CURLE_OPERATION_TIMEDOUT,
     .sleeps = "",
     .body = "",
     .reason = "deadline"},
  };
  ACT_ALL(acts);
}

static void an_attempt_can_have_a_time_of_its_own(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "it begins anew with each attempt",
     .settings = "limits.attempt-timeout=2s",
     .exchange = {"send;pass 5000", "send;pass 5000", "200"},
     .requests = "GET http://a/ timeout=2000\n"
                 "GET http://a/ timeout=2000\n"
                 "GET http://a/ timeout=2000",
     .sleeps = "2000-2500 4500-5500",
     .reason = "passed"},
    {.name = "it is no more than what is left",
     .settings = "limits.attempt-timeout=4s",
     .prepare = set_timeout,
     .exchange = {"send;pass 5000", "send;pass 5000", "send;pass 5000"},
     .requests = "GET http://a/ timeout=4000\n"
                 "GET http://a/ timeout=4000\n"
                 "GET http://a/ timeout=500",
     .sleeps = "4000-4500 8500-9500",
     .result = CURLE_OPERATION_TIMEDOUT,
     .reason = "deadline"},
    {.name = "it ends with the first byte that is delivered",
     .settings = "limits.attempt-timeout=2s",
     .exchange = {"send;pass 1999;200|A: b;body a;pass 100000;body b"},
     .requests = "GET http://a/ timeout=2000",
     .body = "ab",
     .reason = "passed"},
    {.name = "then the operation's time is back",
     .settings = "limits.attempt-timeout=2s",
     .prepare = set_timeout,
     .exchange = {"send;pass 1500;200|A: b;body a;pass 8499;body b"},
     .requests = "GET http://a/ timeout=2000",
     .body = "ab"},
    {.name = "a head alone does not end it",
     .settings = "limits.attempt-timeout=2s",
     .exchange = {"200|Content-Length: 1;pass 2000"},
     .result = CURLE_OPERATION_TIMEDOUT,
     .reason = "streamed"},
    {.name = "nor does a body that is withheld",
     .settings = "limits.attempt-timeout=300ms; limits.attempts=2",
     .exchange = {"503|Content-Length: 9;bytes 5;pass 400", "200"},
     .sleeps = "300-500",
     .reason = "passed"},
  };
  ACT_ALL(acts);
}

/* libcurl counts its time from the beginning of the attempt. */
static void the_time_after_the_first_byte_is_counted_from_the_beginning(
  void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "to the last millisecond",
     .settings = "limits.attempt-timeout=2s",
     .prepare = set_timeout,
     .exchange = {"send;pass 1500;200|A: b;body a;pass 8500;body b"},
     .result = CURLE_OPERATION_TIMEDOUT,
     .body = "a",
     .reason = "streamed"},
  };
  ACT_ALL(acts);

  struct scene *scene = scene_new("limits.attempt-timeout=2s");
  set_timeout(scene);
  scene_play(scene, "send;pass 1500;200|A: b;body a;pass 8499;pass 1");
  assert_int_equal(scene_perform(scene), CURLE_OPERATION_TIMEDOUT);
  assert_int_equal(stage_time(&scene->stage), 10000);
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(later_attempts_have_what_is_left),
    cmocka_unit_test(a_time_out_that_is_a_little_early_is_the_end),
    cmocka_unit_test(a_deadline_cuts_an_attempt_short),
    cmocka_unit_test(an_attempt_can_have_a_time_of_its_own),
    cmocka_unit_test(
      the_time_after_the_first_byte_is_counted_from_the_beginning),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
