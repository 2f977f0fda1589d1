/*
 * environment.h - what the environment tells a program that cannot be changed:
 * CURLEW_POLICY, CURLEW_SET and CURLEW_TRACE.
 */
#ifndef CW_ENVIRONMENT_H
#define CW_ENVIRONMENT_H

#include "standard.h"

/* What handles begin with there. The environment is read at the first call, not
   in a program with more rights than its user has, and what is wrong with it is
   told on stderr. May be called from any thread. */
const struct cw_standard *cw_environment(void);

/* The lock of it, for fork.h. */
void cw_environment_lock(void);
void cw_environment_unlock(void);

#endif
