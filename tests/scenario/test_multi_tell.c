/* Scenarios of what a multi handle tells of itself, and of what it is told:
   libcurl's newer functions, notifications, pushed handles, options. */

#define CURL_DISABLE_TYPECHECK
#include "crowd.h"

#include <limits.h>
#include <stdlib.h>

#include "call.h"

#define AFTER(s) "503|Content-Length: 0|Retry-After: " s
#define TWICE    "200|Content-Length: 4;body ab;later;body cd"

static CURL *curl_of(int i)
{
  return crowd.member[i].curl;
}

/* ---- counts ---- */

/* What is current, running, pending, done, and was ever added. The public
   function looks whether the libcurl at hand has it: this is the driver's. */
static void assert_counts(const char *expected)
{
  char text[64] = "";

  for(int i = 1; i <= 5; i++) {
    curl_off_t value = -1;
    assert_int_equal(cw_multi_get_offt(crowd.ours, i, &value), CURLM_OK);
    snprintf(text + strlen(text), 8, "%d ", (int)value);
  }
  assert_string_equal(text, expected);
}

static void assert_handles(const char *expected)
{
  char text[64] = "";
  CURL **list = curlew_multi_get_handles(crowd.multi);

  assert_non_null(list);
  for(int n = 0; list[n]; n++)
    for(int i = 0; i < CROWD_MAX; i++)
      if(list[n] == curl_of(i))
        snprintf(text + strlen(text), 8, "%d ", i);
  curl_free(list);
  assert_string_equal(text, expected);
}

static void who_waits_is_counted_and_listed(void **state)
{
  (void)state;
  curl_off_t value = 0;

  assert_counts("0 0 0 0 0 ");
  assert_handles("");
  crowd_add(0, AFTER("1"));
  crowd_add(1, AFTER("3"));
  crowd_add(2, TWICE);
  assert_counts("3 3 0 0 3 ");
  assert_handles("0 1 2 ");
  assert_turn("2:ab ", 3);
  assert_counts("3 3 0 0 3 ");
  assert_handles("2 0 1 ");
  assert_turn("2:cd ", 2);
  assert_counts("3 2 0 1 3 ");
  crowd_remove(2);
  assert_counts("2 2 0 0 3 ");
  crowd_poll(INT_MAX);
  crowd_play("302|Location: /x|Content-Length: 0");
  crowd_play(CROWD_OK);
  assert_turn("0:ok ", 1);
  assert_counts("2 1 0 1 3 ");
  assert_handles("0 1 ");
  assert_int_equal(curlew_easy_cancel(curl_of(1)), CURLE_OK);
  assert_turn("", 0);
  assert_counts("2 0 0 2 3 "); /* one of them libcurl has not */
  crowd_remove(1);
  assert_counts("1 0 0 1 3 ");
  assert_handles("0 ");
  crowd_remove(0);
  assert_counts("0 0 0 0 3 ");
  crowd_add(0, CROWD_OK);
  assert_counts("1 1 0 0 4 ");
  assert_turn("0:ok ", 0);
  assert_int_equal(cw_multi_get_offt(crowd.ours, 6, &value),
                   CURLM_UNKNOWN_OPTION);
}

/* ---- notifications ---- */

static void enable(unsigned what)
{
  assert_int_equal(cw_multi_notify(crowd.ours, what, true), CURLM_OK);
}

static void operations_are_notified_not_attempts(void **state)
{
  (void)state;

  crowd_set_notify();
  crowd_add(3, CROWD_OK);
  assert_turn("3:ok ", 0); /* nothing is enabled yet */
  crowd_remove(3);
  enable(SCRIPT_EASY_DONE);
  crowd_add(0, AFTER("1"));
  crowd_add(1, "302|Location: /x|Content-Length: 0");
  crowd_add(2, "503|Content-Length: 0");
  crowd_play(CROWD_OK);
  assert_turn("1:ok 1! ", 2);
  enable(SCRIPT_INFO_READ);
  crowd_poll(INT_MAX);
  crowd_play(AFTER("9"));
  assert_turn("", 2);
  crowd_poll(INT_MAX);
  crowd_play(CROWD_OK);
  assert_turn("0:ok 0! read! ", 1);
  assert_int_equal(cw_multi_notify(crowd.ours, SCRIPT_EASY_DONE, false),
                   CURLM_OK);
  assert_int_equal(curlew_easy_cancel(curl_of(2)), CURLE_OK);
  assert_messages("1=0 0=0 ");
  assert_turn("read! ", 0);
  assert_messages("2=42 ");
  assert_turn("", 0);
  assert_int_equal(cw_multi_notify(crowd.ours, 2, true), CURLM_UNKNOWN_OPTION);
  assert_int_equal(
    curlew_multi_setopt(crowd.multi, (CURLMoption)SCRIPT_NOTIFYFUNCTION, NULL),
    CURLM_OK);
  crowd_remove(0);
  crowd_add(0, CROWD_OK);
  assert_turn("0:ok ", 0);
}

static void each_is_notified_before_what_there_is_to_read(void **state)
{
  (void)state;

  crowd_set_notify();
  enable(SCRIPT_EASY_DONE);
  enable(SCRIPT_INFO_READ);
  crowd_add(0, CROWD_OK);
  crowd_add(1, CROWD_OK);
  assert_turn("0:ok 1:ok 0! 1! read! ", 0);
  assert_messages("0=0 1=0 ");
}

/* Reads its message, takes it away and begins it anew, two times. */
static void begin_again(enum crowd_call call, int who)
{
  static int left;

  if(call != CROWD_NOTIFY || who < 0)
    return;
  if(!left)
    left = 3;
  assert_string_equal(crowd_messages(), who ? "1=0 " : "0=0 ");
  crowd_remove(who);
  if(--left)
    crowd_add(who, CROWD_OK);
}

static void all_may_go_on_from_a_notification(void **state)
{
  (void)state;

  crowd_set_notify();
  enable(SCRIPT_EASY_DONE);
  crowd.within = begin_again;
  crowd_add(0, CROWD_OK);
  assert_turn("0:ok 0! ", 1);
  assert_turn("0:ok 0! ", 1);
  assert_turn("0:ok 0! ", 0);
  assert_messages("");
  assert_int_equal(crowd.ours->members, 0);
}

static void take_all(enum crowd_call call, int who)
{
  (void)call, (void)who;
  for(int i = 0; i < CROWD_MAX; i++)
    (void)curlew_multi_remove_handle(crowd.multi, curl_of(i));
}

/* What is gone is not told of. */
static void who_was_removed_is_not_notified(void **state)
{
  (void)state;

  crowd_set_notify();
  enable(SCRIPT_EASY_DONE);
  crowd.within = NULL;
  crowd_add(0, "410|Content-Length: 0");
  crowd_add(1, "410|Content-Length: 0");
  crowd_add(2, "410|Content-Length: 0");
  crowd.within = take_all;
  assert_turn("0! ", 0);
  assert_messages("");
}

static void turn_within(enum crowd_call call, int who)
{
  int running = 0;

  (void)call, (void)who;
  assert_int_equal(curlew_multi_perform(crowd.multi, &running),
                   CURLM_RECURSIVE_API_CALL);
  assert_int_equal(
    curlew_multi_socket_action(crowd.multi, CURL_SOCKET_TIMEOUT, 0, &running),
    CURLM_RECURSIVE_API_CALL);
  assert_int_equal(curlew_multi_cleanup(crowd.multi),
                   CURLM_RECURSIVE_API_CALL);
}

/* As with libcurl. */
static void within_a_notification_there_is_no_turn(void **state)
{
  (void)state;

  crowd_set_notify();
  enable(SCRIPT_EASY_DONE);
  crowd_add(0, CROWD_OK);
  crowd.within = turn_within;
  assert_turn("0:ok 0! ", 0);
}

/* ---- pushed handles ---- */

static size_t take_pushed(char *data, size_t size, size_t count, void *user)
{
  (void)data, (void)user;
  return size * count;
}

static int show_nothing(void *user, curl_off_t total, curl_off_t now,
                        curl_off_t up_total, curl_off_t up)
{
  (void)user, (void)total, (void)now, (void)up_total, (void)up;
  return 0;
}

static int take_push(CURL *parent, CURL *curl, size_t count,
                     struct curl_pushheaders *headers, void *user)
{
  const struct options *options = script_options(curl);

  (void)headers;
  assert_ptr_equal(user, &crowd);
  assert_ptr_equal(parent, curl_of(0));
  assert_int_equal(count, 5);
  assert_null(cw_handle_find(curl));
  assert_ptr_equal(options_function(options, CURLOPT_WRITEFUNCTION),
                   take_pushed);
  assert_ptr_equal(options_pointer(options, CURLOPT_WRITEDATA), &crowd);
  assert_null(options_function(options, CURLOPT_HEADERFUNCTION));
  assert_null(options_function(options, CURLOPT_PREREQFUNCTION));
  assert_ptr_equal(options_function(options, CURLOPT_XFERINFOFUNCTION),
                   show_nothing);
  assert_ptr_equal(options_pointer(options, CURLOPT_XFERINFODATA), &crowd);
  assert_int_equal(options_number(options, CURLOPT_FOLLOWLOCATION), 1);
  return CURL_PUSH_OK;
}

static void push(void *user)
{
  struct script_multi *fake = script_multi_of(crowd.multi);
  CURL *curl = script_libcurl.easy_duphandle(curl_of(0));
  int *answer = user;

  *answer = fake->push(curl_of(0), curl, 5, NULL, fake->push_user);
  script_libcurl.easy_cleanup(curl);
}

static void a_pushed_handle_is_as_the_application_set_its_parent(void **state)
{
  (void)state;
  int answer = -1;

  crowd_set(0, CURLOPT_WRITEFUNCTION, take_pushed);
  crowd_set(0, CURLOPT_WRITEDATA, &crowd);
  crowd_set(0, CURLOPT_FOLLOWLOCATION, 1L);
  crowd_set(0, CURLOPT_XFERINFOFUNCTION, show_nothing);
  crowd_set(0, CURLOPT_XFERINFODATA, &crowd);
  crowd_set(0, CURLOPT_NOPROGRESS, 0L);
  assert_int_equal(curlew_multi_setopt(crowd.multi, CURLMOPT_PUSHDATA, &crowd),
                   CURLM_OK);
  assert_int_equal(
    curlew_multi_setopt(crowd.multi, CURLMOPT_PUSHFUNCTION, take_push),
    CURLM_OK);
  crowd.script.act = push;
  crowd.script.act_user = &answer;
  crowd_add(0, "200|Content-Length: 2;act;body ok");
  crowd_turn();
  assert_int_equal(answer, CURL_PUSH_OK);
  crowd_remove(0);
  /* where it cannot be made so, it is none */
  crowd_add(0, "200|Content-Length: 2;later;act;body ok");
  crowd_turn();
  crowd.script.fail_at[SCRIPT_SETOPT] = 2;
  crowd_turn();
  assert_int_equal(answer, CURL_PUSH_DENY);
  assert_messages("0=0 ");
  assert_int_equal(
    curlew_multi_setopt(crowd.multi, CURLMOPT_PUSHFUNCTION, NULL), CURLM_OK);
  assert_null(script_multi_of(crowd.multi)->push);
}

/* ---- a libcurl that notes what it is told, and has nothing new ---- */

static char noted[64];

static CURLMcode note(CURLM *multi, CURLMoption option, ...)
{
  const int type = (int)option / 10000 * 10000;
  bool is_right = false;
  va_list args;

  (void)multi;
  va_start(args, option);
  if(type == CURLOPTTYPE_LONG)
    is_right = va_arg(args, long) == LONG_MAX;
  else if(type == CURLOPTTYPE_OBJECTPOINT)
    is_right = va_arg(args, void *) == noted;
  else if(type == CURLOPTTYPE_FUNCTIONPOINT)
    is_right = va_arg(args, cw_function *) == (cw_function *)note;
  else
    is_right = va_arg(args, curl_off_t) == INT64_MIN;
  va_end(args);
  snprintf(noted, sizeof(noted), "%d %d", (int)option, is_right);
  return (int)option == CURLMOPT_PIPELINING ? CURLM_UNKNOWN_OPTION : CURLM_OK;
}

#define assert_passes(option, value, text)                                    \
  do {                                                                        \
    assert_int_equal(curlew_multi_setopt(multi, option, value), CURLM_OK);    \
    assert_string_equal(noted, text);                                         \
  } while(0)

static void options_are_passed_on_as_they_are(void **state)
{
  (void)state;
  struct cw_libcurl old = script_libcurl;
  CURLM *multi = script_libcurl.multi_init();
  curl_off_t value = 0;

  old.multi_setopt = note;
  old.multi_get_handles = NULL;
  assert_non_null(cw_multi_new(multi, &old, &crowd.stage.world));
  assert_passes(CURLMOPT_MAXCONNECTS, LONG_MAX, "6 1");
  assert_passes(CURLMOPT_SOCKETDATA, noted, "10002 1");
  assert_passes(CURLMOPT_SOCKETFUNCTION, note, "20001 1");
  assert_passes(CURLMOPT_CHUNK_LENGTH_PENALTY_SIZE, INT64_MIN, "30010 1");
  assert_passes((CURLMoption)4711, LONG_MAX, "4711 1");
  assert_int_equal(curlew_multi_setopt(multi, CURLMOPT_PIPELINING, 1L),
                   CURLM_UNKNOWN_OPTION);
  assert_null(curlew_multi_get_handles(multi));
  assert_int_equal(curlew_multi_add_handle(multi, curl_of(0)),
                   CURLM_BAD_EASY_HANDLE);
  assert_int_equal(value, 0);
  assert_int_equal(curlew_multi_cleanup(multi), CURLM_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    CROWD_TEST(who_waits_is_counted_and_listed),
    CROWD_TEST(operations_are_notified_not_attempts),
    CROWD_TEST(each_is_notified_before_what_there_is_to_read),
    CROWD_TEST(all_may_go_on_from_a_notification),
    CROWD_TEST(who_was_removed_is_not_notified),
    CROWD_TEST(within_a_notification_there_is_no_turn),
    CROWD_TEST(a_pushed_handle_is_as_the_application_set_its_parent),
    CROWD_TEST(options_are_passed_on_as_they_are),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
