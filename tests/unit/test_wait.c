/* Unit tests of lib/core/wait.c: caps, deadlines, the sum of waits. */

#include "play.h"

#define POLICY(limits)                                                        \
  "[limits]\nattempts = 100\n" limits                                         \
  "[backoff]\njitter = none\nbase = 0ms\n"                                    \
  "[redirect]\nwhen = always\n"                                               \
  "[status]\n301 = follow, method=keep\n503 = retry\n"

#define BUSY(seconds) ANSWER_WITH(503, "Retry-After: " #seconds "\r\n")

static void more_than_the_cap_is_not_waited_for(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY("waiting = none\n") "[backoff]\n"
                                               "retry-after-cap = 10s\n");

  assert_waits(play_answer(&play, BUSY(10)), RETRIED_AFTER, 10000);
  assert_step(play_answer(&play, BUSY(11)), CW_DELIVER, RETRY_AFTER_CAP);
  assert_step(
    play_answer(&play, ANSWER_WITH(301, "Location: b\r\nRetry-After: 11\r\n")),
    CW_DELIVER, RETRY_AFTER_CAP);
  play_end(&play);
}

static void the_cap_is_not_for_waits_that_nobody_asked_for(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, "[limits]\nattempts = 2\n[backoff]\nbase = 30s\n"
                    "jitter = none\nretry-after-cap = 1s\n"
                    "[status]\n503 = retry\n");

  assert_waits(play_answer(&play, ANSWER(503)), RETRIED, 30000);
  play_end(&play);
}

static void a_wait_that_ends_at_the_deadline_is_not_begun(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY("deadline = 10s\n"));

  assert_waits(play_answer(&play, BUSY(4)), RETRIED_AFTER, 4000);
  assert_step(play_answer(&play, BUSY(6)), CW_DELIVER, DEADLINE);
  assert_waits(play_answer(&play, BUSY(5)), RETRIED_AFTER, 5000);
  play_end(&play);
}

static void the_time_that_attempts_take_counts_to_the_deadline(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY("deadline = 10s\n"));

  play.now.mono_ms += 6000;
  assert_step(play_answer(&play, BUSY(4)), CW_DELIVER, DEADLINE);
  assert_waits(play_answer(&play, BUSY(3)), RETRIED_AFTER, 3000);
  play_end(&play);
}

static void the_sum_of_waits_is_bounded(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY("waiting = 10s\n"));

  assert_waits(play_answer(&play, BUSY(4)), RETRIED_AFTER, 4000);
  assert_int_equal(
    play_answer(&play, ANSWER_WITH(301, "Location: b\r\nRetry-After: 3\r\n"))
      .wait_ms,
    3000);
  assert_step(play_answer(&play, BUSY(4)), CW_DELIVER, WAITING);
  assert_waits(play_answer(&play, BUSY(3)), RETRIED_AFTER, 3000);
  assert_step(play_answer(&play, BUSY(1)), CW_DELIVER, WAITING);
  play_end(&play);
}

static void the_time_that_attempts_take_is_no_wait(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY("waiting = 10s\n"));

  play.now.mono_ms += 60000;
  assert_waits(play_answer(&play, BUSY(10)), RETRIED_AFTER, 10000);
  play_end(&play);
}

static void not_waiting_is_always_allowed(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY("waiting = 0ms\n"));

  assert_waits(play_answer(&play, ANSWER(503)), RETRIED, 0);
  assert_waits(play_answer(&play, BUSY(0)), RETRIED_AFTER, 0);
  assert_step(play_answer(&play, ANSWER_WITH(503, "Retry-After-Ms: 1\r\n")),
              CW_DELIVER, WAITING);
  play_end(&play);
}

static void even_for_ever_has_an_end(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play,
             POLICY("waiting = none\ndeadline = none\n") "[backoff]\nretry-"
                                                         "after-cap = none\n");

  assert_step(play_answer(&play, BUSY(99999999999999999999999999)), CW_DELIVER,
              DEADLINE);
  assert_step(play_answer(&play, BUSY(18446744073709551615)), CW_DELIVER,
              DEADLINE);
  /* two that do not overflow alone */
  assert_waits(play_answer(&play, BUSY(10000000000000000)), RETRIED_AFTER,
               UINT64_C(10000000000000000000));
  assert_step(play_answer(&play, BUSY(10000000000000000)), CW_DELIVER,
              DEADLINE);
  play_end(&play);
}

static void a_clock_near_its_end_does_not_wrap(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY("deadline = 10s\n"));
  play.now.mono_ms = CW_FOREVER - 1;
  cw_engine_begin(&play.engine, play.rules, &play.rng, CW_FOREVER, play.now);

  assert_int_equal(cw_engine_left_ms(&play.engine, play.now), CW_FOREVER);
  assert_step(play_answer(&play, BUSY(1)), CW_DELIVER, DEADLINE);
  play_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(more_than_the_cap_is_not_waited_for),
    cmocka_unit_test(the_cap_is_not_for_waits_that_nobody_asked_for),
    cmocka_unit_test(a_wait_that_ends_at_the_deadline_is_not_begun),
    cmocka_unit_test(the_time_that_attempts_take_counts_to_the_deadline),
    cmocka_unit_test(the_sum_of_waits_is_bounded),
    cmocka_unit_test(the_time_that_attempts_take_is_no_wait),
    cmocka_unit_test(not_waiting_is_always_allowed),
    cmocka_unit_test(even_for_ever_has_an_end),
    cmocka_unit_test(a_clock_near_its_end_does_not_wrap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
