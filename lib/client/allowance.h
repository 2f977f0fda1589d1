/*
 * allowance.h - the program's own retries.
 *
 * A program that knows nothing of curlew may have a loop of its own around
 * each perform, such as `curl --retry`. So that the two do not multiply, a
 * request that was repeated and then given up has used its allowance: when the
 * same thread, or the same handle, asks the same again, that is the program's
 * own repetition, and it gets one attempt, until one brings something better.
 */
#ifndef CW_ALLOWANCE_H
#define CW_ALLOWANCE_H

#include <stdbool.h>
#include <stdint.h>

#include <curlew/reason.h>

#include "registry.h"

struct cw_handle;

#define CW_ALLOWANCE_MS  600000u /* curl's own loop never waits longer */
#define CW_ALLOWANCE_MAX 16u     /* requests that a thread remembers */

/* A request whose allowance is used. */
struct cw_used {
  uint64_t key;      /* of its method and URL; 0: there is none */
  uint64_t until_ms; /* it counts so long */
};

/* Something is known to be used up, by this thread. */
extern CW_TLS_NEAR _Thread_local bool cw_allowance_is_any;

/* Whether that, or something of the handle's own, is to be looked at: cheap,
   and says nothing about the request at hand. */
static inline bool cw_allowance_is_watched(const struct cw_used *of_handle)
{
  return cw_allowance_is_any || of_handle->key;
}

/* Is the allowance of the operation that begins at |now_ms| used? */
bool cw_allowance_is_used(struct cw_handle *handle, uint64_t now_ms);

/* The operation is over because of |reason|. */
void cw_allowance_note(struct cw_handle *handle, enum curlew_reason reason);

#endif
