/* tale_told.c - what must hold of what is told: outcome, trace and figures. */
#include "tale_seen.h"

#include <inttypes.h>

static bool is_secret(const char *text)
{
  return strstr(text, TALE_SECRET) || strstr(text, TALE_HIDDEN);
}

static bool check_row(struct tale_walk *walk, size_t n)
{
  const struct curlew_attempt *row = &walk->seen->outcome->attempt[n];
  const struct script_request *request = &walk->seen->scene->script.request[n];

  return tale_promise(walk, !strcmp(row->method, request->method),
                      "row %u has the method", (unsigned)n) &&
         tale_promise(walk,
                      row->status == (unsigned)request->status ||
                        (!row->status && request->status < 200),
                      "row %u has the status: %u, not %ld", (unsigned)n,
                      row->status, request->status) &&
         tale_promise(walk, !is_secret(row->url),
                      "no secret is in the outcome: %s", row->url);
}

static bool check_outcome(struct tale_walk *walk)
{
  const struct curlew_outcome *outcome = walk->seen->outcome;
  uint64_t waited_ms = 0;

  for(size_t n = 0; n < outcome->count; n++) {
    waited_ms += outcome->attempt[n].wait_ms;
    if(!check_row(walk, n))
      return false;
  }
  return tale_promise(walk, outcome->attempts == walk->sends,
                      "the outcome counts sends: %u, not %u",
                      outcome->attempts, walk->sends) &&
         tale_promise(walk,
                      outcome->redirects == walk->hops || walk->is_vague ||
                        /* forgotten, and cancelled before the original */
                        (walk->is_remembered && walk->seen->result &&
                         !outcome->redirects),
                      "the outcome counts hops: %u, not %u",
                      outcome->redirects, walk->hops) &&
         tale_promise(
           walk,
           outcome->waited_ms >= waited_ms &&
             (walk->seen->result || outcome->waited_ms == waited_ms),
           "the outcome sums up the waits: %" PRIu64 ", not %" PRIu64,
           outcome->waited_ms, waited_ms);
}

/* Where no head came, libcurl tells of the hop before; a hop that it refuses
   it has counted. */
static bool check_figures(struct tale_walk *walk)
{
  const struct tale_seen *seen = walk->seen;
  const struct script_request *last = &seen->scene->script.request[walk->at];
  const long status = last->status ? last->status : walk->hop_status;
  const bool is_refused = seen->result && seen->result != last->result;

  return tale_promise(
           walk, seen->status == status,
           "RESPONSE_CODE is that of the last attempt: %ld, not %ld",
           seen->status, status) &&
         tale_promise(
           walk,
           seen->redirects == (long)walk->followed ||
             (is_refused && seen->redirects == (long)walk->followed + 1),
           "REDIRECT_COUNT counts hops: %ld, not %u", seen->redirects,
           walk->followed);
}

static bool check_event(struct tale_walk *walk, size_t n)
{
  const struct tale_seen *seen = walk->seen;
  const struct curlew_event *event = &seen->event[n];
  const struct curlew_event *before = n ? event - 1 : NULL;

  return tale_promise(walk,
                      !before || (event->at_ms >= before->at_ms &&
                                  event->operation == before->operation),
                      "event %u follows the one before", (unsigned)n) &&
         tale_promise(
           walk, (event->kind == CURLEW_EVENT_END) == (n + 1 == seen->events),
           "the last event is the end, and no other");
}

static bool check_trace(struct tale_walk *walk)
{
  const struct tale_seen *seen = walk->seen;
  size_t kinds[4] = {0};

  if(!seen->is_traced)
    return true;
  for(size_t n = 0; n < seen->events; n++) {
    if(!check_event(walk, n))
      return false;
    kinds[seen->event[n].kind]++;
  }
  const size_t count = seen->outcome->count;
  return tale_promise(walk, kinds[CURLEW_EVENT_END] == 1,
                      "an operation has an end") &&
         tale_promise(walk, kinds[CURLEW_EVENT_ATTEMPT] == count,
                      "each request is traced") &&
         tale_promise(walk, kinds[CURLEW_EVENT_ANSWER] == count,
                      "each answer is traced") &&
         tale_promise(walk,
                      seen->event[seen->events - 1].reason ==
                          seen->outcome->reason &&
                        seen->event[seen->events - 1].result == seen->result,
                      "trace and outcome agree on the end");
}

bool tale_check_told(struct tale_walk *walk)
{
  return check_outcome(walk) && check_figures(walk) && check_trace(walk);
}
