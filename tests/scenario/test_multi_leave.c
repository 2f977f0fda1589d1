/* Scenarios of transfers that are ended from outside, after each turn of
   their way: the handle is as it was, nothing is left, and all goes on from
   there. */

#define CURL_DISABLE_TYPECHECK
#include "crowd.h"

#include <limits.h>
#include <stdlib.h>

static const char *const course[] = {
  "503|Content-Length: 0|Retry-After: 1",
  "302|Location: http://x/|Content-Length: 0;later",
  "503|Content-Length: 9;bytes 4;later;bytes 5",
  "200|Content-Length: 4;body ab;later;body cd",
};

#define COURSE (sizeof(course) / sizeof(course[0]))
#define STEPS  12 /* more than it has */

static CURL *curl_of(int i)
{
  return crowd.member[i].curl;
}

/* Options that the hop changes. */
static void dress(int i)
{
  crowd_set(i, CURLOPT_USERPWD, "u:p");
  crowd_set(i, CURLOPT_COOKIE, "a=b");
  crowd_set(i, CURLOPT_REFERER, "http://r/?s");
  crowd_set(i, CURLOPT_TIMEOUT_MS, 60000L);
  crowd_set(i, CURLOPT_FOLLOWLOCATION, 1L);
  crowd_note(i);
}

/* Goes |step| turns on with handle 0, which another one waits beside. Returns
   whether its operation is over. */
static bool go_to(size_t step)
{
  crowd_hear(0, CROWD_TRACE);
  dress(0);
  crowd_play(course[0]);
  crowd_play("503|Content-Length: 0|Retry-After: 100");
  for(size_t i = 1; i < COURSE; i++)
    crowd_play(course[i]);
  crowd_add(0, NULL);
  crowd_add(1, NULL);
  crowd.running = 2;
  for(size_t i = 0; i < step && crowd.running == 2; i++) {
    crowd_turn();
    if(crowd.running == 2)
      crowd_poll(INT_MAX);
  }
  return crowd.running == 1;
}

static bool ends_with(const char *text)
{
  const size_t length = strlen(crowd.seen);
  return length >= strlen(text) &&
         !strcmp(crowd.seen + length - strlen(text), text);
}

/* How often it says so. */
static unsigned count_seen(const char *text)
{
  unsigned count = 0;

  for(const char *at = crowd.seen; (at = strstr(at, text)); at++)
    count++;
  return count;
}

static void perform_well(int i)
{
  crowd_forget_seen();
  crowd_play(CROWD_OK);
  assert_int_equal(curlew_easy_perform(curl_of(i)), CURLE_OK);
  assert_true(count_seen(":ok "));
  assert_string_equal(crowd_outcome(i), "passed 0");
  crowd_forget_seen();
  crowd_play("503|Content-Length: 0");
  crowd_add(i, NULL);
  crowd_turn();
  crowd_play(CROWD_OK);
  for(unsigned n = 0; !count_seen(":ok "); n++) {
    assert_true(n < STEPS);
    crowd_poll(INT_MAX);
    crowd_turn();
  }
  assert_string_equal(crowd_outcome(i), "passed 0");
  crowd_remove(i);
  script_mark(&crowd.script);
}

/* What has to be after handle 0 was taken away; |was_over| as go_to() said,
   |was_begun| if there was a turn. */
static void look(bool was_over, bool was_begun)
{
  assert_int_equal(crowd.ours->members, 1);
  assert_int_equal(crowd.ours->inside, was_begun ? 0 : 1);
  assert_int_equal(crowd.ours->timers.count, was_begun ? 1 : 0);
  assert_messages("");
  assert_int_equal(crowd.ours->news.count, 0);
  assert_int_equal(script_multi_of(crowd.multi)->count, was_begun ? 0 : 1);
  if(was_begun)
    assert_true(was_over
                  ? ends_with("0.end:streamed ") || ends_with("0.end:passed ")
                  : ends_with("0.end:cancelled "));
  assert_int_equal(count_seen("0.end:"), was_begun);
}

static void look_at_handle(bool was_over, bool was_begun)
{
  crowd_assert_as_noted(0);
  assert_string_equal(crowd_outcome(0), !was_begun ? ""
                                        : was_over ? "passed 0"
                                                   : "cancelled 42");
}

/* Between the steps all is new; exchanges that were not come to are no matter
   then. */
static void begin_anew(void)
{
  script_mark(&crowd.script);
  (void)crowd_end(NULL);
  (void)crowd_begin(NULL);
}

static void who_is_removed_is_as_before(void **state)
{
  (void)state;
  bool is_over = false;

  for(size_t step = 0; !is_over; step++, begin_anew()) {
    assert_true(step < STEPS);
    is_over = go_to(step);
    crowd_remove(0);
    look(is_over, step != 0);
    look_at_handle(is_over, step != 0);
    if(!step) { /* the other has not begun either */
      assert_turn("", 1);
      crowd_remove(1);
    }
    script_mark(&crowd.script);
    perform_well(0);
    crowd_assert_as_noted(0);
  }
}

static void who_is_cleaned_up_leaves_nothing(void **state)
{
  (void)state;
  bool is_over = false;

  for(size_t step = 0; !is_over; step++, begin_anew()) {
    is_over = go_to(step);
    curlew_easy_cleanup(curl_of(0));
    look(is_over, step != 0);
    assert_int_equal(crowd.script.handles, CROWD_MAX - 1);
    crowd_turn();
    assert_int_equal(crowd.running, 1);
    crowd_renew(0);
  }
}

static void a_multi_handle_that_goes_lets_all_go(void **state)
{
  (void)state;
  bool is_over = false;

  for(size_t step = 0; !is_over; step++, begin_anew()) {
    is_over = go_to(step);
    crowd_renew_multi();
    assert_int_equal(crowd.script.multis, 1);
    assert_string_equal(crowd_outcome(1), step ? "cancelled 42" : "");
    look_at_handle(is_over, step != 0);
    script_mark(&crowd.script);
    perform_well(0);
    perform_well(1);
    crowd_assert_as_noted(0);
  }
}

static void who_is_cancelled_ends_at_the_next_turn(void **state)
{
  (void)state;
  bool is_over = false;

  for(size_t step = 0; !is_over; step++, begin_anew()) {
    is_over = go_to(step);
    const uint64_t now_ms = crowd.stage.now_ms;
    assert_int_equal(curlew_easy_cancel(curl_of(0)), CURLE_OK);
    assert_int_equal(crowd_timeout(), 0);
    crowd_poll(INT_MAX); /* which returns at once */
    assert_int_equal(crowd.stage.now_ms, now_ms);
    crowd_turn();
    assert_int_equal(crowd.running, 1);
    assert_messages(is_over ? "0=0 " : "0=42 ");
    assert_messages("");
    assert_string_equal(crowd_outcome(0),
                        is_over ? "passed 0" : "cancelled 42");
    assert_int_equal(count_seen("0.end:"), 1);
    crowd_assert_as_noted(0);
    assert_int_equal(crowd.ours->timers.count, 1);
    assert_true(crowd_timeout() > 0);
    crowd_remove(0);
    look(is_over, true);
    script_mark(&crowd.script);
    perform_well(0);
    crowd_assert_as_noted(0);
  }
}

/* As with libcurl, where it is in use: it stays as it is. */
static void a_reset_is_for_who_is_not_under_way(void **state)
{
  (void)state;
  bool is_over = false;

  for(size_t step = 1; !is_over; step++, begin_anew()) {
    is_over = go_to(step);
    char *before = options_tell(script_options(curl_of(0)));
    curlew_easy_reset(curl_of(0));
    char *after = options_tell(script_options(curl_of(0)));
    assert_string_equal(after, is_over ? "form=GET\n" : before);
    free(before);
    free(after);
    for(unsigned i = 0; crowd.running == 2 && i < STEPS; i++) {
      crowd_poll(INT_MAX);
      crowd_turn();
    }
    assert_messages("0=0 ");
    if(!is_over)
      crowd_assert_as_noted(0);
  }
}

/* Its message is there, libcurl has it no more: a multi handle has it yet. */
static void who_was_cancelled_is_in_the_multi_handle_yet(void **state)
{
  (void)state;

  crowd_add(0, "503|Content-Length: 0|Retry-After: 1");
  assert_turn("", 1);
  assert_int_equal(curlew_easy_cancel(curl_of(0)), CURLE_OK);
  assert_turn("", 0);
  assert_messages("0=42 ");
  assert_int_equal(curlew_multi_add_handle(crowd.multi, curl_of(0)),
                   CURLM_ADDED_ALREADY);
  assert_int_equal(curlew_easy_perform(curl_of(0)), CURLE_FAILED_INIT);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    CROWD_TEST(who_is_removed_is_as_before),
    CROWD_TEST(who_is_cleaned_up_leaves_nothing),
    CROWD_TEST(a_multi_handle_that_goes_lets_all_go),
    CROWD_TEST(who_is_cancelled_ends_at_the_next_turn),
    CROWD_TEST(a_reset_is_for_who_is_not_under_way),
    CROWD_TEST(who_was_cancelled_is_in_the_multi_handle_yet),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
