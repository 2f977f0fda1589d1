/* Tests of transfers that end before their time: whichever turn of the loop it
   is after which a handle is taken out, cleaned up or cancelled, nothing of it
   is left, and nothing is heard. (By another thread: test_multi_cancel.c) */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "way.h"

#define TURNS_MIN 6u   /* else this tests nothing */
#define TURNS_MAX 500u /* progress is told while it waits */

/* How the transfer is ended; |is_gone|: it was over by itself. */
typedef void(end_fn)(struct way *way, struct loop *loop, bool is_gone);

static void assert_empty(struct loop *loop)
{
  int left = 1;

  assert_int_equal(curlew_multi_perform(loop->multi, &loop->running),
                   CURLM_OK);
  assert_int_equal(loop->running, 0);
  assert_null(curlew_multi_info_read(loop->multi, &left));
  assert_int_equal(left, 0);
}

static void assert_abandoned(const struct way *way, bool is_gone)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(way->curl);

  if(is_gone)
    assert_way_is_gone(way, CURLE_OK);
  else if(outcome)
    assert_way_is_cut(way, outcome->result);
}

static void end_by_removal(struct way *way, struct loop *loop, bool is_gone)
{
  assert_int_equal(curlew_multi_remove_handle(loop->multi, way->curl),
                   CURLM_OK);
  way->is_over = true;
  assert_abandoned(way, is_gone);
  assert_int_equal(curlew_multi_remove_handle(loop->multi, way->curl),
                   CURLM_OK);
  assert_empty(loop);
  assert_way_may_be_gone_again(way, loop);
  curlew_easy_cleanup(way->curl);
}

static void end_by_cleanup(struct way *way, struct loop *loop, bool is_gone)
{
  (void)is_gone;
  curlew_easy_cleanup(way->curl);
  way->is_over = true;
  assert_empty(loop);
}

static void end_by_cleanup_of_all(struct way *way, struct loop *loop,
                                  bool is_gone)
{
  loop_close(loop);
  way->is_over = true;
  assert_abandoned(way, is_gone);
  loop_open(loop, &multi_curlew, LOOP_POLL);
  assert_way_may_be_gone_again(way, loop);
  curlew_easy_cleanup(way->curl);
}

static void end_by_cancelling(struct way *way, struct loop *loop, bool is_gone)
{
  const int64_t start_ms = loop_now_ms();

  assert_int_equal(curlew_easy_cancel(way->curl), CURLE_OK);
  const CURLcode result = loop_end(loop, way->curl);
  assert_true(loop_now_ms() - start_ms < 5000);
  way->is_over = true;
  if(is_gone)
    assert_way_is_gone(way, result);
  else
    assert_way_is_cut(way, result);
  assert_int_equal(curlew_multi_remove_handle(loop->multi, way->curl),
                   CURLM_OK);
  assert_empty(loop);
  assert_way_may_be_gone_again(way, loop);
  curlew_easy_cleanup(way->curl);
}

/* Ends the transfer after |turns|. Says whether it was over by then. */
static bool end_after(struct wire *wire, enum loop_style style, unsigned turns,
                      const char *name, end_fn *end)
{
  struct loop loop;
  struct way *way =
    way_new(wire, wire_text(wire, "%s%d-%u", name, (int)style, turns));

  loop_open(&loop, &multi_curlew, style);
  assert_int_equal(curlew_multi_add_handle(loop.multi, way->curl), CURLM_OK);
  loop.running = 1;
  for(unsigned i = 0; i < turns && (i == 0 || loop.running); i++)
    loop_turn(&loop);
  const bool is_gone = !loop.running;
  end(way, &loop, is_gone);
  loop_close(&loop);
  way_free(way);
  return is_gone;
}

static void end_after_any(struct wire *wire, enum loop_style style,
                          const char *name, end_fn *end)
{
  unsigned turns = 0;

  while(!end_after(wire, style, turns, name, end))
    assert_true(++turns < TURNS_MAX);
  assert_true(turns >= TURNS_MIN);
}

static void it_may_be_removed_after_any_turn(void **state)
{
  end_after_any(*state, LOOP_POLL, "removed", end_by_removal);
  end_after_any(*state, LOOP_SOCKET, "removed", end_by_removal);
}

static void it_may_be_cleaned_up_after_any_turn(void **state)
{
  end_after_any(*state, LOOP_POLL, "cleaned", end_by_cleanup);
  end_after_any(*state, LOOP_SOCKET, "cleaned", end_by_cleanup);
}

static void the_multi_handle_may_be_cleaned_up_after_any_turn(void **state)
{
  end_after_any(*state, LOOP_POLL, "all", end_by_cleanup_of_all);
}

static void it_may_be_cancelled_after_any_turn(void **state)
{
  end_after_any(*state, LOOP_POLL, "cancelled", end_by_cancelling);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(it_may_be_removed_after_any_turn),
    cmocka_unit_test(it_may_be_cleaned_up_after_any_turn),
    cmocka_unit_test(the_multi_handle_may_be_cleaned_up_after_any_turn),
    cmocka_unit_test(it_may_be_cancelled_after_any_turn),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
