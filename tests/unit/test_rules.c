/* Unit tests of lib/core/rules.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules.h"

static void a_status_leads_to_its_rule(void **state)
{
  (void)state;
  static const struct cw_rules rules = {
    .rule = {{.action = CW_ACTION_FAIL}, {.action = CW_ACTION_RETRY}},
    .status = {[0] = 1, [503 - 100] = 1, [999 - 100] = 1},
  };

  assert_ptr_equal(cw_rules_status(&rules, 100), &rules.rule[1]);
  assert_ptr_equal(cw_rules_status(&rules, 101), &rules.rule[0]);
  assert_ptr_equal(cw_rules_status(&rules, 503), &rules.rule[1]);
  assert_ptr_equal(cw_rules_status(&rules, 999), &rules.rule[1]);
}

static void what_is_no_status_is_passed(void **state)
{
  (void)state;
  static const struct cw_rules rules = {
    .rule = {{.action = CW_ACTION_FAIL}},
  };
  static const unsigned codes[] = {0, 1, 99, 1000, 65536 + 503, UINT32_MAX};

  for(unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
    assert_int_equal(cw_rules_status(&rules, codes[i])->action,
                     CW_ACTION_PASS);
    assert_int_equal(cw_rules_action(&rules, codes[i]), CW_ACTION_PASS);
  }
}

static void the_action_of_a_status_is_that_of_its_rule(void **state)
{
  (void)state;
  static const struct cw_rules rules = {
    .rule =
      {
        {.action = CW_ACTION_PASS},
        {.action = CW_ACTION_FAIL},
        {.action = CW_ACTION_FOLLOW},
        {.action = CW_ACTION_RETRY},
      },
    .status = {[0] = 1, [301 - 100] = 2, [503 - 100] = 3, [999 - 100] = 3},
  };
  static const struct {
    unsigned status;
    enum cw_action action;
    bool is_passed;
  } rows[] = {
    {99, CW_ACTION_PASS, true},    {100, CW_ACTION_FAIL, true},
    {200, CW_ACTION_PASS, true},   {301, CW_ACTION_FOLLOW, false},
    {503, CW_ACTION_RETRY, false}, {999, CW_ACTION_RETRY, false},
    {1000, CW_ACTION_PASS, true},
  };

  for(unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    assert_int_equal(cw_rules_action(&rules, rows[i].status), rows[i].action);
    assert_int_equal(cw_rules_pass(&rules, rows[i].status), rows[i].is_passed);
  }
}

static bool matches(const char *pattern, const char *host)
{
  return cw_host_matches(pattern, cw_span_of(host));
}

static void an_exact_pattern_is_that_host_alone(void **state)
{
  (void)state;

  assert_true(matches("api.example.com", "api.example.com"));
  assert_true(matches("api.example.com", "API.Example.COM"));
  assert_true(matches("api.example.com", "api.example.com."));
  assert_false(matches("api.example.com", "example.com"));
  assert_false(matches("api.example.com", "x.api.example.com"));
  assert_false(matches("api.example.com", "api.example.com.."));
  assert_false(matches("api.example.com", "api.example.co"));
  assert_false(matches("api.example.com", ""));
  assert_false(matches("api.example.com", NULL));
}

static void a_wildcard_is_all_names_below_but_not_the_name(void **state)
{
  (void)state;

  assert_true(matches("*.example.com", "api.example.com"));
  assert_true(matches("*.example.com", "a.b.EXAMPLE.com."));
  assert_false(matches("*.example.com", "example.com"));
  assert_false(matches("*.example.com", ".example.com"));
  assert_false(matches("*.example.com", "myexample.com"));
  assert_false(matches("*.example.com", "api.example.org"));
  assert_false(matches("*.example.com", "."));
  assert_false(matches("*.example.com", ""));
  assert_false(matches("*.example.com", NULL));
}

static void a_host_is_a_piece_of_text_with_an_end(void **state)
{
  (void)state;
  const struct cw_span host = {.text = "api.example.com:8080", .length = 15};

  assert_true(cw_host_matches("api.example.com", host));
  assert_true(cw_host_matches("*.example.com", host));
}

static struct cw_rules of[5];
static const struct cw_host_rules hosts[] = {
  {"*.b.c", &of[1]},
  {"*.c", &of[2]},
  {"*.a.b.c", &of[3]},
  {"a.b.c", &of[4]},
};
static const struct cw_ruleset ruleset = {&of[0], hosts, 4};

static const struct cw_rules *rules_for(const char *host)
{
  return cw_ruleset_for(&ruleset, cw_span_of(host));
}

static void of_the_patterns_that_match_the_longest_wins(void **state)
{
  (void)state;

  assert_ptr_equal(rules_for("x.c"), &of[2]);
  assert_ptr_equal(rules_for("x.b.c"), &of[1]);
  assert_ptr_equal(rules_for("x.a.b.c"), &of[3]);
}

static void an_exact_pattern_wins_over_one_as_long(void **state)
{
  (void)state;

  assert_ptr_equal(rules_for("a.b.c"), &of[4]);
  assert_ptr_equal(rules_for("A.b.c."), &of[4]);
}

static void a_host_that_nothing_matches_has_what_holds_everywhere(void **state)
{
  (void)state;

  assert_ptr_equal(rules_for("c"), &of[0]);
  assert_ptr_equal(rules_for("127.0.0.1"), &of[0]);
  assert_ptr_equal(rules_for("[::1]"), &of[0]);
  assert_ptr_equal(rules_for(NULL), &of[0]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_status_leads_to_its_rule),
    cmocka_unit_test(what_is_no_status_is_passed),
    cmocka_unit_test(the_action_of_a_status_is_that_of_its_rule),
    cmocka_unit_test(an_exact_pattern_is_that_host_alone),
    cmocka_unit_test(a_wildcard_is_all_names_below_but_not_the_name),
    cmocka_unit_test(a_host_is_a_piece_of_text_with_an_end),
    cmocka_unit_test(of_the_patterns_that_match_the_longest_wins),
    cmocka_unit_test(an_exact_pattern_wins_over_one_as_long),
    cmocka_unit_test(a_host_that_nothing_matches_has_what_holds_everywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
