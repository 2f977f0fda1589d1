/* Unit tests of lib/core/names.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "names.h"

static const char *const words[] = {"GET", "Accept", "traceparent"};
static const struct cw_names names = {words, 3};

static void methods_are_compared_by_case(void **state)
{
  (void)state;

  assert_true(cw_names_have_method(&names, "GET"));
  assert_true(cw_names_have_method(&names, "traceparent"));
  assert_false(cw_names_have_method(&names, "get"));
  assert_false(cw_names_have_method(&names, "GE"));
  assert_false(cw_names_have_method(&names, "GETS"));
  assert_false(cw_names_have_method(&names, ""));
}

static void fields_are_not_compared_by_case(void **state)
{
  (void)state;

  assert_true(cw_names_have_field(&names, cw_span_of("accept")));
  assert_true(cw_names_have_field(&names, cw_span_of("TraceParent")));
  assert_true(cw_names_have_field(&names, (struct cw_span){"Accept: */*", 6}));
  assert_false(cw_names_have_field(&names, cw_span_of("Accept-Language")));
  assert_false(cw_names_have_field(&names, cw_span_of("Acc")));
  assert_false(cw_names_have_field(&names, cw_span_of(NULL)));
}

static void an_empty_list_has_nothing(void **state)
{
  (void)state;
  const struct cw_names none = {NULL, 0};

  assert_false(cw_names_have_method(&none, "GET"));
  assert_false(cw_names_have_field(&none, cw_span_of("Accept")));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(methods_are_compared_by_case),
    cmocka_unit_test(fields_are_not_compared_by_case),
    cmocka_unit_test(an_empty_list_has_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
