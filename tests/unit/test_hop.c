/* Unit tests of lib/core/hop.c: who follows, what is refused, circles. */

#include "play.h"

#define POLICY                                                                \
  "[limits]\n"                                                                \
  "attempts = 3\n"                                                            \
  "redirects = 5\n"                                                           \
  "[backoff]\n"                                                               \
  "jitter = none\n"                                                           \
  "[redirect]\n"                                                              \
  "when = always\n"                                                           \
  "[status]\n"                                                                \
  "301 = follow, method=post-to-get, remember\n"                              \
  "302 = follow, method=post-to-get\n"                                        \
  "303 = follow, method=get\n"                                                \
  "307 = follow, method=keep\n"                                               \
  "503 = retry\n"

#define TO(status, url) ANSWER_WITH(status, "Location: " url "\r\n")
#define TO_WITH(status, url, x)                                               \
  ANSWER_WITH(status, "Location: " url "\r\n" x "\r\n")

static void who_asked_decides_who_follows(void **state)
{
  (void)state;
  static const struct {
    const char *when;
    enum cw_wish wish;
    bool follows;
  } rows[] = {
    {"always", CW_WISH_UNSET, true}, {"always", CW_WISH_ON, true},
    {"always", CW_WISH_OFF, false},  {"asked", CW_WISH_UNSET, false},
    {"asked", CW_WISH_ON, true},     {"asked", CW_WISH_OFF, false},
    {"never", CW_WISH_UNSET, false}, {"never", CW_WISH_ON, false},
    {"never", CW_WISH_OFF, false},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    char policy[128];
    snprintf(policy, sizeof(policy),
             "[redirect]\nwhen = %s\n[status]\n302 = follow, method=get\n",
             rows[i].when);
    struct play play;
    play_begin(&play, policy);
    play.request.follow = rows[i].wish;
    const struct cw_step step = play_answer(&play, TO(302, "b"));
    if(rows[i].follows)
      assert_step(step, CW_FOLLOW, FOLLOWED);
    else
      assert_step(step, CW_DELIVER, REDIRECTS_OFF);
    assert_int_equal(step.result, CW_RESULT_AS_IS);
    play_end(&play);
  }
}

static void what_is_refused_fails_only_where_it_was_asked_for(void **state)
{
  (void)state;
  static const struct {
    const char *head;
    enum curlew_reason reason;
    enum cw_result result;
  } rows[] = {
    {TO(301, "bad:"), CURLEW_REASON_BAD_LOCATION, CW_RESULT_BAD_URL},
    {TO(301, "other:"), CURLEW_REASON_SCHEME, CW_RESULT_BAD_SCHEME},
    {TO(301, "down:"), CURLEW_REASON_DOWNGRADE, CW_RESULT_BAD_SCHEME},
    {TO(307, "b"), CURLEW_REASON_REWIND, CW_RESULT_REWIND},
    {ANSWER(301), CURLEW_REASON_NO_LOCATION, CW_RESULT_AS_IS},
    {TO(301, ""), CURLEW_REASON_NO_LOCATION, CW_RESULT_AS_IS},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    for(unsigned is_asked = 0; is_asked < 2; is_asked++) {
      struct play play;
      play_begin(&play, POLICY);
      play.request.follow = is_asked ? CW_WISH_ON : CW_WISH_UNSET;
      play.request.body = CW_BODY_SPENT;
      play.request.method = "PUT";
      const struct cw_step step = play_answer(&play, rows[i].head);
      assert_int_equal(step.verdict, CW_DELIVER);
      assert_int_equal(step.reason, rows[i].reason);
      assert_int_equal(step.result,
                       is_asked ? rows[i].result : CW_RESULT_AS_IS);
      play_end(&play);
    }
  }
}

static void a_custom_method_may_be_taken_for_a_post(void **state)
{
  (void)state;
  static const char policy[] = "[redirect]\nwhen = always\n[status]\n"
                               "302 = follow, method=post-to-get\n"
                               "307 = follow, method=keep\n";
  static const struct {
    const char *head;
    bool is_post;
    unsigned keep_post;
    const char *next;
  } rows[] = {
    {TO(302, "b"), true, 0, "GET"},
    {TO(302, "b"), true, CW_KEEP_POST_302, "IGLOO"},
    {TO(302, "b"), false, 0, "IGLOO"},
    {TO(307, "b"), true, 0, "IGLOO"},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct play play;
    play_begin(&play, policy);
    play.request.method = "IGLOO";
    play.request.is_post = rows[i].is_post;
    play.request.keep_post = rows[i].keep_post;
    const struct cw_step step = play_answer(&play, rows[i].head);
    assert_step(step, CW_FOLLOW, FOLLOWED);
    assert_string_equal(step.method, rows[i].next);
    assert_int_equal(step.drops_body, !strcmp(rows[i].next, "GET"));
    play_end(&play);
  }
}

static void a_circle_fails_only_where_it_was_asked_for(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_int_equal(play_answer(&play, TO(302, "http://a/")).result,
                   CW_RESULT_AS_IS);
  play.request.follow = CW_WISH_ON;
  assert_int_equal(play_answer(&play, TO(302, "http://a/")).result,
                   CW_RESULT_TOO_MANY);
  play_end(&play);
}

static void the_policy_may_allow_a_downgrade(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY "[redirect]\ndowngrade = allow\n");

  assert_step(play_answer(&play, TO(302, "down:b")), CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, TO(302, "other:b")), CW_DELIVER, SCHEME);
  play_end(&play);
}

static void of_two_limits_the_smaller_holds(void **state)
{
  (void)state;
  static const struct {
    uint32_t own;
    unsigned hops;
  } rows[] = {{UINT32_MAX, 5}, {6, 5}, {5, 5}, {2, 2}, {0, 0}};

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct play play;
    play_begin(&play, POLICY);
    play.request.max_redirects = rows[i].own;
    play.request.follow = CW_WISH_ON;
    for(unsigned hop = 0; hop < rows[i].hops; hop++) {
      char head[64];
      snprintf(head, sizeof(head), "HTTP/1.1 302 x\r\nLocation: %u\r\n\r\n",
               hop);
      assert_step(play_answer(&play, head), CW_FOLLOW, FOLLOWED);
    }
    const struct cw_step step = play_answer(&play, TO(302, "one-more"));
    assert_step(step, CW_DELIVER, REDIRECTS);
    assert_int_equal(step.result, CW_RESULT_TOO_MANY);
    play_end(&play);
  }
}

static void the_policy_may_allow_no_hop(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, "[limits]\nredirects = 0\n[redirect]\n"
                    "when = always\n[status]\n302 = follow, method=keep\n");

  assert_step(play_answer(&play, TO(302, "b")), CW_DELIVER, REDIRECTS);
  assert_step(play_answer(&play, ANSWER(302)), CW_DELIVER, NO_LOCATION);
  play_end(&play);
}

static void a_hop_says_what_becomes_of_the_request(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play.request.method = "POST";
  play.request.keep_post = CW_KEEP_POST_302;

  const struct cw_step kept = play_answer(&play, TO(302, "b"));
  assert_string_equal(kept.method, "POST");
  assert_false(kept.drops_body);
  const struct cw_step changed = play_answer(&play, TO(301, "c"));
  assert_string_equal(changed.method, "GET");
  assert_true(changed.drops_body);
  assert_int_equal(changed.memory_ms, 0);
  play_end(&play);
}

static void a_body_that_goes_need_not_be_rewound(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play.request.method = "POST";
  play.request.body = CW_BODY_SPENT;

  assert_step(play_answer(&play, TO(303, "b")), CW_FOLLOW, FOLLOWED);
  play_end(&play);
}

static void a_permanent_hop_may_be_remembered(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_int_equal(play_answer(&play, TO(301, "b")).memory_ms, CW_FOREVER);
  assert_int_equal(play_answer(&play, TO(302, "c")).memory_ms, 0);
  assert_int_equal(
    play_answer(&play, TO_WITH(301, "d", "Cache-Control: max-age=9"))
      .memory_ms,
    9000);
  play_end(&play);
}

static void a_hop_waits_as_long_as_it_is_told(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  const struct cw_step step =
    play_answer(&play, TO_WITH(302, "b", "Retry-After: 3"));
  assert_step(step, CW_FOLLOW, FOLLOWED);
  assert_int_equal(step.wait_ms, 3000);
  assert_int_equal(step.start_ms, PLAY_START_MS + 3000);
  /* no rate limiter, no back-off */
  assert_int_equal(
    play_answer(&play, TO_WITH(302, "c", "RateLimit-Reset: 3")).wait_ms, 0);
  play_end(&play);
}

static void a_circle_is_found(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_step(play_answer(&play, TO(302, "http://b/")), CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, TO(302, "http://c/")), CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, TO(302, "http://b/")), CW_DELIVER, LOOP);
  assert_step(play_answer(&play, TO(302, "http://a/")), CW_DELIVER, LOOP);
  play_end(&play);
}

static void another_method_is_no_circle(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);
  play.request.method = "POST";

  assert_step(play_answer(&play, TO(303, "http://a/")), CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, TO(302, "http://a/")), CW_DELIVER, LOOP);
  play_end(&play);
}

static void a_cookie_or_a_wait_makes_it_another_request(void **state)
{
  (void)state;
  static const char *const changes[] = {"Set-Cookie: a=b", "Retry-After: 1"};

  for(size_t i = 0; i < 2; i++) {
    char self[96];
    char away[96];
    struct play play;
    play_begin(&play, POLICY);
    snprintf(self, sizeof(self),
             "HTTP/1.1 302 x\r\nLocation: http://a/\r\n%s\r\n\r\n",
             changes[i]);
    snprintf(away, sizeof(away),
             "HTTP/1.1 302 x\r\nLocation: http://b/\r\n%s\r\n\r\n",
             changes[i]);

    /* to itself, and then by way of another page */
    assert_step(play_answer(&play, self), CW_FOLLOW, FOLLOWED);
    assert_step(play_answer(&play, away), CW_FOLLOW, FOLLOWED);
    assert_step(play_answer(&play, TO(302, "http://a/")), CW_FOLLOW, FOLLOWED);
    /* nothing is new any more */
    assert_step(play_answer(&play, TO(302, "http://b/")), CW_DELIVER, LOOP);
    play_end(&play);
  }
}

static void what_was_before_the_change_may_come_again(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_step(play_answer(&play, TO(302, "http://b/")), CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, TO_WITH(302, "http://c/", "Set-Cookie: a=b")),
              CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, TO(302, "http://a/")), CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, TO(302, "http://b/")), CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, TO(302, "http://c/")), CW_DELIVER, LOOP);
  play_end(&play);
}

static void a_retry_between_is_no_circle(void **state)
{
  (void)state;
  struct play play;
  play_begin(&play, POLICY);

  assert_step(play_answer(&play, TO(302, "http://b/")), CW_FOLLOW, FOLLOWED);
  assert_step(play_answer(&play, ANSWER(503)), CW_RETRY, RETRIED);
  assert_step(play_answer(&play, TO(302, "http://c/")), CW_FOLLOW, FOLLOWED);
  play_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(who_asked_decides_who_follows),
    cmocka_unit_test(what_is_refused_fails_only_where_it_was_asked_for),
    cmocka_unit_test(a_custom_method_may_be_taken_for_a_post),
    cmocka_unit_test(a_circle_fails_only_where_it_was_asked_for),
    cmocka_unit_test(the_policy_may_allow_a_downgrade),
    cmocka_unit_test(of_two_limits_the_smaller_holds),
    cmocka_unit_test(the_policy_may_allow_no_hop),
    cmocka_unit_test(a_hop_says_what_becomes_of_the_request),
    cmocka_unit_test(a_body_that_goes_need_not_be_rewound),
    cmocka_unit_test(a_permanent_hop_may_be_remembered),
    cmocka_unit_test(a_hop_waits_as_long_as_it_is_told),
    cmocka_unit_test(a_circle_is_found),
    cmocka_unit_test(another_method_is_no_circle),
    cmocka_unit_test(a_cookie_or_a_wait_makes_it_another_request),
    cmocka_unit_test(what_was_before_the_change_may_come_again),
    cmocka_unit_test(a_retry_between_is_no_circle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
