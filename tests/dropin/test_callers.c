/* Tests of callers whose libcurl is not found in the plainest way. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hosted.h"

/* As pycurl's is: no lookup among the global symbols finds it. */
static void a_libcurl_may_be_loaded_locally(void **state)
{
  hosted_expect(
    *state, PROGRAM("host"), DROPIN,
    LIST(PLUGIN("plugin-gnutls"), "begin", "end", "begin", "enter", "end"),
    "GnuTLS " RETRIED "GnuTLS " RETRIED);
}

/* What returns from it is the code of the host. */
static void a_call_may_be_a_jump(void **state)
{
  hosted_expect(
    *state, PROGRAM("host"), DROPIN,
    LIST(PLUGIN("plugin-jumps"), "begin", "own", "begin", "end", "end"),
    "GnuTLS " RETRIED "OpenSSL " RETRIED);
}

static void a_function_may_be_looked_up_by_name(void **state)
{
  hosted_expect(
    *state, PROGRAM("host"), DROPIN,
    LIST(PLUGIN("plugin-default"), "begin", "end", "begin", "enter", "end"),
    "OpenSSL " RETRIED "OpenSSL " RETRIED);
}

/* The plug-in's own libcurl stands behind it, and the drop-in does not. */
static void who_asks_for_the_next_one_goes_past_us(void **state)
{
  hosted_expect(
    *state, PROGRAM("host"), DROPIN,
    LIST(PLUGIN("plugin-next"), "begin", "end", "begin", "enter", "end"),
    "GnuTLS " ALONE "GnuTLS " ALONE);
}

#if defined(__x86_64__) /* see plugin_made.c */
static void a_caller_may_be_in_no_object(void **state)
{
  hosted_expect(
    *state, PROGRAM("host"), DROPIN,
    LIST(PLUGIN("plugin-made"), "begin", "own", "begin", "end", "end"),
    "GnuTLS " RETRIED "OpenSSL " RETRIED);
}
#endif

/* They see what the program does. */
static void others_may_stand_before_us(void **state)
{
  hosted_expect(*state, PROGRAM("host"), PLUGIN("interposer") ":" DROPIN,
                LIST("begin", "end"), "perform\nOpenSSL " RETRIED);
}

static void they_may_where_no_version_is_wanted(void **state)
{
  hosted_expect(*state, PROGRAM("host-relinked"), PLUGIN("interposer"),
                LIST("begin", "end"), "perform\nOpenSSL " RETRIED);
}

/* They see what libcurl does. */
static void others_may_stand_behind_us_there(void **state)
{
  hosted_expect(*state, PROGRAM("host-bare"),
                DROPIN ":" PLUGIN("interposer") ":" PLUGIN("fake-NONE"),
                LIST("begin", "end"), "perform\nperform\nNONE " RETRIED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_libcurl_may_be_loaded_locally),
    cmocka_unit_test(a_call_may_be_a_jump),
    cmocka_unit_test(a_function_may_be_looked_up_by_name),
    cmocka_unit_test(who_asks_for_the_next_one_goes_past_us),
#if defined(__x86_64__)
    cmocka_unit_test(a_caller_may_be_in_no_object),
#endif
    cmocka_unit_test(others_may_stand_before_us),
    cmocka_unit_test(they_may_where_no_version_is_wanted),
    cmocka_unit_test(others_may_stand_behind_us_there),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
