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

/* Begins an operation asleep, if that may be. */
bool cw_usual_begin(struct cw_handle *handle);

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
