/* Unit tests of lib/core/span.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "span.h"

static void case_does_not_matter_for_ascii_letters(void **state)
{
  (void)state;

  assert_true(cw_span_is(cw_span_of("Retry-After"), "retry-after"));
  assert_true(cw_span_is(cw_span_of("az"), "AZ"));
  assert_true(cw_span_is(cw_span_of(""), ""));
  assert_false(cw_span_is(cw_span_of("@["), "`{"));
  assert_false(cw_span_is(cw_span_of("\xc4"), "\xe4"));
}

static void a_part_is_not_the_same_as_the_whole(void **state)
{
  (void)state;
  const struct cw_span with_zero = {"ab\0c", 4};

  assert_false(cw_span_is(cw_span_of("close"), "closed"));
  assert_false(cw_span_is(cw_span_of("closed"), "close"));
  assert_false(cw_span_is(cw_span_of(""), "a"));
  assert_false(cw_span_is(with_zero, "ab"));
  assert_true(cw_span_is((struct cw_span){"closed", 5}, "close"));
}

static void no_text_is_not_the_same_as_an_empty_one(void **state)
{
  (void)state;
  const struct cw_span none = cw_span_of(NULL);

  assert_null(none.text);
  assert_false(cw_span_is(none, ""));
  assert_null(cw_span_trim(none).text);
  assert_non_null(cw_span_of("").text);
}

static void trimming_takes_blanks_and_line_ends_at_both_ends(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    const char *trimmed;
  } rows[] = {
    {"a", "a"},
    {" \t a b \t ", "a b"},
    {"\r\na\r\n", "a"},
    {"a\n b", "a\n b"},
    {" \t\r\n", ""},
    {"", ""},
    {"\v a \f", "\v a \f"},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct cw_span trimmed = cw_span_trim(cw_span_of(rows[i].text));
    assert_non_null(trimmed.text);
    assert_int_equal(trimmed.length, strlen(rows[i].trimmed));
    assert_memory_equal(trimmed.text, rows[i].trimmed, trimmed.length);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(case_does_not_matter_for_ascii_letters),
    cmocka_unit_test(a_part_is_not_the_same_as_the_whole),
    cmocka_unit_test(no_text_is_not_the_same_as_an_empty_one),
    cmocka_unit_test(trimming_takes_blanks_and_line_ends_at_both_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
