/* Tests of what libcurl does behind our back: a kept connection that is lost
   before the answer makes it send the request again. */

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

static char key_text[] = "Idempotency-Key: 1";
static struct curl_slist key_field = {.data = key_text};

static struct answer send_to(struct wire *wire, CURL *curl, const char *key,
                             const char *const *steps)
{
  return caller_perform(
    curl,
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key), steps));
}

/* A handle with a kept connection, on which the next request for |key| is read
   and not answered; those after it are. */
static CURL *forsaken(struct wire *wire, const char *key, const char *settings)
{
  CURL *curl = caller_new(wire, settings);
  const struct answer answer =
    send_to(wire, curl, key, STEPS("200", "close", "200;body=answer"));
  assert_int_equal(answer.status, 200);
  return curl;
}

static void a_post_is_not_sent_again_on_a_lost_connection(void **state)
{
  static source_fn *const ways[] = {post_fields, post_mime, post_seekable,
                                    post_restartable};
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
    const char *key = wire_text(wire, "lost-%u", (unsigned)i);
    struct source source = source_of("a=b");
    char error[CURL_ERROR_SIZE] = "";
    CURL *curl = forsaken(wire, key, NULL);
    curlew_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
    ways[i](curl, &source);

    const struct answer answer = send_to(wire, curl, key, NULL);
    assert_int_equal(answer.result, CURLE_GOT_NOTHING);
    assert_int_equal(answer.status, 0);
    assert_int_equal(answer.size, 0);
    assert_string_equal(caller_end(curl), "silent-resend-stopped");
    assert_has(error, "the reused connection was lost");
    assert_int_equal(curlew_easy_outcome(curl)->result, CURLE_GOT_NOTHING);
    assert_int_equal(wire_count(wire, key), 2);
    curlew_easy_cleanup(curl);
    source_close(&source);
  }
}

static void of_a_stream_libcurl_says_that_it_cannot_be_rewound(void **state)
{
  struct wire *wire = *state;
  struct source source = source_of("a=b");
  CURL *curl = forsaken(wire, "stream", NULL);
  post_stream(curl, &source);

  assert_int_equal(send_to(wire, curl, "stream", NULL).result,
                   CURLE_SEND_FAIL_REWIND);
  assert_int_equal(wire_count(wire, "stream"), 2);
  curlew_easy_cleanup(curl);
}

static void the_handle_can_send_after_that(void **state)
{
  struct wire *wire = *state;
  CURL *curl = forsaken(wire, "after", NULL);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");

  assert_int_equal(send_to(wire, curl, "after", NULL).result,
                   CURLE_GOT_NOTHING);
  const struct answer answer = send_to(wire, curl, "after", NULL);
  assert_int_equal(answer.result, CURLE_OK);
  assert_string_equal(answer.body, "answer");
  assert_int_equal(wire_count(wire, "after"), 3);
  curlew_easy_cleanup(curl);
}

static void a_patch_is_guarded_too(void **state)
{
  struct wire *wire = *state;
  CURL *curl = forsaken(wire, "patch", NULL);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
  curlew_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PATCH");

  assert_int_equal(send_to(wire, curl, "patch", NULL).result,
                   CURLE_GOT_NOTHING);
  assert_int_equal(wire_count(wire, "patch"), 2);
  curlew_easy_cleanup(curl);
}

static void what_may_be_repeated_is_sent_again_as_by_libcurl(void **state)
{
  struct wire *wire = *state;
  CURL *curl = forsaken(wire, "get", NULL);
  struct answer answer = send_to(wire, curl, "get", NULL);
  assert_string_equal(answer.body, "answer");
  assert_int_equal(curlew_easy_outcome(curl)->attempts, 1);
  assert_int_equal(wire_count(wire, "get"), 3);
  curlew_easy_cleanup(curl);

  curl = forsaken(wire, "keyed", NULL);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &key_field);
  answer = send_to(wire, curl, "keyed", NULL);
  assert_string_equal(answer.body, "answer");
  assert_int_equal(wire_count(wire, "keyed"), 3);
  assert_string_equal(wire_field(wire, "keyed", 3, "body"), "a=b");
  curlew_easy_cleanup(curl);
}

static void the_policy_can_leave_it_to_libcurl(void **state)
{
  static const char *const settings[] = {"methods.silent-resend=libcurl",
                                         "error.empty-reply=retry,any-method"};
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
    const char *key = wire_text(wire, "left-%u", (unsigned)i);
    CURL *curl = forsaken(wire, key, settings[i]);
    curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
    const struct answer answer = send_to(wire, curl, key, NULL);
    assert_string_equal(answer.body, "answer");
    assert_int_equal(wire_count(wire, key), 3);
    curlew_easy_cleanup(curl);
  }
}

static void a_post_after_a_hop_is_guarded_too(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");

  const struct answer answer =
    send_to(wire, curl, "hop", STEPS("307;Location=?b", "close", "200"));
  assert_int_equal(answer.result, CURLE_GOT_NOTHING);
  assert_string_equal(caller_end(curl), "silent-resend-stopped");
  assert_int_equal(wire_count(wire, "hop"), 2);
  curlew_easy_cleanup(curl);
}

static void a_post_after_a_retry_is_guarded_too(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");

  const struct answer answer =
    send_to(wire, curl, "retry", STEPS("429", "close", "200"));
  assert_int_equal(answer.result, CURLE_GOT_NOTHING);
  assert_int_equal(wire_count(wire, "retry"), 2);
  curlew_easy_cleanup(curl);
}

static void a_get_that_a_redirect_made_of_a_post_is_not_guarded(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");

  const struct answer answer = send_to(
    wire, curl, "see", STEPS("303;Location=?b", "close", "200;body=answer"));
  assert_int_equal(answer.result, CURLE_OK);
  assert_string_equal(answer.body, "answer");
  assert_int_equal(wire_count(wire, "see"), 3);
  curlew_easy_cleanup(curl);
}

static void the_rounds_of_digest_are_not_a_resend(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_DIGEST);
  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");

  for(unsigned n = 0; n < 2; n++) {
    const struct answer answer = caller_perform(
      curl, wire_url(wire, WIRE_PLAIN, "/digest/rounds", STEPS("200;echo")));
    assert_int_equal(answer.result, CURLE_OK);
    assert_string_equal(answer.body, "a=b");
  }
  curlew_easy_cleanup(curl);
}

static int count_sends(void *user, char *remote_ip, char *local_ip,
                       int remote_port, int local_port)
{
  unsigned *sends = user;

  (void)remote_ip;
  (void)local_ip;
  (void)remote_port;
  (void)local_port;
  ++*sends;
  return CURL_PREREQFUNC_OK;
}

static void a_callback_of_the_applications_own_is_called_as_well(void **state)
{
  struct wire *wire = *state;
  unsigned sends = 0;
  CURL *curl = forsaken(wire, "own", NULL);
  curlew_easy_setopt(curl, CURLOPT_PREREQFUNCTION, count_sends);
  curlew_easy_setopt(curl, CURLOPT_PREREQDATA, &sends);

  assert_string_equal(send_to(wire, curl, "own", NULL).body, "answer");
  assert_int_equal(sends, 2);
  curlew_easy_setopt(curl, CURLOPT_PREREQFUNCTION, NULL);
  assert_int_equal(send_to(wire, curl, "own", NULL).result, CURLE_OK);
  assert_int_equal(sends, 2);
  curlew_easy_cleanup(curl);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_post_is_not_sent_again_on_a_lost_connection),
    cmocka_unit_test(of_a_stream_libcurl_says_that_it_cannot_be_rewound),
    cmocka_unit_test(the_handle_can_send_after_that),
    cmocka_unit_test(a_patch_is_guarded_too),
    cmocka_unit_test(what_may_be_repeated_is_sent_again_as_by_libcurl),
    cmocka_unit_test(the_policy_can_leave_it_to_libcurl),
    cmocka_unit_test(a_post_after_a_hop_is_guarded_too),
    cmocka_unit_test(a_post_after_a_retry_is_guarded_too),
    cmocka_unit_test(a_get_that_a_redirect_made_of_a_post_is_not_guarded),
    cmocka_unit_test(the_rounds_of_digest_are_not_a_resend),
    cmocka_unit_test(a_callback_of_the_applications_own_is_called_as_well),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
