/* wait.h - may this wait be begun? */
#ifndef CW_WAIT_H
#define CW_WAIT_H

#include <stdint.h>

#include "engine.h"

/*
 * Makes |step|, whose hint is what the server asks for, start |wait_ms| from
 * |now|. It becomes CW_DELIVER, with its reason, where that is more than the
 * cap of Retry-After, the deadline or the sum of all waits allows.
 */
struct cw_step cw_wait_before(const struct cw_engine *engine,
                              struct cw_step step, uint64_t wait_ms,
                              struct cw_instant now);

#endif
