/* Tests of processes that hold more than one libcurl: each handle stays with its
   own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hosted.h"

/* All at once; one that nobody knows is left alone. */
static void each_node_is_a_libcurl_of_its_own(void **state)
{
  static const char *const words[] = {
#define CW_NODE(name) PLUGIN("plugin-" #name), "begin",
#include "nodes.def"
#undef CW_NODE
    PLUGIN("plugin-NONE"),
    "begin",
    PLUGIN("plugin-CURL_STRANGE_9"),
    "begin",
#define CW_NODE(name) "end",
#include "nodes.def"
#undef CW_NODE
    "end",
    "end",
    NULL};

  hosted_expect(*state, PROGRAM("host-bare"), DROPIN, words,
#define CW_NODE(name) #name " " RETRIED
#include "nodes.def"
#undef CW_NODE
                "NONE " RETRIED "CURL_STRANGE_9 " ALONE);
}

static void each_multi_handle_stays_with_its_own(void **state)
{
  static const char *const words[] = {
#define CW_NODE(name) PLUGIN("plugin-" #name), "begin", "enter",
#include "nodes.def"
#undef CW_NODE
    PLUGIN("plugin-CURL_STRANGE_9"), "begin", "enter",
#define CW_NODE(name) "end",
#include "nodes.def"
#undef CW_NODE
    "end", NULL};

  hosted_expect(*state, PROGRAM("host-bare"), DROPIN, words,
#define CW_NODE(name) #name " " RETRIED
#include "nodes.def"
#undef CW_NODE
                "CURL_STRANGE_9 " ALONE);
}

static void a_plug_in_has_another_flavour(void **state)
{
  hosted_expect(*state, PROGRAM("host"), DROPIN,
                LIST("begin", PLUGIN("plugin-gnutls"), "begin", "end", "end"),
                "OpenSSL " RETRIED "GnuTLS " RETRIED);
}

static void both_have_multi_handles(void **state)
{
  hosted_expect(*state, PROGRAM("host"), DROPIN,
                LIST("begin", "enter", PLUGIN("plugin-gnutls"), "begin",
                     "enter", "own", "begin", "end", "end", "end"),
                "OpenSSL " RETRIED "GnuTLS " RETRIED "OpenSSL " RETRIED);
}

/* While the other has one there. */
static void either_performs_without_them(void **state)
{
  hosted_expect(*state, PROGRAM("host"), DROPIN,
                LIST("begin", PLUGIN("plugin-gnutls"), "begin", "own", "begin",
                     "enter", "end", "end", "end"),
                "OpenSSL " RETRIED "GnuTLS " RETRIED "OpenSSL " RETRIED);
}

static void the_plug_in_may_come_first(void **state)
{
  hosted_expect(
    *state, PROGRAM("host"), DROPIN,
    LIST(PLUGIN("plugin-gnutls"), "begin", "own", "begin", "end", "end"),
    "GnuTLS " RETRIED "OpenSSL " RETRIED);
}

static void they_may_take_turns(void **state)
{
  hosted_expect(*state, PROGRAM("host"), DROPIN,
                LIST(PLUGIN("plugin-gnutls"), "begin", "own", "begin",
                     PLUGIN("plugin-gnutls"), "begin", "end", "own", "begin",
                     "end", "end", "end"),
                "GnuTLS " RETRIED "OpenSSL " RETRIED "GnuTLS " RETRIED
                "OpenSSL " RETRIED);
}

static void a_plug_in_may_have_the_same_flavour(void **state)
{
  hosted_expect(
    *state, PROGRAM("host"), DROPIN,
    LIST(PLUGIN("plugin-openssl"), "begin", "own", "begin", "end", "end"),
    "OpenSSL " RETRIED "OpenSSL " RETRIED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_node_is_a_libcurl_of_its_own),
    cmocka_unit_test(each_multi_handle_stays_with_its_own),
    cmocka_unit_test(a_plug_in_has_another_flavour),
    cmocka_unit_test(both_have_multi_handles),
    cmocka_unit_test(either_performs_without_them),
    cmocka_unit_test(the_plug_in_may_come_first),
    cmocka_unit_test(they_may_take_turns),
    cmocka_unit_test(a_plug_in_may_have_the_same_flavour),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
