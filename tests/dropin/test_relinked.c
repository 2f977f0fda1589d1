/* Tests of programs that were linked to the drop-in, ahead of libcurl. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hosted.h"

static void expect(struct wire *wire, const char *program)
{
  struct process process = {
    .program = program,
    .args = LIST(dropin_url(wire)),
    .env = LIST(NO_WAITS),
  };
  process_expect(&process, "OpenSSL " RETRIED, NULL);
}

static void a_program_may_be_relinked(void **state)
{
  expect(*state, PROGRAM("client-relinked"));
}

/* With --as-needed, where it calls nothing but what the drop-in has. */
static void its_multi_handles_are_reached_too(void **state)
{
  struct process process = {
    .program = PROGRAM("client-relinked"),
    .args = LIST("-m", dropin_url(*state)),
    .env = LIST(NO_WAITS),
  };
  process_expect(&process, "OpenSSL " RETRIED, NULL);
}

static void the_linker_may_drop_libcurl_itself(void **state)
{
  expect(*state, PROGRAM("client-alone"));
}

static void the_linker_may_keep_libcurl(void **state)
{
  expect(*state, PROGRAM("client-not-alone"));
}

/* The host is not. */
static void a_plug_in_may_be_relinked_alone(void **state)
{
  hosted_expect(
    *state, PROGRAM("host"), NULL,
    LIST("begin", PLUGIN("plugin-relinked"), "begin", "end", "end"),
    "OpenSSL " ALONE "OpenSSL " RETRIED);
}

static void a_plug_in_may_be_relinked_to_another_flavour(void **state)
{
  hosted_expect(
    *state, PROGRAM("host"), NULL,
    LIST("begin", PLUGIN("plugin-relinked-gnutls"), "begin", "end", "end"),
    "OpenSSL " ALONE "GnuTLS " RETRIED);
}

static void two_plug_ins_may_be_relinked(void **state)
{
  hosted_expect(*state, PROGRAM("host"), NULL,
                LIST(PLUGIN("plugin-relinked"), "begin",
                     PLUGIN("plugin-relinked-gnutls"), "begin", "end", "end"),
                "OpenSSL " RETRIED "GnuTLS " RETRIED);
}

static void host_and_plug_in_may_be_relinked(void **state)
{
  hosted_expect(*state, PROGRAM("host-relinked"), NULL,
                LIST("begin", PLUGIN("plugin-relinked-gnutls"), "begin",
                     "enter", PLUGIN("plugin-gnutls"), "begin", "end", "end",
                     "end"),
                "OpenSSL " RETRIED "GnuTLS " RETRIED "GnuTLS " RETRIED);
}

static void a_relinked_plug_in_may_come_back(void **state)
{
  hosted_expect(*state, PROGRAM("host"), NULL,
                LIST(PLUGIN("plugin-relinked"), "begin", "leave", "unload",
                     PLUGIN("plugin-relinked-gnutls"), "begin", "end",
                     "unload", PLUGIN("plugin-relinked"), "begin", "end"),
                "GnuTLS " RETRIED "OpenSSL " RETRIED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_program_may_be_relinked),
    cmocka_unit_test(its_multi_handles_are_reached_too),
    cmocka_unit_test(the_linker_may_drop_libcurl_itself),
    cmocka_unit_test(the_linker_may_keep_libcurl),
    cmocka_unit_test(a_plug_in_may_be_relinked_alone),
    cmocka_unit_test(a_plug_in_may_be_relinked_to_another_flavour),
    cmocka_unit_test(two_plug_ins_may_be_relinked),
    cmocka_unit_test(host_and_plug_in_may_be_relinked),
    cmocka_unit_test(a_relinked_plug_in_may_come_back),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
