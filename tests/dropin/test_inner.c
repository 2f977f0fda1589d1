/* Tests of what libcurl does by itself, through the front door that the drop-in
   stands at; with a fake libcurl. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dropin.h"

static void expect(const char *act, const char *out)
{
  struct process process = {
    .program = PROGRAM("inner"),
    .args = LIST(act),
    .env = LIST(NO_WAITS),
    .preload = DROPIN,
  };
  process_expect(&process, out, NULL);
}

/* It has set one option, and nothing of ours is on it. */
static void its_own_handles_are_left_alone(void **state)
{
  (void)state;
  expect("resolve", "CURL_OPENSSL_4 " RETRIED "1 option inside\n");
}

/* Nor does it know of the callbacks that we have on the first. */
static void a_pushed_handle_is_as_the_program_has_set_it(void **state)
{
  (void)state;
  expect("push", "CURL_OPENSSL_4 " ALONE "CURL_OPENSSL_4 " RETRIED);
}

static void a_handle_freed_behind_our_back_is_replaced(void **state)
{
  (void)state;
  expect("replace", "the same address\nCURL_OPENSSL_4 " RETRIED);
}

static void also_by_one_of_its_own(void **state)
{
  (void)state;
  expect("replace-inside", "the same address\nCURL_OPENSSL_4 " ALONE);
}

static void a_multi_handle_freed_behind_our_back_is_replaced(void **state)
{
  (void)state;
  expect("replace-multi", "the same address\nCURL_OPENSSL_4 " RETRIED);
}

static void also_by_one_that_libcurl_makes(void **state)
{
  (void)state;
  expect("replace-multi-inside", "the same address\nCURL_OPENSSL_4 " ALONE);
}

static void also_by_one_that_nobody_sees(void **state)
{
  (void)state;
  expect("replace-multi-unseen",
         "CURL_OPENSSL_4 " RETRIED "CURL_OPENSSL_4 " RETRIED);
}

static void what_it_had_may_become_the_programs(void **state)
{
  (void)state;
  expect("replace-elsewhere",
         "CURL_OPENSSL_4 " RETRIED "CURL_OPENSSL_4 " RETRIED);
}

static void a_handle_may_be_cleaned_up_in_a_multi_handle(void **state)
{
  (void)state;
  expect("clean-up-inside", "CURL_OPENSSL_4 " RETRIED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(its_own_handles_are_left_alone),
    cmocka_unit_test(a_pushed_handle_is_as_the_program_has_set_it),
    cmocka_unit_test(a_handle_freed_behind_our_back_is_replaced),
    cmocka_unit_test(also_by_one_of_its_own),
    cmocka_unit_test(a_multi_handle_freed_behind_our_back_is_replaced),
    cmocka_unit_test(also_by_one_that_libcurl_makes),
    cmocka_unit_test(also_by_one_that_nobody_sees),
    cmocka_unit_test(what_it_had_may_become_the_programs),
    cmocka_unit_test(a_handle_may_be_cleaned_up_in_a_multi_handle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
