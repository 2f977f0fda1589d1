/* Tests of processes that are copied while others use the drop-in. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dropin.h"

static void expect(const char *program, const char *const *args)
{
  struct process process = {
    .program = program,
    .args = args,
    .env = LIST(NO_WAITS),
    .preload = DROPIN,
  };
  process_expect(&process, "all children performed\n", NULL);
}

static void a_child_makes_handles(void **state)
{
  (void)state;
  expect(PROGRAM("forker-fake"), LIST("150"));
}

static void a_child_performs_on_a_handle_of_its_parent(void **state)
{
  expect(PROGRAM("forker"), LIST("4", dropin_url(*state), dropin_url(*state),
                                 dropin_url(*state), dropin_url(*state)));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_child_makes_handles),
    cmocka_unit_test(a_child_performs_on_a_handle_of_its_parent),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
