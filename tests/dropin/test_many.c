/* Tests of programs with multi handles of their own: the policy acts there,
   whatever performs beside them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dropin.h"

/* Each URL brings a 503 first, and then a 200. */
static void expect_under(struct wire *wire, const char *audit, const char *act,
                         const char *out)
{
  struct process process = {
    .program = PROGRAM("many"),
    .args = LIST(act, dropin_url(wire), dropin_url(wire)),
    .env = LIST(NO_WAITS, audit),
    .preload = DROPIN,
  };
  process_expect(&process, out, NULL);
}

static void expect(struct wire *wire, const char *act, const char *out)
{
  expect_under(wire, "LD_AUDIT=", act, out);
}

static void events_may_drive_it(void **state)
{
  expect(*state, "by-events", "OpenSSL " RETRIED);
}

static void a_callback_may_perform(void **state)
{
  expect(*state, "easy-in-multi", "OpenSSL " RETRIED "OpenSSL " RETRIED);
}

static void a_callback_may_drive_others(void **state)
{
  expect(*state, "multi-in-easy", "OpenSSL " RETRIED "OpenSSL " RETRIED);
}

static void even_such_as_it_has_made(void **state)
{
  expect(*state, "new-multi-in-easy", "OpenSSL " RETRIED "OpenSSL " RETRIED);
}

static void performs_may_be_nested(void **state)
{
  expect(*state, "easy-in-easy", "OpenSSL " RETRIED "OpenSSL " RETRIED);
}

static void a_handle_may_be_cleaned_up_in_the_middle(void **state)
{
  expect(*state, "clean-up-inside", "2 running\nOpenSSL " RETRIED);
}

static void the_multi_handle_may_go_first(void **state)
{
  expect(*state, "multi-goes-first", "1 running\nOpenSSL " RETRIED);
}

static void it_may_be_audited(void **state)
{
  expect_under(*state, "LD_AUDIT=" AUDIT, "multi-in-easy",
               "OpenSSL " RETRIED "OpenSSL " RETRIED);
  expect_under(*state, "LD_AUDIT=" AUDIT, "by-events", "OpenSSL " RETRIED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(events_may_drive_it),
    cmocka_unit_test(a_callback_may_perform),
    cmocka_unit_test(a_callback_may_drive_others),
    cmocka_unit_test(even_such_as_it_has_made),
    cmocka_unit_test(performs_may_be_nested),
    cmocka_unit_test(a_handle_may_be_cleaned_up_in_the_middle),
    cmocka_unit_test(the_multi_handle_may_go_first),
    cmocka_unit_test(it_may_be_audited),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
