#define CURL_DISABLE_TYPECHECK
#include "drive.h"

#include <limits.h>
#include <stdlib.h>

#include <curlew/curlew.h>

#include "handle.h"
#include "multi.h"
#include "script_multi.h"

static enum drive_way driver(void)
{
  const char *name = getenv("SCENE_DRIVER");

  if(!name || !strcmp(name, "easy"))
    return DRIVE_EASY;
  if(!strcmp(name, "poll"))
    return DRIVE_POLL;
  assert_string_equal(name, "events");
  return DRIVE_EVENTS;
}

bool drive_is_multi(void)
{
  return driver() != DRIVE_EASY;
}

/* ---- an application's loop ---- */

struct loop {
  CURLM *multi;
  CURL *curl;
  long timer_ms; /* what is set, -1: nothing */
  bool is_over;
  CURLcode result;
};

static int set_timer(CURLM *multi, long timeout_ms, void *user)
{
  struct loop *loop = user;

  assert_ptr_equal(multi, loop->multi);
  loop->timer_ms = timeout_ms;
  return 0;
}

static void read_messages(struct loop *loop, int running)
{
  const CURLMsg *message = NULL;
  int left = 1;

  while((message = curlew_multi_info_read(loop->multi, &left))) {
    assert_false(loop->is_over);
    assert_int_equal(message->msg, CURLMSG_DONE);
    assert_ptr_equal(message->easy_handle, loop->curl);
    loop->is_over = true;
    loop->result = message->data.result;
  }
  assert_int_equal(left, 0);
  assert_int_equal(running, !loop->is_over);
}

/* Sleeping forever would be to have been forgotten. */
static void poll_on(struct loop *loop)
{
  long timeout_ms = 0;
  int running = -1;

  assert_int_equal(curlew_multi_perform(loop->multi, &running), CURLM_OK);
  read_messages(loop, running);
  if(loop->is_over)
    return;
  assert_int_equal(curlew_multi_timeout(loop->multi, &timeout_ms), CURLM_OK);
  assert_in_range(timeout_ms, 0, INT_MAX - 1);
  assert_int_equal(curlew_multi_poll(loop->multi, NULL, 0, INT_MAX, NULL),
                   CURLM_OK);
}

static void take_event(struct loop *loop)
{
  struct script_multi *fake = script_multi_of(loop->multi);
  int running = -1;

  assert_in_range(loop->timer_ms, 0, INT_MAX - 1);
  /* whoever cancels wakes the loop */
  if(loop->timer_ms && !fake->is_woken)
    stage_sleep(script_now()->stage, (uint64_t)loop->timer_ms,
                &fake->is_woken);
  fake->is_woken = false;
  loop->timer_ms = -1;
  assert_int_equal(
    curlew_multi_socket_action(loop->multi, CURL_SOCKET_TIMEOUT, 0, &running),
    CURLM_OK);
  read_messages(loop, running);
}

static CURLcode run(struct loop *loop, bool is_polled)
{
  if(!is_polled) {
    curlew_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curlew_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
  }
  if(curlew_multi_add_handle(loop->multi, loop->curl))
    return CURLE_OUT_OF_MEMORY;
  while(!loop->is_over) {
    if(is_polled)
      poll_on(loop);
    else
      take_event(loop);
  }
  assert_int_equal(curlew_multi_remove_handle(loop->multi, loop->curl),
                   CURLM_OK);
  return loop->result;
}

CURLcode drive_by(enum drive_way way, CURL *curl)
{
  struct loop loop = {.curl = curl, .timer_ms = -1};

  if(way == DRIVE_EASY)
    return curlew_easy_perform(curl);
  const struct cw_libcurl *libcurl = cw_handle_find(curl)->libcurl;
  loop.multi = libcurl->multi_init();
  assert_non_null(loop.multi);
  CURLcode result = CURLE_OUT_OF_MEMORY;
  if(cw_multi_new(loop.multi, libcurl, &script_now()->stage->world)) {
    result = run(&loop, way == DRIVE_POLL);
    assert_int_equal(curlew_multi_cleanup(loop.multi), CURLM_OK);
  }
  else
    libcurl->multi_cleanup(loop.multi);
  return result;
}

CURLcode drive(CURL *curl)
{
  return drive_by(driver(), curl);
}
