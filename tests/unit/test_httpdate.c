/* Unit tests of lib/core/httpdate.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "httpdate.h"

#define NOW INT64_C(1750000000) /* 15 June 2025, 15:06:40 */

struct row {
  const char *text;
  int64_t seconds;
};

static void assert_reads(const struct row *rows, size_t count, int64_t now_s)
{
  for(size_t i = 0; i < count; i++) {
    int64_t seconds = 1234;
    assert_true(
      cw_httpdate_read(rows[i].text, strlen(rows[i].text), now_s, &seconds));
    assert_int_equal(seconds, rows[i].seconds);
  }
}
#define ASSERT_READS(rows, now_s)                                             \
  assert_reads(rows, sizeof(rows) / sizeof((rows)[0]), now_s)

static void the_three_forms_tell_the_same_time(void **state)
{
  (void)state;
  static const struct row rows[] = {
    {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
    {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
    {"Sun Nov  6 08:49:37 1994", 784111777},
    {" \tSun, 06 Nov 1994 08:49:37 GMT \r\n", 784111777},
    {"Sun Nov 16 08:49:37 1994", 784975777},
    {"Sun Nov 06 08:49:37 1994", 784111777},
    {"Mon, 06 Nov 1994 08:49:37 GMT", 784111777}, /* it was a Sunday */
  };
  ASSERT_READS(rows, NOW);
}

static void years_are_counted_with_their_leap_days(void **state)
{
  (void)state;
  static const struct row rows[] = {
    {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
    {"Wed, 31 Dec 1969 23:59:59 GMT", -1},
    {"Mon, 01 Jan 1900 00:00:00 GMT", INT64_C(-2208988800)},
    {"Thu, 01 Mar 1900 00:00:00 GMT", INT64_C(-2203891200)},
    {"Tue, 29 Feb 2000 12:00:00 GMT", 951825600},
    {"Thu, 29 Feb 2024 23:59:59 GMT", 1709251199},
    {"Fri, 01 Mar 2024 00:00:00 GMT", 1709251200},
    {"Tue, 31 Dec 2024 23:59:59 GMT", 1735689599},
    {"Tue, 19 Jan 2038 03:14:08 GMT", INT64_C(2147483648)},
    {"Mon, 01 Mar 2100 00:00:00 GMT", INT64_C(4107542400)},
    {"Fri, 31 Dec 9999 23:59:59 GMT", INT64_C(253402300799)},
    {"Sat, 01 Jan 0000 00:00:00 GMT", INT64_C(-62167219200)},
  };
  ASSERT_READS(rows, NOW);
}

static void every_month_begins_after_the_one_before_it(void **state)
{
  (void)state;
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                       "May", "Jun", "Jul", "Aug",
                                       "Sep", "Oct", "Nov", "Dec"};
  static const unsigned days[] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
  int64_t expected = 978307200; /* 1 January 2001, no leap year */

  for(size_t month = 0; month < 12; month++) {
    for(unsigned day = 1; day <= days[month] + 1; day++) {
      char text[40];
      snprintf(text, sizeof(text), "Sun, %02u %s 2001 00:00:00 GMT", day,
               months[month]);
      int64_t seconds = 0;
      const bool is_day = day <= days[month];
      assert_int_equal(cw_httpdate_read(text, strlen(text), NOW, &seconds),
                       is_day);
      if(is_day)
        assert_int_equal(seconds, expected);
      expected += is_day ? 86400 : 0;
    }
  }
}

static void a_leap_second_is_the_next_second(void **state)
{
  (void)state;
  static const struct row rows[] = {
    {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
    {"Sun, 01 Jan 2017 00:00:00 GMT", 1483228800},
  };
  ASSERT_READS(rows, NOW);
}

static void two_digits_are_a_year_up_to_fifty_ahead(void **state)
{
  (void)state;
  static const struct row rows[] = {
    {"Sunday, 15-Jun-25 15:06:40 GMT", NOW},
    {"Saturday, 15-Jun-75 15:06:40 GMT", INT64_C(3327836800)}, /* 2075 */
    {"Sunday, 15-Jun-75 15:06:41 GMT", INT64_C(172076801)},    /* 1975 */
    {"Tuesday, 15-Jun-76 00:00:00 GMT", INT64_C(203644800)},   /* 1976 */
    {"Thursday, 31-Dec-99 23:59:59 GMT", INT64_C(946684799)},  /* 1999 */
    {"Saturday, 01-Jan-00 00:00:00 GMT", INT64_C(946684800)},  /* 2000 */
    {"Tuesday, 29-Feb-00 00:00:00 GMT", INT64_C(951782400)},   /* 2000 */
  };
  ASSERT_READS(rows, NOW);
}

static void the_century_is_that_of_the_clock(void **state)
{
  (void)state;
  static const struct row seventies[] = {
    {"Friday, 01-Jan-71 00:00:00 GMT", 31536000},
    {"Wednesday, 01-Jan-20 00:00:00 GMT", INT64_C(1577836800)}, /* 2020 */
    {"Saturday, 01-Jan-21 00:00:00 GMT", INT64_C(-1546300800)}, /* 1921 */
  };
  static const struct row end_of_century[] = {
    {"Friday, 01-Jan-00 00:00:00 GMT", INT64_C(4102444800)}, /* 2100 */
    {"Friday, 01-Jan-99 00:00:00 GMT", INT64_C(4070908800)}, /* 2099 */
  };
  ASSERT_READS(seventies, 0);
  ASSERT_READS(end_of_century, INT64_C(4102444799)); /* last of 2099 */
  ASSERT_READS(end_of_century, INT64_C(4102444800)); /* first of 2100 */
}

static void a_29_february_must_exist_in_the_century_found(void **state)
{
  (void)state;
  const char *text = "Monday, 29-Feb-00 00:00:00 GMT";
  int64_t seconds = 0;

  assert_true(cw_httpdate_read(text, strlen(text), NOW, &seconds));
  assert_false(
    cw_httpdate_read(text, strlen(text), INT64_C(4102444800), &seconds));
}

static void a_broken_clock_does_no_harm(void **state)
{
  (void)state;
  const char *text = "Sunday, 06-Nov-94 08:49:37 GMT";
  int64_t seconds = 0;

  assert_true(cw_httpdate_read(text, strlen(text), INT64_MIN, &seconds));
  assert_int_equal(seconds, 784111777);
  assert_true(cw_httpdate_read(text, strlen(text), INT64_MAX, &seconds));
}

static void anything_else_is_no_date_and_writes_nothing(void **state)
{
  (void)state;
  static const char *const texts[] = {
    "",
    "   ",
    "120",
    "Sun",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 06 Nov 1994 08:49:37 GMT+1",
    "Sun, 06 Nov 1994 08:49:37 gmt",
    "sun, 06 nov 1994 08:49:37 GMT",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun 06 Nov 1994 08:49:37 GMT",
    "Sun,  06 Nov 1994 08:49:37 GMT",
    "Sunday, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06-Nov-94 08:49:37 GMT",
    "Xun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nox 1994 08:49:37 GMT",
    "Sun, 06  1994 08:49:37 GMT",
    ", 06 Nov 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 0: Nov 1994 08:49:37 GMT",
    "Sun, 1/ Nov 1994 08:49:37 GMT",
    "Sun, 31 Nov 1994 08:49:37 GMT",
    "Sun, 32 Jan 1994 08:49:37 GMT",
    "Sun, 29 Feb 1900 00:00:00 GMT",
    "Sun, 29 Feb 2023 00:00:00 GMT",
    "Sun, 29 Feb 2100 00:00:00 GMT",
    "Sun, 30 Feb 2024 00:00:00 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:00 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT",
    "Sun, 06 Nov 1994 8:49:37 GMT",
    "Sun, 06 Nov 94 08:49:37 GMT",
    "Sun, 06 Nov 19940 08:49:37 GMT",
    "Sunday, 06-Nov-1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 UTC",
    "Sunday, 06-Nov-94 08:49:37 GMT+1",
    "Sun Nov  6 08:49:37 1994 GMT",
    "Sun Nov 6 08:49:37 1994",
    "Sun Nov   6 08:49:37 1994",
    "Sun Nov  6 08:49:37 94",
    "Sun Feb 29 08:49:37 2023",
    "1994-11-06T08:49:37Z",
  };

  for(size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    int64_t seconds = 1234;
    assert_false(cw_httpdate_read(texts[i], strlen(texts[i]), NOW, &seconds));
    assert_int_equal(seconds, 1234);
  }
  int64_t seconds = 1234;
  assert_false(cw_httpdate_read(NULL, 0, NOW, &seconds));
}

static void a_date_that_breaks_off_is_not_read_past_its_end(void **state)
{
  (void)state;
  static const char *const texts[] = {
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
  };

  for(size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    for(size_t length = 1; length < strlen(texts[i]); length++) {
      char *part = malloc(length);
      assert_non_null(part);
      memcpy(part, texts[i], length);
      int64_t seconds = 0;
      assert_false(cw_httpdate_read(part, length, NOW, &seconds));
      free(part);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_three_forms_tell_the_same_time),
    cmocka_unit_test(years_are_counted_with_their_leap_days),
    cmocka_unit_test(every_month_begins_after_the_one_before_it),
    cmocka_unit_test(a_leap_second_is_the_next_second),
    cmocka_unit_test(two_digits_are_a_year_up_to_fifty_ahead),
    cmocka_unit_test(the_century_is_that_of_the_clock),
    cmocka_unit_test(a_29_february_must_exist_in_the_century_found),
    cmocka_unit_test(a_broken_clock_does_no_harm),
    cmocka_unit_test(anything_else_is_no_date_and_writes_nothing),
    cmocka_unit_test(a_date_that_breaks_off_is_not_read_past_its_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
