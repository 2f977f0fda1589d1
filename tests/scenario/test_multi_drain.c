/* Scenarios of bodies that nobody is to see, in a multi handle: who stalls
   while one is drained is cut short by the clock, not by libcurl. */

#define CURL_DISABLE_TYPECHECK
#include "crowd.h"

#include <limits.h>

/* A body of which something comes later; each "later" is one turn. */
#define HALF   "503|Content-Length: 9;bytes 4;later;later;later;later"
#define REPEAT "503|Content-Length: 9|Retry-After: 3;bytes 4;stall"
#define MOVED  "302|Content-Length: 9|Location: /x;bytes 4;stall"

static void a_body_that_stalls_is_cut_after_500_ms(void **state)
{
  (void)state;

  crowd_add(0, HALF);
  assert_turn("", 1);
  stage_pass(&crowd.stage, 200);
  assert_turn("", 1);
  stage_pass(&crowd.stage, 299);
  assert_turn("", 1);
  assert_int_equal(crowd.script.played, 1);
  assert_int_equal(crowd.ours->outside, 0);
  assert_int_equal(crowd_timeout(), 0); /* libcurl's own */
  stage_pass(&crowd.stage, 1);
  crowd_play(CROWD_OK); /* the wait counts from the head, and is over too */
  assert_turn("0:ok ", 0);
  assert_messages("0=0 ");
  assert_crowd_outcome(0, "passed 0");
}

static void the_wait_is_what_it_would_have_been(void **state)
{
  (void)state;

  crowd_add(0, REPEAT);
  assert_turn("", 1);
  stage_pass(&crowd.stage, 500);
  assert_turn("", 1);
  assert_int_equal(crowd_timeout(), 2500);
  crowd_play(CROWD_OK);
  (void)crowd_finish();
  assert_int_equal(stage_time(&crowd.stage), 3000);
  assert_messages("0=0 ");
}

static void a_hop_is_made_when_its_body_is_cut(void **state)
{
  (void)state;

  crowd_add(0, MOVED);
  assert_turn("", 1);
  stage_pass(&crowd.stage, 499);
  assert_turn("", 1);
  stage_pass(&crowd.stage, 1);
  crowd_play(CROWD_OK);
  assert_turn("0:ok ", 0);
  assert_messages("0=0 ");
  assert_string_equal(script_requests(&crowd.script),
                      "GET http://a/\nGET http://a/x");
  const struct curlew_outcome *outcome =
    curlew_easy_outcome(crowd.member[0].curl);
  assert_int_equal(outcome->attempt[0].status, 302);
  assert_int_equal(outcome->attempt[0].result, CURLE_OK);
}

static void a_body_that_ends_in_time_is_not_cut(void **state)
{
  (void)state;

  crowd_add(0, "503|Content-Length: 9;bytes 4;later;bytes 5;later");
  assert_turn("", 1);
  stage_pass(&crowd.stage, 499);
  assert_turn("", 1);
  assert_int_equal(crowd.script.aborts, 0);
  assert_turn("", 1);
  assert_int_equal(crowd_timeout(), 1);
  assert_int_equal(crowd.ours->timers.count, 1);
  crowd_play(CROWD_OK);
  (void)crowd_finish();
  assert_int_equal(stage_time(&crowd.stage), 500);
  assert_messages("0=0 ");
}

/* The clock was for the body of the hop alone. */
static void what_comes_after_it_is_not_cut(void **state)
{
  (void)state;

  crowd_add(0, "302|Content-Length: 9|Location: /x;bytes 4;later;bytes 5");
  crowd_play("200|Content-Length: 4;body ab;later;body cd");
  assert_turn("", 1);
  stage_pass(&crowd.stage, 100);
  assert_turn("0:ab ", 1);
  assert_int_equal(crowd.ours->timers.count, 0);
  stage_pass(&crowd.stage, 600);
  assert_turn("0:cd ", 0);
  assert_messages("0=0 ");
}

static void what_is_delivered_is_not_cut(void **state)
{
  (void)state;

  crowd_add(0, "200|Content-Length: 9;body half;stall;body 12345");
  assert_turn("0:half ", 1);
  assert_int_equal(crowd.ours->timers.count, 0);
  stage_pass(&crowd.stage, 60000);
  assert_turn("", 1);
  for(int i = 0; i < 9; i++)
    assert_turn("", 1);
  assert_turn("0:12345 ", 0);
  assert_messages("0=0 ");
}

/* Neither it nor who waits is held up by the other. */
static void drains_and_waits_are_due_in_their_order(void **state)
{
  (void)state;

  crowd_add(0, REPEAT);
  crowd_add(1, "503|Content-Length: 0|Retry-After: 1");
  assert_turn("", 2);
  stage_pass(&crowd.stage, 100);
  crowd_add(2, MOVED);
  assert_turn("", 3);
  assert_int_equal(crowd.ours->timers.count, 3);
  stage_pass(&crowd.stage, 400);
  assert_turn("", 3);
  stage_pass(&crowd.stage, 100);
  crowd_play("200|Content-Length: 1;body 2");
  assert_turn("2:2 ", 2);
  crowd_play("200|Content-Length: 1;body 1");
  crowd_play("200|Content-Length: 1;body 0");
  crowd_forget_seen();
  (void)crowd_finish();
  assert_string_equal(crowd.seen, "1:1 0:0 ");
  assert_messages("2=0 1=0 0=0 ");
  assert_int_equal(stage_time(&crowd.stage), 3000);
}

/* ---- in its last moments libcurl asks for progress once more ---- */

static void a_cut_is_no_abort_of_the_application(void **state)
{
  (void)state;

  crowd_hear(0, CROWD_PROGRESS);
  crowd_add(0, REPEAT);
  assert_turn("", 1);
  stage_pass(&crowd.stage, 500);
  crowd_turn();
  assert_int_equal(crowd.running, 1);
  assert_int_equal(crowd.script.aborts, 0);
  crowd_play(CROWD_OK);
  (void)crowd_finish();
  assert_messages("0=0 ");
  assert_crowd_outcome(0, "passed 0");
}

static void the_last_response_is_cut_too(void **state)
{
  (void)state;

  /* a redirect that must not be followed is withheld, and no other comes */
  crowd_set(0, CURLOPT_FOLLOWLOCATION, 1L);
  crowd_set(0, CURLOPT_MAXREDIRS, 0L);
  crowd_add(0, MOVED);
  assert_turn("", 1);
  stage_pass(&crowd.stage, 500);
  assert_turn("", 0);
  assert_messages("0=47 ");
  assert_int_equal(crowd.ours->timers.count, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    CROWD_TEST(a_body_that_stalls_is_cut_after_500_ms),
    CROWD_TEST(the_wait_is_what_it_would_have_been),
    CROWD_TEST(a_hop_is_made_when_its_body_is_cut),
    CROWD_TEST(a_body_that_ends_in_time_is_not_cut),
    CROWD_TEST(what_comes_after_it_is_not_cut),
    CROWD_TEST(what_is_delivered_is_not_cut),
    CROWD_TEST(drains_and_waits_are_due_in_their_order),
    CROWD_TEST(a_cut_is_no_abort_of_the_application),
    CROWD_TEST(the_last_response_is_cut_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
