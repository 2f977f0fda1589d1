#include "engine.h"

#include <assert.h>
#include <string.h>

static struct cw_step deliver(enum curlew_reason reason)
{
  return (struct cw_step){.verdict = CW_DELIVER, .reason = reason};
}

static bool once_is_used(const struct cw_engine *engine, unsigned slot)
{
  return engine->once[slot / 8] >> (slot % 8) & 1;
}

static unsigned slot_of_status(unsigned status)
{
  return status - CW_STATUS_MIN;
}

static unsigned slot_of_error(enum cw_error error)
{
  return CW_RULES_STATUSES + (unsigned)error;
}

void cw_engine_begin(struct cw_engine *engine, const struct cw_rules *rules,
                     const struct cw_rng *rng, uint64_t timeout_ms,
                     struct cw_instant now)
{
  const uint64_t bound_ms = timeout_ms < rules->limits.deadline_ms
                              ? timeout_ms
                              : rules->limits.deadline_ms;

  engine->rules = rules;
  engine->rng = rng;
  engine->url = NULL;
  engine->start_ms = now.mono_ms;
  engine->deadline_ms = cw_ms_add(now.mono_ms, bound_ms);
  engine->waited_ms = 0;
  engine->last_backoff_ms = 0;
  engine->attempts = 1;
  engine->redirects = 0;
  engine->is_remembered = false;
  engine->trail.count = 0;
  memset(engine->once, 0, sizeof(engine->once));
}

void cw_engine_remembers(struct cw_engine *engine, unsigned hops)
{
  engine->redirects += hops;
  engine->is_remembered = true;
}

void cw_engine_attempt(struct cw_engine *engine, const struct cw_rules *rules,
                       const char *url)
{
  if(rules != engine->rules) {
    const uint64_t deadline_ms =
      cw_ms_add(engine->start_ms, rules->limits.deadline_ms);
    if(deadline_ms < engine->deadline_ms)
      engine->deadline_ms = deadline_ms;
    engine->rules = rules;
  }
  engine->url = url;
  engine->status = 0;
  engine->has_pending = false;
}

bool cw_engine_cares(struct cw_engine *engine, unsigned status)
{
  const struct cw_rule *rule = cw_rules_status(engine->rules, status);

  engine->status = status;
  engine->has_pending = false;
  return rule->action == CW_ACTION_FOLLOW || rule->action == CW_ACTION_RETRY ||
         engine->is_remembered;
}

/* Makes |step| start after |wait_ms|, or tells why that wait is not begun. */
static struct cw_step after(const struct cw_engine *engine,
                            struct cw_step step, uint64_t wait_ms,
                            struct cw_instant now)
{
  const uint64_t start_ms = cw_ms_add(now.mono_ms, wait_ms);

  step.wait_ms = wait_ms;
  step.start_ms = start_ms;
  if(step.hint.wait_ms > engine->rules->retry_after_cap_ms)
    step.reason = CURLEW_REASON_RETRY_AFTER_CAP;
  else if(start_ms >= engine->deadline_ms)
    step.reason = CURLEW_REASON_DEADLINE;
  else if(wait_ms &&
          cw_ms_add(engine->waited_ms, wait_ms) >
            engine->rules->limits.waiting_ms)
    step.reason = CURLEW_REASON_WAITING;
  else
    return step;
  step.verdict = CW_DELIVER;
  return step;
}

/* What the server asks for. The rate limiter's fields are a floor under a wait
   too, but they stand in any response: only Retry-After says that this request
   was turned away. */
struct demand {
  struct cw_hint hint;
  bool has_retry_after;
};

/* Why |rule| does not let this request be sent again, or NONE if it does. */
static enum curlew_reason objection(const struct cw_engine *engine,
                                    const struct cw_rule *rule, unsigned slot,
                                    const struct cw_request *request,
                                    const struct demand *demand)
{
  const bool any_method = rule->any_method == CW_ANY_METHOD_YES ||
                          (rule->any_method == CW_ANY_METHOD_RETRY_AFTER &&
                           demand->has_retry_after);

  if(rule->condition == CW_IF_RETRY_AFTER && !demand->has_retry_after)
    return CURLEW_REASON_NO_RETRY_AFTER;
  if(rule->condition == CW_IF_EXPECTED && !request->is_expected)
    return CURLEW_REASON_NOT_EXPECTED;
  if(rule->once && once_is_used(engine, slot))
    return CURLEW_REASON_ONCE;
  if(rule->repair == CW_REPAIR_CREDENTIALS && !request->asks_credentials)
    return CURLEW_REASON_NO_CREDENTIALS;
  if(rule->repair == CW_REPAIR_NO_EXPECT && !request->sent_expect)
    return CURLEW_REASON_NO_REPAIR;
  if(!any_method && !cw_repeat_is_idempotent(engine->rules, request->method,
                                             request->has_idempotency_key))
    return CURLEW_REASON_METHOD;
  /* a body that has no length yet is held, not rewound */
  if(request->body == CW_BODY_SPENT &&
     rule->repair != CW_REPAIR_CONTENT_LENGTH)
    return CURLEW_REASON_BODY;
  if(engine->attempts >= engine->rules->limits.attempts)
    return CURLEW_REASON_ATTEMPTS;
  return CURLEW_REASON_NONE;
}

/* A repaired request is another request: nothing is gained by letting time
   pass before it, unless the server asks for that. */
static struct cw_backoff_draw draw(struct cw_engine *engine,
                                   const struct cw_rule *rule)
{
  if(rule->repair != CW_REPAIR_NONE)
    return (struct cw_backoff_draw){.floor_ms = 0, .spread_ms = 0};

  const struct cw_backoff_draw drawn =
    cw_backoff_draw(&engine->rules->backoff, engine->attempts + 1,
                    engine->last_backoff_ms, engine->rng);
  engine->last_backoff_ms = drawn.floor_ms + drawn.spread_ms;
  return drawn;
}

static struct cw_step retry(struct cw_engine *engine,
                            const struct cw_rule *rule, unsigned slot,
                            const struct cw_request *request,
                            const struct demand *demand,
                            struct cw_instant now)
{
  const struct cw_hint hint = demand->hint;
  struct cw_step step = {
    .verdict = CW_RETRY,
    .hint = hint,
    .connection = (enum cw_connection)rule->connection,
    .repair = (enum cw_repair)rule->repair,
  };

  step.reason = objection(engine, rule, slot, request, demand);
  if(step.reason != CURLEW_REASON_NONE) {
    step.verdict = CW_DELIVER;
    return step;
  }
  step.reason = step.repair != CW_REPAIR_NONE    ? CURLEW_REASON_REPAIRED
                : hint.kind == CW_HINT_WAIT ? CURLEW_REASON_RETRIED_AFTER
                                            : CURLEW_REASON_RETRIED;
  const struct cw_backoff_draw drawn = draw(engine, rule);
  const uint64_t floor_ms =
    hint.wait_ms > drawn.floor_ms ? hint.wait_ms : drawn.floor_ms;
  return after(engine, step, cw_ms_add(floor_ms, drawn.spread_ms), now);
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

static struct cw_step follow(struct cw_engine *engine,
                             const struct cw_rule *rule,
                             const struct cw_request *request,
                             const struct cw_head *head,
                             const struct cw_target *target,
                             struct cw_instant now)
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

  const struct cw_next next = cw_redirect_next(
    rule, head->status, request->method, request->keep_post);
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
  return after(engine, step, step.hint.wait_ms, now);
}

static struct demand demand_of(const struct cw_head *head,
                               struct cw_instant now)
{
  struct demand demand = {.hint = cw_retry_after(&head->retry, now)};

  demand.has_retry_after = demand.hint.kind == CW_HINT_WAIT;
  if(!demand.has_retry_after && (head->status == 429 || head->status == 503))
    demand.hint = cw_ratelimit_reset(&head->retry, now);
  return demand;
}

static struct cw_step decide(struct cw_engine *engine,
                             const struct cw_request *request,
                             const struct cw_head *head,
                             const struct cw_target *target,
                             struct cw_instant now)
{
  const struct cw_rule *rule = cw_rules_status(engine->rules, head->status);
  const struct demand demand = demand_of(head, now);

  switch((enum cw_action)rule->action) {
  case CW_ACTION_PASS:
    break;
  case CW_ACTION_FAIL:
    return deliver(CURLEW_REASON_FAILED);
  case CW_ACTION_FOLLOW:
    return follow(engine, rule, request, head, target, now);
  case CW_ACTION_RETRY:
    if(cw_retry_forbidden(&head->retry))
      return deliver(CURLEW_REASON_SERVER_FORBIDS);
    return retry(engine, rule, slot_of_status(head->status), request, &demand,
                 now);
  }
  return deliver(CURLEW_REASON_PASSED);
}

static struct cw_step forget(struct cw_instant now)
{
  return (struct cw_step){
    .verdict = CW_FORGET,
    .reason = CURLEW_REASON_FORGOTTEN,
    .start_ms = now.mono_ms,
  };
}

const struct cw_step *cw_engine_head(struct cw_engine *engine,
                                     const struct cw_request *request,
                                     const struct cw_head *head,
                                     const struct cw_target *target,
                                     struct cw_instant now)
{
  engine->status = head->status;
  engine->pending = decide(engine, request, head, target, now);
  /* where the target asks to wait it is alive, and must not be asked sooner */
  if(engine->is_remembered && engine->pending.verdict == CW_DELIVER &&
     engine->pending.reason != CURLEW_REASON_PASSED &&
     engine->pending.hint.kind != CW_HINT_WAIT)
    engine->pending = forget(now);
  engine->has_pending = true;
  return &engine->pending;
}

void cw_engine_decline(struct cw_engine *engine, enum curlew_reason reason)
{
  engine->pending = deliver(reason);
  engine->has_pending = true;
}

/* Takes note of a step that will be carried out. */
static struct cw_step settle(struct cw_engine *engine, struct cw_step step,
                             unsigned slot)
{
  switch(step.verdict) {
  case CW_DELIVER:
    return step;
  case CW_RETRY:
    engine->attempts++;
    engine->once[slot / 8] |= (uint8_t)(1u << (slot % 8));
    break;
  case CW_FOLLOW:
    engine->redirects++;
    engine->is_remembered = false;
    break;
  case CW_FORGET:
    engine->redirects = 0;
    engine->is_remembered = false;
    break;
  }
  engine->waited_ms = cw_ms_add(engine->waited_ms, step.wait_ms);
  return step;
}

static struct cw_step fail(struct cw_engine *engine,
                           const struct cw_request *request,
                           const struct cw_ending *ending,
                           struct cw_instant now)
{
  const struct cw_rule *rule = &engine->rules->error[ending->error];
  const struct demand none = {.hint = {.kind = CW_HINT_ABSENT}};

  assert(ending->error < CW_ERROR_COUNT);
  if(ending->delivered)
    return deliver(CURLEW_REASON_STREAMED);
  if(now.mono_ms >= engine->deadline_ms)
    return deliver(CURLEW_REASON_DEADLINE);
  if(engine->is_remembered)
    return forget(now);
  if(rule->action != CW_ACTION_RETRY)
    return deliver(CURLEW_REASON_ERROR_KEPT);
  return retry(engine, rule, slot_of_error(ending->error), request, &none,
               now);
}

/* The attempt brought a response to its end. */
static struct cw_step complete(struct cw_engine *engine,
                               struct cw_instant now)
{
  struct cw_step step = engine->pending;

  if(!engine->has_pending)
    return deliver(cw_rules_status(engine->rules, engine->status)->action ==
                       CW_ACTION_FAIL
                     ? CURLEW_REASON_FAILED
                     : CURLEW_REASON_PASSED);
  if(step.verdict == CW_DELIVER)
    return step;
  if(now.mono_ms >= engine->deadline_ms)
    return deliver(CURLEW_REASON_DEADLINE);
  /* the time to drain a body has been a part of the wait */
  if(step.start_ms < now.mono_ms)
    step.start_ms = now.mono_ms;
  return step;
}

struct cw_step cw_engine_done(struct cw_engine *engine,
                              const struct cw_request *request,
                              const struct cw_ending *ending,
                              struct cw_instant now)
{
  switch(ending->end) {
  case CW_END_ABORTED:
    return deliver(CURLEW_REASON_ABORTED);
  case CW_END_CANCELLED:
    return deliver(CURLEW_REASON_CANCELLED);
  case CW_END_RESEND:
    return deliver(CURLEW_REASON_SILENT_RESEND);
  case CW_END_ERROR:
    return settle(engine, fail(engine, request, ending, now),
                  slot_of_error(ending->error));
  case CW_END_COMPLETE:
    break;
  }
  return settle(engine, complete(engine, now),
                engine->status ? slot_of_status(engine->status) : 0);
}

uint64_t cw_engine_left_ms(const struct cw_engine *engine,
                           struct cw_instant now)
{
  if(engine->deadline_ms == CW_FOREVER)
    return CW_FOREVER;
  return now.mono_ms < engine->deadline_ms
           ? engine->deadline_ms - now.mono_ms
           : 0;
}
