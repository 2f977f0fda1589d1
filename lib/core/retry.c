#include "retry.h"

#include "backoff.h"
#include "wait.h"

static bool once_is_used(const struct cw_engine *engine, unsigned cause)
{
  return engine->once[cause / 8] >> (cause % 8) & 1;
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
                                    const struct cw_rule *rule, unsigned cause,
                                    const struct cw_request *request,
                                    const struct demand *demand)
{
  const bool any_method =
    rule->any_method == CW_ANY_METHOD_YES ||
    (rule->any_method == CW_ANY_METHOD_RETRY_AFTER && demand->has_retry_after);

  if(rule->condition == CW_IF_RETRY_AFTER && !demand->has_retry_after)
    return CURLEW_REASON_NO_RETRY_AFTER;
  if(rule->condition == CW_IF_EXPECTED && !request->is_expected)
    return CURLEW_REASON_NOT_EXPECTED;
  if(rule->once && once_is_used(engine, cause))
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
  if(engine->is_given_up && rule->repair == CW_REPAIR_NONE)
    return CURLEW_REASON_GIVEN_UP;
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
                            const struct cw_rule *rule, unsigned cause,
                            const struct cw_request *request,
                            const struct demand *demand, struct cw_instant now)
{
  const struct cw_hint hint = demand->hint;
  struct cw_step step = {
    .verdict = CW_RETRY,
    .hint = hint,
    .connection = (enum cw_connection)rule->connection,
    .repair = (enum cw_repair)rule->repair,
  };

  step.reason = objection(engine, rule, cause, request, demand);
  if(step.reason != CURLEW_REASON_NONE) {
    step.verdict = CW_DELIVER;
    return step;
  }
  step.reason = step.repair != CW_REPAIR_NONE ? CURLEW_REASON_REPAIRED
                : hint.kind == CW_HINT_WAIT   ? CURLEW_REASON_RETRIED_AFTER
                                              : CURLEW_REASON_RETRIED;
  const struct cw_backoff_draw drawn = draw(engine, rule);
  const uint64_t floor_ms =
    hint.wait_ms > drawn.floor_ms ? hint.wait_ms : drawn.floor_ms;
  return cw_wait_before(engine, step, cw_ms_add(floor_ms, drawn.spread_ms),
                        now);
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

struct cw_step cw_retry_status(struct cw_engine *engine,
                               const struct cw_rule *rule,
                               const struct cw_request *request,
                               const struct cw_head *head,
                               struct cw_instant now)
{
  const struct demand demand = demand_of(head, now);

  if(cw_retry_forbidden(&head->retry))
    return (struct cw_step){.verdict = CW_DELIVER,
                            .reason = CURLEW_REASON_SERVER_FORBIDS};
  return retry(engine, rule, cw_retry_cause(head->status), request, &demand,
               now);
}

struct cw_step cw_retry_error(struct cw_engine *engine,
                              const struct cw_rule *rule,
                              const struct cw_request *request,
                              enum cw_error error, struct cw_hint hint,
                              struct cw_instant now)
{
  const struct demand demand = {.hint = hint}; /* which allows no method */
  return retry(engine, rule, cw_retry_cause_error(error), request, &demand,
               now);
}

void cw_retry_count(struct cw_engine *engine, unsigned cause)
{
  engine->attempts++;
  engine->once[cause / 8] |= (uint8_t)(1u << (cause % 8));
}
