/* Unit tests of lib/core/reason.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reason.h"

static const enum curlew_reason reasons[] = {
#define REASON_VALUE(name, token, text) CURLEW_REASON_##name,
  CURLEW_REASONS(REASON_VALUE)
#undef REASON_VALUE
};
#define REASONS (sizeof(reasons) / sizeof(reasons[0]))

static void tokens_are_as_promised(void **state)
{
  (void)state;

  assert_int_equal(CURLEW_REASON_NONE, 0);
  assert_string_equal(cw_reason_token(CURLEW_REASON_NONE), "none");
  assert_string_equal(cw_reason_token(CURLEW_REASON_METHOD),
                      "method-not-repeatable");
  assert_string_equal(cw_reason_token(CURLEW_REASON_RETRIED_AFTER),
                      "retried-after");
  assert_string_equal(cw_reason_text(CURLEW_REASON_ATTEMPTS),
                      "limits.attempts is reached");
}

static void a_token_is_lower_case_words_with_hyphens(void **state)
{
  (void)state;
  for(size_t i = 0; i < REASONS; i++) {
    const char *token = cw_reason_token(reasons[i]);
    assert_true(strlen(token) > 0);
    assert_int_equal(strspn(token, "abcdefghijklmnopqrstuvwxyz-"),
                     strlen(token));
  }
}

static void no_two_reasons_have_the_same_token_or_text(void **state)
{
  (void)state;
  for(size_t i = 0; i < REASONS; i++) {
    for(size_t j = 0; j < i; j++) {
      assert_string_not_equal(cw_reason_token(reasons[i]),
                              cw_reason_token(reasons[j]));
      assert_string_not_equal(cw_reason_text(reasons[i]),
                              cw_reason_text(reasons[j]));
    }
  }
}

static void a_value_that_is_no_reason_has_a_text_too(void **state)
{
  (void)state;
  const enum curlew_reason none = (enum curlew_reason)REASONS;

  assert_string_equal(cw_reason_token(none), "unknown");
  assert_true(strlen(cw_reason_text(none)) > 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(tokens_are_as_promised),
    cmocka_unit_test(a_token_is_lower_case_words_with_hyphens),
    cmocka_unit_test(no_two_reasons_have_the_same_token_or_text),
    cmocka_unit_test(a_value_that_is_no_reason_has_a_text_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
