/*
 * many.c - transfers in multi handles, in ways that are not the plainest.
 * Prints what comes of them.
 *
 *     many ACT URL URL
 */
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>

#include "transfer.h"

static char *const *url;

/* ---- curl_multi_socket_action() ---- */

#define SOCKETS_MAX 16

struct loop {
  struct pollfd socket[SOCKETS_MAX];
  nfds_t count;
  long timeout_ms;
};

static int watch(CURL *curl, curl_socket_t socket, int what, void *user,
                 void *socket_user)
{
  struct loop *loop = user;
  nfds_t i = 0;

  (void)curl;
  (void)socket_user;
  while(i < loop->count && loop->socket[i].fd != socket)
    i++;
  if(what == CURL_POLL_REMOVE) {
    if(i < loop->count)
      loop->socket[i] = loop->socket[--loop->count];
    return 0;
  }
  if(i == SOCKETS_MAX)
    return -1;
  if(i == loop->count)
    loop->count++;
  loop->socket[i] = (struct pollfd){
    .fd = socket,
    .events = (short)((what & CURL_POLL_IN ? POLLIN : 0) |
                      (what & CURL_POLL_OUT ? POLLOUT : 0)),
  };
  return 0;
}

static int set_timer(CURLM *multi, long timeout_ms, void *user)
{
  struct loop *loop = user;

  (void)multi;
  loop->timeout_ms = timeout_ms;
  return 0;
}

static void act_on(CURLM *multi, struct loop *loop, int *running)
{
  const struct loop before = *loop;

  for(nfds_t i = 0; i < before.count; i++)
    if(before.socket[i].revents)
      curl_multi_socket_action(
        multi, before.socket[i].fd,
        (before.socket[i].revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
          (before.socket[i].revents & ~POLLOUT ? CURL_CSELECT_IN : 0),
        running);
}

/* Nothing but its events and its timer wakes it. */
static void drive_by_events(CURLM *multi, struct loop *loop)
{
  int running = 1;

  curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
  while(running) {
    if(poll(loop->socket, loop->count, (int)loop->timeout_ms) > 0)
      act_on(multi, loop, &running);
    else {
      loop->timeout_ms = -1;
      curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
  }
}

static void by_events(void)
{
  struct transfer transfer;
  struct loop loop = {.timeout_ms = -1};

  transfer_begin(&transfer, curl_easy_init(), url[0]);
  transfer.multi = curl_multi_init();
  curl_multi_setopt(transfer.multi, CURLMOPT_SOCKETFUNCTION, watch);
  curl_multi_setopt(transfer.multi, CURLMOPT_SOCKETDATA, &loop);
  curl_multi_setopt(transfer.multi, CURLMOPT_TIMERFUNCTION, set_timer);
  curl_multi_setopt(transfer.multi, CURLMOPT_TIMERDATA, &loop);
  curl_multi_add_handle(transfer.multi, transfer.curl);
  drive_by_events(transfer.multi, &loop);
  transfer_end(&transfer);
}

/* ---- one in a callback of the other ---- */

static bool has_inner;
static struct transfer inner; /* begun before, or not */

static size_t end_inner(char *data, size_t size, size_t count, void *user)
{
  if(has_inner)
    transfer_end(&inner);
  has_inner = false;
  return transfer_take(data, size, count, user);
}

/* The first transfer, whose first body ends the second. */
static void begin_outer(struct transfer *outer)
{
  transfer_begin(outer, curl_easy_init(), url[0]);
  curl_easy_setopt(outer->curl, CURLOPT_WRITEFUNCTION, end_inner);
  has_inner = true;
}

static void easy_in_multi(void)
{
  struct transfer outer;

  transfer_begin(&inner, curl_easy_init(), url[1]);
  begin_outer(&outer);
  transfer_enter(&outer);
  transfer_end(&outer);
}

static void multi_in_easy(void)
{
  struct transfer outer;

  transfer_begin(&inner, curl_easy_init(), url[1]);
  transfer_enter(&inner);
  begin_outer(&outer);
  transfer_end(&outer);
}

static size_t begin_inner(char *data, size_t size, size_t count, void *user)
{
  if(has_inner) {
    transfer_begin(&inner, curl_easy_init(), url[1]);
    transfer_enter(&inner);
  }
  return end_inner(data, size, count, user);
}

/* There is none before. */
static void new_multi_in_easy(void)
{
  struct transfer outer;

  begin_outer(&outer);
  curl_easy_setopt(outer.curl, CURLOPT_WRITEFUNCTION, begin_inner);
  transfer_end(&outer);
}

static void easy_in_easy(void)
{
  struct transfer outer;

  transfer_begin(&inner, curl_easy_init(), url[1]);
  begin_outer(&outer);
  transfer_end(&outer);
}

/* ---- coming and going ---- */

/* As programs should not do it: libcurl takes it out by itself. */
static void clean_up_inside(void)
{
  struct transfer first;
  struct transfer second;
  int running = 0;

  transfer_begin(&first, curl_easy_init(), url[0]);
  transfer_begin(&second, curl_easy_init(), url[1]);
  transfer_enter(&first);
  curl_multi_add_handle(first.multi, second.curl);
  curl_multi_perform(first.multi, &running);
  printf("%d running\n", running);
  curl_easy_cleanup(second.curl);
  transfer_end(&first);
}

/* The multi handle goes first; what was in it performs alone. */
static void multi_goes_first(void)
{
  struct transfer transfer;
  int running = 0;

  transfer_begin(&transfer, curl_easy_init(), url[0]);
  transfer_enter(&transfer);
  curl_multi_perform(transfer.multi, &running);
  printf("%d running\n", running);
  curl_multi_cleanup(transfer.multi);
  transfer.multi = NULL;
  transfer_begin(&transfer, transfer.curl, url[1]);
  transfer_end(&transfer);
}

int main(int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*act)(void);
  } acts[] = {
    {"by-events", by_events},
    {"easy-in-multi", easy_in_multi},
    {"multi-in-easy", multi_in_easy},
    {"new-multi-in-easy", new_multi_in_easy},
    {"easy-in-easy", easy_in_easy},
    {"clean-up-inside", clean_up_inside},
    {"multi-goes-first", multi_goes_first},
  };

  if(argc < 4)
    return 1;
  url = argv + 2;
  for(size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
    if(!strcmp(argv[1], acts[i].name))
      acts[i].act();
  return 0;
}
