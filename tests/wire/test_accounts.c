/* Tests of the credentials that libcurl itself gives each host: netrc, those
   for a proxy, the cookie engine; and of HSTS, which decides on the origin. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "caller.h"
#include "hosts.h"
#include "wire.h"

/* Base64 of user:secret, one:1 and two:2. */
#define BASIC_USER "Basic dXNlcjpzZWNyZXQ="
#define BASIC_ONE "Basic b25lOjE="
#define BASIC_TWO "Basic dHdvOjI="

/* A file with |text| in it. */
struct file {
  char name[32];
};

static struct file file_new(const char *text)
{
  struct file file = {.name = "/tmp/curlew-XXXXXX"};
  const int fd = mkstemp(file.name);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, text, strlen(text)), strlen(text));
  close(fd);
  return file;
}

static void assert_header(struct wire *wire, const char *key, unsigned n,
                          const char *name, const char *expected)
{
  const char *value = wire_header(wire, key, n, name);
  if(!value)
    fail_msg("no %s in request %u", name, n);
  assert_string_equal(value, expected);
}

/* From 127.0.0.1 to localhost, and back. */
static void round_trip(struct wire *wire, CURL *curl, const char *key)
{
  const char *path = wire_text(wire, "/script/%s", key);
  const char *away = wire_url_on(wire, WIRE_PLAIN, "localhost",
                                 wire_text(wire, "%s/away", path), NULL);
  const char *back = wire_url(wire, WIRE_PLAIN,
                              wire_text(wire, "%s/back", path), NULL);
  const struct answer answer = caller_perform(
    curl, wire_url(wire, WIRE_PLAIN, path,
                   STEPS(wire_text(wire, "302;Location=%s", away),
                         wire_text(wire, "302;Location=%s", back), "200")));

  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 200);
}

static const char netrc[] = "machine 127.0.0.1 login one password 1\n"
                            "machine localhost login two password 2\n";

static void netrc_gives_each_host_its_own_entry(void **state)
{
  struct wire *wire = *state;
  struct file file = file_new(netrc);
  CURL *curl = caller_new(wire, NULL);

  curlew_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_REQUIRED);
  curlew_easy_setopt(curl, CURLOPT_NETRC_FILE, file.name);
  round_trip(wire, curl, "netrc");
  assert_header(wire, "netrc", 1, "Authorization", BASIC_ONE);
  assert_header(wire, "netrc", 2, "Authorization", BASIC_TWO);
  assert_header(wire, "netrc", 3, "Authorization", BASIC_ONE);
  curlew_easy_cleanup(curl);
  unlink(file.name);
}

static void netrc_speaks_where_the_password_may_not(void **state)
{
  struct wire *wire = *state;
  struct file file = file_new(netrc);
  CURL *curl = caller_new(wire, NULL);

  curlew_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
  curlew_easy_setopt(curl, CURLOPT_NETRC_FILE, file.name);
  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
  round_trip(wire, curl, "optional");
  assert_header(wire, "optional", 1, "Authorization", BASIC_USER);
  assert_header(wire, "optional", 2, "Authorization", BASIC_TWO);
  assert_header(wire, "optional", 3, "Authorization", BASIC_ONE);
  curlew_easy_cleanup(curl);
  unlink(file.name);
}

/* AWS_SIGV4 overwrites HTTPAUTH; as long as it does, netrc is for nothing. */
static void the_way_to_log_in_is_put_back_after_a_signature(void **state)
{
  struct wire *wire = *state;
  struct file file = file_new(netrc);
  CURL *curl = caller_new(wire, NULL);

  curlew_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
  curlew_easy_setopt(curl, CURLOPT_NETRC_FILE, file.name);
  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
  curlew_easy_setopt(curl, CURLOPT_AWS_SIGV4, "aws:amz:us-east-1:s3");
  for(unsigned i = 0; i < 2; i++) {
    const char *key = wire_text(wire, "signed%u", i);
    round_trip(wire, curl, key);
    assert_has(wire_header(wire, key, 1, "Authorization"), "AWS4-HMAC");
    assert_header(wire, key, 2, "Authorization", BASIC_TWO);
    assert_header(wire, key, 3, "Authorization", BASIC_ONE);
  }
  curlew_easy_cleanup(curl);
  unlink(file.name);
}

/* libcurl keeps what it knows of a Digest with the handle. */
static void a_digest_is_answered_at_home_only(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  const char *away = wire_url_on(wire, WIRE_PLAIN, "localhost",
                                 "/digest/digest/away", NULL);
  const char *url = wire_url(wire, WIRE_PLAIN, "/digest/digest",
                             STEPS(wire_text(wire, "302;Location=%s", away),
                                   wire_text(wire, "302;Location=%s", away)));

  curlew_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_ANY);
  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
  for(unsigned i = 0; i < 2; i++) {
    assert_int_equal(caller_perform(curl, url).status, 401);
    const unsigned n = wire_count(wire, "digest");
    assert_has(wire_header(wire, "digest", n, "Host"), "localhost");
    assert_null(wire_header(wire, "digest", n, "Authorization"));
    assert_has(wire_header(wire, "digest", n - 1, "Authorization"),
               "Digest username=\"user\"");
  }
  curlew_easy_cleanup(curl);
}

static void what_is_for_the_proxy_stays(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  struct curl_slist *fields = curl_slist_append(NULL, "X-For-Proxy: 1");

  curlew_easy_setopt(curl, CURLOPT_PROXY,
                     wire_url(wire, WIRE_PROXY, "", NULL));
  curlew_easy_setopt(curl, CURLOPT_PROXYUSERPWD, "one:1");
  curlew_easy_setopt(curl, CURLOPT_PROXYHEADER, fields);
  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
  round_trip(wire, curl, "proxy");
  assert_header(wire, "proxy", 1, "Authorization", BASIC_USER);
  for(unsigned n = 1; n <= 3; n++) {
    assert_int_equal(wire_number(wire, "proxy", n, "port"),
                     wire->port[WIRE_PROXY]);
    assert_header(wire, "proxy", n, "Proxy-Authorization", BASIC_ONE);
    assert_header(wire, "proxy", n, "X-For-Proxy", "1");
    assert_true(n == 1 || !wire_header(wire, "proxy", n, "Authorization"));
  }
  curlew_easy_cleanup(curl);
  curl_slist_free_all(fields);
}

static void a_tunnel_gets_them_and_the_origin_does_not(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  struct curl_slist *names = hosts_new(wire);
  struct curl_slist *fields = curl_slist_append(NULL, "X-Script: tunnel");
  const char *to =
    wire_url_on(wire, WIRE_TLS_B, "b.curlew.test", "/script/far/there", NULL);

  curlew_easy_setopt(curl, CURLOPT_RESOLVE, names);
  curlew_easy_setopt(curl, CURLOPT_PROXY,
                     wire_url(wire, WIRE_PROXY, "", NULL));
  curlew_easy_setopt(curl, CURLOPT_PROXYUSERPWD, "one:1");
  curlew_easy_setopt(curl, CURLOPT_PROXYHEADER, fields);
  const struct answer answer = caller_perform(
    curl, wire_url_on(wire, WIRE_TLS, "a.curlew.test", "/script/far",
                      STEPS(wire_text(wire, "302;Location=%s", to), "200")));
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 200);
  assert_int_equal(wire_count(wire, "tunnel"), 2);
  for(unsigned n = 1; n <= 2; n++) {
    assert_header(wire, "tunnel", n, "Proxy-Authorization", BASIC_ONE);
    assert_null(wire_header(wire, "far", n, "Proxy-Authorization"));
    assert_null(wire_header(wire, "far", n, "X-Script"));
  }
  curlew_easy_cleanup(curl);
  curl_slist_free_all(names);
  curl_slist_free_all(fields);
}

static void the_cookie_engine_gives_each_host_its_own(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  struct curl_slist *names = hosts_new(wire);
  const char *away =
    wire_url_on(wire, WIRE_PLAIN, "b.curlew.test", "/script/jar/away", NULL);
  const char *back =
    wire_url_on(wire, WIRE_PLAIN, "a.curlew.test", "/script/jar/back", NULL);

  curlew_easy_setopt(curl, CURLOPT_RESOLVE, names);
  curlew_easy_setopt(curl, CURLOPT_COOKIEFILE, "");
  curlew_easy_setopt(curl, CURLOPT_COOKIE, "own=secret");
  const struct answer answer = caller_perform(
    curl,
    wire_url_on(wire, WIRE_PLAIN, "a.curlew.test", "/script/jar",
                STEPS(wire_text(wire, "302;Location=%s;Set-Cookie=near=1%%3B "
                                      "path=/;Set-Cookie=wide=2%%3B path=/%%3B"
                                      " domain=curlew.test", away),
                      wire_text(wire, "302;Location=%s;Set-Cookie=far=3%%3B "
                                      "path=/", back), "200")));
  assert_int_equal(answer.status, 200);
  assert_header(wire, "jar", 1, "Cookie", "own=secret");
  assert_header(wire, "jar", 2, "Cookie", "wide=2");
  const char *cookies = wire_header(wire, "jar", 3, "Cookie");
  assert_has(cookies, "near=1");
  assert_has(cookies, "wide=2");
  assert_null(strstr(cookies, "far"));
  assert_null(strstr(cookies, "own"));
  curlew_easy_cleanup(curl);
  curl_slist_free_all(names);
}

static void an_origin_is_https_where_hsts_says_so(void **state)
{
  struct wire *wire = *state;
  struct file file = file_new("a.curlew.test \"unlimited\"\n");
  CURL *curl = caller_new(wire, NULL);
  struct curl_slist *names = hosts_new(wire);
  const char *to =
    wire_url_on(wire, WIRE_TLS, "a.curlew.test", "/script/hsts/there", NULL);
  const char *url = wire_text(
    wire, "http://a.curlew.test:%u/script/hsts?do=%s&do=200",
    wire->port[WIRE_TLS],
    wire_quote(wire, wire_text(wire, "302;Location=%s", to)));

  curlew_easy_setopt(curl, CURLOPT_RESOLVE, names);
  curlew_easy_setopt(curl, CURLOPT_HSTS_CTRL, (long)CURLHSTS_ENABLE);
  curlew_easy_setopt(curl, CURLOPT_HSTS, file.name);
  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
  const struct answer answer = caller_perform(curl, url);
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 200);
  for(unsigned n = 1; n <= 2; n++) {
    assert_string_equal(wire_field(wire, "hsts", n, "tls"), "yes");
    assert_header(wire, "hsts", n, "Authorization", BASIC_USER);
  }
  curlew_easy_cleanup(curl);
  curl_slist_free_all(names);
  unlink(file.name);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(netrc_gives_each_host_its_own_entry),
    cmocka_unit_test(netrc_speaks_where_the_password_may_not),
    cmocka_unit_test(the_way_to_log_in_is_put_back_after_a_signature),
    cmocka_unit_test(a_digest_is_answered_at_home_only),
    cmocka_unit_test(what_is_for_the_proxy_stays),
    cmocka_unit_test(a_tunnel_gets_them_and_the_origin_does_not),
    cmocka_unit_test(the_cookie_engine_gives_each_host_its_own),
    cmocka_unit_test(an_origin_is_https_where_hsts_says_so),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
