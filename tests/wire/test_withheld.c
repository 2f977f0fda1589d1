/* Tests of bodies that are withheld: they are drained where that is cheap, so
   that the connection can be kept, and nothing in them does harm. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "caller.h"

#define SECOND_US 1000000

struct report {
  struct answer answer;
  const char *end;
  CURLcode first; /* of the attempt that was withheld */
  unsigned requests;
  unsigned connections;
};

/* Gets |first|, and then a 200. */
static struct report get(struct wire *wire, const char *key, const char *first)
{
  CURL *curl = caller_new(wire, NULL);
  struct report report = {
    .answer = caller_perform(curl, wire_url(wire, WIRE_PLAIN,
                                            wire_text(wire, "/script/%s", key),
                                            STEPS(first, "200;body=ok"))),
  };
  report.end = caller_end(curl);
  report.first = curlew_easy_outcome(curl)->attempt[0].result;
  curlew_easy_cleanup(curl);
  report.requests = wire_count(wire, key);
  report.connections = wire_connections(wire, key);
  return report;
}

static void assert_recovered(const struct report *report)
{
  assert_int_equal(report->answer.result, CURLE_OK);
  assert_int_equal(report->answer.status, 200);
  assert_string_equal(report->answer.body, "ok");
  assert_string_equal(report->end, "passed");
  assert_int_equal(report->first, CURLE_OK);
  assert_int_equal(report->requests, 2);
}

static void a_small_body_is_drained_and_the_connection_kept(void **state)
{
  static const char *const steps[] = {
    "503",
    "503;size=65536",
    "503;body=",
    "302;Location=?b;size=1000",
    "500;size=30;drip=10:5",
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
    const struct report report =
      get(wire, wire_text(wire, "small-%u", (unsigned)i), steps[i]);
    assert_recovered(&report);
    assert_int_equal(report.connections, 1);
  }
}

static void a_large_body_is_not_waited_for(void **state)
{
  static const char *const steps[] = {
    "503;size=65537;stall",         "503;size=5000000",
    "302;Location=?b;size=5000000", "302;Location=?b;nolength;size=5000000",
    "503;chunked;size=5000000",     "503;nolength;size=10;stall",
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
    const struct report report =
      get(wire, wire_text(wire, "large-%u", (unsigned)i), steps[i]);
    assert_recovered(&report);
    assert_int_equal(report.connections, 2);
    assert_true(report.answer.total_us < SECOND_US);
  }
}

static void a_body_that_stalls_holds_up_nothing_for_long(void **state)
{
  static const char *const steps[] = {
    "503;size=1000;hang",
    "302;Location=?b;size=1000;stall",
    "503;size=1000;drip=1:20",
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
    const struct report report =
      get(wire, wire_text(wire, "stalled-%u", (unsigned)i), steps[i]);
    assert_recovered(&report);
    assert_true(report.answer.total_us < 3 * SECOND_US);
  }
}

static void the_policy_says_how_much_is_drained(void **state)
{
  static const struct {
    const char *setting;
    unsigned connections;
  } cases[] = {{"limits.drain=99B", 2}, {"limits.drain=100B", 1}};
  struct wire *wire = *state;

  for(size_t i = 0; i < 2; i++) {
    const char *path = wire_text(wire, "/script/drain-%u", (unsigned)i);
    CURL *curl = caller_new(wire, cases[i].setting);
    const struct answer answer =
      caller_perform(curl, wire_url(wire, WIRE_PLAIN, path,
                                    STEPS("503;size=100", "200;body=ok")));
    curlew_easy_cleanup(curl);
    assert_string_equal(answer.body, "ok");
    assert_int_equal(wire_connections(wire, path + strlen("/script/")),
                     cases[i].connections);
  }
}

static void a_withheld_body_that_breaks_off_does_not_count(void **state)
{
  static const char *const steps[] = {
    "503;size=1000;cut=10",
    "503;size=1000;cut=10;reset",
    "503;chunked;size=1000;cut=10",
    "302;Location=?b;size=1000;cut=10",
    "302;Location=?b;size=1000;cut=0;reset",
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
    const struct report report =
      get(wire, wire_text(wire, "broken-%u", (unsigned)i), steps[i]);
    assert_recovered(&report);
  }
}

static void a_withheld_body_that_libcurl_refuses_does_not_count(void **state)
{
  static const struct {
    const char *step;
    CURLoption option;
    long value;
  } cases[] = {
    {"503;Content-Encoding=gzip;body=not gzip", CURLOPT_HTTP_CONTENT_DECODING,
     1},
    {"302;Location=?b;Content-Encoding=gzip;body=not gzip",
     CURLOPT_HTTP_CONTENT_DECODING, 1},
    {"503;size=1000", CURLOPT_MAXFILESIZE, 100},
    {"302;Location=?b;size=1000", CURLOPT_MAXFILESIZE, 100},
    {"503;size=1000000", CURLOPT_MAXFILESIZE, 100},
    {"503;size=10", CURLOPT_FAILONERROR, 1},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const char *key = wire_text(wire, "refused-%u", (unsigned)i);
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    curlew_easy_setopt(curl, cases[i].option, cases[i].value);
    const struct answer answer = caller_perform(
      curl, wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key),
                     STEPS(cases[i].step, "200;body=ok")));
    curlew_easy_cleanup(curl);
    assert_int_equal(answer.result, CURLE_OK);
    assert_string_equal(answer.body, "ok");
    assert_int_equal(wire_count(wire, key), 2);
  }
}

static void a_hop_that_knows_no_ranges_does_not_count(void **state)
{
  static const char *const steps[] = {"302;Location=?b;size=1000",
                                      "503;size=1000"};
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
    const char *path = wire_text(wire, "/script/range-%u", (unsigned)i);
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_RESUME_FROM, 5L);
    const struct answer answer = caller_perform(
      curl,
      wire_url(wire, WIRE_PLAIN, path,
               STEPS(steps[i], "206;Content-Range=bytes 5-9/10;body=56789")));
    curlew_easy_cleanup(curl);
    assert_int_equal(answer.result, CURLE_OK);
    assert_string_equal(answer.body, "56789");
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_small_body_is_drained_and_the_connection_kept),
    cmocka_unit_test(a_large_body_is_not_waited_for),
    cmocka_unit_test(a_body_that_stalls_holds_up_nothing_for_long),
    cmocka_unit_test(the_policy_says_how_much_is_drained),
    cmocka_unit_test(a_withheld_body_that_breaks_off_does_not_count),
    cmocka_unit_test(a_withheld_body_that_libcurl_refuses_does_not_count),
    cmocka_unit_test(a_hop_that_knows_no_ranges_does_not_count),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
