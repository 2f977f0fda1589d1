/*
 * multi.h - the non-blocking driver: what we know of a CURLM *.
 *
 * libcurl's multi handle has the transfers whose attempt is on its way. One
 * that waits is taken out of it, and put back when its timer is due. libcurl's
 * messages are read as soon as they come: what is only the end of an attempt
 * goes on, what is the end of an operation becomes a message of ours.
 */
#ifndef CW_MULTI_H
#define CW_MULTI_H

#include <stdatomic.h>
#include <stdbool.h>

#include <curl/curl.h>

#include "libcurl.h"
#include "ring.h"
#include "news.h"
#include "notes.h"
#include "timers.h"
#include "world.h"

struct cw_handle;

/* libcurl's curl_notify_callback, which it has since 8.17. */
typedef void cw_notify_fn(CURLM *curlm, unsigned what, CURL *curl, void *user);
enum cw_notify { CW_NOTIFY_READ, CW_NOTIFY_DONE };

struct cw_multi {
  _Atomic(const void *) key; /* |curlm|, while it is in the table */
  CURLM *curlm;
  struct cw_multi *chain; /* in the table */
  const struct cw_libcurl *libcurl;
  const struct cw_world *world;
  /* a transfer was cancelled, by any thread; apart from what is not atomic, for
     compilers read some of that by the word */
  atomic_bool is_rung;
  int foreign;            /* running transfers that are not ours */
  int inside;             /* ... that are, and that libcurl has */
  int outside;            /* ... and that it has not: they wait */
  unsigned members;       /* of ours, whatever they do */
  unsigned readded;       /* how often one was put back */
  struct cw_link handles; /* all of ours, in the order of their adding */
  struct cw_link *fresh;  /* the first whose operation has not begun; those
                              after it have not either */
  struct cw_link *cursor; /* where a walk through all of them goes on */
  bool is_busy;           /* one of our functions runs */
  bool is_notifying;      /* the application's notify callback does */
  bool is_dead;           /* the application's timer callback said so */
  bool is_putting_in;     /* libcurl takes back one that has waited */
  bool is_watched;        /* it has a callback for timers or notifications */
  bool is_unsure;         /* |foreign| may be wrong: one came or went, or there
                             was no memory for its message */
  struct cw_timers timers;
  struct cw_news_list news;

  /* what the application has set */
  curl_multi_timer_callback timer;
  void *timer_user;
  uint64_t announced_ms; /* what of our timers it knows of; CW_FOREVER */
  curl_push_callback push;
  void *push_user;
  cw_notify_fn *notify; /* CURLMOPT_NOTIFYFUNCTION, libcurl 8.17 */
  void *notify_user;
  unsigned notified; /* what of it is enabled, a bit each */
};

/* Makes it known; NULL without memory. One that is known at that address
   already is replaced: it was freed behind our back. */
struct cw_multi *cw_multi_new(CURLM *curlm, const struct cw_libcurl *libcurl,
                              const struct cw_world *world);

/* Forgets it, not its CURLM. */
void cw_multi_free(struct cw_multi *multi);

/* libcurl's functions on it, and on handles in it. */
CURLMcode cw_multi_cleanup(struct cw_multi *multi);
CURLMcode cw_multi_add(struct cw_multi *multi, CURL *curl);
CURLMcode cw_multi_remove(struct cw_multi *multi, CURL *curl);
CURLMcode cw_multi_perform(struct cw_multi *multi, int *running);
CURLMcode cw_multi_wait(struct cw_multi *multi, struct curl_waitfd extra[],
                        unsigned count, int timeout_ms, int *ready);
CURLMcode cw_multi_poll(struct cw_multi *multi, struct curl_waitfd extra[],
                        unsigned count, int timeout_ms, int *ready);
CURLMcode cw_multi_timeout(struct cw_multi *multi, long *timeout_ms);
CURLMcode cw_multi_socket_action(struct cw_multi *multi, curl_socket_t socket,
                                 int events, int *running);
CURLMcode cw_multi_socket_all(struct cw_multi *multi, int *running);
CURLMcode cw_multi_setopt(struct cw_multi *multi, CURLMoption option,
                          union cw_argument value);
CURLMsg *cw_multi_info_read(struct cw_multi *multi, int *left);
/* ... which libcurl must have: see call.h. */
CURL **cw_multi_get_handles(struct cw_multi *multi);
CURLMcode cw_multi_get_offt(struct cw_multi *multi, int info,
                            curl_off_t *value);
CURLMcode cw_multi_notify(struct cw_multi *multi, unsigned what,
                          bool is_enabled);

/* Passes an option on as the type that its number says. */
CURLMcode cw_multi_pass(const struct cw_libcurl *libcurl, CURLM *curlm,
                        CURLMoption option, union cw_argument value);

/* |handle| goes away: what it is in, if anything, is to forget it. */
void cw_multi_lose(struct cw_handle *handle);

#endif
