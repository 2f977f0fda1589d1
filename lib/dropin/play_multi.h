/*
 * play_multi.h - the part of libcurl's multi interface; see play.h.
 *
 * An easy perform of libcurl's uses a multi handle of its own, and calls the
 * functions here by their names: some ten times for each transfer. So these
 * have a short way.
 */
#ifndef CW_PLAY_MULTI_H
#define CW_PLAY_MULTI_H

#include <stdatomic.h>

#include <curl/curl.h>

#include "multis.h"
#include "play.h"

/* The multi handle that libcurl has for the easy perform that is going on in
   this thread: from where it adds the handle until it removes it. None of ours
   can have its address meanwhile. */
struct cw_inner_multi {
  CURLM *curlm;                     /* CW_NO_MULTI before and afterwards */
  const struct cw_libcurl *libcurl; /* the last one, NULL at first */
};

#define CW_NO_MULTI ((CURLM *)1) /* NULL is what a program may ask about */

extern CW_TLS_NEAR _Thread_local struct cw_inner_multi cw_inner_multi;

CURLM *cw_play_multi_init(struct cw_caller caller);
CURLMcode cw_play_multi_cleanup(CURLM *curlm, struct cw_caller caller);
CURLMcode cw_play_multi_timeout(CURLM *curlm, long *timeout_ms,
                                struct cw_caller caller);
CURLMcode cw_play_multi_socket_action(CURLM *curlm, curl_socket_t socket,
                                      int events, int *running,
                                      struct cw_caller caller);
CURLMcode cw_play_multi_socket_all(CURLM *curlm, int *running,
                                   struct cw_caller caller);
CURL **cw_play_multi_get_handles(CURLM *curlm, struct cw_caller caller);
CURLMcode cw_play_multi_get_offt(CURLM *curlm, int info, curl_off_t *value,
                                 struct cw_caller caller);
CURLMcode cw_play_multi_notify_enable(CURLM *curlm, unsigned what,
                                      struct cw_caller caller);
CURLMcode cw_play_multi_notify_disable(CURLM *curlm, unsigned what,
                                       struct cw_caller caller);

/* Two arguments in one register, so that all of them have one. */
struct cw_sleep {
  unsigned count;
  int timeout_ms;
};

/* The long ways: */

CURLMcode cw_play_multi_add_handle_any(CURLM *curlm, CURL *curl,
                                       struct cw_caller caller);
CURLMcode cw_play_multi_remove_handle_any(CURLM *curlm, CURL *curl,
                                          struct cw_caller caller);
CURLMcode cw_play_multi_perform_any(CURLM *curlm, int *running,
                                    struct cw_caller caller);
CURLMcode cw_play_multi_poll_any(CURLM *curlm, struct curl_waitfd extra[],
                                 struct cw_sleep sleep, int *ready,
                                 struct cw_caller caller);
CURLMcode cw_play_multi_wait_any(CURLM *curlm, struct curl_waitfd extra[],
                                 struct cw_sleep sleep, int *ready,
                                 struct cw_caller caller);
CURLMsg *cw_play_multi_info_read_any(CURLM *curlm, int *left,
                                     struct cw_caller caller);
CURLMcode cw_play_multi_setopt_any(CURLM *curlm, CURLMoption option,
                                   union cw_argument value,
                                   struct cw_caller caller);

/* libcurl takes one of ours into a multi handle only where it performs it. */
static inline CURLMcode cw_play_multi_add_handle(CURLM *curlm, CURL *curl,
                                                 struct cw_caller caller)
{
  const struct cw_handle *handle = cw_registry_recent(curl);

  if(!handle || !cw_play_is_inner(handle, caller) ||
     handle->libcurl != cw_inner_multi.libcurl ||
     atomic_load_explicit(&cw_multis_count, memory_order_relaxed))
    return cw_play_multi_add_handle_any(curlm, curl, caller);
  cw_inner_multi.curlm = curlm;
  return handle->libcurl->multi_add_handle(curlm, curl);
}

static inline CURLMcode cw_play_multi_remove_handle(CURLM *curlm, CURL *curl,
                                                    struct cw_caller caller)
{
  if(curlm != cw_inner_multi.curlm)
    return cw_play_multi_remove_handle_any(curlm, curl, caller);
  cw_inner_multi.curlm = CW_NO_MULTI;
  return cw_inner_multi.libcurl->multi_remove_handle(curlm, curl);
}

/* It sets an option before it adds the handle. */
static inline CURLMcode cw_play_multi_setopt(CURLM *curlm, CURLMoption option,
                                             union cw_argument value,
                                             struct cw_caller caller)
{
  const struct cw_libcurl *libcurl = cw_inner_multi.libcurl;

  return CW_ARGUMENTS_ALIKE && libcurl &&
             cw_flavour_is_inner(cw_flavour_with(libcurl), &caller)
           ? libcurl->multi_setopt(curlm, option, value.pointer)
           : cw_play_multi_setopt_any(curlm, option, value, caller);
}

static inline CURLMcode cw_play_multi_perform(CURLM *curlm, int *running,
                                              struct cw_caller caller)
{
  return curlm == cw_inner_multi.curlm
           ? cw_inner_multi.libcurl->multi_perform(curlm, running)
           : cw_play_multi_perform_any(curlm, running, caller);
}

static inline CURLMcode cw_play_multi_poll(CURLM *curlm,
                                           struct curl_waitfd extra[],
                                           unsigned count, int timeout_ms,
                                           int *ready, struct cw_caller caller)
{
  return curlm == cw_inner_multi.curlm
           ? cw_inner_multi.libcurl->multi_poll(curlm, extra, count,
                                                timeout_ms, ready)
           : cw_play_multi_poll_any(curlm, extra,
                                    (struct cw_sleep){count, timeout_ms},
                                    ready, caller);
}

static inline CURLMcode cw_play_multi_wait(CURLM *curlm,
                                           struct curl_waitfd extra[],
                                           unsigned count, int timeout_ms,
                                           int *ready, struct cw_caller caller)
{
  return cw_play_multi_wait_any(
    curlm, extra, (struct cw_sleep){count, timeout_ms}, ready, caller);
}

static inline CURLMsg *cw_play_multi_info_read(CURLM *curlm, int *left,
                                               struct cw_caller caller)
{
  return curlm == cw_inner_multi.curlm
           ? cw_inner_multi.libcurl->multi_info_read(curlm, left)
           : cw_play_multi_info_read_any(curlm, left, caller);
}

#endif
