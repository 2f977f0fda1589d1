/*
 * explain.h - what a policy would do, without a network.
 */
#ifndef CURLEW_EXPLAIN_H
#define CURLEW_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include <curlew/policy.h>
#include <curlew/reason.h>
#include <curlew/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A request and what came of it. Zero is the usual thing in each field.
    @since 0.1 */
struct curlew_what_if {
  const char *method;      /**< NULL is GET */
  const char *url;         /**< NULL is https://example.com/ */
  unsigned status;         /**< of the response; 0: there was none, and */
  CURLcode error;          /**< this is what happened */
  const char *retry_after; /**< the field's value; NULL if it is absent; a
                                date is measured against the clock */
  const char *location;    /**< the field's value; NULL if it is absent */
  unsigned attempt;        /**< which send this was; 0 is the first; those
                                before it are taken to have met the same */
  bool idempotency_key;    /**< the request carried one */
  bool spent_body;         /**< its body cannot be rewound */
  bool expected;           /**< as curlew_easy_set_expect() says */
  bool has_credentials;    /**< a credentials callback has others to offer */
  bool sent_expect;        /**< the application itself sent Expect */
};

/** What the policy does. @since 0.1 */
enum curlew_action {
  CURLEW_DELIVER, /**< hand over what there is */
  CURLEW_FOLLOW,  /**< go to Location */
  CURLEW_RETRY    /**< send the request again */
};

/** The decision. @since 0.1 */
struct curlew_decision {
  enum curlew_action action;
  enum curlew_reason reason;
  uint64_t wait_min_ms; /**< wait before the next attempt, at least */
  uint64_t wait_max_ms; /**< and at most, as chance will have it */
  const char *method;   /**< of the next attempt: what_if's or static */
  bool drops_body;      /**< the next attempt goes without the body */
};

/**
 * Tell what |policy| does about |what_if|, and why. Nothing is sent.
 *
 * @param policy    NULL is the built-in default.
 * @param decision  Where to put it; written on success only.
 *
 * @returns CURLE_OK, or
 *          - CURLE_BAD_FUNCTION_ARGUMENT: |what_if| or |decision| is NULL, the
 *            status is neither 0 nor 100 to 999.
 *          - CURLE_URL_MALFORMAT: the url is not an http or https URL.
 *          - CURLE_OUT_OF_MEMORY.
 *
 * Thread safety: may be called from any thread at any time.
 * @since 0.1
 */
CURLEW_API CURLcode curlew_explain(const struct curlew_policy *policy,
                                   const struct curlew_what_if *what_if,
                                   struct curlew_decision *decision);

#ifdef __cplusplus
}
#endif

#endif /* CURLEW_EXPLAIN_H */
