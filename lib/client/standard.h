/* standard.h - the policy of a handle that was given none. */
#ifndef CW_STANDARD_H
#define CW_STANDARD_H

#include <curlew/policy.h>

/* A reference to the built-in default, which is compiled once in a process and
   kept. NULL without memory; the next call tries again. May be called from any
   thread. */
struct curlew_policy *cw_standard_policy(void);

#endif
