/* Test of a program on curlew under the drop-in: it is not policed twice. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dropin.h"

static void attempts_do_not_multiply(void **state)
{
  struct wire *wire = *state;
  struct process process = {
    .program = PROGRAM("client-curlew"),
    .args =
      LIST(wire_url(wire, WIRE_PLAIN, "/script/itself", STEPS("503;body=no"))),
    .env = LIST(NO_WAITS "; limits.attempts=3"),
    .preload = DROPIN,
  };
  process_expect(&process, "OpenSSL " ALONE, NULL);
  /* limits.attempts of the program's own policy */
  assert_int_equal(wire_count(wire, "itself"), 4);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(attempts_do_not_multiply),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
