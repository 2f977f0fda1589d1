/* Tests of Retry-After in every shape, against what is said of it here. None
   of them waits: each is asked for twice, under policies that its value lies
   between. */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "siege.h"

#define OK "head=200 OK|Content-Length: 2;raw=ok"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* When the server says it answers. */
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"

#define INVALID  (-1)
#define FOR_EVER INT64_MAX

/* What the field asks for, in milliseconds. */
struct shape {
  const char *text;
  int64_t ms;
};

static const struct shape shapes[] = {
  {"0", 0},
  {"1", 1000},
  {"7", 7000},
  {"007", 7000},
  {" 7 ", 7000},
  {"\t7\t", 7000},
  {"120", 120000},
  {"86400", 86400000},
  {"4294967295", 4294967295000},
  {"4294967296", 4294967296000},
  {"9223372036854775807", FOR_EVER},
  {"18446744073709551615", FOR_EVER},
  {"18446744073709551616", FOR_EVER},
  {"1000000000000000000000000000000", FOR_EVER},
  {"00000000000000000000000000000000000007", 7000},
  {"-1", INVALID},
  {"-0", INVALID},
  {"+7", INVALID},
  {"7.5", INVALID},
  {"7.", INVALID},
  {".5", INVALID},
  {"7s", INVALID},
  {"7 8", INVALID},
  {"7, 8", INVALID},
  {"7,", INVALID},
  {"7%3B8", INVALID},
  {"0x10", INVALID},
  {"1e3", INVALID},
  {"soon", INVALID},
  {"\"7\"", INVALID},
  {"NaN", INVALID},
  {"inf", INVALID},
  {"", INVALID},
  {" ", INVALID},
  {"\xef\xbc\x97", INVALID}, /* a wide 7 */
  {"\xff\xfe", INVALID},
  {"%2500", INVALID},

  /* dates, in each of the three forms */
  {"Sun, 06 Nov 1994 08:49:37 GMT", 0},
  {"Sun, 06 Nov 1994 08:49:36 GMT", 0},
  {"Sun, 06 Nov 1994 08:49:38 GMT", 1000},
  {"Sun, 06 Nov 1994 08:50:37 GMT", 60000},
  {"Sunday, 06-Nov-94 08:50:37 GMT", 60000},
  {"Sun Nov  6 08:50:37 1994", 60000},
  {"Mon, 07 Nov 1994 08:49:37 GMT", 86400000},
  {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
  {"Mon, 01 Jan 0001 00:00:00 GMT", 0},
  {"Fri, 31 Dec 9999 23:59:59 GMT", 252618534622000},
  {"Fri, 31 Dec 10000 23:59:59 GMT", INVALID},
  {"Sun, 06 Nov 1994 08:50:37", INVALID},
  {"Sun, 06 Nov 1994 08:50:37 PST", INVALID},
  {"Sun, 06 Nov 1994 08:50:37 +0100", INVALID},
  {"Sun, 31 Feb 1994 08:50:37 GMT", INVALID},
  {"Sun, 00 Nov 1994 08:50:37 GMT", INVALID},
  {"Sun, 06 Nov 1994 24:00:00 GMT", INVALID},
  {"Sun, 06 Nov 1994 08:60:00 GMT", INVALID},
  {"Sun, 06 Foo 1994 08:50:37 GMT", INVALID},
  {"1994-11-06T08:50:37Z", INVALID},
  {"Sun, 06 Nov 1994 08:50:37 GMT, 7", INVALID},
  {"784111837", 784111837000},
};

/* ---- one request ---- */

static struct answer get(struct wire *wire, CURL *curl, const char *fields)
{
  static unsigned number;
  const char *step = wire_text(
    wire, "open=503 Busy|Date: " DATE "|Content-Length: 4;raw=%s\r\nbusy",
    fields);

  return caller_perform(curl,
                        wire_url(wire, WIRE_PLAIN,
                                 wire_text(wire, "/play/shape-%u", number++),
                                 STEPS(step, OK)));
}

static void assert_delivered(struct wire *wire, CURL *curl, const char *fields,
                             const char *reason)
{
  const struct answer answer = get(wire, curl, fields);

  if(strcmp(caller_end(curl), reason) != 0)
    fail_msg("%s, not %s: %.200s", caller_end(curl), reason, fields);
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 503);
  assert_string_equal(answer.body, "busy");
  assert_int_equal(curlew_easy_outcome(curl)->attempts, 1);
}

static void assert_retried(struct wire *wire, CURL *curl, const char *fields,
                           const char *reason)
{
  const struct answer answer = get(wire, curl, fields);

  if(strcmp(caller_cause(curl, 2), reason) != 0)
    fail_msg("%s, not %s: %.200s", caller_cause(curl, 2), reason, fields);
  assert_int_equal(answer.result, CURLE_OK);
  assert_string_equal(answer.body, "ok");
  assert_int_equal(curlew_easy_outcome(curl)->waited_ms, 0);
}

#define DAY_MS INT64_C(86400000) /* the longest cap there is */

/* With a cap of just |ms| it is not over the cap, but no time is left to wait;
   with one below, it is. */
static void check(struct wire *wire, CURL *curl, const char *fields,
                  int64_t ms)
{
  alarm(SIEGE_PATIENCE_S);
  curlew_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 0L);
  if(ms <= 0) {
    caller_set(wire, curl, "backoff.retry-after-cap=0ms");
    assert_retried(wire, curl, fields,
                   ms == INVALID ? "retried" : "retried-after");
    return;
  }
  if(ms <= DAY_MS) {
    caller_set(wire, curl,
               wire_text(wire,
                         "backoff.retry-after-cap=%" PRId64 "ms; "
                         "limits.waiting=0ms",
                         ms));
    assert_delivered(wire, curl, fields, "waiting-exhausted");
  }
  caller_set(wire, curl,
             wire_text(wire, "backoff.retry-after-cap=%" PRId64 "ms",
                       ms <= DAY_MS ? ms - 1 : DAY_MS));
  assert_delivered(wire, curl, fields, "retry-after-over-cap");
  /* and without a cap, there is the time-out */
  curlew_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 5000L);
  caller_set(wire, curl, "backoff.retry-after-cap=none; limits.waiting=none");
  if(ms > 5000)
    assert_delivered(wire, curl, fields, "deadline");
}

static const char *field_of(struct wire *wire, const char *text)
{
  return wire_text(wire, "Retry-After: %s\r\n", text);
}

/* ---- tests ---- */

static void each_shape_has_its_meaning(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);

  for(size_t i = 0; i < COUNT(shapes); i++)
    check(wire, curl, field_of(wire, shapes[i].text), shapes[i].ms);
  curlew_easy_cleanup(curl);
}

/* Of several the longest valid one holds, among the first four. */
static void of_several_the_longest_holds(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);

  for(size_t i = 0; i < COUNT(shapes); i++) {
    const struct shape *a = &shapes[i];
    const struct shape *b = &shapes[(7 * i + 3) % COUNT(shapes)];
    const struct shape *c = &shapes[(11 * i + 5) % COUNT(shapes)];
    const int64_t ab = a->ms > b->ms ? a->ms : b->ms;
    const char *two = wire_text(wire, "%s%s", field_of(wire, a->text),
                                field_of(wire, b->text));
    check(wire, curl, two, ab);
    check(wire, curl, wire_text(wire, "%s%s", two, field_of(wire, c->text)),
          ab > c->ms ? ab : c->ms);
  }
  curlew_easy_cleanup(curl);
}

static void very_long_ones_and_very_many_are_read_too(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  static char long_text[90001];

  memset(long_text, '9', 90000);
  check(wire, curl, field_of(wire, long_text), FOR_EVER);
  memset(long_text, '0', 90000);
  check(wire, curl, field_of(wire, long_text), 0);
  memset(long_text, 'x', 90000);
  check(wire, curl, field_of(wire, long_text), INVALID);
  memset(long_text, ' ', 90000);
  check(wire, curl, field_of(wire, long_text), INVALID);

  /* one that no libcurl takes, and one that is no text */
  check(wire, curl,
        "Retry-After: 7\r\n;times=4000:Retry-After: 0\r\n;raw=", 7000);
  check(wire, curl, "retry-AFTER:7\r\n", 7000);
  /* a line that is folded says nothing */
  check(wire, curl, "Retry-After:\r\n 7\r\n", INVALID);
  check(wire, curl, "X-Retry-After: 7\r\n", INVALID);
  curlew_easy_cleanup(curl);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_shape_has_its_meaning),
    cmocka_unit_test(of_several_the_longest_holds),
    cmocka_unit_test(very_long_ones_and_very_many_are_read_too),
  };
  (void)argc, (void)argv;
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
