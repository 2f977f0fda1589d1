#include "verdict.h"

#include "handle.h"
#include "request.h"
#include "route.h"

static CURLcode find_target(struct cw_handle *handle,
                            const struct cw_head *head)
{
  const struct cw_rule *rule = cw_rules_status(handle->op.rules, head->status);

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

/* What can only be found out by trying is tried: whether the target is a URL,
   the body can be rewound, its length be learnt. */
static const struct cw_step *judge(struct cw_handle *handle,
                                   const struct cw_head *head,
                                   struct cw_instant now)
{
  struct cw_operation *op = &handle->op;
  struct cw_engine *engine = &op->engine;

  cw_request_refresh(handle);
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
    cw_request_try_body(handle);
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

const struct cw_step *cw_verdict_ask(struct cw_handle *handle)
{
  struct cw_gate *gate = &handle->gate;
  const char *text = gate->held.data + gate->head;
  const size_t length = gate->held.length - gate->head;
  const struct cw_instant now = handle->world->now(handle->world->user);
  struct cw_head head;

  cw_head_read(&head, text, length);
  gate->is_asked = true;
  gate->drain_until_ms = cw_ms_add(now.mono_ms, CW_GATE_DRAIN_MS);
  gate->body = head.closes ? CW_LENGTH_UNKNOWN : head.content_length;
  const struct cw_step *step = judge(handle, &head, now);
  if(step->verdict == CW_FOLLOW) /* the application may write into the lines */
    cw_past_see(&handle->op.past, text, length);
  return step;
}

bool cw_verdict_is_final(struct cw_handle *handle)
{
  const struct cw_gate *gate = &handle->gate;
  struct cw_engine *engine = &handle->op.engine;

  if(!gate->is_asked || !cw_verdict_withholds(&engine->pending))
    return false;
  if(engine->pending.verdict != CW_RETRY ||
     engine->pending.repair != CW_REPAIR_CREDENTIALS)
    return true;
  if(cw_route_ask_credentials(handle, gate->held.data + gate->head,
                              gate->held.length - gate->head))
    return true;
  cw_engine_decline(engine, CURLEW_REASON_NO_CREDENTIALS);
  return false;
}
