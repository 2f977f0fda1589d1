/* Tests of libcurls that are unloaded while handles of theirs are there. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hosted.h"

static void a_handle_may_be_left_behind(void **state)
{
  hosted_expect(
    *state, PROGRAM("host"), DROPIN,
    LIST(PLUGIN("plugin-gnutls"), "begin", "leave", "unload", "begin", "end"),
    "OpenSSL " RETRIED);
}

static void so_may_a_multi_handle(void **state)
{
  hosted_expect(*state, PROGRAM("host"), DROPIN,
                LIST(PLUGIN("plugin-gnutls"), "begin", "enter", "leave",
                     "unload", "begin", "enter", "end"),
                "OpenSSL " RETRIED);
}

/* It is still of its own libcurl, and the host's other functions are not. */
static void a_handle_may_outlive_its_plug_in(void **state)
{
  hosted_expect(
    *state, PROGRAM("host"), DROPIN,
    LIST(PLUGIN("plugin-gnutls"), "begin", "adopt", "unload", "end"),
    "mixed " RETRIED);
}

static void a_plug_in_may_come_back(void **state)
{
  hosted_expect(*state, PROGRAM("host"), DROPIN,
                LIST(PLUGIN("plugin-gnutls"), "begin", "leave", "unload",
                     PLUGIN("plugin-gnutls"), "begin", "begin", "end", "end",
                     "unload", PLUGIN("plugin-gnutls"), "begin", "end"),
                "GnuTLS " RETRIED "GnuTLS " RETRIED "GnuTLS " RETRIED);
}

static void another_one_may_take_its_place(void **state)
{
  hosted_expect(*state, PROGRAM("host-bare"), DROPIN,
                LIST(PLUGIN("plugin-CURL_NSS_3"), "begin", "leave", "unload",
                     PLUGIN("plugin-CURL_MBEDTLS_4"), "begin", "end", "unload",
                     PLUGIN("plugin-CURL_NSS_3"), "begin", "end", "unload",
                     PLUGIN("plugin-NONE"), "begin", "end"),
                "CURL_MBEDTLS_4 " RETRIED "CURL_NSS_3 " RETRIED
                "NONE " RETRIED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_handle_may_be_left_behind),
    cmocka_unit_test(so_may_a_multi_handle),
    cmocka_unit_test(a_handle_may_outlive_its_plug_in),
    cmocka_unit_test(a_plug_in_may_come_back),
    cmocka_unit_test(another_one_may_take_its_place),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
