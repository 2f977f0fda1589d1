/* Unit tests of lib/core/number.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "number.h"

static void digits_are_read_and_counted(void **state)
{
  (void)state;
  uint64_t number = 0;

  assert_int_equal(cw_number_begin(cw_span_of("30s"), &number), 2);
  assert_int_equal(number, 30);
  assert_int_equal(cw_number_begin(cw_span_of("007"), &number), 3);
  assert_int_equal(number, 7);
}

static void without_digits_nothing_is_written(void **state)
{
  (void)state;
  static const char *const texts[] = {"", "s30", "-1", "+1", " 1", ":", "/"};
  uint64_t number = 42;

  for(size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    assert_int_equal(cw_number_begin(cw_span_of(texts[i]), &number), 0);
    assert_false(cw_number_read(cw_span_of(texts[i]), &number));
  }
  assert_int_equal(cw_number_begin((struct cw_span){0}, &number), 0);
  assert_int_equal(number, 42);
}

static void a_number_too_large_is_the_largest_one(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    uint64_t number;
  } rows[] = {
    {"18446744073709551614", UINT64_MAX - 1},
    {"18446744073709551615", UINT64_MAX},
    {"18446744073709551616", UINT64_MAX},
    {"184467440737095516140", UINT64_MAX},
    {"99999999999999999999999999999999999999990", UINT64_MAX},
    {"000000000000000000000000000000000000000001", 1},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    uint64_t number = 0;
    assert_true(cw_number_read(cw_span_of(rows[i].text), &number));
    assert_int_equal(number, rows[i].number);
  }
}

static void what_follows_the_digits_spoils_a_whole_number(void **state)
{
  (void)state;
  static const char *const texts[] = {"5s", "5 ", "1.5", "1e3", "0x10"};
  uint64_t number = 42;

  for(size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
    assert_false(cw_number_read(cw_span_of(texts[i]), &number));
  assert_int_equal(number, 42);
}

static void the_length_ends_a_number_not_a_zero_byte(void **state)
{
  (void)state;
  uint64_t number = 0;
  const struct cw_span part = {"12345", 3};

  assert_true(cw_number_read(part, &number));
  assert_int_equal(number, 123);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(digits_are_read_and_counted),
    cmocka_unit_test(without_digits_nothing_is_written),
    cmocka_unit_test(a_number_too_large_is_the_largest_one),
    cmocka_unit_test(what_follows_the_digits_spoils_a_whole_number),
    cmocka_unit_test(the_length_ends_a_number_not_a_zero_byte),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
