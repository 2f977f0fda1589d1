/* Tests of attempts that bring no response, or not all of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "caller.h"

/* A label that is too long for a name: no network is asked about it. */
#define TEN     "abcdefghij"
#define NO_NAME TEN TEN TEN TEN TEN TEN TEN ".curlew.test"

static struct answer get(struct wire *wire, CURL *curl, const char *key,
                         const char *const *steps)
{
  return caller_perform(
    curl,
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key), steps));
}

static void what_cannot_have_left_is_repeated_whatever_the_method(void **state)
{
  struct wire *wire = *state;
  const struct {
    const char *url;
    CURLcode result;
  } cases[] = {
    {wire_url(wire, WIRE_REFUSED, "/", NULL), CURLE_COULDNT_CONNECT},
    {wire_url_on(wire, WIRE_PLAIN, NO_NAME, "/", NULL),
     CURLE_COULDNT_RESOLVE_HOST},
    {wire_text(wire, "https://127.0.0.1:%u/script/x", wire->port[WIRE_PLAIN]),
     CURLE_SSL_CONNECT_ERROR},
    {wire_url(wire, WIRE_DEAF, "/", NULL), CURLE_OPERATION_TIMEDOUT},
  };

  for(size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
    CURL *curl = caller_new(wire, NULL);
    if(cases[i / 2].result == CURLE_OPERATION_TIMEDOUT)
      curlew_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 100L);
    if(i % 2)
      curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
    const struct answer answer = caller_perform(curl, cases[i / 2].url);
    assert_int_equal(answer.result, cases[i / 2].result);
    assert_int_equal(curlew_easy_outcome(curl)->attempts, 4);
    assert_string_equal(caller_end(curl), "attempts-exhausted");
    assert_string_equal(caller_cause(curl, 2), "retried");
    curlew_easy_cleanup(curl);
  }
}

static void a_certificate_that_does_not_verify_is_not_retried(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_CAINFO, "/etc/ssl/certs/none.pem");
  const struct answer answer =
    caller_perform(curl, wire_url(wire, WIRE_TLS, "/script/tls", NULL));

  assert_true(answer.result == CURLE_PEER_FAILED_VERIFICATION ||
              answer.result == CURLE_SSL_CACERT_BADFILE);
  assert_int_equal(curlew_easy_outcome(curl)->attempts, 1);
  assert_string_equal(caller_end(curl), "error-kept");
  curlew_easy_cleanup(curl);
}

/* What it says to CONNECT is an answer, and no repetition helps some of them. */
static void a_refusal_of_the_proxy_is_judged_by_its_status(void **state)
{
  static const struct {
    const char *step;
    unsigned attempts;
    const char *end;
  } cases[] = {
    {"405", 1, "failed"},
    {"403", 1, "failed"},
    {"407;Proxy-Authenticate=Basic%20realm=x", 1, "failed"},
    {"404", 1, "failed"},
    {"503", 4, "attempts-exhausted"},
    {"502", 4, "attempts-exhausted"},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
    struct curl_slist *fields =
      curl_slist_append(NULL, wire_text(wire, "X-Script: refused%zu?do=%s", i,
                                        cases[i / 2].step));
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_PROXY,
                       wire_url(wire, WIRE_PROXY, "", NULL));
    curlew_easy_setopt(curl, CURLOPT_PROXYHEADER, fields);
    curlew_easy_setopt(curl, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
    if(i % 2)
      curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
    const struct answer answer =
      caller_perform(curl, wire_url(wire, WIRE_TLS, "/script/tls", NULL));
    assert_int_equal(answer.result, CURLE_RECV_ERROR);
    assert_int_equal(curlew_easy_outcome(curl)->attempts,
                     cases[i / 2].attempts);
    assert_string_equal(caller_end(curl), cases[i / 2].end);
    assert_int_equal(wire_count(wire, wire_text(wire, "refused%zu", i)),
                     cases[i / 2].attempts);
    curlew_easy_cleanup(curl);
    curl_slist_free_all(fields);
  }
}

static void no_answer_is_retried_where_the_method_allows(void **state)
{
  static const struct {
    const char *step;
    CURLcode result;
  } cases[] = {
    {"close", CURLE_GOT_NOTHING},
    {"reset", CURLE_RECV_ERROR},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < 2; i++) {
    CURL *curl = caller_new(wire, NULL);
    const char *const *const steps = STEPS(cases[i].step, "200;body=ok");
    const char *key = wire_text(wire, "none-%u", (unsigned)i);
    assert_string_equal(get(wire, curl, key, steps).body, "ok");
    assert_int_equal(wire_count(wire, key), 2);

    key = wire_text(wire, "none-post-%u", (unsigned)i);
    curlew_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
    assert_int_equal(get(wire, curl, key, steps).result, cases[i].result);
    assert_string_equal(caller_end(curl), "method-not-repeatable");
    assert_int_equal(wire_count(wire, key), 1);
    curlew_easy_cleanup(curl);
  }
}

static void a_body_that_breaks_off_is_not_delivered_twice(void **state)
{
  static const struct {
    const char *step;
    CURLcode result;
  } cases[] = {
    {"200;size=100;cut=10", CURLE_PARTIAL_FILE},
    {"200;size=100;cut=10;reset", CURLE_RECV_ERROR},
    {"200;size=100;chunked;cut=10", CURLE_PARTIAL_FILE},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const char *key = wire_text(wire, "partial-%u", (unsigned)i);
    CURL *curl = caller_new(wire, NULL);
    const struct answer answer =
      get(wire, curl, key, STEPS(cases[i].step, "200;body=ok"));
    assert_int_equal(answer.result, cases[i].result);
    assert_int_equal(answer.size, 10);
    assert_string_equal(caller_end(curl), "streamed");
    assert_int_equal(wire_count(wire, key), 1);
    curlew_easy_cleanup(curl);
  }
}

static size_t count_body(char *data, size_t size, size_t count, void *user)
{
  (void)data;
  *(size_t *)user += size * count;
  return size * count;
}

static void a_body_that_breaks_off_before_its_first_byte_is_asked_for_again(
  void **state)
{
  struct wire *wire = *state;
  size_t size = 0;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, count_body);
  curlew_easy_setopt(curl, CURLOPT_WRITEDATA, &size);
  curlew_easy_setopt(curl, CURLOPT_URL,
                     wire_url(wire, WIRE_PLAIN, "/script/before",
                              STEPS("200;size=100;cut=0", "200;size=7")));

  assert_int_equal(curlew_easy_perform(curl), CURLE_OK);
  assert_int_equal(size, 7);
  assert_int_equal(wire_count(wire, "before"), 2);
  curlew_easy_cleanup(curl);
}

static size_t refuse(char *data, size_t size, size_t count, void *user)
{
  (void)data;
  (void)size;
  (void)count;
  ++*(unsigned *)user;
  return 0;
}

static void a_callback_that_fails_ends_the_operation(void **state)
{
  static const CURLoption options[][2] = {
    {CURLOPT_WRITEFUNCTION, CURLOPT_WRITEDATA},
    {CURLOPT_HEADERFUNCTION, CURLOPT_HEADERDATA},
  };
  static const char *const steps[] = {"200", "404", "503;Retry-After=99",
                                      "200;nolength"};
  struct wire *wire = *state;

  for(size_t i = 0; i < 8; i++) {
    const char *path = wire_text(wire, "/script/refuse-%u", (unsigned)i);
    unsigned calls = 0;
    size_t size = 0;
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, count_body);
    curlew_easy_setopt(curl, CURLOPT_WRITEDATA, &size);
    curlew_easy_setopt(curl, options[i / 4][0], refuse);
    curlew_easy_setopt(curl, options[i / 4][1], &calls);
    curlew_easy_setopt(curl, CURLOPT_URL,
                       wire_url(wire, WIRE_PLAIN, path, STEPS(steps[i % 4])));
    assert_int_equal(curlew_easy_perform(curl), CURLE_WRITE_ERROR);
    assert_int_equal(calls, 1);
    assert_int_equal(wire_count(wire, path + strlen("/script/")), 1);
    curlew_easy_cleanup(curl);
  }
}

static void an_error_after_a_retry_is_told_as_libcurl_tells_it(void **state)
{
  struct wire *wire = *state;
  char error[CURL_ERROR_SIZE] = "";
  CURL *curl = caller_new(wire, "error.empty-reply=fail");
  curlew_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);

  const struct answer answer =
    get(wire, curl, "told", STEPS("503;close", "close"));
  assert_int_equal(answer.result, CURLE_GOT_NOTHING);
  assert_string_equal(error, "Empty reply from server");
  assert_int_equal(answer.size, 0);
  assert_string_equal(answer.heads, "");

  assert_int_equal(get(wire, curl, "fine", STEPS("503", "200")).result,
                   CURLE_OK);
  assert_string_equal(error, "");
  curlew_easy_cleanup(curl);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_cannot_have_left_is_repeated_whatever_the_method),
    cmocka_unit_test(a_certificate_that_does_not_verify_is_not_retried),
    cmocka_unit_test(a_refusal_of_the_proxy_is_judged_by_its_status),
    cmocka_unit_test(no_answer_is_retried_where_the_method_allows),
    cmocka_unit_test(a_body_that_breaks_off_is_not_delivered_twice),
    cmocka_unit_test(
      a_body_that_breaks_off_before_its_first_byte_is_asked_for_again),
    cmocka_unit_test(a_callback_that_fails_ends_the_operation),
    cmocka_unit_test(an_error_after_a_retry_is_told_as_libcurl_tells_it),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
