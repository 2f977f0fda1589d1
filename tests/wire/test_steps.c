/* Tests of tests/support/steps.py with plain libcurl: each kind of step. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "plain.h"
#include "wire.h"

/* One GET on a handle of its own; |key| is used once only. */
static struct answer get(struct wire *wire, const char *key, const char *step)
{
  CURL *curl = plain_new(wire);
  const struct answer answer = plain_perform(
    curl, wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key),
                   STEPS(step)));
  curl_easy_cleanup(curl);
  return answer;
}

static void the_nth_request_gets_the_nth_step_and_the_last_one_stays(
  void **state)
{
  struct wire *wire = *state;
  CURL *curl = plain_new(wire);
  const char *url =
    wire_url(wire, WIRE_PLAIN, "/script/nth",
             STEPS("503 So busy;Retry-After=1;Retry-After=2;body=a%3Bb",
                   "200;Set-Cookie=a=b%3B path=/"));

  struct answer answer = plain_perform(curl, url);
  assert_int_equal(answer.status, 503);
  assert_int_equal(answer.connects, 1);
  assert_has(answer.heads, "HTTP/1.1 503 So busy\r\n");
  assert_has(answer.heads, "Retry-After: 1\r\nRetry-After: 2\r\n");
  assert_has(answer.heads, "\r\nDate: ");
  assert_string_equal(answer.body, "a;b");

  answer = plain_perform(curl, url);
  assert_int_equal(answer.status, 200);
  assert_int_equal(answer.connects, 0);
  assert_has(answer.heads, "Set-Cookie: a=b; path=/\r\n");
  assert_string_equal(answer.body, "200 OK\n");

  assert_int_equal(plain_perform(curl, url).status, 200);
  assert_int_equal(wire_count(wire, "nth"), 3);
  assert_int_equal(wire_connections(wire, "nth"), 1);
  curl_easy_cleanup(curl);
}

static void there_can_be_no_answer(void **state)
{
  struct wire *wire = *state;
  assert_int_equal(get(wire, "close", "close").result, CURLE_GOT_NOTHING);
  assert_int_equal(get(wire, "reset", "reset").result, CURLE_RECV_ERROR);

  CURL *curl = plain_new(wire);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 100L);
  const struct answer answer = plain_perform(
    curl, wire_url(wire, WIRE_PLAIN, "/script/hang", STEPS("hang")));
  curl_easy_cleanup(curl);
  assert_int_equal(answer.result, CURLE_OPERATION_TIMEDOUT);
  assert_int_equal(answer.status, 0);
}

static void a_body_can_end_in_many_ways(void **state)
{
  struct wire *wire = *state;
  struct answer answer = get(wire, "cut", "200;size=100;cut=10");
  assert_int_equal(answer.result, CURLE_PARTIAL_FILE);
  assert_int_equal(answer.size, 10);

  answer = get(wire, "cut-chunks", "200;size=100;chunked;cut=10");
  assert_int_equal(answer.result, CURLE_PARTIAL_FILE);

  answer = get(wire, "cut-reset", "200;size=100;cut=10;reset");
  assert_int_equal(answer.result, CURLE_RECV_ERROR);
  assert_int_equal(answer.size, 10);

  answer = get(wire, "nolength", "200;nolength;size=100");
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.size, 100);
  assert_null(strstr(answer.heads, "Content-Length"));

  answer = get(wire, "http10", "200;http10;body=old");
  assert_has(answer.heads, "HTTP/1.0 200 OK\r\n");
  assert_string_equal(answer.body, "old");

  answer = get(wire, "chunked", "200;chunked;body=abc;trailer=X-End: 1");
  assert_int_equal(answer.result, CURLE_OK);
  assert_string_equal(answer.body, "abc");
  assert_has(answer.heads, "\r\n\r\nX-End: 1\r\n");

  answer = get(wire, "large", "200;size=5000000");
  assert_int_equal(answer.size, 5000000);
  assert_int_equal(get(wire, "none", "204").size, 0);
}

static void a_head_can_break_off(void **state)
{
  struct wire *wire = *state;
  struct answer answer = get(wire, "halt", "200;halt=9;body=ok");
  assert_int_equal(answer.result, CURLE_GOT_NOTHING);
  assert_int_equal(answer.size, 0);

  answer = get(wire, "halt-reset", "200;halt=40;reset");
  assert_int_equal(answer.result, CURLE_RECV_ERROR);
  assert_string_equal(wire_counts(wire, "halt"), "halt 1\nhalt-reset 1\n");
}

static void an_answer_can_take_its_time(void **state)
{
  struct wire *wire = *state;
  assert_true(get(wire, "delay", "200;delay=50").total_us >= 50000);

  struct answer answer = get(wire, "drip", "200;size=30;drip=10:20");
  assert_true(answer.total_us >= 60000);
  assert_int_equal(answer.size, 30);

  answer = get(wire, "pause", "200;size=30;stall=50");
  assert_true(answer.total_us >= 50000);
  assert_int_equal(answer.size, 30);
}

static void an_answer_can_stop_for_ever(void **state)
{
  struct wire *wire = *state;
  CURL *curl = plain_new(wire);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 100L);

  struct answer answer =
    plain_perform(curl, wire_url(wire, WIRE_PLAIN, "/script/stall",
                                 STEPS("200;size=30;stall")));
  assert_int_equal(answer.result, CURLE_OPERATION_TIMEDOUT);
  assert_int_equal(answer.size, 15);

  answer = plain_perform(curl, wire_url(wire, WIRE_PLAIN, "/script/mute",
                                        STEPS("200;size=30;hang")));
  assert_int_equal(answer.result, CURLE_OPERATION_TIMEDOUT);
  assert_int_equal(answer.status, 200);
  assert_int_equal(answer.size, 0);
  curl_easy_cleanup(curl);
}

static void heads_can_be_odd(void **state)
{
  struct wire *wire = *state;
  struct answer answer =
    get(wire, "odd", "200;interim=103|Link: </a>;interim=100;Blank =x;nodate");
  assert_has(answer.heads, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                           "HTTP/1.1 100 Continue\r\n\r\n"
                           "HTTP/1.1 200 OK\r\nBlank : x\r\n");
  assert_null(strstr(answer.heads, "Date:"));

  answer = get(wire, "dated", "299;Date=@-3600");
  assert_has(answer.heads, "HTTP/1.1 299 Unofficial\r\nDate: ");
  assert_has(answer.heads, " GMT\r\n");
  assert_null(strstr(strstr(answer.heads, "Date: ") + 1, "Date: "));

  assert_int_equal(get(wire, "typo", "200;chunkd").status, 400);
}

static void a_kept_connection_can_be_closed_unannounced(void **state)
{
  struct wire *wire = *state;
  CURL *curl = plain_new(wire);
  const char *url = wire_url(wire, WIRE_PLAIN, "/script/kept",
                             STEPS("200", "close", "200;close", "200"));

  assert_int_equal(plain_perform(curl, url).status, 200);
  /* libcurl sends again by itself where a reused connection dies. */
  const struct answer answer = plain_perform(curl, url);
  assert_int_equal(answer.status, 200);
  assert_int_equal(wire_count(wire, "kept"), 3);
  assert_null(strstr(answer.heads, "Connection:"));

  assert_int_equal(plain_perform(curl, url).status, 200);
  assert_int_equal(wire_connections(wire, "kept"), 3);
  curl_easy_cleanup(curl);
}

static void an_answer_can_come_before_the_body(void **state)
{
  struct wire *wire = *state;
  CURL *curl = plain_new(wire);
  struct curl_slist *expect = curl_slist_append(NULL, "Expect: 100-continue");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, expect);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "hello");

  struct answer answer = plain_perform(
    curl, wire_url(wire, WIRE_PLAIN, "/script/wait", STEPS("200;echo")));
  assert_has(answer.heads, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200");
  assert_string_equal(answer.body, "hello");

  answer = plain_perform(curl, wire_url(wire, WIRE_PLAIN, "/script/early",
                                        STEPS("413;early;Connection=close")));
  curl_easy_cleanup(curl);
  curl_slist_free_all(expect);
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 413);
  assert_null(strstr(answer.heads, "100 Continue"));
  assert_int_equal(wire_number(wire, "early", 1, "length"), 0);
  assert_string_equal(wire_field(wire, "early", 1, "complete"), "no");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_nth_request_gets_the_nth_step_and_the_last_one_stays),
    cmocka_unit_test(there_can_be_no_answer),
    cmocka_unit_test(a_body_can_end_in_many_ways),
    cmocka_unit_test(a_head_can_break_off),
    cmocka_unit_test(an_answer_can_take_its_time),
    cmocka_unit_test(an_answer_can_stop_for_ever),
    cmocka_unit_test(heads_can_be_odd),
    cmocka_unit_test(a_kept_connection_can_be_closed_unannounced),
    cmocka_unit_test(an_answer_can_come_before_the_body),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
