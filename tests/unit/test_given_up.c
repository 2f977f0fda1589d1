/* Unit tests of lib/core/engine.c: an operation whose request was repeated and
   given up just before, and which the program itself repeats. */

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
  "302 = follow, method=keep\n"                                               \
  "308 = follow, method=keep, remember\n"                                     \
  "401 = retry, any-method, once, with=credentials\n"                         \
  "404 = fail\n"                                                              \
  "411 = retry, once, with=content-length\n"                                  \
  "417 = retry, once, with=no-expect\n"                                       \
  "503 = retry\n"                                                             \
  "[error]\n"                                                                 \
  "receive connect = retry, any-method\n"

static void begin(struct play *play)
{
  play_begin(play, POLICY);
  cw_engine_gave_up(&play->engine);
}

static void a_status_is_not_retried(void **state)
{
  (void)state;
  struct play play;

  begin(&play);
  assert_step(play_answer(&play, ANSWER(503)), CW_DELIVER, GIVEN_UP);
  assert_int_equal(play.engine.attempts, 1);
  play_end(&play);

  begin(&play);
  assert_step(play_answer(&play, ANSWER_WITH(503, "Retry-After: 0\r\n")),
              CW_DELIVER, GIVEN_UP);
  play_end(&play);
}

static void an_error_is_not_retried(void **state)
{
  (void)state;
  struct play play;

  begin(&play);
  assert_step(play_error(&play, CW_ERROR_RECEIVE), CW_DELIVER, GIVEN_UP);
  play_end(&play);
  begin(&play);
  assert_step(play_error(&play, CW_ERROR_CONNECT), CW_DELIVER, GIVEN_UP);
  play_end(&play);
}

/* The reason that holds in any operation is told first. */
static void what_is_never_retried_says_why(void **state)
{
  (void)state;
  struct play play;

  begin(&play);
  assert_step(play_answer(&play, ANSWER(404)), CW_DELIVER, FAILED);
  play_end(&play);

  begin(&play);
  play.request.method = "POST";
  assert_step(play_answer(&play, ANSWER(503)), CW_DELIVER, METHOD);
  play_end(&play);

  begin(&play);
  assert_step(
    play_answer(&play, ANSWER_WITH(503, "x-should-retry: false\r\n")),
    CW_DELIVER, SERVER_FORBIDS);
  play_end(&play);

  begin(&play);
  assert_step(play_answer(&play, ANSWER(200)), CW_DELIVER, PASSED);
  play_end(&play);
}

static void repairs_are_made(void **state)
{
  (void)state;
  struct play play;

  begin(&play);
  play.request.asks_credentials = true;
  play.request.sent_expect = true;
  assert_waits(play_answer(&play, ANSWER(401)), REPAIRED, 0);
  assert_waits(play_answer(&play, ANSWER(411)), REPAIRED, 0);
  assert_waits(play_answer(&play, ANSWER(417)), REPAIRED, 0);
  assert_int_equal(play.engine.attempts, 4);
  assert_step(play_answer(&play, ANSWER(200)), CW_DELIVER, PASSED);
  play_end(&play);
}

static void what_is_repaired_is_not_retried(void **state)
{
  (void)state;
  struct play play;

  begin(&play);
  assert_waits(play_answer(&play, ANSWER(411)), REPAIRED, 0);
  assert_step(play_answer(&play, ANSWER(503)), CW_DELIVER, GIVEN_UP);
  play_end(&play);
}

static void redirects_are_followed(void **state)
{
  (void)state;
  struct play play;

  begin(&play);
  assert_step(play_answer(&play, ANSWER_WITH(302, "Location: http://b/\r\n")),
              CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, ANSWER_WITH(308, "Location: http://c/\r\n")),
              CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, ANSWER(503)), CW_DELIVER, GIVEN_UP);
  assert_int_equal(play.engine.redirects, 2);
  play_end(&play);
}

static void a_remembered_target_is_forgotten(void **state)
{
  (void)state;
  struct play play;

  begin(&play);
  cw_engine_remembers(&play.engine, 1);
  assert_step(play_error(&play, CW_ERROR_CONNECT), CW_FORGET, FORGOTTEN);
  assert_step(play_answer(&play, ANSWER(503)), CW_DELIVER, GIVEN_UP);
  play_end(&play);
}

static void the_next_operation_is_like_any_other(void **state)
{
  (void)state;
  struct play play;

  begin(&play);
  assert_step(play_answer(&play, ANSWER(503)), CW_DELIVER, GIVEN_UP);
  cw_engine_begin(&play.engine, play.rules, &play.rng, CW_FOREVER, play.now);
  assert_waits(play_answer(&play, ANSWER(503)), RETRIED, 1000);
  play_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_status_is_not_retried),
    cmocka_unit_test(an_error_is_not_retried),
    cmocka_unit_test(what_is_never_retried_says_why),
    cmocka_unit_test(repairs_are_made),
    cmocka_unit_test(what_is_repaired_is_not_retried),
    cmocka_unit_test(redirects_are_followed),
    cmocka_unit_test(a_remembered_target_is_forgotten),
    cmocka_unit_test(the_next_operation_is_like_any_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
