/*
 * timers.c - what it costs to have timers.
 *
 *     timers COUNT ROUNDS
 *
 * Sets COUNT timers; then, ROUNDS times, takes the one that is due first and
 * sets it again for later, and moves another by chance.
 */
#include <stdio.h>
#include <stdlib.h>

#include "timers.h"

/* Marsaglia's xorshift: the same numbers each time. */
static uint64_t next_number(void)
{
  static uint64_t state = UINT64_C(88172645463325252);

  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static uint64_t wait_ms(void)
{
  return next_number() % 30000;
}

int main(int argc, char **argv)
{
  const unsigned long count = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
  const unsigned long rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
  struct cw_timers timers = {.heap = NULL};
  uint64_t now_ms = 0;

  if(!count)
    return 2;
  struct cw_timer *timer = calloc(count, sizeof(*timer));
  if(!timer || !cw_timers_reserve(&timers, count))
    return 2;
  for(unsigned long i = 0; i < count; i++)
    cw_timers_set(&timers, &timer[i], wait_ms());
  for(unsigned long i = 0; i < rounds; i++) {
    struct cw_timer *first = cw_timers_first(&timers);
    now_ms = first->due_ms;
    cw_timers_unset(&timers, first);
    cw_timers_set(&timers, first, now_ms + wait_ms());
    cw_timers_set(&timers, &timer[next_number() % count], now_ms + wait_ms());
  }
  printf("%lu timers, the last due at %llu\n", count,
         (unsigned long long)now_ms);
  cw_timers_clear(&timers);
  free(timer);
  return 0;
}
