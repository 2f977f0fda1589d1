/*
 * script_multi.h - the multi interface of the scripted libcurl.
 *
 * perform, socket_action and socket_all do the same: each handle that was
 * added and is not done plays its exchange, in the order of their adding, to
 * its end or to the next "later" (see script.h). There are no sockets; what is
 * left to be played is due at once, and while there is any, poll and wait do
 * not sleep. A sleep is the stage's.
 *
 * While an exchange is played, and in a timer callback, functions are refused
 * as libcurl does it. In a notify callback only those are that play or free.
 */
#ifndef SCRIPT_MULTI_H
#define SCRIPT_MULTI_H

#include "exchange.h"

#define SCRIPT_ADDED 64 /* handles in one multi handle */

/* Of libcurl 8.17, whatever is at hand. */
#define SCRIPT_NOTIFYFUNCTION 20018
#define SCRIPT_NOTIFYDATA     10019
enum script_notification { SCRIPT_INFO_READ, SCRIPT_EASY_DONE };
typedef void script_notify(CURLM *multi, unsigned what, CURL *curl,
                           void *user);

enum script_state { SCRIPT_FRESH, SCRIPT_BEGUN, SCRIPT_DONE };

/* What a CURL * of the script is. */
struct fake {
  struct options options;
  struct exchange last;
  struct script_multi *multi; /* that has it, or NULL */
  enum script_state state;    /* there */
  CURLMsg message;
};

/* What a CURLM * of the script is. */
struct script_multi {
  struct script *script;
  struct fake *added[SCRIPT_ADDED];
  size_t count;
  struct fake *message[SCRIPT_ADDED]; /* whose are not read yet */
  size_t messages;
  unsigned ever_added;
  bool is_busy;      /* a callback may be running */
  bool is_notifying; /* the notify callback may be */
  bool is_woken;     /* the next poll does not sleep */
  bool is_dead;      /* the timer callback failed */
  long timer_ms;     /* what it was told last */

  /* what was set */
  curl_multi_timer_callback timer;
  void *timer_user;
  curl_socket_callback socket;
  void *socket_user;
  curl_push_callback push;
  void *push_user;
  script_notify *notify;
  void *notify_user;
  bool is_enabled[2]; /* of enum script_notification */
  curl_socket_t assigned;
  void *assigned_data;

  /* what is to be notified at the end of the call */
  struct {
    enum script_notification what;
    struct fake *fake; /* NULL: it was removed */
  } note[2 * SCRIPT_ADDED];
  size_t notes;
  struct fake internal; /* whose an INFO_READ is */
};

static inline struct script_multi *script_multi_of(CURLM *multi)
{
  return (struct script_multi *)multi;
}

/* May the function be called now? Those that play or free are refused to a
   notify callback too. */
static inline CURLMcode script_multi_check(const struct script_multi *multi,
                                           bool may_notify)
{
  if(!multi)
    return CURLM_BAD_HANDLE;
  return multi->is_busy || (!may_notify && multi->is_notifying)
           ? CURLM_RECURSIVE_API_CALL
           : CURLM_OK;
}

/* Handles whose exchange is not over. */
static inline size_t script_multi_running(const struct script_multi *multi)
{
  size_t count = 0;

  for(size_t i = 0; i < multi->count; i++)
    count += multi->added[i]->state != SCRIPT_DONE;
  return count;
}

/* ---- of script.c ---- */

struct script *script_now(void);

/* Is this the call that is to fail? */
bool script_fails(enum script_call call);

/* Begins the next exchange of the script, and notes its request. */
struct exchange *script_begin(struct fake *fake);

/* ---- for the table ---- */

CURLM *script_multi_init(void);
CURLMcode script_multi_cleanup(CURLM *multi);
CURLMcode script_multi_add(CURLM *multi, CURL *curl);
CURLMcode script_multi_remove(CURLM *multi, CURL *curl);
CURLMcode script_multi_perform(CURLM *multi, int *running);
CURLMcode script_multi_wait(CURLM *multi, struct curl_waitfd extra[],
                            unsigned count, int timeout_ms, int *ready);
CURLMcode script_multi_poll(CURLM *multi, struct curl_waitfd extra[],
                            unsigned count, int timeout_ms, int *ready);
CURLMcode script_multi_wakeup(CURLM *multi);
CURLMcode script_multi_fdset(CURLM *multi, fd_set *read, fd_set *write,
                             fd_set *except, int *max);
CURLMcode script_multi_timeout(CURLM *multi, long *timeout_ms);
CURLMcode script_multi_socket_action(CURLM *multi, curl_socket_t socket,
                                     int events, int *running);
CURLMcode script_multi_assign(CURLM *multi, curl_socket_t socket, void *data);
CURLMcode script_multi_setopt(CURLM *multi, CURLMoption option, ...);
CURLMsg *script_multi_info_read(CURLM *multi, int *left);
CURL **script_multi_get_handles(CURLM *multi);
CURLMcode script_multi_get_offt(CURLM *multi, int info, curl_off_t *value);
CURLMcode script_multi_notify_enable(CURLM *multi, unsigned what);
CURLMcode script_multi_notify_disable(CURLM *multi, unsigned what);

/* Takes |fake| out of what it is in, if it is in any: it is cleaned up. */
void script_multi_lose(struct fake *fake);

#endif
