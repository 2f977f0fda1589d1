/*
 * trace.h - an operation, as it happens.
 */
#ifndef CURLEW_TRACE_H
#define CURLEW_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include <curlew/reason.h>
#include <curlew/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What an event tells of. @since 0.1 */
enum curlew_event_kind {
  CURLEW_EVENT_ATTEMPT, /**< an attempt begins; |reason| tells why */
  CURLEW_EVENT_ANSWER,  /**< it is over; |status| and |result| tell how */
  CURLEW_EVENT_WAIT,    /**< a wait of |wait_ms| begins before the next */
  CURLEW_EVENT_END      /**< the operation is over; |reason| tells why */
};

/** An event; borrowed for the callback. No field holds a secret: URLs are
    without userinfo and the values of their query. @since 0.1 */
struct curlew_event {
  enum curlew_event_kind kind;
  uint64_t operation; /**< number of the operation in this process, from 1 */
  uint64_t at_ms;     /**< since the operation began */
  unsigned attempt;   /**< number of the send, from 1, hops not counted */
  unsigned redirects; /**< hops so far */
  const char *method;
  const char *url;
  unsigned status;           /**< 0 if there was no response */
  CURLcode result;           /**< CURLEW_EVENT_ANSWER and _END */
  uint64_t wait_ms;          /**< CURLEW_EVENT_WAIT */
  enum curlew_reason reason; /**< not CURLEW_EVENT_ANSWER */
};

/** Called during curlew_easy_perform(), or the functions of multi.h that let a
    multi handle go on or take the handle from it; may not call any function on
    the handle that is performed. @since 0.1 */
typedef void(curlew_trace_fn)(const struct curlew_event *event, void *user);

/**
 * Have |trace| called for each event of the operations on |curl|; NULL, the
 * default, for none.
 *
 * @returns CURLE_OK, or
 *          - CURLE_BAD_FUNCTION_ARGUMENT: |curl| is NULL or not curlew's.
 *          - CURLE_RECURSIVE_API_CALL: called while |curl| is performed.
 * @since 0.1
 */
CURLEW_API CURLcode curlew_easy_set_trace(CURL *curl, curlew_trace_fn *trace,
                                          void *user);

/**
 * Write |event| as one line of JSON, without a line end, as snprintf() writes:
 * 0-terminated, cut where |size| bytes do not hold it.
 *
 * @returns the length of the whole line.
 * @since 0.1
 */
CURLEW_API size_t curlew_event_json(const struct curlew_event *event,
                                    char *line, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* CURLEW_TRACE_H */
