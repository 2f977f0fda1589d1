/*
 * world.h - time and chance, for the drivers.
 *
 * The only file that reads clocks, sleeps, or asks for randomness. Tests put a
 * world of their own here, whose clock moves when told.
 */
#ifndef CW_WORLD_H
#define CW_WORLD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "instant.h"
#include "rng.h"

/* Something that can wake a sleeper, from any thread. */
struct cw_alarm {
  atomic_bool is_rung;
  pthread_mutex_t mutex; /* guards no data: it orders ringing and sleeping */
  pthread_cond_t cond;
};

struct cw_world {
  struct cw_instant (*now)(void *user);
  /* Sleeps until the mono clock says |until_ms| or |alarm| rings. Never returns
     early for another cause. */
  void (*sleep)(void *user, uint64_t until_ms, struct cw_alarm *alarm);
  struct cw_rng rng;
  void *user;
  uint64_t grain_ms; /* by how much |now| may be behind, being rounded down: a
                        timer that is to be not early is set so much later */
};

extern const struct cw_world cw_world_real;

/* Milliseconds since 1970, for people to read. */
uint64_t cw_world_wall_ms(void);

/* Returns false if the system has no resources for it. */
bool cw_alarm_init(struct cw_alarm *alarm);
void cw_alarm_clear(struct cw_alarm *alarm);

/* Wakes whoever sleeps, and whoever would, until the alarm is reset. */
void cw_alarm_ring(struct cw_alarm *alarm);

static inline bool cw_alarm_is_rung(struct cw_alarm *alarm)
{
  return atomic_load_explicit(&alarm->is_rung, memory_order_relaxed);
}

static inline void cw_alarm_reset(struct cw_alarm *alarm)
{
  atomic_store_explicit(&alarm->is_rung, false, memory_order_relaxed);
}

#endif
