/* Unit tests of the policies in policy/, as the library has them. */

#include "builtin.h"
#include "policies.h"
#include "rule_text.h"

struct row {
  unsigned first;
  unsigned last;
  struct cw_rule rule;
};

/* The table of the documented handling rules, written out once more. */
/* clang-format off */
#define PASS {.action = CW_ACTION_PASS}
#define FAIL {.action = CW_ACTION_FAIL}
#define FOLLOW(method, kept) {.action = CW_ACTION_FOLLOW,                     \
    .next_method = CW_NEXT_##method, .remember = kept}
#define RETRY(...) {.action = CW_ACTION_RETRY, __VA_ARGS__}
#define ANY .any_method = CW_ANY_METHOD_YES
#define IDEMPOTENT .any_method = CW_ANY_METHOD_NO
#define ANY_AFTER .any_method = CW_ANY_METHOD_RETRY_AFTER
#define ONCE .once = 1
#define FRESH .connection = CW_CONNECTION_FRESH
#define IF(what) .condition = CW_IF_##what
#define WITH(what) .repair = CW_REPAIR_##what

static const struct row table[] = {
  {100, 299, PASS},                  /* interim, success */
  {300, 300, PASS},                  /* Multiple Choices */
  {301, 301, FOLLOW(POST_TO_GET, 1)},
  {302, 302, FOLLOW(POST_TO_GET, 0)},
  {303, 303, FOLLOW(GET, 0)},
  {304, 306, PASS},                  /* Not Modified, deprecated */
  {307, 307, FOLLOW(KEEP, 0)},
  {308, 308, FOLLOW(KEEP, 1)},
  {309, 399, PASS},                  /* as 300 */
  {400, 400, FAIL},
  {401, 401, RETRY(ANY, ONCE, WITH(CREDENTIALS))},
  {402, 403, FAIL},
  {404, 404, RETRY(IF(EXPECTED))},
  {405, 406, FAIL},
  {407, 407, RETRY(ANY, ONCE, WITH(CREDENTIALS))},
  {408, 408, RETRY(ANY, FRESH)},
  {409, 410, FAIL},
  {411, 411, RETRY(ANY, ONCE, WITH(CONTENT_LENGTH))},
  {412, 412, FAIL},
  {413, 413, RETRY(ANY, IF(RETRY_AFTER))},
  {414, 416, FAIL},
  {417, 417, RETRY(ANY, ONCE, WITH(NO_EXPECT))},
  {418, 420, FAIL},
  {421, 421, RETRY(ANY, ONCE, FRESH)},
  {422, 424, FAIL},
  {425, 425, RETRY(ANY, ONCE)},
  {426, 428, FAIL},
  {429, 429, RETRY(ANY)},
  {430, 499, FAIL},                  /* 431, 451, unofficial, as 400 */
  {500, 500, RETRY(IDEMPOTENT)},
  {501, 501, FAIL},
  {502, 502, RETRY(IDEMPOTENT)},
  {503, 503, RETRY(ANY_AFTER)},
  {504, 504, RETRY(IDEMPOTENT)},
  {505, 506, FAIL},
  {507, 507, RETRY(IF(RETRY_AFTER))},
  {508, 508, FAIL},
  {509, 509, RETRY(IDEMPOTENT)},     /* as 500 */
  {510, 511, FAIL},
  {512, 599, RETRY(IDEMPOTENT)},     /* as 500 */
  {600, 999, PASS},
};

static const struct cw_rule errors[CW_ERROR_COUNT] = {
  [CW_ERROR_RESOLVE] = RETRY(ANY),
  [CW_ERROR_CONNECT] = RETRY(ANY),
  [CW_ERROR_TLS] = RETRY(ANY),
  [CW_ERROR_CERTIFICATE] = FAIL,
  [CW_ERROR_TIMEOUT] = RETRY(IDEMPOTENT),
  [CW_ERROR_SEND] = RETRY(IDEMPOTENT),
  [CW_ERROR_RECEIVE] = RETRY(IDEMPOTENT),
  [CW_ERROR_EMPTY_REPLY] = RETRY(IDEMPOTENT),
  [CW_ERROR_REFUSED_STREAM] = RETRY(ANY),
  [CW_ERROR_OTHER] = PASS,
};
/* clang-format on */

static const char *const names[] = {"curl",        "default", "dropin",
                                    "integration", "none",    "patient"};
#define NAMES (sizeof(names) / sizeof(names[0]))

static struct curlew_policy *builtin(const char *name)
{
  struct curlew_policy *policy = curlew_policy_builtin(name);
  if(!policy)
    fail_msg("there is no policy %s", name);
  return policy;
}

static void assert_rule(unsigned status, const struct cw_rule *rule,
                        const struct cw_rule *expected)
{
  char text[CW_RULE_TEXT];
  char wanted[CW_RULE_TEXT];
  if(!memcmp(rule, expected, sizeof(*rule)))
    return;
  cw_rule_write(rule, text);
  cw_rule_write(expected, wanted);
  fail_msg("%u = %s, not %s", status, text, wanted);
}

static void the_default_says_what_the_table_says(void **state)
{
  (void)state;
  struct curlew_policy *policy = builtin("default");
  unsigned status = CW_STATUS_MIN;

  for(size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
    assert_int_equal(table[i].first, status); /* none is left out */
    for(; status <= table[i].last; status++)
      assert_rule(status, cw_rules_status(everywhere(policy), status),
                  &table[i].rule);
  }
  assert_int_equal(status, CW_STATUS_MAX + 1);
  curlew_policy_unref(policy);
}

static void the_default_knows_what_errors_mean(void **state)
{
  (void)state;
  struct curlew_policy *policy = builtin("default");

  for(unsigned i = 0; i < CW_ERROR_COUNT; i++)
    assert_rule(i, &everywhere(policy)->error[i], &errors[i]);
  curlew_policy_unref(policy);
}

static void the_default_has_the_limits_of_the_design(void **state)
{
  (void)state;
  struct curlew_policy *policy = builtin("default");
  const struct cw_rules *rules = everywhere(policy);

  assert_int_equal(rules->limits.attempts, 4);
  assert_int_equal(rules->limits.redirects, 20);
  assert_int_equal(rules->limits.deadline_ms, UINT64_MAX);
  assert_int_equal(rules->limits.waiting_ms, 120000);
  assert_int_equal(rules->limits.attempt_timeout_ms, UINT64_MAX);
  assert_int_equal(rules->limits.drain, 65536);
  assert_int_equal(rules->limits.hold_body, 1048576);
  assert_int_equal(rules->backoff.base_ms, 500);
  assert_int_equal(rules->backoff.factor_permille, 2000);
  assert_int_equal(rules->backoff.cap_ms, 30000);
  assert_int_equal(rules->backoff.jitter, CW_JITTER_FULL);
  assert_int_equal(rules->retry_after_cap_ms, 120000);
  assert_int_equal(rules->redirect_when, CW_REDIRECT_ALWAYS);
  assert_int_equal(rules->downgrade, CW_DOWNGRADE_REFUSE);
  assert_int_equal(rules->idempotency_key, CW_KEY_KEEP);
  assert_int_equal(rules->silent_resend, CW_RESEND_GUARD);
  assert_false(rules->inert);
  curlew_policy_unref(policy);
}

static void the_default_lists_are_those_of_the_design(void **state)
{
  (void)state;
  static const char *const methods[] = {"GET", "HEAD",   "OPTIONS", "TRACE",
                                        "PUT", "DELETE", "QUERY"};
  static const char *const fields[] = {
    "Accept",
    "Accept-Language",
    "Accept-Encoding",
    "Content-Type",
    "Content-Language",
    "Content-Encoding",
    "User-Agent",
    "Range",
    "If-Range",
    "If-None-Match",
    "If-Modified-Since",
    "Cache-Control",
    "SOAPAction",
    "Idempotency-Key",
    "traceparent",
    "tracestate",
  };
  struct curlew_policy *policy = builtin("default");
  const struct cw_rules *rules = everywhere(policy);

  assert_int_equal(rules->idempotent.count, 7);
  for(unsigned i = 0; i < 7; i++)
    assert_string_equal(rules->idempotent.name[i], methods[i]);
  assert_int_equal(rules->cross_origin.count, 16);
  for(unsigned i = 0; i < 16; i++)
    assert_string_equal(rules->cross_origin.name[i], fields[i]);
  curlew_policy_unref(policy);
}

static void integration_is_the_default_with_any_method(void **state)
{
  (void)state;
  struct curlew_policy *base = builtin("default");
  struct curlew_policy *policy = builtin("integration");
  const struct cw_rules *rules = everywhere(policy);

  for(unsigned status = CW_STATUS_MIN; status <= CW_STATUS_MAX; status++) {
    struct cw_rule expected = *cw_rules_status(everywhere(base), status);
    if(expected.action == CW_ACTION_RETRY)
      expected.any_method = CW_ANY_METHOD_YES;
    assert_rule(status, cw_rules_status(rules, status), &expected);
  }
  for(unsigned i = 0; i < CW_ERROR_COUNT; i++) {
    struct cw_rule expected = everywhere(base)->error[i];
    if(expected.action == CW_ACTION_RETRY)
      expected.any_method = CW_ANY_METHOD_YES;
    assert_rule(i, &rules->error[i], &expected);
  }
  assert_true(rules->limits.attempts > everywhere(base)->limits.attempts);
  assert_true(rules->limits.waiting_ms > everywhere(base)->limits.waiting_ms);
  curlew_policy_unref(base);
  curlew_policy_unref(policy);
}

static void patient_is_the_default_with_more_time(void **state)
{
  (void)state;
  struct curlew_policy *base = builtin("default");
  struct curlew_policy *policy = builtin("patient");
  const struct cw_rules *rules = everywhere(policy);

  for(unsigned status = CW_STATUS_MIN; status <= CW_STATUS_MAX; status++)
    assert_rule(status, cw_rules_status(rules, status),
                cw_rules_status(everywhere(base), status));
  assert_true(rules->limits.attempts > everywhere(base)->limits.attempts);
  assert_true(rules->limits.waiting_ms >= 3600000);
  assert_true(rules->retry_after_cap_ms > 120000);
  curlew_policy_unref(base);
  curlew_policy_unref(policy);
}

/* A policy file cannot add to a list: dropin.ini has to say all of it again, and
   here it is seen when it falls behind. */
static void dropin_is_the_default_where_it_was_asked_for(void **state)
{
  (void)state;
  struct curlew_policy *base = builtin("default");
  struct curlew_policy *same = NULL;
  struct curlew_policy *policy = builtin("dropin");
  const struct cw_names *headers = &everywhere(base)->cross_origin;
  char settings[1024] = "redirect.when=asked;limits.waiting=1min;"
                        "redirect.headers=";
  size_t length = strlen(settings);

  for(size_t i = 0; i < headers->count; i++)
    length += (size_t)snprintf(settings + length, sizeof(settings) - length,
                               "%s ", headers->name[i]);
  length += (size_t)snprintf(settings + length, sizeof(settings) - length,
                             "Git-Protocol Pragma");
  assert_true(length < sizeof(settings));
  assert_int_equal(curlew_policy_set(base, settings, &same, NULL), CURLE_OK);
  char *given = dump_of(policy);
  char *expected = dump_of(same);
  assert_string_equal(given, expected);
  free(given);
  free(expected);
  curlew_policy_unref(base);
  curlew_policy_unref(same);
  curlew_policy_unref(policy);
}

static void curl_repeats_what_the_tool_repeats(void **state)
{
  (void)state;
  static const unsigned transient[] = {408, 429, 500, 502, 503, 504};
  struct curlew_policy *policy = builtin("curl");
  const struct cw_rules *rules = everywhere(policy);
  unsigned retried = 0;

  for(unsigned status = CW_STATUS_MIN; status <= CW_STATUS_MAX; status++)
    retried += action_of(rules, status) == CW_ACTION_RETRY;
  assert_int_equal(retried, 6);
  for(unsigned i = 0; i < 6; i++)
    assert_int_equal(cw_rules_status(rules, transient[i])->any_method,
                     CW_ANY_METHOD_YES);
  assert_int_equal(rules->limits.attempts, 4);
  assert_int_equal(rules->backoff.base_ms, 1000);
  assert_int_equal(rules->backoff.cap_ms, 600000);
  assert_int_equal(rules->backoff.jitter, CW_JITTER_NONE);
  assert_int_equal(rules->redirect_when, CW_REDIRECT_ASKED);
  assert_int_equal(rules->silent_resend, CW_RESEND_LIBCURL);
  curlew_policy_unref(policy);
}

static void none_is_what_a_policy_starts_from(void **state)
{
  (void)state;
  struct curlew_policy *none = builtin("none");
  struct curlew_policy *empty = policy_of("");
  char *said = dump_of(none);
  char *unsaid = dump_of(empty);

  assert_true(everywhere(none)->inert);
  assert_string_equal(said, unsaid);
  free(said);
  free(unsaid);
  curlew_policy_unref(none);
  curlew_policy_unref(empty);
}

static void no_policy_goes_by_another_name(void **state)
{
  (void)state;

  assert_null(curlew_policy_builtin("Default"));
  assert_null(curlew_policy_builtin("default.ini"));
  assert_null(curlew_policy_builtin(""));
  assert_null(curlew_policy_builtin(NULL));
  assert_null(cw_builtin_text("nothing").text);
  assert_string_equal(cw_builtin_names(),
                      "curl, default, dropin, integration, none, patient");
}

static void each_opens_with_who_it_is_for(void **state)
{
  (void)state;

  for(unsigned i = 0; i < NAMES; i++) {
    char opening[64];
    const struct cw_span text = cw_builtin_text(names[i]);
    const int length =
      snprintf(opening, sizeof(opening), "; %s.ini - for ", names[i]);
    assert_true(text.length > (size_t)length);
    assert_memory_equal(text.text, opening, (size_t)length);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_default_says_what_the_table_says),
    cmocka_unit_test(the_default_knows_what_errors_mean),
    cmocka_unit_test(the_default_has_the_limits_of_the_design),
    cmocka_unit_test(the_default_lists_are_those_of_the_design),
    cmocka_unit_test(integration_is_the_default_with_any_method),
    cmocka_unit_test(patient_is_the_default_with_more_time),
    cmocka_unit_test(dropin_is_the_default_where_it_was_asked_for),
    cmocka_unit_test(curl_repeats_what_the_tool_repeats),
    cmocka_unit_test(none_is_what_a_policy_starts_from),
    cmocka_unit_test(no_policy_goes_by_another_name),
    cmocka_unit_test(each_opens_with_who_it_is_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
