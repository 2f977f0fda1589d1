/* The multi interface of the scripted libcurl does as libcurl's does:
   transfers, being in it, and what it keeps. */

#define CURL_DISABLE_TYPECHECK
#include "show.h"

/* ---- playing ---- */

static void they_play_in_the_order_of_their_adding(void **state)
{
  (void)state;
  curl_off_t value = 0;

  assert_int_equal(show.script.multis, 1);
  assert_timeout(-1);
  assert_performs("", 0);
  add(1, OK "b");
  add(0, OK "a;end 18");
  add(2, OK "c");
  assert_int_equal(show.script.added, 3);
  assert_int_equal(show.script.played, 0);
  assert_timeout(0);
  assert_counts("3 3 0 0 3 ");
  assert_no_message();
  assert_performs("bac", 0);
  assert_timeout(-1);
  assert_counts("3 0 0 3 3 ");
  assert_performs("", 0);
  CURL **list = lib->multi_get_handles(show.multi);
  assert_ptr_equal(list[0], show.curl[1]);
  assert_ptr_equal(list[1], show.curl[0]);
  assert_ptr_equal(list[2], show.curl[2]);
  assert_null(list[3]);
  lib->free(list);
  assert_message(1, CURLE_OK, 2);
  assert_message(0, CURLE_PARTIAL_FILE, 1);
  assert_message(2, CURLE_OK, 0);
  assert_no_message();
  take_away(0);
  assert_counts("2 0 0 2 3 ");
  assert_int_equal(lib->multi_get_offt(show.multi, 6, &value),
                   CURLM_UNKNOWN_OPTION);
}

static void all_that_play_do_the_same(void **state)
{
  (void)state;

  add(0, OK "a;later;body b;later;body c");
  assert_performs("a", 1);
  assert_int_equal(lib->multi_socket_action(show.multi, CURL_SOCKET_TIMEOUT, 0,
                                            &show.running),
                   CURLM_OK);
  assert_string_equal(show.seen, "ab");
  assert_int_equal(show.running, 1);
  assert_int_equal(lib->multi_socket_all(show.multi, NULL), CURLM_OK);
  assert_string_equal(show.seen, "abc");
  assert_message(0, CURLE_OK, 0);
}

static void what_is_for_later_is_for_the_next_call(void **state)
{
  (void)state;
  long status = 0;

  add(0, OK "a;later;body b;later");
  add(1, OK "1;stall;body 2");
  add(2, OK "x");
  assert_performs("a1x", 2);
  assert_message(2, CURLE_OK, 0);
  assert_no_message();
  assert_timeout(0);
  assert_performs("b", 2);
  lib->easy_getinfo(show.curl[0], CURLINFO_RESPONSE_CODE, &status);
  assert_int_equal(status, 200);
  assert_performs("", 1);
  assert_message(0, CURLE_OK, 0);
  for(int i = 3; i <= 10; i++)
    assert_performs("", 1);
  assert_performs("2", 0);
  assert_message(1, CURLE_OK, 0);
}

static void an_easy_perform_rests_nowhere(void **state)
{
  (void)state;

  script_add(&show.script, OK "a;later;body b;stall;body c;later");
  assert_int_equal(lib->easy_perform(show.curl[0]), CURLE_OK);
  assert_string_equal(show.seen, "abc");
  add(0, OK "d");
  assert_int_equal(lib->easy_perform(show.curl[0]), CURLE_FAILED_INIT);
  assert_performs("d", 0);
}

static void after_a_rest_time_and_progress_are_looked_at(void **state)
{
  (void)state;

  for(int i = 0; i < SHOW_HANDLES; i++)
    lib->easy_setopt(show.curl[i], CURLOPT_NOPROGRESS, 0L);
  lib->easy_setopt(show.curl[0], CURLOPT_TIMEOUT_MS, 100L);
  add(0, OK "a;stall");
  add(1, OK "b;later;body c");
  assert_performs("ab", 2);
  stage_pass(&show.stage, 99);
  assert_performs("%%c", 1);
  stage_pass(&show.stage, 1);
  assert_performs("", 0);
  assert_message(1, CURLE_OK, 1);
  assert_message(0, CURLE_OPERATION_TIMEDOUT, 0);
  add(2, OK "a;stall");
  assert_performs("a", 1);
  show.answer = 1;
  assert_performs("%", 0);
  assert_message(2, CURLE_ABORTED_BY_CALLBACK, 0);
  assert_int_equal(show.script.aborts, 1);
}

/* ---- being in it ---- */

static void a_handle_is_in_one_at_most(void **state)
{
  (void)state;
  CURLM *other = lib->multi_init();
  CURL *curl = show.curl[0];

  assert_int_equal(lib->multi_remove_handle(show.multi, curl), CURLM_OK);
  add(0, OK "a");
  assert_int_equal(lib->multi_add_handle(show.multi, curl),
                   CURLM_ADDED_ALREADY);
  assert_int_equal(lib->multi_add_handle(other, curl), CURLM_ADDED_ALREADY);
  assert_int_equal(lib->multi_remove_handle(other, curl),
                   CURLM_BAD_EASY_HANDLE);
  assert_int_equal(lib->multi_add_handle(other, NULL), CURLM_BAD_EASY_HANDLE);
  assert_int_equal(lib->multi_perform(NULL, NULL), CURLM_BAD_HANDLE);
  assert_int_equal(show.script.added, 1);
  assert_counts("1 1 0 0 1 ");
  take_away(0);
  take_away(0);
  assert_int_equal(lib->multi_add_handle(other, curl), CURLM_OK);
  assert_performs("", 0);
  assert_int_equal(lib->multi_perform(other, NULL), CURLM_OK);
  assert_string_equal(show.seen, "a");
  assert_int_equal(show.script.multis, 2);
  assert_int_equal(lib->multi_cleanup(other), CURLM_OK);
  assert_int_equal(show.script.multis, 1);
  add(0, OK "b"); /* it was let go */
  assert_performs("b", 0);
  assert_message(0, CURLE_OK, 0);
}

static long connects_of(int i)
{
  long count = -1;

  lib->easy_getinfo(show.curl[i], CURLINFO_NUM_CONNECTS, &count);
  return count;
}

static void it_can_be_removed_at_any_time(void **state)
{
  (void)state;

  for(int i = 0; i < SHOW_HANDLES; i++)
    lib->easy_setopt(show.curl[i], CURLOPT_NOPROGRESS, 0L);
  add(0, NULL); /* which has not begun */
  add(1, OK "b;later;body c");
  take_away(0);
  assert_performs("b", 1);
  stage_pass(&show.stage, 7);
  take_away(1); /* which is in the middle */
  assert_string_equal(show.seen, "b%");
  assert_no_message();
  assert_timeout(-1);
  assert_performs("", 0);
  double seconds = 0;
  lib->easy_getinfo(show.curl[1], CURLINFO_TOTAL_TIME, &seconds);
  assert_true(seconds > 0.0069 && seconds < 0.0071);
  add(1, OK "d"); /* begins anew: without what was left, or a connection */
  add(2, OK "e");
  assert_performs("de", 0);
  assert_int_equal(connects_of(1), 1);
  take_away(1); /* which is done */
  assert_message(2, CURLE_OK, 0);
  assert_no_message();
  add(1, OK "f");
  assert_performs("f", 0);
  assert_int_equal(connects_of(1), 0);
  assert_message(1, CURLE_OK, 0);
}

static void a_handle_that_is_freed_is_removed(void **state)
{
  (void)state;

  add(0, OK "a;later");
  add(1, OK "b");
  assert_performs("ab", 1);
  for(int i = 0; i < 2; i++) {
    lib->easy_cleanup(show.curl[i]);
    show.curl[i] = lib->easy_init();
  }
  assert_counts("0 0 0 0 2 ");
  assert_no_message();
  assert_performs("", 0);
}

/* ---- the rest ---- */

static int take_socket(CURL *curl, curl_socket_t socket, int what, void *user,
                       void *data)
{
  (void)curl, (void)socket, (void)what, (void)user, (void)data;
  return 0;
}

static int take_push(CURL *parent, CURL *curl, size_t count,
                     struct curl_pushheaders *headers, void *user)
{
  (void)parent, (void)curl, (void)count, (void)headers, (void)user;
  return CURL_PUSH_OK;
}

static void what_is_set_is_kept(void **state)
{
  (void)state;
  const struct script_multi *kept = script_multi_of(show.multi);
  int max = 0;
  char data[3];

  set_timer();
  lib->multi_setopt(show.multi, CURLMOPT_SOCKETFUNCTION, take_socket);
  lib->multi_setopt(show.multi, CURLMOPT_SOCKETDATA, &data[0]);
  lib->multi_setopt(show.multi, CURLMOPT_PUSHFUNCTION, take_push);
  lib->multi_setopt(show.multi, CURLMOPT_PUSHDATA, &data[1]);
  assert_int_equal(
    lib->multi_setopt(show.multi, CURLMOPT_MAX_HOST_CONNECTIONS, 3L),
    CURLM_OK);
  assert_int_equal(lib->multi_assign(show.multi, 9, &data[2]), CURLM_OK);
  assert_ptr_equal(kept->timer, take_timer);
  assert_ptr_equal(kept->timer_user, &show);
  assert_ptr_equal(kept->socket, take_socket);
  assert_ptr_equal(kept->socket_user, &data[0]);
  assert_ptr_equal(kept->push, take_push);
  assert_ptr_equal(kept->push_user, &data[1]);
  assert_int_equal(kept->assigned, 9);
  assert_ptr_equal(kept->assigned_data, &data[2]);
  assert_int_equal(lib->multi_fdset(show.multi, NULL, NULL, NULL, &max),
                   CURLM_OK);
  assert_int_equal(max, -1);
  char *text = lib->maprintf("%s-%d", "a", 1);
  assert_string_equal(text, "a-1");
  lib->free(text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    SHOW_TEST(they_play_in_the_order_of_their_adding),
    SHOW_TEST(all_that_play_do_the_same),
    SHOW_TEST(what_is_for_later_is_for_the_next_call),
    SHOW_TEST(an_easy_perform_rests_nowhere),
    SHOW_TEST(after_a_rest_time_and_progress_are_looked_at),
    SHOW_TEST(a_handle_is_in_one_at_most),
    SHOW_TEST(it_can_be_removed_at_any_time),
    SHOW_TEST(a_handle_that_is_freed_is_removed),
    SHOW_TEST(what_is_set_is_kept),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
