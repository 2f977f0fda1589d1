/*
 * standard.h - what a handle begins with, and goes back to on a reset.
 *
 * There are two: the library's own, and the environment's (environment.h).
 */
#ifndef CW_STANDARD_H
#define CW_STANDARD_H

#include <stdbool.h>

#include <curlew/policy.h>
#include <curlew/trace.h>

struct cw_standard {
  /* A reference. Where there is none, |*failure| says what each perform is to
     fail with; CURLE_OUT_OF_MEMORY where the next call may find more. */
  struct curlew_policy *(*policy)(CURLcode *failure);
  /* What the trace of a new handle is, or NULL. |user| is passed to it. */
  curlew_trace_fn *trace;
  void *trace_user;
  /* The program knows nothing of curlew, and may repeat what fails by itself;
     see allowance.h. */
  bool may_repeat;
};

/* The built-in default, which is compiled once in a process and kept. */
extern const struct cw_standard cw_standard_library;

/* Its policy: a reference, or NULL without memory; the next call tries again.
   May be called from any thread. */
struct curlew_policy *cw_standard_policy(void);

/* The lock of it, for fork.h. */
void cw_standard_lock(void);
void cw_standard_unlock(void);

#endif
