/* Tests of what programs do wrong, or hardly ever: under the drop-in the same
   comes of it as alone. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dropin.h"

/* Plays the act of odd.c, alone and under the drop-in. */
static void expect_same(struct wire *wire, const char *act,
                        const char *const *steps)
{
  struct process process = {
    .program = PROGRAM("odd"),
    .env = LIST(NO_WAITS),
  };
  struct process alone;

  process.args =
    LIST(act, wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s-a", act),
                       steps));
  process_run(&process);
  alone = process;
  assert_int_equal(alone.status, 0);
  assert_true(alone.out[0]);

  process.args =
    LIST(act, wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s-b", act),
                       steps));
  process.preload = DROPIN;
  process_expect(&process, alone.out, NULL);
}

static void there_may_be_no_handle(void **state)
{
  expect_same(*state, "no-handle", NULL);
}

static void arguments_may_be_missing(void **state)
{
  expect_same(*state, "no-argument",
              STEPS("302;A=1;Location=?;body=moved", "200;A=2;body=two"));
}

static void options_may_be_none(void **state)
{
  expect_same(*state, "no-option", STEPS("200;body=hi"));
}

static void options_may_be_set_in_a_callback(void **state)
{
  expect_same(*state, "set-inside",
              STEPS("200;body=four;drip=2:30", "200;body=hi"));
}

static void a_handle_may_be_copied_in_a_callback(void **state)
{
  expect_same(*state, "copy-inside",
              STEPS("302;Location=?;body=moved", "200;body=hi",
                    "302;Location=?;body=moved", "200;body=hi"));
}

static void a_handle_is_not_performed_in_its_callback(void **state)
{
  expect_same(*state, "perform-inside", STEPS("200;body=hi"));
}

static void another_one_may_be(void **state)
{
  expect_same(*state, "other-inside", STEPS("200;body=hi"));
}

static void a_handle_that_performs_is_not_added(void **state)
{
  expect_same(*state, "add-inside", STEPS("200;body=hi"));
}

static void a_handle_that_was_added_is_not_performed(void **state)
{
  expect_same(*state, "perform-in-multi",
              STEPS("302;Location=?;nodate", "200;body=hi;nodate"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(there_may_be_no_handle),
    cmocka_unit_test(arguments_may_be_missing),
    cmocka_unit_test(options_may_be_none),
    cmocka_unit_test(options_may_be_set_in_a_callback),
    cmocka_unit_test(a_handle_may_be_copied_in_a_callback),
    cmocka_unit_test(a_handle_is_not_performed_in_its_callback),
    cmocka_unit_test(another_one_may_be),
    cmocka_unit_test(a_handle_that_performs_is_not_added),
    cmocka_unit_test(a_handle_that_was_added_is_not_performed),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
