/*
 * backoff.h - how long to wait before the next attempt.
 *
 * Arithmetic only: no clock, no allocation, no failure. What makes one run
 * differ from the next, the random source and the wait before, is handed in,
 * so any sequence of waits can be replayed.
 *
 * All waits are in milliseconds and never exceed the cap.
 */
#ifndef CW_BACKOFF_H
#define CW_BACKOFF_H

#include <stdint.h>

#include "rng.h"

#define CW_BACKOFF_CAP_MAX_MS 86400000u /* one day; keeps all sums in range */

enum cw_jitter {
  CW_JITTER_NONE,        /* the ceiling itself */
  CW_JITTER_EQUAL,       /* between half the ceiling and the ceiling */
  CW_JITTER_FULL,        /* between nothing and the ceiling */
  CW_JITTER_DECORRELATED /* between the base and three times the wait before */
};

/* A policy's [backoff] section. Read-only once the policy is compiled, which
   is also where the ranges given here are checked. */
struct cw_backoff {
  uint64_t base_ms;         /* ceiling for attempt 2; 0 to cap_ms */
  uint64_t cap_ms;          /* at most CW_BACKOFF_CAP_MAX_MS */
  uint32_t factor_permille; /* growth of the ceiling; 1000 to 10000 */
  enum cw_jitter jitter;
};

/*
 * A wait in its two parts. Where the server asked for a wait as well, the
 * longer of that and the floor is taken, and the spread is added to it, so
 * that many clients told the same time do not all come back at once.
 */
struct cw_backoff_draw {
  uint64_t floor_ms;  /* the shortest wait that this jitter can give */
  uint64_t spread_ms; /* what was drawn above it */
};

/*
 * The wait before attempt |attempt|. The first try is attempt 1, so |attempt|
 * is at least 2. The sum of both parts never exceeds the cap.
 *
 * |previous_ms| is the wait before the attempt before, 0 if there was none.
 * Only decorrelated jitter looks at it.
 *
 * Draws once from |rng|; with CW_JITTER_NONE never.
 */
struct cw_backoff_draw cw_backoff_draw(const struct cw_backoff *backoff,
                                       unsigned attempt, uint64_t previous_ms,
                                       const struct cw_rng *rng);

#endif
