/*
 * due.h - our timers and libcurl's, as one.
 *
 * An application asks curl_multi_timeout(), or sleeps in curl_multi_poll(), or
 * has a timer of its own that CURLMOPT_TIMERFUNCTION sets: in each way it is to
 * come back when the first of all timers is due.
 */
#ifndef CW_DUE_H
#define CW_DUE_H

#include <curl/curl.h>

#include "multi.h"

/* Is there a timer of ours, or something else that is not to wait? */
static inline bool cw_due_is_any(const struct cw_multi *multi)
{
  return multi->timers.count ||
         atomic_load_explicit(&multi->is_rung, memory_order_relaxed);
}

/* |timeout_ms|, or less where one of ours is due before. -1 is forever. */
long cw_due_clamp(const struct cw_multi *multi, long timeout_ms);

/* libcurl's CURLMOPT_TIMERFUNCTION; |user| is the struct cw_multi. */
int cw_due_take(CURLM *curlm, long timeout_ms, void *user);

/* The application's timer has gone off, or may have. */
void cw_due_spent(struct cw_multi *multi);

/* Tells the application's timer callback what libcurl could not know of. */
CURLMcode cw_due_announce(struct cw_multi *multi);

#endif
