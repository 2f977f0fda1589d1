/*
 * usual.h - the operation that everybody has nearly always: one attempt, and a
 * response that the policy passes.
 *
 * Where nothing about a handle has changed since an operation that needed no
 * dressing, the next one begins asleep: neither the engine nor the clock is
 * asked. The gate wakes it when a head comes that matters, and the driver when
 * the attempt fails. Asleep or awake, the decisions are the same.
 */
#ifndef CW_USUAL_H
#define CW_USUAL_H

#include <stdbool.h>

#include <curl/curl.h>

#include "handle.h"

/* An operation with a time-out counts from its beginning. */
void cw_usual_note_start(struct cw_handle *handle);

/* Begins an operation asleep, if that may be. */
static inline bool cw_usual_begin(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;
  struct cw_gate *gate = &handle->gate;

  if(!handle->is_usual || cw_allowance_is_watched(&handle->used))
    return false;
  op->is_policed = true;
  op->start.mono_ms = 0;
  if(cw_notes_long(&handle->notes, CW_SLOT_TIMEOUT_MS))
    cw_usual_note_start(handle);
  op->sends = 0;
  op->is_resend_stopped = false;
  op->is_expect_stopped = false;
  handle->body.is_sent = false;
  if(op->is_asleep && gate->is_clean)
    cw_gate_start_again(gate);
  else
    cw_gate_start(gate, true);
  gate->is_quick = true;
  op->is_asleep = true;
  return true;
}

/* Notes, before an operation's first attempt, whether later ones may begin
   asleep. */
void cw_usual_judge(struct cw_handle *handle);

/* Ends an operation that slept all the time; false if it is awake or has to
   wake up for what happened. */
static inline bool cw_usual_end(struct cw_handle *handle, CURLcode result)
{
  const struct cw_operation *op = &handle->op;

  if(!op->is_asleep || handle->gate.state != CW_GATE_OPEN ||
     (result && result != CURLE_HTTP_RETURNED_ERROR))
    return false;
  handle->is_url_told = true;
  cw_story_tell_usual(
    &handle->story, handle->url_at, handle->gate.status, result,
    cw_rules_action(op->rules, handle->gate.status) == CW_ACTION_FAIL
      ? CURLEW_REASON_FAILED
      : CURLEW_REASON_PASSED);
  return true;
}

/* Wakes the operation, if it sleeps. */
void cw_usual_wake(struct cw_handle *handle);

#endif
