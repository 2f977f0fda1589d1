/* right.h - is what the engine says of an answer or a failure what the ledger
   lets it say? */
#ifndef RIGHT_H
#define RIGHT_H

#include "fuzz.h"

#include <string.h>

#include "ledger.h"
#include "reason.h"
#include "reply.h"

/* ---- following ---- */

static inline bool may_follow(const struct ledger *ledger)
{
  const enum cw_wish wish = ledger->request->follow;

  return ledger->rules->redirect_when == CW_REDIRECT_ALWAYS
           ? wish != CW_WISH_OFF
           : ledger->rules->redirect_when == CW_REDIRECT_ASKED &&
               wish == CW_WISH_ON;
}

static inline bool hops_are_used_up(const struct ledger *ledger)
{
  return ledger->hops >= ledger->rules->limits.redirects ||
         ledger->hops >= ledger->request->max_redirects;
}

/* What the operation fails with where the application asked for redirects. */
static inline enum cw_result result_of(enum curlew_reason reason)
{
  return reason == CURLEW_REASON_REDIRECTS || reason == CURLEW_REASON_LOOP
           ? CW_RESULT_TOO_MANY
         : reason == CURLEW_REASON_BAD_LOCATION ? CW_RESULT_BAD_URL
         : reason == CURLEW_REASON_SCHEME || reason == CURLEW_REASON_DOWNGRADE
           ? CW_RESULT_BAD_SCHEME
         : reason == CURLEW_REASON_REWIND ? CW_RESULT_REWIND
                                          : CW_RESULT_AS_IS;
}

/* Is |reason| why the redirect is not followed? NONE: is there one at all? */
static inline bool hop_is_refused(const struct ledger *ledger,
                                  const struct cw_target *target,
                                  const struct ledger_next *next,
                                  enum curlew_reason reason)
{
  const struct {
    enum curlew_reason reason;
    bool holds;
  } list[] = {
    {CURLEW_REASON_REDIRECTS_OFF, !may_follow(ledger)},
    {CURLEW_REASON_NO_LOCATION, target->kind == CW_TARGET_NONE},
    {CURLEW_REASON_REDIRECTS, hops_are_used_up(ledger)},
    {CURLEW_REASON_BAD_LOCATION, target->kind == CW_TARGET_BAD},
    {CURLEW_REASON_SCHEME, target->kind == CW_TARGET_SCHEME},
    {CURLEW_REASON_DOWNGRADE,
     target->kind == CW_TARGET_DOWNGRADE &&
       ledger->rules->downgrade == CW_DOWNGRADE_REFUSE},
    {CURLEW_REASON_REWIND,
     !next->drops_body && ledger->request->body == CW_BODY_SPENT},
  };

  for(size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
    if(list[i].holds &&
       (reason == CURLEW_REASON_NONE || list[i].reason == reason))
      return true;
  return false;
}

static inline void hop_goes_on(const struct ledger *ledger,
                               const struct cw_rule *rule,
                               const struct reply *reply,
                               const struct ledger_next *next,
                               const struct cw_step *step,
                               struct cw_instant now)
{
  const char *method = ledger->request->method;
  const bool is_kept =
    rule->remember && (!strcmp(method, "GET") || !strcmp(method, "HEAD"));

  fuzz_promise(step->reason == CURLEW_REASON_FOLLOWED);
  fuzz_promise(step->hint.kind == reply->retry_after.kind);
  fuzz_promise(step->hint.wait_ms == reply->retry_after.wait_ms);
  fuzz_promise(!strcmp(step->method, next->method));
  fuzz_promise(step->drops_body == next->drops_body);
  fuzz_promise(step->memory_ms == (is_kept ? reply->memory_ms : 0));
  time_is_kept(ledger, step, reply->retry_after.wait_ms, now);
}

static inline void hop_is_right(struct ledger *ledger,
                                const struct cw_rule *rule,
                                const struct reply *reply,
                                const struct cw_target *target,
                                const struct cw_step *step)
{
  const uint64_t asked_ms = reply->retry_after.wait_ms;
  const struct ledger_next next =
    next_of(rule, ledger->request, reply->status);
  bool is_loop = false;

  const bool is_refused =
    hop_is_refused(ledger, target, &next, CURLEW_REASON_NONE);
  if(!is_refused) {
    if(ledger->has_hop) /* that was replaced by this one */
      lose_sight(ledger);
    ledger->has_hop = true;
    if(reply->sets_cookie || asked_ms)
      ledger->seen_count = 0; /* it may answer otherwise now */
    else
      see(ledger, ledger->request->method, ledger->place);
    is_loop = was_seen(ledger, next.method, ledger->target_place);
    see(ledger, next.method, ledger->target_place);
  }
  if(step->verdict == CW_FOLLOW) {
    fuzz_promise(!is_refused);
    fuzz_promise(!is_loop || cannot_tell(ledger));
    hop_goes_on(ledger, rule, reply, &next, step, ledger->now);
    return;
  }
  fuzz_promise(step->verdict == CW_DELIVER);
  if(step->reason == CURLEW_REASON_LOOP)
    fuzz_promise(!is_refused && (is_loop || cannot_tell(ledger)));
  else if(is_refused)
    fuzz_promise(hop_is_refused(ledger, target, &next, step->reason));
  else
    fuzz_promise(wait_is_refused(ledger, step, asked_ms, ledger->now));
  fuzz_promise(step->result == (ledger->request->follow == CW_WISH_ON
                                  ? result_of(step->reason)
                                  : CW_RESULT_AS_IS));
}

/* What is not followed or repeated is delivered as it is. */
static inline void answer_is_right(struct ledger *ledger,
                                   const struct reply *reply,
                                   const struct cw_target *target,
                                   const struct cw_step *step)
{
  const struct cw_rule *rule = ledger_rule(ledger, reply->status);
  const bool asks_limiter = reply->retry_after.kind != CW_HINT_WAIT &&
                            (reply->status == 429 || reply->status == 503);
  const struct ledger_cause cause = {
    .rule = rule,
    .number = reply->status,
    .retry_after = reply->retry_after,
    .hint = asks_limiter ? reply->limiter : reply->retry_after,
    .forbids = reply->forbids,
  };

  fuzz_promise(step->reason > CURLEW_REASON_NONE &&
               step->reason <= CURLEW_REASON_REPAIRED);
  fuzz_promise(strlen(cw_reason_text(step->reason)) > 8);
  if(step->verdict == CW_FORGET) {
    fuzz_promise(ledger->is_remembered);
    fuzz_promise(rule->action != CW_ACTION_PASS);
    fuzz_promise(rule->action != CW_ACTION_RETRY ||
                 cause.hint.kind != CW_HINT_WAIT || reply->forbids);
    fuzz_promise(step->reason == CURLEW_REASON_FORGOTTEN);
    fuzz_promise(step->start_ms == ledger->now.mono_ms && !step->wait_ms);
    return;
  }
  if(rule->action == CW_ACTION_FOLLOW) {
    hop_is_right(ledger, rule, reply, target, step);
    return;
  }
  fuzz_promise(step->result == CW_RESULT_AS_IS);
  if(rule->action == CW_ACTION_RETRY)
    repeat_is_right(ledger, &cause, step, ledger->now);
  else
    fuzz_promise(step->verdict == CW_DELIVER &&
                 step->reason == (rule->action == CW_ACTION_FAIL
                                    ? CURLEW_REASON_FAILED
                                    : CURLEW_REASON_PASSED));
}

/* ---- the end of an attempt ---- */

/* May be gone later only if an origin's answer like that may be, and nothing
   is changed or asked for. */
static inline bool is_refused_for_good(const struct ledger *ledger,
                                       unsigned status)
{
  const struct cw_rule *rule = ledger_rule(ledger, status);

  return status >= 300 &&
         (rule->action != CW_ACTION_RETRY || rule->repair || rule->condition);
}

static inline void failure_is_right(const struct ledger *ledger,
                                    const struct cw_ending *ending,
                                    const struct cw_step *said,
                                    const struct cw_step *step)
{
  struct ledger_cause cause = {
    .rule = &ledger->rules->error[ending->error],
    .number = 1000 + (unsigned)ending->error,
  };

  if(said) { /* which was to be delivered, but asked for that */
    cause.hint = said->hint;
    cause.forbids = said->reason == CURLEW_REASON_SERVER_FORBIDS;
  }

  if(ending->error == CW_ERROR_CERTIFICATE || ending->error == CW_ERROR_OTHER)
    fuzz_promise(step->verdict != CW_RETRY);
  if(ending->delivered)
    fuzz_promise(step->verdict == CW_DELIVER &&
                 step->reason == CURLEW_REASON_STREAMED);
  else if(ledger->now.mono_ms >= ledger->deadline_ms)
    fuzz_promise(step->verdict == CW_DELIVER &&
                 step->reason == CURLEW_REASON_DEADLINE);
  else if(ledger->is_remembered && ending->error != CW_ERROR_OTHER)
    fuzz_promise(step->verdict == CW_FORGET &&
                 step->start_ms == ledger->now.mono_ms && !step->wait_ms);
  else if(cause.rule->action != CW_ACTION_RETRY)
    fuzz_promise(step->verdict == CW_DELIVER &&
                 step->reason == CURLEW_REASON_ERROR_KEPT);
  else if(is_refused_for_good(ledger, ending->refusal))
    fuzz_promise(step->verdict == CW_DELIVER &&
                 step->reason == CURLEW_REASON_FAILED);
  else
    repeat_is_right(ledger, &cause, step, ledger->now);
}

/* What was |said| at the last head, which had |status|, is what is done, unless
   it is too late for it. */
static inline void completion_is_right(const struct ledger *ledger,
                                       unsigned status,
                                       const struct cw_step *said,
                                       const struct cw_step *step)
{
  const uint64_t now_ms = ledger->now.mono_ms;

  if(!said) {
    const struct cw_rule *rule = ledger_rule(ledger, status);
    fuzz_promise(step->verdict == CW_DELIVER &&
                 step->reason == (rule->action == CW_ACTION_FAIL
                                    ? CURLEW_REASON_FAILED
                                    : CURLEW_REASON_PASSED));
  }
  else if(said->verdict != CW_DELIVER && now_ms >= ledger->deadline_ms)
    fuzz_promise(step->verdict == CW_DELIVER &&
                 step->reason == CURLEW_REASON_DEADLINE);
  else {
    fuzz_promise(step->verdict == said->verdict);
    fuzz_promise(step->reason == said->reason);
    fuzz_promise(step->result == said->result);
    fuzz_promise(step->wait_ms == said->wait_ms);
    fuzz_promise(step->start_ms >= said->start_ms);
    fuzz_promise(
      step->verdict == CW_DELIVER ||
      (step->start_ms >= now_ms &&
       (step->start_ms == said->start_ms || step->start_ms == now_ms)));
  }
}

#endif
