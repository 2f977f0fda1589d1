/* Tests of what applications do with transfers in a multi handle: they bring
   bodies, pause, watch, and add what is no affair of a policy. */

#define CURL_DISABLE_DEPRECATION /* CURLOPT_IOCTLFUNCTION */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts.h"
#include "loop.h"
#include "plain.h"
#include "source.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#define BUSY "503;nodate;retry-after-ms=20;body=busy"

static const char *url_of(struct wire *wire, const char *key,
                          const char *const *steps)
{
  return wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key), steps);
}

/* Adds |curl|, goes on until it is over, and takes it out. */
static CURLcode run(struct loop *loop, CURL *curl)
{
  assert_int_equal(loop->api->add(loop->multi, curl), CURLM_OK);
  const CURLcode result = loop_end(loop, curl);
  assert_int_equal(loop->api->remove(loop->multi, curl), CURLM_OK);
  return result;
}

/* ---- hops, as libcurl tells of them ---- */

static const char *learn(const struct multi_api *api, struct wire *wire,
                         enum loop_style style, const char *url)
{
  struct loop loop;
  CURL *curl = api_new(api->easy, wire);
  struct view view = {.pause_at = 0};

  loop_open(&loop, api, style);
  view_attach(api->easy, curl, &view);
  api->easy->setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  api->easy->setopt(curl, CURLOPT_URL, url);
  view.result = run(&loop, curl);
  const char *told = facts_of(api->easy, wire, curl);
  api->easy->cleanup(curl);
  loop_close(&loop);
  return wire_text(wire, "%s%d\n%s", told, view.result, view.text);
}

#define HOP(n) "302;nodate;body=hop;Location=?" #n
#define OK     "200;nodate;Content-Type=text/x;body=there"

static void a_chain_is_told_as_by_libcurl(void **state)
{
  struct wire *wire = *state;

  for(int i = 0; i < LOOP_STYLES; i++) {
    const char *plain = learn(&multi_plain, wire, (enum loop_style)i,
                              url_of(wire, wire_text(wire, "a-chain%d", i),
                                     STEPS(HOP(b), HOP(c), HOP(d), OK)));
    char *given =
      (char *)(uintptr_t)learn(&multi_curlew, wire, (enum loop_style)i,
                               url_of(wire, wire_text(wire, "b-chain%d", i),
                                      STEPS(HOP(b), HOP(c), HOP(d), OK)));
    for(char *at = strstr(given, "b-chain"); at; at = strstr(at, "b-chain"))
      at[0] = 'a';
    assert_string_equal(given, plain);
    assert_has(given, "redirects:  3");
  }
}

/* ---- one connection ---- */

static void one_connection_is_enough(void **state)
{
  struct wire *wire = *state;

  for(int style = 0; style < LOOP_STYLES; style++) {
    struct loop loop;
    CURL *curls[5];
    struct view views[COUNT(curls)];
    loop_open(&loop, &multi_curlew, (enum loop_style)style);
    curlew_multi_setopt(loop.multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    for(size_t i = 0; i < COUNT(curls); i++) {
      curls[i] = caller_new(wire, NULL);
      views[i] = (struct view){.pause_at = 0};
      view_attach(&api_curlew, curls[i], &views[i]);
      curlew_easy_setopt(curls[i], CURLOPT_URL,
                         url_of(wire, wire_text(wire, "one%d-%zu", style, i),
                                i % 2 ? STEPS(BUSY, "302;Location=?b", OK)
                                      : STEPS("200;delay=20;body=there")));
      assert_int_equal(curlew_multi_add_handle(loop.multi, curls[i]),
                       CURLM_OK);
    }
    do
      loop_turn(&loop);
    while(loop.running);
    for(size_t i = 0; i < COUNT(curls); i++) {
      assert_has(views[i].text, "<body>there");
      assert_null(strstr(views[i].text, "busy"));
      curlew_multi_remove_handle(loop.multi, curls[i]);
      curlew_easy_cleanup(curls[i]);
    }
    loop_close(&loop);
  }
}

/* ---- a pause ---- */

static CURLcode run_with_pauses(struct loop *loop, struct view *view,
                                unsigned *pauses)
{
  CURLcode result = CURLE_FAILED_INIT;
  const CURLMsg *message = NULL;
  int left = 0;

  assert_int_equal(curlew_multi_add_handle(loop->multi, view->curl), CURLM_OK);
  while(!(message = curlew_multi_info_read(loop->multi, &left))) {
    if(view->is_paused) { /* there is nothing else that would wake it */
      assert_int_equal(loop->running, 1);
      view->is_paused = false;
      (*pauses)++;
      assert_int_equal(curl_easy_pause(view->curl, CURLPAUSE_CONT), CURLE_OK);
    }
    loop_turn(loop);
  }
  result = message->data.result;
  assert_int_equal(curlew_multi_remove_handle(loop->multi, view->curl),
                   CURLM_OK);
  return result;
}

static void a_paused_transfer_goes_on(void **state)
{
  struct wire *wire = *state;

  for(unsigned n = 1; n <= 8; n++) {
    struct loop loop;
    struct view view = {.pause_at = n};
    unsigned pauses = 0;
    loop_open(&loop, &multi_curlew, LOOP_SOCKET);
    CURL *curl = caller_new(wire, NULL);
    view_attach(&api_curlew, curl, &view);
    curlew_easy_setopt(curl, CURLOPT_NOPROGRESS, 1L);
    curlew_easy_setopt(curl, CURLOPT_URL,
                       url_of(wire, wire_text(wire, "pause%u", n),
                              STEPS(BUSY, "200;nodate;body=there;drip=1:1")));
    assert_int_equal(run_with_pauses(&loop, &view, &pauses), CURLE_OK);
    assert_int_equal(pauses, 1);
    assert_string_equal(view.text, "<head>HTTP/1.1 200 OK\r\n"
                                   "Content-Length: 5\r\n\r\n<body>there");
    curlew_easy_cleanup(curl);
    loop_close(&loop);
  }
}

/* ---- a body that is brought ---- */

static void an_upload_is_rewound(void **state)
{
  static source_fn *const ways[] = {post_fields,         post_seekable,
                                    put_seekable,        put_file,
                                    put_seekable_chunks, post_mime};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(ways); i++) {
    struct loop loop;
    const char *key = wire_text(wire, "upload%zu", i);
    struct source source = source_of("a body to be sent");
    CURL *curl = caller_new(wire, "methods.idempotent=GET PUT POST");
    struct view view = {.pause_at = 0};
    loop_open(&loop, &multi_curlew, (enum loop_style)(i % LOOP_STYLES));
    view_attach(&api_curlew, curl, &view);
    ways[i](curl, &source);
    curlew_easy_setopt(curl, CURLOPT_URL,
                       url_of(wire, key, STEPS(BUSY, "200;body=there")));
    assert_int_equal(run(&loop, curl), CURLE_OK);
    assert_int_equal(wire_count(wire, key), 2);
    assert_has(wire_field(wire, key, 1, "body"), source.text);
    assert_has(wire_field(wire, key, 2, "body"), source.text);
    curlew_easy_cleanup(curl);
    source_close(&source);
    loop_close(&loop);
  }
}

/* ---- progress ---- */

/* Counts what comes later than an attempt takes. */
struct watcher {
  int64_t since_ms;
  unsigned calls;
  unsigned abort_at;
};

static int watch(void *user, curl_off_t total, curl_off_t now,
                 curl_off_t up_total, curl_off_t up)
{
  struct watcher *watcher = user;

  (void)total, (void)now, (void)up_total, (void)up;
  watcher->calls += loop_now_ms() >= watcher->since_ms;
  return watcher->calls == watcher->abort_at;
}

static CURL *watched_new(struct wire *wire, struct watcher *watcher,
                         const char *key, const char *const *steps)
{
  CURL *curl = caller_new(wire, NULL);

  curlew_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch);
  curlew_easy_setopt(curl, CURLOPT_XFERINFODATA, watcher);
  curlew_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curlew_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 0L);
  curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, answer_take_body);
  curlew_easy_setopt(curl, CURLOPT_URL, url_of(wire, key, steps));
  return curl;
}

static void progress_goes_on_during_a_wait_and_may_end_it(void **state)
{
  struct wire *wire = *state;

  for(int style = 0; style < LOOP_STYLES; style++) {
    struct loop loop;
    const int64_t start_ms = loop_now_ms();
    struct watcher watcher = {.since_ms = start_ms + 500, .abort_at = 4};
    struct answer answer = {.result = CURLE_OK};
    CURL *curl = watched_new(wire, &watcher, wire_text(wire, "watch%d", style),
                             STEPS("503;Retry-After=30", "200"));
    curlew_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    loop_open(&loop, &multi_curlew, (enum loop_style)style);
    assert_int_equal(run(&loop, curl), CURLE_ABORTED_BY_CALLBACK);
    assert_true(loop_now_ms() - start_ms < 15000);
    assert_int_equal(watcher.calls, watcher.abort_at);
    assert_string_equal(caller_end(curl), "aborted");
    assert_int_equal(wire_count(wire, wire_text(wire, "watch%d", style)), 1);
    curlew_easy_cleanup(curl);
    loop_close(&loop);
  }
}

/* ---- what no policy is for ---- */

static void what_is_not_http_passes_through(void **state)
{
  struct wire *wire = *state;
  struct loop loop;
  struct answer answer = {.result = CURLE_OK};
  CURL *curl = caller_new(wire, NULL);

  loop_open(&loop, &multi_curlew, LOOP_POLL);
  curlew_easy_setopt(curl, CURLOPT_URL,
                     wire_text(wire, "file://%s", wire->ca));
  curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, answer_take_body);
  curlew_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  assert_int_equal(run(&loop, curl), CURLE_OK);
  assert_has(answer.body, "-----BEGIN CERTIFICATE-----");
  assert_string_equal(caller_end(curl), "not-policed");
  curlew_easy_cleanup(curl);
  loop_close(&loop);
}

static void connect_only_leaves_a_connection(void **state)
{
  struct wire *wire = *state;
  struct loop loop;
  CURL *curl = caller_new(wire, NULL);
  curl_socket_t socket = CURL_SOCKET_BAD;

  loop_open(&loop, &multi_curlew, LOOP_POLL);
  curlew_easy_setopt(curl, CURLOPT_URL, wire_url(wire, WIRE_PLAIN, "/", NULL));
  curlew_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
  assert_int_equal(curlew_multi_add_handle(loop.multi, curl), CURLM_OK);
  assert_int_equal(loop_end(&loop, curl), CURLE_OK);
  curlew_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &socket);
  assert_true(socket != CURL_SOCKET_BAD);
  assert_int_equal(curlew_multi_remove_handle(loop.multi, curl), CURLM_OK);
  curlew_easy_cleanup(curl);
  loop_close(&loop);
}

static void a_handle_that_is_not_curlews_is_libcurls_affair(void **state)
{
  struct wire *wire = *state;
  struct loop loop;
  struct answer answer = {.result = CURLE_OK};
  CURL *curl = plain_new(wire);

  loop_open(&loop, &multi_curlew, LOOP_SOCKET);
  curl_easy_setopt(curl, CURLOPT_URL,
                   url_of(wire, "foreign", STEPS(BUSY, "200;body=there")));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, answer_take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  for(unsigned i = 0; i < 2; i++)
    assert_int_equal(run(&loop, curl), CURLE_OK);
  assert_string_equal(answer.body, "busythere");
  curl_easy_cleanup(curl);
  loop_close(&loop);
}

/* Of dropin.h, which would give libcurl's names another meaning here. */
CURL *curlew_dropin_init(void);

/* The policy is that of the environment, which is none. */
static void a_bad_policy_is_told_in_a_message(void **state)
{
  struct loop loop;

  setenv("CURLEW_POLICY", "nothing", 1);
  CURL *curl = curlew_dropin_init();
  assert_non_null(curl);
  curlew_easy_setopt(curl, CURLOPT_URL,
                     url_of(*state, "bad", STEPS("200;body=there")));
  for(int style = 0; style < LOOP_STYLES; style++) {
    loop_open(&loop, &multi_curlew, (enum loop_style)style);
    assert_int_equal(run(&loop, curl), CURLE_FAILED_INIT);
    assert_int_equal(loop.running, 0);
    loop_close(&loop);
  }
  assert_int_equal(wire_count(*state, "bad"), 0);
  curlew_easy_cleanup(curl);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_chain_is_told_as_by_libcurl),
    cmocka_unit_test(one_connection_is_enough),
    cmocka_unit_test(a_paused_transfer_goes_on),
    cmocka_unit_test(an_upload_is_rewound),
    cmocka_unit_test(progress_goes_on_during_a_wait_and_may_end_it),
    cmocka_unit_test(what_is_not_http_passes_through),
    cmocka_unit_test(connect_only_leaves_a_connection),
    cmocka_unit_test(a_handle_that_is_not_curlews_is_libcurls_affair),
    cmocka_unit_test(a_bad_policy_is_told_in_a_message),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
