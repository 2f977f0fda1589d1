/*
 * easy.h - the easy interface: libcurl's names and meanings on plain CURL *
 * handles, with the policy at work.
 *
 * A handle is curlew's when curlew_easy_init() or curlew_easy_duphandle() made
 * it (or curlew_dropin_init(), see dropin.h); it must then be used through
 * curlew's functions alone. Any other handle
 * may be performed too: curlew changes no option of it, follows nothing, and
 * repeats only failures to resolve and to connect.
 */
#ifndef CURLEW_EASY_H
#define CURLEW_EASY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include <curlew/policy.h>
#include <curlew/reason.h>
#include <curlew/status.h>
#include <curlew/version.h>

#ifdef __cplusplus
extern "C" {
#endif

struct curlew_share;

/** As curl_easy_init(). The policy is curlew_policy_builtin("default").
    NULL if there is no memory. @since 0.1 */
CURLEW_API CURL *curlew_easy_init(void);

/** As curl_easy_duphandle(); policy, share, trace and the other settings of
    curlew's own are taken over, remembered redirects and the outcome are not.
    @since 0.1 */
CURLEW_API CURL *curlew_easy_duphandle(CURL *curl);

/** As curl_easy_reset(); policy, share, trace, expectation and credentials
    callback go back to what curlew_easy_init() gave. Remembered redirects
    stay, as connections do. @since 0.1 */
CURLEW_API void curlew_easy_reset(CURL *curl);

/** As curl_easy_cleanup(); NULL is allowed. @since 0.1 */
CURLEW_API void curlew_easy_cleanup(CURL *curl);

/** As curl_easy_setopt(): every option, with libcurl's own results.
    @since 0.1 */
CURLEW_API CURLcode curlew_easy_setopt(CURL *curl, CURLoption option, ...);

/**
 * As curl_easy_getinfo(), on the attempt that counted. CURLINFO_REDIRECT_COUNT,
 * _REDIRECT_TIME, _TOTAL_TIME, _EFFECTIVE_URL, _EFFECTIVE_METHOD,
 * _NUM_CONNECTS, _HEADER_SIZE and _REQUEST_SIZE (and their _T forms) are those
 * of the whole chain of redirects, as if libcurl had followed it; attempts that
 * were repeated are not in them, see curlew_easy_outcome(). @since 0.1
 */
CURLEW_API CURLcode curlew_easy_getinfo(CURL *curl, CURLINFO info, ...);

/**
 * As curl_easy_header(), on the whole chain of redirects, as if libcurl had
 * followed it: |request| 0 is the first request, -1 the last. The rounds of an
 * authentication are requests, as with libcurl; attempts that were repeated are
 * not, nor are redirects that were only remembered.
 *
 * Of the hops before the last there are no trailers, an empty value is "" (with
 * libcurl 7.88 it is "\r"), and what is over 1 MiB is missing. They are told
 * until the next perform or cleanup, as libcurl tells its own: a reset keeps
 * them.
 *
 * @returns what curl_easy_header() does; CURLHE_OUT_OF_MEMORY too. @since 0.1
 */
CURLEW_API CURLHcode curlew_easy_header(CURL *curl, const char *name,
                                        size_t index, unsigned int origin,
                                        int request,
                                        struct curl_header **header);

/** As curl_easy_nextheader(), on the requests that curlew_easy_header() knows.
    NULL without memory. @since 0.1 */
CURLEW_API struct curl_header *curlew_easy_nextheader(
  CURL *curl, unsigned int origin, int request, struct curl_header *previous);

/**
 * Perform the transfer set up on |curl| as its policy says: follow redirects,
 * repeat attempts that may succeed later, and give up in time.
 *
 * Blocks like curl_easy_perform() does, for as long as all attempts and the
 * waits between them take. CURLOPT_TIMEOUT and the policy's `limits.deadline`
 * bound the sum, `limits.waiting` the waits. A wait that would end past one of
 * them is not begun: the response in hand is delivered at once.
 *
 * The outcome is that of the last attempt alone: its body reaches the write
 * callback, its head the header callback, after the heads of redirect hops
 * where CURLOPT_FOLLOWLOCATION was set. During a wait the progress callback is
 * called at once and then every 100 ms, and can end it.
 *
 * @param curl  An easy handle, borrowed for the duration of the call. It must
 *              not be in a multi handle or in use by another thread. Its
 *              options are unchanged when the call returns; CURLOPT_URL still
 *              names the first URL, CURLINFO_EFFECTIVE_URL the last.
 *
 * @returns what curl_easy_perform() returned for the last attempt, so CURLE_OK
 *          if it brought a response, whatever its status. Beyond that:
 *          - CURLE_TOO_MANY_REDIRECTS: CURLOPT_FOLLOWLOCATION was set, and a
 *            limit of redirects was reached or they go round in a circle.
 *          - CURLE_UNSUPPORTED_PROTOCOL: it was set, and a redirect leads from
 *            https to http or to a scheme that is not allowed.
 *          - CURLE_URL_MALFORMAT: it was set, and Location is no URL.
 *          - CURLE_SEND_FAIL_REWIND: it was set, and the target wants a body
 *            that cannot be rewound.
 *          - CURLE_OPERATION_TIMEDOUT: a deadline cut an attempt short.
 *          - CURLE_GOT_NOTHING: the server closed a kept connection before it
 *            answered, and the request must not be sent twice.
 *          - CURLE_ABORTED_BY_CALLBACK: the progress callback or
 *            curlew_easy_cancel() ended it.
 *          - CURLE_OUT_OF_MEMORY: nothing was sent after memory ran out.
 *          - CURLE_FAILED_INIT: |curl| is of curlew_dropin_init(), and the
 *            environment names a policy that is bad; or a multi handle has it.
 *          - CURLE_BAD_FUNCTION_ARGUMENT: |curl| is NULL.
 *          - CURLE_RECURSIVE_API_CALL: called from a callback of |curl|.
 *
 * Thread safety: calls on different handles may run at the same time.
 *
 * May be called again on the same handle, and from inside no callback of it.
 *
 * @since 0.1
 * @see curlew_easy_outcome() for why it ended, curlew_easy_set_policy()
 */
CURLEW_API CURLcode curlew_easy_perform(CURL *curl);

/**
 * Let |curl| follow |policy| from its next perform on. The handle takes a
 * reference of its own. NULL is what |curl| began with: the built-in default,
 * or for curlew_dropin_init() that of the environment.
 *
 * @returns CURLE_OK, or
 *          - CURLE_BAD_FUNCTION_ARGUMENT: |curl| is NULL or not curlew's.
 *          - CURLE_RECURSIVE_API_CALL: called while |curl| is performed.
 *          - CURLE_FAILED_INIT: NULL, and the environment's policy is bad.
 *          - CURLE_OUT_OF_MEMORY.
 * @since 0.1
 */
CURLEW_API CURLcode curlew_easy_set_policy(CURL *curl,
                                           struct curlew_policy *policy);

/**
 * Let |curl| remember permanent redirects in |share|, together with all other
 * handles that do. The handle takes a reference of its own. NULL, the default,
 * is a memory of the handle's own.
 *
 * @returns as curlew_easy_set_policy().
 * @since 0.1
 */
CURLEW_API CURLcode curlew_easy_set_share(CURL *curl,
                                          struct curlew_share *share);

/**
 * Say whether the resource is expected to appear: where |is_expected| is true,
 * a status whose rule says `if=expected` (404 in the default policy) is
 * retried. Stays set until it is changed.
 *
 * @returns as curlew_easy_set_policy().
 * @since 0.1
 */
CURLEW_API CURLcode curlew_easy_set_expect(CURL *curl, bool is_expected);

/** What a server asks credentials for; borrowed for the callback.
    @since 0.1 */
struct curlew_challenge {
  unsigned status;          /**< 401 or 407 */
  const char *url;          /**< of the request, without userinfo */
  const char *authenticate; /**< WWW-Authenticate or Proxy-Authenticate; the
                                  first of them, "" if there is none */
};

/** @returns true if the request is to be sent again with what the callback has
    set, false to have the 401 or 407 delivered. @since 0.1 */
typedef bool(curlew_credentials_fn)(CURL *curl,
                                    const struct curlew_challenge *challenge,
                                    void *user);

/**
 * Have |ask| called when a response says 401 or 407 and libcurl has no answer
 * to it, at most once an operation each.
 *
 * The callback sets new credentials with curlew_easy_setopt(): USERPWD,
 * USERNAME, PASSWORD, XOAUTH2_BEARER, HTTPAUTH, HTTPHEADER, or their PROXY
 * forms, and nothing else. What it sets for another origin than that of
 * CURLOPT_URL is undone at the end of the operation. It may block; the
 * operation does so long. NULL, the default, asks nobody.
 *
 * @returns as curlew_easy_set_policy().
 * @since 0.1
 */
CURLEW_API CURLcode curlew_easy_set_credentials(CURL *curl,
                                                curlew_credentials_fn *ask,
                                                void *user);

/**
 * End the operation under way on |curl| with CURLE_ABORTED_BY_CALLBACK. Where
 * none is under way nothing happens.
 *
 * A wait ends at once. An exchange ends when more of its bodies is sent or
 * received; where CURLOPT_NOPROGRESS is 0, as libcurl wants it for transfers
 * that are to be aborted, within a second in any case. In a multi handle all
 * ends with its next turn, and curlew_multi_poll() returns for it; what sleeps
 * in another way must be woken by the application.
 *
 * Thread safety: may be called from any thread while |curl| lives.
 *
 * @returns CURLE_OK, or CURLE_BAD_FUNCTION_ARGUMENT if |curl| is NULL or not
 *          curlew's.
 * @since 0.1
 */
CURLEW_API CURLcode curlew_easy_cancel(CURL *curl);

/** One attempt of an operation. Valid as long as its outcome. @since 0.1 */
struct curlew_attempt {
  const char *url;           /**< without userinfo and query values */
  const char *method;        /**< as sent */
  unsigned status;           /**< of the response, 0 if there was none */
  CURLcode result;           /**< what libcurl said of it */
  uint64_t wait_ms;          /**< waited before it, in milliseconds */
  enum curlew_reason reason; /**< why it was made */
};

/** How an operation went. @since 0.1 */
struct curlew_outcome {
  enum curlew_reason reason; /**< why it ended */
  CURLcode result;           /**< of curlew_easy_perform(), or CURLMSG_DONE */
  unsigned attempts;         /**< requests sent again and again, the first
                                  included, redirect hops not */
  unsigned redirects;        /**< hops made */
  uint64_t waited_ms;        /**< sum of all waits, in milliseconds */
  size_t count;              /**< number of rows */
  const struct curlew_attempt *attempt; /**< the rows, in order */
};

/**
 * Tell how the last operation on |curl| went.
 *
 * @returns a record that lives until the next operation, reset or cleanup of
 *          |curl|, or NULL if there was none, |curl| is not curlew's, or there
 *          is no memory.
 *
 * Thread safety: as for any function on |curl|.
 * @since 0.1
 */
CURLEW_API const struct curlew_outcome *curlew_easy_outcome(CURL *curl);

/** The reason's name for programs ("attempts-exhausted") and its text for
    people; static, never NULL. @since 0.1 */
CURLEW_API const char *curlew_reason_name(enum curlew_reason reason);
CURLEW_API const char *curlew_reason_text(enum curlew_reason reason);

/** What is known of an HTTP status code; an unknown one is answered by its
    class. Strings are static. @since 0.1 */
CURLEW_API struct curlew_status_info curlew_status_info(unsigned code);

#ifdef __cplusplus
}
#endif

#endif /* CURLEW_EASY_H */
