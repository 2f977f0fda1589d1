/* Tests of curlew_easy_getinfo(): after a chain of redirects it tells what
   libcurl tells that has followed the same chain itself. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "facts.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* What a test sets beside the URL. */
typedef void(options_fn)(const struct api *api, CURL *curl);

/* Where libcurl refuses a hop, its own total is some microseconds behind. */
static void assert_times(const struct api *api, CURL *curl, CURLcode result)
{
  const bool is_late = api == &api_plain && result;
  curl_off_t total_us = 0;
  curl_off_t redirect_us = 0;
  double total_s = 0;
  double redirect_s = 0;
  long count = 0;

  api->getinfo(curl, CURLINFO_TOTAL_TIME_T, &total_us);
  api->getinfo(curl, CURLINFO_REDIRECT_TIME_T, &redirect_us);
  api->getinfo(curl, CURLINFO_TOTAL_TIME, &total_s);
  api->getinfo(curl, CURLINFO_REDIRECT_TIME, &redirect_s);
  api->getinfo(curl, CURLINFO_REDIRECT_COUNT, &count);
  assert_true(is_late || total_us >= redirect_us);
  assert_true(is_late || total_s >= redirect_s);
  if(result == CURLE_UNSUPPORTED_PROTOCOL && !redirect_us)
    return; /* a hop to what is no URL counts, but takes no time */
  assert_int_equal(count > 0, redirect_us > 0);
  assert_int_equal(count > 0, redirect_s > 0);
}

static const char *learn(const struct api *api, struct wire *wire,
                         const char *path, const char *const *steps,
                         options_fn *options)
{
  CURL *curl = api_new(api, wire);
  struct view view = {.pause_at = 0};

  view_attach(api, curl, &view);
  api->setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  if(options)
    options(api, curl);
  view_perform(api, curl, wire_url(wire, WIRE_PLAIN, path, steps), &view);
  const char *text = facts_of(api, wire, curl);
  assert_times(api, curl, view.result);
  api->cleanup(curl);
  return wire_text(wire, "%sresult: %d\n", text, view.result);
}

/* The server takes the paths /script/A/x and /script/B/x for two keys; what
   else there is of them is the same. */
static void check(struct wire *wire, const char *name,
                  const char *const *steps, options_fn *options)
{
  const char *plain = learn(
    &api_plain, wire, wire_text(wire, "/script/%s-a", name), steps, options);
  char *given = (char *)learn(
    &api_curlew, wire, wire_text(wire, "/script/%s-b", name), steps, options);
  const char *key = wire_text(wire, "%s-b", name);
  for(char *at = strstr(given, key); at; at = strstr(at, key))
    at[strlen(name) + 1] = 'a';
  assert_string_equal(given, plain);
}

static void of_a_plain_answer_all_is_as_libcurl_tells_it(void **state)
{
  check(*state, "ok", STEPS("200;nodate;Content-Type=text/x"), NULL);
  check(*state, "gone", STEPS("404;nodate"), NULL);
  check(*state, "nowhere", STEPS("302;nodate;body=nowhere"), NULL);
  check(*state, "busy", STEPS("501;nodate;size=100000"), NULL);
}

static void not_following(const struct api *api, CURL *curl)
{
  api->setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
}

static void a_redirect_that_is_not_to_be_followed_is_told(void **state)
{
  check(*state, "not", STEPS("302;nodate;Location=?b"), not_following);
}

#define HOP(status, to) #status ";nodate;body=hop;Location=?" #to

static void by_post(const struct api *api, CURL *curl)
{
  api->setopt(curl, CURLOPT_POSTFIELDS, "a=b");
}

static void by_custom_post(const struct api *api, CURL *curl)
{
  by_post(api, curl);
  api->setopt(curl, CURLOPT_CUSTOMREQUEST, "PATCH");
}

static void by_head(const struct api *api, CURL *curl)
{
  api->setopt(curl, CURLOPT_NOBODY, 1L);
}

static void with_referer(const struct api *api, CURL *curl)
{
  api->setopt(curl, CURLOPT_AUTOREFERER, 1L);
}

static void a_chain_is_told_as_one(void **state)
{
  static const char ok[] = "200;nodate;Content-Type=text/x;body=there";

  check(*state, "one", STEPS(HOP(302, b), ok), NULL);
  check(*state, "chain", STEPS(HOP(302, b), HOP(301, c), HOP(307, d), ok),
        NULL);
  check(*state, "close",
        STEPS("302;nodate;Location=?b;close;Connection=close", ok), NULL);
  check(*state, "post", STEPS(HOP(302, b), ok), by_post);
  check(*state, "post-kept", STEPS(HOP(307, b), HOP(308, c), ok), by_post);
  check(*state, "patch", STEPS(HOP(307, b), ok), by_custom_post);
  check(*state, "head", STEPS(HOP(302, b), ok), by_head);
  check(*state, "referer", STEPS(HOP(302, b), HOP(302, c), ok), with_referer);
  check(*state, "gone", STEPS(HOP(302, b), "404;nodate"), NULL);
  check(*state, "interim",
        STEPS("302;nodate;interim=103|Link: </a>;Location=?b", ok), NULL);
}

static void at_most_one_hop(const struct api *api, CURL *curl)
{
  api->setopt(curl, CURLOPT_MAXREDIRS, 1L);
}

static void no_hop(const struct api *api, CURL *curl)
{
  api->setopt(curl, CURLOPT_MAXREDIRS, 0L);
}

static void too_many_redirects_are_told_as_by_libcurl(void **state)
{
  check(*state, "many", STEPS(HOP(302, b), HOP(302, c), HOP(302, d)),
        at_most_one_hop);
  check(*state, "any", STEPS(HOP(302, b), "200"), no_hop);
}

static void to_https_alone(const struct api *api, CURL *curl)
{
  api->setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https");
}

static size_t read_once(char *data, size_t size, size_t count, void *user)
{
  (void)size, (void)count, (void)user;
  data[0] = 'x';
  return 1;
}

/* A body of one byte that cannot be rewound. */
static void by_put(const struct api *api, CURL *curl)
{
  api->setopt(curl, CURLOPT_UPLOAD, 1L);
  api->setopt(curl, CURLOPT_INFILESIZE, 1L);
  api->setopt(curl, CURLOPT_READFUNCTION, read_once);
  api->setopt(curl, CURLOPT_READDATA, NULL);
}

/* libcurl finds out that it must not when it is on its way. */
static void a_hop_that_is_refused_is_told_as_by_libcurl(void **state)
{
  check(*state, "scheme", STEPS(HOP(302, b), "200"), to_https_alone);
  check(*state, "second", STEPS(HOP(303, b), HOP(302, c), "200"),
        to_https_alone);
  check(*state, "unknown", STEPS("302;nodate;Location=x:y"), NULL);
}

/* There libcurl has forgotten how many bytes there were; that is not told. */
static void a_body_that_cannot_be_rewound_ends_at_its_target(void **state)
{
  struct wire *wire = *state;
  const struct api *apis[] = {&api_plain, &api_curlew};

  for(size_t i = 0; i < COUNT(apis); i++) {
    const char *path = wire_text(wire, "/script/rewind%zu", i);
    const char *all =
      learn(apis[i], wire, path, STEPS(HOP(307, b), "200"), by_put);
    const char *url = wire_text(wire, "\nurl: %s?b 0\n",
                                wire_url(wire, WIRE_PLAIN, path, NULL));
    assert_non_null(strstr(all, "\nredirects:  1\n"));
    assert_non_null(strstr(all, url));
    assert_non_null(strstr(all, "\nredirect url:  0\n"));
    assert_non_null(strstr(all, "\nresult: 65\n"));
  }
}

static const char *proxy;

static void by_tunnel(const struct api *api, CURL *curl)
{
  api->setopt(curl, CURLOPT_PROXY, proxy);
  api->setopt(curl, CURLOPT_HTTPPROXYTUNNEL, 1L);
}

static void what_a_proxy_said_is_told_after_the_hop_too(void **state)
{
  struct wire *wire = *state;

  proxy = wire_text(wire, "http://127.0.0.1:%u", wire->port[WIRE_PROXY]);
  check(wire, "tunnel", STEPS(HOP(302, b), "200;nodate"), by_tunnel);
}

/* Has the server answer |key| with |steps|, which no URL need tell it then. */
static void set_steps(struct wire *wire, const char *key,
                      const char *const *steps)
{
  struct view view = {.pause_at = 0};
  CURL *curl = api_new(&api_plain, wire);

  view_attach(&api_plain, curl, &view);
  view_perform(
    &api_plain, curl,
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "/set/%s", key), steps), &view);
  assert_int_equal(view.status, 200);
  curl_easy_cleanup(curl);
}

static void what_was_retried_is_not_in_the_figures(void **state)
{
  struct wire *wire = *state;
  static const char ok[] = "200;nodate;body=there";

  set_steps(wire, "again-a", STEPS(HOP(302, b), ok));
  set_steps(
    wire, "again-b",
    STEPS("503;nodate;close;Connection=close", HOP(302, b), "503;nodate", ok));
  check(wire, "again", NULL, NULL);
  assert_int_equal(wire_count(wire, "again-b"), 4);
}

static void after_curlew_the_url_of_the_handle_is_the_first_again(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  const char *first =
    wire_url(wire, WIRE_PLAIN, "/script/first",
             STEPS("302;Location=/script/first/next", "200", "200"));
  const char *url = NULL;

  caller_perform(curl, first);
  curlew_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &url);
  assert_string_equal(url,
                      wire_url(wire, WIRE_PLAIN, "/script/first/next", NULL));
  assert_int_equal(caller_again(curl).result, CURLE_OK);
  curlew_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &url);
  assert_string_equal(url, first);
  curlew_easy_cleanup(curl);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(of_a_plain_answer_all_is_as_libcurl_tells_it),
    cmocka_unit_test(a_redirect_that_is_not_to_be_followed_is_told),
    cmocka_unit_test(a_chain_is_told_as_one),
    cmocka_unit_test(too_many_redirects_are_told_as_by_libcurl),
    cmocka_unit_test(a_hop_that_is_refused_is_told_as_by_libcurl),
    cmocka_unit_test(a_body_that_cannot_be_rewound_ends_at_its_target),
    cmocka_unit_test(what_a_proxy_said_is_told_after_the_hop_too),
    cmocka_unit_test(what_was_retried_is_not_in_the_figures),
    cmocka_unit_test(after_curlew_the_url_of_the_handle_is_the_first_again),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
