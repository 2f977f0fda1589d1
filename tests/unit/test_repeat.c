/* Unit tests of lib/core/repeat.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "repeat.h"

static const char *const idempotent[] = {"GET", "PUT"};

static struct cw_rules rules_with(enum cw_idempotency_key key)
{
  return (struct cw_rules){
    .idempotent = {.name = idempotent, .count = 2},
    .idempotency_key = key,
  };
}

static void the_policy_names_the_idempotent_methods(void **state)
{
  (void)state;
  const struct cw_rules rules = rules_with(CW_KEY_KEEP);

  assert_true(cw_repeat_is_idempotent(&rules, "GET", false));
  assert_true(cw_repeat_is_idempotent(&rules, "PUT", false));
  assert_false(cw_repeat_is_idempotent(&rules, "POST", false));
  assert_false(cw_repeat_is_idempotent(&rules, "HEAD", false));
  assert_false(cw_repeat_is_idempotent(&rules, "put", false));
  assert_false(cw_repeat_is_idempotent(&rules, "", false));
}

static void a_key_makes_any_request_idempotent(void **state)
{
  (void)state;
  const struct cw_rules rules = rules_with(CW_KEY_KEEP);

  assert_true(cw_repeat_is_idempotent(&rules, "POST", true));
  assert_true(cw_repeat_is_idempotent(&rules, "LOCK", true));
}

static void a_key_is_added_to_post_and_patch_where_the_policy_says(
  void **state)
{
  (void)state;
  const struct cw_rules keep = rules_with(CW_KEY_KEEP);
  const struct cw_rules add = rules_with(CW_KEY_AUTO);

  assert_true(cw_repeat_adds_key(&add, "POST"));
  assert_true(cw_repeat_adds_key(&add, "PATCH"));
  assert_false(cw_repeat_adds_key(&add, "PUT"));
  assert_false(cw_repeat_adds_key(&add, "post"));
  assert_false(cw_repeat_adds_key(&keep, "POST"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_policy_names_the_idempotent_methods),
    cmocka_unit_test(a_key_makes_any_request_idempotent),
    cmocka_unit_test(a_key_is_added_to_post_and_patch_where_the_policy_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
