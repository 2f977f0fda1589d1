/* Unit tests of lib/policy/compile.c: layers and hosts. */

#include "policies.h"

static void a_policy_that_says_nothing_does_nothing(void **state)
{
  (void)state;
  struct curlew_policy *policy = policy_of("");
  const struct cw_rules *rules = everywhere(policy);

  assert_true(rules->inert);
  assert_int_equal(rules->limits.attempts, 1);
  assert_int_equal(rules->redirect_when, CW_REDIRECT_NEVER);
  assert_int_equal(rules->silent_resend, CW_RESEND_LIBCURL);
  for(unsigned status = 100; status < 1000; status++)
    assert_int_equal(action_of(rules, status), CW_ACTION_PASS);
  curlew_policy_unref(policy);
}

static void the_more_specific_wins_whatever_the_order(void **state)
{
  (void)state;
  struct curlew_policy *policy = policy_of("[status]\n"
                                           "503 = pass\n"
                                           "502-503 = fail\n"
                                           "501-510 = retry\n"
                                           "5xx = fail\n"
                                           "400-499 = retry\n"
                                           "4xx = pass\n"
                                           "440-449 = fail\n"
                                           "444 = pass\n");
  const struct cw_rules *rules = everywhere(policy);

  assert_int_equal(action_of(rules, 500), CW_ACTION_FAIL);
  assert_int_equal(action_of(rules, 501), CW_ACTION_RETRY);
  assert_int_equal(action_of(rules, 502), CW_ACTION_FAIL);
  assert_int_equal(action_of(rules, 503), CW_ACTION_PASS);
  assert_int_equal(action_of(rules, 504), CW_ACTION_RETRY);
  assert_int_equal(action_of(rules, 511), CW_ACTION_FAIL);
  assert_int_equal(action_of(rules, 439), CW_ACTION_RETRY);
  assert_int_equal(action_of(rules, 440), CW_ACTION_FAIL);
  assert_int_equal(action_of(rules, 444), CW_ACTION_PASS);
  assert_int_equal(action_of(rules, 600), CW_ACTION_PASS);
  curlew_policy_unref(policy);
}

static void a_range_may_lie_in_a_range_but_not_across(void **state)
{
  (void)state;
  struct curlew_policy *policy = policy_of("[status]\n"
                                           "520-521 = pass\n"
                                           "500-599 = retry\n"
                                           "520-529 = fail\n"
                                           "522-525 = retry\n");
  curlew_policy_unref(policy);
}

static void a_later_selector_replaces_all_that_it_covers(void **state)
{
  (void)state;
  struct curlew_policy *policy =
    policy_of("extends = default\n[status]\n5xx = fail\n429 = fail\n");
  const struct cw_rules *rules = everywhere(policy);

  for(unsigned status = 500; status < 600; status++)
    assert_int_equal(action_of(rules, status), CW_ACTION_FAIL);
  assert_int_equal(action_of(rules, 429), CW_ACTION_FAIL);
  assert_int_equal(action_of(rules, 408), CW_ACTION_RETRY);

  policy = policy_with(policy, "status.500-510 = retry; status.503 = pass");
  rules = everywhere(policy);
  assert_int_equal(action_of(rules, 502), CW_ACTION_RETRY);
  assert_int_equal(action_of(rules, 503), CW_ACTION_PASS);
  assert_int_equal(action_of(rules, 511), CW_ACTION_FAIL);
  curlew_policy_unref(policy);
}

static void what_is_not_said_is_inherited(void **state)
{
  (void)state;
  struct curlew_policy *policy =
    policy_of("extends = default\n[limits]\nattempts = 7\n");
  struct curlew_policy *base = curlew_policy_builtin("default");
  const struct cw_rules *rules = everywhere(policy);

  assert_int_equal(rules->limits.attempts, 7);
  assert_int_equal(rules->limits.redirects, 20);
  assert_int_equal(rules->cross_origin.count,
                   everywhere(base)->cross_origin.count);
  assert_int_equal(action_of(rules, 503), CW_ACTION_RETRY);
  curlew_policy_unref(base);
  assert_string_equal(rules->idempotent.name[0], "GET");
  curlew_policy_unref(policy);
}

static void a_host_has_what_holds_everywhere_and_its_own(void **state)
{
  (void)state;
  struct curlew_policy *policy =
    policy_of("extends = default\n"
              "[host API.example.com]\n"
              "status.404 = retry\nlimits.attempts = 6\n"
              "error.timeout = fail\n"
              "[limits]\nattempts = 5\nredirects = 3\n");
  const struct cw_rules *host = rules_for(policy, "api.example.com");

  assert_ptr_equal(rules_for(policy, "example.com"), everywhere(policy));
  assert_int_equal(host->limits.attempts, 6);
  assert_int_equal(host->limits.redirects, 3);
  assert_int_equal(host->error[CW_ERROR_TIMEOUT].action, CW_ACTION_FAIL);
  assert_int_equal(cw_rules_status(host, 404)->condition, CW_IF_ALWAYS);
  assert_int_equal(action_of(host, 503), CW_ACTION_RETRY);
  assert_int_equal(everywhere(policy)->limits.attempts, 5);
  assert_int_equal(cw_rules_status(everywhere(policy), 404)->condition,
                   CW_IF_EXPECTED);
  curlew_policy_unref(policy);
}

static void less_specific_patterns_come_first_whatever_the_order(void **state)
{
  (void)state;
  struct curlew_policy *policy =
    policy_of("[host a.b.c]\nlimits.attempts = 4\n"
              "[host *.a.b.c]\nlimits.redirects = 1\n"
              "[host *.b.c]\nlimits.attempts = 3\nlimits.drain = 3B\n"
              "[host *.c]\nlimits.attempts = 2\nlimits.drain = 2B\n"
              "limits.hold-body = 2B\n");
  const struct cw_rules *rules = rules_for(policy, "a.b.c");

  assert_int_equal(rules->limits.attempts, 4);
  assert_int_equal(rules->limits.drain, 3);
  assert_int_equal(rules->limits.hold_body, 2);
  assert_int_equal(rules->limits.redirects, 20);

  rules = rules_for(policy, "x.a.b.c");
  assert_int_equal(rules->limits.attempts, 3);
  assert_int_equal(rules->limits.hold_body, 2);
  assert_int_equal(rules->limits.redirects, 1);

  rules = rules_for(policy, "x.c");
  assert_int_equal(rules->limits.attempts, 2);
  assert_int_equal(rules->limits.drain, 2);
  curlew_policy_unref(policy);
}

static void a_later_layer_goes_over_hosts_too(void **state)
{
  (void)state;
  struct curlew_policy *policy =
    policy_of("extends = default\n[host a.b]\n"
              "limits.attempts = 9\nlimits.redirects = 9\n"
              "status.503 = fail\nstatus.502 = fail\n");
  policy = policy_with(policy, "limits.attempts=2; status.503=pass");
  const struct cw_rules *rules = rules_for(policy, "a.b");

  assert_int_equal(rules->limits.attempts, 2);
  assert_int_equal(rules->limits.redirects, 9);
  assert_int_equal(action_of(rules, 503), CW_ACTION_PASS);
  assert_int_equal(action_of(rules, 502), CW_ACTION_FAIL);
  assert_int_equal(action_of(everywhere(policy), 502), CW_ACTION_RETRY);
  curlew_policy_unref(policy);
}

/* Each term of it, and the one that looks as if it were. */
static void a_policy_is_inert_only_if_libcurl_may_be_left_alone(void **state)
{
  (void)state;
  static const struct {
    const char *settings;
    bool inert;
  } cases[] = {
    {"status.5xx=retry", true}, /* in one attempt */
    {"limits.attempts=2", true},
    {"limits.attempts=2; status.503=retry", false},
    {"limits.attempts=2; error.resolve=retry", false},
    {"status.3xx=follow", true}, /* never */
    {"redirect.when=asked", false},
    {"redirect.when=always", false},
    {"methods.silent-resend=guard", false},
    {"methods.idempotency-key=auto", false},
    {"limits.deadline=1h", false},
    {"limits.attempt-timeout=1h", false},
    {"limits.waiting=none; backoff.jitter=none", true},
  };

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct curlew_policy *policy =
      policy_with(policy_of(""), cases[i].settings);
    if(everywhere(policy)->inert != cases[i].inert)
      fail_msg("%s", cases[i].settings);
    curlew_policy_unref(policy);
  }
}

static void the_base_must_not_be_above_the_cap_in_the_end(void **state)
{
  (void)state;
  struct curlew_policy *policy =
    policy_of("[backoff]\nbase = 2min\ncap = 10min\n"
              "[host a.b]\nbackoff.base = 10min\n");
  curlew_policy_unref(policy);

  assert_refused("[backoff]\njitter = full\nbase = 1min\n",
                 "test.ini:3: backoff.base is 1min and backoff.cap 30s; "
                 "allowed: a base that is not above the cap");
  assert_refused("[backoff]\ncap = 5min\nbase = 1min\n"
                 "[host *.b]\nbackoff.cap = 2min\n"
                 "[host a.b]\nlimits.attempts = 3\nbackoff.base = 3min\n",
                 "test.ini:8: backoff.base is 3min and backoff.cap 2min; "
                 "allowed: a base that is not above the cap");
  assert_refused("[host *.b]\nbackoff.cap = 100ms\n[host a.b]\n",
                 "test.ini:2: backoff.base is 500ms and backoff.cap 100ms; "
                 "allowed: a base that is not above the cap");
}

static void hosts_are_names_and_stand_once(void **state)
{
  (void)state;
#define HOST                                                                  \
  " is not a host; allowed: a host's name, or \"*.\" and one; no port, no "   \
  "brackets, no final dot"
  static const struct mistake list[] = {
    {"[host a.com]\n[host *.a.com]\n[host A.com]\n",
     "3: [host a.com] is given twice, first in line 1"},
    {"[host]", "1: \"\"" HOST},
    {"[host a.com:80]", "1: \"a.com:80\"" HOST},
    {"[host a.com.]", "1: \"a.com.\"" HOST},
    {"[host a..com]", "1: \"a..com\"" HOST},
    {"[host *]", "1: \"*\"" HOST},
    {"[host *.]", "1: \"*.\"" HOST},
    {"[host *a.com]", "1: \"*a.com\"" HOST},
    {"[host a.*.com]", "1: \"a.*.com\"" HOST},
    {"[host a.com b.com]", "1: \"a.com b.com\"" HOST},
    {"[host http://a.com]", "1: \"http://a.com\"" HOST},
    {"[host a.com]\nattempts = 3",
     "2: \"attempts\" names no section and key; allowed: section.key"},
    {"[host a.com]\nhost.attempts = 3",
     "2: unknown section \"host\"; allowed: limits, backoff, redirect, "
     "methods, status, error"},
  };

  assert_mistakes(list, sizeof(list) / sizeof(list[0]));
  assert_refused(
    "[host aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaa]",
    "test.ini:1: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaa\"" HOST);
}

/* |hosts| sections of |rules| lines each, to be freed. */
static char *many(unsigned hosts, unsigned rules)
{
  char *text = malloc((size_t)hosts * (40 + rules * 32) + 1);
  assert_non_null(text);
  char *end = text;
  *end = '\0';
  for(unsigned i = 0; i < hosts; i++) {
    end += sprintf(end, "[host h%u.example.com]\n", i);
    for(unsigned j = 0; j < rules; j++)
      end +=
        sprintf(end, "status.%u = %s\n", 400 + j, j % 2 ? "retry" : "fail");
  }
  return text;
}

static void ten_thousand_rules_work(void **state)
{
  (void)state;
  char *text = many(1000, 10);
  struct curlew_policy *policy = policy_of(text);

  for(unsigned i = 0; i < 1000; i++) {
    char host[32];
    snprintf(host, sizeof(host), "h%u.example.com", i);
    assert_int_equal(action_of(rules_for(policy, host), 409), CW_ACTION_RETRY);
    assert_int_equal(action_of(rules_for(policy, host), 408), CW_ACTION_FAIL);
  }
  curlew_policy_unref(policy);
  free(text);
}

static void more_hosts_than_are_allowed_are_refused(void **state)
{
  (void)state;
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};
  char *text = many(1024, 0);
  curlew_policy_unref(policy_of(text));
  free(text);

  text = many(10000, 1);
  assert_int_equal(
    curlew_policy_parse(text, strlen(text), "test.ini", &policy, &error),
    CURLE_BAD_FUNCTION_ARGUMENT);
  assert_string_equal(error.text,
                      "test.ini:2049: more than 1024 [host ...] sections");
  free(text);
}

static void every_code_may_have_a_rule_of_its_own(void **state)
{
  (void)state;
  char text[900 * 16] = "[status]\n";
  char *end = text + strlen(text);
  for(unsigned code = 200; code < 1000; code++)
    end += sprintf(end, "%u = %s\n", code, code % 3 ? "fail" : "retry");
  struct curlew_policy *policy = policy_of(text);

  for(unsigned code = 200; code < 1000; code++)
    assert_int_equal(action_of(everywhere(policy), code),
                     code % 3 ? CW_ACTION_FAIL : CW_ACTION_RETRY);
  curlew_policy_unref(policy);
}

static void as_many_ranges_work_as_can_lie_in_each_other(void **state)
{
  (void)state;
  char text[900 * 20] = "[status]\n";
  char *end = text + strlen(text);
  for(unsigned low = 200; low < 999; low++)
    end += sprintf(end, "%u-999 = %s\n", low, low % 3 ? "fail" : "retry");
  struct curlew_policy *policy = policy_of(text);

  for(unsigned code = 200; code < 999; code++)
    assert_int_equal(action_of(everywhere(policy), code),
                     code % 3 ? CW_ACTION_FAIL : CW_ACTION_RETRY);
  curlew_policy_unref(policy);
}

static void ten_thousand_rules_for_one_code_are_refused(void **state)
{
  (void)state;
  char *text = malloc(10000 * 16 + 16);
  assert_non_null(text);
  char *end = text + sprintf(text, "[status]\n");
  for(unsigned i = 0; i < 10000; i++)
    end += sprintf(end, "503 = retry\n");

  assert_refused(text, "test.ini:3: 503 is given twice, first in line 2");
  free(text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_policy_that_says_nothing_does_nothing),
    cmocka_unit_test(the_more_specific_wins_whatever_the_order),
    cmocka_unit_test(a_range_may_lie_in_a_range_but_not_across),
    cmocka_unit_test(a_later_selector_replaces_all_that_it_covers),
    cmocka_unit_test(what_is_not_said_is_inherited),
    cmocka_unit_test(a_host_has_what_holds_everywhere_and_its_own),
    cmocka_unit_test(less_specific_patterns_come_first_whatever_the_order),
    cmocka_unit_test(a_later_layer_goes_over_hosts_too),
    cmocka_unit_test(a_policy_is_inert_only_if_libcurl_may_be_left_alone),
    cmocka_unit_test(the_base_must_not_be_above_the_cap_in_the_end),
    cmocka_unit_test(hosts_are_names_and_stand_once),
    cmocka_unit_test(ten_thousand_rules_work),
    cmocka_unit_test(more_hosts_than_are_allowed_are_refused),
    cmocka_unit_test(every_code_may_have_a_rule_of_its_own),
    cmocka_unit_test(as_many_ranges_work_as_can_lie_in_each_other),
    cmocka_unit_test(ten_thousand_rules_for_one_code_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
