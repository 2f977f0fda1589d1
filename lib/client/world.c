#include "world.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

static uint64_t milliseconds(struct timespec t)
{
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static struct cw_instant real_now(void *user)
{
  struct timespec mono = {0, 0};
  struct timespec wall = {0, 0};

  (void)user;
  (void)clock_gettime(CLOCK_MONOTONIC, &mono);
  (void)clock_gettime(CLOCK_REALTIME, &wall);
  return (struct cw_instant){
    .mono_ms = milliseconds(mono),
    .wall_s = (int64_t)wall.tv_sec,
  };
}

uint64_t cw_world_wall_ms(void)
{
  struct timespec wall = {0, 0};

  (void)clock_gettime(CLOCK_REALTIME, &wall);
  return milliseconds(wall);
}

static void real_sleep(void *user, uint64_t until_ms, struct cw_alarm *alarm)
{
  const uint64_t last_ms = UINT64_C(1000) * INT32_MAX; /* tv_sec of 32 bits */
  const uint64_t wake_ms =
    until_ms < last_ms ? until_ms + cw_world_real.grain_ms : last_ms;
  const struct timespec wake = {
    .tv_sec = (time_t)(wake_ms / 1000),
    .tv_nsec = (long)(wake_ms % 1000) * 1000000,
  };

  (void)user;
  (void)pthread_mutex_lock(&alarm->mutex);
  while(!cw_alarm_is_rung(alarm))
    if(pthread_cond_timedwait(&alarm->cond, &alarm->mutex, &wake))
      break;
  (void)pthread_mutex_unlock(&alarm->mutex);
}

/* Chance only spreads load: where the system has none to give, the clock
   does. */
static uint64_t real_random(void *user)
{
  uint64_t bits = 0;

  (void)user;
  if(getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != (ssize_t)sizeof(bits)) {
    struct timespec t = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    bits = ((uint64_t)t.tv_nsec ^ (uint64_t)t.tv_sec) *
           UINT64_C(0x9E3779B97F4A7C15);
  }
  return bits;
}

const struct cw_world cw_world_real = {
  .now = real_now,
  .sleep = real_sleep,
  .rng = {.next = real_random, .user = NULL},
  .user = NULL,
  .grain_ms = 1,
};

bool cw_alarm_init(struct cw_alarm *alarm)
{
  pthread_condattr_t attr;
  bool is_ready = false;

  atomic_init(&alarm->is_rung, false);
  if(pthread_condattr_init(&attr))
    return false;
  if(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC))
    goto out;
  if(pthread_mutex_init(&alarm->mutex, NULL))
    goto out;
  is_ready = !pthread_cond_init(&alarm->cond, &attr);
  if(!is_ready)
    (void)pthread_mutex_destroy(&alarm->mutex);
out:
  (void)pthread_condattr_destroy(&attr);
  return is_ready;
}

void cw_alarm_clear(struct cw_alarm *alarm)
{
  (void)pthread_cond_destroy(&alarm->cond);
  (void)pthread_mutex_destroy(&alarm->mutex);
}

void cw_alarm_ring(struct cw_alarm *alarm)
{
  (void)pthread_mutex_lock(&alarm->mutex);
  atomic_store_explicit(&alarm->is_rung, true, memory_order_relaxed);
  (void)pthread_cond_broadcast(&alarm->cond);
  (void)pthread_mutex_unlock(&alarm->mutex);
}
