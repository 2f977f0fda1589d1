/*
 * loop.h - the event loops that applications have around a multi handle.
 *
 * Each relies on what it is told alone: one that nothing would wake fails the
 * test at once, where it can be seen.
 */
#ifndef CW_TEST_LOOP_H
#define CW_TEST_LOOP_H

#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "multi_api.h"

#define LOOP_PATIENCE_MS 30000
#define LOOP_EVENTS      64
#define LOOP_UNSET       (-1)

enum loop_style { LOOP_POLL, LOOP_SOCKET, LOOP_SELECT, LOOP_STYLES };

struct loop {
  const struct multi_api *api;
  enum loop_style style;
  CURLM *multi;
  int running;

  /* of LOOP_SOCKET */
  int epoll;
  unsigned sockets; /* that are watched */
  int64_t due_ms;   /* when the timer goes off; LOOP_UNSET */
  long told_ms;     /* what the timer was last set to */
  unsigned told;    /* how often */
};

static inline int64_t loop_now_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline int loop_take_timer(CURLM *multi, long timeout_ms, void *user)
{
  struct loop *loop = user;

  (void)multi;
  loop->told++;
  loop->told_ms = timeout_ms;
  loop->due_ms = timeout_ms < 0 ? LOOP_UNSET : loop_now_ms() + timeout_ms;
  return 0;
}

/* What is watched has the loop assigned to it. */
static inline int loop_take_socket(CURL *curl, curl_socket_t socket, int what,
                                   void *user, void *assigned)
{
  struct loop *loop = user;
  struct epoll_event event = {.data.fd = socket};

  (void)curl;
  if(what == CURL_POLL_REMOVE) {
    (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, socket, NULL);
    loop->sockets -= assigned != NULL;
    return 0;
  }
  if(what & CURL_POLL_IN)
    event.events |= EPOLLIN;
  if(what & CURL_POLL_OUT)
    event.events |= EPOLLOUT;
  if(!assigned) {
    assert_int_equal(loop->api->assign(loop->multi, socket, loop), CURLM_OK);
    loop->sockets++;
  }
  if(epoll_ctl(loop->epoll, EPOLL_CTL_MOD, socket, &event))
    assert_int_equal(epoll_ctl(loop->epoll, EPOLL_CTL_ADD, socket, &event), 0);
  return 0;
}

static inline void loop_open(struct loop *loop, const struct multi_api *api,
                             enum loop_style style)
{
  *loop = (struct loop){
    .api = api,
    .style = style,
    .multi = api->init(),
    .epoll = style == LOOP_SOCKET ? epoll_create1(EPOLL_CLOEXEC) : -1,
    .due_ms = LOOP_UNSET,
    .told_ms = LOOP_UNSET,
  };
  assert_non_null(loop->multi);
  if(style != LOOP_SOCKET)
    return;
  assert_true(loop->epoll >= 0);
  api->setopt(loop->multi, CURLMOPT_TIMERFUNCTION, loop_take_timer);
  api->setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
  api->setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, loop_take_socket);
  api->setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
}

static inline void loop_close(struct loop *loop)
{
  assert_int_equal(loop->api->cleanup(loop->multi), CURLM_OK);
  if(loop->epoll >= 0)
    close(loop->epoll);
}

static inline void loop_act(struct loop *loop, curl_socket_t socket,
                            int events)
{
  assert_int_equal(
    loop->api->socket_action(loop->multi, socket, events, &loop->running),
    CURLM_OK);
}

static inline int loop_left_ms(const struct loop *loop)
{
  if(loop->due_ms == LOOP_UNSET)
    return LOOP_PATIENCE_MS;
  const int64_t left_ms = loop->due_ms - loop_now_ms();
  return left_ms > 0 ? (int)left_ms : 0;
}

/* The timer goes off once for each time it is set. */
static inline void loop_turn_socket(struct loop *loop)
{
  struct epoll_event events[LOOP_EVENTS];

  if(!loop->sockets && loop->due_ms == LOOP_UNSET)
    fail_msg("nothing wakes the loop: %d running", loop->running);
  const int left_ms = loop_left_ms(loop);
  const int count = epoll_wait(loop->epoll, events, LOOP_EVENTS, left_ms);
  assert_true(count >= 0);
  for(int i = 0; i < count; i++) {
    const int in =
      events[i].events & ~(unsigned)EPOLLOUT ? CURL_CSELECT_IN : 0;
    const int out = events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0;
    loop_act(loop, events[i].data.fd, in | out);
  }
  if(!count && left_ms == LOOP_PATIENCE_MS)
    fail_msg("nothing woke the loop: %d running", loop->running);
  if(loop->due_ms != LOOP_UNSET && !loop_left_ms(loop)) {
    loop->due_ms = LOOP_UNSET;
    loop_act(loop, CURL_SOCKET_TIMEOUT, 0);
  }
}

static inline void loop_select(struct loop *loop)
{
  fd_set in, out, except;
  long timeout_ms = -1;
  int max = -1;

  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_ZERO(&except);
  assert_int_equal(loop->api->fdset(loop->multi, &in, &out, &except, &max),
                   CURLM_OK);
  assert_int_equal(loop->api->timeout(loop->multi, &timeout_ms), CURLM_OK);
  if(max < 0 && timeout_ms < 0)
    fail_msg("nothing wakes select: %d running", loop->running);
  if(timeout_ms < 0 || timeout_ms > LOOP_PATIENCE_MS)
    timeout_ms = LOOP_PATIENCE_MS;
  struct timeval time = {.tv_sec = timeout_ms / 1000,
                         .tv_usec = timeout_ms % 1000 * 1000};
  assert_true(select(max + 1, &in, &out, &except, &time) >= 0);
}

/* Sleeps where there is something to wait for, and goes on once. */
static inline void loop_turn(struct loop *loop)
{
  if(loop->style == LOOP_SOCKET) {
    loop_turn_socket(loop);
    return;
  }
  if(loop->style == LOOP_SELECT)
    loop_select(loop);
  else
    assert_int_equal(
      loop->api->poll(loop->multi, NULL, 0, LOOP_PATIENCE_MS, NULL), CURLM_OK);
  assert_int_equal(loop->api->perform(loop->multi, &loop->running), CURLM_OK);
}

/* Goes on until there is a message, and tells the result in it. */
static inline CURLcode loop_end(struct loop *loop, CURL *curl)
{
  const int64_t start_ms = loop_now_ms();
  const CURLMsg *message = NULL;
  int left = 0;

  while(!(message = loop->api->info_read(loop->multi, &left))) {
    if(loop_now_ms() - start_ms > 2 * LOOP_PATIENCE_MS)
      fail_msg("no message: %d running", loop->running);
    loop_turn(loop);
  }
  assert_int_equal(message->msg, CURLMSG_DONE);
  assert_ptr_equal(message->easy_handle, curl);
  return message->data.result;
}

#endif
