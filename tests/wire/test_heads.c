/* Tests of responses that bring several heads: what curlew delivers is what
   libcurl would of the last response alone. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api.h"

/* What a test sets beside the callbacks. */
typedef void(options_fn)(const struct api *api, CURL *curl, struct wire *wire);

static void transfer(const struct api *api, struct wire *wire,
                     options_fn *options, const char *url, struct view *view)
{
  CURL *curl = api_new(api, wire);

  *view = (struct view){.pause_at = 0};
  view_attach(api, curl, view);
  if(options)
    options(api, curl, wire);
  view_perform(api, curl, url, view);
  api->cleanup(curl);
}

/* Curlew makes of |steps| what libcurl makes of |alone|. |path| is like
   "/digest/%s?algorithm=MD5". */
static void check_path(struct wire *wire, const char *path, const char *name,
                       options_fn *options, const char *const *steps,
                       const char *const *alone)
{
  struct view given;
  struct view expected;
  const size_t before = strcspn(path, "%");
  const char *after = path + before + 2;

  transfer(
    &api_curlew, wire, options,
    wire_url(wire, WIRE_PLAIN,
             wire_text(wire, "%.*s%s%s", (int)before, path, name, after),
             steps),
    &given);
  transfer(
    &api_plain, wire, options,
    wire_url(wire, WIRE_PLAIN,
             wire_text(wire, "%.*s%s-alone%s", (int)before, path, name, after),
             alone),
    &expected);
  assert_same_view(&given, &expected);
}

static void check(struct wire *wire, const char *name, options_fn *options,
                  const char *const *steps, const char *const *alone)
{
  check_path(wire, "/script/%s", name, options, steps, alone);
}

static void interim_heads_go_with_the_head_they_came_before(void **state)
{
  static const char hints[] =
    "200;nodate;body=fine;interim=103|Link: </a>;interim=100";
  static const char busy[] =
    "503;nodate;body=busy;interim=103|Link: </b>|Retry-After: 9;interim=102";
  static const char gone[] = "404;nodate;body=gone;interim=103|Link: </c>";

  check(*state, "hints", NULL, STEPS(hints), STEPS(hints));
  check(*state, "hints-busy", NULL, STEPS(busy, busy, hints), STEPS(hints));
  check(*state, "hints-gone", NULL, STEPS(busy, gone), STEPS(gone));
  check(*state, "hints-last", NULL, STEPS(busy), STEPS(busy));
}

static void by_digest(const struct api *api, CURL *curl, struct wire *wire)
{
  (void)wire;
  api->setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_DIGEST);
  api->setopt(curl, CURLOPT_USERPWD, "user:secret");
}

static void by_digest_wrongly(const struct api *api, CURL *curl,
                              struct wire *wire)
{
  by_digest(api, curl, wire);
  api->setopt(curl, CURLOPT_USERPWD, "user:wrong");
}

static void by_any_auth(const struct api *api, CURL *curl, struct wire *wire)
{
  by_digest(api, curl, wire);
  api->setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_ANY);
}

static void the_rounds_of_libcurls_own_login_are_left_to_it(void **state)
{
  struct wire *wire = *state;
  static const char ok[] = "200;nodate;body=in";

  check_path(wire, "/digest/%s", "digest", by_digest, STEPS(ok), STEPS(ok));
  assert_int_equal(wire_count(wire, "digest"), 2);
  check_path(wire, "/digest/%s", "any", by_any_auth, STEPS(ok), STEPS(ok));
  check_path(wire, "/basic/%s", "any-basic", by_any_auth, STEPS(ok),
             STEPS(ok));
  check_path(wire, "/digest/%s", "wrong", by_digest_wrongly, STEPS(ok),
             STEPS(ok));
  assert_int_equal(wire_count(wire, "wrong"), wire_count(wire, "wrong-alone"));
}

static void a_503_after_the_rounds_of_digest_is_retried(void **state)
{
  struct wire *wire = *state;
  struct view view;

  transfer(&api_curlew, wire, by_digest,
           wire_url(wire, WIRE_PLAIN, "/digest/late",
                    STEPS("503;nodate;body=busy", "200;nodate;body=in")),
           &view);
  assert_int_equal(view.status, 200);
  assert_has(view.text, "<body>in");
  assert_null(strstr(view.text, "busy"));
  assert_null(strstr(view.text, "503"));
}

static void a_401_that_nobody_answers_is_delivered(void **state)
{
  static const char who[] =
    "401;nodate;body=who;WWW-Authenticate=Basic realm=\"x\"";
  check(*state, "who", NULL, STEPS(who), STEPS(who));
  check(*state, "who-busy", NULL, STEPS("503;body=busy", who), STEPS(who));
}

static void through_the_proxy(const struct api *api, CURL *curl,
                              struct wire *wire)
{
  api->setopt(curl, CURLOPT_PROXY, wire_url(wire, WIRE_PROXY, "", NULL));
}

static void heads_of_connect_are_shown_as_by_libcurl(void **state)
{
  struct wire *wire = *state;
  const char *const *const cases[] = {
    STEPS("200;nodate;body=far"),
    STEPS("503;close;nodate;body=busy", "200;nodate;body=far"),
    STEPS("503;close;Connection=close;nodate;body=busy",
          "200;nodate;body=far"),
  };
  struct view expected;
  transfer(&api_plain, wire, through_the_proxy,
           wire_url_on(wire, WIRE_TLS, "far.curlew.test", "/script/far-alone",
                       cases[0]),
           &expected);
  assert_has(expected.text, "<body>far");

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct view given;
    transfer(&api_curlew, wire, through_the_proxy,
             wire_url_on(wire, WIRE_TLS, "far.curlew.test",
                         wire_text(wire, "/script/far-%u", (unsigned)i),
                         cases[i]),
             &given);
    assert_same_view(&given, &expected);
  }
}

static void through_a_busy_proxy(const struct api *api, CURL *curl,
                                 struct wire *wire)
{
  static char line[] = "X-Script: gate?do=503;Retry-After=0&do=200";
  static struct curl_slist script = {.data = line};

  through_the_proxy(api, curl, wire);
  api->setopt(curl, CURLOPT_PROXYHEADER, &script);
}

static void a_proxys_503_to_connect_is_not_the_servers(void **state)
{
  struct wire *wire = *state;
  struct view view;

  transfer(&api_curlew, wire, through_a_busy_proxy,
           wire_url_on(wire, WIRE_TLS, "far.curlew.test", "/script/gated",
                       STEPS("200;nodate;body=far")),
           &view);
  assert_int_equal(view.result, CURLE_OK);
  assert_int_equal(view.status, 200);
  assert_has(view.text, "<body>far");
  assert_int_equal(wire_count(wire, "gate"), 2);
  assert_int_equal(wire_count(wire, "gated"), 1);
}

static void without_body(const struct api *api, CURL *curl, struct wire *wire)
{
  (void)wire;
  api->setopt(curl, CURLOPT_NOBODY, 1L);
}

static void a_head_request_is_retried_and_followed(void **state)
{
  struct wire *wire = *state;
  static const char ok[] = "200;nodate;size=100";

  check(wire, "head", without_body,
        STEPS("503;size=1000000", "302;Location=?b;size=1000000", ok),
        STEPS(ok));
  assert_int_equal(wire_count(wire, "head"), 3);
  assert_int_equal(wire_connections(wire, "head"), 1);
  assert_string_equal(wire_field(wire, "head", 3, "method"), "HEAD");
}

static void following(const struct api *api, CURL *curl, struct wire *wire)
{
  (void)wire;
  api->setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
}

static void following_and_showing(const struct api *api, CURL *curl,
                                  struct wire *wire)
{
  following(api, curl, wire);
  api->setopt(curl, CURLOPT_HEADER, 1L);
}

#define HOP(status, to) #status ";nodate;body=hop;Location=?" #to
#define OK              "200;nodate;body=there"

static void heads_of_hops_are_shown_as_by_libcurl(void **state)
{
  const char *const *const hops =
    STEPS(HOP(301, b), "302;nodate;size=500000;Location=?c",
          "307;nodate;chunked;Location=?d",
          "303;nodate;interim=103|Link: </a>;Location=?e",
          "308;nodate;nolength;Location=?f", OK);
  check(*state, "hops", following, hops, hops);
  check(*state, "hops-header", following_and_showing, hops, hops);
}

static void of_a_retried_hop_the_last_head_alone_is_shown(void **state)
{
  check(*state, "busy-hop", following,
        STEPS("503;body=busy", HOP(302, b), "503;body=busy", OK),
        STEPS(HOP(302, b), OK));
}

static void a_redirect_that_leads_nowhere_is_delivered(void **state)
{
  static const char nowhere[] = "302;nodate;body=nowhere";
  static const char empty[] = "302;nodate;body=nowhere;Location=";
  check(*state, "nowhere", following, STEPS(HOP(302, b), nowhere),
        STEPS(HOP(302, b), nowhere));
  check(*state, "nowhere-empty", following, STEPS(HOP(302, b), empty),
        STEPS(HOP(302, b), empty));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(interim_heads_go_with_the_head_they_came_before),
    cmocka_unit_test(the_rounds_of_libcurls_own_login_are_left_to_it),
    cmocka_unit_test(a_503_after_the_rounds_of_digest_is_retried),
    cmocka_unit_test(a_401_that_nobody_answers_is_delivered),
    cmocka_unit_test(heads_of_connect_are_shown_as_by_libcurl),
    cmocka_unit_test(a_proxys_503_to_connect_is_not_the_servers),
    cmocka_unit_test(a_head_request_is_retried_and_followed),
    cmocka_unit_test(heads_of_hops_are_shown_as_by_libcurl),
    cmocka_unit_test(of_a_retried_hop_the_last_head_alone_is_shown),
    cmocka_unit_test(a_redirect_that_leads_nowhere_is_delivered),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
