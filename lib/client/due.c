#include "due.h"

#include <limits.h>

#include "handle.h"
#include "multi.h"

long cw_due_clamp(const struct cw_multi *multi, long timeout_ms)
{
  struct cw_timer *first = cw_timers_first(&multi->timers);

  if(atomic_load_explicit(&multi->is_rung, memory_order_relaxed))
    return 0;
  if(!first)
    return timeout_ms;
  const uint64_t now_ms = multi->world->now(multi->world->user).mono_ms;
  const uint64_t left_ms =
    cw_transfer_is_due(cw_transfer_of_timer(first), now_ms)
      ? 0
      : first->due_ms - now_ms;
  if(timeout_ms >= 0 && left_ms >= (uint64_t)timeout_ms)
    return timeout_ms;
  return left_ms < INT_MAX ? (long)left_ms : INT_MAX;
}

/* What was cancelled is due at once. */
static uint64_t first_due_ms(const struct cw_multi *multi)
{
  const struct cw_timer *first = cw_timers_first(&multi->timers);

  if(atomic_load_explicit(&multi->is_rung, memory_order_relaxed))
    return 0;
  return first ? first->due_ms : CW_FOREVER;
}

/* What the callback returns, libcurl holds against the multi handle for good:
   so do we. */
static int tell(struct cw_multi *multi, long timeout_ms)
{
  multi->announced_ms = first_due_ms(multi);
  const int told = multi->timer(multi->curlm, timeout_ms, multi->timer_user);
  multi->is_dead = told == -1;
  return told;
}

int cw_due_take(CURLM *curlm, long timeout_ms, void *user)
{
  struct cw_multi *multi = user;

  (void)curlm;
  if(multi->is_dead && !multi->is_putting_in)
    return -1;
  const int told =
    multi->timer ? tell(multi, cw_due_clamp(multi, timeout_ms)) : 0;
  /* libcurl would have it half: it is told at the next occasion */
  return multi->is_putting_in ? 0 : told;
}

void cw_due_spent(struct cw_multi *multi)
{
  multi->announced_ms = CW_FOREVER;
}

CURLMcode cw_due_announce(struct cw_multi *multi)
{
  long timeout_ms = -1;

  if(!multi->timer || first_due_ms(multi) == multi->announced_ms)
    return CURLM_OK;
  if(multi->is_dead)
    return CURLM_ABORTED_BY_CALLBACK;
  (void)multi->libcurl->multi_timeout(multi->curlm, &timeout_ms);
  const bool was_busy = multi->is_busy;
  multi->is_busy = true;
  const int told = tell(multi, cw_due_clamp(multi, timeout_ms));
  multi->is_busy = was_busy;
  return told == -1 ? CURLM_ABORTED_BY_CALLBACK : CURLM_OK;
}
