#include "attempt.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "curlcode.h"
#include "dress.h"
#include "fields.h"
#include "guard.h"
#include "handle.h"
#include "origin.h"
#include "route.h"
#include "sums.h"
#include "usual.h"

#define EARLY_DATA (1L << 6) /* CURLSSLOPT_EARLYDATA, libcurl 8.11 */

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

/* ---- the request ---- */

static CURLcode describe(struct cw_handle *handle)
{
  const struct cw_notes *notes = &handle->notes;
  const char *custom = cw_notes_text(notes, CW_SLOT_CUSTOMREQUEST);
  const long redirects = cw_notes_long(notes, CW_SLOT_MAXREDIRS);

  handle->op.request = (struct cw_request){
    .method = cw_notes_form_method(notes),
    .follow = !cw_notes_has(notes, CW_SLOT_FOLLOWLOCATION) ? CW_WISH_UNSET
              : cw_notes_long(notes, CW_SLOT_FOLLOWLOCATION)
                ? CW_WISH_ON
                : CW_WISH_OFF,
    .keep_post = (unsigned)cw_notes_long(notes, CW_SLOT_POSTREDIR) & 7u,
    .max_redirects = redirects >= 0 && redirects < (long)UINT32_MAX
                       ? (uint32_t)redirects
                       : UINT32_MAX,
    .is_expected = handle->is_expected,
    .asks_credentials = handle->ask != NULL,
  };
  if(custom) {
    /* a copy, since a callback may set another one */
    if(!cw_text_set(&handle->op.custom, custom, strlen(custom)))
      return CURLE_OUT_OF_MEMORY;
    handle->op.request.method = handle->op.custom.data;
  }
  return CURLE_OK;
}

void cw_attempt_refresh(struct cw_handle *handle)
{
  const struct curl_slist *fields =
    handle->notes.value[CW_SLOT_HTTPHEADER].pointer;
  struct cw_operation *op = &handle->op;

  op->request.body = cw_body_state(handle);
  op->request.has_idempotency_key =
    op->key[0] || cw_fields_have(fields, "Idempotency-Key");
  op->request.sent_expect =
    !op->drops_expect && !op->drops_content && cw_fields_have(fields, "Expect");
}

/* A key of ours, the same for all attempts: a random UUID (RFC 9562). */
static void make_key(struct cw_handle *handle)
{
  const struct cw_rng *rng = &handle->world->rng;
  const struct curl_slist *fields =
    handle->notes.value[CW_SLOT_HTTPHEADER].pointer;
  struct cw_operation *op = &handle->op;

  op->key[0] = '\0';
  if(!cw_repeat_adds_key(op->rules, op->request.method) ||
     cw_fields_have(fields, "Idempotency-Key"))
    return;
  const uint64_t a = rng->next(rng->user);
  const uint64_t b = rng->next(rng->user);
  (void)snprintf(op->key, sizeof(op->key),
                 "Idempotency-Key: %08x-%04x-4%03x-%04x-%012llx",
                 (unsigned)(a >> 32), (unsigned)(a >> 16 & 0xffff),
                 (unsigned)(a & 0xfff),
                 (unsigned)(b >> 48 & 0x3fff) | 0x8000u,
                 (unsigned long long)(b & UINT64_C(0xffffffffffff)));
}

/* ---- dressing ---- */

/* How long the attempt may take: what is left of the operation, and no more
   than the policy gives one attempt until its first body byte. */
static CURLcode dress_time(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;
  const uint64_t most_ms = op->rules->limits.attempt_timeout_ms;
  const uint64_t left_ms =
    cw_engine_is_bounded(&op->engine)
      ? cw_engine_left_ms(&op->engine, now_of(handle))
      : CW_FOREVER;
  const uint64_t time_ms = left_ms < most_ms ? left_ms : most_ms;
  const long own_ms = cw_notes_long(&handle->notes, CW_SLOT_TIMEOUT_MS);

  op->has_attempt_timeout = most_ms < left_ms;
  op->left_ms = left_ms;
  if(time_ms == CW_FOREVER || (own_ms > 0 && time_ms == (uint64_t)own_ms))
    return cw_undress_slot(handle, CW_SLOT_TIMEOUT_MS);
  return cw_dress_long(handle, CW_SLOT_TIMEOUT_MS,
                       time_ms == 0        ? 1
                       : time_ms > INT32_MAX ? INT32_MAX
                                             : (long)time_ms);
}

void cw_attempt_delivers(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;

  if(!op->has_attempt_timeout)
    return;
  op->has_attempt_timeout = false;
  /* libcurl counts it from the beginning of the attempt */
  (void)cw_dress_long(handle, CW_SLOT_TIMEOUT_MS,
                      op->left_ms == CW_FOREVER ? 0
                      : op->left_ms > INT32_MAX ? INT32_MAX
                                                : (long)op->left_ms);
}

static CURLcode dress_connection(struct cw_handle *handle, bool is_repeat)
{
  const long options = cw_notes_long(&handle->notes, CW_SLOT_SSL_OPTIONS);
  CURLcode result = CURLE_OK;

  /* early data can be replayed, so no repeat goes out in it (RFC 8470) */
  if(is_repeat && (options & EARLY_DATA))
    result = cw_dress_long(handle, CW_SLOT_SSL_OPTIONS, options & ~EARLY_DATA);
  if(result)
    return result;
  if(handle->op.connection == CW_CONNECTION_FRESH)
    return cw_dress_long(handle, CW_SLOT_FRESH_CONNECT, 1);
  return handle->op.is_hop ? cw_dress_without(handle, CW_SLOT_FRESH_CONNECT)
                           : cw_undress_slot(handle, CW_SLOT_FRESH_CONNECT);
}

static CURLcode dress_length(struct cw_handle *handle)
{
  const enum cw_slot slot = handle->notes.form == CW_FORM_PUT
                              ? CW_SLOT_INFILESIZE
                              : CW_SLOT_POSTFIELDSIZE;
  union cw_argument value = cw_slot_unset(slot);
  CURLcode result = CURLE_OK;

  if(!handle->op.has_length || handle->op.length < 0)
    return CURLE_OK;
  value.offset = handle->op.length;
  result = cw_dress(handle, slot, value);
  if(result || handle->body.source != CW_SOURCE_HELD)
    return result;
  value = cw_slot_unset(CW_SLOT_SEEKFUNCTION);
  value.function = (cw_function *)cw_body_seek;
  result = cw_dress(handle, CW_SLOT_SEEKFUNCTION, value);
  return result ? result
                : cw_dress_pointer(handle, CW_SLOT_SEEKDATA, handle);
}

/* What every attempt needs once its URL and method are settled. */
static CURLcode dress(struct cw_handle *handle, bool is_repeat)
{
  struct cw_operation *op = &handle->op;
  CURLcode result = cw_fields_dress(handle);

  if(!result)
    result = dress_connection(handle, is_repeat);
  if(!result)
    result = dress_length(handle);
  if(!result)
    result = cw_undress_slot(handle, CW_SLOT_NOPROGRESS); /* of a drain */
  if(!result)
    result = cw_body_start(handle);
  if(result)
    return result;
  cw_engine_attempt(&op->engine, op->rules, cw_attempt_url(handle));
  result = cw_guard_install(handle);
  if(result)
    return result;
  cw_guard_start(handle);
  cw_gate_start(handle, true);
  return CURLE_OK;
}

/* ---- the life of an operation ---- */

static CURLcode begin_unpoliced(struct cw_handle *handle)
{
  CURLcode result = cw_handle_leave_alone(handle);

  if(!result)
    result = cw_guard_install(handle);
  if(result)
    return result;
  cw_gate_start(handle, false);
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
  op->is_custom_dropped = false;
  op->drops_expect = false;
  op->was_remembered = false;
  op->has_length = false;
  op->has_attempt_timeout = false;
  op->connection = CW_CONNECTION_ANY;
  op->given.length = 0;
  op->key[0] = '\0';
  op->sums.is_any = false;
  op->kept.is_any = false;
  op->kept.redirect_url.length = 0;
}

static CURLcode begin_policed(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;
  const long timeout_ms = cw_notes_long(&handle->notes, CW_SLOT_TIMEOUT_MS);
  const struct cw_instant now = now_of(handle);
  CURLcode result = cw_handle_take_over(handle);

  if(!result)
    result = describe(handle);
  if(result)
    return result;
  op->cross_origin = &op->rules->cross_origin;
  cw_engine_begin(&op->engine, op->rules, &handle->world->rng,
                  timeout_ms > 0 ? (uint64_t)timeout_ms : CW_FOREVER, now);
  make_key(handle);
  result = cw_body_begin(handle);
  if(!result)
    result = cw_route_recall(handle, now);
  if(!result)
    result = dress_time(handle);
  if(!result)
    result = dress(handle, false);
  if(!result)
    cw_usual_judge(handle);
  cw_story_attempt(handle, 0,
                   op->was_remembered ? CURLEW_REASON_REMEMBERED
                                      : CURLEW_REASON_FIRST);
  return result;
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
  CURLcode result = cw_undress(handle); /* what failed to be put back before */
  if(is_clear)
    clear(op);
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

  switch(step->verdict) {
  case CW_FOLLOW:
    op->connection = CW_CONNECTION_ANY;
    return cw_route_follow(handle, step);
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
    result = dress_time(handle);
  if(!result)
    result = dress(handle, true);
  if(!result && step->verdict == CW_FOLLOW)
    /* libcurl still tells of the attempt before */
    cw_sums_add(handle, uncounted);
  if(!result)
    cw_story_attempt(handle, step->wait_ms, step->reason);
  return result;
}

CURLcode cw_attempt_end(struct cw_handle *handle, CURLcode result,
                        enum curlew_reason reason)
{
  struct cw_operation *op = &handle->op;

  if(op->is_asleep)
    return result;
  if(op->is_policed) {
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

/* ---- what came of it ---- */

/* Did libcurl begin to send the request? */
static bool is_sent(const struct cw_handle *handle)
{
  curl_off_t time_us = 0;

  (void)handle->libcurl->easy_getinfo(handle->curl,
                                      CURLINFO_PRETRANSFER_TIME_T, &time_us);
  return handle->body.is_sent || time_us > 0;
}

static struct cw_ending ending_of(struct cw_handle *handle, CURLcode result)
{
  const struct cw_gate *gate = &handle->gate;
  struct cw_ending ending = {.end = CW_END_COMPLETE,
                             .delivered = gate->is_delivered};

  if(handle->op.is_resend_stopped)
    ending.end = CW_END_RESEND;
  else if(result && cw_alarm_is_rung(&handle->alarm))
    ending.end = CW_END_CANCELLED;
  else if(result == CURLE_ABORTED_BY_CALLBACK && !gate->is_aborted)
    ending.end = CW_END_ABORTED;
  else if(result && result != CURLE_HTTP_RETURNED_ERROR &&
          !gate->is_withheld) {
    ending.end = CW_END_ERROR;
    ending.error = cw_curlcode_error(result, is_sent(handle));
  }
  return ending;
}

static void explain(struct cw_handle *handle, const char *text)
{
  char *buffer = handle->notes.value[CW_SLOT_ERRORBUFFER].pointer;
  if(buffer)
    (void)snprintf(buffer, CURL_ERROR_SIZE, "%s", text);
}

/* The CURLcode of an operation that ends without the response at hand. */
static CURLcode refused(struct cw_handle *handle, const struct cw_step *step,
                        CURLcode result)
{
  CURLcode code = CURLE_OK;

  switch(step->result) {
  case CW_RESULT_AS_IS:
    if(step->reason == CURLEW_REASON_SILENT_RESEND)
      code = CURLE_GOT_NOTHING;
    else if(step->reason == CURLEW_REASON_CANCELLED)
      code = CURLE_ABORTED_BY_CALLBACK;
    else if(step->reason == CURLEW_REASON_DEADLINE &&
            handle->gate.is_withheld)
      code = CURLE_OPERATION_TIMEDOUT;
    else
      return result;
    break;
  case CW_RESULT_BAD_URL:
    code = CURLE_URL_MALFORMAT;
    break;
  case CW_RESULT_BAD_SCHEME:
    code = CURLE_UNSUPPORTED_PROTOCOL;
    break;
  case CW_RESULT_TOO_MANY:
    code = CURLE_TOO_MANY_REDIRECTS;
    break;
  case CW_RESULT_REWIND:
    code = CURLE_SEND_FAIL_REWIND;
    break;
  }
  explain(handle, cw_reason_text(step->reason));
  return code;
}

/* Finds out whether a body can be rewound by rewinding it. */
static void try_rewind(struct cw_handle *handle)
{
  if(handle->body.is_sent && handle->op.request.body == CW_BODY_REPEATABLE &&
     !cw_body_rewind(handle))
    handle->op.request.body = CW_BODY_SPENT;
}

struct cw_step cw_attempt_done(struct cw_handle *handle, CURLcode *result)
{
  struct cw_operation *op = &handle->op;
  struct cw_step step = {.verdict = CW_DELIVER,
                         .reason = CURLEW_REASON_NOT_POLICED};

  if(!op->is_policed) {
    cw_story_answer(handle, 0, *result);
    return step;
  }
  if(op->is_expect_stopped)
    *result = CURLE_OK; /* the 417 is the answer, and it has been delivered */
  if(cw_usual_end(handle, *result))
    return step;
  cw_usual_wake(handle);
  cw_gate_settle(handle, *result);
  const struct cw_ending ending = ending_of(handle, *result);
  if(ending.end == CW_END_ERROR && !ending.delivered) {
    cw_attempt_refresh(handle);
    try_rewind(handle);
  }
  step = cw_engine_done(&op->engine, &op->request, &ending, now_of(handle));
  if(step.verdict == CW_DELIVER)
    *result =
      cw_gate_deliver(handle, refused(handle, &step, *result));
  cw_story_answer(handle, handle->gate.status, *result);
  return step;
}

/* ---- the gate's questions ---- */

static CURLcode find_target(struct cw_handle *handle,
                            const struct cw_head *head)
{
  const struct cw_rule *rule =
    cw_rules_status(handle->op.rules, head->status);

  handle->op.next.kind = CW_TARGET_NONE;
  handle->op.next.url.length = 0;
  if(rule->action != CW_ACTION_FOLLOW)
    return CURLE_OK;
  return cw_route_find(handle, head->location, &handle->op.next);
}

/* Does |step| send the body of this request again? */
static bool sends_body_again(const struct cw_step *step)
{
  return (step->verdict == CW_RETRY &&
          step->repair != CW_REPAIR_CONTENT_LENGTH) ||
         (step->verdict == CW_FOLLOW && !step->drops_body);
}

const struct cw_step *cw_attempt_head(struct cw_handle *handle,
                                      const struct cw_head *head,
                                      struct cw_instant now)
{
  struct cw_operation *op = &handle->op;
  struct cw_engine *engine = &op->engine;

  cw_attempt_refresh(handle);
  if(find_target(handle, head)) {
    /* without memory nothing is followed: the response is handed over */
    cw_engine_decline(engine, CURLEW_REASON_BAD_LOCATION);
    return &engine->pending;
  }
  const struct cw_target target = {.kind = op->next.kind,
                                   .url = cw_place_url(&op->next)};
  const struct cw_step *step =
    cw_engine_head(engine, &op->request, head, &target, now);
  if(step->verdict == CW_FOLLOW && step->drops_body && handle->notes.is_copy &&
     handle->notes.form == CW_FORM_MIME)
    /* libcurl gives no way to put a duplicate's MIMEPOST back after a GET */
    cw_engine_decline(engine, CURLEW_REASON_REWIND);
  if(sends_body_again(step)) {
    try_rewind(handle);
    if(op->request.body == CW_BODY_SPENT)
      step = cw_engine_head(engine, &op->request, head, &target, now);
  }
  if(step->verdict == CW_RETRY && step->repair == CW_REPAIR_CONTENT_LENGTH) {
    op->has_length = cw_body_learn_length(handle, &op->length);
    if(!op->has_length)
      cw_engine_decline(engine, CURLEW_REASON_NO_REPAIR);
  }
  return &engine->pending;
}

bool cw_attempt_confirm(struct cw_handle *handle, const char *text,
                        size_t length)
{
  struct cw_engine *engine = &handle->op.engine;

  if(engine->pending.verdict != CW_RETRY ||
     engine->pending.repair != CW_REPAIR_CREDENTIALS)
    return true;
  if(cw_route_ask_credentials(handle, text, length))
    return true;
  cw_engine_decline(engine, CURLEW_REASON_NO_CREDENTIALS);
  return false;
}
