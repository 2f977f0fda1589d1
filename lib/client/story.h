/*
 * story.h - what is told of an operation: its outcome, and its trace.
 *
 * Rows are kept as they come; URLs are made fit to be shown when somebody
 * asks, so that an operation that nobody asks about pays nothing for them.
 */
#ifndef CW_STORY_H
#define CW_STORY_H

#include <stdbool.h>

#include <curlew/easy.h>
#include <curlew/trace.h>

#include "text.h"

struct cw_handle;

#define CW_ROW_OWN_URL SIZE_MAX       /* the application's */
#define CW_ROW_NO_URL  (SIZE_MAX - 1) /* there was no memory for it */

struct cw_row {
  size_t url;      /* where in |urls| it begins, or one of the above */
  char method[24]; /* a longer one is cut */
  unsigned status;
  CURLcode result;
  uint64_t wait_ms;
  enum curlew_reason reason;
};

/* Where there is no memory for a row, it takes the place of the one before, so
   that the last row is always that of the last attempt. */
struct cw_story {
  bool is_told;        /* there is something to tell */
  bool is_usual;       /* ... whose row is not written yet */
  struct cw_row first; /* the first row, without memory of its own */
  struct cw_row *more; /* the others; used again */
  size_t more_size;
  size_t count;        /* of all rows */
  unsigned lost;       /* rows that there was no memory for */
  unsigned url_at;     /* which of the handle's buffers is the own URL */
  struct cw_text urls; /* of hops, each 0-terminated; used again */
  /* the outcome, shown once somebody asks: |outcome.attempt| is set then */
  struct curlew_outcome outcome;
  struct curlew_attempt *shown;
  size_t shown_size;
  struct cw_text shown_urls;
  /* for the trace, of the operation and of the attempt at hand */
  uint64_t operation; /* its number, 0 before the first event */
  unsigned attempt;
  unsigned redirects;
  uint64_t begin_ms;
  struct cw_text traced_url;
};

/* An operation begins; what was told of the one before is no longer. Called
   when the URL of its first attempt is known. */
void cw_story_begin(struct cw_handle *handle);

/* An attempt begins, |wait_ms| after the one before, because of |reason|. */
void cw_story_attempt(struct cw_handle *handle, uint64_t wait_ms,
                      enum curlew_reason reason);

/* It is over. */
void cw_story_answer(struct cw_handle *handle, unsigned status,
                     CURLcode result);

/* A wait begins; one of 0 is none. */
void cw_story_wait(struct cw_handle *handle, uint64_t wait_ms,
                   enum curlew_reason reason);

/* The operation is over. */
void cw_story_end(struct cw_handle *handle, enum curlew_reason reason,
                  CURLcode result);

/* An operation was begun and ended without a word, with one attempt to the own
   URL. Cheap, since it is what nearly every operation pays. */
static inline void cw_story_tell_usual(struct cw_story *story, unsigned url_at,
                                       unsigned status, CURLcode result,
                                       enum curlew_reason reason)
{
  story->url_at = url_at;
  story->is_told = true;
  story->is_usual = true;
  story->first.status = status;
  story->outcome.reason = reason;
  story->outcome.result = result;
}

/* NULL if there is nothing to tell or no memory. */
const struct curlew_outcome *cw_story_outcome(struct cw_handle *handle);

void cw_story_clear(struct cw_story *story);
void cw_story_free(struct cw_story *story); /* for good */

#endif
