/* Unit tests of lib/policy/selector.c and rule_text.c. */

#include "policies.h"

#define SHAPES                                                                \
  "; allowed: a code from 100 to 999 (503), several (500 502 504), a range "  \
  "(520-527) or a class from 1xx to 5xx"

static void a_selector_is_a_code_or_some_a_range_or_a_class(void **state)
{
  (void)state;
  static const struct mistake list[] = {
    {"[status]\n99 = fail", "2: no status \"99\"" SHAPES},
    {"[status]\n099 = fail", "2: no status \"099\"" SHAPES},
    {"[status]\n1000 = fail", "2: no status \"1000\"" SHAPES},
    {"[status]\n5XX = fail", "2: no status \"5XX\"" SHAPES},
    {"[status]\n6xx = fail", "2: no status \"6xx\"" SHAPES},
    {"[status]\n0xx = fail", "2: no status \"0xx\"" SHAPES},
    {"[status]\n500, 502 = fail", "2: no status \"500, 502\"" SHAPES},
    {"[status]\n500 5xx = fail", "2: no status \"500 5xx\"" SHAPES},
    {"[status]\n500 - 502 = fail", "2: no status \"500 - 502\"" SHAPES},
    {"[status]\n5x0-520 = fail", "2: no status \"5x0-520\"" SHAPES},
    {"[status]\n500-5x0 = fail", "2: no status \"500-5x0\"" SHAPES},
    {"[status]\n500+520 = fail", "2: no status \"500+520\"" SHAPES},
    {"[status]\n500-5020 = fail", "2: no status \"500-5020\"" SHAPES},
    {"[status]\n+50 = fail", "2: no status \"+50\"" SHAPES},
    {"[status]\n= fail", "2: no status before the \"=\"" SHAPES},
    {"[status]\n527-520 = fail",
     "2: the range 527-520 is the wrong way round; allowed: a lower code, "
     "then a higher one"},
    {"[status]\n500-520 = fail\n\n510-530 = fail",
     "4: the range 510-530 partly overlaps 500-520 of line 2"},
    {"[status]\n510-530 = fail\n500-510 = fail",
     "3: the range 500-510 partly overlaps 510-530 of line 2"},
  };

  ASSERT_MISTAKES(list);
}

#define RETRY                                                                 \
  "; allowed: any-method, any-method=retry-after, if=retry-after, "           \
  "if=expected, once, fresh-connection, with=content-length, "                \
  "with=no-expect, with=credentials"
#define FOLLOW                                                                \
  "; allowed: method=keep, method=get, method=post-to-get, remember"

static void actions_and_modifiers_fit_together(void **state)
{
  (void)state;
  static const struct mistake list[] = {
    {"[status]\n503 = retries",
     "2: unknown action \"retries\"; allowed: pass, fail, retry"},
    {"[status]\n302 = ",
     "2: unknown action \"\"; allowed: pass, fail, follow, retry"},
    {"[status]\n503 = RETRY",
     "2: unknown action \"RETRY\"; allowed: pass, fail, retry"},
    {"[status]\n503 = pass, once",
     "2: \"once\" after \"pass\", which takes no modifiers"},
    {"[status]\n503 = fail, any-method",
     "2: \"any-method\" after \"fail\", which takes no modifiers"},
    {"[status]\n301 = follow, any-method",
     "2: unknown modifier \"any-method\" of \"follow\"" FOLLOW},
    {"[status]\n503 = retry, remember",
     "2: unknown modifier \"remember\" of \"retry\"" RETRY},
    {"[status]\n503 = retry once",
     "2: unknown action \"retry once\"; allowed: pass, fail, retry"},
    {"[status]\n503 = retry, once if=expected",
     "2: unknown modifier \"once if=expected\" of \"retry\"" RETRY},
    {"[status]\n503 = retry,", "2: unknown modifier \"\" of \"retry\"" RETRY},
    {"[status]\n503 = retry, once, once",
     "2: \"once\" says again what was said before it"},
    {"[status]\n503 = retry, if=expected, if=retry-after",
     "2: \"if=retry-after\" says again what was said before it"},
    {"[status]\n503 = retry, any-method, any-method=retry-after",
     "2: \"any-method=retry-after\" says again what was said before it"},
    {"[status]\n411 = retry, with=no-expect, with=content-length",
     "2: \"with=content-length\" says again what was said before it"},
    {"[status]\n302 = follow, method=get, method=keep",
     "2: \"method=keep\" says again what was said before it"},
  };

  ASSERT_MISTAKES(list);
}

static void an_action_has_to_make_sense_where_it_stands(void **state)
{
  (void)state;
  static const struct mistake list[] = {
    {"[status]\n503 = follow",
     "2: no action \"follow\" here: only 3xx can be followed; allowed: pass, "
     "fail, retry"},
    {"[status]\n302 503 = follow",
     "2: no action \"follow\" here: only 3xx can be followed; allowed: pass, "
     "fail, retry"},
    {"[status]\n300-400 = follow",
     "2: no action \"follow\" here: only 3xx can be followed; allowed: pass, "
     "fail, retry"},
    {"[status]\n1xx = fail",
     "2: no action \"fail\" here: 1xx can only be passed; allowed: pass"},
    {"[status]\n100-999 = retry",
     "2: no action \"retry\" here: 1xx can only be passed; allowed: pass"},
    {"[error]\ncertificate = retry",
     "2: no action \"retry\" here: no repetition makes a certificate valid; "
     "allowed: pass, fail"},
    {"[error]\nresolve certificate = retry",
     "2: no action \"retry\" here: no repetition makes a certificate valid; "
     "allowed: pass, fail"},
    {"[error]\nsend = follow",
     "2: no action \"follow\" here: an error cannot be followed; allowed: "
     "pass, fail, retry"},
    {"[error]\nsend = retry, if=retry-after",
     "2: unknown modifier \"if=retry-after\" of \"retry\"; allowed: "
     "any-method, once, fresh-connection"},
  };

  ASSERT_MISTAKES(list);
}

static void assert_rule(const char *text, struct cw_rule expected)
{
  char policy_text[256] = "[status]\n399 = ";
  struct curlew_policy *policy = policy_of(strcat(policy_text, text));
  const struct cw_rule *rule = cw_rules_status(everywhere(policy), 399);

  assert_memory_equal(rule, &expected, sizeof(expected));
  curlew_policy_unref(policy);
}

static void a_rule_is_what_its_words_say(void **state)
{
  (void)state;

  assert_rule("pass", (struct cw_rule){.action = CW_ACTION_PASS});
  assert_rule("fail", (struct cw_rule){.action = CW_ACTION_FAIL});
  assert_rule("follow", (struct cw_rule){.action = CW_ACTION_FOLLOW,
                                         .next_method = CW_NEXT_KEEP});
  assert_rule("follow, method=keep",
              (struct cw_rule){.action = CW_ACTION_FOLLOW});
  assert_rule("follow, remember, method=get",
              (struct cw_rule){.action = CW_ACTION_FOLLOW,
                               .next_method = CW_NEXT_GET,
                               .remember = 1});
  assert_rule("follow,method=post-to-get",
              (struct cw_rule){.action = CW_ACTION_FOLLOW,
                               .next_method = CW_NEXT_POST_TO_GET});
  assert_rule("retry", (struct cw_rule){.action = CW_ACTION_RETRY});
  assert_rule("retry , once, any-method , fresh-connection",
              (struct cw_rule){.action = CW_ACTION_RETRY,
                               .any_method = CW_ANY_METHOD_YES,
                               .once = 1,
                               .connection = CW_CONNECTION_FRESH});
  assert_rule("retry, any-method=retry-after, if=expected",
              (struct cw_rule){.action = CW_ACTION_RETRY,
                               .any_method = CW_ANY_METHOD_RETRY_AFTER,
                               .condition = CW_IF_EXPECTED});
  assert_rule("retry, if=retry-after, with=content-length",
              (struct cw_rule){.action = CW_ACTION_RETRY,
                               .condition = CW_IF_RETRY_AFTER,
                               .repair = CW_REPAIR_CONTENT_LENGTH});
  assert_rule("retry, with=no-expect",
              (struct cw_rule){.action = CW_ACTION_RETRY,
                               .repair = CW_REPAIR_NO_EXPECT});
  assert_rule("retry, with=credentials",
              (struct cw_rule){.action = CW_ACTION_RETRY,
                               .repair = CW_REPAIR_CREDENTIALS});
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_selector_is_a_code_or_some_a_range_or_a_class),
    cmocka_unit_test(actions_and_modifiers_fit_together),
    cmocka_unit_test(an_action_has_to_make_sense_where_it_stands),
    cmocka_unit_test(a_rule_is_what_its_words_say),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
