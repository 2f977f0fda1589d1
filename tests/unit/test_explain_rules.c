/* Unit tests of lib/client/explain.c: every row of the documented rules, under
   each policy that is about them. */

#include <curlew/easy.h>
#include <curlew/explain.h>

#include "policies.h"

#define DELIVER CURLEW_DELIVER
#define FOLLOW  CURLEW_FOLLOW
#define RETRY   CURLEW_RETRY
#define R(name) CURLEW_REASON_##name

static struct curlew_decision explain(const struct curlew_policy *policy,
                                      struct curlew_what_if what_if)
{
  struct curlew_decision decision = {.method = NULL};
  const CURLcode result = curlew_explain(policy, &what_if, &decision);

  assert_int_equal(result, CURLE_OK);
  return decision;
}

static void assert_decision(struct curlew_decision decision, unsigned status,
                            const char *method, enum curlew_action action,
                            enum curlew_reason reason)
{
  if(decision.action != action || decision.reason != reason)
    fail_msg("%u to %s: action %u (%s), not %u (%s)", status, method,
             (unsigned)decision.action, curlew_reason_name(decision.reason),
             (unsigned)action, curlew_reason_name(reason));
}

/* What is done about the statuses |first| to |last| where nothing is known of
   Retry-After, and with one of five seconds. */
struct row {
  unsigned first;
  unsigned last;
  struct verdict {
    enum curlew_action action;
    enum curlew_reason reason;
  } get, post, get_after, post_after;
};

/* clang-format off */
#define ALWAYS(action, reason)                                                \
  {action, R(reason)}, {action, R(reason)}, {action, R(reason)},              \
  {action, R(reason)}
#define PASS         ALWAYS(DELIVER, PASSED)
#define FAIL         ALWAYS(DELIVER, FAILED)
#define FOLLOWED     ALWAYS(FOLLOW, FOLLOWED)
#define REPAIR       ALWAYS(RETRY, REPAIRED)
#define NOT(reason)  ALWAYS(DELIVER, reason)
#define ANY_METHOD                                                            \
  {RETRY, R(RETRIED)}, {RETRY, R(RETRIED)},                                   \
  {RETRY, R(RETRIED_AFTER)}, {RETRY, R(RETRIED_AFTER)}
#define IDEMPOTENT                                                            \
  {RETRY, R(RETRIED)}, {DELIVER, R(METHOD)},                                  \
  {RETRY, R(RETRIED_AFTER)}, {DELIVER, R(METHOD)}

static const struct row documented[] = {
  {100, 199, PASS},
  {200, 299, PASS},
  {300, 300, PASS},
  {301, 303, FOLLOWED},
  {304, 304, PASS},
  {305, 306, PASS},
  {307, 308, FOLLOWED},
  {309, 399, PASS},
  {400, 400, FAIL},
  {401, 401, NOT(NO_CREDENTIALS)},
  {402, 403, FAIL},
  {404, 404, NOT(NOT_EXPECTED)},
  {405, 406, FAIL},
  {407, 407, NOT(NO_CREDENTIALS)},
  {408, 408, ANY_METHOD},
  {409, 410, FAIL},
  {411, 411, REPAIR},
  {412, 412, FAIL},
  {413, 413, {DELIVER, R(NO_RETRY_AFTER)}, {DELIVER, R(NO_RETRY_AFTER)},
             {RETRY, R(RETRIED_AFTER)}, {RETRY, R(RETRIED_AFTER)}},
  {414, 416, FAIL},
  {417, 417, NOT(NO_REPAIR)}, /* unless Expect was the application's */
  {418, 420, FAIL},
  {421, 421, ANY_METHOD},
  {422, 424, FAIL},
  {425, 425, ANY_METHOD},
  {426, 428, FAIL},
  {429, 429, ANY_METHOD},
  {430, 499, FAIL},
  {500, 500, IDEMPOTENT},
  {501, 501, FAIL},
  {502, 502, IDEMPOTENT},
  {503, 503, {RETRY, R(RETRIED)}, {DELIVER, R(METHOD)},
             {RETRY, R(RETRIED_AFTER)}, {RETRY, R(RETRIED_AFTER)}},
  {504, 504, IDEMPOTENT},
  {505, 506, FAIL},
  {507, 507, {DELIVER, R(NO_RETRY_AFTER)}, {DELIVER, R(NO_RETRY_AFTER)},
             {RETRY, R(RETRIED_AFTER)}, {DELIVER, R(METHOD)}},
  {508, 508, FAIL},
  {509, 509, IDEMPOTENT},
  {510, 511, FAIL},
  {512, 599, IDEMPOTENT},
  {600, 999, PASS},
};
/* clang-format on */

static const char *location_for(enum curlew_action action)
{
  return action == FOLLOW ? "/next" : NULL;
}

static void assert_row(const struct curlew_policy *policy, unsigned status,
                       const char *method, const char *retry_after,
                       struct verdict verdict)
{
  const struct curlew_decision decision =
    explain(policy, (struct curlew_what_if){
                      .method = method,
                      .status = status,
                      .retry_after = retry_after,
                      .location = location_for(verdict.action),
                    });

  assert_decision(decision, status, method, verdict.action, verdict.reason);
  if(retry_after && verdict.action != DELIVER)
    assert_int_equal(decision.wait_min_ms, 5000);
  if(verdict.action == DELIVER)
    assert_int_equal(decision.wait_max_ms, 0);
}

static void assert_rows(const struct curlew_policy *policy,
                        const struct row *rows, size_t count)
{
  unsigned next = 100;

  for(size_t i = 0; i < count; i++) {
    assert_int_equal(rows[i].first, next); /* none is left out */
    for(; next <= rows[i].last; next++) {
      assert_row(policy, next, "GET", NULL, rows[i].get);
      assert_row(policy, next, "POST", NULL, rows[i].post);
      assert_row(policy, next, "GET", "5", rows[i].get_after);
      assert_row(policy, next, "POST", "5", rows[i].post_after);
    }
  }
  assert_int_equal(next, 1000);
}

static void the_default_is_what_the_rules_document(void **state)
{
  (void)state;
  struct curlew_policy *policy = curlew_policy_builtin("default");

  assert_rows(policy, documented, sizeof(documented) / sizeof(documented[0]));
  curlew_policy_unref(policy);
}

static void integration_is_the_same_with_any_method(void **state)
{
  (void)state;
  struct curlew_policy *policy = curlew_policy_builtin("integration");
  struct row rows[sizeof(documented) / sizeof(documented[0])];

  memcpy(rows, documented, sizeof(rows));
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    rows[i].post = rows[i].get;
    rows[i].post_after = rows[i].get_after;
  }
  assert_rows(policy, rows, sizeof(rows) / sizeof(rows[0]));
  curlew_policy_unref(policy);
}

static void none_leaves_everything_to_libcurl(void **state)
{
  (void)state;
  static const struct row rows[] = {{100, 999, NOT(NOT_POLICED)}};
  struct curlew_policy *policy = curlew_policy_builtin("none");

  assert_rows(policy, rows, 1);
  curlew_policy_unref(policy);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_default_is_what_the_rules_document),
    cmocka_unit_test(integration_is_the_same_with_any_method),
    cmocka_unit_test(none_leaves_everything_to_libcurl),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
