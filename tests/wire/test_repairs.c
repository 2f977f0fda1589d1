/* Tests of requests that are sent again in another form: on a new connection,
   with a length, with a key. For 417 see test_expect.c. */

#define CURL_DISABLE_DEPRECATION /* CURLOPT_IOCTLFUNCTION */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "caller.h"
#include "source.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static struct answer send_to(struct wire *wire, CURL *curl, const char *key,
                             const char *const *steps)
{
  return caller_perform(
    curl,
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key), steps));
}

static unsigned connection(struct wire *wire, const char *key, unsigned n)
{
  return wire_number(wire, key, n, "connection");
}

static void after_408_and_421_the_connection_is_a_new_one(void **state)
{
  static const char *const steps[] = {"408", "421", "408;Connection=close",
                                      "421;size=0"};
  struct wire *wire = *state;

  for(size_t i = 0; i < 2 * COUNT(steps); i++) {
    const char *key = wire_text(wire, "fresh-%u", (unsigned)i);
    CURL *curl = caller_new(wire, NULL);
    if(i % 2)
      curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
    const struct answer answer =
      send_to(wire, curl, key, STEPS("200", steps[i / 2], "200;body=ok"));
    assert_int_equal(answer.status, 200);
    send_to(wire, curl, key, NULL);
    send_to(wire, curl, key, NULL);

    assert_int_equal(wire_count(wire, key), 4);
    assert_int_equal(connection(wire, key, 1), connection(wire, key, 2));
    assert_int_not_equal(connection(wire, key, 2), connection(wire, key, 3));
    assert_int_equal(connection(wire, key, 3), connection(wire, key, 4));
    curlew_easy_cleanup(curl);
  }
}

static void after_421_and_425_it_is_tried_once_more(void **state)
{
  static const char *const steps[] = {"421;body=no", "425;body=no"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(steps); i++) {
    const char *key = wire_text(wire, "once-%u", (unsigned)i);
    CURL *curl = caller_new(wire, NULL);
    const struct answer answer = send_to(wire, curl, key, STEPS(steps[i]));
    assert_string_equal(answer.body, "no");
    assert_string_equal(caller_end(curl), "once");
    assert_int_equal(wire_count(wire, key), 2);
    curlew_easy_cleanup(curl);
  }
}

/* ---- 411 ---- */

static void after_a_411_the_length_is_said(void **state)
{
  static source_fn *const ways[] = {post_seekable_chunks, post_chunks,
                                    put_seekable_chunks,  put_chunks,
                                    put_file_chunks,      put_pipe};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(ways); i++) {
    const char *key = wire_text(wire, "length-%u", (unsigned)i);
    struct source source = source_of("a body to be measured");
    CURL *curl = caller_new(wire, NULL);
    ways[i](curl, &source);
    const struct answer answer =
      send_to(wire, curl, key, STEPS("411", "307;Location=?b", "200;echo"));
    if(answer.status != 200)
      fail_msg("%s: %d, %ld, %s", key, answer.result, answer.status,
               caller_end(curl));
    assert_string_equal(answer.body, "a body to be measured");
    assert_string_equal(caller_cause(curl, 2), "repaired");
    assert_string_equal(wire_header(wire, key, 1, "Transfer-Encoding"),
                        "chunked");
    assert_null(wire_header(wire, key, 2, "Transfer-Encoding"));
    assert_string_equal(wire_header(wire, key, 2, "Content-Length"), "21");
    assert_string_equal(wire_field(wire, key, 2, "body"),
                        "a body to be measured");
    curlew_easy_cleanup(curl);
    source_close(&source);
  }
}

static void a_body_that_is_measured_can_be_empty(void **state)
{
  struct wire *wire = *state;
  struct source source = source_of("");
  CURL *curl = caller_new(wire, NULL);
  post_chunks(curl, &source);

  const struct answer answer =
    send_to(wire, curl, "empty", STEPS("411", "200;body=ok"));
  assert_string_equal(answer.body, "ok");
  assert_string_equal(wire_header(wire, "empty", 2, "Content-Length"), "0");
  curlew_easy_cleanup(curl);
}

static void a_length_that_the_application_hid_is_said(void **state)
{
  static char text[] = "Transfer-Encoding: chunked";
  static struct curl_slist chunked = {.data = text};
  static source_fn *const ways[] = {post_fields,       post_copied_fields,
                                    post_sized_fields, post_seekable,
                                    put_seekable,      put_stream};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(ways); i++) {
    const char *key = wire_text(wire, "hidden-%u", (unsigned)i);
    struct source source = source_of("a=b");
    CURL *curl = caller_new(wire, NULL);
    ways[i](curl, &source);
    curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &chunked);
    const struct answer answer =
      send_to(wire, curl, key, STEPS("411", "200;echo"));
    if(answer.status != 200)
      fail_msg("%s: %d, %ld, %s", key, answer.result, answer.status,
               caller_end(curl));
    assert_string_equal(answer.body, "a=b");
    assert_string_equal(wire_header(wire, key, 1, "Transfer-Encoding"),
                        "chunked");
    assert_null(wire_header(wire, key, 2, "Transfer-Encoding"));
    assert_string_equal(wire_header(wire, key, 2, "Content-Length"), "3");
    curlew_easy_cleanup(curl);
    source_close(&source);
  }
}

/* libcurl sends it twice in one attempt, and asks to go back. */
static void a_body_that_is_held_can_be_challenged(void **state)
{
  static source_fn *const ways[] = {post_chunks, put_chunks, put_pipe};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(ways); i++) {
    const char *key = wire_text(wire, "challenged-%u", (unsigned)i);
    struct source source = source_of("a body to be measured");
    CURL *curl = caller_new(wire, NULL);
    ways[i](curl, &source);
    curlew_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_ANY);
    curlew_easy_setopt(curl, CURLOPT_USERPWD, "me:secret");
    const struct answer answer = send_to(
      wire, curl, key,
      STEPS("411", "401;WWW-Authenticate=Basic realm=\"x\"", "200;echo"));
    if(answer.status != 200)
      fail_msg("%s: %d, %ld, %s", key, answer.result, answer.status,
               caller_end(curl));
    assert_string_equal(answer.body, "a body to be measured");
    assert_int_equal(wire_count(wire, key), 3);
    assert_string_equal(wire_header(wire, key, 3, "Content-Length"), "21");
    curlew_easy_cleanup(curl);
    source_close(&source);
  }
}

static void a_body_too_large_to_be_held_is_not_measured(void **state)
{
  static source_fn *const ways[] = {post_chunks, put_pipe};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(ways); i++) {
    const char *key = wire_text(wire, "held-%u", (unsigned)i);
    struct source source = source_of("longer than ten bytes");
    CURL *curl = caller_new(wire, "limits.hold-body=10B");
    ways[i](curl, &source);
    const struct answer answer =
      send_to(wire, curl, key, STEPS("411;body=how long?", "200"));
    assert_int_equal(answer.result, CURLE_OK);
    assert_int_equal(answer.status, 411);
    assert_string_equal(answer.body, "how long?");
    assert_string_equal(caller_end(curl), "no-repair");
    assert_int_equal(wire_count(wire, key), 1);
    curlew_easy_cleanup(curl);
    source_close(&source);
  }
}

static void a_second_411_is_delivered(void **state)
{
  struct wire *wire = *state;
  struct source source = source_of("a=b");
  CURL *curl = caller_new(wire, NULL);
  post_seekable_chunks(curl, &source);

  const struct answer answer =
    send_to(wire, curl, "second", STEPS("411;body=no"));
  assert_int_equal(answer.status, 411);
  assert_string_equal(answer.body, "no");
  assert_int_equal(wire_count(wire, "second"), 2);
  curlew_easy_cleanup(curl);
}

/* ---- what is expected, and keys ---- */

static void a_404_is_retried_where_the_resource_is_expected(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_set_expect(curl, true);
  assert_string_equal(
    send_to(wire, curl, "await", STEPS("404", "404", "200;body=there")).body,
    "there");
  assert_int_equal(wire_count(wire, "await"), 3);

  assert_int_equal(
    send_to(wire, curl, "await-410", STEPS("410", "200")).status, 410);
  curlew_easy_set_expect(curl, false);
  assert_int_equal(
    send_to(wire, curl, "await-not", STEPS("404", "200")).status, 404);
  curlew_easy_cleanup(curl);
}

static void a_key_is_added_that_stays_the_same(void **state)
{
  static const char *const methods[] = {"POST", "PATCH"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(methods); i++) {
    CURL *curl = caller_new(wire, "methods.idempotency-key=auto");
    curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
    curlew_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, methods[i]);
    const struct answer answer =
      send_to(wire, curl, methods[i],
              STEPS("503", "close", "307;Location=?b", "502", "200", "200"));
    assert_int_equal(answer.status, 200);
    const char *first = wire_header(wire, methods[i], 1, "Idempotency-Key");
    assert_non_null(first);
    assert_int_equal(strlen(first), 36);
    for(unsigned n = 2; n <= 5; n++)
      assert_string_equal(wire_header(wire, methods[i], n, "Idempotency-Key"),
                          first);

    send_to(wire, curl, methods[i], NULL);
    assert_string_not_equal(
      wire_header(wire, methods[i], 6, "Idempotency-Key"), first);
    curlew_easy_cleanup(curl);
  }
}

static void a_key_is_added_to_nothing_else(void **state)
{
  static char text[] = "idempotency-key: mine";
  static struct curl_slist mine = {.data = text};
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, "methods.idempotency-key=auto");

  send_to(wire, curl, "get", STEPS("503", "200"));
  assert_null(wire_header(wire, "get", 1, "Idempotency-Key"));
  assert_null(wire_header(wire, "get", 2, "Idempotency-Key"));

  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
  send_to(wire, curl, "see", STEPS("503", "303;Location=?b", "200"));
  assert_non_null(wire_header(wire, "see", 2, "Idempotency-Key"));
  assert_null(wire_header(wire, "see", 3, "Idempotency-Key"));

  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &mine);
  send_to(wire, curl, "mine", STEPS("503", "200"));
  assert_string_equal(wire_header(wire, "mine", 1, "Idempotency-Key"), "mine");
  assert_string_equal(wire_header(wire, "mine", 2, "Idempotency-Key"), "mine");
  curlew_easy_cleanup(curl);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(after_408_and_421_the_connection_is_a_new_one),
    cmocka_unit_test(after_421_and_425_it_is_tried_once_more),
    cmocka_unit_test(after_a_411_the_length_is_said),
    cmocka_unit_test(a_body_that_is_measured_can_be_empty),
    cmocka_unit_test(a_length_that_the_application_hid_is_said),
    cmocka_unit_test(a_body_that_is_held_can_be_challenged),
    cmocka_unit_test(a_body_too_large_to_be_held_is_not_measured),
    cmocka_unit_test(a_second_411_is_delivered),
    cmocka_unit_test(a_404_is_retried_where_the_resource_is_expected),
    cmocka_unit_test(a_key_is_added_that_stays_the_same),
    cmocka_unit_test(a_key_is_added_to_nothing_else),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
