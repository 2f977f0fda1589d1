/* Unit tests of lib/client/sink.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <curlew/trace.h>

static void assert_line(const struct curlew_event *event, const char *expected)
{
  char line[1024];

  assert_int_equal(curlew_event_json(event, line, sizeof(line)),
                   strlen(expected));
  assert_string_equal(line, expected);
}

static void an_attempt_is_told_with_its_reason(void **state)
{
  (void)state;
  const struct curlew_event event = {
    .kind = CURLEW_EVENT_ATTEMPT,
    .operation = 7,
    .at_ms = 1234,
    .attempt = 1,
    .method = "GET",
    .url = "https://example.com/a?q=*",
    .reason = CURLEW_REASON_FIRST,
  };

  assert_line(&event, "{\"curlew.event\":\"attempt\",\"curlew.operation\":7,"
                      "\"curlew.at_ms\":1234,"
                      "\"http.request.method\":\"GET\","
                      "\"url.full\":\"https://example.com/a?q=*\","
                      "\"http.request.resend_count\":0,"
                      "\"curlew.attempt\":1,\"curlew.redirects\":0,"
                      "\"curlew.reason\":\"first\"}");
}

static void an_answer_is_told_with_its_status(void **state)
{
  (void)state;
  const struct curlew_event event = {
    .kind = CURLEW_EVENT_ANSWER,
    .attempt = 3,
    .redirects = 2,
    .method = "POST",
    .url = "http://a/",
    .status = 503,
  };

  assert_line(&event, "{\"curlew.event\":\"answer\",\"curlew.operation\":0,"
                      "\"curlew.at_ms\":0,"
                      "\"http.request.method\":\"POST\","
                      "\"url.full\":\"http://a/\","
                      "\"http.request.resend_count\":4,"
                      "\"curlew.attempt\":3,\"curlew.redirects\":2,"
                      "\"http.response.status_code\":503,"
                      "\"curlew.result\":0,\"error.type\":\"503\"}");
}

static void a_wait_is_told_with_its_length(void **state)
{
  (void)state;
  const struct curlew_event event = {
    .kind = CURLEW_EVENT_WAIT,
    .operation = UINT64_MAX,
    .at_ms = UINT64_MAX,
    .attempt = 1,
    .method = "GET",
    .url = "",
    .status = 429,
    .wait_ms = 2500,
    .reason = CURLEW_REASON_RETRIED_AFTER,
  };

  assert_line(&event, "{\"curlew.event\":\"wait\","
                      "\"curlew.operation\":18446744073709551615,"
                      "\"curlew.at_ms\":18446744073709551615,"
                      "\"http.request.method\":\"GET\",\"url.full\":\"\","
                      "\"http.request.resend_count\":0,"
                      "\"curlew.attempt\":1,\"curlew.redirects\":0,"
                      "\"http.response.status_code\":429,"
                      "\"curlew.wait_ms\":2500,"
                      "\"curlew.reason\":\"retried-after\"}");
}

static void an_end_is_told_with_result_and_reason(void **state)
{
  (void)state;
  const struct curlew_event event = {
    .kind = CURLEW_EVENT_END,
    .attempt = 1,
    .method = "GET",
    .url = "http://a/",
    .status = 200,
    .result = CURLE_OPERATION_TIMEDOUT,
    .reason = CURLEW_REASON_DEADLINE,
  };

  assert_line(&event, "{\"curlew.event\":\"end\",\"curlew.operation\":0,"
                      "\"curlew.at_ms\":0,"
                      "\"http.request.method\":\"GET\","
                      "\"url.full\":\"http://a/\","
                      "\"http.request.resend_count\":0,"
                      "\"curlew.attempt\":1,\"curlew.redirects\":0,"
                      "\"http.response.status_code\":200,"
                      "\"curlew.result\":28,\"error.type\":\"timeout\","
                      "\"curlew.reason\":\"deadline\"}");
}

static bool says(const struct curlew_event *event, const char *part)
{
  char line[1024];
  (void)curlew_event_json(event, line, sizeof(line));
  return strstr(line, part) != NULL;
}

static void the_kind_of_error_is_named(void **state)
{
  (void)state;
  static const struct {
    CURLcode result;
    unsigned status;
    const char *part;
  } rows[] = {
    {CURLE_COULDNT_RESOLVE_HOST, 0, "\"error.type\":\"resolve\""},
    {CURLE_WRITE_ERROR, 200, "\"error.type\":\"_OTHER\""},
    {CURLE_OK, 404, "\"error.type\":\"404\""},
    {CURLE_OK, 400, "\"error.type\":\"400\""},
  };
  struct curlew_event event = {.kind = CURLEW_EVENT_ANSWER};

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    event.result = rows[i].result;
    event.status = rows[i].status;
    assert_true(says(&event, rows[i].part));
  }
  event.status = 399;
  event.result = CURLE_OK;
  assert_false(says(&event, "error.type"));
}

static void what_is_not_there_is_left_out(void **state)
{
  (void)state;
  const struct curlew_event event = {.kind = CURLEW_EVENT_ATTEMPT};

  assert_line(&event, "{\"curlew.event\":\"attempt\",\"curlew.operation\":0,"
                      "\"curlew.at_ms\":0,"
                      "\"http.request.resend_count\":0,"
                      "\"curlew.attempt\":0,\"curlew.redirects\":0,"
                      "\"curlew.reason\":\"none\"}");
}

static void strings_are_escaped(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    const char *json;
  } rows[] = {
    {"a\"b\\c", "a\\\"b\\\\c"},
    {"a/b", "a/b"},
    {"\x01\n\r\t\x1f \x7f", "\\u0001\\u000a\\u000d\\u0009\\u001f \\u007f"},
    {"\xc3\xa4", "\xc3\xa4"}, /* a character */
    {"\xe2\x82\xac", "\xe2\x82\xac"},
    {"\xf0\x9f\x90\xa6", "\xf0\x9f\x90\xa6"},
    {"\xed\x9f\xbf", "\xed\x9f\xbf"},
    {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
    {"\xe4", "\\u00e4"}, /* cut short */
    {"\xe4z", "\\u00e4z"},
    {"\xe2\x82", "\\u00e2\\u0082"},
    {"\xf0\x9f\x90", "\\u00f0\\u009f\\u0090"},
    {"\xf0\x9f\x90z", "\\u00f0\\u009f\\u0090z"},
    {"\x80", "\\u0080"}, /* no beginning */
    {"\xff\xfe", "\\u00ff\\u00fe"},
    {"\xc0\xaf", "\\u00c0\\u00af"}, /* too long */
    {"\xc1\xbf", "\\u00c1\\u00bf"},
    {"\xe0\x9f\xbf", "\\u00e0\\u009f\\u00bf"},
    {"\xf0\x8f\xbf\xbf", "\\u00f0\\u008f\\u00bf\\u00bf"},
    {"\xed\xa0\x80", "\\u00ed\\u00a0\\u0080"},            /* half of a pair */
    {"\xf4\x90\x80\x80", "\\u00f4\\u0090\\u0080\\u0080"}, /* no such code */
    {"\xf5\x80\x80\x80", "\\u00f5\\u0080\\u0080\\u0080"},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct curlew_event event = {.method = rows[i].text,
                                       .url = rows[i].text};
    char line[1024];
    char expected[256] = "\"http.request.method\":\"";
    strcat(expected, rows[i].json);
    strcat(expected, "\",\"url.full\":\"");
    strcat(expected, rows[i].json);
    strcat(expected, "\",");
    (void)curlew_event_json(&event, line, sizeof(line));
    assert_non_null(strstr(line, expected));
  }
}

static void a_line_that_does_not_fit_is_cut(void **state)
{
  (void)state;
  const struct curlew_event event = {
    .kind = CURLEW_EVENT_END,
    .method = "G\"T",
    .url = "http://\x01/",
    .status = 404,
  };
  char whole[1024];
  const size_t length = curlew_event_json(&event, whole, sizeof(whole));

  assert_int_equal(length, strlen(whole));
  for(size_t size = 0; size <= length + 2; size++) {
    char line[1024];
    const size_t kept = size > length ? length : size ? size - 1 : 0;
    memset(line, '#', sizeof(line));
    assert_int_equal(curlew_event_json(&event, line, size), length);
    assert_memory_equal(line, whole, kept);
    if(size)
      assert_int_equal(line[kept], '\0');
    assert_int_equal(line[size], '#');
  }
}

static void the_length_can_be_asked_for_without_a_line(void **state)
{
  (void)state;
  const struct curlew_event event = {.kind = CURLEW_EVENT_WAIT};
  char line[1024];
  const size_t length = curlew_event_json(&event, line, sizeof(line));

  assert_int_equal(curlew_event_json(&event, NULL, 0), length);
  assert_int_equal(curlew_event_json(&event, NULL, 100), length);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_attempt_is_told_with_its_reason),
    cmocka_unit_test(an_answer_is_told_with_its_status),
    cmocka_unit_test(a_wait_is_told_with_its_length),
    cmocka_unit_test(an_end_is_told_with_result_and_reason),
    cmocka_unit_test(the_kind_of_error_is_named),
    cmocka_unit_test(what_is_not_there_is_left_out),
    cmocka_unit_test(strings_are_escaped),
    cmocka_unit_test(a_line_that_does_not_fit_is_cut),
    cmocka_unit_test(the_length_can_be_asked_for_without_a_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
