/* The multi interface of the scripted libcurl does as libcurl's does:
   callbacks, sleeps, and what fails. */

#define CURL_DISABLE_TYPECHECK
#include "show.h"

/* ---- callbacks ---- */

/* What is called from within a callback, a letter for each: "R" is refused. */
static void try_all(void)
{
  CURLM *multi = show.multi;
  int number = -1;
  long ms = -1;
  fd_set set;

  FD_ZERO(&set);
  const CURLMcode codes[] = {
    lib->multi_add_handle(multi, show.curl[2]),
    lib->multi_remove_handle(multi, show.curl[0]),
    lib->multi_perform(multi, &number),
    lib->multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &number),
    lib->multi_socket_all(multi, &number),
    lib->multi_wait(multi, NULL, 0, 0, &number),
    lib->multi_poll(multi, NULL, 0, 0, &number),
    lib->multi_timeout(multi, &ms),
    lib->multi_fdset(multi, &set, &set, &set, &number),
    lib->multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1L),
    lib->multi_cleanup(multi),
    lib->multi_assign(multi, 5, NULL),
    lib->multi_wakeup(multi),
  };
  for(size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
    see(codes[i] == CURLM_RECURSIVE_API_CALL ? "R" : codes[i] ? "?" : "-", 1);
  see(lib->multi_info_read(multi, &number) ? "+" : "N", 1);
}

static size_t try_in_body(char *data, size_t size, size_t count, void *user)
{
  (void)data, (void)user;
  try_all();
  return size * count;
}

static int try_in_timer(CURLM *multi, long timeout_ms, void *user)
{
  (void)multi, (void)timeout_ms, (void)user;
  try_all();
  return 0;
}

static void a_callback_may_call_next_to_nothing(void **state)
{
  (void)state;

  lib->easy_setopt(show.curl[1], CURLOPT_WRITEFUNCTION, try_in_body);
  add(0, OK "a");
  add(1, OK "b");
  assert_performs("aRRRRRRRRRRR--N", 0);
  lib->multi_setopt(show.multi, CURLMOPT_TIMERFUNCTION, try_in_timer);
  lib->easy_setopt(show.curl[1], CURLOPT_WRITEFUNCTION, take_body);
  take_away(1);
  show.seen[0] = '\0';
  add(1, OK "b");
  assert_string_equal(show.seen, "RRRRRRRRRRR--N");
  assert_performs("bRRRRRRRRRRR--N", 0);
  assert_message(0, CURLE_OK, 1);
}

static void the_timer_is_told_while_there_is_something_left(void **state)
{
  (void)state;

  set_timer();
  assert_performs("", 0); /* nothing to take back */
  add(0, OK "a;later;body b");
  assert_string_equal(show.seen, "<0>");
  assert_performs("a<0>", 1);
  assert_performs("b<-1>", 0);
  assert_performs("", 0);
  take_away(0);
  assert_string_equal(show.seen, "");
  add(1, NULL);
  add(2, NULL);
  take_away(1);
  assert_string_equal(show.seen, "<0><0>");
  take_away(2);
  assert_string_equal(show.seen, "<0><0><-1>");
  add(1, NULL);
  lib->easy_cleanup(show.curl[1]);
  show.curl[1] = lib->easy_init();
  assert_string_equal(show.seen, "<0><0><-1><0><-1>");
}

static void a_timer_that_fails_ends_them_all(void **state)
{
  (void)state;

  add(0, OK "a;later;body b");
  add(1, OK "c;later;body d");
  set_timer();
  show.answer = -1;
  assert_int_equal(lib->multi_perform(show.multi, &show.running),
                   CURLM_ABORTED_BY_CALLBACK);
  assert_int_equal(show.running, 2);
  assert_string_equal(show.seen, "ac<0>");
  assert_int_equal(lib->multi_add_handle(show.multi, show.curl[2]),
                   CURLM_ABORTED_BY_CALLBACK);
  assert_performs("", 0);
  assert_message(0, CURLE_ABORTED_BY_CALLBACK, 1);
  assert_message(1, CURLE_ABORTED_BY_CALLBACK, 0);
  assert_int_equal(lib->multi_add_handle(show.multi, show.curl[2]),
                   CURLM_ABORTED_BY_CALLBACK);
  assert_counts("2 0 0 2 3 ");
  show.answer = 0;
  add(2, OK "e");
  assert_performs("e<-1>", 0);
}

/* "i" or "d" with the number of the handle. */
static void take_note(CURLM *multi, unsigned what, CURL *curl, void *user)
{
  assert_ptr_equal(multi, show.multi);
  assert_ptr_equal(user, &show);
  see(what == SCRIPT_INFO_READ ? "i" : "d", 1);
  for(int i = 0; i < SHOW_HANDLES; i++)
    if(curl == show.curl[i])
      see(&"012"[i], 1);
}

static void set_notify(script_notify *function)
{
  lib->multi_setopt(show.multi, (CURLMoption)SCRIPT_NOTIFYFUNCTION, function);
  lib->multi_setopt(show.multi, (CURLMoption)SCRIPT_NOTIFYDATA, &show);
}

static void who_wants_to_is_notified(void **state)
{
  (void)state;

  set_notify(take_note);
  assert_int_equal(lib->multi_notify_enable(show.multi, 2),
                   CURLM_UNKNOWN_OPTION);
  add(0, OK "a");
  assert_performs("a", 0);
  assert_int_equal(lib->multi_notify_enable(show.multi, 1), CURLM_OK);
  add(1, OK "b");
  assert_performs("bd1", 0);
  assert_int_equal(lib->multi_notify_enable(show.multi, 0), CURLM_OK);
  assert_message(0, CURLE_OK, 1);
  add(2, OK "c"); /* and a message is there already */
  assert_performs("cd2", 0);
  assert_message(1, CURLE_OK, 1);
  assert_message(2, CURLE_OK, 0);
  take_away(0);
  take_away(1);
  add(0, OK "a");
  add(1, OK "b");
  assert_performs("abd0id1", 0);
  assert_performs("", 0);
  assert_int_equal(lib->multi_notify_disable(show.multi, 1), CURLM_OK);
  assert_message(0, CURLE_OK, 1);
  assert_message(1, CURLE_OK, 0);
  take_away(0);
  add(0, OK "a");
  assert_performs("ai", 0);
}

/* Removes the other one, whose note is still to come, and adds a third. */
static void try_in_note(CURLM *multi, unsigned what, CURL *curl, void *user)
{
  int number = 0;

  take_note(multi, what, curl, user);
  see(lib->multi_perform(multi, NULL) ? "R" : "-", 1);
  see(lib->multi_socket_all(multi, NULL) ? "R" : "-", 1);
  see(lib->multi_cleanup(multi) ? "R" : "-", 1);
  see(lib->multi_poll(multi, NULL, 0, 0, NULL) ? "R" : "-", 1);
  take_away(1);
  add(2, NULL);
  see(lib->multi_info_read(multi, &number) ? "+" : "N", 1);
}

static void a_notify_callback_may_do_more(void **state)
{
  (void)state;

  set_notify(try_in_note);
  lib->multi_notify_enable(show.multi, SCRIPT_EASY_DONE);
  add(0, OK "a");
  add(1, OK "b");
  assert_performs("abd0RRR-+", 1);
  assert_counts("2 1 0 1 3 ");
  set_notify(take_note);
  script_add(&show.script, OK "c");
  assert_performs("cd2", 0);
}

/* Wants to know something else from then on. */
static void change_in_note(CURLM *multi, unsigned what, CURL *curl, void *user)
{
  take_note(multi, what, curl, user);
  lib->multi_notify_disable(multi, SCRIPT_EASY_DONE);
  lib->multi_notify_enable(multi, SCRIPT_INFO_READ);
}

static void a_notification_must_be_wanted_then_and_still(void **state)
{
  (void)state;

  set_notify(change_in_note);
  lib->multi_notify_enable(show.multi, SCRIPT_EASY_DONE);
  add(0, OK "a");
  add(1, OK "b");
  assert_performs("abd0", 0);
}

/* ---- sleeps ---- */

static void wake(void *user)
{
  assert_int_equal(lib->multi_wakeup(user), CURLM_OK);
}

static void another_thread_wakes_at(uint64_t ms)
{
  show.stage.act = wake;
  show.stage.act_user = show.multi;
  show.stage.act_ms = ms;
}

static void assert_polls(int timeout_ms, const char *sleeps)
{
  int ready = -1;

  stage_mark(&show.stage);
  assert_int_equal(lib->multi_poll(show.multi, NULL, 0, timeout_ms, &ready),
                   CURLM_OK);
  assert_int_equal(ready, 0);
  assert_string_equal(stage_sleeps(&show.stage), sleeps);
}

static void assert_waits(unsigned count, int timeout_ms, const char *sleeps)
{
  struct curl_waitfd extra[1] = {{0}};
  int ready = -1;

  stage_mark(&show.stage);
  assert_int_equal(
    lib->multi_wait(show.multi, extra, count, timeout_ms, &ready), CURLM_OK);
  assert_int_equal(ready, 0);
  assert_string_equal(stage_sleeps(&show.stage), sleeps);
}

static void sleeps_are_the_stages(void **state)
{
  (void)state;
  const uint64_t begin_ms = show.stage.now_ms;

  assert_polls(500, "0-500");
  assert_int_equal(show.stage.now_ms, begin_ms + 500);
  assert_polls(0, "");
  assert_waits(0, 500, "");
  assert_waits(1, 0, "");
  assert_waits(1, 300, "0-300");
  add(0, OK "a");
  assert_polls(500, "");
  assert_waits(1, 300, "");
  assert_performs("a", 0);
  assert_polls(500, "0-500");
  assert_int_equal(lib->multi_poll(show.multi, NULL, 0, -1, NULL),
                   CURLM_BAD_FUNCTION_ARGUMENT);
}

static void a_poll_is_woken(void **state)
{
  (void)state;

  another_thread_wakes_at(200);
  assert_polls(500, "0-200");
  assert_null(show.stage.act);
  assert_polls(500, "0-500");
  another_thread_wakes_at(200);
  assert_polls(100, "0-100");
  assert_polls(500, "0-200");
  wake(show.multi);
  assert_polls(500, "");
  assert_polls(500, "0-500");
  wake(show.multi);
  assert_polls(0, ""); /* takes it too */
  assert_polls(500, "0-500");
  another_thread_wakes_at(200);
  assert_waits(1, 500, "0-500"); /* a wait is not woken, and leaves it */
  assert_polls(500, "");
}

/* ---- failures ---- */

static void fail_next(enum script_call call)
{
  show.script.fail_at[call] = 1;
}

static void any_call_can_fail(void **state)
{
  (void)state;
  CURLM *multi = show.multi;

  fail_next(SCRIPT_MULTI_INIT);
  assert_null(lib->multi_init());
  assert_int_equal(show.script.multis, 1);
  fail_next(SCRIPT_MULTI_ADD);
  assert_int_equal(lib->multi_add_handle(multi, show.curl[0]),
                   CURLM_OUT_OF_MEMORY);
  assert_int_equal(show.script.added, 0);
  assert_performs("", 0);
  add(0, OK "a");
  fail_next(SCRIPT_MULTI_PERFORM);
  assert_int_equal(lib->multi_perform(multi, &show.running),
                   CURLM_OUT_OF_MEMORY);
  assert_int_equal(show.running, 1);
  fail_next(SCRIPT_MULTI_PERFORM);
  assert_int_equal(lib->multi_socket_action(multi, 1, 0, NULL),
                   CURLM_OUT_OF_MEMORY);
  assert_performs("a", 0);
  fail_next(SCRIPT_MULTI_REMOVE);
  assert_int_equal(lib->multi_remove_handle(multi, show.curl[0]),
                   CURLM_OUT_OF_MEMORY);
  assert_counts("1 0 0 1 1 ");
  fail_next(SCRIPT_MULTI_SETOPT);
  assert_int_equal(
    lib->multi_setopt(multi, CURLMOPT_TIMERFUNCTION, take_timer),
    CURLM_OUT_OF_MEMORY);
  assert_null(script_multi_of(multi)->timer);
  fail_next(SCRIPT_MULTI_POLL);
  assert_int_equal(lib->multi_poll(multi, NULL, 0, 500, NULL),
                   CURLM_OUT_OF_MEMORY);
  assert_string_equal(stage_sleeps(&show.stage), "");
  assert_int_equal(show.script.failures, 7);
  assert_polls(500, "0-500");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    SHOW_TEST(a_callback_may_call_next_to_nothing),
    SHOW_TEST(the_timer_is_told_while_there_is_something_left),
    SHOW_TEST(a_timer_that_fails_ends_them_all),
    SHOW_TEST(who_wants_to_is_notified),
    SHOW_TEST(a_notify_callback_may_do_more),
    SHOW_TEST(a_notification_must_be_wanted_then_and_still),
    SHOW_TEST(sleeps_are_the_stages),
    SHOW_TEST(a_poll_is_woken),
    SHOW_TEST(any_call_can_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
