/* caller.h - transfers with curlew, from the loopback server. */
#ifndef CW_TEST_CALLER_H
#define CW_TEST_CALLER_H

#include <string.h>

#include <curlew/curlew.h>

#include "answer.h"
#include "wire.h"

/* The default policy, but that what waits unasked does so for |wait| first,
   and by no chance; |settings| over that may be NULL. */
static inline struct curlew_policy *caller_patient(struct wire *wire,
                                                   const char *wait,
                                                   const char *settings)
{
  struct curlew_policy *base = curlew_policy_builtin("default");
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};

  if(curlew_policy_set(base,
                       wire_text(wire,
                                 "backoff.base=%s; "
                                 "backoff.jitter=none; %s",
                                 wait, settings ? settings : ""),
                       &policy, &error))
    fail_msg("%s", error.text);
  curlew_policy_unref(base);
  return policy;
}

/* The same where nothing waits unless the server asks for it. */
static inline struct curlew_policy *caller_policy(struct wire *wire,
                                                  const char *settings)
{
  return caller_patient(wire, "0ms", settings);
}

/* Has |curl| do as caller_policy() says. */
static inline void caller_set(struct wire *wire, CURL *curl,
                              const char *settings)
{
  struct curlew_policy *policy = caller_policy(wire, settings);
  assert_int_equal(curlew_easy_set_policy(curl, policy), CURLE_OK);
  curlew_policy_unref(policy);
}

/* A handle that trusts the server, gives up after five seconds, and does as
   caller_policy() says. */
static inline CURL *caller_new(struct wire *wire, const char *settings)
{
  CURL *curl = curlew_easy_init();
  assert_non_null(curl);
  curlew_easy_setopt(curl, CURLOPT_CAINFO, wire->ca);
  curlew_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 5000L);
  caller_set(wire, curl, settings);
  return curl;
}

/* Performs what |curl| is set up for. */
static inline struct answer caller_again(CURL *curl)
{
  struct answer answer = {.result = CURLE_OK};

  curlew_easy_setopt(curl, CURLOPT_HEADERFUNCTION, answer_take_head);
  curlew_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
  curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, answer_take_body);
  curlew_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  answer.result = curlew_easy_perform(curl);
  curlew_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  curlew_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &answer.connects);
  curlew_easy_getinfo(curl, CURLINFO_TOTAL_TIME_T, &answer.total_us);
  return answer;
}

static inline struct answer caller_perform(CURL *curl, const char *url)
{
  curlew_easy_setopt(curl, CURLOPT_URL, url);
  return caller_again(curl);
}

/* Why the last operation ended, and why its nth attempt was made, counted from
   1; as curlew_reason_name() has them. */
static inline const char *caller_end(CURL *curl)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(curl);
  assert_non_null(outcome);
  return curlew_reason_name(outcome->reason);
}

static inline const char *caller_cause(CURL *curl, size_t n)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(curl);
  assert_non_null(outcome);
  return n <= outcome->count
           ? curlew_reason_name(outcome->attempt[n - 1].reason)
           : "";
}

#endif
