/* show.h - handles and a multi handle of the scripted libcurl, and what a
   program on them sees. */
#ifndef SHOW_H
#define SHOW_H

#include <stdio.h>

#include "script_multi.h"

#define SHOW_HANDLES 3
#define OK           "200|Content-Length: 1;body "

/* What happens, and what a program on it sees. */
struct show {
  struct stage stage;
  struct script script;
  CURLM *multi;
  CURL *curl[SHOW_HANDLES];
  char seen[256]; /* by all callbacks */
  int running;
  int answer; /* of the timer and the progress callback */
};

static const struct cw_libcurl *const lib = &script_libcurl;
static struct show show;

static inline void see(const char *text, size_t length)
{
  const size_t used = strlen(show.seen);

  assert_true(length < sizeof(show.seen) - used);
  memcpy(show.seen + used, text, length);
  show.seen[used + length] = '\0';
}

static inline size_t take_body(char *data, size_t size, size_t count,
                               void *user)
{
  (void)user;
  see(data, size * count);
  return size * count;
}

static inline int take_progress(void *user, curl_off_t total, curl_off_t now,
                                curl_off_t up_total, curl_off_t up)
{
  (void)user, (void)total, (void)now, (void)up_total, (void)up;
  see("%", 1);
  return show.answer;
}

static inline int take_timer(CURLM *multi, long timeout_ms, void *user)
{
  char text[16];

  assert_ptr_equal(multi, show.multi);
  assert_ptr_equal(user, &show);
  snprintf(text, sizeof(text), "<%ld>", timeout_ms);
  see(text, strlen(text));
  return show.answer;
}

static inline int begin(void **state)
{
  (void)state;
  memset(&show, 0, sizeof(show));
  stage_init(&show.stage);
  script_init(&show.script, &show.stage);
  show.multi = lib->multi_init();
  for(int i = 0; i < SHOW_HANDLES; i++) {
    show.curl[i] = lib->easy_init();
    lib->easy_setopt(show.curl[i], CURLOPT_URL, "http://a/");
    lib->easy_setopt(show.curl[i], CURLOPT_WRITEFUNCTION, take_body);
    lib->easy_setopt(show.curl[i], CURLOPT_XFERINFOFUNCTION, take_progress);
  }
  return 0;
}

static inline int end(void **state)
{
  (void)state;
  assert_int_equal(lib->multi_cleanup(show.multi), CURLM_OK);
  for(int i = 0; i < SHOW_HANDLES; i++)
    lib->easy_cleanup(show.curl[i]);
  assert_int_equal(show.script.handles, 0);
  assert_int_equal(show.script.multis, 0);
  script_clear(&show.script);
  return 0;
}

static inline void add(int i, const char *moves)
{
  if(moves)
    script_add(&show.script, moves);
  assert_int_equal(lib->multi_add_handle(show.multi, show.curl[i]), CURLM_OK);
}

static inline void take_away(int i)
{
  assert_int_equal(lib->multi_remove_handle(show.multi, show.curl[i]),
                   CURLM_OK);
}

/* Performs: what is seen then, and how many are running after it. */
static inline void assert_performs(const char *seen, int running)
{
  show.seen[0] = '\0';
  show.running = -1;
  assert_int_equal(lib->multi_perform(show.multi, &show.running), CURLM_OK);
  assert_string_equal(show.seen, seen);
  assert_int_equal(show.running, running);
}

static inline void assert_message(int i, CURLcode result, int expected_left)
{
  int left = -1;
  const CURLMsg *message = lib->multi_info_read(show.multi, &left);

  assert_non_null(message);
  assert_int_equal(message->msg, CURLMSG_DONE);
  assert_ptr_equal(message->easy_handle, show.curl[i]);
  assert_int_equal(message->data.result, result);
  assert_int_equal(left, expected_left);
}

static inline void assert_no_message(void)
{
  int left = -1;

  assert_null(lib->multi_info_read(show.multi, &left));
  assert_int_equal(left, 0);
}

static inline void assert_timeout(long expected)
{
  long ms = -2;

  assert_int_equal(lib->multi_timeout(show.multi, &ms), CURLM_OK);
  assert_int_equal(ms, expected);
}

/* As multi_get_offt() tells them: added running 0 done ever. */
static inline void assert_counts(const char *expected)
{
  char text[64] = "";

  for(int i = 1; i <= 5; i++) {
    curl_off_t value = -1;
    assert_int_equal(lib->multi_get_offt(show.multi, i, &value), CURLM_OK);
    snprintf(text + strlen(text), 8, "%d ", (int)value);
  }
  assert_string_equal(text, expected);
}

static inline void set_timer(void)
{
  assert_int_equal(
    lib->multi_setopt(show.multi, CURLMOPT_TIMERFUNCTION, take_timer),
    CURLM_OK);
  assert_int_equal(lib->multi_setopt(show.multi, CURLMOPT_TIMERDATA, &show),
                   CURLM_OK);
}

#define SHOW_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
