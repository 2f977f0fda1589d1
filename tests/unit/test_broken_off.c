/* Unit tests of lib/core/engine.c: an attempt that fails behind a head which
   settled nothing, as libcurl might have answered it. */

#include "play.h"

#define POLICY                                                                \
  "[limits]\n"                                                                \
  "attempts = 4\n"                                                            \
  "waiting = 10s\n"                                                           \
  "[backoff]\n"                                                               \
  "jitter = none\n"                                                           \
  "base = 1s\n"                                                               \
  "[status]\n"                                                                \
  "401 = retry, any-method, once, with=credentials\n"                         \
  "[error]\n"                                                                 \
  "receive = retry\n"

/* After |head|, a 401 for which there are no other credentials. */
static struct cw_step broken_off(struct play *play, const char *head)
{
  play_attempt(play);
  assert_step(*play_head(play, head), CW_DELIVER, NO_CREDENTIALS);
  return play_done(play, (struct cw_ending){.end = CW_END_ERROR,
                                            .error = CW_ERROR_RECEIVE});
}

static void it_is_tried_again_as_after_any_error(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_waits(broken_off(&play, ANSWER(401)), RETRIED, 1000);
  play_end(&play);
}

static void what_the_head_asked_for_holds(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_waits(broken_off(&play, ANSWER_WITH(401, "Retry-After: 7\r\n")),
               RETRIED_AFTER, 7000);
  play_end(&play);
}

static void it_holds_where_the_retry_is_declined(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play.request.asks_credentials = true;
  play_attempt(&play);

  assert_step(*play_head(&play, ANSWER_WITH(401, "Retry-After: 7\r\n")),
              CW_RETRY, REPAIRED);
  cw_engine_decline(&play.engine, CURLEW_REASON_NO_CREDENTIALS);
  assert_waits(play_done(&play, (struct cw_ending){.end = CW_END_ERROR,
                                                   .error = CW_ERROR_RECEIVE}),
               RETRIED_AFTER, 7000);
  play_end(&play);
}

static void more_than_there_is_time_for_is_not_waited(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_step(broken_off(&play, ANSWER_WITH(401, "Retry-After: 11\r\n")),
              CW_DELIVER, WAITING);
  play_end(&play);
}

static void it_is_not_tried_again_where_the_head_forbids_it(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play_attempt(&play);

  assert_step(*play_head(&play,
                         ANSWER_WITH(401, "x-should-retry: false\r\n")),
              CW_DELIVER, SERVER_FORBIDS);
  assert_step(play_done(&play, (struct cw_ending){.end = CW_END_ERROR,
                                                  .error = CW_ERROR_RECEIVE}),
              CW_DELIVER, SERVER_FORBIDS);
  play_end(&play);
}

static void the_next_attempt_knows_nothing_of_it(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_waits(broken_off(&play, ANSWER_WITH(401, "Retry-After: 7\r\n")),
               RETRIED_AFTER, 7000);
  assert_waits(play_error(&play, CW_ERROR_RECEIVE), RETRIED, 2000);
  play_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(it_is_tried_again_as_after_any_error),
    cmocka_unit_test(what_the_head_asked_for_holds),
    cmocka_unit_test(it_holds_where_the_retry_is_declined),
    cmocka_unit_test(more_than_there_is_time_for_is_not_waited),
    cmocka_unit_test(it_is_not_tried_again_where_the_head_forbids_it),
    cmocka_unit_test(the_next_attempt_knows_nothing_of_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
