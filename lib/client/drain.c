#include "drain.h"

#include "dress.h"
#include "handle.h"

/* Is this connection not to be used again? Where a fresh one is wanted,
   libcurl would keep this one too, and come back to it later. A 417 to the
   application's own Expect it answers with the same request again, without
   end: only an abort keeps it from that. */
static bool is_done_with_connection(const struct cw_handle *handle)
{
  return handle->op.engine.pending.connection == CW_CONNECTION_FRESH ||
         (handle->gate.status == 417 && handle->op.request.sent_expect);
}

size_t cw_drain_begin(struct cw_handle *handle, size_t length)
{
  struct cw_gate *gate = &handle->gate;

  gate->state = CW_GATE_WITHHOLD;
  gate->is_withheld = true;
  gate->held.length = 0;
  gate->flushed = 0;
  if(!is_done_with_connection(handle) &&
     (gate->body <= handle->op.rules->limits.drain ||
      handle->notes.form == CW_FORM_HEAD)) {
    /* a server that stalls now must not hold us up */
    if(gate->body && !cw_transfer_drains(handle, gate->drain_until_ms)) {
      (void)cw_control_watch(handle);
      (void)cw_dress_long(handle, CW_SLOT_NOPROGRESS, 0);
    }
    return length;
  }
  gate->is_aborted = true;
  gate->uncounted = length;
  return CW_GATE_ABORT;
}

size_t cw_drain_take(struct cw_handle *handle, size_t length)
{
  struct cw_gate *gate = &handle->gate;

  gate->drained += length;
  if(gate->drained == gate->body) /* all of it: libcurl ends by itself */
    return length;
  /* more of it, where libcurl decodes it: little may become very much */
  if(gate->drained <= handle->op.rules->limits.drain &&
     !cw_gate_drains_too_long(gate,
                              handle->world->now(handle->world->user).mono_ms))
    return length;
  gate->is_aborted = true;
  return CW_GATE_ABORT;
}
