/* Scenarios of calls of libcurl's that fail on the way of several transfers:
   each of them ends once, and nothing is left behind. */

#define CURL_DISABLE_TYPECHECK
#include "crowd.h"
#include "call.h"

#include <limits.h>
#include <stdlib.h>

#define THREE     3
#define HUNGRY    12 /* turns with calls that fail for good */
#define CALLS_MAX 400u
#define SPARE     24 /* exchanges, for whoever comes to play them */

static const char *const exchanges[] = {
  "503|Content-Length: 0|Retry-After: 1",
  "302|Location: http://x/|Content-Length: 0",
  "200|Content-Length: 4;body ab;later;body cd",
  "408|Content-Length: 4;bytes 2;later;bytes 2",
};

struct failing {
  enum script_call call;
  unsigned at;
  bool for_good;
  bool is_added[THREE];
  unsigned messages[THREE];
};

static CURL *curl_of(int i)
{
  return crowd.member[i].curl;
}

static void prepare(void)
{
  crowd_hear(1, CROWD_PROGRESS);
  for(int i = 0; i < THREE; i++) {
    crowd_set(i, CURLOPT_USERPWD, "u:p");
    crowd_set(i, CURLOPT_COOKIE, "a=b");
    crowd_set(i, CURLOPT_FOLLOWLOCATION, 1L);
    crowd_set(i, CURLOPT_COPYPOSTFIELDS, "c=d");
    crowd_set(i, CURLOPT_CUSTOMREQUEST, "PUT");
    crowd_note(i);
  }
  for(size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++)
    crowd_play(exchanges[i]);
  for(int i = 0; i < SPARE; i++)
    crowd_play(CROWD_OK);
}

/* A code is what libcurl said, and it said so where a call failed. */
static bool check(const struct failing *failing, CURLMcode code,
                  enum script_call call, unsigned before)
{
  const bool has_failed =
    failing->call == call && crowd.script.failures > before;

  assert_int_equal(code, has_failed ? CURLM_OUT_OF_MEMORY : CURLM_OK);
  return !code;
}

static void read_messages(struct failing *failing)
{
  const CURLMsg *message = NULL;
  int left = 0;

  while((message = curlew_multi_info_read(crowd.multi, &left)) != NULL)
    for(int i = 0; i < THREE; i++)
      failing->messages[i] += message->easy_handle == curl_of(i);
}

static void turn(struct failing *failing)
{
  const unsigned before = crowd.script.failures;

  (void)check(failing, curlew_multi_perform(crowd.multi, &crowd.running),
              SCRIPT_MULTI_PERFORM, before);
  read_messages(failing);
  if(!crowd.running)
    return;
  const unsigned now = crowd.script.failures;
  (void)check(failing, curlew_multi_poll(crowd.multi, NULL, 0, INT_MAX, NULL),
              SCRIPT_MULTI_POLL, now);
}

static void add_all(struct failing *failing)
{
  for(int i = 0; i < THREE; i++) {
    const unsigned before = crowd.script.failures;
    failing->is_added[i] =
      check(failing, curlew_multi_add_handle(crowd.multi, curl_of(i)),
            SCRIPT_MULTI_ADD, before);
  }
}

static void remove_all(struct failing *failing)
{
  for(int i = 0; i < THREE; i++) {
    const unsigned before = crowd.script.failures;
    if(!check(failing, curlew_multi_remove_handle(crowd.multi, curl_of(i)),
              SCRIPT_MULTI_REMOVE, before)) {
      crowd.script.fail_at[failing->call] = 0;
      crowd_remove(i);
    }
    assert_int_equal(failing->messages[i], failing->is_added[i]);
  }
  crowd.script.fail_at[failing->call] = 0;
  assert_int_equal(crowd.ours->members, 0);
  assert_int_equal(crowd.ours->inside, 0);
  assert_int_equal(crowd.ours->outside, 0);
  assert_int_equal(crowd.ours->timers.count, 0);
  assert_int_equal(crowd.ours->news.count, 0);
  assert_int_equal(script_multi_of(crowd.multi)->count, 0);
}

/* Now that all works again, it is as if nothing had been. */
static void perform_well(int i)
{
  script_mark(&crowd.script);
  crowd_forget_seen();
  crowd_play(CROWD_OK);
  crowd_add(i, NULL);
  (void)crowd_finish();
  assert_non_null(strstr(crowd.seen, ":ok "));
  crowd_remove(i);
  crowd_play(CROWD_OK);
  assert_int_equal(curlew_easy_perform(curl_of(i)), CURLE_OK);
  crowd_assert_as_noted(i);
}

/* The nth call from the adding on; false if there are not as many. */
static bool try(struct failing *failing)
{
  prepare();
  crowd.script.fail_at[failing->call] = failing->at;
  crowd.script.fails_for_good = failing->for_good;
  add_all(failing);
  crowd.running = 1;
  for(unsigned i = 0; crowd.running; i++) {
    assert_true(i < CALLS_MAX);
    if(i == HUNGRY && failing->call != SCRIPT_MULTI_REMOVE)
      crowd.script.fail_at[failing->call] = 0;
    turn(failing);
  }
  remove_all(failing);
  const bool was_felt = crowd.script.failures;
  for(int i = 0; i < THREE; i++)
    perform_well(i);
  (void)crowd_end(NULL);
  (void)crowd_begin(NULL);
  return was_felt;
}

/* Returns how many there are. */
static unsigned try_each(enum script_call call)
{
  unsigned at = 1;

  for(bool is_more = true; is_more; at++) {
    struct failing once = {.call = call, .at = at};
    struct failing ever = {.call = call, .at = at, .for_good = true};
    assert_true(at < CALLS_MAX);
    is_more = try(&once);
    (void)try(&ever);
  }
  return at - 2;
}

static void a_handle_that_is_not_added_is_not_in_it(void **state)
{
  (void)state;
  assert_in_range(try_each(SCRIPT_MULTI_ADD), 6, 12);
}

static void a_handle_that_cannot_be_taken_out_ends(void **state)
{
  (void)state;
  assert_in_range(try_each(SCRIPT_MULTI_REMOVE), 6, 12);
}

static void a_turn_that_fails_says_so(void **state)
{
  (void)state;
  assert_in_range(try_each(SCRIPT_MULTI_PERFORM), 4, 12);
}

static void a_sleep_that_fails_says_so(void **state)
{
  (void)state;
  assert_in_range(try_each(SCRIPT_MULTI_POLL), 3, 12);
}

static void options_that_cannot_be_set_end_operations(void **state)
{
  (void)state;
  assert_in_range(try_each(SCRIPT_SETOPT), 13, 200);
}

static void figures_that_are_missing_end_none_twice(void **state)
{
  (void)state;
  assert_in_range(try_each(SCRIPT_GETINFO), 3, 200);
}

static void urls_that_cannot_be_made_end_operations(void **state)
{
  (void)state;
  assert_in_range(try_each(SCRIPT_URL), 1, 200);
  assert_in_range(try_each(SCRIPT_URL_GET), 1, 200);
  assert_in_range(try_each(SCRIPT_URL_SET), 1, 200);
}

/* Whoever cancelled is not forgotten for it. */
static void a_wakeup_that_fails_loses_nobody(void **state)
{
  (void)state;

  for(int is_busy = 0; is_busy < 2; is_busy++) {
    crowd_add(0, "503|Content-Length: 0|Retry-After: 30");
    crowd_add(1, "200|Content-Length: 4;body ab;later;body cd");
    crowd_turn();
    crowd.script.fail_at[SCRIPT_MULTI_WAKEUP] = 1;
    assert_int_equal(curlew_easy_cancel(curl_of(is_busy)), CURLE_OK);
    assert_int_equal(crowd_timeout(), 0);
    crowd_turn();
    assert_messages(is_busy ? "1=42 " : "0=42 1=0 ");
    crowd_remove(1);
    crowd_remove(0);
  }
}

/* ---- the multi handle itself ---- */

static void one_that_cannot_be_made_is_none(void **state)
{
  (void)state;

  crowd.script.fail_at[SCRIPT_MULTI_INIT] = 1;
  assert_null(cw_call_multi_init(&script_libcurl));
  crowd.script.fail_at[SCRIPT_INIT] = 1;
  assert_null(cw_call_init(&script_libcurl, &cw_standard_library));
  for(unsigned at = 1; at <= 4; at++) {
    crowd.script.fail_at[SCRIPT_SETOPT] = at;
    assert_null(cw_call_init(&script_libcurl, &cw_standard_library));
  }
}

/* What it had has left, and what comes then finds it as it was. */
static void one_that_cannot_be_cleaned_up_goes_on(void **state)
{
  (void)state;

  crowd_add(0, "503|Content-Length: 0|Retry-After: 30");
  crowd_turn();
  crowd.script.fail_at[SCRIPT_MULTI_CLEANUP] = 1;
  assert_int_equal(curlew_multi_cleanup(crowd.multi), CURLM_OUT_OF_MEMORY);
  crowd_add(1, CROWD_OK);
  (void)crowd_finish();
  assert_messages("1=0 ");
  crowd_remove(1);
  crowd_add(0, CROWD_OK);
  (void)crowd_finish();
  assert_messages("0=0 ");
  crowd_remove(0);
}

static void what_it_cannot_tell_it_says(void **state)
{
  (void)state;
  static const enum script_call calls[] = {SCRIPT_MULTI_HANDLES,
                                           SCRIPT_MAPRINTF};
  curl_off_t value = 0;
  long timeout_ms = 0;

  for(size_t i = 0; i < 2; i++) {
    crowd.script.fail_at[calls[i]] = 1;
    assert_null(cw_multi_get_handles(crowd.ours));
    CURL **list = cw_multi_get_handles(crowd.ours);
    assert_non_null(list);
    curl_free(list);
  }
  crowd.script.fail_at[SCRIPT_MULTI_OFFT] = 1;
  assert_int_equal(cw_multi_get_offt(crowd.ours, 1, &value),
                   CURLM_OUT_OF_MEMORY);
  crowd.script.fail_at[SCRIPT_MULTI_TIMEOUT] = 1;
  assert_int_equal(curlew_multi_timeout(crowd.multi, &timeout_ms),
                   CURLM_OUT_OF_MEMORY);
  crowd_set_notify();
  crowd.script.fail_at[SCRIPT_MULTI_NOTIFY] = 1;
  assert_int_equal(cw_multi_notify(crowd.ours, SCRIPT_EASY_DONE, true),
                   CURLM_OUT_OF_MEMORY);
  crowd_add(0, CROWD_OK);
  assert_turn("0:ok ", 0);
  crowd_remove(0);
  assert_int_equal(cw_multi_notify(crowd.ours, SCRIPT_EASY_DONE, true),
                   CURLM_OK);
  crowd.script.fail_at[SCRIPT_MULTI_NOTIFY] = 1;
  assert_int_equal(cw_multi_notify(crowd.ours, SCRIPT_EASY_DONE, false),
                   CURLM_OUT_OF_MEMORY);
  crowd_add(0, CROWD_OK);
  assert_turn("0:ok 0! ", 0);
  crowd_remove(0);
}

/* ---- options of the multi handle ---- */

static void options_that_cannot_be_set_say_so(void **state)
{
  (void)state;
  CURLM *const multi = crowd.multi;

  for(unsigned at = 1; at <= 4; at++) {
    unsigned failed = 0;
    crowd.script.fail_at[SCRIPT_MULTI_SETOPT] = at;
    failed += curlew_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1L) ==
              CURLM_OUT_OF_MEMORY;
    failed += curlew_multi_setopt(multi, CURLMOPT_TIMERFUNCTION,
                                  at ? abort : NULL) == CURLM_OUT_OF_MEMORY;
    failed += curlew_multi_setopt(multi, (CURLMoption)SCRIPT_NOTIFYFUNCTION,
                                  NULL) == CURLM_OUT_OF_MEMORY;
    assert_int_equal(failed, 1);
    crowd.script.fail_at[SCRIPT_MULTI_SETOPT] = 0;
    if(at == 2 || at == 3) /* it would be called now */
      crowd_add(0, NULL);
    if(at == 2 || at == 3)
      crowd_remove(0);
    assert_int_equal(curlew_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, NULL),
                     CURLM_OK);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    CROWD_TEST(a_handle_that_is_not_added_is_not_in_it),
    CROWD_TEST(a_handle_that_cannot_be_taken_out_ends),
    CROWD_TEST(a_turn_that_fails_says_so),
    CROWD_TEST(a_sleep_that_fails_says_so),
    CROWD_TEST(options_that_cannot_be_set_end_operations),
    CROWD_TEST(figures_that_are_missing_end_none_twice),
    CROWD_TEST(urls_that_cannot_be_made_end_operations),
    CROWD_TEST(a_wakeup_that_fails_loses_nobody),
    CROWD_TEST(one_that_cannot_be_made_is_none),
    CROWD_TEST(one_that_cannot_be_cleaned_up_goes_on),
    CROWD_TEST(what_it_cannot_tell_it_says),
    CROWD_TEST(options_that_cannot_be_set_say_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
