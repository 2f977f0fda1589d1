/* Scenarios of what an application does within its callbacks: most of it is
   refused, and none of it does harm. */

#define CURL_DISABLE_TYPECHECK
#include "crowd.h"

#include <limits.h>
#include <stdlib.h>

#define EVERYTHING (CROWD_HEAD | CROWD_PROGRESS | CROWD_TRACE)
#define CALLS_MAX  200u

static unsigned calls;  /* of callbacks so far */
static unsigned kinds;  /* that were among them */
static unsigned act_at; /* the call at which something is done; 0: at each */
static int whom;        /* to this handle */
static bool was_done;

static CURL *curl_of(int i)
{
  return crowd.member[i].curl;
}

static bool is_over(int i)
{
  return cw_handle_find(curl_of(i))->transfer.stage == CW_STAGE_OVER;
}

/* ---- a course with all that can be seen ---- */

static void prepare(void)
{
  calls = 0;
  kinds = 0;
  act_at = 0;
  was_done = false;
  crowd_set_timer();
  crowd_set(0, CURLOPT_FOLLOWLOCATION, 1L);
  crowd_hear(0, EVERYTHING);
  crowd_hear(1, EVERYTHING);
  crowd_play("503|Content-Length: 0|Retry-After: 1");
  crowd_play("503|Content-Length: 4;bytes 2;later;bytes 2");
  crowd_play("200|Content-Length: 4;body ab;later;body cd");
  crowd_play("302|Location: /x|Content-Length: 0");
  crowd_play("200|Content-Length: 4;body ef;later;body gh");
}

static void begin_anew(void)
{
  script_mark(&crowd.script);
  (void)crowd_end(NULL);
  (void)crowd_begin(NULL);
}

/* ---- what is refused ---- */

static void assert_refused(CURLMcode code, const char *what)
{
  if(code != CURLM_RECURSIVE_API_CALL)
    fail_msg("%s: %d, after \"%s\"", what, (int)code, crowd.seen);
}

#define REFUSED(call) assert_refused(call, #call)

static void be_refused(enum crowd_call call, int who)
{
  CURLM *const multi = crowd.multi;
  long timeout_ms = 0;
  int count = 0;

  (void)who;
  kinds |= call;
  calls++;
  REFUSED(curlew_multi_perform(multi, &count));
  REFUSED(curlew_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &count));
  REFUSED(curlew_multi_socket_all(multi, &count));
  REFUSED(curlew_multi_timeout(multi, &timeout_ms));
  REFUSED(curlew_multi_poll(multi, NULL, 0, 0, NULL));
  REFUSED(curlew_multi_wait(multi, NULL, 0, 0, NULL));
  REFUSED(curlew_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1L));
  REFUSED(curlew_multi_add_handle(multi, curl_of(3)));
  for(int i = 0; i < 2; i++) {
    const struct cw_handle *handle = cw_handle_find(curl_of(i));
    if(handle && cw_transfer_multi(handle))
      REFUSED(curlew_multi_remove_handle(multi, curl_of(i)));
  }
  REFUSED(curlew_multi_cleanup(multi));
  if(curlew_multi_info_read(multi, &count))
    fail_msg("a message is read, after \"%s\"", crowd.seen);
  assert_int_equal(count, 0);
}

/* The same is seen as where nobody tries. */
static void nothing_of_the_multi_handle_may_be_called(void **state)
{
  (void)state;
  char *seen = NULL;

  for(int i = 0; i < 2; i++) {
    prepare();
    crowd.within = i ? be_refused : NULL;
    crowd_add(0, NULL);
    crowd_add(1, NULL);
    (void)crowd_finish();
    crowd.within = NULL;
    assert_messages("1=0 0=0 ");
    assert_int_equal(crowd.script.played, crowd.script.exchanges);
    if(i)
      assert_string_equal(crowd.seen, seen);
    else
      seen = strdup(crowd.seen);
    begin_anew();
  }
  assert_int_equal(kinds, EVERYTHING | CROWD_BODY | CROWD_TIMER);
  assert_true(calls > 20);
  free(seen);
}

/* Goes |turns| turns, nobody trying anything; returns what runs then. */
static int go_to(unsigned turns)
{
  prepare();
  crowd_add(0, NULL);
  crowd_add(1, NULL);
  crowd.running = 2;
  for(unsigned n = 0; n < turns && crowd.running; n++) {
    crowd_turn();
    if(crowd.running)
      crowd_poll(INT_MAX);
  }
  return crowd.running;
}

static void nor_while_a_handle_is_added(void **state)
{
  (void)state;

  crowd_set_timer();
  crowd.within = be_refused;
  crowd_add(0, NULL);
  assert_string_equal(crowd.seen, "<0> ");
  crowd_remove(0);
  assert_string_equal(crowd.seen, "<0> <-1> ");
}

static void nor_while_one_is_removed(void **state)
{
  (void)state;
  int running = 2;

  for(unsigned turns = 0; running; turns++, begin_anew()) {
    running = go_to(turns);
    crowd.within = be_refused;
    crowd_remove(0);
    crowd_remove(1);
    crowd.within = NULL;
    assert_messages("");
    assert_true(cw_link_is_empty(&crowd.ours->handles));
  }
}

static void nor_while_one_is_cleaned_up(void **state)
{
  (void)state;
  int running = 2;

  for(unsigned turns = 0; running; turns++, begin_anew()) {
    running = go_to(turns);
    crowd.within = be_refused;
    curlew_easy_cleanup(curl_of(0));
    crowd.within = NULL;
    crowd_renew(0);
    assert_int_equal(crowd.ours->members, 1);
  }
}

static void be_refused_traced(enum crowd_call call, int who)
{
  if(call == CROWD_TRACE)
    be_refused(call, who);
}

static void nor_while_all_goes(void **state)
{
  (void)state;
  int running = 2;

  for(unsigned turns = 0; running; turns++, begin_anew()) {
    running = go_to(turns);
    crowd.within = be_refused_traced;
    crowd_renew_multi();
    crowd.within = NULL;
  }
}

static void nor_while_a_stranger_comes_or_goes(void **state)
{
  (void)state;
  CURL *other = script_libcurl.easy_init();

  crowd_set_timer();
  crowd.within = be_refused;
  assert_int_equal(curlew_multi_add_handle(crowd.multi, other), CURLM_OK);
  assert_int_equal(curlew_multi_remove_handle(crowd.multi, other), CURLM_OK);
  assert_string_equal(crowd.seen, "<0> <-1> ");
  script_libcurl.easy_cleanup(other);
}

/* ---- cancelling ---- */

static void cancel(enum crowd_call call, int who)
{
  (void)call, (void)who;
  if(++calls != act_at)
    return;
  was_done = !is_over(whom);
  assert_int_equal(curlew_easy_cancel(curl_of(whom)), CURLE_OK);
}

/* Cancels |i| within the nth callback; false if there are not as many. */
static bool try_to_cancel(int i, unsigned n)
{
  prepare();
  whom = i;
  act_at = n;
  crowd.within = cancel;
  crowd_add(0, NULL);
  crowd_add(1, NULL);
  /* what is not played by who is cancelled is played by the other */
  crowd_play(CROWD_OK);
  (void)crowd_finish();
  const char *text = crowd_messages();
  assert_int_equal(strlen(text),
                   strlen("0=0 1=0 ") + (strstr(text, "=42") != NULL));
  assert_non_null(strstr(text, i ? "0=0 " : "1=0 "));
  if(strstr(text, "=42")) {
    assert_true(was_done);
    assert_non_null(strstr(text, i ? "1=42 " : "0=42 "));
    assert_crowd_outcome(i, "cancelled 42");
  }
  assert_int_equal(crowd.ours->timers.count, 0);
  return calls >= n;
}

static void a_transfer_may_be_cancelled_within_any(void **state)
{
  (void)state;

  for(int i = 0; i < 2; i++) {
    unsigned n = 1;
    for(; try_to_cancel(i, n); n++) {
      assert_true(n < CALLS_MAX);
      begin_anew();
    }
    begin_anew();
    assert_true(n > 20);
  }
}

static void cancel_waiting(enum crowd_call call, int who)
{
  if(call == CROWD_TRACE && who == 2)
    assert_int_equal(curlew_easy_cancel(curl_of(1)), CURLE_OK);
}

/* Who has nothing but the timer is told of it, though a nearer wait stays. */
static void who_sleeps_by_the_timer_sees_it_at_once(void **state)
{
  (void)state;

  crowd_set_timer();
  crowd_hear(2, CROWD_TRACE);
  crowd_add(0, "503|Content-Length: 0|Retry-After: 1");
  crowd_add(1, "503|Content-Length: 0|Retry-After: 60");
  crowd_add(2, "503|Content-Length: 0|Retry-After: 60");
  crowd_turn();
  crowd.within = cancel_waiting;
  crowd_forget_seen();
  crowd_remove(2);
  assert_string_equal(crowd.seen, "2.end:cancelled <0> ");
  assert_turn("<1000> ", 1);
  assert_messages("1=42 ");
}

/* ---- cleaning up ---- */

static bool may_be_cleaned_up(enum crowd_call call, int who, int i)
{
  const struct cw_handle *handle = cw_handle_find(curl_of(i));

  return (call == CROWD_TRACE || call == CROWD_PROGRESS) && who != i &&
         handle && !script_multi_of(crowd.multi)->is_busy &&
         (handle->transfer.stage == CW_STAGE_WAITING || is_over(i));
}

static void clean_up(enum crowd_call call, int who)
{
  if(was_done || !may_be_cleaned_up(call, who, whom) || ++calls != act_at)
    return;
  was_done = true;
  curlew_easy_cleanup(curl_of(whom));
}

static bool try_to_clean_up(int i, unsigned n)
{
  prepare();
  whom = i;
  act_at = n;
  crowd.within = clean_up;
  crowd_add(0, NULL);
  crowd_add(1, NULL);
  crowd_play(CROWD_OK);
  (void)crowd_finish();
  crowd.within = NULL;
  const char *text = crowd_messages();
  if(was_done) {
    assert_string_equal(text, i ? "0=0 " : "1=0 ");
    assert_int_equal(crowd.ours->members, 1);
    assert_int_equal(crowd.script.handles, CROWD_MAX - 1);
    crowd_renew(i);
  }
  assert_int_equal(crowd.ours->timers.count, 0);
  return was_done;
}

static void another_may_be_cleaned_up_within_ours(void **state)
{
  (void)state;

  for(int i = 0; i < 2; i++) {
    unsigned n = 1;
    for(; try_to_clean_up(i, n); n++)
      begin_anew();
    begin_anew();
    assert_true(n > 4);
  }
}

static void clean_up_last(enum crowd_call call, int who)
{
  if(call != CROWD_TRACE || who != 0 || was_done ||
     !strstr(crowd.seen, "0.end"))
    return;
  was_done = true;
  curlew_easy_cleanup(curl_of(1));
}

/* libcurl had counted it before. */
static void who_is_cleaned_up_meanwhile_does_not_run(void **state)
{
  (void)state;

  was_done = false;
  crowd_hear(0, CROWD_TRACE);
  crowd_add(0, CROWD_OK);
  crowd_add(1, "200|Content-Length: 4;body ab;later;body cd");
  crowd.within = clean_up_last;
  crowd_turn();
  crowd_renew(1);
  assert_string_equal(crowd.seen,
                      "0.attempt 0:ok 1:ab 0.answer 0.end:passed ");
  assert_int_equal(crowd.running, 0);
}

/* All of them are cancelled, and the first takes the next along. */
static void those_behind_it_are_not_forgotten(void **state)
{
  (void)state;

  was_done = false;
  crowd_hear(0, CROWD_TRACE);
  for(int i = 0; i < 3; i++)
    crowd_add(i, "503|Content-Length: 0|Retry-After: 9");
  assert_turn("0.attempt 0.answer 0.wait ", 3);
  for(int i = 0; i < 3; i++)
    assert_int_equal(curlew_easy_cancel(curl_of(i)), CURLE_OK);
  crowd.within = clean_up_last;
  assert_turn("0.end:cancelled ", 0);
  assert_messages("0=42 2=42 ");
  crowd_renew(1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    CROWD_TEST(nothing_of_the_multi_handle_may_be_called),
    CROWD_TEST(nor_while_a_handle_is_added),
    CROWD_TEST(nor_while_one_is_removed),
    CROWD_TEST(nor_while_one_is_cleaned_up),
    CROWD_TEST(nor_while_all_goes),
    CROWD_TEST(nor_while_a_stranger_comes_or_goes),
    CROWD_TEST(a_transfer_may_be_cancelled_within_any),
    CROWD_TEST(who_sleeps_by_the_timer_sees_it_at_once),
    CROWD_TEST(another_may_be_cleaned_up_within_ours),
    CROWD_TEST(those_behind_it_are_not_forgotten),
    CROWD_TEST(who_is_cleaned_up_meanwhile_does_not_run),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
