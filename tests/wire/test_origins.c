/* Tests of lib/client/origin.c: the rules that are not the same for all
   credentials. Those that are stand in test_credentials.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "caller.h"
#include "hosts.h"
#include "wire.h"

#define LOCALHOST "localhost"
#define LOOPBACK "127.0.0.1"

/* Performs /script/|key| on |port| of 127.0.0.1, which leads to |host| on
   |to|. */
static struct answer hop(struct wire *wire, CURL *curl, const char *key,
                         enum wire_port port, enum wire_port to,
                         const char *host)
{
  const char *path = wire_text(wire, "/script/%s", key);
  const char *target =
    wire_url_on(wire, to, host, wire_text(wire, "%s/there", path), NULL);
  const struct answer answer = caller_perform(
    curl, wire_url(wire, port, path,
                   STEPS(wire_text(wire, "302;Location=%s", target), "200")));

  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 200);
  return answer;
}

static struct curl_slist *list_of(const char *const *lines)
{
  struct curl_slist *list = NULL;
  for(; *lines; lines++)
    list = curl_slist_append(list, *lines);
  return list;
}

static void assert_header(struct wire *wire, const char *key, unsigned n,
                          const char *name, const char *expected)
{
  const char *value = wire_header(wire, key, n, name);
  if(!value)
    fail_msg("no %s in request %u", name, n);
  assert_string_equal(value, expected);
}

static void assert_no_header(struct wire *wire, const char *key, unsigned n,
                             const char *name)
{
  const char *value = wire_header(wire, key, n, name);
  if(value)
    fail_msg("request %u has %s: %s", n, name, value);
}

static void allow_listed_fields_go_to_another_origin(void **state)
{
  static const char *const lines[] = {
    "accept: text/x", "Accept-Language: en", "Accept-Encoding: x-none",
    "Content-Type: text/y", "Content-Language: fr", "Content-Encoding: z",
    "User-Agent: mine", "Range: bytes=0-", "If-Range: w",
    "If-None-Match: v", "If-Modified-Since: u", "Cache-Control: no-cache",
    "SOAPAction: run", "Idempotency-Key: 17", "traceparent: t",
    "tracestate: s", NULL};
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  struct curl_slist *fields = list_of(lines);

  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  hop(wire, curl, "allowed", WIRE_PLAIN, WIRE_PLAIN_B, LOCALHOST);
  for(size_t i = 0; lines[i]; i++) {
    const size_t length = strcspn(lines[i], ":");
    assert_header(wire, "allowed", 2,
                  wire_text(wire, "%.*s", (int)length, lines[i]),
                  lines[i] + length + 2);
  }
  curlew_easy_cleanup(curl);
  curl_slist_free_all(fields);
}

static void the_policy_says_what_is_allowed(void **state)
{
  static const char *const lines[] = {"X-Tenant: 7", "Accept: text/x", NULL};
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, "redirect.headers=X-Tenant");
  struct curl_slist *fields = list_of(lines);

  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  curlew_easy_setopt(curl, CURLOPT_USERAGENT, "mine");
  curlew_easy_setopt(curl, CURLOPT_RANGE, "0-5");
  curlew_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
  hop(wire, curl, "tenant", WIRE_PLAIN, WIRE_PLAIN_B, LOOPBACK);
  assert_header(wire, "tenant", 2, "X-Tenant", "7");
  assert_header(wire, "tenant", 2, "Accept", "*/*");
  assert_no_header(wire, "tenant", 2, "User-Agent");
  assert_no_header(wire, "tenant", 2, "Range");
  assert_no_header(wire, "tenant", 2, "Accept-Encoding");

  caller_set(wire, curl, NULL);
  hop(wire, curl, "options", WIRE_PLAIN, WIRE_PLAIN_B, LOOPBACK);
  assert_no_header(wire, "options", 2, "X-Tenant");
  assert_header(wire, "options", 2, "User-Agent", "mine");
  assert_header(wire, "options", 2, "Range", "bytes=0-5");
  assert_header(wire, "options", 2, "Accept-Encoding", "gzip");
  curlew_easy_cleanup(curl);
  curl_slist_free_all(fields);
}

static void lines_that_suppress_a_field_stay(void **state)
{
  static const char *const lines[] = {"Accept:", "User-Agent:", "X-Key: 1",
                                      NULL};
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, "redirect.headers=Range");
  struct curl_slist *fields = list_of(lines);

  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  curlew_easy_setopt(curl, CURLOPT_USERAGENT, "mine");
  hop(wire, curl, "suppressed", WIRE_PLAIN, WIRE_PLAIN_B, LOOPBACK);
  assert_no_header(wire, "suppressed", 2, "Accept");
  assert_no_header(wire, "suppressed", 2, "User-Agent");
  assert_no_header(wire, "suppressed", 2, "X-Key");
  curlew_easy_cleanup(curl);
  curl_slist_free_all(fields);
}

static void a_host_field_of_the_application_names_the_first_server_only(
  void **state)
{
  static const char *const lines[] = {"Host: virtual.curlew.test", NULL};
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  struct curl_slist *fields = list_of(lines);

  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  curlew_easy_setopt(curl, CURLOPT_UNRESTRICTED_AUTH, 1L);
  hop(wire, curl, "host", WIRE_PLAIN, WIRE_PLAIN_B, LOOPBACK);
  assert_header(wire, "host", 1, "Host", "virtual.curlew.test");
  assert_header(wire, "host", 2, "Host",
                wire_text(wire, "127.0.0.1:%u", wire->port[WIRE_PLAIN_B]));
  curlew_easy_cleanup(curl);
  curl_slist_free_all(fields);
}

/* Both on their default ports, as libcurl sees it. */
static void from_http_to_https_authorization_and_cookie_are_dropped(
  void **state)
{
  static const char *const lines[] = {"X-Api-Key: secret", "Cookie: a=1",
                                      "Proxy-Authorization: x", NULL};
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  struct curl_slist *fields = list_of(lines);
  struct curl_slist *connect = curl_slist_append(
    NULL, wire_text(wire, "a.curlew.test:80:127.0.0.1:%u",
                    wire->port[WIRE_PLAIN]));
  connect = curl_slist_append(
    connect, wire_text(wire, "a.curlew.test:443:127.0.0.1:%u",
                       wire->port[WIRE_TLS]));
  const char *step = wire_quote(
    wire, "302;Location=https://a.curlew.test/script/secure/there");

  curlew_easy_setopt(curl, CURLOPT_CONNECT_TO, connect);
  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
  curlew_easy_setopt(curl, CURLOPT_COOKIE, "b=2");
  curlew_easy_setopt(curl, CURLOPT_REFERER, "http://r.test/?q=1");
  curlew_easy_setopt(curl, CURLOPT_SSLCERT, wire->ca);
  curlew_easy_setopt(curl, CURLOPT_SSLKEY, wire->key);
  for(unsigned n = 1; n <= 3; n += 2) {
    const struct answer answer = caller_perform(
      curl, wire_text(wire, "http://a.curlew.test/script/secure?do=%s&do=200"
                            "&do=%s&do=200", step, step));
    assert_int_equal(answer.status, 200);
    assert_non_null(wire_header(wire, "secure", n, "Authorization"));
    assert_non_null(wire_header(wire, "secure", n, "Cookie"));
    assert_string_equal(wire_field(wire, "secure", n + 1, "tls"), "yes");
    assert_no_header(wire, "secure", n + 1, "Authorization");
    assert_no_header(wire, "secure", n + 1, "Cookie");
    assert_header(wire, "secure", n + 1, "X-Api-Key", "secret");
    assert_header(wire, "secure", n + 1, "Proxy-Authorization", "x");
    assert_header(wire, "secure", n + 1, "Referer", "http://r.test/?q=1");
    assert_string_equal(wire_field(wire, "secure", n + 1, "certificate"),
                        "yes");
  }
  curlew_easy_cleanup(curl);
  curl_slist_free_all(connect);
  curl_slist_free_all(fields);
}

static void a_client_certificate_is_for_its_origin(void **state)
{
  static const struct {
    const char *key;
    enum wire_port from;
    enum wire_port to;
    const char *host;
    const char *expected;
  } ways[] = {
    {"cert-same", WIRE_TLS, WIRE_TLS, LOOPBACK, "yes"},
    {"cert-port", WIRE_TLS, WIRE_TLS_B, LOOPBACK, "no"},
    {"cert-host", WIRE_TLS, WIRE_TLS, LOCALHOST, "no"},
    {"cert-scheme", WIRE_PLAIN, WIRE_TLS, LOOPBACK, "no"},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_SSLCERT, wire->ca);
    curlew_easy_setopt(curl, CURLOPT_SSLKEY, wire->key);
    hop(wire, curl, ways[i].key, ways[i].from, ways[i].to, ways[i].host);
    assert_string_equal(wire_field(wire, ways[i].key, 2, "certificate"),
                        ways[i].expected);

    /* and it is shown again where it belongs */
    const char *key = wire_text(wire, "%s-again", ways[i].key);
    const struct answer answer = caller_perform(
      curl, wire_url(wire, WIRE_TLS, wire_text(wire, "/script/%s", key),
                     STEPS("200")));
    assert_int_equal(answer.status, 200);
    assert_string_equal(wire_field(wire, key, 1, "certificate"), "yes");
    curlew_easy_cleanup(curl);
  }
}

static void it_is_not_shown_on_the_way_back(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  const char *away =
    wire_url(wire, WIRE_TLS_B, "/script/cert-trip/away", NULL);
  const char *back = wire_url(wire, WIRE_TLS, "/script/cert-trip/back", NULL);

  curlew_easy_setopt(curl, CURLOPT_SSLCERT, wire->ca);
  curlew_easy_setopt(curl, CURLOPT_SSLKEY, wire->key);
  const struct answer answer = caller_perform(
    curl, wire_url(wire, WIRE_TLS, "/script/cert-trip",
                   STEPS(wire_text(wire, "302;Location=%s", away),
                         wire_text(wire, "302;Location=%s", back), "200")));
  assert_int_equal(answer.status, 200);
  assert_string_equal(wire_field(wire, "cert-trip", 1, "certificate"), "yes");
  assert_string_equal(wire_field(wire, "cert-trip", 2, "certificate"), "no");
  assert_string_equal(wire_field(wire, "cert-trip", 3, "certificate"), "no");
  curlew_easy_cleanup(curl);
}

static void a_referer_goes_without_its_query_to_another_origin(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);

  curlew_easy_setopt(curl, CURLOPT_REFERER, "http://r.test/path?q=secret");
  hop(wire, curl, "referer-home", WIRE_PLAIN, WIRE_PLAIN, LOOPBACK);
  assert_header(wire, "referer-home", 2, "Referer",
                "http://r.test/path?q=secret");
  hop(wire, curl, "referer-away", WIRE_PLAIN, WIRE_PLAIN_B, LOOPBACK);
  assert_header(wire, "referer-away", 1, "Referer",
                "http://r.test/path?q=secret");
  assert_header(wire, "referer-away", 2, "Referer", "http://r.test/path");

  curlew_easy_setopt(curl, CURLOPT_UNRESTRICTED_AUTH, 1L);
  hop(wire, curl, "referer-kept", WIRE_PLAIN, WIRE_PLAIN_B, LOOPBACK);
  assert_header(wire, "referer-kept", 2, "Referer",
                "http://r.test/path?q=secret");
  curlew_easy_cleanup(curl);
}

static void an_automatic_referer_has_its_query_at_home_only(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);

  curlew_easy_setopt(curl, CURLOPT_AUTOREFERER, 1L);
  hop(wire, curl, "auto-home", WIRE_PLAIN, WIRE_PLAIN, LOOPBACK);
  assert_no_header(wire, "auto-home", 1, "Referer");
  assert_has(wire_header(wire, "auto-home", 2, "Referer"),
             "/script/auto-home?do=302");

  hop(wire, curl, "auto-away", WIRE_PLAIN, WIRE_PLAIN_B, LOOPBACK);
  assert_no_header(wire, "auto-away", 1, "Referer");
  assert_header(wire, "auto-away", 2, "Referer",
                wire_url(wire, WIRE_PLAIN, "/script/auto-away", NULL));

  const char *user =
    wire_url_on(wire, WIRE_PLAIN, "user:secret@127.0.0.1", "/script/auto-user",
                STEPS("302;Location=/script/auto-user/there", "200"));
  assert_int_equal(caller_perform(curl, user).status, 200);
  assert_null(strstr(wire_header(wire, "auto-user", 2, "Referer"), "secret"));
  curlew_easy_cleanup(curl);
}

/* PORT makes another origin of the same URL. */
static void the_port_option_is_a_part_of_the_origin(void **state)
{
  static const struct {
    const char *origin; /* of the target; ":" stands for the option's */
    enum wire_port port;
    const char *authorization;
  } cases[] = {
    {"", WIRE_PLAIN, "Basic dTpw"},
    {":", WIRE_PLAIN, "Basic dTpw"},
    {"http://127.0.0.1", WIRE_PLAIN_B, NULL},
  };
  struct wire *wire = *state;
  const unsigned port = wire->port[WIRE_PLAIN];
  struct curl_slist *connect = curl_slist_append(
    NULL, wire_text(wire, "127.0.0.1:80:127.0.0.1:%u",
                    wire->port[WIRE_PLAIN_B]));

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const char *key = wire_text(wire, "port%zu", i);
    const char *origin = cases[i].origin[0] == ':'
                           ? wire_text(wire, "http://127.0.0.1:%u", port)
                           : cases[i].origin;
    const char *step = wire_quote(
      wire, wire_text(wire, "302;Location=%s/script/%s/b", origin, key));
    CURL *curl = caller_new(wire, NULL);

    curlew_easy_setopt(curl, CURLOPT_CONNECT_TO, connect);
    curlew_easy_setopt(curl, CURLOPT_PORT, (long)port);
    curlew_easy_setopt(curl, CURLOPT_USERPWD, "u:p");
    for(unsigned n = 1; n <= 3; n += 2) {
      const struct answer answer = caller_perform(
        curl, wire_text(wire, "http://127.0.0.1/script/%s?do=%s&do=200&do=%s"
                              "&do=200", key, step, step));
      assert_int_equal(answer.status, 200);
      assert_int_equal(wire_number(wire, key, n, "port"), port);
      assert_header(wire, key, n, "Authorization", "Basic dTpw");
      assert_int_equal(wire_number(wire, key, n + 1, "port"),
                       wire->port[cases[i].port]);
      if(cases[i].authorization)
        assert_header(wire, key, n + 1, "Authorization",
                      cases[i].authorization);
      else
        assert_no_header(wire, key, n + 1, "Authorization");
    }
    curlew_easy_cleanup(curl);
  }
  curl_slist_free_all(connect);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(allow_listed_fields_go_to_another_origin),
    cmocka_unit_test(the_policy_says_what_is_allowed),
    cmocka_unit_test(lines_that_suppress_a_field_stay),
    cmocka_unit_test(
      a_host_field_of_the_application_names_the_first_server_only),
    cmocka_unit_test(from_http_to_https_authorization_and_cookie_are_dropped),
    cmocka_unit_test(a_client_certificate_is_for_its_origin),
    cmocka_unit_test(it_is_not_shown_on_the_way_back),
    cmocka_unit_test(a_referer_goes_without_its_query_to_another_origin),
    cmocka_unit_test(an_automatic_referer_has_its_query_at_home_only),
    cmocka_unit_test(the_port_option_is_a_part_of_the_origin),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
