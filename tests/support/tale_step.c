/* tale_step.c - what must hold where an operation goes on. */
#include "tale_seen.h"

#include <inttypes.h>

struct step {
  const struct tale_exchange *exchange;
  const struct script_request *request;
  const struct script_request *next;
  const struct tale_policy *policy;
  const struct tale_application *own;
  struct tale_rule rule;
  uint64_t from_ms;  /* when it was decided */
  uint64_t floor_ms; /* of the wait */
  uint64_t most_ms;
};

static struct step step_of(const struct tale_walk *walk)
{
  const struct script *script = &walk->seen->scene->script;

  return (struct step){
    .exchange = tale_exchange_at(walk, walk->at),
    .request = &script->request[walk->at],
    .next = &script->request[walk->at + 1],
    .policy = &walk->seen->tale->policy,
    .own = &walk->seen->tale->application,
    .rule = tale_rule_here(walk),
  };
}

/* ---- when ---- */

/* What the backoff comes to before the next send, at most and at least. */
static void add_backoff(const struct tale_walk *walk, struct step *step)
{
  const struct tale_policy *policy = step->policy;
  uint64_t ceiling_ms = policy->base_ms;

  for(unsigned n = 1; n < walk->sends && ceiling_ms < policy->cap_ms; n++)
    ceiling_ms *= policy->factor;
  if(ceiling_ms > policy->cap_ms)
    ceiling_ms = policy->cap_ms;
  uint64_t least_ms = 0;
  uint64_t spread_ms = ceiling_ms;
  switch(policy->jitter) {
  case TALE_FULL:
    break;
  case TALE_NONE:
    least_ms = ceiling_ms;
    spread_ms = 0;
    break;
  case TALE_EQUAL:
    least_ms = ceiling_ms - ceiling_ms / 2;
    spread_ms = ceiling_ms - least_ms;
    break;
  case TALE_DECORRELATED:
    least_ms = policy->base_ms;
    spread_ms = policy->cap_ms - policy->base_ms;
    break;
  }
  if(least_ms > step->floor_ms)
    step->floor_ms = least_ms;
  step->most_ms = step->floor_ms + spread_ms;
  /* the random time is on top, and these are its ends */
  if(walk->seen->tale->chance == 0)
    step->most_ms = step->floor_ms;
  else if(walk->seen->tale->chance == 1 && policy->jitter != TALE_DECORRELATED)
    step->floor_ms = step->most_ms;
}

static bool check_wait(struct tale_walk *walk, const struct step *step)
{
  const struct curlew_outcome *outcome = walk->seen->outcome;
  const uint64_t told_ms = outcome->attempt[walk->at + 1].wait_ms;
  const uint64_t due_ms = step->from_ms + told_ms;
  const uint64_t end_ms = step->request->end_ms;

  if(!tale_promise(walk, told_ms >= step->floor_ms,
                   "a wait is no shorter than asked: %" PRIu64 " of %" PRIu64
                   " ms",
                   told_ms, step->floor_ms) ||
     !tale_promise(walk, told_ms <= step->most_ms,
                   "a wait is no longer than the backoff: %" PRIu64
                   " of %" PRIu64 " ms",
                   told_ms, step->most_ms) ||
     !tale_promise(walk,
                   step->next->begin_ms == (due_ms > end_ms ? due_ms : end_ms),
                   "the next request begins when the wait is over: %" PRIu64
                   ", not %" PRIu64,
                   step->next->begin_ms, due_ms))
    return false;
  walk->waited_ms += told_ms;
  return tale_promise(walk,
                      !told_ms || walk->waited_ms <= step->policy->waiting_ms,
                      "limits.waiting bounds the sum of all waits") &&
         tale_promise(walk, step->next->begin_ms < tale_bound_ms(walk),
                      "nothing is begun past the deadline");
}

/* ---- a hop ---- */

static void leave_trail(struct tale_walk *walk, const struct step *step)
{
  if(step->exchange->sets_cookie || tale_asked_ms(walk, false))
    walk->trails = 0;
  else if(!walk->trails) {
    walk->trail_method[0] = walk->method;
    walk->trail[walk->trails++] = walk->url;
  }
}

static void remember(struct tale_walk *walk, const struct step *step,
                     const struct tale_url *target)
{
  struct tale_seen *seen = walk->seen;
  const bool is_safe =
    !strcmp(walk->method, "GET") || !strcmp(walk->method, "HEAD");

  if(!step->rule.is_remembered || !is_safe || step->exchange->is_not_kept ||
     seen->knows == TALE_KNOWN)
    return;
  seen->known[seen->knows++] =
    (struct tale_known){.from = walk->url, .to = *target};
}

static bool check_target(struct tale_walk *walk, const struct step *step,
                         const struct tale_url *target)
{
  return tale_promise(walk, tale_may_follow(walk),
                      "redirects that are not wanted are not followed") &&
         tale_promise(walk, tale_url_is_http(target),
                      "only http and https are followed") &&
         tale_promise(walk,
                      step->policy->allows_downgrade ||
                        strcmp(walk->url.scheme, "https") != 0 ||
                        !strcmp(target->scheme, "https"),
                      "https is never left for http") &&
         tale_promise(walk, walk->hops < tale_most_hops(walk),
                      "hops are bounded by limits.redirects and MAXREDIRS");
}

/* Where the walk goes to. */
static void arrive(struct tale_walk *walk, const struct tale_url *target)
{
  if(!tale_url_is_near(&walk->home, target)) {
    walk->is_moved = true;
    if(!tale_url_is_secured(&walk->home, target))
      walk->is_away = true;
  }
  walk->url = *target;
  walk->trail_method[walk->trails] = walk->method;
  walk->trail[walk->trails++] = walk->url;
}

static bool has_lost_userinfo(const struct tale_walk *walk)
{
  return walk->is_moved && strchr(walk->seen->operation->url, '@');
}

static bool hop(struct tale_walk *walk, struct step *step)
{
  const bool is_kept = tale_keeps_body(walk, step->rule);
  const char *method = walk->method;
  struct tale_url target;

  if(!tale_promise(walk, tale_target(walk, &target),
                   "only a Location that is a URL is followed") ||
     !check_target(walk, step, &target))
    return false;
  if(!is_kept && strcmp(method, "HEAD") != 0)
    method = "GET";
  if(!tale_promise(walk, !is_kept || !walk->is_spent,
                   "a body that cannot be rewound is not sent to a target") ||
     !tale_promise(walk,
                   !tale_is_circle(walk, method, &target) ||
                     has_lost_userinfo(walk), /* another request */
                   "redirects do not go round in a circle"))
    return false;
  remember(walk, step, &target);
  leave_trail(walk, step);
  step->from_ms = step->request->head_ms;
  step->floor_ms = tale_asked_ms(walk, false);
  step->most_ms = step->floor_ms;
  if(!tale_promise(walk, step->floor_ms <= step->policy->after_cap_ms,
                   "who is asked for more than retry-after-cap gives up") ||
     !check_wait(walk, step))
    return false;
  walk->method = method;
  walk->is_bare = walk->is_bare || !is_kept;
  walk->is_spent = walk->is_spent && !walk->is_bare;
  walk->hops++;
  walk->followed++;
  walk->hop_status = step->request->status;
  walk->is_remembered = false;
  arrive(walk, &target);
  return true;
}

/* ---- a repetition ---- */

/* A reason for not going on that is true, or NONE. */
static enum curlew_reason objection(struct tale_walk *walk)
{
  static const enum curlew_reason objections[] = {
    CURLEW_REASON_NO_RETRY_AFTER, CURLEW_REASON_NOT_EXPECTED,
    CURLEW_REASON_ONCE,           CURLEW_REASON_NO_CREDENTIALS,
    CURLEW_REASON_METHOD,         CURLEW_REASON_ATTEMPTS,
    CURLEW_REASON_SERVER_FORBIDS, CURLEW_REASON_RETRY_AFTER_CAP,
    CURLEW_REASON_ERROR_KEPT,
  };

  for(size_t i = 0; i < sizeof(objections) / sizeof(objections[0]); i++)
    if(tale_is_true(walk, objections[i]))
      return objections[i];
  return CURLEW_REASON_NONE;
}

static bool again(struct tale_walk *walk, struct step *step)
{
  const bool has_head = tale_has_head(walk);
  const bool is_repaired = has_head && step->rule.repair != TALE_NO_REPAIR;

  const enum curlew_reason against = objection(walk);

  if(!tale_promise(walk, against == CURLEW_REASON_NONE,
                   "it is not sent again: %s", curlew_reason_name(against)) ||
     !tale_promise(walk,
                   !walk->is_spent ||
                     (is_repaired && step->rule.repair == TALE_LENGTH),
                   "a body that cannot be rewound is not sent again") ||
     !tale_promise(walk,
                   !has_head || !step->rule.is_fresh || step->next->is_fresh,
                   "it is sent again on a new connection"))
    return false;
  step->from_ms = has_head ? step->request->head_ms : step->request->end_ms;
  step->most_ms = step->floor_ms;
  if(!is_repaired)
    add_backoff(walk, step);
  if(!check_wait(walk, step))
    return false;
  if(has_head && walk->uses < sizeof(walk->used) / sizeof(walk->used[0]))
    walk->used[walk->uses++] = step->exchange->status;
  if(is_repaired && step->rule.repair == TALE_LENGTH)
    walk->is_held = true;
  walk->is_spent = walk->is_spent && !walk->is_held;
  walk->sends++;
  return true;
}

/* The target was remembered, and the original is asked again. */
static bool forget(struct tale_walk *walk, const struct step *step)
{
  walk->is_remembered = false;
  walk->url = walk->home;
  walk->hops = 0;
  walk->followed = 0;
  walk->hop_status = 0;
  walk->is_away = false;
  walk->is_moved = false;
  return tale_promise(walk, step->next->begin_ms == step->request->end_ms,
                      "what was forgotten is asked at once");
}

bool tale_check_step(struct tale_walk *walk)
{
  struct step step = step_of(walk);
  const enum curlew_reason reason =
    walk->seen->outcome->attempt[walk->at + 1].reason;

  /* which holds for an error behind the head too */
  if(step.rule.action == TALE_RETRY)
    step.floor_ms = tale_asked_ms(walk, true);
  walk->is_error = tale_is_unsettled(walk) &&
                   (reason == CURLEW_REASON_RETRIED ||
                    reason == CURLEW_REASON_RETRIED_AFTER) &&
                   (step.rule.action != TALE_RETRY || step.rule.repair ||
                    objection(walk) != CURLEW_REASON_NONE);
  if(reason == CURLEW_REASON_FORGOTTEN)
    return tale_promise(walk, walk->is_remembered,
                        "only what was remembered is forgotten") &&
           forget(walk, &step);
  if(tale_has_head(walk) && step.rule.action == TALE_FOLLOW)
    return tale_promise(walk, reason == CURLEW_REASON_FOLLOWED,
                        "a redirect is followed") &&
           hop(walk, &step);
  return tale_promise(walk,
                      !tale_has_head(walk) || step.rule.action == TALE_RETRY,
                      "a response that is passed is the last: %u",
                      step.exchange->status) &&
         again(walk, &step);
}
