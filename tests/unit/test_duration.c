/* Unit tests of lib/core/duration.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "duration.h"
#include "instant.h"

static void a_number_and_a_unit_are_a_duration(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    uint64_t ms;
  } rows[] = {
    {"0ms", 0},
    {"0d", 0},
    {"1ms", 1},
    {"500ms", 500},
    {"30s", 30000},
    {"030s", 30000},
    {"2min", 120000},
    {"1h", 3600000},
    {"1d", 86400000},
    {"none", CW_FOREVER},
    {"90s", 90000},
    {"366d", CW_DURATION_MAX_MS},
    {"31622400000ms", CW_DURATION_MAX_MS},
    {"31622400s", CW_DURATION_MAX_MS},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    uint64_t ms = 1234;
    assert_true(cw_duration_read(rows[i].text, &ms));
    assert_int_equal(ms, rows[i].ms);
  }
}

static void anything_else_is_none_and_writes_nothing(void **state)
{
  (void)state;
  static const char *const texts[] = {
    "",
    "0",
    "30",
    "s",
    "ms",
    "30 s",
    " 30s",
    "30s ",
    "30S",
    "30sec",
    "30m",
    "1min30s",
    "-1s",
    "+1s",
    "1.5s",
    "None",
    "none ",
    "nones",
    "1e3ms",
    "0x1s",
    "367d",
    "31622400001ms",
    "31622401s",
    "18446744073709551615ms",
    "18446744073709551616ms",
    "18446744073709551616d",
    "213503982335d",
    "99999999999999999999999999999999s",
  };

  for(size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    uint64_t ms = 1234;
    assert_false(cw_duration_read(texts[i], &ms));
    assert_int_equal(ms, 1234);
  }
}

static void the_largest_unit_that_loses_nothing_is_written(void **state)
{
  (void)state;
  static const struct {
    uint64_t ms;
    const char *text;
  } rows[] = {
    {0, "0ms"},           {1, "1ms"},
    {999, "999ms"},       {1000, "1s"},
    {1001, "1001ms"},     {90000, "90s"},
    {120000, "2min"},     {3600000, "1h"},
    {5400000, "90min"},   {86400000, "1d"},
    {90000000, "25h"},    {CW_DURATION_MAX_MS, "366d"},
    {CW_FOREVER, "none"}, {CW_FOREVER - 1, "18446744073709551614ms"},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    char text[CW_DURATION_TEXT];
    cw_duration_write(rows[i].ms, text);
    assert_string_equal(text, rows[i].text);
  }
}

static void assert_comes_back(uint64_t ms)
{
  char text[CW_DURATION_TEXT];
  uint64_t back = 1234;

  cw_duration_write(ms, text);
  assert_true(cw_duration_read(text, &back));
  assert_int_equal(back, ms);
}

static void what_was_written_is_read_back(void **state)
{
  (void)state;
  for(uint64_t ms = 0; ms < 130000; ms++)
    assert_comes_back(ms);
  for(uint64_t ms = CW_DURATION_MAX_MS; ms > 1000000; ms = ms / 11 * 10)
    assert_comes_back(ms);
  assert_comes_back(CW_FOREVER);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_number_and_a_unit_are_a_duration),
    cmocka_unit_test(anything_else_is_none_and_writes_nothing),
    cmocka_unit_test(the_largest_unit_that_loses_nothing_is_written),
    cmocka_unit_test(what_was_written_is_read_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
