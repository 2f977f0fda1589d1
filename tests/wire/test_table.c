/* Tests of policy/default.ini over real HTTP: what is done about each status,
   for a GET and for a POST. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "caller.h"

/* What becomes of a response: it is the result for this reason, or another
   request is made for this one. */
enum turn { ENDS, GOES_ON };

struct fate {
  enum turn turn;
  const char *reason;
};

/* clang-format off */
#define PASSED {ENDS, "passed"}
#define FAILED {ENDS, "failed"}
#define NOT_REPEATABLE {ENDS, "method-not-repeatable"}
#define FORBIDDEN {ENDS, "server-forbids"}
#define NO_REPAIR {ENDS, "no-repair"}
#define RETRIED {GOES_ON, "retried"}
#define RETRIED_AFTER {GOES_ON, "retried-after"}
#define FOLLOWED {GOES_ON, "followed"}
/* clang-format on */

/* The statuses |first| to |last|, with further words of a step. */
struct row {
  unsigned first;
  unsigned last;
  const char *words;
  struct fate get;
  struct fate post;
};

static const struct row rows[] = {
  {101, 101, ";nolength", PASSED, PASSED},
  {200, 208, "", PASSED, PASSED},
  {226, 226, "", PASSED, PASSED},
  {299, 299, "", PASSED, PASSED},
  {300, 300, ";Location=?b", PASSED, PASSED},
  {301, 303, ";Location=?b", FOLLOWED, FOLLOWED},
  {301, 303, "", {ENDS, "no-location"}, {ENDS, "no-location"}},
  {304, 306, ";Location=?b", PASSED, PASSED},
  {307, 308, ";Location=?b", FOLLOWED, FOLLOWED},
  {307, 308, "", {ENDS, "no-location"}, {ENDS, "no-location"}},
  {309, 309, ";Location=?b", PASSED, PASSED},
  {399, 399, ";Location=?b", PASSED, PASSED},
  {400, 400, "", FAILED, FAILED},
  {401, 401, "", {ENDS, "no-credentials"}, {ENDS, "no-credentials"}},
  {402, 403, "", FAILED, FAILED},
  {404, 404, "", {ENDS, "not-expected"}, {ENDS, "not-expected"}},
  {405, 406, "", FAILED, FAILED},
  {407, 407, "", {ENDS, "no-credentials"}, {ENDS, "no-credentials"}},
  {408, 408, "", RETRIED, RETRIED},
  {409, 410, "", FAILED, FAILED},
  {411, 411, "", NO_REPAIR, NO_REPAIR},
  {412, 412, "", FAILED, FAILED},
  {413, 413, "", {ENDS, "no-retry-after"}, {ENDS, "no-retry-after"}},
  {413, 413, ";Retry-After=0", RETRIED_AFTER, RETRIED_AFTER},
  {414, 416, "", FAILED, FAILED},
  {417, 417, "", NO_REPAIR, NO_REPAIR},
  {418, 418, "", FAILED, FAILED},
  {421, 421, "", RETRIED, RETRIED},
  {422, 424, "", FAILED, FAILED},
  {425, 425, "", RETRIED, RETRIED},
  {426, 428, "", FAILED, FAILED},
  {429, 429, "", RETRIED, RETRIED},
  {429, 429, ";Retry-After=0", RETRIED_AFTER, RETRIED_AFTER},
  {429, 429, ";x-should-retry=false", FORBIDDEN, FORBIDDEN},
  {431, 431, "", FAILED, FAILED},
  {440, 440, "", FAILED, FAILED},
  {444, 444, "", FAILED, FAILED},
  {449, 449, "", FAILED, FAILED},
  {451, 451, "", FAILED, FAILED},
  {494, 499, "", FAILED, FAILED},
  {400, 400, ";Retry-After=0", FAILED, FAILED},
  {500, 500, "", RETRIED, NOT_REPEATABLE},
  {500, 500, ";Retry-After=0", RETRIED_AFTER, NOT_REPEATABLE},
  {501, 501, "", FAILED, FAILED},
  {502, 504, "", RETRIED, NOT_REPEATABLE},
  {503, 503, ";Retry-After=0", RETRIED_AFTER, RETRIED_AFTER},
  {503, 503, ";Retry-After=soon", RETRIED, NOT_REPEATABLE},
  {503, 503, ";x-should-retry=false", FORBIDDEN, FORBIDDEN},
  {505, 506, "", FAILED, FAILED},
  {507, 507, "", {ENDS, "no-retry-after"}, {ENDS, "no-retry-after"}},
  {507, 507, ";Retry-After=0", RETRIED_AFTER, NOT_REPEATABLE},
  {508, 508, "", FAILED, FAILED},
  {509, 509, "", RETRIED, NOT_REPEATABLE},
  {510, 511, "", FAILED, FAILED},
  {512, 512, "", RETRIED, NOT_REPEATABLE},
  {520, 530, "", RETRIED, NOT_REPEATABLE},
  {599, 599, "", RETRIED, NOT_REPEATABLE},
};

static bool has_no_body(unsigned status)
{
  return status == 204 || status == 304;
}

/* Says which case has failed, which the line alone does not. */
static void compare(const char *what, const char *given, const char *expected)
{
  if(!given || strcmp(given, expected) != 0)
    fail_msg("%s: \"%s\" is not \"%s\"", what, given ? given : "nothing",
             expected);
}

static void check_row(struct wire *wire, const struct row *row,
                      unsigned status, const char *fields)
{
  const char *what =
    wire_text(wire, "%s-%u%s", fields ? "post" : "get", status, row->words);
  const char *key = wire_text(wire, "%s-%u-%u", fields ? "post" : "get",
                              (unsigned)(row - rows), status);
  const struct fate *fate = fields ? &row->post : &row->get;
  const char *first = wire_text(wire, "%u%s;body=first", status, row->words);
  CURL *curl = caller_new(wire, NULL);
  if(fields)
    curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, fields);

  const struct answer answer = caller_perform(
    curl, wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key),
                   STEPS(first, "200;body=second")));
  const unsigned requests = fate->turn == ENDS ? 1 : 2;
  compare(what, curl_easy_strerror(answer.result), "No error");
  compare(what, caller_end(curl), requests == 1 ? fate->reason : "passed");
  compare(what, caller_cause(curl, 2), requests == 1 ? "" : fate->reason);
  compare(what, answer.body,
          requests == 2         ? "second"
          : has_no_body(status) ? ""
                                : "first");
  assert_int_equal(answer.status, requests == 1 ? status : 200);
  assert_int_equal(wire_count(wire, key), requests);
  assert_null(strstr(strstr(answer.heads, "HTTP/1.1") + 1, "HTTP/1.1"));
  curlew_easy_cleanup(curl);
}

static void each_row(struct wire *wire, const char *fields)
{
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    for(unsigned status = rows[i].first; status <= rows[i].last; status++)
      check_row(wire, &rows[i], status, fields);
}

static void every_status_is_handled_as_the_table_says_for_a_get(void **state)
{
  each_row(*state, NULL);
}

static void every_status_is_handled_as_the_table_says_for_a_post(void **state)
{
  each_row(*state, "a=b");
}

static void an_interim_response_is_left_to_libcurl(void **state)
{
  struct wire *wire = *state;
  static const unsigned statuses[] = {100, 102, 103, 199};

  for(size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
    const char *path = wire_text(wire, "/script/interim-%u", statuses[i]);
    CURL *curl = caller_new(wire, NULL);
    const struct answer answer = caller_perform(
      curl, wire_url(wire, WIRE_PLAIN, path,
                     STEPS(wire_text(wire, "200;interim=%u|Retry-After: 9",
                                     statuses[i]))));
    assert_int_equal(answer.result, CURLE_OK);
    assert_int_equal(answer.status, 200);
    assert_string_equal(caller_end(curl), "passed");
    assert_int_equal(wire_count(wire, path + strlen("/script/")), 1);
    curlew_easy_cleanup(curl);
  }
}

static void a_redirect_changes_the_method_as_the_table_says(void **state)
{
  static const struct {
    unsigned status;
    const char *given; /* CURLOPT_CUSTOMREQUEST; NULL: POST */
    const char *method;
    const char *body;
  } cases[] = {
    {301, NULL, "GET", ""},         {302, NULL, "GET", ""},
    {303, NULL, "GET", ""},         {307, NULL, "POST", "a=b"},
    {308, NULL, "POST", "a=b"},     {301, "PUT", "PUT", "a=b"},
    {302, "PATCH", "PATCH", "a=b"}, {303, "PUT", "GET", ""},
    {303, "DELETE", "GET", ""},     {307, "PATCH", "PATCH", "a=b"},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const char *path = wire_text(wire, "/script/method-%u", (unsigned)i);
    const char *key = path + strlen("/script/");
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
    curlew_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, cases[i].given);

    const struct answer answer = caller_perform(
      curl, wire_url(wire, WIRE_PLAIN, path,
                     STEPS(wire_text(wire, "%u;Location=?b", cases[i].status),
                           "200")));
    assert_int_equal(answer.status, 200);
    compare(path, wire_field(wire, key, 2, "method"), cases[i].method);
    compare(path, wire_field(wire, key, 2, "body"), cases[i].body);
    curlew_easy_cleanup(curl);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_status_is_handled_as_the_table_says_for_a_get),
    cmocka_unit_test(every_status_is_handled_as_the_table_says_for_a_post),
    cmocka_unit_test(an_interim_response_is_left_to_libcurl),
    cmocka_unit_test(a_redirect_changes_the_method_as_the_table_says),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
