/* Unit tests of lib/core/retry.c: conditions, limits of number, the wait. */

#include "play.h"

#define LIMITS "[limits]\nattempts = 4\n"
#define FLAT   LIMITS "[backoff]\njitter = none\nbase = 1s\n"
#define COOL   "Retry-After: 10\r\n"

static void attempts_count_all_sends_of_the_operation(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, FLAT "[redirect]\nwhen = always\n"
                         "[status]\n301 = follow, method=keep\n"
                         "502 503 = retry\n[error]\nsend = retry\n");

  assert_step(play_answer(&play, ANSWER(503)), CW_RETRY, RETRIED);
  assert_step(play_answer(&play, ANSWER_WITH(301, "Location: b\r\n")),
              CW_FOLLOW, FOLLOWED);
  assert_step(play_error(&play, CW_ERROR_SEND), CW_RETRY, RETRIED);
  assert_step(play_answer(&play, ANSWER(502)), CW_RETRY, RETRIED);
  assert_step(play_answer(&play, ANSWER(503)), CW_DELIVER, ATTEMPTS);
  play_end(&play);
}

static void one_attempt_is_no_retry(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, "[limits]\nattempts = 1\n[status]\n503 = retry\n");

  assert_step(play_answer(&play, ANSWER(503)), CW_DELIVER, ATTEMPTS);
  play_end(&play);
}

static void only_what_is_idempotent_is_repeated(void **state)
{
  (void)state;
  static const struct {
    const char *method;
    bool has_key;
    enum cw_verdict verdict;
  } rows[] = {
    {"GET", false, CW_RETRY},    {"QUERY", false, CW_RETRY},
    {"POST", false, CW_DELIVER}, {"POST", true, CW_RETRY},
    {"get", false, CW_DELIVER},  {"PATCH", false, CW_DELIVER},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct play play;
    play_begin(&play, FLAT "[status]\n500 = retry\n[error]\nsend = retry\n");
    play.request.method = rows[i].method;
    play.request.has_idempotency_key = rows[i].has_key;
    const struct cw_step answer = play_answer(&play, ANSWER(500));
    assert_int_equal(answer.verdict, rows[i].verdict);
    const struct cw_step error = play_error(&play, CW_ERROR_SEND);
    assert_int_equal(error.verdict, rows[i].verdict);
    if(error.verdict == CW_DELIVER)
      assert_step(error, CW_DELIVER, METHOD);
    play_end(&play);
  }
}

static void any_method_is_any_method(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, FLAT "[status]\n429 = retry, any-method\n"
                         "[error]\nresolve = retry, any-method\n");
  play.request.method = "POST";

  assert_step(play_answer(&play, ANSWER(429)), CW_RETRY, RETRIED);
  assert_step(play_error(&play, CW_ERROR_RESOLVE), CW_RETRY, RETRIED);
  play_end(&play);
}

static void any_method_may_hang_on_retry_after_itself(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, LIMITS "[backoff]\njitter = none\nbase = 0ms\n"
                           "[status]\n503 = retry, any-method=retry-after\n");
  play.request.method = "POST";

  assert_step(play_answer(&play, ANSWER(503)), CW_DELIVER, METHOD);
  assert_step(play_answer(&play, ANSWER_WITH(503, "Retry-After: soon\r\n")),
              CW_DELIVER, METHOD);
  /* these tell of a quota, not of this request */
  assert_step(play_answer(&play, ANSWER_WITH(503, "RateLimit-Reset: 1\r\n")),
              CW_DELIVER, METHOD);
  assert_waits(play_answer(&play, ANSWER_WITH(503, "Retry-After: 0\r\n")),
               RETRIED_AFTER, 0);
  assert_waits(play_answer(&play, ANSWER_WITH(503, "Retry-After-Ms: 7\r\n")),
               RETRIED_AFTER, 7);
  play_end(&play);
}

static void a_body_that_is_spent_is_not_sent_again(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, FLAT "[status]\n503 = retry, any-method\n"
                         "411 = retry, with=content-length\n");
  play.request.method = "PUT";
  play.request.body = CW_BODY_SPENT;

  assert_step(play_answer(&play, ANSWER(503)), CW_DELIVER, BODY);
  /* this one is held */
  assert_step(play_answer(&play, ANSWER(411)), CW_RETRY, REPAIRED);
  play_end(&play);
}

static void a_retry_may_hang_on_retry_after(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, FLAT "[status]\n413 503 = retry, if=retry-after\n");

  assert_step(play_answer(&play, ANSWER(413)), CW_DELIVER, NO_RETRY_AFTER);
  assert_step(play_answer(&play, ANSWER_WITH(413, "Retry-After: x\r\n")),
              CW_DELIVER, NO_RETRY_AFTER);
  assert_step(play_answer(&play, ANSWER_WITH(413, "RateLimit-Reset: 1\r\n")),
              CW_DELIVER, NO_RETRY_AFTER);
  assert_step(play_answer(&play, ANSWER_WITH(503, "RateLimit-Reset: 1\r\n")),
              CW_DELIVER, NO_RETRY_AFTER);
  assert_waits(play_answer(&play, ANSWER_WITH(413, COOL)), RETRIED_AFTER,
               10000);
  play_end(&play);
}

static void a_retry_may_hang_on_what_is_expected(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, FLAT "[status]\n404 = retry, if=expected\n");

  assert_step(play_answer(&play, ANSWER(404)), CW_DELIVER, NOT_EXPECTED);
  play.request.is_expected = true;
  assert_step(play_answer(&play, ANSWER(404)), CW_RETRY, RETRIED);
  play_end(&play);
}

static void once_is_once_for_each_cause(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, "[limits]\nattempts = 10\n[backoff]\njitter = none\n"
                    "[status]\n200 408 421 999 = retry, once\n503 = retry\n"
                    "[error]\nsend receive = retry, once\n");

  assert_step(play_answer(&play, ANSWER(421)), CW_RETRY, RETRIED);
  assert_step(play_answer(&play, ANSWER(503)), CW_RETRY, RETRIED);
  assert_step(play_answer(&play, ANSWER(421)), CW_DELIVER, ONCE);
  assert_step(play_answer(&play, ANSWER(408)), CW_RETRY, RETRIED);
  assert_step(play_answer(&play, ANSWER(408)), CW_DELIVER, ONCE);
  assert_step(play_answer(&play, ANSWER(999)), CW_RETRY, RETRIED);
  assert_step(play_answer(&play, ANSWER(999)), CW_DELIVER, ONCE);
  assert_step(play_answer(&play, ANSWER(200)), CW_RETRY, RETRIED);
  assert_step(play_answer(&play, ANSWER(200)), CW_DELIVER, ONCE);
  assert_step(play_error(&play, CW_ERROR_SEND), CW_RETRY, RETRIED);
  assert_step(play_error(&play, CW_ERROR_SEND), CW_DELIVER, ONCE);
  assert_step(play_error(&play, CW_ERROR_RECEIVE), CW_RETRY, RETRIED);
  assert_step(play_error(&play, CW_ERROR_RECEIVE), CW_DELIVER, ONCE);

  cw_engine_begin(&play.engine, play.rules, &play.rng, CW_FOREVER, play.now);
  assert_step(play_answer(&play, ANSWER(421)), CW_RETRY, RETRIED);
  play_end(&play);
}

static void none_is_used_up_in_the_beginning(void **state)
{
  (void)state;

  for(unsigned status = 400; status < 600; status++) {
    char answer[32];
    struct play play;
    play_begin(&play, FLAT "[status]\n4xx = retry, once\n5xx = retry, once\n");
    snprintf(answer, sizeof(answer), "HTTP/1.1 %u x\r\n\r\n", status);
    assert_step(play_answer(&play, answer), CW_RETRY, RETRIED);
    play_end(&play);
  }
}

static void a_repair_needs_something_to_repair_with(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, FLAT "[status]\n401 407 = retry, with=credentials\n"
                         "417 = retry, with=no-expect\n");

  assert_step(play_answer(&play, ANSWER(401)), CW_DELIVER, NO_CREDENTIALS);
  assert_step(play_answer(&play, ANSWER(417)), CW_DELIVER, NO_REPAIR);

  play.request.asks_credentials = true;
  const struct cw_step ask = play_answer(&play, ANSWER(401));
  assert_waits(ask, REPAIRED, 0);
  assert_int_equal(ask.repair, CW_REPAIR_CREDENTIALS);

  play.request.sent_expect = true;
  const struct cw_step bare = play_answer(&play, ANSWER_WITH(417, COOL));
  assert_waits(bare, REPAIRED, 10000);
  assert_int_equal(bare.repair, CW_REPAIR_NO_EXPECT);
  play_end(&play);
}

static void a_step_says_which_connection(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, FLAT "[status]\n408 = retry, fresh-connection\n"
                         "503 = retry\n");

  assert_int_equal(play_answer(&play, ANSWER(408)).connection,
                   CW_CONNECTION_FRESH);
  assert_int_equal(play_answer(&play, ANSWER(503)).connection,
                   CW_CONNECTION_ANY);
  play_end(&play);
}

/* A tunnel through a proxy: an error, but one with a status. */
static void what_a_proxy_refuses_for_good_is_no_error_to_repeat(void **state)
{
  (void)state;
  static const struct {
    unsigned refusal;
    enum cw_verdict verdict;
  } rows[] = {
    {0, CW_RETRY},     {200, CW_RETRY},   {299, CW_RETRY},   {300, CW_DELIVER},
    {405, CW_DELIVER}, {407, CW_DELIVER}, {404, CW_DELIVER}, {413, CW_DELIVER},
    {502, CW_DELIVER}, {503, CW_RETRY},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct play play;
    play_begin(&play, FLAT "[status]\n404 = retry, if=expected\n405 = fail\n"
                           "407 = retry, with=credentials\n"
                           "413 = retry, if=retry-after\n"
                           "200 503 = retry\n[error]\nreceive = retry\n");
    play.request.is_expected = true;
    play.request.asks_credentials = true;
    play_attempt(&play);
    const struct cw_step step =
      play_done(&play, (struct cw_ending){.end = CW_END_ERROR,
                                          .error = CW_ERROR_RECEIVE,
                                          .refusal = rows[i].refusal});
    assert_int_equal(step.verdict, rows[i].verdict);
    if(step.verdict == CW_DELIVER)
      assert_step(step, CW_DELIVER, FAILED);
    play_end(&play);
  }
}

static void the_server_can_forbid_it(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, FLAT "[status]\n503 = retry\n404 = fail\n");

  assert_step(
    play_answer(&play, ANSWER_WITH(503, COOL "X-Should-Retry: false\r\n")),
    CW_DELIVER, SERVER_FORBIDS);
  assert_step(
    play_answer(&play, ANSWER_WITH(404, "X-Should-Retry: false\r\n")),
    CW_DELIVER, FAILED);
  assert_step(play_answer(&play, ANSWER_WITH(503, "X-Should-Retry: true\r\n")),
              CW_RETRY, RETRIED);
  play_end(&play);
}

static void retry_after_is_a_floor_under_each_jitter(void **state)
{
  (void)state;
  static const struct {
    const char *jitter;
    uint64_t low_ms; /* with Retry-After: 10, base 4s */
    uint64_t high_ms;
  } rows[] = {
    {"full", 10000, 14000},
    {"equal", 10000, 12000},
    {"decorrelated", 10000, 18000}, /* up to three times the base */
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    char policy[256];
    snprintf(policy, sizeof(policy),
             LIMITS "[backoff]\nbase = 4s\njitter = %s\n"
                    "[status]\n503 = retry\n",
             rows[i].jitter);
    struct play play;
    play_begin_until(&play, policy, (struct dice)DICE(LOWEST), CW_FOREVER);
    assert_waits(play_answer(&play, ANSWER_WITH(503, COOL)), RETRIED_AFTER,
                 rows[i].low_ms);
    play_end(&play);
    play_begin_until(&play, policy, (struct dice)DICE(HIGHEST), CW_FOREVER);
    assert_waits(play_answer(&play, ANSWER_WITH(503, COOL)), RETRIED_AFTER,
                 rows[i].high_ms);
    play_end(&play);
  }
}

static void a_short_retry_after_does_not_shorten_the_backoff(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, LIMITS "[backoff]\nbase = 20s\njitter = none\n"
                           "[status]\n503 = retry\n");

  assert_waits(play_answer(&play, ANSWER_WITH(503, COOL)), RETRIED_AFTER,
               20000);
  play_end(&play);
}

static void without_jitter_retry_after_is_the_wait(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, FLAT "[status]\n503 = retry\n");

  assert_waits(play_answer(&play, ANSWER_WITH(503, COOL)), RETRIED_AFTER,
               10000);
  assert_waits(play_answer(&play, ANSWER_WITH(503, "Retry-After: 2\r\n")),
               RETRIED_AFTER, 2000);
  assert_waits(play_answer(&play, ANSWER(503)), RETRIED, 4000);
  play_end(&play);
}

static void decorrelated_jitter_knows_the_wait_before(void **state)
{
  (void)state;
  struct play play;
  play_begin_until(&play,
                   LIMITS "[backoff]\nbase = 1s\njitter = decorrelated\n"
                          "[status]\n503 = retry\n",
                   (struct dice)DICE(HIGHEST, HIGHEST, LOWEST), CW_FOREVER);

  assert_waits(play_answer(&play, ANSWER(503)), RETRIED, 3000);
  assert_waits(play_answer(&play, ANSWER(503)), RETRIED, 9000);
  assert_waits(play_answer(&play, ANSWER(503)), RETRIED, 1000);
  play_end(&play);
}

static void the_rate_limiter_is_a_floor_on_429_and_503_only(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, FLAT "[status]\n429 502 503 = retry\n");

  assert_waits(play_answer(&play, ANSWER_WITH(429, "RateLimit-Reset: 9\r\n")),
               RETRIED_AFTER, 9000);
  assert_waits(play_answer(&play, ANSWER_WITH(503, "RateLimit-Reset: 9\r\n")),
               RETRIED_AFTER, 9000);
  assert_waits(play_answer(&play, ANSWER_WITH(502, "RateLimit-Reset: 9\r\n")),
               RETRIED, 4000);
  play_end(&play);
}

static void retry_after_beats_the_rate_limiter(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, FLAT "[status]\n429 = retry\n");

  assert_waits(
    play_answer(&play, ANSWER_WITH(429, COOL "RateLimit-Reset: 30\r\n")),
    RETRIED_AFTER, 10000);
  assert_waits(play_answer(&play, ANSWER_WITH(429, "Retry-After: x\r\n"
                                                   "RateLimit-Reset: 30\r\n")),
               RETRIED_AFTER, 30000);
  play_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(attempts_count_all_sends_of_the_operation),
    cmocka_unit_test(one_attempt_is_no_retry),
    cmocka_unit_test(only_what_is_idempotent_is_repeated),
    cmocka_unit_test(any_method_is_any_method),
    cmocka_unit_test(any_method_may_hang_on_retry_after_itself),
    cmocka_unit_test(a_body_that_is_spent_is_not_sent_again),
    cmocka_unit_test(a_retry_may_hang_on_retry_after),
    cmocka_unit_test(a_retry_may_hang_on_what_is_expected),
    cmocka_unit_test(once_is_once_for_each_cause),
    cmocka_unit_test(none_is_used_up_in_the_beginning),
    cmocka_unit_test(a_repair_needs_something_to_repair_with),
    cmocka_unit_test(a_step_says_which_connection),
    cmocka_unit_test(what_a_proxy_refuses_for_good_is_no_error_to_repeat),
    cmocka_unit_test(the_server_can_forbid_it),
    cmocka_unit_test(retry_after_is_a_floor_under_each_jitter),
    cmocka_unit_test(a_short_retry_after_does_not_shorten_the_backoff),
    cmocka_unit_test(without_jitter_retry_after_is_the_wait),
    cmocka_unit_test(decorrelated_jitter_knows_the_wait_before),
    cmocka_unit_test(the_rate_limiter_is_a_floor_on_429_and_503_only),
    cmocka_unit_test(retry_after_beats_the_rate_limiter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
