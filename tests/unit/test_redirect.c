/* Unit tests of lib/core/redirect.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "redirect.h"

#define NOW_S 784111777 /* Sun, 06 Nov 1994 08:49:37 GMT */

static void the_next_method_is_as_the_table_says(void **state)
{
  (void)state;
  static const struct {
    enum cw_next_method rule;
    const char *method;
    const char *next;
    bool drops_body;
  } rows[] = {
    {CW_NEXT_KEEP, "GET", "GET", false},
    {CW_NEXT_KEEP, "POST", "POST", false},
    {CW_NEXT_KEEP, "PATCH", "PATCH", false},
    {CW_NEXT_POST_TO_GET, "POST", "GET", true},
    {CW_NEXT_POST_TO_GET, "GET", "GET", false},
    {CW_NEXT_POST_TO_GET, "HEAD", "HEAD", false},
    {CW_NEXT_POST_TO_GET, "PUT", "PUT", false},
    {CW_NEXT_POST_TO_GET, "post", "post", false},
    {CW_NEXT_GET, "GET", "GET", true},
    {CW_NEXT_GET, "HEAD", "HEAD", true},
    {CW_NEXT_GET, "POST", "GET", true},
    {CW_NEXT_GET, "PUT", "GET", true},
    {CW_NEXT_GET, "REPORT", "GET", true},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct cw_rule rule = {.action = CW_ACTION_FOLLOW,
                                 .next_method = (uint8_t)rows[i].rule};
    const struct cw_next next =
      cw_redirect_next(&rule, 302, rows[i].method, 0);
    assert_string_equal(next.method, rows[i].next);
    assert_int_equal(next.drops_body, rows[i].drops_body);
  }
}

static void postredir_keeps_a_post_after_its_status_only(void **state)
{
  (void)state;
  const struct cw_rule rule = {.next_method = CW_NEXT_GET};
  static const struct {
    unsigned status;
    unsigned keep;
  } rows[] = {
    {301, CW_KEEP_POST_301}, {302, CW_KEEP_POST_302}, {303, CW_KEEP_POST_303}};

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    for(unsigned keep = 0; keep < 8; keep++) {
      const bool is_kept = (keep & rows[i].keep) != 0;
      const struct cw_next post =
        cw_redirect_next(&rule, rows[i].status, "POST", keep);
      assert_string_equal(post.method, is_kept ? "POST" : "GET");
      assert_int_equal(post.drops_body, !is_kept);
      assert_string_equal(
        cw_redirect_next(&rule, rows[i].status, "PUT", keep).method, "GET");
      assert_string_equal(cw_redirect_next(&rule, 300, "POST", keep).method,
                          "GET");
    }
  }
}

static uint64_t memory_ms(const char *method, const char *fields)
{
  const struct cw_rule rule = {.action = CW_ACTION_FOLLOW, .remember = 1};
  const struct cw_instant now = {.mono_ms = 5, .wall_s = NOW_S};
  struct cw_head head;
  char text[512];
  const int length =
    snprintf(text, sizeof(text), "HTTP/1.1 301 x\r\n%s\r\n", fields);

  cw_head_read(&head, text, (size_t)length);
  return cw_redirect_memory_ms(&rule, method, &head, now);
}

static void what_is_safe_is_remembered_for_ever(void **state)
{
  (void)state;

  assert_int_equal(memory_ms("GET", ""), CW_FOREVER);
  assert_int_equal(memory_ms("HEAD", ""), CW_FOREVER);
  assert_int_equal(memory_ms("GET", "Cache-Control: public\r\n"), CW_FOREVER);
  assert_int_equal(memory_ms("POST", ""), 0);
  assert_int_equal(memory_ms("PUT", ""), 0);
  assert_int_equal(memory_ms("get", ""), 0);
}

static void only_a_rule_that_says_so_remembers(void **state)
{
  (void)state;
  const struct cw_rule rule = {.action = CW_ACTION_FOLLOW, .remember = 0};
  const struct cw_head head = {.status = 301};
  const struct cw_instant now = {.mono_ms = 5, .wall_s = NOW_S};

  assert_int_equal(cw_redirect_memory_ms(&rule, "GET", &head, now), 0);
}

static void cache_control_bounds_it(void **state)
{
  (void)state;
  static const struct {
    const char *fields;
    uint64_t ms;
  } rows[] = {
    {"Cache-Control: no-store\r\n", 0},
    {"Cache-Control: no-cache\r\n", 0},
    {"Cache-Control: public\r\nCache-Control: no-store\r\n", 0},
    {"Cache-Control: No-Store\r\n", 0},
    {"Cache-Control: no-cache=\"Set-Cookie\"\r\n", 0},
    {"Cache-Control: max-age=60, no-store\r\n", 0},
    {"Cache-Control: public,max-age=60,no-store\r\n", 0},
    {"Cache-Control: max-age=60\r\n", 60000},
    {"Cache-Control: public ,\tMAX-AGE = \"60\"\r\n", 60000},
    {"Cache-Control: ,, max-age=60,\r\n", 60000},
    {"Cache-Control: max-age=0\r\n", 0},
    {"Cache-Control: max-age\r\n", 0},
    {"Cache-Control: max-age=\r\n", 0},
    {"Cache-Control: max-age=-1\r\n", 0},
    {"Cache-Control: max-age=1h\r\n", 0},
    {"Cache-Control: s-maxage=60\r\n", CW_FOREVER},
    {"Cache-Control: x-no-store\r\n", CW_FOREVER},
    {"Cache-Control: x,,,,,,,,,\r\nX: ,no-store,,no-store,\r\n", CW_FOREVER},
    {"Cache-Control: max-age=60\r\nAge: 20\r\n", 40000},
    {"Cache-Control: max-age=60\r\nAge: 60\r\n", 0},
    {"Cache-Control: max-age=60\r\nAge: 99\r\n", 0},
    {"Cache-Control: max-age=60\r\nAge: old\r\n", 60000},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_int_equal(memory_ms("GET", rows[i].fields), rows[i].ms);
}

static void a_long_max_age_does_not_overflow(void **state)
{
  (void)state;
  const uint64_t ms = memory_ms(
    "GET", "Cache-Control: max-age=99999999999999999999999999999\r\n");

  assert_true(ms > UINT64_C(1000) * UINT32_MAX);
  assert_true(ms < CW_FOREVER / 2);
}

static void expires_bounds_it_where_there_is_no_max_age(void **state)
{
  (void)state;
#define NINE "Sun, 06 Nov 1994 09:00:00 GMT"
  static const struct {
    const char *fields;
    uint64_t ms;
  } rows[] = {
    {"Expires: " NINE "\r\n", 623000}, /* from now */
    {"Expires: " NINE "\r\nDate: Sun, 06 Nov 1994 08:00:00 GMT\r\n", 3600000},
    {"Expires: " NINE "\r\nDate: yesterday\r\n", 623000},
    {"Expires: " NINE "\r\nDate: " NINE "\r\n", 0},
    {"Expires: " NINE "\r\nAge: 600\r\n", 23000},
    {"Expires: Sun, 06 Nov 1994 08:00:00 GMT\r\n", 0},
    {"Expires: 0\r\n", 0},
    {"Expires: -1\r\n", 0},
    {"Expires:\r\n", 0},
    {"Expires: 0\r\nCache-Control: max-age=60\r\n", 60000},
  };
#undef NINE

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_int_equal(memory_ms("GET", rows[i].fields), rows[i].ms);
}

static void a_trail_knows_what_was_there(void **state)
{
  (void)state;
  struct cw_trail trail = {.count = 0};

  assert_false(cw_trail_crosses(&trail, "GET", "http://a/"));
  assert_false(cw_trail_crosses(&trail, "GET", "http://b/"));
  assert_false(cw_trail_crosses(&trail, "HEAD", "http://a/"));
  assert_false(cw_trail_crosses(&trail, "GET", "http://a/?"));
  assert_true(cw_trail_crosses(&trail, "GET", "http://a/"));
  assert_true(cw_trail_crosses(&trail, "HEAD", "http://a/"));
  assert_int_equal(trail.count, 4);
}

static void a_trail_keeps_the_latest_marks(void **state)
{
  (void)state;
  struct cw_trail trail = {.count = 0};
  char url[32];

  for(unsigned i = 0; i < CW_TRAIL_MAX + 1; i++) {
    snprintf(url, sizeof(url), "http://a/%u", i);
    assert_false(cw_trail_crosses(&trail, "GET", url));
  }
  for(unsigned i = 1; i < CW_TRAIL_MAX + 1; i++) {
    snprintf(url, sizeof(url), "http://a/%u", i);
    assert_true(cw_trail_crosses(&trail, "GET", url));
  }
  assert_false(cw_trail_crosses(&trail, "GET", "http://a/0"));
}

/* Between it and the date there are more seconds than a number has. */
static void the_clock_on_the_wall_may_be_wrong(void **state)
{
  (void)state;
  const struct cw_rule rule = {.action = CW_ACTION_FOLLOW, .remember = 1};
  const struct cw_instant dawn = {.wall_s = INT64_MIN};
  const struct cw_instant dusk = {.wall_s = INT64_MAX};
  const struct cw_head head = {
    .status = 301,
    .expires = cw_span_of("Sun, 06 Nov 1994 08:49:37 GMT"),
  };

  assert_int_equal(cw_redirect_memory_ms(&rule, "GET", &head, dawn),
                   CW_FOREVER);
  assert_int_equal(cw_redirect_memory_ms(&rule, "GET", &head, dusk), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_next_method_is_as_the_table_says),
    cmocka_unit_test(postredir_keeps_a_post_after_its_status_only),
    cmocka_unit_test(what_is_safe_is_remembered_for_ever),
    cmocka_unit_test(only_a_rule_that_says_so_remembers),
    cmocka_unit_test(cache_control_bounds_it),
    cmocka_unit_test(a_long_max_age_does_not_overflow),
    cmocka_unit_test(expires_bounds_it_where_there_is_no_max_age),
    cmocka_unit_test(the_clock_on_the_wall_may_be_wrong),
    cmocka_unit_test(a_trail_knows_what_was_there),
    cmocka_unit_test(a_trail_keeps_the_latest_marks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
