/* Unit tests of lib/core/engine.c: the life of an operation. */

#include "play.h"

#define POLICY                                                                \
  "[limits]\n"                                                                \
  "attempts = 4\n"                                                            \
  "[backoff]\n"                                                               \
  "jitter = none\n"                                                           \
  "base = 1s\n"                                                               \
  "[redirect]\n"                                                              \
  "when = always\n"                                                           \
  "[status]\n"                                                                \
  "301 = follow, method=keep, remember\n"                                     \
  "401 = retry, any-method, once, with=credentials\n"                         \
  "408 421 = retry, once\n"                                                   \
  "404 = fail\n"                                                              \
  "503 = retry\n"                                                             \
  "[error]\n"                                                                 \
  "receive = retry\n"

static void what_the_policy_passes_is_delivered(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play_attempt(&play);

  assert_null(play_head(&play, ANSWER(200)));
  assert_step(play_complete(&play), CW_DELIVER, PASSED);
  play_end(&play);
}

static void what_the_policy_fails_is_delivered_and_said_so(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_step(play_answer(&play, ANSWER(404)), CW_DELIVER, FAILED);
  play_end(&play);
}

static void an_attempt_without_a_head_is_passed(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play_attempt(&play);

  assert_step(play_complete(&play), CW_DELIVER, PASSED);
  play_end(&play);
}

static void a_head_is_answered_with_what_done_will_say(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play_attempt(&play);

  const struct cw_step *step = play_head(&play, ANSWER(503));
  assert_step(*step, CW_RETRY, RETRIED);
  assert_int_equal(step->start_ms, PLAY_START_MS + 1000);
  assert_waits(play_complete(&play), RETRIED, 1000);
  play_end(&play);
}

static void a_later_head_replaces_the_first(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play.request.asks_credentials = true;

  play_attempt(&play);
  assert_step(*play_head(&play, ANSWER(401)), CW_RETRY, REPAIRED);
  assert_null(play_head(&play, ANSWER(200)));
  assert_step(play_complete(&play), CW_DELIVER, PASSED);

  play_attempt(&play);
  assert_step(*play_head(&play, ANSWER(503)), CW_RETRY, RETRIED);
  assert_null(play_head(&play, ANSWER(404)));
  assert_step(play_complete(&play), CW_DELIVER, FAILED);

  play_attempt(&play);
  assert_null(play_head(&play, ANSWER(200)));
  assert_step(*play_head(&play, ANSWER(503)), CW_RETRY, RETRIED);
  assert_step(play_complete(&play), CW_RETRY, RETRIED);
  play_end(&play);
}

static void a_head_that_was_replaced_counts_for_nothing(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play.request.asks_credentials = true;

  play_attempt(&play);
  (void)play_head(&play, ANSWER(401));
  (void)play_head(&play, ANSWER(503));
  assert_step(play_complete(&play), CW_RETRY, RETRIED);
  assert_step(play_answer(&play, ANSWER(401)), CW_RETRY, REPAIRED);
  assert_step(play_answer(&play, ANSWER(401)), CW_DELIVER, ONCE);
  play_end(&play);
}

static void nothing_is_carried_over_from_the_attempt_before(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_step(play_answer(&play, ANSWER(503)), CW_RETRY, RETRIED);
  play_attempt(&play);
  assert_step(play_complete(&play), CW_DELIVER, PASSED);
  play_end(&play);
}

static void what_cannot_be_done_is_declined(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play.request.asks_credentials = true;
  play_attempt(&play);

  assert_step(*play_head(&play, ANSWER(401)), CW_RETRY, REPAIRED);
  cw_engine_decline(&play.engine, CURLEW_REASON_NO_CREDENTIALS);
  assert_step(play_complete(&play), CW_DELIVER, NO_CREDENTIALS);
  play_end(&play);
}

static void an_end_by_the_application_is_final(void **state)
{
  (void)state;
  static const struct {
    enum cw_end end;
    enum curlew_reason reason;
  } rows[] = {
    {CW_END_ABORTED, CURLEW_REASON_ABORTED},
    {CW_END_CANCELLED, CURLEW_REASON_CANCELLED},
    {CW_END_RESEND, CURLEW_REASON_SILENT_RESEND},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct play play;
    play_begin(&play, POLICY);
    play_attempt(&play);
    (void)play_head(&play, ANSWER(503));
    const struct cw_step step =
      play_done(&play, (struct cw_ending){.end = rows[i].end});
    assert_int_equal(step.verdict, CW_DELIVER);
    assert_int_equal(step.reason, rows[i].reason);
    assert_int_equal(step.result, CW_RESULT_AS_IS);
    play_end(&play);
  }
}

static void an_error_is_retried_as_its_rule_says(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_waits(play_error(&play, CW_ERROR_RECEIVE), RETRIED, 1000);
  assert_waits(play_error(&play, CW_ERROR_RECEIVE), RETRIED, 2000);
  assert_step(play_error(&play, CW_ERROR_OTHER), CW_DELIVER, ERROR_KEPT);
  assert_step(play_error(&play, CW_ERROR_SEND), CW_DELIVER, ERROR_KEPT);
  play_end(&play);
}

static void an_error_after_a_head_is_an_error(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play_attempt(&play);

  assert_null(play_head(&play, ANSWER(200)));
  assert_step(play_done(&play, (struct cw_ending){.end = CW_END_ERROR,
                                                  .error = CW_ERROR_RECEIVE}),
              CW_RETRY, RETRIED);
  play_end(&play);
}

static void nothing_is_repeated_once_something_was_delivered(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play_attempt(&play);

  (void)play_head(&play, ANSWER(200));
  assert_step(play_done(&play, (struct cw_ending){.end = CW_END_ERROR,
                                                  .error = CW_ERROR_RECEIVE,
                                                  .delivered = true}),
              CW_DELIVER, STREAMED);
  play_end(&play);
}

static void an_error_at_the_deadline_is_the_deadlines(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY "[limits]\ndeadline = 10s\n");

  play.now.mono_ms += 9999;
  assert_int_equal(cw_engine_left_ms(&play.engine, play.now), 1);
  assert_step(play_error(&play, CW_ERROR_OTHER), CW_DELIVER, ERROR_KEPT);
  play.now.mono_ms += 1;
  assert_int_equal(cw_engine_left_ms(&play.engine, play.now), 0);
  assert_step(play_error(&play, CW_ERROR_OTHER), CW_DELIVER, DEADLINE);
  play.now.mono_ms += 1;
  assert_int_equal(cw_engine_left_ms(&play.engine, play.now), 0);
  play_end(&play);
}

static void a_body_that_drains_uses_up_the_wait(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  play_attempt(&play);
  (void)play_head(&play, ANSWER(503));
  play.now.mono_ms += 400;
  assert_int_equal(play_complete(&play).start_ms, PLAY_START_MS + 1000);

  play_attempt(&play);
  (void)play_head(&play, ANSWER(503));
  play.now.mono_ms += 5000;
  assert_int_equal(play_complete(&play).start_ms, PLAY_START_MS + 6000);
  play_end(&play);
}

static void a_body_that_drains_past_the_deadline_ends_it(void **state)
{
  (void)state;
  static const char *const heads[] = {
    ANSWER(503), ANSWER_WITH(301, "Location: http://b/\r\n")};

  for(size_t i = 0; i < 2; i++) {
    struct play play;
    play_begin(&play, POLICY "[limits]\ndeadline = 10s\n");
    play_attempt(&play);
    assert_true(play_head(&play, heads[i])->verdict != CW_DELIVER);
    play.now.mono_ms += 10000;
    assert_step(play_complete(&play), CW_DELIVER, DEADLINE);
    play_end(&play);
  }
}

static void a_response_that_is_delivered_may_outlast_the_deadline(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY "[limits]\ndeadline = 10s\n");
  play_attempt(&play);

  (void)play_head(&play, ANSWER_WITH(503, "Retry-After: 11\r\n"));
  play.now.mono_ms += 20000;
  assert_step(play_complete(&play), CW_DELIVER, DEADLINE);
  play_attempt(&play);
  (void)play_head(&play, ANSWER(404));
  assert_step(play_complete(&play), CW_DELIVER, FAILED);
  play_end(&play);
}

static void a_step_that_is_not_made_does_not_count(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  const struct cw_step step = play_answer(&play, ANSWER(503));
  const struct cw_instant early = {.mono_ms = step.start_ms - 400};
  const struct cw_engine made = play.engine;
  assert_int_equal(play.engine.attempts, 2);
  cw_engine_abandon(&play.engine, &step, play.now);
  assert_int_equal(play.engine.waited_ms, step.wait_ms);
  play.engine = made;
  cw_engine_abandon(&play.engine, &step, early);
  assert_int_equal(play.engine.attempts, 1);
  assert_int_equal(play.engine.waited_ms, step.wait_ms - 400);
  play_end(&play);
}

static void a_hop_that_is_not_made_does_not_count(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  const struct cw_step step = play_answer(
    &play, ANSWER_WITH(301, "Location: http://b/\r\nRetry-After: 2\r\n"));
  const struct cw_instant early = {.mono_ms = step.start_ms - 500};
  assert_step(step, CW_FOLLOW, FOLLOWED);
  assert_int_equal(play.engine.redirects, 1);
  cw_engine_abandon(&play.engine, &step, early);
  assert_int_equal(play.engine.redirects, 0);
  assert_int_equal(play.engine.attempts, 1);
  assert_int_equal(play.engine.waited_ms, 1500);
  play_end(&play);
}

static void of_two_deadlines_the_nearer_holds(void **state)
{
  (void)state;
  static const struct {
    const char *policy;
    uint64_t timeout_ms;
    uint64_t left_ms;
  } rows[] = {
    {"[limits]\ndeadline = 10s\n", CW_FOREVER, 10000},
    {"[limits]\ndeadline = 10s\n", 20000, 10000},
    {"[limits]\ndeadline = 10s\n", 7, 7},
    {"[limits]\ndeadline = none\n", 7, 7},
    {"[limits]\ndeadline = none\n", CW_FOREVER, CW_FOREVER},
    {"[limits]\ndeadline = none\n", CW_FOREVER - 1, CW_FOREVER},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct dice none = {.throws = NULL, .left = 0};
    struct play play;
    play_begin_until(&play, rows[i].policy, none, rows[i].timeout_ms);
    assert_int_equal(cw_engine_left_ms(&play.engine, play.now),
                     rows[i].left_ms);
    assert_int_equal(cw_engine_is_bounded(&play.engine),
                     rows[i].left_ms != CW_FOREVER);
    play_end(&play);
  }
}

static void the_deadline_of_another_hosts_rules_counts_from_the_start(
  void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY "[limits]\ndeadline = 10s\n"
                           "[host slow]\nlimits.deadline = 20s\n"
                           "[host fast]\nlimits.deadline = 5s\n");
  play.now.mono_ms += 1000;

  play.rules = rules_for(play.policy, "slow");
  play_attempt(&play);
  assert_int_equal(cw_engine_left_ms(&play.engine, play.now), 9000);
  play.rules = rules_for(play.policy, "fast");
  play_attempt(&play);
  assert_int_equal(cw_engine_left_ms(&play.engine, play.now), 4000);
  play.rules = rules_for(play.policy, "slow");
  play_attempt(&play);
  assert_int_equal(cw_engine_left_ms(&play.engine, play.now), 4000);
  play_end(&play);
}

static void the_rules_are_those_of_the_attempts_host(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY "[host calm]\nstatus.503 = fail\n");

  assert_step(play_answer(&play, ANSWER(503)), CW_RETRY, RETRIED);
  play.rules = rules_for(play.policy, "calm");
  assert_step(play_answer(&play, ANSWER(503)), CW_DELIVER, FAILED);
  play_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_the_policy_passes_is_delivered),
    cmocka_unit_test(what_the_policy_fails_is_delivered_and_said_so),
    cmocka_unit_test(an_attempt_without_a_head_is_passed),
    cmocka_unit_test(a_head_is_answered_with_what_done_will_say),
    cmocka_unit_test(a_later_head_replaces_the_first),
    cmocka_unit_test(a_head_that_was_replaced_counts_for_nothing),
    cmocka_unit_test(nothing_is_carried_over_from_the_attempt_before),
    cmocka_unit_test(what_cannot_be_done_is_declined),
    cmocka_unit_test(an_end_by_the_application_is_final),
    cmocka_unit_test(an_error_is_retried_as_its_rule_says),
    cmocka_unit_test(an_error_after_a_head_is_an_error),
    cmocka_unit_test(nothing_is_repeated_once_something_was_delivered),
    cmocka_unit_test(an_error_at_the_deadline_is_the_deadlines),
    cmocka_unit_test(a_body_that_drains_uses_up_the_wait),
    cmocka_unit_test(a_body_that_drains_past_the_deadline_ends_it),
    cmocka_unit_test(a_response_that_is_delivered_may_outlast_the_deadline),
    cmocka_unit_test(a_step_that_is_not_made_does_not_count),
    cmocka_unit_test(a_hop_that_is_not_made_does_not_count),
    cmocka_unit_test(of_two_deadlines_the_nearer_holds),
    cmocka_unit_test(
      the_deadline_of_another_hosts_rules_counts_from_the_start),
    cmocka_unit_test(the_rules_are_those_of_the_attempts_host),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
