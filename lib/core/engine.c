#include "engine.h"

#include <assert.h>
#include <string.h>

#include "hop.h"
#include "retry.h"

static struct cw_step deliver(enum curlew_reason reason)
{
  return (struct cw_step){.verdict = CW_DELIVER, .reason = reason};
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
  engine->is_given_up = false;
  engine->trail.count = 0;
  memset(engine->once, 0, sizeof(engine->once));
}

void cw_engine_remembers(struct cw_engine *engine, unsigned hops)
{
  engine->redirects += hops;
  engine->is_remembered = true;
}

void cw_engine_gave_up(struct cw_engine *engine)
{
  engine->is_given_up = true;
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

static struct cw_step decide(struct cw_engine *engine,
                             const struct cw_request *request,
                             const struct cw_head *head,
                             const struct cw_target *target,
                             struct cw_instant now)
{
  const struct cw_rule *rule = cw_rules_status(engine->rules, head->status);

  switch((enum cw_action)rule->action) {
  case CW_ACTION_FAIL:
    return deliver(CURLEW_REASON_FAILED);
  case CW_ACTION_FOLLOW:
    return cw_hop(engine, rule, request, head, target, now);
  case CW_ACTION_RETRY:
    return cw_retry_status(engine, rule, request, head, now);
  case CW_ACTION_PASS:
  default:
    break;
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
  struct cw_step step = deliver(reason);

  if(engine->has_pending) /* what the server asked for is as before */
    step.hint = engine->pending.hint;
  engine->pending = step;
  engine->has_pending = true;
}

/* Takes note of a step that will be carried out. */
static struct cw_step settle(struct cw_engine *engine, struct cw_step step,
                             unsigned cause)
{
  switch(step.verdict) {
  case CW_RETRY:
    cw_retry_count(engine, cause);
    break;
  case CW_FOLLOW:
    engine->redirects++;
    engine->is_remembered = false;
    break;
  case CW_FORGET:
    engine->redirects = 0;
    engine->trail.count = 0; /* where it led does not count for the original */
    engine->is_remembered = false;
    break;
  case CW_DELIVER:
  default:
    return step;
  }
  engine->waited_ms = cw_ms_add(engine->waited_ms, step.wait_ms);
  return step;
}

/* A proxy's refusal is an answer: it may be gone later only where the same from
   an origin may be, without anything being changed. */
static bool is_final_refusal(const struct cw_engine *engine, unsigned status)
{
  const struct cw_rule *rule = cw_rules_status(engine->rules, status);

  return status >= 300 &&
         (rule->action != CW_ACTION_RETRY || rule->repair != CW_REPAIR_NONE ||
          rule->condition != CW_IF_ALWAYS);
}

static struct cw_step fail(struct cw_engine *engine,
                           const struct cw_request *request,
                           const struct cw_ending *ending,
                           struct cw_instant now)
{
  const struct cw_rule *rule = &engine->rules->error[ending->error];

  assert(ending->error < CW_ERROR_COUNT);
  if(ending->delivered)
    return deliver(CURLEW_REASON_STREAMED);
  if(now.mono_ms >= engine->deadline_ms)
    return deliver(CURLEW_REASON_DEADLINE);
  if(engine->is_remembered && ending->error != CW_ERROR_OTHER)
    return forget(now);
  if(rule->action != CW_ACTION_RETRY)
    return deliver(CURLEW_REASON_ERROR_KEPT);
  if(is_final_refusal(engine, ending->refusal))
    return deliver(CURLEW_REASON_FAILED);
  /* a head that settled nothing may have said so all the same */
  const struct cw_step said =
    engine->has_pending ? engine->pending : deliver(CURLEW_REASON_NONE);
  if(said.reason == CURLEW_REASON_SERVER_FORBIDS)
    return said;
  return cw_retry_error(engine, rule, request, ending->error, said.hint, now);
}

/* The attempt brought a response to its end. */
static struct cw_step complete(struct cw_engine *engine, struct cw_instant now)
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
                  cw_retry_cause_error(ending->error));
  case CW_END_COMPLETE:
  default:
    break;
  }
  return settle(engine, complete(engine, now),
                engine->status ? cw_retry_cause(engine->status) : 0);
}

void cw_engine_abandon(struct cw_engine *engine, const struct cw_step *step,
                       struct cw_instant now)
{
  const uint64_t left_ms =
    step->start_ms > now.mono_ms ? step->start_ms - now.mono_ms : 0;

  engine->waited_ms -= left_ms < step->wait_ms ? left_ms : step->wait_ms;
  if(step->verdict == CW_RETRY)
    engine->attempts--;
  else if(step->verdict == CW_FOLLOW)
    engine->redirects--;
}

uint64_t cw_engine_left_ms(const struct cw_engine *engine,
                           struct cw_instant now)
{
  if(engine->deadline_ms == CW_FOREVER)
    return CW_FOREVER;
  /* a clock that went back gives nobody more time */
  const uint64_t now_ms =
    now.mono_ms > engine->start_ms ? now.mono_ms : engine->start_ms;
  return now_ms < engine->deadline_ms ? engine->deadline_ms - now_ms : 0;
}
