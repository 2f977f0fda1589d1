#include "transfer.h"

#include "handle.h"
#include "multi.h"
#include "rare.h"
#include "seat.h"
#include "usual.h"
#include "watch.h"

bool cw_transfer_drains(struct cw_handle *handle, uint64_t until_ms)
{
  struct cw_multi *multi = cw_transfer_multi(handle);

  if(!multi)
    return false;
  cw_timers_set(&multi->timers, &handle->transfer.timer, until_ms);
  return true;
}

/* ---- in and out of libcurl's multi handle ---- */

static CURLcode take_out(struct cw_handle *handle)
{
  struct cw_multi *multi = cw_transfer_multi(handle);

  if(multi->libcurl->multi_remove_handle(multi->curlm, handle->curl))
    return CURLE_OUT_OF_MEMORY; /* there is no other cause */
  handle->transfer.is_inside = false;
  return CURLE_OK;
}

static CURLcode put_in(struct cw_handle *handle)
{
  struct cw_multi *multi = cw_transfer_multi(handle);

  if(multi->is_dead)
    return CURLE_ABORTED_BY_CALLBACK;
  multi->is_putting_in = true;
  const CURLMcode added =
    multi->libcurl->multi_add_handle(multi->curlm, handle->curl);
  multi->is_putting_in = false;
  if(added)
    return CURLE_OUT_OF_MEMORY; /* likewise */
  handle->transfer.is_inside = true;
  multi->readded++;
  return CURLE_OK;
}

/* It is counted no more where it was. */
static inline void leave(struct cw_multi *multi,
                         const struct cw_transfer *transfer)
{
  if(transfer->stage == CW_STAGE_WAITING)
    multi->outside--;
  else if(transfer->stage != CW_STAGE_OVER)
    multi->inside--;
}

static void enter(struct cw_handle *handle, enum cw_stage stage)
{
  struct cw_multi *multi = cw_transfer_multi(handle);

  leave(multi, &handle->transfer);
  if(stage == CW_STAGE_WAITING)
    multi->outside++;
  else
    multi->inside++;
  handle->transfer.stage = stage;
}

/* ---- the end ---- */

static inline void rest(struct cw_handle *handle)
{
  cw_gate_idle(&handle->gate);
  atomic_store_explicit(&handle->is_performing, false, memory_order_release);
}

/* The operation is over, and |result| is what the application is told. */
static inline void finish(struct cw_handle *handle, CURLcode result)
{
  struct cw_multi *multi = cw_transfer_multi(handle);

  rest(handle);
  if(handle->transfer.timer.at)
    cw_timers_unset(&multi->timers, &handle->transfer.timer);
  leave(multi, &handle->transfer);
  handle->transfer.stage = CW_STAGE_OVER;
  cw_news_add(&multi->news, &handle->transfer.news, handle->curl, result);
}

/* ---- from one attempt to the next ---- */

static void stop(struct cw_handle *handle, CURLcode result)
{
  finish(handle, cw_attempt_give_up(handle, &handle->transfer.step, result));
}

/* The wait is over: what it was for is begun. */
static void resume(struct cw_handle *handle)
{
  CURLcode result = cw_attempt_next(handle, &handle->transfer.step);

  if(!result)
    result = put_in(handle);
  if(result)
    stop(handle, result);
  else
    enter(handle, CW_STAGE_RUNNING);
}

/* Looks whether there is more to wait. */
static void wait_on(struct cw_handle *handle)
{
  struct cw_multi *multi = cw_transfer_multi(handle);
  struct cw_transfer *transfer = &handle->transfer;
  uint64_t wake_ms = 0;
  const CURLcode result = cw_watch_look(handle, &transfer->step, &wake_ms);

  if(result)
    stop(handle, result);
  else if(wake_ms)
    cw_timers_set(&multi->timers, &transfer->timer,
                  cw_ms_add(wake_ms, handle->world->grain_ms));
  else
    resume(handle);
}

static void go_on(struct cw_handle *handle)
{
  struct cw_transfer *transfer = &handle->transfer;
  CURLcode result = transfer->is_inside ? take_out(handle) : CURLE_OK;

  enter(handle, CW_STAGE_WAITING);
  cw_story_wait(handle, transfer->step.wait_ms, transfer->step.reason);
  if(transfer->step.wait_ms)
    cw_attempt_slim(handle, &transfer->step);
  if(!result && !transfer->step.wait_ms && cw_alarm_is_rung(&handle->alarm))
    result = CURLE_ABORTED_BY_CALLBACK;
  if(result)
    stop(handle, result);
  else if(transfer->step.wait_ms)
    wait_on(handle);
  else
    resume(handle);
}

static CW_RARE void answer(struct cw_handle *handle, CURLcode result)
{
  struct cw_transfer *transfer = &handle->transfer;
  struct cw_multi *multi = cw_transfer_multi(handle);

  cw_timers_unset(&multi->timers, &transfer->timer);
  transfer->step = cw_attempt_done(handle, &result);
  if(transfer->step.verdict == CW_DELIVER)
    finish(handle, cw_attempt_end(handle, result, transfer->step.reason));
  else
    go_on(handle);
}

/* Without memory for those of others the messages stay where they are, and the
   application is to come back at once, when they are looked for again. */
static CW_RARE bool expect_foreign(struct cw_multi *multi)
{
  const bool is_fine = cw_news_expect(&multi->news);

  if(!is_fine) {
    multi->is_unsure = true;
    atomic_store_explicit(&multi->is_rung, true, memory_order_relaxed);
  }
  return is_fine;
}

/* Says whether there may be more. */
static CW_RARE bool pass_on(struct cw_multi *multi, CURLMsg *message)
{
  cw_news_add_foreign(&multi->news, message);
  return expect_foreign(multi);
}

int cw_transfer_read(struct cw_multi *multi)
{
  int count = 0;
  int left = multi->news.spare || expect_foreign(multi);

  while(left) {
    CURLMsg *message = multi->libcurl->multi_info_read(multi->curlm, &left);
    if(!message)
      break;
    struct cw_handle *handle = cw_handle_find(message->easy_handle);
    const CURLcode result = message->data.result;
    if(!handle || cw_transfer_multi(handle) != multi) {
      if(!pass_on(multi, message))
        break;
      continue;
    }
    if(handle->transfer.stage != CW_STAGE_RUNNING)
      continue;
    count++;
    if(cw_usual_end(handle, result))
      finish(handle, result);
    else
      answer(handle, result);
  }
  return count;
}

/* Ends the attempt that is on its way, from outside. */
static void cut(struct cw_handle *handle)
{
  if(!take_out(handle))
    answer(handle, CURLE_ABORTED_BY_CALLBACK);
}

static CW_RARE void begin_unusual(struct cw_handle *handle)
{
  const CURLcode result =
    handle->policy ? cw_attempt_begin(handle) : handle->failure;

  if(!result)
    return;
  (void)take_out(handle);
  finish(handle, handle->policy
                   ? cw_attempt_end(handle, result, CURLEW_REASON_NONE)
                   : result);
}

static inline void begin(struct cw_handle *handle)
{
  atomic_store_explicit(&handle->is_performing, true, memory_order_release);
  handle->transfer.stage = CW_STAGE_RUNNING;
  if(!handle->op.is_asleep || !cw_usual_begin(handle))
    begin_unusual(handle);
  if(cw_alarm_is_rung(&handle->alarm) &&
     handle->transfer.stage == CW_STAGE_RUNNING)
    cut(handle);
}

void cw_transfer_begin_fresh(struct cw_multi *multi)
{
  do {
    struct cw_handle *handle = cw_transfer_of_link(multi->fresh);
    multi->fresh = multi->fresh->next;
    begin(handle);
  } while(multi->fresh != &multi->handles);
}

bool cw_transfer_is_due(const struct cw_handle *handle, uint64_t now_ms)
{
  const struct cw_transfer *transfer = &handle->transfer;
  const uint64_t due_ms = transfer->timer.due_ms;
  const uint64_t most_ms = transfer->stage == CW_STAGE_WAITING
                             ? transfer->step.wait_ms
                             : CW_GATE_DRAIN_MS;

  return due_ms <= now_ms ||
         due_ms - now_ms > cw_ms_add(most_ms, handle->world->grain_ms);
}

void cw_transfer_due(struct cw_handle *handle)
{
  if(handle->transfer.stage == CW_STAGE_WAITING) {
    wait_on(handle);
    return;
  }
  handle->gate.is_aborted = true;
  cut(handle);
}

void cw_transfer_cancel(struct cw_handle *handle)
{
  switch(handle->transfer.stage) {
  case CW_STAGE_NEW: /* it ends as soon as it begins */
  case CW_STAGE_OVER:
    break;
  case CW_STAGE_RUNNING:
    cut(handle);
    break;
  case CW_STAGE_WAITING:
    stop(handle, CURLE_ABORTED_BY_CALLBACK);
    break;
  }
}

/* ---- coming and going ---- */

/* What is told of an operation that was given up in the middle. */
static CW_RARE void abandon(struct cw_handle *handle)
{
  const struct cw_transfer *transfer = &handle->transfer;

  cw_usual_wake(handle);
  if(transfer->stage == CW_STAGE_WAITING)
    cw_engine_abandon(&handle->op.engine, &transfer->step,
                      handle->world->now(handle->world->user));
  (void)cw_attempt_end(handle, CURLE_ABORTED_BY_CALLBACK,
                       CURLEW_REASON_CANCELLED);
  rest(handle);
}

/* ... or was under way. */
static CW_RARE void part_early(struct cw_handle *handle)
{
  struct cw_transfer *transfer = &handle->transfer;
  struct cw_multi *multi = cw_transfer_multi(handle);
  const enum cw_stage stage = transfer->stage;

  cw_timers_unset(&multi->timers, &transfer->timer);
  if(stage == CW_STAGE_RUNNING || stage == CW_STAGE_WAITING)
    abandon(handle);
  leave(multi, transfer);
  transfer->stage = CW_STAGE_OVER;
}

void cw_transfer_part(struct cw_handle *handle)
{
  struct cw_multi *multi = cw_transfer_multi(handle);

  cw_transfer_unlink(multi, handle);
  if(handle->transfer.stage != CW_STAGE_OVER)
    part_early(handle);
  atomic_store_explicit(&handle->transfer.multi, NULL, memory_order_relaxed);
}
