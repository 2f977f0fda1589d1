/* policies.h - policies for tests, and what is said of those that are none. */
#ifndef POLICIES_H
#define POLICIES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy.h"

/* The policy that |text| says. */
static inline struct curlew_policy *policy_of(const char *text)
{
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};
  if(curlew_policy_parse(text, strlen(text), "test.ini", &policy, &error))
    fail_msg("%s", error.text);
  return policy;
}

/* |base| with |settings| over it; |base| is given back. */
static inline struct curlew_policy *policy_with(struct curlew_policy *base,
                                                const char *settings)
{
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};
  if(curlew_policy_set(base, settings, &policy, &error))
    fail_msg("%s", error.text);
  curlew_policy_unref(base);
  return policy;
}

/* |text| is no policy, and this is said of it. */
static inline void assert_refused_text(const char *text, size_t length,
                                       const char *expected)
{
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};
  const CURLcode result =
    curlew_policy_parse(text, length, "test.ini", &policy, &error);

  assert_int_equal(result, CURLE_BAD_FUNCTION_ARGUMENT);
  assert_null(policy);
  assert_string_equal(error.text, expected);
}

static inline void assert_refused(const char *text, const char *expected)
{
  assert_refused_text(text, strlen(text), expected);
}

/* What is said of |text|, after "test.ini:". */
struct mistake {
  const char *text;
  const char *expected;
};

static inline void assert_mistakes(const struct mistake *mistake, size_t count)
{
  for(size_t i = 0; i < count; i++) {
    char expected[1024];
    snprintf(expected, sizeof(expected), "test.ini:%s", mistake[i].expected);
    assert_refused(mistake[i].text, expected);
  }
}

#define ASSERT_MISTAKES(list)                                                 \
  assert_mistakes(list, sizeof(list) / sizeof((list)[0]))

static inline const struct cw_rules *rules_for(
  const struct curlew_policy *policy, const char *host)
{
  return cw_ruleset_for(cw_policy_rules(policy), cw_span_of(host));
}

static inline const struct cw_rules *everywhere(
  const struct curlew_policy *policy)
{
  return cw_policy_rules(policy)->everywhere;
}

static inline enum cw_action action_of(const struct cw_rules *rules,
                                       unsigned status)
{
  return (enum cw_action)cw_rules_status(rules, status)->action;
}

/* The text of |policy|, to be freed. */
static inline char *dump_of(const struct curlew_policy *policy)
{
  char *text = NULL;
  assert_int_equal(curlew_policy_dump(policy, &text), CURLE_OK);
  return text;
}

#endif
