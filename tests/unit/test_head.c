/* Unit tests of lib/core/head.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "head.h"

#define OK "HTTP/1.1 200 OK\r\n"

static struct cw_head read_head(const char *block)
{
  struct cw_head head;
  memset(&head, 0x55, sizeof(head)); /* all of it must be written */
  cw_head_read(&head, block, strlen(block));
  return head;
}

static void assert_span(struct cw_span span, const char *text)
{
  assert_non_null(span.text);
  assert_int_equal(span.length, strlen(text));
  assert_memory_equal(span.text, text, span.length);
}

static void a_status_line_tells_its_status(void **state)
{
  (void)state;
  static const struct {
    const char *line;
    unsigned status;
  } rows[] = {
    {"HTTP/1.1 200 OK\r\n", 200},
    {"HTTP/1.1 503 Service Unavailable\r\n", 503},
    {"HTTP/1.1 503", 503},
    {"HTTP/1.1 503\r\n", 503},
    {"HTTP/1.0 200 OK\n", 200},
    {"HTTP/2 200 \r\n", 200},
    {"HTTP/3 404\r\n", 404},
    {" \tHTTP/1.1 301 Moved\r\n", 301},
    {"HTTP/1.1  302\r\n", 302},
    {"HTTP/1.1\t302\r\n", 302},
    {"HTTP/1.1 100 Continue\r\n", 100},
    {"HTTP/2 100\r\n", 100},
    {"HTTP/1.1 999\r\n", 999},
    {"HTTP/1.1 503Busy\r\n", 503},
    {"HTTP/1.1 2000\r\n", 200}, /* so reads libcurl */
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_int_equal(cw_head_status(rows[i].line, strlen(rows[i].line)),
                     rows[i].status);
}

static void other_lines_are_no_status_lines(void **state)
{
  (void)state;
  static const char *const lines[] = {
    "",
    "\r\n",
    "HTTP/",
    "HTTP/1.1",
    "HTTP/1.1 ",
    "HTTP/1.1 20",
    "HTTP/1.1 20x OK",
    "HTTP/1.1 2x0 OK",
    "HTTP/1.1 x00 OK",
    "HTTP/1.1 099",
    "HTTP/1.1 099 Early",
    "HTTP/1.1 000",
    "HTTP/1.1 -200",
    "HTTP/1.1200",
    "HTTP/1. 200",
    "HTTP/11 200",
    "HTTP/1.11 200",
    "HTTP/x 200",
    "HTTP 200",
    "http/1.1 200",
    "ICY 200 OK",
    "Location: HTTP/1.1 200",
    "RTSP/1.0 200 OK",
  };

  for(size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
    assert_int_equal(cw_head_status(lines[i], strlen(lines[i])), 0);
  assert_int_equal(cw_head_status("HTTP/1.1 200", 11), 0);
  assert_int_equal(cw_head_status(NULL, 0), 0);
}

static void the_fields_that_decide_are_found(void **state)
{
  (void)state;
  const struct cw_head head = read_head(
    "HTTP/1.1 429 Too Many Requests\r\n"
    "Location: /a b\r\nCache-Control: no-store\r\nExpires: 0\r\n"
    "WWW-Authenticate: Basic\r\nRetry-After: 5\r\nRetry-After-Ms: 250\r\n"
    "RateLimit: \"a\";r=0\r\nRateLimit-Reset: 1\r\nX-RateLimit-Reset: 2\r\n"
    "X-Should-Retry: false\r\nDate: today\r\nAge: 7\r\n"
    "Content-Length: 42\r\nSet-Cookie: a=b\r\n\r\n");

  assert_int_equal(head.status, 429);
  assert_span(head.location, "/a b");
  assert_span(head.cache_control[0], "no-store");
  assert_span(head.expires, "0");
  assert_span(head.challenge, "Basic");
  assert_span(head.retry.retry_after[0], "5");
  assert_null(head.retry.retry_after[1].text);
  assert_span(head.retry.retry_after_ms, "250");
  assert_span(head.retry.ratelimit, "\"a\";r=0");
  assert_span(head.retry.ratelimit_reset, "1");
  assert_span(head.retry.x_ratelimit_reset, "2");
  assert_span(head.retry.should_retry, "false");
  assert_span(head.retry.date, "today");
  assert_span(head.retry.age, "7");
  assert_int_equal(head.content_length, 42);
  assert_true(head.sets_cookie);
  assert_false(head.closes);
}

static void what_is_absent_has_no_text(void **state)
{
  (void)state;
  const struct cw_head head =
    read_head(OK "Vocation: x\r\nLollipop: x\r\n\r\n");

  assert_int_equal(head.status, 200);
  assert_null(head.location.text);
  assert_null(head.challenge.text);
  assert_null(head.retry.retry_after[0].text);
  assert_null(head.retry.date.text);
  assert_int_equal(head.content_length, CW_LENGTH_UNKNOWN);
  assert_false(head.sets_cookie);
  assert_false(head.closes);
}

static void names_are_read_in_any_case_and_with_blanks(void **state)
{
  (void)state;
  const struct cw_head head =
    read_head(OK "LOCATION \t: \t/x \t\r\nretry-after :5\nAge:\n\n");

  assert_span(head.location, "/x");
  assert_span(head.retry.retry_after[0], "5");
  assert_span(head.retry.age, "");
}

static void names_that_only_begin_alike_are_others(void **state)
{
  (void)state;
  const struct cw_head head =
    read_head(OK "Locatio: /a\r\nLocations: /b\r\nX-Location: /c\r\n"
                 "Location\r\n: /d\r\nContent-Location: /e\r\n"
                 "Content-Lengths: 5\r\nLo cation: /f\r\n\r\n");

  assert_null(head.location.text);
  assert_int_equal(head.content_length, CW_LENGTH_UNKNOWN);
}

static void of_a_repeated_field_the_first_is_kept(void **state)
{
  (void)state;
  const struct cw_head head =
    read_head(OK "Location: /1\r\nLocation: /2\r\n"
                 "Proxy-Authenticate: Basic\r\nWWW-Authenticate: Digest\r\n"
                 "Retry-After: 1\r\nRetry-After: 2\r\nRetry-After: 3\r\n"
                 "Retry-After: 4\r\nRetry-After: 5\r\n"
                 "Cache-Control: 1\r\nCache-Control: 2\r\n"
                 "Cache-Control: 3\r\nCache-Control: 4\r\n"
                 "Cache-Control: 5\r\n\r\n");

  assert_span(head.location, "/1");
  assert_span(head.challenge, "Basic");
  assert_span(head.retry.retry_after[0], "1");
  assert_span(head.retry.retry_after[3], "4");
  assert_span(head.cache_control[3], "4");
  /* the fifth is not put into what comes after the list */
  assert_null(head.retry.retry_after_ms.text);
  assert_null(head.expires.text);
}

static void a_continuation_line_is_no_field(void **state)
{
  (void)state;
  const struct cw_head head =
    read_head(OK "X-Note: see\r\n Location: /evil\r\n\tRetry-After: 9\r\n"
                 " Date : x\r\n \r\n"
                 "Expires: 0\r\n more\r\n\r\n");

  assert_null(head.location.text);
  assert_null(head.retry.retry_after[0].text);
  assert_null(head.retry.date.text);
  assert_span(head.expires, "0");
}

static void a_field_with_a_zero_byte_does_not_count(void **state)
{
  (void)state;
  static const char block[] = OK "Location: /a\0b\r\nExpires\0: 0\r\n"
                                 "X: \0\r\nAge: 5\r\n\r\n";
  struct cw_head head;

  cw_head_read(&head, block, sizeof(block) - 1);
  assert_null(head.location.text);
  assert_null(head.expires.text);
  assert_span(head.retry.age, "5");
}

static void only_the_last_head_counts(void **state)
{
  (void)state;
  const struct cw_head head =
    read_head("HTTP/1.0 100 Continue\r\nLocation: /1\r\nRetry-After: 1\r\n"
              "Content-Length: x\r\nSet-Cookie: a\r\nConnection: close\r\n\r\n"
              "HTTP/1.1 503 Busy\r\nAge: 1\r\n\r\n");

  assert_int_equal(head.status, 503);
  assert_null(head.location.text);
  assert_null(head.retry.retry_after[0].text);
  assert_span(head.retry.age, "1");
  assert_false(head.sets_cookie);
  assert_false(head.closes);
}

static void lines_that_no_status_line_begins_are_left_alone(void **state)
{
  (void)state;
  const struct cw_head trailers =
    read_head(OK "Age: 1\r\n\r\nLocation: /x\r\nHTTP/1.1 301\r\n\r\n");
  const struct cw_head none = read_head("Location: /x\r\nAge: 1\r\n\r\n");
  const struct cw_head inside =
    read_head(OK "HTTP/1.1 301 Moved: x\r\nAge: 1\r\n\r\n");

  assert_int_equal(trailers.status, 200);
  assert_null(trailers.location.text);
  assert_int_equal(none.status, 0);
  assert_null(none.location.text);
  assert_null(none.retry.age.text);
  assert_int_equal(none.content_length, CW_LENGTH_UNKNOWN);
  assert_false(none.closes);
  assert_int_equal(inside.status, 200);
  assert_span(inside.retry.age, "1");
}

static void a_head_without_an_end_is_read_to_where_it_is(void **state)
{
  (void)state;

  assert_span(read_head(OK "Location: /x").location, "/x");
  assert_span(read_head("\r\n" OK "Location: /x\r").location, "/x");
  assert_int_equal(read_head("HTTP/2 503").status, 503);
  assert_int_equal(read_head("").status, 0);
}

static void a_length_must_be_whole_and_one(void **state)
{
  (void)state;
  static const struct {
    const char *block;
    uint64_t length;
  } rows[] = {
    {OK "Content-Length: 0\r\n\r\n", 0},
    {OK "Content-Length: 0042\r\n\r\n", 42},
    {OK "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 5},
    {OK "Content-Length: 18446744073709551614\r\n\r\n", UINT64_MAX - 1},
    {OK "Content-Length: 18446744073709551616\r\n\r\n", CW_LENGTH_UNKNOWN},
    {OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", CW_LENGTH_UNKNOWN},
    {OK "Content-Length: 5\r\nContent-Length: x\r\n\r\n", CW_LENGTH_UNKNOWN},
    {OK "Content-Length: x\r\nContent-Length: 5\r\n\r\n", CW_LENGTH_UNKNOWN},
    {OK "Content-Length: 5\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\n",
     CW_LENGTH_UNKNOWN},
    {OK "Content-Length: 5, 5\r\n\r\n", CW_LENGTH_UNKNOWN},
    {OK "Content-Length: +5\r\n\r\n", CW_LENGTH_UNKNOWN},
    {OK "Content-Length: -5\r\n\r\n", CW_LENGTH_UNKNOWN},
    {OK "Content-Length: 5x\r\n\r\n", CW_LENGTH_UNKNOWN},
    {OK "Content-Length:\r\n\r\n", CW_LENGTH_UNKNOWN},
    {OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
     CW_LENGTH_UNKNOWN},
    {OK "Transfer-Encoding: x\r\nContent-Length: 5\r\n\r\n",
     CW_LENGTH_UNKNOWN},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_int_equal(read_head(rows[i].block).content_length, rows[i].length);
}

static void a_connection_closes_as_its_version_and_fields_say(void **state)
{
  (void)state;
  static const struct {
    const char *block;
    bool closes;
  } rows[] = {
    {OK "\r\n", false},
    {OK "Connection: close\r\n\r\n", true},
    {OK "Connection: Close\r\n\r\n", true},
    {OK "Connection: upgrade, close ,x\r\n\r\n", true},
    {OK "Connection: upgrade\r\nConnection: close\r\n\r\n", true},
    {OK "Connection: keep-alive, close\r\n\r\n", true},
    {OK "Connection: closed, not-close, close x\r\n\r\n", false},
    {OK "Connection: ,,\r\n\r\n", false},
    {OK "Connection: keep-alive\r\n\r\n", false},
    {OK "X-Connection: close\r\n\r\n", false},
    {"HTTP/1.0 200\r\n\r\n", true},
    {"HTTP/0.9 200\r\n\r\n", true},
    {"HTTP/1.0 200\r\nConnection: Keep-Alive\r\n\r\n", false},
    {"HTTP/1.0 200\r\nConnection: keep-alive, close\r\n\r\n", true},
    {"HTTP/1.2 200\r\n\r\n", false},
    {"HTTP/2 200\r\nConnection: close\r\n\r\n", false},
    {"HTTP/3 200\r\nConnection: close\r\n\r\n", false},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_int_equal(read_head(rows[i].block).closes, rows[i].closes);
}

static void assert_inside(struct cw_span span, const char *block,
                          size_t length)
{
  if(span.text) {
    assert_true(span.text >= block);
    assert_true(span.text + span.length <= block + length);
  }
}

/* Each length in a buffer of its own, so that a sanitizer sees a byte read
   too many. */
static void no_cut_makes_it_read_past_the_end(void **state)
{
  (void)state;
  static const char whole[] =
    "\r\n HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 503 Busy\r\n"
    "Location : /x\r\n y\r\nConnection: keep-alive, close\r\n"
    "Content-Length: 12\r\nContent-Length: 12\nRetry-After: 5\r\n"
    "RateLimit: \"a\\\";r=0;t=5\r\nWWW-Authenticate: \0x\r\n\r\n";

  for(size_t length = 1; length < sizeof(whole); length++) {
    char *block = malloc(length);
    assert_non_null(block);
    memcpy(block, whole, length);
    struct cw_head head;
    cw_head_read(&head, block, length);
    assert_inside(head.location, block, length);
    assert_inside(head.retry.retry_after[0], block, length);
    assert_inside(head.retry.ratelimit, block, length);
    (void)cw_ratelimit_reset(&head.retry, (struct cw_instant){0});
    free(block);
  }
}

/* Bytes as they may come from anybody; the same ones in each run. */
static void no_garbage_makes_it_stumble(void **state)
{
  (void)state;
  static const char alphabet[] = "HTTP/1. 20\r\n\n:, \tlocation\0\xff\"\\;=t";
  uint32_t seed = 1;

  for(unsigned run = 0; run < 20000; run++) {
    char block[96];
    static const char start[] = OK "Connection:";
    memcpy(block, start, sizeof(start) - 1);
    for(size_t i = run % 2 ? sizeof(start) - 1 : 0; i < sizeof(block); i++) {
      seed = seed * 1664525u + 1013904223u;
      block[i] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
    }
    struct cw_head head;
    cw_head_read(&head, block, sizeof(block));
    assert_true(head.status == 0 ||
                (head.status >= 100 && head.status <= 999));
    assert_inside(head.location, block, sizeof(block));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_status_line_tells_its_status),
    cmocka_unit_test(other_lines_are_no_status_lines),
    cmocka_unit_test(the_fields_that_decide_are_found),
    cmocka_unit_test(what_is_absent_has_no_text),
    cmocka_unit_test(names_are_read_in_any_case_and_with_blanks),
    cmocka_unit_test(names_that_only_begin_alike_are_others),
    cmocka_unit_test(of_a_repeated_field_the_first_is_kept),
    cmocka_unit_test(a_continuation_line_is_no_field),
    cmocka_unit_test(a_field_with_a_zero_byte_does_not_count),
    cmocka_unit_test(only_the_last_head_counts),
    cmocka_unit_test(lines_that_no_status_line_begins_are_left_alone),
    cmocka_unit_test(a_head_without_an_end_is_read_to_where_it_is),
    cmocka_unit_test(a_length_must_be_whole_and_one),
    cmocka_unit_test(a_connection_closes_as_its_version_and_fields_say),
    cmocka_unit_test(no_cut_makes_it_read_past_the_end),
    cmocka_unit_test(no_garbage_makes_it_stumble),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
