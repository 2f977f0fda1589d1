/* Tests of lib/client/route.c: URLs that do not say their scheme. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "caller.h"
#include "wire.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct {
  const char *given; /* CURLOPT_DEFAULT_PROTOCOL */
  const char *scheme;
  enum wire_port port;
} rows[] = {
  {NULL, "http", WIRE_PLAIN},
  {"http", "http", WIRE_PLAIN},
  {"HTTP", "http", WIRE_PLAIN},
  {"https", "https", WIRE_TLS},
};

/* What stands after the scheme. */
static const char *rest_of(const char *url)
{
  return strstr(url, "://") + 3;
}

static void they_are_tried_again_too(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(rows); i++) {
    const char *key = wire_text(wire, "again-%u", (unsigned)i);
    const char *url =
      wire_url(wire, rows[i].port, wire_text(wire, "/script/%s", key),
               STEPS("503", "302;Location=?there", "200;body=ok"));
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_DEFAULT_PROTOCOL, rows[i].given);
    const struct answer answer = caller_perform(curl, rest_of(url));

    assert_int_equal(answer.result, CURLE_OK);
    assert_string_equal(answer.body, "ok");
    assert_int_equal(wire_count(wire, key), 3);
    curlew_easy_cleanup(curl);
  }
}

static void another_protocol_is_libcurl_s_alone(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_DEFAULT_PROTOCOL, "ftp");
  const char *url = rest_of(wire_url(wire, WIRE_REFUSED, "/", NULL));

  /* an http URL would be tried four times */
  assert_int_equal(caller_perform(curl, url).result, CURLE_COULDNT_CONNECT);
  const struct curlew_outcome *outcome = curlew_easy_outcome(curl);
  assert_true(!outcome || outcome->attempts == 1);
  curlew_easy_cleanup(curl);
}

static void they_have_the_rules_of_their_host(void **state)
{
  static const char text[] = "extends = default\n"
                             "[backoff]\nbase = 0ms\n"
                             "[host 127.0.0.1]\nstatus.404 = retry\n";
  struct wire *wire = *state;
  struct curlew_policy *policy = NULL;
  assert_int_equal(
    curlew_policy_parse(text, sizeof(text) - 1, "host.ini", &policy, NULL),
    CURLE_OK);

  for(size_t i = 0; i < COUNT(rows); i++) {
    const char *key = wire_text(wire, "host-%u", (unsigned)i);
    const char *url =
      wire_url(wire, rows[i].port, wire_text(wire, "/script/%s", key),
               STEPS("404", "200"));
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_set_policy(curl, policy);
    curlew_easy_setopt(curl, CURLOPT_DEFAULT_PROTOCOL, rows[i].given);
    assert_int_equal(caller_perform(curl, rest_of(url)).status, 200);
    assert_int_equal(wire_count(wire, key), 2);
    curlew_easy_cleanup(curl);
  }
  curlew_policy_unref(policy);
}

static void they_keep_credentials_when_they_move(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < 2 * COUNT(rows); i++) {
    const bool has_port = i >= COUNT(rows);
    const size_t row = i % COUNT(rows);
    const unsigned port = wire->port[rows[row].port];
    const char *key = wire_text(wire, "moved-%u", (unsigned)i);
    const char *path = wire_text(wire, "127.0.0.1:%u/script/%s", port, key);
    const char *step =
      wire_quote(wire, wire_text(wire, "301;Location=%s://%s/there",
                                 rows[row].scheme, path));
    const char *url = wire_text(
      wire, "%s?do=%s&do=200&do=200",
      has_port ? wire_text(wire, "127.0.0.1/script/%s", key) : path, step);
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_USERPWD, "u:p");
    curlew_easy_setopt(curl, CURLOPT_DEFAULT_PROTOCOL, rows[row].given);
    if(has_port)
      curlew_easy_setopt(curl, CURLOPT_PORT, (long)port);

    assert_int_equal(caller_perform(curl, url).status, 200);
    assert_int_equal(caller_perform(curl, url).status, 200);
    assert_string_equal(caller_cause(curl, 1), "remembered");
    assert_int_equal(wire_count(wire, key), 3);
    for(unsigned n = 1; n <= 3; n++) {
      const char *sent = wire_header(wire, key, n, "Authorization");
      if(!sent)
        fail_msg("%s: no Authorization in request %u", key, n);
      assert_string_equal(sent, "Basic dTpw");
    }
    curlew_easy_cleanup(curl);
  }
}

static void with_a_port_of_its_own_too_https_is_not_left(void **state)
{
  struct wire *wire = *state;
  const char *to = wire_url(wire, WIRE_PLAIN, "/script/down", NULL);
  const char *url =
    wire_text(wire, "127.0.0.1/script/up?do=%s",
              wire_quote(wire, wire_text(wire, "302;Location=%s", to)));
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_DEFAULT_PROTOCOL, "https");
  curlew_easy_setopt(curl, CURLOPT_PORT, (long)wire->port[WIRE_TLS]);

  assert_int_equal(caller_perform(curl, url).status, 302);
  assert_string_equal(caller_end(curl), "downgrade-refused");
  assert_int_equal(wire_count(wire, "down"), 0);
  curlew_easy_cleanup(curl);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(they_are_tried_again_too),
    cmocka_unit_test(another_protocol_is_libcurl_s_alone),
    cmocka_unit_test(they_have_the_rules_of_their_host),
    cmocka_unit_test(they_keep_credentials_when_they_move),
    cmocka_unit_test(with_a_port_of_its_own_too_https_is_not_left),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
