/* Tests of curlew_easy_header() and curlew_easy_nextheader(): after a chain of
   redirects they tell of each request what libcurl tells that has followed the
   same chain itself. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api.h"
#include "told.h"

#define COUNT(list)     (sizeof(list) / sizeof((list)[0]))
#define HOP(status, to) #status ";nodate;body=hop;Location=?" #to

/* ---- a chain, followed by both ---- */

typedef void(options_fn)(const struct api *api, CURL *curl);

struct chain {
  const char *name;
  const char *kind; /* of path; NULL: script */
  const char *const *steps;
  const char *const *retried; /* the same for curlew, with retries */
  options_fn *options;
};

static CURL *follow(const struct api *api, struct wire *wire,
                    const struct chain *chain, struct view *view)
{
  const bool is_plain = api == &api_plain;
  const char *path =
    wire_text(wire, "/%s/%s-%c", chain->kind ? chain->kind : "script",
              chain->name, is_plain ? 'a' : 'b');
  CURL *curl = api_new(api, wire);

  view_attach(api, curl, view);
  api->setopt(curl, CURLOPT_HEADERFUNCTION, NULL);
  api->setopt(curl, CURLOPT_HEADERDATA, NULL);
  api->setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  if(chain->options)
    chain->options(api, curl);
  view_perform(
    api, curl,
    wire_url(wire, WIRE_PLAIN, path,
             is_plain || !chain->retried ? chain->steps : chain->retried),
    view);
  return curl;
}

static void check_handles(struct wire *wire, CURL *given, CURL *expected)
{
  assert_told_same(told_all(&api_curlew, wire, given),
                   told_all(&api_plain, wire, expected));
}

static void check(struct wire *wire, const struct chain *chain)
{
  struct view plain = {.pause_at = 0};
  struct view view = {.pause_at = 0};
  CURL *expected = follow(&api_plain, wire, chain, &plain);
  CURL *given = follow(&api_curlew, wire, chain, &view);

  assert_int_equal(view.result, plain.result);
  check_handles(wire, given, expected);
  curl_easy_cleanup(expected);
  curlew_easy_cleanup(given);
}

/* ---- tests ---- */

static void each_request_of_a_chain_is_told(void **state)
{
  const struct chain chain = {
    .name = "chain",
    .steps = STEPS("302;nodate;X-Twice=a;x-twice=b;X-TWICE=c;Location=?b",
                   "301;nodate;size=70000;Location=?c;X-One=  much   room ",
                   HOP(303, d), "200;nodate;X-Twice=last;X-Late=1")};
  check(*state, &chain);
}

static void what_was_not_followed_has_one_request(void **state)
{
  check(*state, &(struct chain){.name = "one", .steps = STEPS("200;nodate")});
  check(*state, &(struct chain){.name = "none", .steps = STEPS("302;nodate")});
}

static void attempts_that_were_repeated_are_not_told(void **state)
{
  const struct chain chain = {
    .name = "retried",
    .steps = STEPS(HOP(302, b), HOP(307, c), "200;nodate"),
    .retried = STEPS("503;X-Late=1", HOP(302, b), "503;X-Late=1", HOP(307, c),
                     "503;X-Late=2", "200;nodate")};
  check(*state, &chain);
}

static void a_folded_field_is_one(void **state)
{
  struct wire *wire = *state;
  const struct chain chain = {
    .name = "folded",
    .steps =
      STEPS(wire_text(wire, "302;nodate;X-Folded=%s;X-Late=1;Location=?b",
                      wire_quote(wire, "a  \r\n   b \r\n\t\tc\r\n \r\n\td")),
            "200;nodate")};
  check(wire, &chain);
}

/* But for the trailer of a hop, whose body is not read to the end. */
static void fields_of_all_origins_are_told(void **state)
{
  const struct chain chain = {
    .name = "origins",
    .steps =
      STEPS("302;nodate;interim=103|Link: a;Location=?b",
            "302;nodate;interim=103|Link: b;interim=103|Link: c;Location=?c",
            "200;nodate;interim=103|Link: d;chunked;trailer=X-End: 2")};
  check(*state, &chain);
}

static void the_answers_of_a_proxy_are_told(void **state)
{
  struct wire *wire = *state;
  const char *proxy =
    wire_text(wire, "http://127.0.0.1:%u", wire->port[WIRE_PROXY]);
  const char *all[2];
  const struct api *apis[] = {&api_plain, &api_curlew};

  for(size_t i = 0; i < 2; i++) {
    struct view view = {.pause_at = 0};
    const char *script =
      wire_text(wire, "X-Script: tunnel%zu?do=200;nodate;X-Proxy=1&again", i);
    struct curl_slist *fields = curl_slist_append(NULL, script);
    CURL *curl = api_new(apis[i], wire);

    view_attach(apis[i], curl, &view);
    apis[i]->setopt(curl, CURLOPT_PROXY, proxy);
    apis[i]->setopt(curl, CURLOPT_PROXYHEADER, fields);
    apis[i]->setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    view_perform(apis[i], curl,
                 wire_url(wire, WIRE_TLS,
                          wire_text(wire, "/script/proxied-%zu", i),
                          STEPS("302;nodate;Location=?b;Connection=close",
                                HOP(302, c), "200;nodate")),
                 &view);
    assert_int_equal(view.result, CURLE_OK);
    all[i] = told_all(apis[i], wire, curl);
    apis[i]->cleanup(curl);
    curl_slist_free_all(fields);
  }
  assert_has(all[0], "[X-Proxy] [1] 0 of 1, 4");
  assert_told_same(all[1], all[0]);
}

static void by_digest(const struct api *api, CURL *curl)
{
  api->setopt(curl, CURLOPT_USERPWD, "user:secret");
  api->setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_DIGEST);
}

static void by_any(const struct api *api, CURL *curl)
{
  by_digest(api, curl);
  api->setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_ANY);
}

static void rounds_of_authentication_are_requests(void **state)
{
  static options_fn *const options[] = {by_digest, by_any};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(options); i++)
    check(wire, &(struct chain){
                  .name = wire_text(wire, "login%zu", i),
                  .kind = "digest",
                  .steps = STEPS(HOP(302, b), HOP(302, c), "200;nodate"),
                  .options = options[i]});
}

static void a_hop_that_fails_has_the_ones_before(void **state)
{
  struct wire *wire = *state;
  const char *nowhere =
    wire_text(wire, "302;nodate;Location=http://127.0.0.1:%u/",
              wire->port[WIRE_REFUSED]);

  check(wire, &(struct chain){.name = "refused",
                              .steps = STEPS(HOP(302, b), nowhere)});
  check(wire, &(struct chain){
                .name = "cut",
                .steps = STEPS(HOP(302, b), "200;nodate;size=9;cut=3")});
}

static void the_next_operation_has_no_past(void **state)
{
  struct wire *wire = *state;
  const struct chain chain = {.name = "next",
                              .steps = STEPS(HOP(302, b), "200;nodate")};
  struct view plain = {.pause_at = 0};
  struct view view = {.pause_at = 0};
  CURL *expected = follow(&api_plain, wire, &chain, &plain);
  CURL *given = follow(&api_curlew, wire, &chain, &view);

  for(unsigned i = 0; i < 3; i++) { /* the last of them asleep */
    const char *path = wire_text(wire, "/script/alone%u", i);
    const char *url = wire_url(wire, WIRE_PLAIN, path, STEPS("200;nodate"));
    view_perform(&api_plain, expected, url, &plain);
    view_perform(&api_curlew, given, url, &view);
    check_handles(wire, given, expected);
  }
  const char *url =
    wire_url(wire, WIRE_PLAIN, "/script/gone", STEPS("200;nodate;close"));
  const char *chained = wire_url(wire, WIRE_PLAIN, "/script/more",
                                 STEPS(HOP(302, b), "200;nodate"));
  view_perform(&api_curlew, given, chained, &view);
  assert_has(told_all(&api_curlew, wire, given), "Location] [?b]");
  view_perform(&api_curlew, given, url, &view);
  view_perform(&api_plain, expected, url, &plain);
  check_handles(wire, given, expected);
  curl_easy_cleanup(expected);
  curlew_easy_cleanup(given);
}

static void a_reset_forgets_no_heads_and_a_duplicate_has_none(void **state)
{
  struct wire *wire = *state;
  const struct chain chain = {.name = "reset",
                              .steps = STEPS(HOP(302, b), "200;nodate")};
  struct view plain = {.pause_at = 0};
  struct view view = {.pause_at = 0};
  CURL *expected = follow(&api_plain, wire, &chain, &plain);
  CURL *given = follow(&api_curlew, wire, &chain, &view);
  CURL *copy = curlew_easy_duphandle(given);
  struct curl_header *field = NULL;

  assert_int_equal(
    curlew_easy_header(copy, "Location", 0, CURLH_HEADER, 0, &field),
    CURLHE_NOHEADERS);
  curl_easy_reset(expected);
  curlew_easy_reset(given);
  check_handles(wire, given, expected);
  curl_easy_cleanup(expected);
  curlew_easy_cleanup(given);
  curlew_easy_cleanup(copy);
}

/* libcurl's list goes through all requests, and so may who walks on it. */
static void a_walk_may_go_on_in_a_later_request(void **state)
{
  struct wire *wire = *state;
  const struct chain chain = {
    .name = "walk", .steps = STEPS(HOP(302, b), HOP(302, c), "200;nodate")};
  const struct api *apis[] = {&api_plain, &api_curlew};

  for(size_t i = 0; i < 2; i++) {
    struct view view = {.pause_at = 0};
    CURL *curl = follow(apis[i], wire, &chain, &view);
    for(int from = 0; from < 2; from++)
      for(int to = from + 1; to < 3; to++) {
        struct curl_header *field =
          apis[i]->nextheader(curl, TOLD_ANY, from, NULL);
        struct curl_header *first =
          apis[i]->nextheader(curl, TOLD_ANY, to, field);
        assert_non_null(first);
        struct curl_header copy = *first;
        struct curl_header *same =
          apis[i]->nextheader(curl, TOLD_ANY, to, NULL);
        assert_string_equal(same->value, copy.value);
        assert_ptr_equal(same->anchor, copy.anchor);
        /* and never back */
        assert_null(apis[i]->nextheader(curl, TOLD_ANY, from, &copy));
      }
    apis[i]->cleanup(curl);
  }
}

/* ---- from inside a callback ---- */

static size_t spoil(char *line, size_t size, size_t count, void *user)
{
  (void)user;
  memset(line, 'x', size * count);
  return size * count;
}

static void spoiling(const struct api *api, CURL *curl)
{
  api->setopt(curl, CURLOPT_HEADERFUNCTION, spoil);
}

static void a_callback_may_write_into_the_lines(void **state)
{
  check(*state,
        &(struct chain){.name = "spoilt",
                        .steps = STEPS(HOP(302, b), HOP(302, c), "200;nodate"),
                        .options = spoiling});
}

struct curious {
  const struct api *api;
  CURL *curl;
  char told[256];
};

static size_t ask(char *data, size_t size, size_t count, void *user)
{
  struct curious *curious = user;

  (void)data;
  for(int request = -1; request < 3; request++) {
    struct curl_header *field = NULL;
    const CURLHcode code = curious->api->header(curious->curl, "X-Number", 0,
                                                CURLH_HEADER, request, &field);
    answer_append(curious->told, sizeof(curious->told),
                  code ? "-" : field->value, 1);
  }
  answer_append(curious->told, sizeof(curious->told), " ", 1);
  return size * count;
}

static void callbacks_may_ask_too(void **state)
{
  struct wire *wire = *state;
  struct curious curious[] = {{.api = &api_plain}, {.api = &api_curlew}};

  for(size_t i = 0; i < 2; i++) {
    const struct api *api = curious[i].api;
    CURL *curl = curious[i].curl = api_new(api, wire);
    api->setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    api->setopt(curl, CURLOPT_HEADERFUNCTION, ask);
    api->setopt(curl, CURLOPT_HEADERDATA, &curious[i]);
    api->setopt(curl, CURLOPT_WRITEFUNCTION, ask);
    api->setopt(curl, CURLOPT_WRITEDATA, &curious[i]);
    api->setopt(curl, CURLOPT_URL,
                wire_url(wire, WIRE_PLAIN,
                         wire_text(wire, "/script/asks%zu", i),
                         STEPS("302;nodate;X-Number=1;Location=?b",
                               "302;nodate;X-Number=2;Location=?c",
                               "200;nodate;X-Number=3;body=x")));
    assert_int_equal(api->perform(curl), CURLE_OK);
    api->cleanup(curl);
  }
  /* of the last response: a head that is held is all there at its first line */
  const char *last = strrchr(curious[1].told, ' ') - 4;
  assert_string_equal(last, "3123 ");
  assert_string_equal(strrchr(curious[0].told, ' ') - 4, last);
  assert_has(curious[1].told, "212-");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_request_of_a_chain_is_told),
    cmocka_unit_test(what_was_not_followed_has_one_request),
    cmocka_unit_test(attempts_that_were_repeated_are_not_told),
    cmocka_unit_test(a_folded_field_is_one),
    cmocka_unit_test(fields_of_all_origins_are_told),
    cmocka_unit_test(the_answers_of_a_proxy_are_told),
    cmocka_unit_test(rounds_of_authentication_are_requests),
    cmocka_unit_test(a_hop_that_fails_has_the_ones_before),
    cmocka_unit_test(the_next_operation_has_no_past),
    cmocka_unit_test(a_reset_forgets_no_heads_and_a_duplicate_has_none),
    cmocka_unit_test(a_walk_may_go_on_in_a_later_request),
    cmocka_unit_test(a_callback_may_write_into_the_lines),
    cmocka_unit_test(callbacks_may_ask_too),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
