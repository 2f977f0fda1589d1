/* repeater.h - what a handle begins with in a program that may repeat by itself,
   as under the drop-in, with the default policy. */
#ifndef REPEATER_H
#define REPEATER_H

#include "standard.h"

static struct curlew_policy *repeater_policy(CURLcode *failure)
{
  struct curlew_policy *policy = cw_standard_policy();

  if(!policy)
    *failure = CURLE_OUT_OF_MEMORY;
  return policy;
}

static const struct cw_standard repeater = {
  .policy = repeater_policy,
  .may_repeat = true,
};

#endif
