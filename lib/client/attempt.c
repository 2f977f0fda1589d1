#include "attempt.h"

#include "dress.h"
#include "ending.h"
#include "guard.h"
#include "handle.h"
#include "outfit.h"
#include "request.h"
#include "route.h"
#include "usual.h"

static struct cw_instant now_of(const struct cw_handle *handle)
{
  return handle->world->now(handle->world->user);
}

const char *cw_attempt_url(const struct cw_handle *handle)
{
  const struct cw_operation *op = &handle->op;

  if(op->is_hop)
    return op->url.data;
  return op->given.length ? op->given.data : cw_handle_url(handle);
}

static CURLcode begin_unpoliced(struct cw_handle *handle)
{
  CURLcode result = cw_control_leave(handle);

  if(!result)
    result = cw_guard_install(handle);
  if(result)
    return result;
  cw_gate_start(&handle->gate, false);
  cw_story_attempt(handle, 0, CURLEW_REASON_FIRST);
  return CURLE_OK;
}

static void clear(struct cw_operation *op)
{
  op->is_policed = false;
  op->is_asleep = false;
  op->is_hop = false;
  op->hides_userinfo = false;
  op->distance = CW_DISTANCE_HOME;
  op->drops_content = false;
  op->drops_expect = false;
  op->was_remembered = false;
  op->has_length = false;
  op->has_attempt_timeout = false;
  op->connection = CW_CONNECTION_ANY;
  op->given.length = 0;
  op->key[0] = '\0';
  op->sums.is_any = false;
  op->kept.is_any = false;
  op->kept.is_begun = false;
  op->kept.has_gone = false;
  op->kept.redirect_url.length = 0;
  cw_past_forget(&op->past);
}

CURLcode cw_attempt_leave(struct cw_handle *handle)
{
  cw_story_begin(handle);
  return cw_attempt_disown(handle);
}

CURLcode cw_attempt_disown(struct cw_handle *handle)
{
  CURLcode result = CURLE_OK;

  clear(&handle->op);
  cw_handle_changed(handle);
  result = cw_undress(handle);
  if(!result)
    result = cw_control_leave(handle);
  cw_gate_start(&handle->gate, false);
  handle->is_installed = false;
  handle->is_guard_installed = false;
  return result ? result : cw_handle_set_own(handle, handle->curl);
}

void cw_attempt_begin_engine(struct cw_handle *handle, struct cw_instant start)
{
  struct cw_operation *op = &handle->op;
  const long timeout_ms = cw_notes_long(&handle->notes, CW_SLOT_TIMEOUT_MS);

  cw_engine_begin(&op->engine, op->rules, &handle->world->rng,
                  timeout_ms > 0 ? (uint64_t)timeout_ms : CW_FOREVER, start);
  if(cw_allowance_is_used(handle, start.mono_ms))
    cw_engine_gave_up(&op->engine);
}

/* The engine is asked from the beginning. */
static CURLcode begin_awake(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;
  const struct cw_instant now = now_of(handle);
  CURLcode result = CURLE_OK;

  cw_attempt_begin_engine(handle, now);
  result = cw_route_recall(handle, now);
  if(!result)
    result = cw_outfit_time(handle);
  if(!result)
    result = cw_outfit_put_on(handle, false);
  cw_story_attempt(handle, 0,
                   op->was_remembered ? CURLEW_REASON_REMEMBERED
                                      : CURLEW_REASON_FIRST);
  return result;
}

static CURLcode begin_policed(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;
  CURLcode result = cw_control_take(handle);

  if(!result)
    result = cw_request_describe(handle);
  if(result)
    return result;
  op->cross_origin = &op->rules->cross_origin;
  cw_request_make_key(handle);
  result = cw_body_begin(handle);
  if(result)
    return result;
  cw_usual_judge(handle);
  cw_guard_start(handle);
  return cw_usual_begin(handle) ? cw_guard_install(handle)
                                : begin_awake(handle);
}

CURLcode cw_attempt_begin(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;

  /* one that slept has left everything as it was */
  const bool is_clear = op->is_asleep;
  const bool was_hop = op->is_hop;
  if(!is_clear)
    clear(op);
  if(!was_hop && cw_usual_begin(handle))
    return CURLE_OK;
  cw_story_begin(handle);
  handle->gate.is_withheld = false;     /* of the operation before */
  CURLcode result = cw_undress(handle); /* what failed to be put back before */
  if(is_clear)
    clear(op);
  if(!result)
    result = cw_handle_install(handle);
  if(!result)
    result = cw_route_find_rules(handle);
  if(result)
    return result;
  op->rules = handle->rules;
  op->is_policed = handle->is_http && !op->rules->inert &&
                   !cw_notes_long(&handle->notes, CW_SLOT_CONNECT_ONLY);
  return op->is_policed ? begin_policed(handle) : begin_unpoliced(handle);
}

static CURLcode next_request(struct cw_handle *handle,
                             const struct cw_step *step)
{
  struct cw_operation *op = &handle->op;
  CURLcode result = CURLE_OK;

  switch(step->verdict) {
  case CW_FOLLOW:
    op->connection = CW_CONNECTION_ANY;
    result = cw_outfit_version(handle);
    return result ? result : cw_route_follow(handle, step);
  case CW_FORGET:
    return cw_route_forget(handle);
  case CW_RETRY:
    op->connection = step->connection;
    if(step->repair == CW_REPAIR_NO_EXPECT)
      op->drops_expect = true;
    break;
  case CW_DELIVER:
    break;
  }
  return CURLE_OK;
}

CURLcode cw_attempt_next(struct cw_handle *handle, const struct cw_step *step)
{
  const size_t uncounted = handle->gate.uncounted;
  CURLcode result = next_request(handle, step);

  if(!result)
    result = cw_outfit_time(handle);
  if(!result)
    result = cw_outfit_put_on(handle, true);
  if(!result && step->verdict == CW_FOLLOW) {
    /* libcurl still tells of the attempt before */
    cw_sums_add(handle, uncounted);
    cw_past_keep(handle);
  }
  if(!result)
    cw_story_attempt(handle, step->wait_ms, step->reason);
  return result;
}

CURLcode cw_attempt_end(struct cw_handle *handle, CURLcode result,
                        enum curlew_reason reason)
{
  struct cw_operation *op = &handle->op;

  if(op->is_policed) {
    cw_allowance_note(handle, reason);
    cw_sums_keep(handle);
    const CURLcode undressed = cw_undress(handle);
    if(undressed)
      cw_handle_changed(handle); /* the next operation tries that again */
    if(!result)
      result = undressed;
    if(op->fields &&
       !cw_is_dressed_slot(handle->dressed, CW_SLOT_HTTPHEADER)) {
      handle->libcurl->slist_free_all(op->fields);
      op->fields = NULL;
    }
    if(handle->body.source == CW_SOURCE_CALLBACK ||
       handle->body.source == CW_SOURCE_HELD)
      cw_body_end(handle);
  }
  cw_story_end(handle, reason, result);
  return result;
}

void cw_attempt_slim(struct cw_handle *handle, const struct cw_step *step)
{
  struct cw_operation *op = &handle->op;

  if(step->verdict == CW_RETRY)
    op->next.url.length = 0;
  cw_text_trim(&op->next.url);
  cw_text_trim(&op->url);
  cw_text_trim(&op->past.head);
  cw_text_trim(&op->past.heads);
  cw_text_trim(&handle->gate.held);
  cw_text_trim(&handle->story.urls);
}

static enum curlew_reason reason_of_stop(struct cw_handle *handle,
                                         CURLcode result)
{
  if(result != CURLE_ABORTED_BY_CALLBACK)
    return CURLEW_REASON_ERROR_KEPT;
  return cw_alarm_is_rung(&handle->alarm) ? CURLEW_REASON_CANCELLED
                                          : CURLEW_REASON_ABORTED;
}

CURLcode cw_attempt_give_up(struct cw_handle *handle,
                            const struct cw_step *step, CURLcode result)
{
  cw_engine_abandon(&handle->op.engine, step, now_of(handle));
  return cw_attempt_end(handle, result, reason_of_stop(handle, result));
}

/* When the attempt ended. libcurl's time-out may come within the millisecond
   before it is due: that is no time for another attempt. */
static struct cw_instant end_of(const struct cw_handle *handle,
                                CURLcode result)
{
  const struct cw_engine *engine = &handle->op.engine;
  struct cw_instant now = now_of(handle);

  if(result == CURLE_OPERATION_TIMEDOUT && cw_engine_is_bounded(engine)) {
    const uint64_t left_ms = cw_engine_left_ms(engine, now);
    if(left_ms <= handle->world->grain_ms)
      now.mono_ms += left_ms;
  }
  return now;
}

/* The status of a response that nobody of us has looked at. Other protocols
   have numbers too. */
static unsigned status_unseen(const struct cw_handle *handle)
{
  long version = CURL_HTTP_VERSION_NONE;
  long status = 0;

  (void)handle->libcurl->easy_getinfo(handle->curl, CURLINFO_HTTP_VERSION,
                                      &version);
  if(version != CURL_HTTP_VERSION_NONE)
    (void)handle->libcurl->easy_getinfo(handle->curl, CURLINFO_RESPONSE_CODE,
                                        &status);
  return status > 0 ? (unsigned)status : 0;
}

struct cw_step cw_attempt_done(struct cw_handle *handle, CURLcode *result)
{
  struct cw_operation *op = &handle->op;
  struct cw_step step = {.verdict = CW_DELIVER,
                         .reason = CURLEW_REASON_NOT_POLICED};

  if(!op->is_policed) {
    cw_story_answer(handle, status_unseen(handle), *result);
    return step;
  }
  if(op->is_expect_stopped)
    *result = CURLE_OK; /* the 417 is the answer, and it has been delivered */
  cw_usual_wake(handle);
  cw_gate_settle(handle, *result);
  const struct cw_ending ending = cw_ending_of(handle, *result);
  if(ending.end == CW_END_ERROR && !ending.delivered) {
    cw_request_refresh(handle);
    cw_request_try_body(handle);
  }
  step = cw_engine_done(&op->engine, &op->request, &ending,
                        end_of(handle, *result));
  if(step.verdict == CW_DELIVER)
    *result =
      cw_gate_deliver(handle, cw_ending_result(handle, &step, *result));
  /* what goes wrong with a body that is withheld does not count */
  cw_story_answer(handle, handle->gate.status,
                  step.verdict != CW_DELIVER && handle->gate.is_withheld
                    ? CURLE_OK
                    : *result);
  return step;
}
