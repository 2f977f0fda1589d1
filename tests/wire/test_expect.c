/* Tests of answers that come before the request's body, and of Expect. */

#define CURL_DISABLE_DEPRECATION /* CURLOPT_IOCTLFUNCTION */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "caller.h"
#include "source.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define LARGE       2000000u

/* A CURLOPT_HTTPHEADER of static memory. */
#define FIELD(name, text)                                                     \
  static char name##_text[] = text;                                           \
  static struct curl_slist name = {.data = name##_text}

FIELD(expecting, "Expect: 100-continue");
FIELD(not_expecting, "Expect:"); /* libcurl's own, for a large body */

static struct answer send_to(struct wire *wire, CURL *curl, const char *key,
                             const char *const *steps)
{
  return caller_perform(
    curl,
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key), steps));
}

static void assert_sent(struct wire *wire, const char *key, unsigned n,
                        size_t length)
{
  assert_string_equal(wire_field(wire, key, n, "complete"), "yes");
  assert_int_equal(wire_number(wire, key, n, "length"), length);
}

static void a_body_that_nobody_awaited_is_sent_whole_to_the_next(void **state)
{
  static source_fn *const ways[] = {
    post_fields, post_mime,  post_seekable,      put_seekable,
    put_file,    put_stream, put_seekable_chunks};
  static const char *const steps[] = {
    "408;early;Connection=close", "429;early;Connection=close",
    "307;early;Connection=close;Location=?b"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(ways) * COUNT(steps); i++) {
    const char *key = wire_text(wire, "early-%u", (unsigned)i);
    struct source source = source_of("a body");
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &expecting);
    ways[i / COUNT(steps)](curl, &source);

    const struct answer answer =
      send_to(wire, curl, key, STEPS(steps[i % COUNT(steps)], "200;body=ok"));
    if(answer.status != 200)
      fail_msg("%s: %ld, %s", key, answer.status, caller_end(curl));
    assert_int_equal(wire_count(wire, key), 2);
    assert_int_equal(wire_number(wire, key, 1, "length"), 0);
    assert_has(wire_field(wire, key, 2, "body"), "a body");
    assert_string_equal(wire_field(wire, key, 2, "complete"), "yes");
    curlew_easy_cleanup(curl);
    source_close(&source);
  }
}

static char *large_text(void)
{
  char *text = malloc(LARGE + 1);
  assert_non_null(text);
  for(size_t i = 0; i < LARGE; i++)
    text[i] = (char)('a' + i % 23);
  text[LARGE] = '\0';
  return text;
}

static void a_large_body_that_was_cut_short_is_sent_whole_again(void **state)
{
  static source_fn *const ways[] = {
    post_fields, post_copied_fields,   post_seekable,   put_seekable,
    put_file,    post_seekable_chunks, put_file_chunks, post_restartable};
  static const char *const steps[] = {"429;early;Connection=close",
                                      "308;early;Location=?b", "429;early"};
  struct wire *wire = *state;
  char *text = large_text();

  for(size_t i = 0; i < COUNT(ways) * COUNT(steps); i++) {
    const char *key = wire_text(wire, "large-%u", (unsigned)i);
    struct source source = source_of(text);
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &not_expecting);
    ways[i / COUNT(steps)](curl, &source);

    const struct answer answer = send_to(
      wire, curl, key,
      STEPS(steps[i % COUNT(steps)], "307;Location=?c", "200;body=ok"));
    if(answer.status != 200)
      fail_msg("%s: %d, %ld, %s", key, answer.result, answer.status,
               caller_end(curl));
    assert_sent(wire, key, 2, LARGE);
    assert_sent(wire, key, 3, LARGE);
    assert_string_equal(wire_field(wire, key, 2, "sha256"),
                        wire_field(wire, key, 3, "sha256"));
    curlew_easy_cleanup(curl);
    source_close(&source);
  }
  free(text);
}

static void a_stream_that_was_begun_is_not_sent_again(void **state)
{
  struct wire *wire = *state;
  char *text = large_text();
  struct source source = source_of(text);
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &not_expecting);
  post_stream(curl, &source);

  const struct answer answer =
    send_to(wire, curl, "begun",
            STEPS("429;early;body=slow down;Connection=close", "200"));
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 429);
  assert_string_equal(answer.body, "slow down");
  assert_string_equal(caller_end(curl), "body-not-repeatable");
  assert_int_equal(wire_count(wire, "begun"), 1);
  curlew_easy_cleanup(curl);
  free(text);
}

static void what_is_continued_is_delivered(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &expecting);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "hello");

  const struct answer answer =
    send_to(wire, curl, "continued", STEPS("429", "200;echo"));
  assert_string_equal(answer.body, "hello");
  assert_has(answer.heads, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK");
  assert_null(strstr(answer.heads, "429"));
  assert_int_equal(wire_count(wire, "continued"), 2);
  curlew_easy_cleanup(curl);
}

static void after_a_417_the_applications_expect_is_left_out_once(void **state)
{
  static const char *const steps[] = {"417", "417;early;Connection=close",
                                      "417;early", "417;early;size=0"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(steps); i++) {
    const char *key = wire_text(wire, "own-%u", (unsigned)i);
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &expecting);
    curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "hello");

    const struct answer answer =
      send_to(wire, curl, key, STEPS(steps[i], "200;echo"));
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "hello");
    assert_null(strstr(answer.heads, "417"));
    assert_string_equal(caller_cause(curl, 2), "repaired");
    assert_int_equal(wire_count(wire, key), 2);
    assert_string_equal(wire_header(wire, key, 1, "Expect"), "100-continue");
    assert_null(wire_header(wire, key, 2, "Expect"));

    /* the option itself has not changed */
    send_to(wire, curl, key, STEPS("200"));
    assert_string_equal(wire_header(wire, key, 3, "Expect"), "100-continue");
    curlew_easy_cleanup(curl);
  }
}

static void a_second_417_is_delivered(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &expecting);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "hello");

  const struct answer answer =
    send_to(wire, curl, "again", STEPS("417;body=no"));
  assert_int_equal(answer.status, 417);
  assert_string_equal(answer.body, "no");
  assert_int_equal(wire_count(wire, "again"), 2);
  curlew_easy_cleanup(curl);
}

/* Left alone, libcurl would send it thousands of times. It ignores the body
   of a 417 that it answers itself, so there is none to deliver. */
static void a_417_that_is_not_repaired_comes_once(void **state)
{
  static const char *const settings[] = {"limits.attempts=1",
                                         "status.417=fail", "status.417=pass"};
  static const char *const ends[] = {"attempts-exhausted", "failed", "passed"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(settings); i++) {
    const char *key = wire_text(wire, "not-repaired-%u", (unsigned)i);
    CURL *curl = caller_new(wire, settings[i]);
    curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &expecting);
    curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "hello");
    curlew_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 5000L);

    const struct answer answer = send_to(wire, curl, key, STEPS("417;early"));
    assert_int_equal(answer.result, CURLE_OK);
    assert_int_equal(answer.status, 417);
    assert_string_equal(caller_end(curl), ends[i]);
    assert_int_equal(wire_count(wire, key), 1);

    /* also where the operation begins asleep */
    key = wire_text(wire, "not-repaired-again-%u", (unsigned)i);
    assert_int_equal(send_to(wire, curl, key, STEPS("417;early")).result,
                     CURLE_OK);
    assert_string_equal(caller_end(curl), ends[i]);
    assert_int_equal(wire_count(wire, key), 1);
    curlew_easy_cleanup(curl);
  }
}

static void libcurls_own_expect_is_left_to_it(void **state)
{
  struct wire *wire = *state;
  char *text = large_text();
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, text);

  const struct answer answer =
    send_to(wire, curl, "libcurls", STEPS("417;early", "200;body=ok"));
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 200);
  assert_string_equal(answer.body, "ok");
  assert_int_equal(curlew_easy_outcome(curl)->attempts, 1);
  assert_int_equal(wire_count(wire, "libcurls"), 2);
  assert_string_equal(wire_header(wire, "libcurls", 1, "Expect"),
                      "100-continue");
  assert_null(wire_header(wire, "libcurls", 2, "Expect"));
  assert_sent(wire, "libcurls", 2, LARGE);
  curlew_easy_cleanup(curl);
  free(text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_body_that_nobody_awaited_is_sent_whole_to_the_next),
    cmocka_unit_test(a_large_body_that_was_cut_short_is_sent_whole_again),
    cmocka_unit_test(a_stream_that_was_begun_is_not_sent_again),
    cmocka_unit_test(what_is_continued_is_delivered),
    cmocka_unit_test(after_a_417_the_applications_expect_is_left_out_once),
    cmocka_unit_test(a_second_417_is_delivered),
    cmocka_unit_test(a_417_that_is_not_repaired_comes_once),
    cmocka_unit_test(libcurls_own_expect_is_left_to_it),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
