/*
 * reason.h - why curlew did what it did.
 *
 * Every decision has one reason. The same value stands in the outcome of an
 * operation, in its trace and in what curlew_explain() answers.
 */
#ifndef CURLEW_REASON_H
#define CURLEW_REASON_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CURLEW_REASONS(REASON) calls REASON(NAME, token, text) for each reason. The
 * token is for programs and stays as it is for ever; the text is for people.
 */
/* clang-format off */
#define CURLEW_REASONS(REASON)                                                \
  REASON(NONE, "none", "nothing was decided yet")                             \
  /* the response or error is the result */                                   \
  REASON(PASSED, "passed", "the policy passes this response as it is")        \
  REASON(FAILED, "failed",                                                    \
         "the request must change before it is worth sending again")          \
  REASON(ERROR_KEPT, "error-kept", "the policy does not retry this error")    \
  REASON(NOT_POLICED, "not-policed",                                          \
         "the policy leaves everything to libcurl, or this is not HTTP")      \
  REASON(STREAMED, "streamed",                                                \
         "a part of the response has already been delivered")                 \
  REASON(ABORTED, "aborted", "a callback of the application ended it")        \
  REASON(CANCELLED, "cancelled", "curlew_easy_cancel() ended it")             \
  REASON(HEAD_TOO_LARGE, "head-too-large",                                    \
         "the head of the response is too large to be held back")             \
  /* it could have been retried, but */                                       \
  REASON(METHOD, "method-not-repeatable",                                     \
         "the method is not idempotent and there is no Idempotency-Key")      \
  REASON(BODY, "body-not-repeatable", "the request body cannot be rewound")   \
  REASON(ATTEMPTS, "attempts-exhausted", "limits.attempts is reached")        \
  REASON(GIVEN_UP, "given-up-before",                                         \
         "it was given up just before, and the program itself repeats it")    \
  REASON(WAITING, "waiting-exhausted",                                        \
         "the wait would exceed limits.waiting")                              \
  REASON(DEADLINE, "deadline", "the wait would end past the deadline")        \
  REASON(RETRY_AFTER_CAP, "retry-after-over-cap",                             \
         "the server asks for a longer wait than backoff.retry-after-cap")    \
  REASON(NO_RETRY_AFTER, "no-retry-after",                                    \
         "the policy retries this only where Retry-After is present")         \
  REASON(NOT_EXPECTED, "not-expected",                                        \
         "the policy retries this only where the resource is expected")       \
  REASON(ONCE, "once", "the policy retries this only once")                   \
  REASON(SERVER_FORBIDS, "server-forbids",                                    \
         "the server said x-should-retry: false")                             \
  REASON(NO_REPAIR, "no-repair", "the request cannot be repaired")            \
  REASON(NO_CREDENTIALS, "no-credentials",                                    \
         "there are no other credentials to try")                             \
  REASON(SILENT_RESEND, "silent-resend-stopped",                              \
         "the reused connection was lost and the request must not be repeated")\
  /* it could have been followed, but */                                      \
  REASON(NO_LOCATION, "no-location", "there is no Location to follow")        \
  REASON(BAD_LOCATION, "bad-location", "the Location is not a URL")           \
  REASON(SCHEME, "scheme-refused", "the target is not http or https, or "     \
         "its scheme is not among the allowed protocols")                     \
  REASON(DOWNGRADE, "downgrade-refused", "the target leads from https to http")\
  REASON(REDIRECTS, "too-many-redirects", "the limit of redirects is reached")\
  REASON(LOOP, "redirect-loop", "the redirects go round in a circle")         \
  REASON(REDIRECTS_OFF, "redirects-off", "redirects are not to be followed")  \
  REASON(REWIND, "cannot-rewind",                                             \
         "the target wants the request body, which cannot be rewound")        \
  /* it goes on */                                                            \
  REASON(FIRST, "first", "the first attempt")                                 \
  REASON(FOLLOWED, "followed", "the response names another URL")              \
  REASON(REMEMBERED, "remembered",                                            \
         "a permanent redirect of this URL is remembered")                    \
  REASON(FORGOTTEN, "forgotten",                                              \
         "the remembered target failed, so the original URL is asked again")  \
  REASON(RETRIED, "retried", "the failure may be gone at the next attempt")   \
  REASON(RETRIED_AFTER, "retried-after",                                      \
         "the server asked to be called again later")                         \
  REASON(REPAIRED, "repaired", "the request is sent again in another form")
/* clang-format on */

/** Why an attempt was made or an operation ended. @since 0.1 */
enum curlew_reason {
#define CURLEW_REASON_VALUE(name, token, text) CURLEW_REASON_##name,
  CURLEW_REASONS(CURLEW_REASON_VALUE)
#undef CURLEW_REASON_VALUE
};

#ifdef __cplusplus
}
#endif

#endif /* CURLEW_REASON_H */
