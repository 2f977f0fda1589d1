/* Tests of a program with more rights than its user: the environment is not
   asked. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "dropin.h"

#define TRACE "/nonexistent/curlew.trace"

static void expect(struct wire *wire, enum process_rights rights,
                   const char *const *env, const char *out, const char *err)
{
  struct process process = {
    .program = PROGRAM("client-relinked"),
    .args = LIST(dropin_url(wire)),
    .env = env,
    .rights = rights,
  };
  process_expect(&process, out, err);
}

/* That each of the variables is obeyed at all. */
static void it_is_where_the_rights_are_the_same(void **state)
{
  expect(*state, PROCESS_PLAIN, LIST("CURLEW_SET=limits.attempts=1"),
         "OpenSSL " ALONE, NULL);
  expect(*state, PROCESS_PLAIN, LIST("CURLEW_POLICY=none"), "OpenSSL " ALONE,
         NULL);
  expect(*state, PROCESS_PLAIN, LIST(NO_WAITS, "CURLEW_TRACE=" TRACE),
         "OpenSSL " RETRIED, "curlew: CURLEW_TRACE: cannot append to " TRACE);
}

static void it_is_not_where_they_are_more(void **state)
{
  if(geteuid() != 0) {
    print_message("not root: that the environment is read by secure_getenv() "
                  "alone is all that is checked, by checks/nodes.sh\n");
    return;
  }
  expect(*state, PROCESS_SET_UID,
         LIST("CURLEW_SET=limits.attempts=1", "CURLEW_POLICY=none",
              "CURLEW_TRACE=" TRACE),
         "OpenSSL " RETRIED, NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(it_is_where_the_rights_are_the_same),
    cmocka_unit_test(it_is_not_where_they_are_more),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
