/* Scenarios of many transfers in one multi handle: what runs, what waits, and
   in which order it ends. */

#define CURL_DISABLE_TYPECHECK
#include "crowd.h"

#include <limits.h>

#include "call.h"

#define AFTER(s) "503|Content-Length: 0|Retry-After: " s
#define GONE     "410|Content-Length: 0"

static CURL *curl_of(int i)
{
  return crowd.member[i].curl;
}

/* ---- waits ---- */

static void waits_end_when_they_are_due(void **state)
{
  (void)state;

  crowd_add(0, AFTER("5"));
  crowd_add(1, AFTER("1"));
  crowd_add(2, AFTER("3"));
  crowd_add(3, AFTER("1"));
  for(int i = 0; i < CROWD_MAX; i++)
    crowd_play("200|Content-Length: 1;body .");
  assert_turn("", 4);
  assert_messages("");
  crowd_poll(INT_MAX);
  assert_int_equal(stage_time(&crowd.stage), 1000);
  assert_turn("1:. 3:. ", 2);
  assert_messages("1=0 3=0 ");
  crowd_poll(INT_MAX);
  assert_turn("2:. ", 1);
  crowd_poll(INT_MAX);
  assert_turn("0:. ", 0);
  assert_messages("2=0 0=0 ");
  assert_int_equal(stage_time(&crowd.stage), 5000);
  assert_sleeps(&crowd, "0-1000 1000-3000 3000-5000");
  assert_string_equal(script_requests(&crowd.script),
                      "GET http://a/\nGET http://b/\nGET http://c/\n"
                      "GET http://d/\nGET http://b/\nGET http://d/\n"
                      "GET http://c/\nGET http://a/");
}

static void of_waits_that_are_overdue_the_earlier_goes_first(void **state)
{
  (void)state;

  crowd_add(0, AFTER("5"));
  crowd_add(1, AFTER("1"));
  crowd_add(2, AFTER("3"));
  for(int i = 0; i < 3; i++)
    crowd_play(CROWD_OK);
  assert_turn("", 3);
  stage_pass(&crowd.stage, 60000);
  assert_int_equal(crowd_timeout(), 0);
  assert_turn("1:ok 2:ok 0:ok ", 0);
  assert_messages("1=0 2=0 0=0 ");
}

static void the_nearest_wait_is_what_can_be_slept_for(void **state)
{
  (void)state;

  assert_int_equal(crowd_timeout(), -1);
  crowd_add(0, AFTER("5"));
  crowd_add(1, AFTER("1"));
  assert_int_equal(crowd_timeout(), 0);
  assert_turn("", 2);
  assert_int_equal(crowd_timeout(), 1000);
  stage_pass(&crowd.stage, 300);
  assert_int_equal(crowd_timeout(), 700);
  assert_turn("", 2); /* too early: nothing happens */
  crowd_poll(0);
  crowd_poll(200);
  assert_sleeps(&crowd, "300-500");
  assert_int_equal(curlew_multi_wait(crowd.multi, NULL, 0, 200, NULL),
                   CURLM_OK);
  assert_int_equal(curlew_multi_wait(crowd.multi, NULL, 0, 2000, NULL),
                   CURLM_OK);
  assert_sleeps(&crowd, "300-500 500-700 700-1000");
  crowd_poll(2000); /* it is due: there is nothing to sleep for */
  assert_int_equal(stage_time(&crowd.stage), 1000);
  crowd_play(CROWD_OK);
  assert_turn("1:ok ", 1);
  assert_int_equal(crowd_timeout(), 4000);
  crowd_add(2, "200|Content-Length: 2;body a;later;body b");
  assert_int_equal(crowd_timeout(), 0); /* libcurl's own is nearer */
  assert_turn("2:a ", 2);
  crowd_poll(2000);
  assert_int_equal(stage_time(&crowd.stage), 1000);
  assert_turn("2:b ", 1);
  crowd_remove(0);
  assert_int_equal(crowd_timeout(), -1);
  crowd_poll(100);
  assert_int_equal(stage_time(&crowd.stage), 1100);
  assert_int_equal(curlew_multi_poll(crowd.multi, NULL, 0, -1, NULL),
                   CURLM_BAD_FUNCTION_ARGUMENT);
  assert_messages("1=0 2=0 ");
}

/* ---- progress ---- */

static void who_waits_is_asked_for_progress_every_100_ms(void **state)
{
  (void)state;

  crowd_hear(0, CROWD_PROGRESS);
  crowd_hear(2, CROWD_PROGRESS);
  crowd_add(0, AFTER("1"));
  crowd_add(1, AFTER("1"));
  assert_turn("0%0 ", 2);
  assert_int_equal(crowd_timeout(), 100);
  stage_pass(&crowd.stage, 50);
  crowd_add(2, AFTER("1"));
  assert_turn("2%50 ", 3);
  assert_int_equal(crowd_timeout(), 50);
  crowd_poll(INT_MAX);
  assert_turn("0%100 ", 3);
  crowd_poll(INT_MAX);
  assert_turn("2%150 ", 3);
  stage_pass(&crowd.stage, 700); /* once for all that were missed */
  assert_turn("0%850 2%850 ", 3);
  crowd_poll(INT_MAX);
  assert_turn("0%950 2%950 ", 3);
  assert_int_equal(crowd_timeout(), 50);
  crowd_poll(INT_MAX);
  crowd_play(CROWD_OK);
  crowd_play(CROWD_OK);
  assert_turn("1:ok 0:ok ", 1);
  crowd_poll(INT_MAX);
  crowd_play(CROWD_OK);
  assert_turn("2:ok ", 0);
  assert_int_equal(stage_time(&crowd.stage), 1050);
  assert_messages("1=0 0=0 2=0 ");
}

static void one_progress_callback_ends_one_wait(void **state)
{
  (void)state;

  crowd_hear(0, CROWD_PROGRESS);
  crowd_hear(1, CROWD_PROGRESS);
  crowd_add(0, AFTER("9"));
  crowd_add(1, AFTER("9"));
  crowd.abort_at = 3;
  assert_turn("0%0 1%0 ", 2);
  crowd_poll(INT_MAX);
  assert_turn("0%100 1%100 ", 1);
  assert_messages("0=42 ");
  assert_crowd_outcome(0, "aborted 42");
  assert_crowd_outcome(1, "");
  crowd.abort_at = 1; /* and one that is at its beginning */
  crowd_hear(2, CROWD_PROGRESS);
  crowd_add(2, AFTER("9"));
  assert_turn("2%100 ", 1);
  assert_messages("2=42 ");
  crowd_play(CROWD_OK);
  (void)crowd_finish();
  assert_messages("1=0 ");
  assert_int_equal(stage_time(&crowd.stage), 9000);
}

/* ---- messages ---- */

static void messages_come_as_operations_end(void **state)
{
  (void)state;

  crowd_add(0, AFTER("1"));
  crowd_add(1, "200|Content-Length: 2;body a;later;body b");
  crowd_add(2, GONE);
  crowd_add(3, "302|Location: http://d/x|Content-Length: 0");
  crowd_play(CROWD_OK);
  assert_turn("1:a 1:b 3:ok ", 1); /* a hop goes on at once */
  crowd_play("200|Content-Length: 4;body ok;end 18");
  (void)crowd_finish();
  /* all are told as they ended, with what they ended with */
  assert_messages("2=0 1=0 3=0 0=18 ");
  assert_crowd_outcome(2, "failed 0");
  assert_crowd_outcome(0, "streamed 18");
}

static int fails;

static struct curlew_policy *no_policy(CURLcode *failure)
{
  *failure = CURLE_FAILED_INIT;
  fails++;
  return NULL;
}

static void a_bad_policy_is_told_with_the_first_turn(void **state)
{
  (void)state;
  static const struct cw_standard bad = {.policy = no_policy};
  CURL *kept = curl_of(1);

  crowd.member[1].curl = script_libcurl.easy_init();
  assert_non_null(
    cw_handle_new(curl_of(1), &script_libcurl, &crowd.stage.world, &bad));
  crowd_add(0, "200|Content-Length: 2;body a;later;body b");
  crowd_add(1, NULL);
  assert_int_equal(crowd_timeout(), 0);
  assert_messages("");
  assert_turn("0:a ", 1);
  assert_messages("1=2 ");
  assert_crowd_outcome(1, "");
  assert_turn("0:b ", 0);
  assert_messages("0=0 ");
  crowd_remove(1);
  crowd_add(1, NULL); /* nor is it any better later */
  assert_turn("", 0);
  assert_messages("1=2 ");
  curlew_easy_cleanup(curl_of(1));
  crowd.member[1].curl = kept;
  assert_int_equal(fails, 1);
}

/* ---- what counts when ---- */

static void an_operation_begins_with_the_first_turn(void **state)
{
  (void)state;
  struct curlew_policy *policy = curlew_policy_builtin("none");

  assert_non_null(policy);
  crowd_add(0, AFTER("1"));
  crowd_add(1, AFTER("1"));
  crowd_set(0, CURLOPT_URL, "http://z/");
  crowd_set(0, CURLOPT_CUSTOMREQUEST, "DELETE");
  assert_int_equal(curlew_easy_set_policy(curl_of(1), policy), CURLE_OK);
  stage_pass(&crowd.stage, 5000); /* which is no part of it */
  assert_turn("", 1);
  assert_int_equal(curlew_easy_set_policy(curl_of(0), policy),
                   CURLE_RECURSIVE_API_CALL);
  assert_string_equal(script_requests(&crowd.script),
                      "DELETE http://z/\nGET http://b/");
  assert_messages("1=0 ");
  assert_int_equal(crowd_timeout(), 1000);
  assert_int_equal(curlew_easy_perform(curl_of(0)), CURLE_FAILED_INIT);
  crowd_play(CROWD_OK);
  (void)crowd_finish();
  assert_messages("0=0 ");
  assert_crowd_outcome(0, "passed 0");
  curlew_policy_unref(policy);
}

static void operations_are_begun_anew(void **state)
{
  (void)state;

  for(int i = 0; i < 3; i++) {
    crowd_add(0, AFTER("1"));
    assert_int_equal(curlew_multi_add_handle(crowd.multi, curl_of(0)),
                     CURLM_ADDED_ALREADY);
    assert_turn("", 1);
    assert_int_equal(curlew_multi_add_handle(crowd.multi, curl_of(0)),
                     CURLM_ADDED_ALREADY);
    crowd_play(CROWD_OK);
    (void)crowd_finish();
    assert_messages("0=0 ");
    assert_int_equal(curlew_multi_add_handle(crowd.multi, curl_of(0)),
                     CURLM_ADDED_ALREADY);
    assert_turn("", 0);
    crowd_remove(0);
    crowd_remove(0); /* which is no mistake with libcurl either */
  }
}

static void who_is_added_by_itself_waits_for_no_other(void **state)
{
  (void)state;

  crowd_add(0, AFTER("60"));
  assert_turn("", 1);
  for(int i = 0; i < 3; i++) {
    crowd_add(1, CROWD_OK);
    assert_turn("1:ok ", 1);
    assert_messages("1=0 ");
    crowd_remove(1);
  }
  crowd_remove(0);
  assert_crowd_outcome(0, "cancelled 42");
}

/* ---- strangers ---- */

static void a_multi_handle_of_another_knows_no_policy(void **state)
{
  (void)state;
  CURLM *other = script_libcurl.multi_init();
  int left = 0;

  assert_int_equal(cw_call_multi_add(cw_handle_find(curl_of(0)), other),
                   CURLM_OK);
  assert_int_equal(curlew_multi_add_handle(crowd.multi, curl_of(0)),
                   CURLM_ADDED_ALREADY);
  crowd_play("503|Content-Length: 2|Retry-After: 1;body no");
  assert_int_equal(script_libcurl.multi_perform(other, &left), CURLM_OK);
  assert_string_equal(crowd.seen, "0:no ");
  const CURLMsg *message = script_libcurl.multi_info_read(other, &left);
  assert_ptr_equal(message->easy_handle, curl_of(0));
  assert_int_equal(script_libcurl.multi_remove_handle(other, curl_of(0)),
                   CURLM_OK);
  assert_int_equal(script_libcurl.multi_cleanup(other), CURLM_OK);
  crowd_add(0, AFTER("1"));
  assert_turn("", 1);
  crowd_play(CROWD_OK);
  (void)crowd_finish();
  assert_messages("0=0 ");
}

static CURL *stranger(const char *moves)
{
  CURL *curl = script_libcurl.easy_init();

  crowd_play(moves);
  assert_int_equal(curlew_multi_add_handle(crowd.multi, curl), CURLM_OK);
  assert_int_equal(curlew_multi_add_handle(crowd.multi, curl),
                   CURLM_ADDED_ALREADY);
  return curl;
}

static void part_with(CURL *curl)
{
  assert_int_equal(curlew_multi_remove_handle(crowd.multi, curl), CURLM_OK);
  script_libcurl.easy_cleanup(curl);
}

static void handles_of_others_are_libcurls_affair(void **state)
{
  (void)state;
  CURL *first = stranger("end 7");

  crowd_add(0, AFTER("1"));
  CURL *second = stranger("503|Content-Length: 0");
  crowd_add(1, GONE);
  CURL *third = stranger("503|Content-Length: 0");
  assert_turn("", 1);
  part_with(second); /* and its message with it */
  assert_messages("4=7 1=0 4=0 ");
  part_with(third);
  assert_int_equal(curlew_multi_remove_handle(crowd.multi, first), CURLM_OK);
  crowd_play("later;later");
  assert_int_equal(curlew_multi_add_handle(crowd.multi, first), CURLM_OK);
  assert_turn("", 2);
  assert_int_equal(crowd_timeout(), 0);
  assert_turn("", 2);
  assert_turn("", 1);
  assert_int_equal(crowd_timeout(), 1000);
  part_with(first);
  assert_messages("");
  crowd_play(CROWD_OK);
  (void)crowd_finish();
  assert_messages("0=0 ");
}

/* One comes while another ends: their number is as it was. */
static void an_end_is_seen_while_a_stranger_comes(void **state)
{
  (void)state;

  crowd_add(0, "503|Content-Length: 0|Retry-After: 1;later");
  assert_turn("", 1);
  CURL *other = stranger("later;later");
  assert_turn("", 2);
  assert_messages("");
  assert_int_equal(crowd.ours->outside, 1);
  crowd_play(CROWD_OK);
  (void)crowd_finish();
  assert_messages("4=0 0=0 ");
  part_with(other);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    CROWD_TEST(waits_end_when_they_are_due),
    CROWD_TEST(of_waits_that_are_overdue_the_earlier_goes_first),
    CROWD_TEST(the_nearest_wait_is_what_can_be_slept_for),
    CROWD_TEST(who_waits_is_asked_for_progress_every_100_ms),
    CROWD_TEST(one_progress_callback_ends_one_wait),
    CROWD_TEST(messages_come_as_operations_end),
    CROWD_TEST(a_bad_policy_is_told_with_the_first_turn),
    CROWD_TEST(an_operation_begins_with_the_first_turn),
    CROWD_TEST(operations_are_begun_anew),
    CROWD_TEST(who_is_added_by_itself_waits_for_no_other),
    CROWD_TEST(a_multi_handle_of_another_knows_no_policy),
    CROWD_TEST(handles_of_others_are_libcurls_affair),
    CROWD_TEST(an_end_is_seen_while_a_stranger_comes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
