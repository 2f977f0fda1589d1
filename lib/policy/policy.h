/*
 * policy.h - what a struct curlew_policy is inside.
 */
#ifndef CW_POLICY_H
#define CW_POLICY_H

#include <curlew/policy.h>

#include "rules.h"

/* The rules of |policy|; they live as long as it does. */
const struct cw_ruleset *cw_policy_rules(const struct curlew_policy *policy);

#endif
