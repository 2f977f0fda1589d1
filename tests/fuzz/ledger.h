/* ledger.h - what an operation has done so far and what it may still do, kept
   beside the engine and without asking it. */
#ifndef LEDGER_H
#define LEDGER_H

#include "fuzz.h"

#include <string.h>

#include "engine.h"
#include "reply.h"

/* A request that was made, or might have been. */
struct ledger_seen {
  const char *method;
  unsigned place;
};

struct ledger {
  const struct cw_rules *rules; /* of the attempt at hand */
  const struct cw_request *request;
  struct cw_instant now;
  uint64_t start_ms;
  uint64_t deadline_ms;
  uint64_t waited_ms;
  unsigned attempts;
  unsigned hops;
  unsigned place; /* of the attempt at hand; the same URL, the same number */
  unsigned target_place; /* of the last target */
  bool has_hop; /* a target was noted in this attempt, to see a loop */
  bool is_remembered;
  bool is_given_up;
  bool was_repeated[1000 + CW_ERROR_COUNT]; /* by what it was for */
  struct ledger_seen seen[CW_TRAIL_MAX];
  unsigned seen_count; /* CW_TRAIL_MAX + 1: too many to tell */
};

static inline bool is_any_of(const char *method, struct cw_names names)
{
  for(size_t i = 0; i < names.count; i++)
    if(!strcmp(method, names.name[i]))
      return true;
  return false;
}

static inline void bound_by(struct ledger *ledger, uint64_t span_ms)
{
  const uint64_t end_ms = span_ms > CW_FOREVER - ledger->start_ms
                            ? CW_FOREVER
                            : ledger->start_ms + span_ms;
  if(end_ms < ledger->deadline_ms)
    ledger->deadline_ms = end_ms;
}

static inline const struct cw_rule *ledger_rule(const struct ledger *ledger,
                                                unsigned status)
{
  static const struct cw_rule none = {.action = CW_ACTION_PASS};

  return status < 100 || status > 999
           ? &none
           : &ledger->rules->rule[ledger->rules->status[status - 100]];
}

/* ---- loops ---- */

/* Has there been more than could be noted? */
static inline bool cannot_tell(const struct ledger *ledger)
{
  return ledger->seen_count > CW_TRAIL_MAX;
}

static inline void lose_sight(struct ledger *ledger)
{
  ledger->seen_count = CW_TRAIL_MAX + 1;
}

static inline bool was_seen(const struct ledger *ledger, const char *method,
                            unsigned place)
{
  for(unsigned i = 0; !cannot_tell(ledger) && i < ledger->seen_count; i++)
    if(ledger->seen[i].place == place &&
       !strcmp(ledger->seen[i].method, method))
      return true;
  return false;
}

static inline void see(struct ledger *ledger, const char *method,
                       unsigned place)
{
  if(was_seen(ledger, method, place))
    return;
  if(ledger->seen_count < CW_TRAIL_MAX)
    ledger->seen[ledger->seen_count] =
      (struct ledger_seen){.method = method, .place = place};
  if(ledger->seen_count <= CW_TRAIL_MAX)
    ledger->seen_count++;
}

/* ---- the next method ---- */

struct ledger_next {
  const char *method;
  bool drops_body;
};

static inline struct ledger_next next_of(const struct cw_rule *rule,
                                         const struct cw_request *request,
                                         unsigned status)
{
  const bool is_post = request->is_post || !strcmp(request->method, "POST");
  const unsigned keeps = status == 301   ? CW_KEEP_POST_301
                         : status == 302 ? CW_KEEP_POST_302
                         : status == 303 ? CW_KEEP_POST_303
                                         : 0;
  struct ledger_next next = {.method = request->method};

  if(rule->next_method == CW_NEXT_KEEP ||
     (rule->next_method == CW_NEXT_POST_TO_GET && !is_post) ||
     (is_post && (request->keep_post & keeps)))
    return next;
  next.drops_body = true;
  next.method =
    !request->is_post && !strcmp(request->method, "HEAD") ? "HEAD" : "GET";
  return next;
}

/* ---- waits ---- */

/* What attempt |attempts| + 1 waits for without chance and cap, or more than
   the cap. */
static inline double grown_ms(const struct cw_backoff *backoff,
                              unsigned attempts)
{
  double ms = (double)backoff->base_ms;

  for(unsigned i = 1; i < attempts && ms < (double)backoff->cap_ms; i++)
    ms = ms * backoff->factor_permille / 1000;
  return ms < (double)backoff->cap_ms ? ms : (double)backoff->cap_ms;
}

static inline void wait_is_fair(const struct ledger *ledger,
                                const struct cw_step *step, uint64_t asked_ms)
{
  const struct cw_backoff *backoff = &ledger->rules->backoff;
  const uint64_t ms = step->wait_ms;

  fuzz_promise(ms >= asked_ms);
  if(step->verdict == CW_FOLLOW || step->repair != CW_REPAIR_NONE) {
    fuzz_promise(ms == asked_ms);
    return;
  }
  fuzz_promise(ms - asked_ms <= backoff->cap_ms);
  const double grown = grown_ms(backoff, ledger->attempts);
  switch(backoff->jitter) {
  case CW_JITTER_NONE:
    fuzz_promise((double)ms >= grown - 1);
    fuzz_promise(ms == asked_ms || ms <= backoff->cap_ms);
    break;
  case CW_JITTER_EQUAL:
    fuzz_promise((double)ms >= grown / 2 - 1);
    break;
  case CW_JITTER_DECORRELATED:
    fuzz_promise(ms >= backoff->base_ms);
    break;
  case CW_JITTER_FULL:
    break;
  }
}

/* |step| was decided at |now|, and goes on: not sooner than the server asked,
   not so late that it would be too late, and in all not for too long. */
static inline void time_is_kept(const struct ledger *ledger,
                                const struct cw_step *step, uint64_t asked_ms,
                                struct cw_instant now)
{
  const struct cw_rules *rules = ledger->rules;

  fuzz_promise(step->wait_ms <= CW_FOREVER - now.mono_ms);
  fuzz_promise(step->start_ms == now.mono_ms + step->wait_ms);
  fuzz_promise(step->start_ms < ledger->deadline_ms);
  fuzz_promise(asked_ms <= rules->retry_after_cap_ms);
  if(step->wait_ms)
    fuzz_promise(ledger->waited_ms <= rules->limits.waiting_ms &&
                 step->wait_ms <=
                   rules->limits.waiting_ms - ledger->waited_ms);
  wait_is_fair(ledger, step, asked_ms);
}

/* ---- repeating ---- */

/* What one of the two decides on. */
struct ledger_cause {
  const struct cw_rule *rule;
  unsigned number; /* a status, or 1000 and an error */
  struct cw_hint retry_after;
  struct cw_hint hint;
  bool forbids;
};

static inline bool method_allows(const struct ledger *ledger,
                                 const struct ledger_cause *cause)
{
  return cause->rule->any_method == CW_ANY_METHOD_YES ||
         (cause->rule->any_method == CW_ANY_METHOD_RETRY_AFTER &&
          cause->retry_after.kind == CW_HINT_WAIT) ||
         ledger->request->has_idempotency_key ||
         is_any_of(ledger->request->method, ledger->rules->idempotent);
}

/* Is |reason| why the request may not be repeated? NONE: is there none? */
static inline bool objects(const struct ledger *ledger,
                           const struct ledger_cause *cause,
                           enum curlew_reason reason)
{
  const struct cw_request *request = ledger->request;
  const struct cw_rule *rule = cause->rule;
  const struct {
    enum curlew_reason reason;
    bool holds;
  } list[] = {
    {CURLEW_REASON_SERVER_FORBIDS, cause->forbids},
    {CURLEW_REASON_NO_RETRY_AFTER, rule->condition == CW_IF_RETRY_AFTER &&
                                     cause->retry_after.kind != CW_HINT_WAIT},
    {CURLEW_REASON_NOT_EXPECTED,
     rule->condition == CW_IF_EXPECTED && !request->is_expected},
    {CURLEW_REASON_ONCE, rule->once && ledger->was_repeated[cause->number]},
    {CURLEW_REASON_NO_CREDENTIALS,
     rule->repair == CW_REPAIR_CREDENTIALS && !request->asks_credentials},
    {CURLEW_REASON_NO_REPAIR,
     rule->repair == CW_REPAIR_NO_EXPECT && !request->sent_expect},
    {CURLEW_REASON_METHOD, !method_allows(ledger, cause)},
    {CURLEW_REASON_BODY, request->body == CW_BODY_SPENT &&
                           rule->repair != CW_REPAIR_CONTENT_LENGTH},
    {CURLEW_REASON_ATTEMPTS,
     ledger->attempts >= ledger->rules->limits.attempts},
    {CURLEW_REASON_GIVEN_UP,
     ledger->is_given_up && rule->repair == CW_REPAIR_NONE},
  };

  for(size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
    if(list[i].holds &&
       (reason == CURLEW_REASON_NONE || list[i].reason == reason))
      return reason != CURLEW_REASON_NONE;
  return reason == CURLEW_REASON_NONE;
}

/* A wait that is not begun; |step| says how long it would have been. */
static inline bool wait_is_refused(const struct ledger *ledger,
                                   const struct cw_step *step,
                                   uint64_t asked_ms, struct cw_instant now)
{
  const uint64_t most_ms = ledger->rules->limits.waiting_ms;
  const uint64_t ms = step->wait_ms;

  if(ms < asked_ms)
    return false;
  if(step->reason == CURLEW_REASON_RETRY_AFTER_CAP)
    return asked_ms > ledger->rules->retry_after_cap_ms;
  if(step->reason == CURLEW_REASON_DEADLINE)
    return ledger->deadline_ms <= now.mono_ms ||
           ms >= ledger->deadline_ms - now.mono_ms;
  return step->reason == CURLEW_REASON_WAITING && ms &&
         (ledger->waited_ms > most_ms || ms > most_ms - ledger->waited_ms);
}

/* |step| says whether the request is repeated because of |cause|. */
static inline void repeat_is_right(const struct ledger *ledger,
                                   const struct ledger_cause *cause,
                                   const struct cw_step *step,
                                   struct cw_instant now)
{
  if(step->reason != CURLEW_REASON_SERVER_FORBIDS)
    fuzz_promise(step->hint.kind == cause->hint.kind &&
                 step->hint.wait_ms == cause->hint.wait_ms);
  if(step->verdict == CW_DELIVER) {
    fuzz_promise(objects(ledger, cause, step->reason) ||
                 (objects(ledger, cause, CURLEW_REASON_NONE) &&
                  wait_is_refused(ledger, step, cause->hint.wait_ms, now)));
    return;
  }
  fuzz_promise(step->verdict == CW_RETRY);
  fuzz_promise(objects(ledger, cause, CURLEW_REASON_NONE));
  fuzz_promise(step->reason == (cause->rule->repair ? CURLEW_REASON_REPAIRED
                                : cause->hint.kind == CW_HINT_WAIT
                                  ? CURLEW_REASON_RETRIED_AFTER
                                  : CURLEW_REASON_RETRIED));
  fuzz_promise(step->repair == cause->rule->repair);
  fuzz_promise(step->connection == cause->rule->connection);
  time_is_kept(ledger, step, cause->hint.wait_ms, now);
}

#endif
