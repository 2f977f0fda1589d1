/* Unit tests of lib/policy/grammar.c and the words it reads. */

#include <stdio.h>

#include "policies.h"

#include "grammar.h"

static void unknown_names_are_told_with_those_that_are_known(void **state)
{
  (void)state;
  static const struct mistake list[] = {
    {"[limits]\nattemps = 3",
     "2: unknown key \"attemps\" in [limits]; allowed: attempts, redirects, "
     "deadline, waiting, attempt-timeout, drain, hold-body"},
    {"[backoff]\nBase = 3s",
     "2: unknown key \"Base\" in [backoff]; allowed: base, factor, cap, "
     "jitter, retry-after-cap"},
    {"[redirect]\n = 3",
     "2: the line is indented, but there is no list above it; allowed: a line "
     "that begins without a blank"},
    {"[redirect]\n= 3",
     "2: unknown key \"\" in [redirect]; allowed: when, downgrade, headers"},
    {"[methods]\nsafe = GET",
     "2: unknown key \"safe\" in [methods]; allowed: idempotent, "
     "idempotency-key, silent-resend"},
    {"[limts]",
     "1: unknown section [limts]; allowed: limits, backoff, redirect, "
     "methods, status, error, host NAME"},
    {"[]",
     "1: unknown section []; allowed: limits, backoff, redirect, methods, "
     "status, error, host NAME"},
    {"[error]\nDNS = retry",
     "2: unknown error \"DNS\" in [error]; allowed: resolve, connect, tls, "
     "certificate, timeout, send, receive, empty-reply, refused-stream"},
    {"[error]\n= retry",
     "2: unknown error \"\" in [error]; allowed: resolve, connect, tls, "
     "certificate, timeout, send, receive, empty-reply, refused-stream"},
  };

  ASSERT_MISTAKES(list);
}

static void numbers_have_a_shape_and_a_range(void **state)
{
  (void)state;
  static const struct mistake list[] = {
    {"[limits]\nattempts = 0",
     "2: limits.attempts cannot be \"0\"; allowed: a whole number from 1 to "
     "1000"},
    {"[limits]\nattempts = 1001",
     "2: limits.attempts cannot be \"1001\"; allowed: a whole number from 1 "
     "to 1000"},
    {"[limits]\nattempts = 18446744073709551617",
     "2: limits.attempts cannot be \"18446744073709551617\"; allowed: a whole "
     "number from 1 to 1000"},
    {"[limits]\nredirects = -1",
     "2: limits.redirects cannot be \"-1\"; allowed: a whole number from 0 to "
     "1000"},
    {"[limits]\nattempts = 4 # four",
     "2: limits.attempts cannot be \"4 # four\"; allowed: a whole number from "
     "1 to 1000"},
    {"[limits]\nattempts =",
     "2: limits.attempts cannot be \"\"; allowed: a whole number from 1 to "
     "1000"},
    {"[limits]\ndeadline = 0ms",
     "2: limits.deadline cannot be \"0ms\"; allowed: a duration (500ms, 30s, "
     "2min, 1h, 1d) from 1ms to 366d, or none"},
    {"[limits]\nwaiting = 367d",
     "2: limits.waiting cannot be \"367d\"; allowed: a duration (500ms, 30s, "
     "2min, 1h, 1d) from 0ms to 366d, or none"},
    {"[limits]\nattempt-timeout = 5 s",
     "2: limits.attempt-timeout cannot be \"5 s\"; allowed: a duration "
     "(500ms, 30s, 2min, 1h, 1d) from 1ms to 366d, or none"},
    {"[backoff]\nbase = none",
     "2: backoff.base cannot be \"none\"; allowed: a duration (500ms, 30s, "
     "2min, 1h, 1d) from 0ms to 1d"},
    {"[backoff]\ncap = 25h",
     "2: backoff.cap cannot be \"25h\"; allowed: a duration (500ms, 30s, "
     "2min, 1h, 1d) from 0ms to 1d"},
  };

  ASSERT_MISTAKES(list);
}

static void sizes_factors_and_words_have_a_shape_too(void **state)
{
  (void)state;
  static const struct mistake list[] = {
    {"[limits]\ndrain = 64KB",
     "2: limits.drain cannot be \"64KB\"; allowed: a size (100B, 64KiB, 1MiB, "
     "1GiB) from 0B to 1GiB"},
    {"[limits]\ndrain = KiB",
     "2: limits.drain cannot be \"KiB\"; allowed: a size (100B, 64KiB, 1MiB, "
     "1GiB) from 0B to 1GiB"},
    {"[limits]\nhold-body = 2GiB",
     "2: limits.hold-body cannot be \"2GiB\"; allowed: a size (100B, 64KiB, "
     "1MiB, 1GiB) from 0B to 1GiB"},
    {"[limits]\nhold-body = 18446744073709551615GiB",
     "2: limits.hold-body cannot be \"18446744073709551615GiB\"; allowed: a "
     "size (100B, 64KiB, 1MiB, 1GiB) from 0B to 1GiB"},
    {"[backoff]\nfactor = .5",
     "2: backoff.factor cannot be \".5\"; allowed: a number with up to 3 "
     "decimal places from 1 to 10"},
    {"[backoff]\nfactor = 18446744073709553",
     "2: backoff.factor cannot be \"18446744073709553\"; allowed: a number "
     "with up "
     "to 3 "
     "decimal places from 1 to 10"},
    {"[backoff]\nfactor = 0.999",
     "2: backoff.factor cannot be \"0.999\"; allowed: a number with up to 3 "
     "decimal places from 1 to 10"},
    {"[backoff]\nfactor = 10.001",
     "2: backoff.factor cannot be \"10.001\"; allowed: a number with up to 3 "
     "decimal places from 1 to 10"},
    {"[backoff]\nfactor = 1.0000",
     "2: backoff.factor cannot be \"1.0000\"; allowed: a number with up to 3 "
     "decimal places from 1 to 10"},
    {"[backoff]\nfactor = 2.",
     "2: backoff.factor cannot be \"2.\"; allowed: a number with up to 3 "
     "decimal places from 1 to 10"},
    {"[backoff]\nfactor = 2,5",
     "2: backoff.factor cannot be \"2,5\"; allowed: a number with up to 3 "
     "decimal places from 1 to 10"},
    {"[backoff]\njitter = Full",
     "2: backoff.jitter cannot be \"Full\"; allowed: none, equal, full, "
     "decorrelated"},
  };

  ASSERT_MISTAKES(list);
}

static void numbers_at_the_ends_of_their_range_are_taken(void **state)
{
  (void)state;
  struct curlew_policy *low = policy_of("[limits]\n"
                                        "attempts = 1\nredirects = 0\n"
                                        "deadline = 1ms\nwaiting = 0ms\n"
                                        "drain = 0B\nhold-body = 1B\n"
                                        "[backoff]\nbase = 0ms\ncap = 0ms\n"
                                        "factor = 1\n");
  struct curlew_policy *high =
    policy_of("[limits]\nattempts = 1000\nredirects = 1000\n"
              "deadline = none\nwaiting = 366d\n"
              "drain = 1GiB\nhold-body = 1048576KiB\n"
              "[backoff]\nbase = 1d\ncap = 24h\nfactor = 9.125\n");
  const struct cw_rules *rules = everywhere(low);

  assert_int_equal(rules->limits.attempts, 1);
  assert_int_equal(rules->limits.redirects, 0);
  assert_int_equal(rules->limits.deadline_ms, 1);
  assert_int_equal(rules->limits.waiting_ms, 0);
  assert_int_equal(rules->limits.drain, 0);
  assert_int_equal(rules->limits.hold_body, 1);
  assert_int_equal(rules->backoff.base_ms, 0);
  assert_int_equal(rules->backoff.cap_ms, 0);
  assert_int_equal(rules->backoff.factor_permille, 1000);

  rules = everywhere(high);
  assert_int_equal(rules->limits.attempts, 1000);
  assert_int_equal(rules->limits.redirects, 1000);
  assert_int_equal(rules->limits.deadline_ms, UINT64_MAX);
  assert_int_equal(rules->limits.waiting_ms, 366u * UINT64_C(86400000));
  assert_int_equal(rules->limits.drain, 1u << 30);
  assert_int_equal(rules->limits.hold_body, 1u << 30);
  assert_int_equal(rules->backoff.base_ms, 86400000);
  assert_int_equal(rules->backoff.cap_ms, 86400000);
  assert_int_equal(rules->backoff.factor_permille, 9125);

  curlew_policy_unref(low);
  curlew_policy_unref(high);
}

static void words_are_those_of_the_rules(void **state)
{
  (void)state;
  struct curlew_policy *policy =
    policy_of("[backoff]\njitter = decorrelated\nretry-after-cap = none\n"
              "[redirect]\nwhen = asked\ndowngrade = allow\n"
              "[methods]\nidempotency-key = auto\nsilent-resend = guard\n");
  const struct cw_rules *rules = everywhere(policy);

  assert_int_equal(rules->backoff.jitter, CW_JITTER_DECORRELATED);
  assert_int_equal(rules->retry_after_cap_ms, UINT64_MAX);
  assert_int_equal(rules->redirect_when, CW_REDIRECT_ASKED);
  assert_int_equal(rules->downgrade, CW_DOWNGRADE_ALLOW);
  assert_int_equal(rules->idempotency_key, CW_KEY_AUTO);
  assert_int_equal(rules->silent_resend, CW_RESEND_GUARD);

  policy = policy_with(policy, "backoff.jitter=none; redirect.when=always;"
                               "redirect.downgrade=refuse;"
                               "methods.idempotency-key=keep;"
                               "methods.silent-resend=libcurl");
  rules = everywhere(policy);
  assert_int_equal(rules->backoff.jitter, CW_JITTER_NONE);
  assert_int_equal(rules->redirect_when, CW_REDIRECT_ALWAYS);
  assert_int_equal(rules->downgrade, CW_DOWNGRADE_REFUSE);
  assert_int_equal(rules->idempotency_key, CW_KEY_KEEP);
  assert_int_equal(rules->silent_resend, CW_RESEND_LIBCURL);

  policy = policy_with(policy, "backoff.jitter=equal; redirect.when=never");
  rules = everywhere(policy);
  assert_int_equal(rules->backoff.jitter, CW_JITTER_EQUAL);
  assert_int_equal(rules->redirect_when, CW_REDIRECT_NEVER);
  curlew_policy_unref(policy);
}

static void nothing_is_set_twice(void **state)
{
  (void)state;
  static const struct mistake list[] = {
    {"[limits]\nattempts = 3\n[backoff]\n[limits]\nattempts = 3",
     "5: limits.attempts is given twice, first in line 2"},
    {"[redirect]\nheaders = Accept\nheaders = Range",
     "3: redirect.headers is given twice, first in line 2"},
    {"[status]\n503 = retry\n504 503 = fail",
     "3: 503 is given twice, first in line 2"},
    {"[status]\n503 503 = retry", "2: 503 is given twice, first in line 2"},
    {"[status]\n5xx = retry\n4xx = fail\n5xx = retry",
     "4: 5xx is given twice, first in line 2"},
    {"[status]\n520-527 = retry\n520-527 = fail",
     "3: 520-527 is given twice, first in line 2"},
    {"[error]\nsend = retry\nreceive send = fail",
     "3: send is given twice, first in line 2"},
    {"[host a.com]\nstatus.503 = retry\nstatus.503 = fail",
     "3: 503 is given twice, first in line 2"},
  };

  ASSERT_MISTAKES(list);
}

static void names_are_tokens_and_stand_once_in_a_list(void **state)
{
  (void)state;
  static const struct mistake list[] = {
    {"[methods]\nidempotent = GET, HEAD",
     "2: \"GET,\" is not a name; allowed: names with blanks between"},
    {"[methods]\nidempotent = GET\n  422 = fail",
     "3: \"=\" is not a name; allowed: names with blanks between"},
    {"[redirect]\nheaders = Accept:",
     "2: \"Accept:\" is not a name; allowed: names with blanks between"},
    {"[redirect]\nheaders = \xc3\xa9",
     "2: \"\xc3\xa9\" is not a name; allowed: names with blanks between"},
    {"[redirect]\nheaders = Range # one",
     "2: a \"#\" does not begin a comment; allowed: ;"},
    {"[methods]\nidempotent = GET #GET",
     "2: a \"#\" does not begin a comment; allowed: ;"},
    {"[redirect]\nheaders = Range range", "2: \"range\" is in the list twice"},
    {"[methods]\nidempotent = GET\n  PUT GET",
     "3: \"GET\" is in the list twice"},
    {"[methods]\nidempotent = "
     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
     "2: the name \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
     "AAAAAAAAA\" is too long"},
    {"[limits]\nattempts = 3\n redirects = 3",
     "3: the indented line goes on with limits.attempts, which is not a list; "
     "allowed: a line that begins without a blank"},
    {"[methods]\nidempotency-key = keep\n auto",
     "3: the indented line goes on with methods.idempotency-key, which is not "
     "a list; allowed: a line that begins without a blank"},
    {"[status]\n503 = retry\n  once",
     "3: the indented line goes on with status.503, which is not a list; "
     "allowed: a line that begins without a blank"},
  };

  ASSERT_MISTAKES(list);
}

static void a_list_has_no_more_names_than_are_allowed(void **state)
{
  (void)state;
  char text[4096];
  size_t length = (size_t)sprintf(text, "[methods]\nidempotent =\n");
  for(unsigned i = 0; i < CW_GRAMMAR_NAMES_MAX; i++)
    length += (size_t)sprintf(text + length, " M%u\n", i);

  struct curlew_policy *policy = policy_of(text);
  assert_int_equal(everywhere(policy)->idempotent.count, CW_GRAMMAR_NAMES_MAX);
  curlew_policy_unref(policy);
  sprintf(text + length, " ONE-MORE\n");
  assert_refused(text, "test.ini:131: more than 128 names in one list");
}

static void a_path_without_an_end_names_nothing(void **state)
{
  (void)state;
  struct curlew_policy *base = policy_of("");
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};
  char settings[1024];
  memset(settings, 'a', sizeof(settings));
  snprintf(settings + sizeof(settings) - 8, 8, ".key=1");

  assert_int_equal(curlew_policy_set(base, settings, &policy, &error),
                   CURLE_BAD_FUNCTION_ARGUMENT);
  assert_int_equal(error.line, 1);
  assert_string_equal(error.allowed, "section.key");
  assert_null(policy);
  curlew_policy_unref(base);
}

static void fields_of_one_origin_are_never_taken_along(void **state)
{
  (void)state;
  static const char *const fields[] = {
    "Authorization", "cookie",         "PROXY-AUTHORIZATION",
    "Host",          "Content-Length", "Transfer-Encoding",
    "Connection",
  };

  for(size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
    char text[128];
    char expected[128];
    snprintf(text, sizeof(text), "[redirect]\nheaders = Accept\n  %s",
             fields[i]);
    snprintf(expected, sizeof(expected),
             "test.ini:3: \"%s\" must never go to another origin", fields[i]);
    assert_refused(text, expected);
  }
}

static void lists_go_on_and_may_be_empty(void **state)
{
  (void)state;
  struct curlew_policy *policy =
    policy_of("[redirect]\nheaders = Accept\n  Range ; why\n\n  If-Range\n"
              "[methods]\nidempotent =\n"
              "[host a.com]\nmethods.idempotent = GET\n  PROPFIND\n");
  const struct cw_rules *rules = everywhere(policy);

  assert_int_equal(rules->cross_origin.count, 3);
  assert_string_equal(rules->cross_origin.name[0], "Accept");
  assert_string_equal(rules->cross_origin.name[1], "Range");
  assert_string_equal(rules->cross_origin.name[2], "If-Range");
  assert_int_equal(rules->idempotent.count, 0);

  rules = rules_for(policy, "a.com");
  assert_int_equal(rules->idempotent.count, 2);
  assert_string_equal(rules->idempotent.name[1], "PROPFIND");
  curlew_policy_unref(policy);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(unknown_names_are_told_with_those_that_are_known),
    cmocka_unit_test(numbers_have_a_shape_and_a_range),
    cmocka_unit_test(sizes_factors_and_words_have_a_shape_too),
    cmocka_unit_test(numbers_at_the_ends_of_their_range_are_taken),
    cmocka_unit_test(words_are_those_of_the_rules),
    cmocka_unit_test(nothing_is_set_twice),
    cmocka_unit_test(names_are_tokens_and_stand_once_in_a_list),
    cmocka_unit_test(a_list_has_no_more_names_than_are_allowed),
    cmocka_unit_test(a_path_without_an_end_names_nothing),
    cmocka_unit_test(fields_of_one_origin_are_never_taken_along),
    cmocka_unit_test(lists_go_on_and_may_be_empty),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
