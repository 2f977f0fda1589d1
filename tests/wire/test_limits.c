/* Tests of the bounds of an operation: attempts, times, and who ends it. */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "caller.h"

#define LATER "503;Retry-After=4;body=later"

static struct answer get(struct wire *wire, CURL *curl, const char *key,
                         const char *const *steps)
{
  return caller_perform(
    curl,
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key), steps));
}

static uint64_t now_ms(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void after_the_last_attempt_the_failure_is_delivered(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  const struct answer answer =
    get(wire, curl, "attempts",
        STEPS("503;body=1", "503;body=2", "503;body=3", "503;body=4", "200"));

  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 503);
  assert_string_equal(answer.body, "4");
  assert_string_equal(caller_end(curl), "attempts-exhausted");
  assert_int_equal(curlew_easy_outcome(curl)->attempts, 4);
  assert_int_equal(curlew_easy_outcome(curl)->count, 4);
  assert_int_equal(wire_count(wire, "attempts"), 4);
  curlew_easy_cleanup(curl);
}

static void a_wait_is_as_long_as_the_server_asks(void **state)
{
  static const char *const steps[] = {"307;Location=?b;Retry-After=1",
                                      "503;Date=@-3600;Retry-After=@-3599"};
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
    const char *key = wire_text(wire, "asked-%u", (unsigned)i);
    CURL *curl = caller_new(wire, NULL);
    assert_int_equal(get(wire, curl, key, STEPS(steps[i], "200")).status, 200);
    assert_true(wire_number(wire, key, 2, "at") >=
                wire_number(wire, key, 1, "at") + 999);
    assert_true(curlew_easy_outcome(curl)->waited_ms >= 1000);
    assert_true(curlew_easy_outcome(curl)->attempt[1].wait_ms >= 1000);
    curlew_easy_cleanup(curl);
  }
}

static void a_wait_that_would_take_too_long_is_not_begun(void **state)
{
  static const struct {
    const char *setting;
    const char *end;
  } cases[] = {
    {"limits.deadline=2s", "deadline"},
    {"limits.waiting=3s", "waiting-exhausted"},
    {"backoff.retry-after-cap=3s", "retry-after-over-cap"},
    {"limits.attempts=1", "attempts-exhausted"},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const char *key = wire_text(wire, "long-%u", (unsigned)i);
    CURL *curl = caller_new(wire, cases[i].setting);
    const uint64_t start_ms = now_ms();
    const struct answer answer = get(wire, curl, key, STEPS(LATER, "200"));
    assert_true(now_ms() - start_ms < 1500);
    assert_int_equal(answer.result, CURLE_OK);
    assert_int_equal(answer.status, 503);
    assert_string_equal(answer.body, "later");
    assert_string_equal(caller_end(curl), cases[i].end);
    assert_int_equal(wire_count(wire, key), 1);
    curlew_easy_cleanup(curl);
  }
}

static void the_applications_timeout_bounds_the_waits_too(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_TIMEOUT, 3L);
  const uint64_t start_ms = now_ms();
  const struct answer answer = get(wire, curl, "timeout", STEPS(LATER, "200"));

  assert_true(now_ms() - start_ms < 1500);
  assert_int_equal(answer.result, CURLE_OK);
  assert_string_equal(answer.body, "later");
  assert_string_equal(caller_end(curl), "deadline");
  curlew_easy_cleanup(curl);
}

static void an_attempt_is_cut_short_at_the_deadline(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 700L);
  const uint64_t start_ms = now_ms();
  struct answer answer =
    get(wire, curl, "cut", STEPS("503;delay=300", "hang"));
  const uint64_t took_ms = now_ms() - start_ms;

  assert_int_equal(answer.result, CURLE_OPERATION_TIMEDOUT);
  assert_true(took_ms >= 650 && took_ms < 2500);
  assert_string_equal(caller_end(curl), "deadline");
  assert_int_equal(wire_count(wire, "cut"), 2);

  /* the option is the application's again */
  answer = get(wire, curl, "cut-not", STEPS("200;delay=500"));
  assert_int_equal(answer.result, CURLE_OK);
  curlew_easy_cleanup(curl);
}

static void an_attempt_has_a_time_of_its_own(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, "limits.attempt-timeout=200ms");
  struct answer answer =
    get(wire, curl, "slow", STEPS("hang", "200;delay=3000", "200;body=ok"));
  assert_int_equal(answer.result, CURLE_OK);
  assert_string_equal(answer.body, "ok");
  assert_int_equal(wire_count(wire, "slow"), 3);

  /* it is over when the first byte of the body is in */
  answer = get(wire, curl, "drip", STEPS("200;size=40;drip=4:50"));
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.size, 40);
  assert_int_equal(wire_count(wire, "drip"), 1);

  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
  answer = get(wire, curl, "slow-post", STEPS("hang", "200"));
  assert_int_equal(answer.result, CURLE_OPERATION_TIMEDOUT);
  assert_string_equal(caller_end(curl), "method-not-repeatable");
  assert_int_equal(wire_count(wire, "slow-post"), 1);
  curlew_easy_cleanup(curl);
}

/* ---- ended from outside ---- */

struct watcher {
  unsigned calls;
  unsigned stop_at; /* 0: never */
  uint64_t last_ms;
  uint64_t gap_ms; /* the longest between two calls */
};

static int watch(void *user, curl_off_t total, curl_off_t now,
                 curl_off_t up_total, curl_off_t up)
{
  struct watcher *watcher = user;
  const uint64_t time_ms = now_ms();

  (void)total;
  (void)now;
  (void)up_total;
  (void)up;
  if(watcher->last_ms && time_ms - watcher->last_ms > watcher->gap_ms)
    watcher->gap_ms = time_ms - watcher->last_ms;
  watcher->last_ms = time_ms;
  return ++watcher->calls == watcher->stop_at;
}

static void watch_with(CURL *curl, struct watcher *watcher)
{
  curlew_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curlew_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch);
  curlew_easy_setopt(curl, CURLOPT_XFERINFODATA, watcher);
}

static void progress_is_told_during_a_wait(void **state)
{
  struct wire *wire = *state;
  struct watcher watcher = {.calls = 0};
  CURL *curl = caller_new(wire, NULL);
  watch_with(curl, &watcher);

  const struct answer answer =
    get(wire, curl, "told", STEPS("503;Retry-After=1", "200"));
  assert_int_equal(answer.status, 200);
  assert_true(watcher.calls >= 10);
  assert_true(watcher.gap_ms < 500);
  curlew_easy_cleanup(curl);
}

static void the_progress_callback_can_end_a_wait(void **state)
{
  struct wire *wire = *state;
  struct watcher watcher = {.calls = 0};
  CURL *curl = caller_new(wire, NULL);
  watch_with(curl, &watcher);
  assert_int_equal(get(wire, curl, "warm", STEPS("200")).status, 200);

  watcher = (struct watcher){.stop_at = watcher.calls + 8};
  const uint64_t start_ms = now_ms();
  const struct answer answer = get(wire, curl, "ended", STEPS(LATER, "200"));
  assert_int_equal(answer.result, CURLE_ABORTED_BY_CALLBACK);
  assert_true(now_ms() - start_ms < 2500);
  assert_int_equal(watcher.calls, watcher.stop_at);
  assert_string_equal(caller_end(curl), "aborted");
  assert_int_equal(wire_count(wire, "ended"), 1);
  curlew_easy_cleanup(curl);
}

static int quiet(void *user, curl_off_t total, curl_off_t now,
                 curl_off_t up_total, curl_off_t up)
{
  struct watcher watcher = {.stop_at = 0};

  (void)user;
  return watch(&watcher, total, now, up_total, up);
}

static void *cancel_soon(void *user)
{
  const struct timespec soon = {.tv_nsec = 200000000};
  nanosleep(&soon, NULL);
  curlew_easy_cancel(user);
  return NULL;
}

static void another_thread_can_cancel(void **state)
{
  static const struct {
    const char *step;
    unsigned most_ms;
  } cases[] = {{LATER, 1000}, {"hang", 2500}, {"200;size=100;stall", 2500}};
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const char *key = wire_text(wire, "cancel-%u", (unsigned)i);
    pthread_t thread;
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_NOPROGRESS, i ? 0L : 1L);
    curlew_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, quiet);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, curl), 0);
    const uint64_t start_ms = now_ms();
    const struct answer answer =
      get(wire, curl, key, STEPS(cases[i].step, "200"));
    assert_true(now_ms() - start_ms < cases[i].most_ms);
    assert_int_equal(answer.result, CURLE_ABORTED_BY_CALLBACK);
    assert_string_equal(caller_end(curl), "cancelled");
    pthread_join(thread, NULL);

    /* and goes on with the next operation */
    assert_int_equal(get(wire, curl, key, STEPS("200")).status, 200);
    curlew_easy_cleanup(curl);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(after_the_last_attempt_the_failure_is_delivered),
    cmocka_unit_test(a_wait_is_as_long_as_the_server_asks),
    cmocka_unit_test(a_wait_that_would_take_too_long_is_not_begun),
    cmocka_unit_test(the_applications_timeout_bounds_the_waits_too),
    cmocka_unit_test(an_attempt_is_cut_short_at_the_deadline),
    cmocka_unit_test(an_attempt_has_a_time_of_its_own),
    cmocka_unit_test(progress_is_told_during_a_wait),
    cmocka_unit_test(the_progress_callback_can_end_a_wait),
    cmocka_unit_test(another_thread_can_cancel),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
