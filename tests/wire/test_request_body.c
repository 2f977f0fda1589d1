/* Tests of request bodies: each way that libcurl has to give one, sent again
   whole or not at all. */

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

#define TEXT "a body, not that short"

static const struct way {
  const char *name;
  source_fn *give;
  const char *method;
} repeatable[] = {
  {"fields", post_fields, "POST"},
  {"sized-fields", post_sized_fields, "POST"},
  {"copied-fields", post_copied_fields, "POST"},
  {"mime", post_mime, "POST"},
  {"seekable", post_seekable, "POST"},
  {"seekable-chunks", post_seekable_chunks, "POST"},
  {"restartable", post_restartable, "POST"},
  {"put-seekable", put_seekable, "PUT"},
  {"put-seekable-chunks", put_seekable_chunks, "PUT"},
  {"put-file", put_file, "PUT"},
  {"put-file-chunks", put_file_chunks, "PUT"},
};

static const struct way single[] = {
  {"stream", post_stream, "POST"},   {"chunks", post_chunks, "POST"},
  {"put-stream", put_stream, "PUT"}, {"put-chunks", put_chunks, "PUT"},
  {"put-pipe", put_pipe, "PUT"},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct sent {
  struct answer answer;
  const char *end;
  const char *key;
};

/* Sends |text| by |way|, with an Idempotency-Key and what goes with a body. */
static struct sent send_body(struct wire *wire, const struct way *way,
                             const char *name, const char *const *steps,
                             long follow)
{
  struct sent sent = {
    .key = wire_text(wire, "%s-%s", name, way->name),
  };
  struct source source = source_of(TEXT);
  struct curl_slist *fields =
    curl_slist_append(NULL, "Idempotency-Key: \"once\"");
  fields = curl_slist_append(fields, "Content-Language: en");
  CURL *curl = caller_new(wire, NULL);

  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  if(follow >= 0)
    curlew_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, follow);
  way->give(curl, &source);
  sent.answer = caller_perform(
    curl, wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", sent.key),
                   steps));
  sent.end = caller_end(curl);
  curlew_easy_cleanup(curl);
  curl_slist_free_all(fields);
  source_close(&source);
  return sent;
}

/* The nth request brought the whole body. */
static void assert_whole(struct wire *wire, const struct way *way,
                         const struct sent *sent, unsigned n)
{
  const char *body = wire_field(wire, sent->key, n, "body");

  if(!body)
    fail_msg("%s: there is no request %u", sent->key, n);
  if(!strstr(body, TEXT) ||
     (way->give != post_mime && strcmp(body, TEXT) != 0))
    fail_msg("%s: request %u brought \"%s\"", sent->key, n, body);
  assert_string_equal(wire_field(wire, sent->key, n, "method"), way->method);
  assert_string_equal(wire_field(wire, sent->key, n, "complete"), "yes");
  assert_string_equal(wire_header(wire, sent->key, n, "Content-Language"),
                      "en");
}

static void assert_ended(struct wire *wire, const struct sent *sent,
                         CURLcode result, long status, const char *end,
                         unsigned requests)
{
  if(sent->answer.result != result || sent->answer.status != status ||
     strcmp(sent->end, end) != 0)
    fail_msg("%s: result %d, status %ld, %s", sent->key, sent->answer.result,
             sent->answer.status, sent->end);
  assert_int_equal(wire_count(wire, sent->key), requests);
}

static void a_body_is_sent_again_whole(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(repeatable); i++) {
    const struct way *way = &repeatable[i];
    const struct sent sent = send_body(
      wire, way, "again", STEPS("503", "503;close", "200;body=ok"), -1);
    assert_ended(wire, &sent, CURLE_OK, 200, "passed", 3);
    assert_string_equal(sent.answer.body, "ok");
    for(unsigned n = 1; n <= 3; n++)
      assert_whole(wire, way, &sent, n);
  }
}

static void a_body_is_sent_again_after_a_lost_connection(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(repeatable); i++) {
    const struct way *way = &repeatable[i];
    const struct sent sent =
      send_body(wire, way, "lost", STEPS("close", "200;body=ok"), -1);
    assert_ended(wire, &sent, CURLE_OK, 200, "passed", 2);
    assert_whole(wire, way, &sent, 2);
  }
}

static void a_redirect_that_keeps_the_method_keeps_the_body(void **state)
{
  static const char *const steps[] = {"307;Location=?b", "308;Location=?b"};
  struct wire *wire = *state;

  for(size_t i = 0; i < 2 * COUNT(repeatable); i++) {
    const struct way *way = &repeatable[i / 2];
    const struct sent sent =
      send_body(wire, way, wire_text(wire, "kept-%u", (unsigned)(i % 2)),
                STEPS(steps[i % 2], "503", "200"), i % 4 < 2 ? -1 : 1);
    assert_ended(wire, &sent, CURLE_OK, 200, "passed", 3);
    assert_whole(wire, way, &sent, 2);
    assert_whole(wire, way, &sent, 3);
  }
}

static void assert_dropped(struct wire *wire, const struct sent *sent)
{
  static const char *const names[] = {
    "Content-Type",      "Content-Length", "Content-Language",
    "Transfer-Encoding", "Expect",
  };

  assert_string_equal(wire_field(wire, sent->key, 2, "method"), "GET");
  assert_string_equal(wire_field(wire, sent->key, 2, "body"), "");
  for(size_t i = 0; i < COUNT(names); i++)
    assert_null(wire_header(wire, sent->key, 2, names[i]));
}

static void a_redirect_to_get_drops_the_body_and_its_fields(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(repeatable) + COUNT(single); i++) {
    const struct way *way =
      i < COUNT(repeatable) ? &repeatable[i] : &single[i - COUNT(repeatable)];
    const struct sent sent = send_body(
      wire, way, "dropped", STEPS("303;Location=?b", "200"), i % 2 ? -1 : 1);
    assert_ended(wire, &sent, CURLE_OK, 200, "passed", 2);
    assert_dropped(wire, &sent);
  }
}

static void a_302_makes_a_get_of_a_post_alone(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(repeatable); i++) {
    const struct way *way = &repeatable[i];
    const struct sent sent =
      send_body(wire, way, "found", STEPS("302;Location=?b", "200"), -1);
    assert_ended(wire, &sent, CURLE_OK, 200, "passed", 2);
    if(!strcmp(way->method, "POST"))
      assert_dropped(wire, &sent);
    else
      assert_whole(wire, way, &sent, 2);
  }
}

static void what_can_be_read_once_is_sent_once(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(single); i++) {
    const struct sent sent =
      send_body(wire, &single[i], "once", STEPS("503;body=busy", "200"), -1);
    assert_ended(wire, &sent, CURLE_OK, 503, "body-not-repeatable", 1);
    assert_string_equal(sent.answer.body, "busy");
    assert_whole(wire, &single[i], &sent, 1);
  }
}

static void what_can_be_read_once_is_not_taken_along(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(single); i++) {
    const char *const *const steps =
      STEPS("307;Location=?b;body=over there", "200");
    struct sent sent = send_body(wire, &single[i], "alone", steps, -1);
    assert_ended(wire, &sent, CURLE_OK, 307, "cannot-rewind", 1);
    assert_string_equal(sent.answer.body, "over there");

    sent = send_body(wire, &single[i], "asked", steps, 1);
    assert_ended(wire, &sent, CURLE_SEND_FAIL_REWIND, 307, "cannot-rewind", 1);
    assert_string_equal(sent.answer.body, "");
  }
}

static void a_rewind_that_fails_is_found_out_in_time(void **state)
{
  static source_fn *const ways[] = {post_seekable, post_restartable};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(ways); i++) {
    const char *path = wire_text(wire, "/script/stuck-%u", (unsigned)i);
    struct source source = source_of(TEXT);
    struct curl_slist *fields = curl_slist_append(NULL, "Idempotency-Key: 1");
    CURL *curl = caller_new(wire, NULL);
    source.cannot_rewind = true;
    ways[i](curl, &source);
    curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
    const struct answer answer = caller_perform(
      curl, wire_url(wire, WIRE_PLAIN, path, STEPS("503;body=busy", "200")));
    assert_int_equal(answer.result, CURLE_OK);
    assert_int_equal(answer.status, 503);
    assert_string_equal(answer.body, "busy");
    assert_string_equal(caller_end(curl), "body-not-repeatable");
    curlew_easy_cleanup(curl);
    curl_slist_free_all(fields);
  }
}

/* libcurl gives no way to put it back after a GET. */
static void the_form_of_a_duplicate_is_not_dropped(void **state)
{
  struct wire *wire = *state;
  struct source source = source_of("a form");
  CURL *original = caller_new(wire, NULL);
  post_mime(original, &source);
  CURL *curl = curlew_easy_duphandle(original);
  assert_non_null(curl);

  struct answer answer = caller_perform(
    curl, wire_url(wire, WIRE_PLAIN, "/script/form-dropped",
                   STEPS("303;Location=?there;body=moved", "200")));
  assert_int_equal(answer.status, 303);
  assert_string_equal(answer.body, "moved");
  assert_string_equal(caller_end(curl), "cannot-rewind");
  assert_int_equal(wire_count(wire, "form-dropped"), 1);

  answer = caller_perform(curl, wire_url(wire, WIRE_PLAIN, "/script/form-kept",
                                         STEPS("307;Location=?there", "200")));
  assert_int_equal(answer.status, 200);
  assert_string_equal(wire_field(wire, "form-kept", 2, "method"), "POST");
  curlew_easy_cleanup(curl);
  curlew_easy_cleanup(original);
  source_close(&source);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_body_is_sent_again_whole),
    cmocka_unit_test(a_body_is_sent_again_after_a_lost_connection),
    cmocka_unit_test(a_redirect_that_keeps_the_method_keeps_the_body),
    cmocka_unit_test(a_redirect_to_get_drops_the_body_and_its_fields),
    cmocka_unit_test(a_302_makes_a_get_of_a_post_alone),
    cmocka_unit_test(what_can_be_read_once_is_sent_once),
    cmocka_unit_test(what_can_be_read_once_is_not_taken_along),
    cmocka_unit_test(a_rewind_that_fails_is_found_out_in_time),
    cmocka_unit_test(the_form_of_a_duplicate_is_not_dropped),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
