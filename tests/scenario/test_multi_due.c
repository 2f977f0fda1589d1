/* Scenarios of CURLMOPT_TIMERFUNCTION: the one timer of an application tells
   of libcurl's and of all waits. */

#define CURL_DISABLE_TYPECHECK
#include "crowd.h"

#include <limits.h>

#define AFTER(s) "503|Content-Length: 0|Retry-After: " s
#define TWICE    "200|Content-Length: 4;body ab;later;body cd"

static CURL *curl_of(int i)
{
  return crowd.member[i].curl;
}

/* The timer is due |ms| after the mark: what is seen then, and how many run
   after it. */
static void go_on_at(uint64_t ms, const char *seen, int running)
{
  assert_true(ms >= stage_time(&crowd.stage));
  stage_pass(&crowd.stage, ms - stage_time(&crowd.stage));
  crowd_forget_seen();
  crowd.running = -1;
  assert_int_equal(curlew_multi_socket_action(crowd.multi, CURL_SOCKET_TIMEOUT,
                                              0, &crowd.running),
                   CURLM_OK);
  assert_string_equal(crowd.seen, seen);
  assert_int_equal(crowd.running, running);
}

static void assert_adds(int i, const char *moves, const char *seen)
{
  crowd_forget_seen();
  crowd_add(i, moves);
  assert_string_equal(crowd.seen, seen);
}

static void assert_removes(int i, const char *seen)
{
  crowd_forget_seen();
  crowd_remove(i);
  assert_string_equal(crowd.seen, seen);
}

static void it_is_told_of_all_that_is_due(void **state)
{
  (void)state;

  crowd_set_timer();
  assert_adds(0, AFTER("3"), "<0> ");
  go_on_at(0, "<-1> <3000> ", 1);
  assert_adds(1, AFTER("1"), "<0> ");
  go_on_at(500, "<2500> <1000> ", 2);
  assert_adds(2, TWICE, "<0> ");
  go_on_at(500, "2:ab <0> ", 3);
  go_on_at(700, "2:cd <800> ", 2);
  crowd_play("200|Content-Length: 1;body 1");
  crowd_play("200|Content-Length: 1;body 0");
  go_on_at(1500, "<0> 1:1 <1500> ", 1);
  go_on_at(3000, "<0> 0:0 <-1> ", 0);
  go_on_at(9000, "", 0);
  assert_messages("2=0 1=0 0=0 ");
}

static void one_that_comes_too_early_is_told_anew(void **state)
{
  (void)state;

  crowd_set_timer();
  crowd_add(0, AFTER("3"));
  go_on_at(0, "<-1> <3000> ", 1);
  go_on_at(1000, "<2000> ", 1);
  go_on_at(2999, "<1> ", 1);
  /* but nothing is where it was not the timer that was due */
  crowd_forget_seen();
  assert_int_equal(
    curlew_multi_socket_action(crowd.multi, 7, 0, &crowd.running), CURLM_OK);
  assert_turn("", 1);
  crowd_play(CROWD_OK);
  go_on_at(3000, "<0> 0:ok <-1> ", 0);
}

static void a_wait_that_goes_takes_its_timer_along(void **state)
{
  (void)state;

  crowd_set_timer();
  crowd_add(0, AFTER("3"));
  crowd_add(1, AFTER("1"));
  assert_turn("<-1> <1000> ", 2);
  assert_removes(1, "<3000> ");
  stage_pass(&crowd.stage, 100);
  assert_removes(0, "<-1> ");
  assert_removes(0, "");
}

static void ticks_are_told_too(void **state)
{
  (void)state;

  crowd_set_timer();
  crowd_hear(0, CROWD_PROGRESS);
  crowd_add(0, AFTER("1"));
  go_on_at(0, "<-1> 0%0 <100> ", 1);
  go_on_at(100, "0%100 <100> ", 1);
  go_on_at(950, "0%950 <50> ", 1);
  crowd_remove(0);
}

static void it_may_be_set_in_the_middle(void **state)
{
  (void)state;

  crowd_add(0, AFTER("3"));
  assert_turn("", 1);
  stage_pass(&crowd.stage, 1000);
  crowd_set_timer();
  assert_turn("<2000> ", 1);
  assert_turn("", 1);
  assert_int_equal(
    curlew_multi_setopt(crowd.multi, CURLMOPT_TIMERFUNCTION, NULL), CURLM_OK);
  crowd_add(1, TWICE);
  assert_turn("1:ab ", 2);
  crowd_remove(1);
  assert_null(script_multi_of(crowd.multi)->timer);
  stage_pass(&crowd.stage, 2000);
  crowd_play(CROWD_OK);
  assert_turn("0:ok ", 0);
}

/* Taken away and given back, it knows nothing of what there is. */
static void given_back_it_is_told_anew(void **state)
{
  (void)state;

  crowd_set_timer();
  crowd_add(0, AFTER("3"));
  assert_turn("<-1> <3000> ", 1);
  assert_int_equal(
    curlew_multi_setopt(crowd.multi, CURLMOPT_TIMERFUNCTION, NULL), CURLM_OK);
  stage_pass(&crowd.stage, 1000);
  assert_turn("", 1);
  crowd_set_timer();
  assert_turn("<2000> ", 1);
  crowd_remove(0);
}

static void who_fails_fails_for_good(void **state)
{
  (void)state;
  int running = -1;

  crowd_set_timer();
  crowd_add(0, AFTER("3"));
  crowd.timer_answer = -1;
  crowd_forget_seen();
  assert_int_equal(curlew_multi_perform(crowd.multi, &running),
                   CURLM_ABORTED_BY_CALLBACK);
  assert_string_equal(crowd.seen, "<-1> ");
  assert_int_equal(running, 1);
  assert_int_equal(curlew_multi_perform(crowd.multi, &running),
                   CURLM_ABORTED_BY_CALLBACK);
  assert_string_equal(crowd.seen, "<-1> ");
  crowd.timer_answer = 0;
  (void)curlew_multi_remove_handle(crowd.multi, curl_of(0));
  assert_messages("");
  assert_crowd_outcome(0, "cancelled 42");
}

static void who_fails_with_a_wait_says_so(void **state)
{
  (void)state;
  int running = -1;

  crowd_add(0, AFTER("3"));
  assert_turn("", 1);
  crowd_set_timer();
  crowd.timer_answer = -1;
  assert_int_equal(curlew_multi_perform(crowd.multi, &running),
                   CURLM_ABORTED_BY_CALLBACK);
  assert_string_equal(crowd.seen, "<3000> ");
  assert_int_equal(running, 1);
}

/* ---- clocks that jump ---- */

static void wait_three_ways(void)
{
  crowd_add(0, AFTER("3"));
  crowd_add(1, AFTER("2"));
  crowd_add(2, TWICE);
  crowd_turn();
  crowd_turn();
  for(int i = 0; i < 2; i++)
    crowd_play(CROWD_OK);
}

/* Nobody sleeps until it is as late again as it was. */
static void one_that_goes_back_is_seen_at_once(void **state)
{
  (void)state;

  wait_three_ways();
  stage_jump(&crowd.stage, 1, INT64_MIN);
  assert_int_equal(crowd_timeout(), 0);
  crowd_poll(INT_MAX);
  assert_int_equal(stage_slept(&crowd.stage), 0);
  assert_true(crowd_finish() < 10);
  assert_in_range(stage_slept(&crowd.stage), 3000, 6000);
  assert_messages("2=0 1=0 0=0 ");
}

static void at_the_end_of_time_nobody_waits(void **state)
{
  (void)state;

  wait_three_ways();
  stage_jump(&crowd.stage, UINT64_MAX, INT64_MAX);
  assert_true(crowd_finish() < 10);
  assert_int_equal(stage_slept(&crowd.stage), 0);
  assert_messages("2=0 1=0 0=0 ");
  crowd_remove(0);
  crowd_add(0, AFTER("3"));
  assert_true(crowd_finish() < 10);
  assert_messages("0=0 ");
  assert_crowd_outcome(0, "deadline 0");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    CROWD_TEST(it_is_told_of_all_that_is_due),
    CROWD_TEST(one_that_comes_too_early_is_told_anew),
    CROWD_TEST(a_wait_that_goes_takes_its_timer_along),
    CROWD_TEST(ticks_are_told_too),
    CROWD_TEST(it_may_be_set_in_the_middle),
    CROWD_TEST(given_back_it_is_told_anew),
    CROWD_TEST(who_fails_fails_for_good),
    CROWD_TEST(who_fails_with_a_wait_says_so),
    CROWD_TEST(one_that_goes_back_is_seen_at_once),
    CROWD_TEST(at_the_end_of_time_nobody_waits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
