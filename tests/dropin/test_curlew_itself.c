/* Test of a program on curlew under the drop-in: it is not policed twice. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dropin.h"

static void expect_once(struct wire *wire, const char *key,
                        const char *const *args)
{
  struct process process = {
    .program = PROGRAM("client-curlew"),
    .args = args,
    .env = LIST(NO_WAITS "; limits.attempts=3"),
    .preload = DROPIN,
  };
  process_expect(&process, "OpenSSL " ALONE, NULL);
  /* limits.attempts of the program's own policy */
  assert_int_equal(wire_count(wire, key), 4);
}

static void attempts_do_not_multiply(void **state)
{
  expect_once(*state, "itself",
              LIST(wire_url(*state, WIRE_PLAIN, "/script/itself",
                            STEPS("503;body=no"))));
}

static void nor_do_they_through_the_multi_interface(void **state)
{
  expect_once(*state, "multi",
              LIST("-m", wire_url(*state, WIRE_PLAIN, "/script/multi",
                                  STEPS("503;body=no"))));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(attempts_do_not_multiply),
    cmocka_unit_test(nor_do_they_through_the_multi_interface),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
