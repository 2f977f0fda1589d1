/* Unit tests of lib/core/engine.c: attempts to a remembered target. */

#include "play.h"

#define POLICY                                                                \
  "[limits]\n"                                                                \
  "attempts = 2\n"                                                            \
  "redirects = 3\n"                                                           \
  "[backoff]\n"                                                               \
  "jitter = none\n"                                                           \
  "[redirect]\n"                                                              \
  "when = always\n"                                                           \
  "[status]\n"                                                                \
  "301 = follow, method=keep, remember\n"                                     \
  "4xx = fail\n"                                                              \
  "503 = retry\n"

static void begin(struct play *play, unsigned hops)
{
  play_begin(play, POLICY);
  cw_engine_remembers(&play->engine, hops);
  play->url = "http://remembered/";
}

static void a_remembered_target_that_answers_is_used(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 1);

  assert_step(play_answer(&play, ANSWER(200)), CW_DELIVER, PASSED);
  play_end(&play);
}

static void one_that_fails_is_forgotten_at_once(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 1);

  play_attempt(&play);
  const struct cw_step *head = play_head(&play, ANSWER(404));
  assert_step(*head, CW_FORGET, FORGOTTEN);
  const struct cw_step step = play_complete(&play);
  assert_step(step, CW_FORGET, FORGOTTEN);
  assert_int_equal(step.start_ms, PLAY_START_MS);

  /* the original is answered for itself */
  play.url = "http://a/";
  assert_step(play_answer(&play, ANSWER(404)), CW_DELIVER, FAILED);
  play_end(&play);
}

static void one_that_cannot_be_reached_is_forgotten(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 1);

  assert_step(play_error(&play, CW_ERROR_RESOLVE), CW_FORGET, FORGOTTEN);
  assert_step(play_error(&play, CW_ERROR_RESOLVE), CW_DELIVER, ERROR_KEPT);
  play_end(&play);
}

/* Two heads in one attempt, as where libcurl answers the first by itself. */
static void where_a_forgotten_one_led_is_no_circle(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 1);

  play_attempt(&play);
  const struct cw_step *head =
    play_head(&play, ANSWER_WITH(301, "Location: http://b/\r\n"));
  assert_step(*head, CW_FOLLOW, FOLLOWED);
  head = play_head(&play, ANSWER(404));
  assert_step(*head, CW_FORGET, FORGOTTEN);
  assert_step(play_complete(&play), CW_FORGET, FORGOTTEN);

  play.url = "http://a/";
  assert_step(play_answer(&play, ANSWER_WITH(301, "Location: http://b/\r\n")),
              CW_FOLLOW, FOLLOWED);
  play_end(&play);
}

/* Whatever it was (memory ran out, say), it was not the target's fault. */
static void one_that_is_not_to_blame_is_kept(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 1);

  assert_step(play_error(&play, CW_ERROR_OTHER), CW_DELIVER, ERROR_KEPT);
  play_end(&play);
}

static void to_forget_is_not_undone_when_it_is_abandoned(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 2);

  const struct cw_step step = play_answer(&play, ANSWER(404));
  assert_step(step, CW_FORGET, FORGOTTEN);
  cw_engine_abandon(&play.engine, &step, play.now);
  assert_int_equal(play.engine.attempts, 1);
  assert_int_equal(play.engine.redirects, 0);
  assert_int_equal(play.engine.waited_ms, 0);
  play_end(&play);
}

static void one_that_may_come_back_is_retried_first(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 1);

  assert_step(play_answer(&play, ANSWER(503)), CW_RETRY, RETRIED);
  assert_step(play_answer(&play, ANSWER(503)), CW_FORGET, FORGOTTEN);
  assert_step(play_answer(&play, ANSWER(200)), CW_DELIVER, PASSED);
  play_end(&play);
}

static void one_that_asks_to_wait_is_not_gone_around(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 1);

  assert_step(play_answer(&play, ANSWER_WITH(503, "Retry-After: 600\r\n")),
              CW_DELIVER, RETRY_AFTER_CAP);
  play_end(&play);
}

static void one_that_has_moved_on_is_followed(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 1);

  assert_step(play_answer(&play, ANSWER_WITH(301, "Location: http://b/\r\n")),
              CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, ANSWER(404)), CW_DELIVER, FAILED);
  play_end(&play);
}

static void remembered_hops_count_as_hops(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 2);

  assert_step(play_answer(&play, ANSWER_WITH(301, "Location: http://b/\r\n")),
              CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, ANSWER_WITH(301, "Location: http://c/\r\n")),
              CW_DELIVER, REDIRECTS);
  play_end(&play);
}

static void forgotten_hops_do_not(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 3);

  assert_step(play_answer(&play, ANSWER_WITH(301, "Location: http://b/\r\n")),
              CW_FORGET, FORGOTTEN);
  play.url = "http://a/";
  assert_step(play_answer(&play, ANSWER_WITH(301, "Location: http://b/\r\n")),
              CW_FOLLOW, FOLLOWED);
  play_end(&play);
}

static void nothing_is_asked_again_after_the_deadline(void **state)
{
  (void)state;
  const struct dice none = {.throws = NULL, .left = 0};
  struct play play;
  play_begin_until(&play, POLICY, none, 1000);
  cw_engine_remembers(&play.engine, 1);

  play_attempt(&play);
  (void)play_head(&play, ANSWER(404));
  play.now.mono_ms += 1000;
  assert_step(play_complete(&play), CW_DELIVER, DEADLINE);
  assert_step(play_error(&play, CW_ERROR_TIMEOUT), CW_DELIVER, DEADLINE);
  play_end(&play);
}

static void what_was_delivered_is_not_asked_again(void **state)
{
  (void)state;
  struct play play;
  begin(&play, 1);
  play_attempt(&play);

  (void)play_head(&play, ANSWER(200));
  assert_step(play_done(&play, (struct cw_ending){.end = CW_END_ERROR,
                                                  .error = CW_ERROR_RECEIVE,
                                                  .delivered = true}),
              CW_DELIVER, STREAMED);
  play_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_remembered_target_that_answers_is_used),
    cmocka_unit_test(one_that_fails_is_forgotten_at_once),
    cmocka_unit_test(one_that_cannot_be_reached_is_forgotten),
    cmocka_unit_test(one_that_is_not_to_blame_is_kept),
    cmocka_unit_test(where_a_forgotten_one_led_is_no_circle),
    cmocka_unit_test(to_forget_is_not_undone_when_it_is_abandoned),
    cmocka_unit_test(one_that_may_come_back_is_retried_first),
    cmocka_unit_test(one_that_asks_to_wait_is_not_gone_around),
    cmocka_unit_test(one_that_has_moved_on_is_followed),
    cmocka_unit_test(remembered_hops_count_as_hops),
    cmocka_unit_test(forgotten_hops_do_not),
    cmocka_unit_test(nothing_is_asked_again_after_the_deadline),
    cmocka_unit_test(what_was_delivered_is_not_asked_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
