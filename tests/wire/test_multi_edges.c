/* Tests of what applications had better not do with a multi handle, and may:
   curlew takes it as libcurl does, and no transfer suffers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loop.h"
#include "plain.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#define SOON_MS 6000

/* An application whose callbacks do |what|. */
struct caller {
  const struct multi_api *api;
  CURLM *multi;
  CURL *curl;
  CURL *idle;
  int timer_says;
  bool goes_on; /* within the timer callback, once */
  unsigned calls;
  CURLMcode added;
  CURLMcode removed;
};

static void rest(long ms)
{
  const struct timespec time = {.tv_sec = 0, .tv_nsec = ms * 1000000};
  nanosleep(&time, NULL);
}

static size_t forget(char *data, size_t size, size_t count, void *user)
{
  (void)data, (void)user;
  return size * count;
}

static CURL *handle_new(const struct multi_api *api, struct wire *wire,
                        const char *key, const char *const *steps)
{
  CURL *curl = api_new(api->easy, wire);
  const char *path = wire_text(wire, "/script/%s-%s", key, api->name);

  api->easy->setopt(curl, CURLOPT_WRITEFUNCTION, forget);
  api->easy->setopt(curl, CURLOPT_URL,
                    wire_url(wire, WIRE_PLAIN, path, steps));
  return curl;
}

static int take_timer(CURLM *multi, long timeout_ms, void *user)
{
  struct caller *caller = user;
  int running = 0;

  (void)timeout_ms;
  if(caller->goes_on) {
    caller->goes_on = false;
    caller->calls++;
    caller->added = caller->api->perform(multi, &running);
  }
  return caller->timer_says;
}

static struct caller caller_in(const struct multi_api *api, struct wire *wire,
                               const char *key, const char *const *steps)
{
  return (struct caller){
    .api = api,
    .multi = api->init(),
    .curl = handle_new(api, wire, key, steps),
    .idle = api_new(api->easy, wire),
  };
}

static void watch_timer(struct caller *caller)
{
  caller->api->setopt(caller->multi, CURLMOPT_TIMERFUNCTION, take_timer);
  caller->api->setopt(caller->multi, CURLMOPT_TIMERDATA, caller);
}

static void caller_free(struct caller *caller)
{
  caller->api->remove(caller->multi, caller->curl);
  caller->api->remove(caller->multi, caller->idle);
  caller->api->cleanup(caller->multi);
  caller->api->easy->cleanup(caller->curl);
  caller->api->easy->cleanup(caller->idle);
}

/* Until there is nothing to do at once. */
static void go_for(const struct caller *caller, unsigned ms)
{
  int running = 0;

  for(unsigned i = 0; i < ms; i += 5) {
    (void)caller->api->perform(caller->multi, &running);
    rest(5);
  }
}

/* The message of |curl|, whatever else there is. */
static CURLcode result_of(struct caller *caller, const CURL *curl)
{
  CURLcode result = CURL_LAST;
  const int64_t start_ms = loop_now_ms();
  int left = 0;

  while(result == CURL_LAST && loop_now_ms() - start_ms < SOON_MS) {
    const CURLMsg *message = NULL;
    go_for(caller, 5);
    while((message = caller->api->info_read(caller->multi, &left)))
      if(message->easy_handle == curl)
        result = message->data.result;
  }
  return result;
}

/* ---- counts ---- */

/* In one turn one of ours ends and one of libcurl's own comes: there are as
   many as before. */
static void an_end_is_seen_when_another_begins(void **state)
{
  struct wire *wire = *state;
  struct caller caller = caller_in(&multi_curlew, wire, "count",
                                   STEPS("503;body=;delay=60", "200"));
  CURL *other = plain_new(wire);
  const int64_t start_ms = loop_now_ms();
  int running = 0;

  curl_easy_setopt(other, CURLOPT_URL,
                   wire_url(wire, WIRE_PLAIN, "/script/other", STEPS("hang")));
  curl_easy_setopt(other, CURLOPT_TIMEOUT_MS, 0L);
  curlew_multi_add_handle(caller.multi, caller.curl);
  go_for(&caller, 20);
  rest(200);
  curlew_multi_add_handle(caller.multi, other);
  while(wire_count(wire, "count-curlew") < 2) {
    assert_true(loop_now_ms() - start_ms < SOON_MS);
    assert_int_equal(curlew_multi_perform(caller.multi, &running), CURLM_OK);
    rest(5);
  }
  curlew_multi_remove_handle(caller.multi, other);
  curl_easy_cleanup(other);
  caller_free(&caller);
}

/* ---- a timer callback that fails ---- */

/* When all are out again, libcurl's own begins anew. */
static void a_timer_that_failed_is_forgiven(void **state)
{
  static const struct multi_api *const apis[] = {&multi_plain, &multi_curlew};

  for(size_t i = 0; i < COUNT(apis); i++) {
    const struct multi_api *api = apis[i];
    struct caller caller =
      caller_in(api, *state, "forgiven", STEPS("200;delay=500", "200"));
    watch_timer(&caller);
    assert_int_equal(api->add(caller.multi, caller.curl), CURLM_OK);
    go_for(&caller, 20);
    caller.timer_says = -1;
    assert_int_equal(api->remove(caller.multi, caller.curl),
                     CURLM_ABORTED_BY_CALLBACK);
    caller.timer_says = 0;
    assert_int_equal(api->remove(caller.multi, caller.curl), CURLM_OK);
    assert_int_equal(api->add(caller.multi, caller.curl), CURLM_OK);
    assert_int_equal(result_of(&caller, caller.curl), CURLE_OK);
    caller_free(&caller);
  }
}

static void a_timer_that_fails_at_the_end_of_a_wait_does_no_harm(void **state)
{
  struct caller caller = caller_in(&multi_curlew, *state, "fails",
                                   STEPS("503;retry-after-ms=50", "200"));

  watch_timer(&caller);
  assert_int_equal(curlew_multi_add_handle(caller.multi, caller.curl),
                   CURLM_OK);
  go_for(&caller, 20);
  caller.timer_says = -1;
  assert_int_equal(result_of(&caller, caller.curl), CURLE_ABORTED_BY_CALLBACK);
  caller.timer_says = 0;
  assert_int_equal(curlew_multi_remove_handle(caller.multi, caller.curl),
                   CURLM_OK);
  assert_int_equal(curlew_easy_perform(caller.curl), CURLE_OK);
  caller_free(&caller);
}

/* ---- from within callbacks ---- */

static void a_timer_that_goes_on_does_no_harm(void **state)
{
  struct caller caller = caller_in(&multi_curlew, *state, "on",
                                   STEPS("503;retry-after-ms=50", "200"));

  watch_timer(&caller);
  curlew_multi_add_handle(caller.multi, caller.curl);
  go_for(&caller, 20);
  rest(100); /* the wait is over, and nobody has looked */
  caller.goes_on = true;
  curlew_multi_add_handle(caller.multi, caller.idle);
  assert_int_equal(caller.calls, 1);
  assert_int_equal(caller.added, CURLM_RECURSIVE_API_CALL);
  assert_int_equal(result_of(&caller, caller.curl), CURLE_OK);
  caller_free(&caller);
}

static size_t add_self(char *data, size_t size, size_t count, void *user)
{
  struct caller *caller = user;

  (void)data;
  caller->calls++;
  caller->added = caller->api->add(caller->multi, caller->curl);
  caller->removed = caller->api->remove(caller->multi, caller->idle);
  return size * count;
}

static void within_a_callback_a_handle_is_looked_at_first(void **state)
{
  static const struct multi_api *const apis[] = {&multi_plain, &multi_curlew};

  for(size_t i = 0; i < COUNT(apis); i++) {
    const struct multi_api *api = apis[i];
    struct caller caller = caller_in(api, *state, "self", STEPS("200"));
    api->easy->setopt(caller.curl, CURLOPT_WRITEFUNCTION, add_self);
    api->easy->setopt(caller.curl, CURLOPT_WRITEDATA, &caller);
    assert_int_equal(api->add(caller.multi, caller.curl), CURLM_OK);
    assert_int_equal(result_of(&caller, caller.curl), CURLE_OK);
    assert_int_equal(caller.calls, 1);
    assert_int_equal(caller.added, CURLM_ADDED_ALREADY);
    assert_int_equal(caller.removed, CURLM_OK);
    caller_free(&caller);
  }
}

static int add_in_progress(void *user, curl_off_t total, curl_off_t now,
                           curl_off_t up_total, curl_off_t up)
{
  struct caller *caller = user;

  (void)total, (void)now, (void)up_total, (void)up;
  caller->calls++;
  const CURLMcode added = caller->api->add(caller->multi, caller->curl);
  if(added != CURLM_ADDED_ALREADY)
    caller->added = added;
  return 0;
}

/* Whether an attempt is on its way or a wait. */
static void what_is_performed_is_in_no_other_multi_handle(void **state)
{
  struct caller caller = caller_in(&multi_curlew, *state, "performed",
                                   STEPS("503;retry-after-ms=300", "200"));

  caller.added = CURLM_ADDED_ALREADY;
  curlew_easy_setopt(caller.curl, CURLOPT_XFERINFOFUNCTION, add_in_progress);
  curlew_easy_setopt(caller.curl, CURLOPT_XFERINFODATA, &caller);
  curlew_easy_setopt(caller.curl, CURLOPT_NOPROGRESS, 0L);
  assert_int_equal(curlew_easy_perform(caller.curl), CURLE_OK);
  assert_true(caller.calls);
  assert_int_equal(caller.added, CURLM_ADDED_ALREADY);
  caller_free(&caller);
}

static int go_on_in_progress(void *user, curl_off_t total, curl_off_t now,
                             curl_off_t up_total, curl_off_t up)
{
  struct caller *caller = user;
  int number = 0;
  long timeout_ms = 0;
  fd_set set;
  CURLM *multi = caller->multi;
  const struct multi_api *api = caller->api;

  (void)total, (void)now, (void)up_total, (void)up;
  FD_ZERO(&set);
  const CURLMcode codes[] = {
    api->add(multi, caller->idle),
    api->remove(multi, caller->curl),
    api->perform(multi, &number),
    api->socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &number),
    api->poll(multi, NULL, 0, 0, &number),
    api->wait(multi, NULL, 0, 0, &number),
    api->timeout(multi, &timeout_ms),
    api->setopt(multi, CURLMOPT_MAXCONNECTS, 7L),
    api->cleanup(multi),
  };
  for(size_t i = 0; i < COUNT(codes); i++)
    if(codes[i] != CURLM_RECURSIVE_API_CALL)
      caller->added = codes[i];
  caller->calls++;
  return 0;
}

/* Whoever calls it: libcurl, or we while it waits. */
static void within_progress_nothing_may_be_called(void **state)
{
  struct caller caller = caller_in(&multi_curlew, *state, "progress",
                                   STEPS("503;retry-after-ms=300", "200"));

  caller.added = CURLM_RECURSIVE_API_CALL;
  curlew_easy_setopt(caller.curl, CURLOPT_XFERINFOFUNCTION, go_on_in_progress);
  curlew_easy_setopt(caller.curl, CURLOPT_XFERINFODATA, &caller);
  curlew_easy_setopt(caller.curl, CURLOPT_NOPROGRESS, 0L);
  assert_int_equal(curlew_multi_add_handle(caller.multi, caller.curl),
                   CURLM_OK);
  assert_int_equal(result_of(&caller, caller.curl), CURLE_OK);
  assert_true(caller.calls);
  assert_int_equal(caller.added, CURLM_RECURSIVE_API_CALL);
  caller_free(&caller);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_end_is_seen_when_another_begins),
    cmocka_unit_test(a_timer_that_failed_is_forgiven),
    cmocka_unit_test(a_timer_that_fails_at_the_end_of_a_wait_does_no_harm),
    cmocka_unit_test(a_timer_that_goes_on_does_no_harm),
    cmocka_unit_test(within_a_callback_a_handle_is_looked_at_first),
    cmocka_unit_test(what_is_performed_is_in_no_other_multi_handle),
    cmocka_unit_test(within_progress_nothing_may_be_called),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
