#include "hop.h"

#include "redirect.h"
#include "wait.h"

static struct cw_step deliver(enum curlew_reason reason)
{
  return (struct cw_step){.verdict = CW_DELIVER, .reason = reason};
}

/* A hop that is refused: libcurl's error where the application asked libcurl
   to follow, else the response as it is. */
static struct cw_step refuse(const struct cw_request *request,
                             enum curlew_reason reason, enum cw_result result)
{
  struct cw_step step = deliver(reason);
  if(request->follow == CW_WISH_ON)
    step.result = result;
  return step;
}

static bool may_follow(const struct cw_engine *engine,
                       const struct cw_request *request)
{
  switch(engine->rules->redirect_when) {
  case CW_REDIRECT_ALWAYS:
    return request->follow != CW_WISH_OFF;
  case CW_REDIRECT_ASKED:
    return request->follow == CW_WISH_ON;
  case CW_REDIRECT_NEVER:
  default:
    break;
  }
  return false;
}

static bool goes_in_a_circle(struct cw_engine *engine,
                             const struct cw_request *request,
                             const struct cw_next *next,
                             const struct cw_head *head,
                             const struct cw_hint *hint,
                             const struct cw_target *target)
{
  /* a cookie or the time that the server wants to pass can change the answer,
     also that to this very request */
  const bool is_changed = head->sets_cookie || hint->wait_ms;

  if(is_changed)
    engine->trail.count = 0;
  else if(!engine->trail.count)
    (void)cw_trail_crosses(&engine->trail, request->method, engine->url);
  return cw_trail_crosses(&engine->trail, next->method, target->url);
}

static struct cw_next next_of(const struct cw_rule *rule,
                              const struct cw_request *request,
                              unsigned status)
{
  const char *method = request->is_post ? "POST" : request->method;
  struct cw_next next =
    cw_redirect_next(rule, status, method, request->keep_post);

  if(!next.drops_body)
    next.method = request->method;
  return next;
}

struct cw_step cw_hop(struct cw_engine *engine, const struct cw_rule *rule,
                      const struct cw_request *request,
                      const struct cw_head *head,
                      const struct cw_target *target, struct cw_instant now)
{
  const uint32_t limit =
    request->max_redirects < engine->rules->limits.redirects
      ? request->max_redirects
      : engine->rules->limits.redirects;

  if(!may_follow(engine, request))
    return deliver(CURLEW_REASON_REDIRECTS_OFF);
  if(target->kind == CW_TARGET_NONE)
    return deliver(CURLEW_REASON_NO_LOCATION);
  if(engine->redirects >= limit)
    return refuse(request, CURLEW_REASON_REDIRECTS, CW_RESULT_TOO_MANY);
  if(target->kind == CW_TARGET_BAD)
    return refuse(request, CURLEW_REASON_BAD_LOCATION, CW_RESULT_BAD_URL);
  if(target->kind == CW_TARGET_SCHEME)
    return refuse(request, CURLEW_REASON_SCHEME, CW_RESULT_BAD_SCHEME);
  if(target->kind == CW_TARGET_DOWNGRADE &&
     engine->rules->downgrade == CW_DOWNGRADE_REFUSE)
    return refuse(request, CURLEW_REASON_DOWNGRADE, CW_RESULT_BAD_SCHEME);

  const struct cw_next next = next_of(rule, request, head->status);
  if(!next.drops_body && request->body == CW_BODY_SPENT)
    return refuse(request, CURLEW_REASON_REWIND, CW_RESULT_REWIND);

  struct cw_step step = {
    .verdict = CW_FOLLOW,
    .reason = CURLEW_REASON_FOLLOWED,
    .hint = cw_retry_after(&head->retry, now),
    .method = next.method,
    .drops_body = next.drops_body,
    .memory_ms = cw_redirect_memory_ms(rule, request->method, head, now),
  };
  if(goes_in_a_circle(engine, request, &next, head, &step.hint, target))
    return refuse(request, CURLEW_REASON_LOOP, CW_RESULT_TOO_MANY);
  return cw_wait_before(engine, step, step.hint.wait_ms, now);
}
