#include <limits.h>
#include <string.h>

#include <curlew/explain.h>

#include "curlcode.h"
#include "engine.h"
#include "place.h"
#include "policy.h"
#include "world.h"

/* A case: what is asked about, and what the engine wants to know of it. */
struct inquiry {
  const struct curlew_what_if *what_if;
  const struct cw_rules *rules;
  struct cw_request request;
  struct cw_head head;
  struct cw_place place;
  struct cw_instant now;
  char *url; /* libcurl's memory */
};

/* Chance that gives its least |least| times, and then its most. */
struct luck {
  unsigned least;
};

static uint64_t draw(void *user)
{
  struct luck *luck = user;
  if(!luck->least)
    return UINT64_MAX;
  luck->least--;
  return 0;
}

static const char *method_of(const struct curlew_what_if *what_if)
{
  return what_if->method ? what_if->method : "GET";
}

static bool is_http(const char *scheme)
{
  return !strcmp(scheme, "http") || !strcmp(scheme, "https");
}

/* Reads the URL, and finds the rules for its host. */
static CURLcode find_rules(struct inquiry *inquiry,
                           const struct curlew_policy *policy)
{
  const struct cw_libcurl *libcurl = &cw_libcurl_linked;
  const char *text =
    inquiry->what_if->url ? inquiry->what_if->url : "https://example.com/";
  CURLUcode code = CURLUE_OUT_OF_MEMORY;
  CURLU *url = libcurl->url();
  char *scheme = NULL;
  char *host = NULL;

  if(!url)
    goto out;
  code = libcurl->url_set(url, CURLUPART_URL, text,
                          CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME);
  if(!code)
    code = libcurl->url_get(url, CURLUPART_SCHEME, &scheme, 0);
  if(!code)
    code = libcurl->url_get(url, CURLUPART_HOST, &host, 0);
  if(!code)
    code = libcurl->url_get(url, CURLUPART_URL, &inquiry->url, 0);
  if(!code && !is_http(scheme))
    code = CURLUE_UNSUPPORTED_SCHEME;
  if(!code)
    inquiry->rules = cw_ruleset_for(cw_policy_rules(policy), cw_span_of(host));
out:
  libcurl->free(scheme);
  libcurl->free(host);
  libcurl->url_cleanup(url);
  return !code                          ? CURLE_OK
         : code == CURLUE_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY
                                        : CURLE_URL_MALFORMAT;
}

static void describe(struct inquiry *inquiry)
{
  const struct curlew_what_if *what_if = inquiry->what_if;
  const char *method = method_of(what_if);

  inquiry->request = (struct cw_request){
    .method = method,
    .has_idempotency_key =
      what_if->idempotency_key || cw_repeat_adds_key(inquiry->rules, method),
    .body = what_if->spent_body ? CW_BODY_SPENT : CW_BODY_REPEATABLE,
    .follow = CW_WISH_UNSET,
    .max_redirects = UINT32_MAX,
    .is_expected = what_if->expected,
    .asks_credentials = what_if->has_credentials,
    .sent_expect = what_if->sent_expect,
  };
  inquiry->head = (struct cw_head){
    .status = what_if->status,
    .location = cw_span_of(what_if->location),
    .content_length = CW_LENGTH_UNKNOWN,
  };
  inquiry->head.retry.retry_after[0] = cw_span_of(what_if->retry_after);
}

/* Where Location leads, if it matters. */
static CURLcode find_place(struct inquiry *inquiry)
{
  struct cw_notes notes;

  if(cw_rules_status(inquiry->rules, inquiry->what_if->status)->action !=
     CW_ACTION_FOLLOW)
    return CURLE_OK;
  cw_notes_init(&notes);
  return cw_place_find(&cw_libcurl_linked, &notes, inquiry->url,
                       inquiry->head.location, &inquiry->place);
}

/* What |engine| says when an attempt has gone as the inquiry says. */
static struct cw_step try_once(const struct inquiry *inquiry,
                               struct cw_engine *engine, struct cw_instant now)
{
  const struct curlew_what_if *what_if = inquiry->what_if;
  const struct cw_target target = {
    .kind = inquiry->place.kind,
    .url = cw_place_url(&inquiry->place),
  };
  struct cw_ending ending = {.end = CW_END_COMPLETE};

  cw_engine_attempt(engine, inquiry->rules, inquiry->url);
  if(what_if->status) {
    if(cw_engine_cares(engine, what_if->status))
      (void)cw_engine_head(engine, &inquiry->request, &inquiry->head, &target,
                           now);
  }
  else if(what_if->error == CURLE_ABORTED_BY_CALLBACK)
    ending.end = CW_END_ABORTED;
  else if(what_if->error) {
    ending.end = CW_END_ERROR;
    ending.error = cw_curlcode_error(what_if->error, true);
  }
  return cw_engine_done(engine, &inquiry->request, &ending, now);
}

/* All that was waited before is in |*waited_ms|. */
static struct cw_step try_all(const struct inquiry *inquiry, struct luck luck,
                              uint64_t *waited_ms)
{
  const struct cw_rng rng = {.next = draw, .user = &luck};
  struct cw_instant now = inquiry->now;
  struct cw_engine engine;
  unsigned attempt = 1;

  *waited_ms = 0;
  cw_engine_begin(&engine, inquiry->rules, &rng, CW_FOREVER, now);
  struct cw_step step = try_once(inquiry, &engine, now);
  while(step.verdict == CW_RETRY && attempt < inquiry->what_if->attempt) {
    attempt++;
    *waited_ms += step.wait_ms;
    now.mono_ms = step.start_ms;
    step = try_once(inquiry, &engine, now);
  }
  return step;
}

static uint64_t least_of(uint64_t a, uint64_t b)
{
  return a < b ? a : b;
}

/* The longest wait before the next attempt that chance can bring, after
   |waited_ms| in all: no longer than the limits leave. */
static uint64_t longest_wait_ms(const struct inquiry *inquiry,
                                uint64_t waited_ms)
{
  const struct cw_rules *rules = inquiry->rules;
  const unsigned sends = inquiry->what_if->attempt;
  const bool grows_from_last = rules->backoff.jitter == CW_JITTER_DECORRELATED;
  const struct luck luck = {.least =
                              grows_from_last || !sends ? 0 : sends - 1};
  uint64_t ignored_ms = 0;
  uint64_t most_ms = try_all(inquiry, luck, &ignored_ms).wait_ms;

  if(rules->limits.waiting_ms != CW_FOREVER)
    most_ms = least_of(most_ms, rules->limits.waiting_ms - waited_ms);
  if(rules->limits.deadline_ms != CW_FOREVER)
    most_ms = least_of(most_ms, rules->limits.deadline_ms - 1 - waited_ms);
  return most_ms;
}

static struct curlew_decision decide(const struct inquiry *inquiry)
{
  const struct luck worst = {.least = UINT_MAX};
  struct curlew_decision decision = {
    .action = CURLEW_DELIVER,
    .reason = CURLEW_REASON_NOT_POLICED,
    .method = inquiry->request.method,
  };
  uint64_t waited_ms = 0;

  if(inquiry->rules->inert)
    return decision;
  const struct cw_step step = try_all(inquiry, worst, &waited_ms);
  decision.reason = step.reason;
  if(step.verdict == CW_FOLLOW) {
    decision.action = CURLEW_FOLLOW;
    decision.method = step.method;
    decision.drops_body = step.drops_body;
  }
  else if(step.verdict == CW_RETRY)
    decision.action = CURLEW_RETRY;
  if(step.verdict != CW_DELIVER) {
    decision.wait_min_ms = step.wait_ms;
    decision.wait_max_ms = longest_wait_ms(inquiry, waited_ms);
  }
  return decision;
}

static bool is_askable(const struct curlew_what_if *what_if)
{
  return !what_if->status || (what_if->status >= CW_STATUS_MIN &&
                              what_if->status <= CW_STATUS_MAX);
}

CURLcode curlew_explain(const struct curlew_policy *policy,
                        const struct curlew_what_if *what_if,
                        struct curlew_decision *decision)
{
  struct curlew_policy *own = NULL;
  struct inquiry inquiry = {.what_if = what_if};
  CURLcode result = CURLE_OUT_OF_MEMORY;

  if(!what_if || !decision || !is_askable(what_if))
    return CURLE_BAD_FUNCTION_ARGUMENT;
  if(!policy) {
    own = curlew_policy_builtin("default");
    policy = own;
  }
  if(!policy)
    return CURLE_OUT_OF_MEMORY;
  inquiry.now = cw_world_real.now(cw_world_real.user);
  result = find_rules(&inquiry, policy);
  if(!result) {
    describe(&inquiry);
    result = find_place(&inquiry);
  }
  if(!result)
    *decision = decide(&inquiry);
  cw_libcurl_linked.free(inquiry.url);
  cw_text_clear(&inquiry.place.url);
  curlew_policy_unref(own);
  return result;
}
