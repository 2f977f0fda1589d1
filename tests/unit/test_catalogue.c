/* Unit tests of lib/client/catalogue.c: what the application is told. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <curlew/curlew.h>

static void a_status_has_a_name(void **state)
{
  (void)state;

  assert_int_equal(curlew_status_info(503).code, 503);
  assert_string_equal(curlew_status_info(503).name, "Service Unavailable");
  assert_string_equal(curlew_status_info(100).name, "Continue");
  assert_string_equal(curlew_status_info(100).klass, "Informational");
}

static void a_reason_has_a_name_and_a_text(void **state)
{
  (void)state;

  assert_string_equal(curlew_reason_name(CURLEW_REASON_ATTEMPTS),
                      "attempts-exhausted");
  assert_string_equal(curlew_reason_text(CURLEW_REASON_DOWNGRADE),
                      "the target leads from https to http");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_status_has_a_name),
    cmocka_unit_test(a_reason_has_a_name_and_a_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
