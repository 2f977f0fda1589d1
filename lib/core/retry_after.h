/*
 * retry_after.h - how long a server asks to be left alone.
 *
 * Absent, invalid and "now" are three answers. Nothing here knows a cap; sums
 * saturate.
 */
#ifndef CW_RETRY_AFTER_H
#define CW_RETRY_AFTER_H

#include <stdbool.h>
#include <stdint.h>

#include "instant.h"
#include "span.h"

enum cw_hint_kind {
  CW_HINT_ABSENT,
  CW_HINT_INVALID, /* counts as absent in a decision; told in a trace */
  CW_HINT_WAIT
};

struct cw_hint {
  enum cw_hint_kind kind;
  uint64_t wait_ms; /* 0 unless CW_HINT_WAIT */
};

/* The fields as received; of a field that came several times the spans hold
   the first CW_RETRY_AFTER_MAX of Retry-After, and the first of the others. */
#define CW_RETRY_AFTER_MAX 4
struct cw_retry_fields {
  struct cw_span retry_after[CW_RETRY_AFTER_MAX];
  struct cw_span retry_after_ms;
  struct cw_span ratelimit;         /* RateLimit: "default";r=0;t=30 or, in
                                       older drafts, limit=9, reset=30 */
  struct cw_span ratelimit_reset;   /* RateLimit-Reset */
  struct cw_span x_ratelimit_reset; /* X-RateLimit-Reset */
  struct cw_span should_retry;      /* x-should-retry */
  struct cw_span date;
  struct cw_span age;
};

/*
 * What Retry-After asks for: retry-after-ms (a fraction is rounded up) if it
 * is valid, else Retry-After as whole seconds or as an HTTP-date. A date is
 * measured against the Date field plus Age where there is a valid Date, else
 * against |now|; one that has passed is a wait of 0. Of several Retry-After
 * the longest valid one holds. Digits too many are for ever (CW_FOREVER), not
 * invalid.
 */
struct cw_hint cw_retry_after(const struct cw_retry_fields *fields,
                              struct cw_instant now);

/*
 * What the rate limiter's fields ask for, for a 429 or 503 without a usable
 * Retry-After: RateLimit's t= (of the items with r=0 if there are any, the
 * longest), else RateLimit-Reset, else X-RateLimit-Reset.
 *
 * The two Resets are seconds, with a fraction rounded up. From 10^9 on they
 * are an epoch time, from 10^12 on one in milliseconds, measured against Date
 * plus Age or |now| like Retry-After's date. (GitLab's RateLimit-Reset is an
 * epoch time too, whatever the draft says.)
 */
struct cw_hint cw_ratelimit_reset(const struct cw_retry_fields *fields,
                                  struct cw_instant now);

/* Did the server say x-should-retry: false? */
bool cw_retry_forbidden(const struct cw_retry_fields *fields);

#endif
