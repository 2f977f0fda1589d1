/* Tests of what wakes an application: CURLMOPT_TIMERFUNCTION is told of waits,
   and of nothing else, and no way of sleeping sleeps too long. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loop.h"

#define SOON_MS  6000
#define SLEEP_MS 20000

/* Forgets what comes. */
static size_t forget(char *data, size_t size, size_t count, void *user)
{
  (void)data, (void)user;
  return size * count;
}

static CURL *handle_new(struct wire *wire, const char *key,
                        const char *const *steps)
{
  CURL *curl = caller_new(wire, NULL);

  curlew_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 0L);
  curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, forget);
  curlew_easy_setopt(
    curl, CURLOPT_URL,
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key), steps));
  return curl;
}

static void add(struct loop *loop, CURL *curl)
{
  assert_int_equal(curlew_multi_add_handle(loop->multi, curl), CURLM_OK);
}

/* Goes on until |curl|'s attempt is over and it waits, for a minute. */
static void go_until_it_waits(struct loop *loop, const char *key,
                              struct wire *wire)
{
  while(!wire_count(wire, key) || loop->sockets)
    loop_turn(loop);
  while(loop->due_ms != LOOP_UNSET && loop_left_ms(loop) < SLEEP_MS)
    loop_turn(loop);
}

/* While it waits libcurl does not have it, but we do. */
static void assert_taken(CURLM *multi, CURL *curl)
{
  CURLM *other = curlew_multi_init();

  assert_int_equal(curlew_multi_add_handle(multi, curl), CURLM_ADDED_ALREADY);
  assert_int_equal(curlew_multi_add_handle(other, curl), CURLM_ADDED_ALREADY);
  assert_int_equal(curlew_multi_remove_handle(other, curl),
                   CURLM_BAD_EASY_HANDLE);
  assert_int_equal(curlew_easy_perform(curl), CURLE_FAILED_INIT);
  curlew_multi_cleanup(other);
}

static void the_timer_is_told_of_waits_and_of_their_end(void **state)
{
  struct wire *wire = *state;
  struct loop loop;

  loop_open(&loop, &multi_curlew, LOOP_SOCKET);
  for(unsigned i = 0; i < 2; i++) {
    const char *key = wire_text(wire, "told%u", i);
    CURL *curl = handle_new(wire, key, STEPS("503;Retry-After=40", "200"));
    add(&loop, curl);
    go_until_it_waits(&loop, key, wire);
    assert_int_equal(loop.running, 1);
    assert_in_range(loop.told_ms, 35000, 41000);
    assert_taken(loop.multi, curl);
    const unsigned told = loop.told;
    assert_int_equal(
      curlew_multi_socket_action(loop.multi, 999, 0, &loop.running), CURLM_OK);
    assert_int_equal(loop.told, told); /* nothing is new */
    if(i)
      curlew_easy_cleanup(curl);
    else
      curlew_multi_remove_handle(loop.multi, curl);
    assert_int_equal(
      curlew_multi_socket_action(loop.multi, 999, 0, &loop.running), CURLM_OK);
    assert_int_equal(loop.running, 0);
    assert_int_equal(loop.told_ms, -1);
    if(!i)
      curlew_easy_cleanup(curl);
  }
  loop_close(&loop);
}

static void a_timer_that_goes_off_early_is_told_again(void **state)
{
  struct wire *wire = *state;
  struct loop loop;
  CURL *curl = handle_new(wire, "early", STEPS("503;Retry-After=40", "200"));

  loop_open(&loop, &multi_curlew, LOOP_SOCKET);
  add(&loop, curl);
  go_until_it_waits(&loop, "early", wire);
  for(unsigned i = 0; i < 3; i++) {
    loop.due_ms = LOOP_UNSET;
    loop_act(&loop, CURL_SOCKET_TIMEOUT, 0);
    assert_true(loop.due_ms != LOOP_UNSET);
    assert_in_range(loop.told_ms, 30000, 41000);
  }
  curlew_easy_cleanup(curl);
  loop_close(&loop);
}

/* The end of a wait must not hide what libcurl itself waits for, nor that what
   waits for longer. */
static void one_timer_is_for_all(void **state)
{
  struct wire *wire = *state;
  struct loop loop;
  CURL *curls[] = {
    handle_new(wire, "all0", STEPS("503;retry-after-ms=100", "200")),
    handle_new(wire, "all1", STEPS("503;retry-after-ms=300", "200")),
    handle_new(wire, "all2", STEPS("hang")),
    handle_new(wire, "all3", STEPS("503;size=10;stall", "200")),
    curl_easy_init(),
  };
  unsigned messages = 0;
  int left = 0;

  loop_open(&loop, &multi_curlew, LOOP_SOCKET);
  curlew_easy_setopt(curls[2], CURLOPT_TIMEOUT_MS, 700L);
  curl_easy_setopt(curls[4], CURLOPT_URL,
                   wire_url(wire, WIRE_PLAIN, "/script/all4", STEPS("hang")));
  curl_easy_setopt(curls[4], CURLOPT_TIMEOUT_MS, 500L);
  for(size_t i = 0; i < 5; i++)
    add(&loop, curls[i]);
  const int64_t start_ms = loop_now_ms();
  do
    loop_turn(&loop);
  while(loop.running);
  assert_true(loop_now_ms() - start_ms < SOON_MS);
  for(const CURLMsg *message = curlew_multi_info_read(loop.multi, &left);
      message; message = curlew_multi_info_read(loop.multi, &left), messages++)
    assert_int_equal(message->data.result, message->easy_handle == curls[2] ||
                                               message->easy_handle == curls[4]
                                             ? CURLE_OPERATION_TIMEDOUT
                                             : CURLE_OK);
  assert_int_equal(messages, 5);
  for(size_t i = 0; i < 5; i++) {
    curlew_multi_remove_handle(loop.multi, curls[i]);
    curlew_easy_cleanup(curls[i]);
  }
  assert_int_equal(loop.due_ms, LOOP_UNSET);
  loop_close(&loop);
}

static void a_long_wait_does_not_hide_what_comes_before(void **state)
{
  struct wire *wire = *state;

  for(int style = 0; style < LOOP_STYLES; style++) {
    struct loop loop;
    CURL *waits = handle_new(wire, wire_text(wire, "long%d", style),
                             STEPS("503;Retry-After=40", "200"));
    CURL *hangs =
      handle_new(wire, wire_text(wire, "hang%d", style), STEPS("hang"));
    const int64_t start_ms = loop_now_ms();
    loop_open(&loop, &multi_curlew, (enum loop_style)style);
    curlew_easy_setopt(hangs, CURLOPT_TIMEOUT_MS, 400L);
    add(&loop, waits);
    add(&loop, hangs);
    assert_int_equal(loop_end(&loop, hangs), CURLE_OPERATION_TIMEDOUT);
    assert_true(loop_now_ms() - start_ms < SOON_MS);
    assert_int_equal(loop.running, 1);
    curlew_multi_remove_handle(loop.multi, waits);
    curlew_multi_remove_handle(loop.multi, hangs);
    curlew_easy_cleanup(waits);
    curlew_easy_cleanup(hangs);
    loop_close(&loop);
  }
}

/* ---- sleeping ---- */

typedef CURLMcode(sleep_fn)(CURLM *multi, struct curl_waitfd extra[],
                            unsigned count, int timeout_ms, int *ready);

/* How long |curl| takes where the application sleeps by |sleep|. */
static int64_t ms_with(CURL *curl, sleep_fn *sleep)
{
  CURLM *multi = curlew_multi_init();
  const int64_t start_ms = loop_now_ms();
  int running = 1;
  int left = 0;
  unsigned turns = 0;

  assert_int_equal(curlew_multi_add_handle(multi, curl), CURLM_OK);
  while(!curlew_multi_perform(multi, &running) && running) {
    assert_int_equal(sleep(multi, NULL, 0, SLEEP_MS, NULL), CURLM_OK);
    assert_true(++turns < 1000); /* sleeps, and does not spin */
  }
  const CURLMsg *message = curlew_multi_info_read(multi, &left);
  assert_non_null(message);
  assert_int_equal(message->data.result, CURLE_OK);
  curlew_multi_remove_handle(multi, curl);
  curlew_multi_cleanup(multi);
  curlew_easy_cleanup(curl);
  return loop_now_ms() - start_ms;
}

static void no_sleep_takes_longer_than_a_wait(void **state)
{
  static const char wait[] = "503;retry-after-ms=300";

  assert_in_range(
    ms_with(handle_new(*state, "poll", STEPS(wait, "200")), curlew_multi_poll),
    300, SOON_MS);
  assert_in_range(
    ms_with(handle_new(*state, "wait", STEPS(wait, "200")), curlew_multi_wait),
    300, SOON_MS);
}

static void a_withheld_body_that_stalls_wakes_a_poll(void **state)
{
  assert_true(ms_with(handle_new(*state, "stall-poll",
                                 STEPS("503;size=10;stall", "200")),
                      curlew_multi_poll) < SOON_MS);
}

static void a_withheld_body_that_stalls_wakes_a_wait(void **state)
{
  assert_true(ms_with(handle_new(*state, "stall-wait",
                                 STEPS("503;size=10;stall", "200")),
                      curlew_multi_wait) < SOON_MS);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_timer_is_told_of_waits_and_of_their_end),
    cmocka_unit_test(a_timer_that_goes_off_early_is_told_again),
    cmocka_unit_test(one_timer_is_for_all),
    cmocka_unit_test(a_long_wait_does_not_hide_what_comes_before),
    cmocka_unit_test(no_sleep_takes_longer_than_a_wait),
    cmocka_unit_test(a_withheld_body_that_stalls_wakes_a_poll),
    cmocka_unit_test(a_withheld_body_that_stalls_wakes_a_wait),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
