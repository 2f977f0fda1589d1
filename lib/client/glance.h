/*
 * glance.h - what nearly every response begins with: a status that the policy
 * passes, in a head that nobody looks at. The gate asks here first.
 */
#ifndef CW_GLANCE_H
#define CW_GLANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "guard.h"
#include "handle.h"

/* What is known of a response whose status passes, and at whose head nobody
   looks. */
static inline void cw_glance_pass(struct cw_handle *handle, unsigned status)
{
  struct cw_gate *gate = &handle->gate;

  handle->op.sends = 0;
  gate->status = status;
  gate->state = CW_GATE_OPEN;
  gate->is_blind = true;
  gate->is_through = !handle->op.has_attempt_timeout;
}

/* What nearly every response begins with: a head that nobody looks at, and a
   status that the policy passes. Says whether there is nothing more to do. */
static inline bool cw_glance_at(struct cw_handle *handle, const char *line,
                                size_t length)
{
  struct cw_gate *gate = &handle->gate;

  if(gate->state != CW_GATE_HOLDING || gate->held.length ||
     handle->sees_heads || line[0] != 'H')
    return false;
  const unsigned status = cw_head_status(line, length);
  if((status < 200 && status != 101) ||
     !cw_rules_pass(handle->op.rules, status))
    return false;
  if(!handle->op.is_asleep && cw_engine_cares(&handle->op.engine, status))
    return false;
  if(line[5] != '1')
    cw_guard_saw_head(handle, line);
  cw_glance_pass(handle, status);
  return true;
}

/* The same for an operation that sleeps, over HTTP/1.1, in fewer steps. */
static inline bool cw_glance_quickly(struct cw_handle *handle,
                                     const char *line, size_t length)
{
  const unsigned status = cw_head_status_usual(line, length);

  handle->gate.is_quick = false;
  if(status < 200 || handle->sees_heads ||
     !cw_rules_pass(handle->op.rules, status))
    return false;
  handle->gate.is_clean = true;
  cw_glance_pass(handle, status);
  return true;
}

#endif
