#include "wait.h"

struct cw_step cw_wait_before(const struct cw_engine *engine,
                              struct cw_step step, uint64_t wait_ms,
                              struct cw_instant now)
{
  const uint64_t start_ms = cw_ms_add(now.mono_ms, wait_ms);

  step.wait_ms = wait_ms;
  step.start_ms = start_ms;
  if(step.hint.wait_ms > engine->rules->retry_after_cap_ms)
    step.reason = CURLEW_REASON_RETRY_AFTER_CAP;
  else if(start_ms >= engine->deadline_ms)
    step.reason = CURLEW_REASON_DEADLINE;
  else if(wait_ms && cw_ms_add(engine->waited_ms, wait_ms) >
                       engine->rules->limits.waiting_ms)
    step.reason = CURLEW_REASON_WAITING;
  else
    return step;
  step.verdict = CW_DELIVER;
  return step;
}
