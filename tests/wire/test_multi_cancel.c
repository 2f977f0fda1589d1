/* Tests of transfers in a multi handle that another thread cancels: whatever
   is under way, the loop that sleeps is woken, and the message says so. */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "way.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#define SOON_MS   5000
#define TURNS_MAX 500u
#define PATTERN   "0123456789abcde\n0123456789abcd" /* the server's own */

static void rest(long ms)
{
  const struct timespec time = {.tv_sec = 0, .tv_nsec = ms * 1000000};
  nanosleep(&time, NULL);
}

/* What the other thread does: it waits a little, and cancels. */
struct canceller {
  pthread_t thread;
  CURL *curl;
  long after_ms;
};

static void *cancel(void *user)
{
  const struct canceller *canceller = user;

  rest(canceller->after_ms);
  (void)curlew_easy_cancel(canceller->curl);
  return NULL;
}

static void start(struct canceller *canceller, CURL *curl, long after_ms)
{
  canceller->curl = curl;
  canceller->after_ms = after_ms;
  assert_int_equal(pthread_create(&canceller->thread, NULL, cancel, canceller),
                   0);
}

/* Says whether the transfer was over by itself after |turns|. */
static bool cancel_after(struct wire *wire, unsigned turns)
{
  struct loop loop;
  struct canceller canceller;
  struct way *way = way_new(wire, wire_text(wire, "cancel-%u", turns));

  loop_open(&loop, &multi_curlew, LOOP_POLL);
  assert_int_equal(curlew_multi_add_handle(loop.multi, way->curl), CURLM_OK);
  loop.running = 1;
  for(unsigned i = 0; i < turns && loop.running; i++)
    loop_turn(&loop);
  const bool is_gone = !loop.running;
  start(&canceller, way->curl, turns % 4);
  const int64_t start_ms = loop_now_ms();
  const CURLcode result = loop_end(&loop, way->curl);
  assert_true(loop_now_ms() - start_ms < SOON_MS);
  way->is_over = true;
  pthread_join(canceller.thread, NULL);

  if(result)
    assert_way_is_cut(way, result);
  else
    assert_way_is_gone(way, result);
  assert_int_equal(curlew_multi_remove_handle(loop.multi, way->curl),
                   CURLM_OK);
  assert_way_may_be_gone_again(way, &loop);
  curlew_easy_cleanup(way->curl);
  loop_close(&loop);
  way_free(way);
  return is_gone;
}

static void it_may_be_cancelled_after_any_turn(void **state)
{
  unsigned turns = 0;

  while(!cancel_after(*state, turns))
    assert_true(++turns < TURNS_MAX);
}

/* Sleeps in curlew_multi_poll() for longer than anybody would wait. */
static void what_takes_long_is_cancelled_soon(void **state)
{
  static const struct {
    const char *step;
    long no_progress;
  } slow[] = {
    {"503;Retry-After=30", 1},
    {"503;Retry-After=30", 0},
    {"302;Location=?b;delay=30000", 1},
    {"200;delay=30000", 1},
    {"hang", 1},
    {"200;size=30;stall", 1},
    {"503;size=30;stall", 1},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(slow); i++) {
    struct loop loop;
    struct canceller canceller;
    struct way *way = way_new(wire, wire_text(wire, "slow-%zu", i));
    way_set(way, way->key, STEPS(slow[i].step, "200;delay=30000"), PATTERN);
    curlew_easy_setopt(way->curl, CURLOPT_TIMEOUT_MS, 0L);
    curlew_easy_setopt(way->curl, CURLOPT_NOPROGRESS, slow[i].no_progress);
    loop_open(&loop, &multi_curlew, LOOP_POLL);
    assert_int_equal(curlew_multi_add_handle(loop.multi, way->curl), CURLM_OK);
    const int64_t start_ms = loop_now_ms();
    start(&canceller, way->curl, 200);
    const CURLcode result = loop_end(&loop, way->curl);
    assert_true(loop_now_ms() - start_ms < SOON_MS);
    way->is_over = true;
    pthread_join(canceller.thread, NULL);
    assert_way_is_cut(way, result);
    curlew_easy_cleanup(way->curl);
    loop_close(&loop);
    way_free(way);
  }
}

/* One of several: the others go on. */
static void the_others_go_on(void **state)
{
  struct wire *wire = *state;
  struct loop loop;
  struct canceller canceller;
  struct way *ways[8];
  unsigned gone = 0;
  int left = 0;

  loop_open(&loop, &multi_curlew, LOOP_POLL);
  for(unsigned i = 0; i < COUNT(ways); i++) {
    ways[i] = way_new(wire, wire_text(wire, "others-%u", i));
    if(i == 3)
      way_set(ways[i], ways[i]->key, STEPS("503;Retry-After=30"), "\n");
    curlew_easy_setopt(ways[i]->curl, CURLOPT_TIMEOUT_MS, 0L);
    assert_int_equal(curlew_multi_add_handle(loop.multi, ways[i]->curl),
                     CURLM_OK);
  }
  start(&canceller, ways[3]->curl, 40);
  do
    loop_turn(&loop);
  while(loop.running);
  pthread_join(canceller.thread, NULL);
  for(const CURLMsg *message = curlew_multi_info_read(loop.multi, &left);
      message; message = curlew_multi_info_read(loop.multi, &left), gone++)
    assert_int_equal(message->data.result,
                     message->easy_handle == ways[3]->curl
                       ? CURLE_ABORTED_BY_CALLBACK
                       : CURLE_OK);
  assert_int_equal(gone, COUNT(ways));
  for(unsigned i = 0; i < COUNT(ways); i++) {
    if(i == 3)
      assert_way_is_cut(ways[i], CURLE_ABORTED_BY_CALLBACK);
    else
      assert_way_is_gone(ways[i], CURLE_OK);
    curlew_easy_cleanup(ways[i]->curl);
    way_free(ways[i]);
  }
  loop_close(&loop);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(it_may_be_cancelled_after_any_turn),
    cmocka_unit_test(what_takes_long_is_cancelled_soon),
    cmocka_unit_test(the_others_go_on),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
