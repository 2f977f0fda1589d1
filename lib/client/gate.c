#include "gate.h"

#include "drain.h"
#include "glance.h"
#include "guard.h"
#include "handle.h"
#include "outfit.h"
#include "outlet.h"
#include "rare.h"
#include "request.h"
#include "usual.h"
#include "verdict.h"

static bool is_status_line(const char *line, size_t length)
{
  return length > 5 && line[0] == 'H' && line[1] == 'T' && line[2] == 'T' &&
         line[3] == 'P' && line[4] == '/';
}

static bool is_blank_line(const char *line, size_t length)
{
  return length && (line[0] == '\r' || line[0] == '\n');
}

/* A header callback may say that this hop is not to be followed after all. */
static bool is_revoked(const struct cw_handle *handle)
{
  return !cw_notes_long(&handle->notes, CW_SLOT_FOLLOWLOCATION);
}

/* Lets everything held through, and then |line|. */
static size_t release(struct cw_handle *handle, char *line, size_t length,
                      enum cw_gate_state after)
{
  struct cw_gate *gate = &handle->gate;

  gate->is_keeping = false;
  gate->state = CW_GATE_RELEASING;
  gate->after = after;
  size_t told = cw_outlet_flush(handle, length);
  if(told != length)
    return told;
  told = cw_outlet_pass(handle, line, length);
  if(told != length)
    return told;
  if(after == CW_GATE_WITHHOLD && is_revoked(handle)) {
    handle->op.request.follow = CW_WISH_OFF;
    cw_engine_decline(&handle->op.engine, CURLEW_REASON_REDIRECTS_OFF);
    after = CW_GATE_OPEN;
  }
  gate->state = after;
  return after == CW_GATE_WITHHOLD ? cw_drain_begin(handle, length) : length;
}

static size_t give_up_holding(struct cw_handle *handle, char *line,
                              size_t length)
{
  cw_usual_wake(handle);
  cw_engine_decline(&handle->op.engine, CURLEW_REASON_HEAD_TOO_LARGE);
  handle->gate.is_cared_for = false;
  return release(handle, line, length, CW_GATE_OPEN);
}

static size_t hold(struct cw_handle *handle, char *line, size_t length)
{
  struct cw_gate *gate = &handle->gate;

  if(!gate->is_cared_for && !handle->sees_heads)
    return length;
  if(length > CW_GATE_HELD_MAX - gate->held.length ||
     !cw_text_add(&gate->held, line, length))
    return give_up_holding(handle, line, length);
  return length;
}

/* A proxy's answer to CONNECT has a code that is not the response's. */
static bool is_of_the_origin(const struct cw_handle *handle, unsigned status)
{
  long code = 0;
  (void)handle->libcurl->easy_getinfo(handle->curl, CURLINFO_RESPONSE_CODE,
                                      &code);
  return code == (long)status;
}

/* Has the application asked to see the heads of hops? */
static bool shows_hops(const struct cw_handle *handle)
{
  return handle->op.request.follow == CW_WISH_ON;
}

static bool libcurl_may_answer(const struct cw_handle *handle, unsigned status)
{
  if(status >= 300 && status < 400)
    return handle->op.rules->redirect_when == CW_REDIRECT_NEVER &&
           shows_hops(handle);
  return status == 401 || status == 407 ||
         (status == 417 && !handle->op.request.sent_expect);
}

/* Has the application seen a head or a part of one that it was to see? Then
   nothing is decided any more by what comes behind it: heads that were too
   many to be held, or a trailer that looks like one. Only after a 101 another
   response is to come. */
static bool is_settled(const struct cw_gate *gate)
{
  return gate->is_delivered && gate->status != 101;
}

/* Does the engine want to see a head with |status|? If not, an operation that
   is asleep may sleep on. */
static bool cares(struct cw_handle *handle, unsigned status)
{
  struct cw_operation *op = &handle->op;

  if(op->is_asleep) {
    if(cw_rules_pass(op->rules, status))
      return false;
    cw_usual_wake(handle);
  }
  return cw_engine_cares(&op->engine, status);
}

static size_t begin_head(struct cw_handle *handle, char *line, size_t length,
                         unsigned status)
{
  struct cw_gate *gate = &handle->gate;

  gate->is_in_head = true;
  gate->is_keeping = false;
  gate->is_asked = false;
  gate->is_interim = status < 200 && status != 101;
  cw_guard_saw_head(handle, line);
  gate->is_cared_for =
    !gate->is_interim && !is_settled(gate) && cares(handle, status);
  if((handle->sees_heads || gate->is_cared_for) && !gate->is_interim &&
     !is_of_the_origin(handle, status)) {
    gate->is_interim = true;
    gate->is_cared_for = false;
  }
  gate->state = CW_GATE_HOLDING;
  gate->head = gate->held.length;
  if(gate->is_interim)
    return hold(handle, line, length);

  gate->status = status;
  if(status == 417)
    cw_request_refresh(handle);
  gate->is_answering = libcurl_may_answer(handle, status);
  if(gate->is_cared_for || (gate->is_answering && handle->sees_heads)) {
    gate->is_keeping = !gate->is_joined;
    return hold(handle, line, length);
  }
  return release(handle, line, length, CW_GATE_OPEN);
}

static size_t end_head(struct cw_handle *handle, char *line, size_t length)
{
  struct cw_gate *gate = &handle->gate;

  gate->is_in_head = false;
  gate->is_keeping = false;
  if(!gate->is_cared_for)
    return hold(handle, line, length);

  const struct cw_step *step = cw_verdict_ask(handle);
  if(gate->is_answering)
    return hold(handle, line, length);
  if(!cw_verdict_withholds(step))
    return release(handle, line, length, CW_GATE_OPEN);
  if(step->verdict == CW_FOLLOW || step->verdict == CW_DELIVER)
    if(shows_hops(handle))
      return release(handle, line, length, CW_GATE_WITHHOLD);
  return cw_drain_begin(handle, length);
}

static size_t take(struct cw_handle *handle, char *line, size_t length)
{
  struct cw_gate *gate = &handle->gate;

  if(gate->state == CW_GATE_RELEASING)
    return release(handle, line, length, gate->after);
  if(is_status_line(line, length)) {
    const unsigned status = cw_head_status(line, length);
    if(status)
      return begin_head(handle, line, length, status);
  }
  switch(gate->state) {
  case CW_GATE_OPEN:
    return cw_outlet_pass(handle, line, length);
  case CW_GATE_HOLDING:
    return gate->is_in_head && is_blank_line(line, length)
             ? end_head(handle, line, length)
             : hold(handle, line, length);
  case CW_GATE_RELEASING:
  case CW_GATE_WITHHOLD:
    break;
  }
  return length;
}

/* After a pause libcurl hands over the lines that came meanwhile as one. Where
   one of them pauses again, what it has seen of the others stays noted. */
static size_t take_each(struct cw_handle *handle, char *lines, size_t length)
{
  struct cw_gate *gate = &handle->gate;
  size_t at = gate->joined_at;

  while(at < length) {
    const size_t n = cw_outlet_line_length(lines + at, length - at);
    const size_t told = take(handle, lines + at, n);
    if(told == CURL_WRITEFUNC_PAUSE) {
      gate->joined_at = at;
      return CURL_WRITEFUNC_PAUSE;
    }
    if(told != n)
      return CW_GATE_ABORT;
    at += n;
  }
  gate->joined_at = 0;
  return length;
}

static CW_RARE size_t take_some(struct cw_handle *handle, char *line,
                                size_t length)
{
  struct cw_gate *gate = &handle->gate;

  if(!gate->is_policed)
    return cw_outlet_line(handle, line, length);
  if(cw_glance_at(handle, line, length))
    return length;
  gate->is_clean = false;
  gate->is_blind = false;
  gate->is_through = false;
  gate->is_flowing = false;
  if(gate->is_joined)
    return take_each(handle, line, length);
  if(gate->state == CW_GATE_OPEN && !is_status_line(line, length)) {
    gate->is_flowing = handle->sees_heads;
    return handle->sees_heads ? cw_outlet_pass(handle, line, length) : length;
  }
  return take(handle, line, length);
}

static CW_RARE size_t take_line(struct cw_handle *handle, char *line,
                                size_t length)
{
  struct cw_gate *gate = &handle->gate;

  if(gate->is_flowing && line[0] != 'H' && !gate->is_joined)
    return cw_outlet_flow(handle, line, length);
  if(gate->is_keeping && !is_blank_line(line, length) &&
     gate->held.length < CW_GATE_HELD_MAX / 2 &&
     cw_text_fill(&gate->held, line, length))
    return length;
  return take_some(handle, line, length);
}

static CW_RARE size_t take_first(struct cw_handle *handle, char *line,
                                 size_t length)
{
  return cw_glance_quickly(handle, line, length)
           ? length
           : take_line(handle, line, length);
}

/* The lines that nobody wants are the most. */
size_t cw_gate_header(char *line, size_t size, size_t count, void *user)
{
  struct cw_handle *handle = user;

  if(handle->gate.is_blind && line[0] != 'H')
    return size * count;
  return handle->gate.is_quick ? take_first(handle, line, size * count)
                               : take_line(handle, line, size * count);
}

/* Settles what is held before |data|, the first of the body. */
static size_t settle(struct cw_handle *handle, size_t length)
{
  struct cw_gate *gate = &handle->gate;

  if(gate->state == CW_GATE_HOLDING && cw_verdict_is_final(handle)) {
    const size_t withheld = cw_drain_begin(handle, length);
    gate->uncounted = 0; /* it is the body that is aborted */
    return withheld;
  }
  gate->state = CW_GATE_RELEASING;
  const size_t told = cw_outlet_flush(handle, length);
  if(told == length)
    gate->state = CW_GATE_OPEN;
  return told;
}

static CW_RARE size_t take_body(struct cw_handle *handle, char *data,
                                size_t length)
{
  struct cw_gate *gate = &handle->gate;

  if(gate->is_policed) {
    if(cw_alarm_is_rung(&handle->alarm))
      return CW_GATE_ABORT;
    if(gate->state == CW_GATE_HOLDING || gate->state == CW_GATE_RELEASING) {
      const size_t told = settle(handle, length);
      if(told != length)
        return told;
    }
    if(gate->state == CW_GATE_WITHHOLD)
      return cw_drain_take(handle, length);
    if(!gate->is_body) {
      gate->is_body = true;
      gate->is_delivered = true;
      cw_outfit_delivers(handle);
    }
  }
  return cw_outlet_body(handle, data, length);
}

size_t cw_gate_write(char *data, size_t size, size_t count, void *user)
{
  struct cw_handle *handle = user;
  struct cw_gate *gate = &handle->gate;

  if(!gate->is_through || cw_alarm_is_rung(&handle->alarm))
    return take_body(handle, data, size * count);
  gate->is_body = true;
  gate->is_delivered = true;
  return cw_outlet_body(handle, data, size * count);
}

/* What libcurl may find at the end of a head, and tell before its blank line:
   FAILONERROR, a range that is not served, a body that is too large. */
static bool ends_head_early(CURLcode result)
{
  return result == CURLE_HTTP_RETURNED_ERROR || result == CURLE_RANGE_ERROR ||
         result == CURLE_FILESIZE_EXCEEDED;
}

void cw_gate_settle(struct cw_handle *handle, CURLcode result)
{
  struct cw_gate *gate = &handle->gate;

  if(gate->state != CW_GATE_HOLDING)
    return;
  if(ends_head_early(result) && gate->is_cared_for && !gate->is_asked)
    (void)cw_verdict_ask(handle);
  else if(result && gate->is_in_head)
    return;
  if(cw_verdict_is_final(handle)) {
    gate->state = CW_GATE_WITHHOLD;
    gate->is_withheld = true;
    gate->held.length = 0;
  }
}

CURLcode cw_gate_deliver(struct cw_handle *handle, CURLcode result)
{
  struct cw_gate *gate = &handle->gate;

  if(gate->state != CW_GATE_HOLDING && gate->state != CW_GATE_RELEASING)
    return result;
  /* there is nothing left to pause: who pauses is asked once more, at each
     line anew */
  size_t told = cw_outlet_flush(handle, 1);
  for(size_t at = SIZE_MAX;
      told == CURL_WRITEFUNC_PAUSE && gate->flushed != at;) {
    at = gate->flushed;
    told = cw_outlet_flush(handle, 1);
  }
  gate->state = CW_GATE_OPEN;
  return told == 1 || result ? result : CURLE_WRITE_ERROR;
}

void cw_gate_clear(struct cw_gate *gate)
{
  cw_text_clear(&gate->held);
}
