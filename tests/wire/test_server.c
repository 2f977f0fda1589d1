/* Tests of tests/support/server.py with plain libcurl: all but the steps. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "plain.h"
#include "wire.h"

static void the_log_tells_what_arrived(void **state)
{
  struct wire *wire = *state;
  CURL *curl = plain_new(wire);
  struct curl_slist *fields = curl_slist_append(NULL, "X-One: 1");
  fields = curl_slist_append(fields, "X-One: 2");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "hello");
  const struct answer answer =
    plain_perform(curl, wire_url_on(wire, WIRE_TLS_B, "localhost",
                                    "/script/log/tail", STEPS("201;echo")));
  curl_easy_cleanup(curl);
  curl_slist_free_all(fields);

  assert_int_equal(answer.status, 201);
  assert_string_equal(answer.body, "hello");
  assert_int_equal(wire_count(wire, "log"), 1);
  assert_string_equal(wire_field(wire, "log", 1, "method"), "POST");
  assert_string_equal(wire_field(wire, "log", 1, "body"), "hello");
  assert_string_equal(wire_field(wire, "log", 1, "tls"), "yes");
  assert_string_equal(wire_field(wire, "log", 1, "certificate"), "no");
  assert_string_equal(wire_field(wire, "log", 1, "complete"), "yes");
  assert_has(wire_field(wire, "log", 1, "target"), "/script/log/tail?do=");
  assert_has(wire_field(wire, "log", 1, "headers"), "X-One: 1\nX-One: 2\n");
  assert_string_equal(wire_header(wire, "log", 1, "x-one"), "1\n2");
  assert_has(wire_header(wire, "log", 1, "Host"), "localhost:");
  assert_int_equal(wire_number(wire, "log", 1, "length"), 5);
  assert_int_equal(wire_number(wire, "log", 1, "port"),
                   wire->port[WIRE_TLS_B]);
  assert_null(wire_header(wire, "log", 1, "Cookie"));
  assert_null(wire_field(wire, "log", 2, "method"));
  assert_int_equal(wire_count(wire, "nobody"), 0);
}

static void a_chain_of_redirects_goes_on_with_the_script_of_its_key(
  void **state)
{
  struct wire *wire = *state;
  CURL *curl = plain_new(wire);
  const char *other =
    wire_url_on(wire, WIRE_TLS, "a.curlew.test", "/script/chain/c", NULL);
  struct curl_slist *names = curl_slist_append(
    NULL, wire_text(wire, "a.curlew.test:%u:127.0.0.1", wire->port[WIRE_TLS]));
  curl_easy_setopt(curl, CURLOPT_RESOLVE, names);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);

  const struct answer answer = plain_perform(
    curl, wire_url(wire, WIRE_PLAIN, "/script/chain",
                   STEPS("301;Location=/script/chain/b",
                         wire_text(wire, "307;Location=%s", other), "200")));
  curl_easy_cleanup(curl);
  curl_slist_free_all(names);

  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 200);
  assert_int_equal(wire_count(wire, "chain"), 3);
  assert_string_equal(wire_field(wire, "chain", 2, "target"),
                      "/script/chain/b");
  assert_string_equal(wire_field(wire, "chain", 3, "tls"), "yes");
}

struct source {
  const char *text;
};

static size_t give_body(char *to, size_t size, size_t count, void *user)
{
  struct source *source = user;
  const size_t length = strlen(source->text);
  assert_true(length <= size * count);
  memcpy(to, source->text, length);
  source->text += length;
  return length;
}

static void a_chunked_request_body_is_read(void **state)
{
  struct wire *wire = *state;
  struct source source = {.text = "in chunks"};
  CURL *curl = plain_new(wire);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_body);
  curl_easy_setopt(curl, CURLOPT_READDATA, &source);

  const struct answer answer = plain_perform(
    curl, wire_url(wire, WIRE_PLAIN, "/script/chunks", STEPS("200;echo")));
  curl_easy_cleanup(curl);
  assert_string_equal(answer.body, "in chunks");
  assert_string_equal(wire_field(wire, "chunks", 1, "method"), "PUT");
  assert_string_equal(wire_header(wire, "chunks", 1, "Transfer-Encoding"),
                      "chunked");
}

static struct answer log_in(struct wire *wire, const char *url, long auth,
                            const char *password)
{
  CURL *curl = plain_new(wire);
  curl_easy_setopt(curl, CURLOPT_HTTPAUTH, auth);
  curl_easy_setopt(curl, CURLOPT_USERPWD,
                   wire_text(wire, "user:%s", password));
  curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, password);
  const struct answer answer = plain_perform(curl, url);
  curl_easy_cleanup(curl);
  return answer;
}

static void credentials_are_asked_for(void **state)
{
  static const struct {
    const char *path;
    const char *key;
    long auth;
    unsigned requests; /* of one operation */
  } cases[] = {
    {"/basic/basic", "basic", CURLAUTH_BASIC, 1},
    {"/digest/md5", "md5", CURLAUTH_DIGEST, 2},
    {"/digest/sha?algorithm=SHA-256", "sha", CURLAUTH_DIGEST, 2},
    {"/bearer/bearer", "bearer", CURLAUTH_BEARER, 1},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const char *url =
      wire_url(wire, WIRE_PLAIN, cases[i].path, STEPS("200;body=in"));
    assert_int_equal(log_in(wire, url, cases[i].auth, "wrong").status, 401);

    const struct answer answer = log_in(wire, url, cases[i].auth, "secret");
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "in");
    assert_int_equal(wire_count(wire, cases[i].key), 2 * cases[i].requests);
  }
}

static void a_client_can_show_a_certificate(void **state)
{
  struct wire *wire = *state;
  CURL *curl = plain_new(wire);
  curl_easy_setopt(curl, CURLOPT_SSLCERT, wire->ca);
  curl_easy_setopt(curl, CURLOPT_SSLKEY, wire->key);
  struct answer answer = plain_perform(
    curl, wire_url(wire, WIRE_TLS, "/script/shown", STEPS("200;nolength")));
  assert_int_equal(answer.result, CURLE_OK);
  assert_string_equal(answer.body, "200 OK\n");
  assert_string_equal(wire_field(wire, "shown", 1, "certificate"), "yes");

  curl_easy_setopt(curl, CURLOPT_CAINFO, "/dev/null");
  answer =
    plain_perform(curl, wire_url(wire, WIRE_TLS_B, "/script/shown", NULL));
  assert_int_not_equal(answer.result, CURLE_OK);
  assert_int_equal(wire_count(wire, "shown"), 1);
  curl_easy_cleanup(curl);
}

static void it_is_a_proxy_too(void **state)
{
  struct wire *wire = *state;
  CURL *curl = plain_new(wire);
  const char *proxy = wire_url(wire, WIRE_PROXY, "", NULL);
  curl_easy_setopt(curl, CURLOPT_PROXY, proxy);

  struct answer answer = plain_perform(
    curl, wire_url_on(wire, WIRE_PLAIN, "far.curlew.test", "/script/forward",
                      STEPS("407;Proxy-Authenticate=Basic realm=\"x\"")));
  assert_int_equal(answer.status, 407);
  assert_has(wire_field(wire, "forward", 1, "target"),
             "http://far.curlew.test:");
  assert_int_equal(wire_number(wire, "forward", 1, "port"),
                   wire->port[WIRE_PROXY]);

  const char *url = wire_url_on(wire, WIRE_TLS, "far.curlew.test",
                                "/script/tunnelled", STEPS("200"));
  answer = plain_perform(curl, url);
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 200);
  assert_int_equal(wire_count(wire, "tunnelled"), 1);
  assert_int_equal(wire_count(wire, "connect"), 1);

  struct curl_slist *script =
    curl_slist_append(NULL, "X-Script: gate?do=503;Retry-After=1&do=200");
  curl_easy_setopt(curl, CURLOPT_PROXYHEADER, script);
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
  answer = plain_perform(curl, url);
  assert_int_equal(answer.result, CURLE_RECV_ERROR);
  assert_has(answer.heads, "HTTP/1.1 503 Service Unavailable\r\n");
  assert_int_equal(plain_perform(curl, url).status, 200);
  assert_string_equal(wire_field(wire, "gate", 2, "method"), "CONNECT");
  curl_easy_cleanup(curl);
  curl_slist_free_all(script);
}

static void connecting_can_fail(void **state)
{
  struct wire *wire = *state;
  CURL *curl = plain_new(wire);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 100L);

  assert_int_equal(
    plain_perform(curl, wire_url(wire, WIRE_REFUSED, "/", NULL)).result,
    CURLE_COULDNT_CONNECT);
  const struct answer answer =
    plain_perform(curl, wire_url(wire, WIRE_DEAF, "/", NULL));
  assert_int_equal(answer.result, CURLE_OPERATION_TIMEDOUT);
  assert_int_equal(answer.connects, 0);

  const char *url =
    wire_text(wire, "https://127.0.0.1:%u/script/x", wire->port[WIRE_PLAIN]);
  assert_int_equal(plain_perform(curl, url).result, CURLE_SSL_CONNECT_ERROR);
  curl_easy_cleanup(curl);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_log_tells_what_arrived),
    cmocka_unit_test(a_chain_of_redirects_goes_on_with_the_script_of_its_key),
    cmocka_unit_test(a_chunked_request_body_is_read),
    cmocka_unit_test(credentials_are_asked_for),
    cmocka_unit_test(a_client_can_show_a_certificate),
    cmocka_unit_test(it_is_a_proxy_too),
    cmocka_unit_test(connecting_can_fail),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
