/*
 * timers.h - what is due when: a heap.
 *
 * Setting, moving and unsetting a timer costs O(log n); of two that are due at
 * one instant the one that was set first comes first. Timers are embedded in
 * what they belong to, so that only their places need memory, which is got
 * beforehand: setting one cannot fail.
 */
#ifndef CW_TIMERS_H
#define CW_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cw_timer {
  uint64_t due_ms;
  uint64_t turn; /* counts settings */
  size_t at;     /* its place in the heap, from 1; 0: it is not set */
};

struct cw_timers {
  struct cw_timer **heap; /* used from 1 on */
  size_t count;
  size_t size;
  uint64_t turns;
};

/* Makes room for |count| timers in all; false without memory. */
bool cw_timers_reserve(struct cw_timers *timers, size_t count);

/* Sets |timer|, or moves it. */
void cw_timers_set(struct cw_timers *timers, struct cw_timer *timer,
                   uint64_t due_ms);

/* Nothing happens to one that is not set. */
void cw_timers_unset(struct cw_timers *timers, struct cw_timer *timer);

/* The one that is due first, or NULL. */
static inline struct cw_timer *cw_timers_first(const struct cw_timers *timers)
{
  return timers->count ? timers->heap[1] : NULL;
}

void cw_timers_clear(struct cw_timers *timers);

#endif
