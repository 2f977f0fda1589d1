/* Unit tests of lib/core/retry_after.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "retry_after.h"

/* 15 June 2025, 15:06:40: a wall clock that the server's Date corrects */
static const struct cw_instant now = {.mono_ms = 5000, .wall_s = 1750000000};

#define AT_10 "Sun, 06 Nov 1994 08:49:10 GMT"
#define AT_40 "Sun, 06 Nov 1994 08:49:40 GMT" /* 784111780 */

static void assert_waits(struct cw_hint hint, uint64_t ms)
{
  assert_int_equal(hint.kind, CW_HINT_WAIT);
  assert_int_equal(hint.wait_ms, ms);
}

static void assert_is(struct cw_hint hint, enum cw_hint_kind kind)
{
  assert_int_equal(hint.kind, kind);
  assert_int_equal(hint.wait_ms, 0);
}

static struct cw_hint ask(const char *retry_after, const char *date,
                          const char *age)
{
  const struct cw_retry_fields fields = {
    .retry_after = {cw_span_of(retry_after)},
    .date = cw_span_of(date),
    .age = cw_span_of(age),
  };
  return cw_retry_after(&fields, now);
}

static void absent_invalid_and_now_are_three_answers(void **state)
{
  (void)state;

  assert_is(ask(NULL, NULL, NULL), CW_HINT_ABSENT);
  assert_is(ask("soon", NULL, NULL), CW_HINT_INVALID);
  assert_waits(ask("0", NULL, NULL), 0);
}

static void seconds_are_digits_and_nothing_else(void **state)
{
  (void)state;
  static const char *const bad[] = {
    "",    " ",  "+5",   "-5",      "5s",  "1.5", "1,5",
    "5 5", "5;", "0x10", "\"120\"", "1e3", ".",   "120 seconds",
  };

  for(size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_is(ask(bad[i], NULL, NULL), CW_HINT_INVALID);
  assert_waits(ask("120", NULL, NULL), 120000);
  assert_waits(ask(" 120\t", NULL, NULL), 120000);
  assert_waits(ask("00000000000000000000000000000005", NULL, NULL), 5000);
}

static void digits_too_many_are_for_ever(void **state)
{
  (void)state;

  assert_waits(ask("18446744073709551", NULL, NULL),
               UINT64_C(18446744073709551000));
  assert_waits(ask("18446744073709552", NULL, NULL), CW_FOREVER);
  assert_waits(ask("18446744073709551616", NULL, NULL), CW_FOREVER);
  assert_waits(ask("99999999999999999999999999", NULL, NULL), CW_FOREVER);
}

static void a_date_is_measured_against_the_server_s_own(void **state)
{
  (void)state;
  static const char *const dates[] = {
    AT_40,
    "Sunday, 06-Nov-94 08:49:40 GMT",
    "Sun Nov  6 08:49:40 1994",
  };

  for(size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
    assert_waits(ask(dates[i], AT_10, NULL), 30000);
  assert_waits(ask(AT_40, "Sunday, 06-Nov-94 08:49:10 GMT", NULL), 30000);
  assert_waits(ask(AT_40, AT_40, NULL), 0);
  assert_waits(ask(AT_10, AT_40, NULL), 0);
}

static void a_response_out_of_a_cache_was_dated_its_age_ago(void **state)
{
  (void)state;

  assert_waits(ask(AT_40, AT_10, "10"), 20000);
  assert_waits(ask(AT_40, AT_10, " 30 "), 0);
  assert_waits(ask(AT_40, AT_10, "31"), 0);
  assert_waits(ask(AT_40, AT_10, "99999999999999999999999"), 0);
  assert_waits(ask(AT_40, AT_10, "-5"), 30000);
  assert_waits(ask("120", AT_10, "10"), 120000);
}

static void without_a_valid_date_field_the_wall_clock_holds(void **state)
{
  (void)state;
  const char *later = "Sun, 15 Jun 2025 15:07:40 GMT";

  assert_waits(ask(later, NULL, NULL), 60000);
  assert_waits(ask(later, "yesterday", NULL), 60000);
  assert_waits(ask(later, NULL, "10"), 60000);
  assert_waits(ask(AT_40, NULL, NULL), 0);
}

static void a_date_far_away_does_not_overflow(void **state)
{
  (void)state;
  const char *last = "Fri, 31 Dec 9999 23:59:59 GMT";
  const struct cw_retry_fields fields = {.retry_after = {cw_span_of(last)}};
  const struct cw_instant dawn = {.wall_s = INT64_MIN};
  const struct cw_instant dusk = {.wall_s = INT64_MAX};

  assert_waits(ask(last, "Sat, 01 Jan 0000 00:00:00 GMT", NULL),
               UINT64_C(315569519999000));
  assert_waits(cw_retry_after(&fields, dawn), CW_FOREVER);
  assert_waits(cw_retry_after(&fields, dusk), 0);
}

static void of_several_the_longest_valid_one_holds(void **state)
{
  (void)state;
  struct cw_retry_fields fields = {
    .retry_after = {cw_span_of("5"), cw_span_of("soon"), cw_span_of(AT_40),
                    cw_span_of("7")},
    .date = cw_span_of(AT_10),
  };

  assert_waits(cw_retry_after(&fields, now), 30000);
  fields.retry_after[3] = cw_span_of("31");
  assert_waits(cw_retry_after(&fields, now), 31000);
  fields.retry_after[0] = cw_span_of("soon");
  fields.retry_after[1] = cw_span_of("0");
  fields.retry_after[2] = fields.retry_after[3] = cw_span_of(NULL);
  assert_waits(cw_retry_after(&fields, now), 0);
}

static struct cw_hint ask_ms(const char *ms, const char *retry_after)
{
  const struct cw_retry_fields fields = {
    .retry_after_ms = cw_span_of(ms),
    .retry_after = {cw_span_of(retry_after)},
  };
  return cw_retry_after(&fields, now);
}

static void milliseconds_win_and_are_rounded_up(void **state)
{
  (void)state;

  assert_waits(ask_ms("250", "10"), 250);
  assert_waits(ask_ms("250.0", NULL), 250);
  assert_waits(ask_ms("250.01", NULL), 251);
  assert_waits(ask_ms(" 0.5 ", NULL), 1);
  assert_waits(ask_ms("0", "10"), 0);
  assert_waits(ask_ms("99999999999999999999999", NULL), CW_FOREVER);
  assert_waits(ask_ms("18446744073709551615.5", NULL), CW_FOREVER);
  assert_waits(ask_ms("1.99999999999999999999999999999", NULL), 2);
}

static void invalid_milliseconds_leave_it_to_retry_after(void **state)
{
  (void)state;
  static const char *const bad[] = {"",   "-1",  "+1",    "250ms", ".5",
                                    "5.", "1.x", "1.2.3", "1e3",   "5 5"};

  for(size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    assert_waits(ask_ms(bad[i], "10"), 10000);
    assert_is(ask_ms(bad[i], NULL), CW_HINT_INVALID);
  }
}

static struct cw_hint ask_ratelimit(const char *ratelimit)
{
  const struct cw_retry_fields fields = {.ratelimit = cw_span_of(ratelimit)};
  return cw_ratelimit_reset(&fields, now);
}

static void of_the_spent_items_of_ratelimit_the_longest_holds(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    uint64_t ms;
  } rows[] = {
    {"\"default\";r=0;t=30", 30000},
    {"default;r=0;t=30", 30000},
    {"\"default\";r=0;t=30, \"burst\";r=3;t=50", 30000},
    {"\"burst\";r=3;t=50,\"default\";r=0;t=30", 30000},
    {"\"a\";r=0;t=30, \"b\";r=0;t=40, \"c\";r=0;t=35", 40000},
    {"\"a\";r=1;t=30, \"b\";r=2;t=40", 40000},
    {"\"a\";t=30", 30000},
    {"\"a\";t=50, \"b\";r=0;t=30", 30000},
    {"\"a\";r=x;t=30, \"b\";r=2;t=40", 40000},
    {"\"a\" ; t=30 ;\tr=0 ,\t \"b\"; t=50; r=9", 30000},
    {"\"a\";r=0;t=0", 0},
    {"\"a\";r=0, \"b\";r=5;t=20", 20000},
    {"\"a\";r=0;t=x, \"b\";r=5;t=20", 20000},
    {"\"a\";r=0;t=30;pk=:dD05OTk7cj0w:", 30000},
    {"\"a\";r=0;t=99999999999999999999", CW_FOREVER},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_waits(ask_ratelimit(rows[i].text), rows[i].ms);
}

static void marks_inside_quotes_of_ratelimit_are_text(void **state)
{
  (void)state;

  assert_waits(ask_ratelimit("\"a;t=99,b;r=0;t=98\";r=0;t=30"), 30000);
  assert_waits(ask_ratelimit("\"a\\\";t=99,\";r=0;t=30"), 30000);
  assert_waits(ask_ratelimit("\"a\\\\\";r=0;t=30"), 30000);
  assert_waits(ask_ratelimit("\"a\";r=0;p=\"x;t=9\";t=30"), 30000);
}

static void a_backslash_outside_of_quotes_is_text(void **state)
{
  (void)state;

  assert_waits(ask_ratelimit("a\\;r=0;t=30"), 30000);
  assert_waits(ask_ratelimit("a\\;t=30"), 30000);
}

static void older_drafts_of_ratelimit_are_read_too(void **state)
{
  (void)state;

  assert_waits(ask_ratelimit("limit=10, remaining=0, reset=30"), 30000);
  assert_waits(ask_ratelimit("reset=30"), 30000);
}

static void a_ratelimit_that_tells_no_time_is_invalid(void **state)
{
  (void)state;
  static const char *const bad[] = {
    "",         " ",          "\"a\"",       "\"a\";r=0",
    "\"a\";t",  "\"a\";t=",   "\"a\";t=-1",  "\"a\";t=1.5",
    "\"a;t=30", "\"a;t=30\\", ";,;,;",       "\"a\";t=\"30\"",
    "t",        "limit=10",   "\"a\";tt=30", "\"a\";t=30;t=x",
  };

  assert_is(ask_ratelimit(NULL), CW_HINT_ABSENT);
  for(size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_is(ask_ratelimit(bad[i]), CW_HINT_INVALID);
}

static struct cw_hint ask_reset(const char *reset, const char *date)
{
  const struct cw_retry_fields fields = {
    .x_ratelimit_reset = cw_span_of(reset),
    .date = cw_span_of(date),
  };
  const struct cw_retry_fields standard = {
    .ratelimit_reset = cw_span_of(reset),
    .date = cw_span_of(date),
  };
  const struct cw_hint hint = cw_ratelimit_reset(&fields, now);
  const struct cw_hint same = cw_ratelimit_reset(&standard, now);
  assert_int_equal(hint.kind, same.kind);
  assert_int_equal(hint.wait_ms, same.wait_ms);
  return hint;
}

static void a_reset_is_seconds_or_an_epoch_time(void **state)
{
  (void)state;
  const char *date = "Sun, 15 Jun 2025 15:06:30 GMT"; /* 10 s before now */

  assert_waits(ask_reset("30", NULL), 30000);
  assert_waits(ask_reset("0", NULL), 0);
  assert_waits(ask_reset("29.2", NULL), 30000);
  assert_waits(ask_reset("999999999", NULL), UINT64_C(999999999000));
  assert_waits(ask_reset("1000000000", NULL), 0);
  assert_waits(ask_reset("1750000030", NULL), 30000);
  assert_waits(ask_reset("1750000030", date), 40000);
  assert_waits(ask_reset("1750000030", "junk"), 30000);
  assert_waits(ask_reset("1749999999", NULL), 0);
  assert_waits(ask_reset("999999999999", NULL), UINT64_C(998249999999000));
  assert_waits(ask_reset("1000000000000", NULL), 0);
  assert_waits(ask_reset("1750000030250", NULL), 30250);
  assert_waits(ask_reset("1750000000250", NULL), 250);
  assert_waits(ask_reset("1750000030250", date), 40250);
  assert_waits(ask_reset("1749999999999", NULL), 0);
}

static void a_reset_can_be_too_large_but_not_negative(void **state)
{
  (void)state;
  static const char *const bad[] = {"", "-1", "+1", "soon", "1s", "1,2"};

  assert_waits(ask_reset("99999999999999999999999", NULL), CW_FOREVER);
  assert_waits(ask_reset("18446744073709551615", NULL), CW_FOREVER);
  assert_waits(ask_reset("18446744073709551614", NULL),
               UINT64_C(18446744073709551614) - UINT64_C(1750000000000));
  for(size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_is(ask_reset(bad[i], NULL), CW_HINT_INVALID);
  assert_is(ask_reset(NULL, NULL), CW_HINT_ABSENT);
}

static void the_rate_limiter_s_fields_are_asked_in_order(void **state)
{
  (void)state;
  struct cw_retry_fields fields = {
    .ratelimit = cw_span_of("\"a\";r=0;t=1"),
    .ratelimit_reset = cw_span_of("2"),
    .x_ratelimit_reset = cw_span_of("3"),
  };

  assert_waits(cw_ratelimit_reset(&fields, now), 1000);
  fields.ratelimit = cw_span_of("junk");
  assert_waits(cw_ratelimit_reset(&fields, now), 2000);
  fields.ratelimit_reset = cw_span_of("junk");
  assert_waits(cw_ratelimit_reset(&fields, now), 3000);
  fields.x_ratelimit_reset = cw_span_of(NULL);
  assert_is(cw_ratelimit_reset(&fields, now), CW_HINT_INVALID);
}

static void only_false_forbids_a_retry(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    bool forbidden;
  } rows[] = {
    {"false", true}, {" FALSE ", true}, {"true", false},    {"", false},
    {NULL, false},   {"0", false},      {"falsely", false}, {"no", false},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct cw_retry_fields fields = {.should_retry =
                                             cw_span_of(rows[i].text)};
    assert_int_equal(cw_retry_forbidden(&fields), rows[i].forbidden);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(absent_invalid_and_now_are_three_answers),
    cmocka_unit_test(seconds_are_digits_and_nothing_else),
    cmocka_unit_test(digits_too_many_are_for_ever),
    cmocka_unit_test(a_date_is_measured_against_the_server_s_own),
    cmocka_unit_test(a_response_out_of_a_cache_was_dated_its_age_ago),
    cmocka_unit_test(without_a_valid_date_field_the_wall_clock_holds),
    cmocka_unit_test(a_date_far_away_does_not_overflow),
    cmocka_unit_test(of_several_the_longest_valid_one_holds),
    cmocka_unit_test(milliseconds_win_and_are_rounded_up),
    cmocka_unit_test(invalid_milliseconds_leave_it_to_retry_after),
    cmocka_unit_test(of_the_spent_items_of_ratelimit_the_longest_holds),
    cmocka_unit_test(marks_inside_quotes_of_ratelimit_are_text),
    cmocka_unit_test(a_backslash_outside_of_quotes_is_text),
    cmocka_unit_test(older_drafts_of_ratelimit_are_read_too),
    cmocka_unit_test(a_ratelimit_that_tells_no_time_is_invalid),
    cmocka_unit_test(a_reset_is_seconds_or_an_epoch_time),
    cmocka_unit_test(a_reset_can_be_too_large_but_not_negative),
    cmocka_unit_test(the_rate_limiter_s_fields_are_asked_in_order),
    cmocka_unit_test(only_false_forbids_a_retry),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
