/* Tests of programs that cannot be touched: the drop-in is preloaded. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dropin.h"

static void without_the_drop_in_nothing_is_retried(void **state)
{
  struct process process = {
    .program = PROGRAM("client"),
    .args = LIST(dropin_url(*state)),
    .env = LIST(NO_WAITS),
  };
  process_expect(&process, "OpenSSL " ALONE, NULL);
}

static void a_program_on_openssl_is_retried(void **state)
{
  struct process process = {
    .program = PROGRAM("client"),
    .args = LIST(dropin_url(*state), dropin_url(*state)),
    .env = LIST(NO_WAITS),
    .preload = DROPIN,
  };
  process_expect(&process, "OpenSSL " RETRIED "OpenSSL " RETRIED, NULL);
}

static void so_it_is_through_the_multi_interface(void **state)
{
  struct process process = {
    .program = PROGRAM("client"),
    .args = LIST("-m", dropin_url(*state), dropin_url(*state)),
    .env = LIST(NO_WAITS),
    .preload = DROPIN,
  };
  process_expect(&process, "OpenSSL " RETRIED "OpenSSL " RETRIED, NULL);
}

static void a_program_on_gnutls_is_retried(void **state)
{
  struct process process = {
    .program = PROGRAM("client-gnutls"),
    .args = LIST(dropin_url(*state)),
    .env = LIST(NO_WAITS),
    .preload = DROPIN,
  };
  process_expect(&process, "GnuTLS " RETRIED, NULL);
  process.args = LIST("-m", dropin_url(*state));
  process_expect(&process, "GnuTLS " RETRIED, NULL);
}

static void a_program_on_a_libcurl_without_versions_is_retried(void **state)
{
  struct process process = {
    .program = PROGRAM("client-none"),
    .args = LIST(dropin_url(*state)),
    .env = LIST(NO_WAITS),
    .preload = DROPIN,
  };
  process_expect(&process, "NONE " RETRIED, NULL);
  process.args = LIST("-m", dropin_url(*state));
  process_expect(&process, "NONE " RETRIED, NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(without_the_drop_in_nothing_is_retried),
    cmocka_unit_test(a_program_on_openssl_is_retried),
    cmocka_unit_test(so_it_is_through_the_multi_interface),
    cmocka_unit_test(a_program_on_gnutls_is_retried),
    cmocka_unit_test(a_program_on_a_libcurl_without_versions_is_retried),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
