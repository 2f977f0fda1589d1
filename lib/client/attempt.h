/*
 * attempt.h - dresses a handle for one attempt, and undresses it after.
 *
 * What both drivers do around each exchange: the engine is told, the options
 * for this attempt are set, the figures of the attempts before are kept.
 */
#ifndef CW_ATTEMPT_H
#define CW_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"
#include "notes.h"
#include "past.h"
#include "place.h"
#include "sums.h"
#include "text.h"

struct cw_handle;

/* One operation: all attempts of one perform. */
struct cw_operation {
  bool is_policed;              /* else libcurl does all of it */
  bool is_asleep;               /* see usual.h; the engine has not begun */
  struct cw_instant start;      /* where it sleeps; 0: not looked at yet */
  const struct cw_rules *rules; /* of the host at hand */
  struct cw_request request;
  struct cw_text custom; /* CURLOPT_CUSTOMREQUEST when it began */
  enum cw_distance distance;
  const struct cw_names *cross_origin; /* of the policy where it began */
  bool drops_content;                  /* a hop dropped the body */
  bool is_hop;                         /* the attempt's URL is |url| */
  bool hides_userinfo; /* that in |url| is not of its Location */
  bool drops_expect;
  bool was_remembered; /* it began at a remembered target */
  bool has_length;     /* |length| was learnt */
  enum cw_connection connection;
  curl_off_t length;
  bool has_attempt_timeout;  /* it ends at the first body byte delivered */
  uint64_t left_ms;          /* ... then the attempt may take so long in all */
  struct cw_text given;      /* the URL of CURLOPT_CURLU, if that is in use */
  struct cw_text url;        /* of a hop */
  struct cw_place next;      /* where the head at hand leads */
  struct curl_slist *fields; /* in the place of HTTPHEADER; ours */
  char key[64];              /* "Idempotency-Key: ..." of ours, or "" */
  struct cw_sums sums;
  struct cw_kept kept;
  struct cw_past past;
  bool is_guarded; /* this attempt's request must not be sent twice */
  bool is_reused;  /* its first send went out on a kept connection */
  bool is_resend_stopped;
  bool is_expect_stopped;  /* ... or what libcurl would send after a 417 */
  unsigned sends;          /* of this attempt, since the last head */
  struct cw_engine engine; /* last: it is large, and nothing until it begins */
};

/* Begins an operation and dresses the handle for its first attempt. */
CURLcode cw_attempt_begin(struct cw_handle *handle);

/* Makes the handle what the application has set, for a transfer that curlew has
   no part in. */
CURLcode cw_attempt_leave(struct cw_handle *handle);

/* The same for one that was in a multi handle all the time: there it goes on.
   What is told of the operation stays. */
CURLcode cw_attempt_disown(struct cw_handle *handle);

/* Begins |handle|'s engine at |start|. */
void cw_attempt_begin_engine(struct cw_handle *handle,
                             struct cw_instant start);

/* Tells what libcurl made of the attempt; the step tells how to go on. Where
   it is over, |*result| becomes what the application is told. */
struct cw_step cw_attempt_done(struct cw_handle *handle, CURLcode *result);

/* Dresses the handle for the attempt that |step| wants. On failure the
   operation is over with what it returns. */
CURLcode cw_attempt_next(struct cw_handle *handle, const struct cw_step *step);

/* Undresses the handle; the operation is over with |result| because of
   |reason|. Returns the result to tell. */
CURLcode cw_attempt_end(struct cw_handle *handle, CURLcode result,
                        enum curlew_reason reason);

/* The same where |step| was to be carried out, but |result| came in between. */
CURLcode cw_attempt_give_up(struct cw_handle *handle,
                            const struct cw_step *step, CURLcode result);

/* There is a wait before |step|: the handle keeps no more memory than that
   needs. */
void cw_attempt_slim(struct cw_handle *handle, const struct cw_step *step);

/* The URL of the attempt at hand. */
const char *cw_attempt_url(const struct cw_handle *handle);

#endif
