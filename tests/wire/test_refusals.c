/* Tests of redirects that are not followed, over real HTTP: libcurl's error
   where the application asked for them, else the response as it is. */

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

/* A handle that asks for redirects, or says nothing of them. */
enum wish { SILENT, ASKING, WISHES };

static CURL *wisher(struct wire *wire, enum wish wish, const char *settings)
{
  CURL *curl = caller_new(wire, settings);
  if(wish == ASKING)
    curlew_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  return curl;
}

static struct answer get(struct wire *wire, CURL *curl, enum wire_port port,
                         const char *key, const char *const *steps)
{
  return caller_perform(
    curl,
    wire_url(wire, port, wire_text(wire, "/script/%s", key), steps));
}

/* The redirect was refused for |reason|, after |count| requests. */
static void assert_refusal(struct wire *wire, CURL *curl, enum wish wish,
                           const struct answer *answer, const char *key,
                           CURLcode result, const char *reason,
                           unsigned count)
{
  assert_int_equal(answer->result, wish == ASKING ? result : CURLE_OK);
  if(answer->status / 100 != 3)
    fail_msg("%s: %ld", key, answer->status);
  assert_string_equal(answer->body, wish == ASKING ? "" : "moved");
  assert_string_equal(caller_end(curl), reason);
  assert_int_equal(wire_count(wire, key), count);
}

/* ---- circles ---- */

static void a_circle_is_seen(void **state)
{
  static const struct {
    const char *const steps[4];
    unsigned requests;
  } circles[] = {
    {{"302;Location=?a", "302;Location=?a;body=moved"}, 2},
    {{"302;Location=?a", "302;Location=?b", "302;Location=?a;body=moved"}, 3},
    {{"302;Location=?a", "307;Location=?a%23here;body=moved"}, 2},
    {{"302;Location=?a", "503", "302;Location=?a;body=moved"}, 3},
    {{"302;Location=?a", "301;Location=?b",
      "302;Location=?a;Retry-After=0;body=moved"}, 3},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(circles); i++)
    for(enum wish wish = SILENT; wish < WISHES; wish++) {
      const char *key = wire_text(wire, "circle%zu-%d", i, (int)wish);
      CURL *curl = wisher(wire, wish, NULL);
      const struct answer answer =
        get(wire, curl, WIRE_PLAIN, key, circles[i].steps);
      assert_refusal(wire, curl, wish, &answer, key,
                     CURLE_TOO_MANY_REDIRECTS, "redirect-loop",
                     circles[i].requests);
      curlew_easy_cleanup(curl);
    }
}

/* A login may well lead back to where it began. */
static void it_is_none_where_something_changed_in_between(void **state)
{
  static const char *const ways[][5] = {
    {"302;Location=?a", "302;Location=?a;Set-Cookie=a=1", "200"},
    {"302;Location=?a", "302;Location=?b;Set-Cookie=a=1", "302;Location=?a",
     "200"},
    {"302;Location=?a", "302;Location=?a;Retry-After=1", "200"},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(ways); i++) {
    const char *key = wire_text(wire, "way%zu", i);
    CURL *curl = wisher(wire, ASKING, NULL);
    const struct answer answer = get(wire, curl, WIRE_PLAIN, key, ways[i]);
    if(answer.result || answer.status != 200)
      fail_msg("%s: %d, %ld, %s", key, (int)answer.result, answer.status,
               caller_end(curl));
    curlew_easy_cleanup(curl);
  }
}

static void a_post_that_becomes_a_get_of_the_same_url_is_none(void **state)
{
  struct wire *wire = *state;
  CURL *curl = wisher(wire, ASKING, NULL);

  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "login");
  assert_int_equal(get(wire, curl, WIRE_PLAIN, "post",
                       STEPS("307;Location=?a", "303;Location=?a",
                             "200")).status, 200);
  assert_int_equal(wire_count(wire, "post"), 3);
  curlew_easy_cleanup(curl);
}

/* ---- limits ---- */

static void the_smaller_limit_holds(void **state)
{
  static const struct {
    long max_redirects; /* of the application, -2: not set */
    const char *settings;
    unsigned hops;
  } cases[] = {
    {-2, "limits.redirects=3", 3}, {5, "limits.redirects=3", 3},
    {2, "limits.redirects=3", 2},  {0, "limits.redirects=3", 0},
    {-1, "limits.redirects=3", 3}, {-2, "limits.redirects=0", 0},
    {-2, NULL, 20},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(cases); i++)
    for(enum wish wish = SILENT; wish < WISHES; wish++) {
      const char *key = wire_text(wire, "limit%zu-%d", i, (int)wish);
      const char *steps[32] = {NULL};
      const char *next = NULL;
      long redirects = 0;
      CURL *curl = wisher(wire, wish, cases[i].settings);

      for(unsigned n = 0; n < 30; n++)
        steps[n] = wire_text(wire, "302;Location=/script/%s?%u;body=moved",
                             key, n);
      if(cases[i].max_redirects >= -1)
        curlew_easy_setopt(curl, CURLOPT_MAXREDIRS, cases[i].max_redirects);
      const struct answer answer = get(wire, curl, WIRE_PLAIN, key, steps);
      assert_refusal(wire, curl, wish, &answer, key,
                     CURLE_TOO_MANY_REDIRECTS, "too-many-redirects",
                     cases[i].hops + 1);
      curlew_easy_getinfo(curl, CURLINFO_REDIRECT_COUNT, &redirects);
      assert_int_equal(redirects, cases[i].hops);
      curlew_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &next);
      assert_non_null(next);
      assert_string_equal(
        next, wire_url(wire, WIRE_PLAIN,
                       wire_text(wire, "/script/%s?%u", key, cases[i].hops),
                       NULL));
      curlew_easy_cleanup(curl);
    }
}

/* ---- schemes ---- */

static void only_http_and_https_are_followed(void **state)
{
  static const char *const targets[] = {
    "ftp://127.0.0.1:1/x", "file:///etc/hostname", "mailto:a@curlew.test",
    "javascript:alert(1)", "gopher://127.0.0.1:1/x", "dict://127.0.0.1:1/x",
    "HTTPX://127.0.0.1/x", "FILE:///etc/hostname"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(targets); i++)
    for(enum wish wish = SILENT; wish < WISHES; wish++) {
      const char *key = wire_text(wire, "scheme%zu-%d", i, (int)wish);
      CURL *curl = wisher(wire, wish, NULL);
      curlew_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "all");
      const struct answer answer =
        get(wire, curl, WIRE_PLAIN, key,
            STEPS(wire_text(wire, "302;Location=%s;body=moved", targets[i]),
                  "200"));
      assert_refusal(wire, curl, wish, &answer, key,
                     CURLE_UNSUPPORTED_PROTOCOL, "scheme-refused", 1);
      curlew_easy_cleanup(curl);
    }
}

static void redir_protocols_hold(void **state)
{
  static const struct {
    CURLoption option;
    const char *list;
    long bits;
    bool is_followed; /* from http to https */
  } cases[] = {
    {CURLOPT_REDIR_PROTOCOLS_STR, "http", 0, false},
    {CURLOPT_REDIR_PROTOCOLS_STR, "https", 0, true},
    {CURLOPT_REDIR_PROTOCOLS_STR, "ftp,HTTPS", 0, true},
    {CURLOPT_PROTOCOLS_STR, "http", 0, false},
    {CURLOPT_PROTOCOLS_STR, "http,https", 0, true},
    {(CURLoption)182, NULL, CURLPROTO_HTTP, false},
    {(CURLoption)182, NULL, CURLPROTO_HTTP | CURLPROTO_HTTPS, true},
    {(CURLoption)181, NULL, CURLPROTO_HTTP, false},
  };
  struct wire *wire = *state;
  const char *to = wire_url(wire, WIRE_TLS, "/script/", NULL);

  for(size_t i = 0; i < COUNT(cases); i++)
    for(enum wish wish = SILENT; wish < WISHES; wish++) {
      const char *key = wire_text(wire, "protocols%zu-%d", i, (int)wish);
      CURL *curl = wisher(wire, wish, NULL);

      if(cases[i].list)
        curlew_easy_setopt(curl, cases[i].option, cases[i].list);
      else
        curlew_easy_setopt(curl, cases[i].option, cases[i].bits);
      const struct answer answer =
        get(wire, curl, WIRE_PLAIN, key,
            STEPS(wire_text(wire, "302;Location=%s%s;body=moved", to, key),
                  "200"));
      if(cases[i].is_followed)
        assert_int_equal(answer.status, 200);
      else
        assert_refusal(wire, curl, wish, &answer, key,
                       CURLE_UNSUPPORTED_PROTOCOL, "scheme-refused", 1);
      curlew_easy_cleanup(curl);
    }
}

static void from_https_to_http_only_where_the_policy_allows_it(void **state)
{
  static const unsigned statuses[] = {301, 302, 303, 307, 308};
  struct wire *wire = *state;
  const char *to = wire_url(wire, WIRE_PLAIN, "/script/", NULL);

  for(size_t i = 0; i < COUNT(statuses); i++)
    for(enum wish wish = SILENT; wish < WISHES; wish++) {
      const char *key = wire_text(wire, "down%zu-%d", i, (int)wish);
      const char *step = wire_text(wire, "%u;Location=%s%s;body=moved",
                                   statuses[i], to, key);
      CURL *curl = wisher(wire, wish, NULL);
      struct answer answer = get(wire, curl, WIRE_TLS, key, STEPS(step, step,
                                                                  "200"));
      assert_refusal(wire, curl, wish, &answer, key,
                     CURLE_UNSUPPORTED_PROTOCOL, "downgrade-refused", 1);

      caller_set(wire, curl, "redirect.downgrade=allow");
      answer = get(wire, curl, WIRE_TLS, key, NULL);
      assert_int_equal(answer.result, CURLE_OK);
      assert_int_equal(answer.status, 200);
      curlew_easy_cleanup(curl);
    }
}

static void a_location_that_is_no_url_is_refused(void **state)
{
  static const char *const targets[] = {"http://[::1/x", "http://a:b:c/",
                                        "http://x:99999/", "http://"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(targets); i++)
    for(enum wish wish = SILENT; wish < WISHES; wish++) {
      const char *key = wire_text(wire, "bad%zu-%d", i, (int)wish);
      CURL *curl = wisher(wire, wish, NULL);
      const struct answer answer =
        get(wire, curl, WIRE_PLAIN, key,
            STEPS(wire_text(wire, "302;Location=%s;body=moved", targets[i]),
                  "200"));
      assert_refusal(wire, curl, wish, &answer, key, CURLE_URL_MALFORMAT,
                     "bad-location", 1);
      curlew_easy_cleanup(curl);
    }
}

static void the_error_buffer_says_why(void **state)
{
  struct wire *wire = *state;
  char text[CURL_ERROR_SIZE] = "";
  CURL *curl = wisher(wire, ASKING, NULL);

  curlew_easy_setopt(curl, CURLOPT_ERRORBUFFER, text);
  (void)get(wire, curl, WIRE_PLAIN, "why",
            STEPS("302;Location=ftp://127.0.0.1/x"));
  assert_has(text, "not http or https");
  assert_int_equal(get(wire, curl, WIRE_PLAIN, "well",
                       STEPS("302;Location=?b", "200")).result, CURLE_OK);
  assert_string_equal(text, "");
  curlew_easy_cleanup(curl);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_circle_is_seen),
    cmocka_unit_test(it_is_none_where_something_changed_in_between),
    cmocka_unit_test(a_post_that_becomes_a_get_of_the_same_url_is_none),
    cmocka_unit_test(the_smaller_limit_holds),
    cmocka_unit_test(only_http_and_https_are_followed),
    cmocka_unit_test(redir_protocols_hold),
    cmocka_unit_test(from_https_to_http_only_where_the_policy_allows_it),
    cmocka_unit_test(a_location_that_is_no_url_is_refused),
    cmocka_unit_test(the_error_buffer_says_why),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
