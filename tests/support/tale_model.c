/* tale_model.c - what README.md and <curlew/easy.h> say of the exchange at
   hand. */
#include "tale_seen.h"

#include "store.h"

static const struct tale_policy *policy_of_walk(const struct tale_walk *walk)
{
  return &walk->seen->tale->policy;
}

static const struct tale_application *application_of(
  const struct tale_walk *walk)
{
  return &walk->seen->tale->application;
}

static const struct script_request *request_of(const struct tale_walk *walk)
{
  return &walk->seen->scene->script.request[walk->at];
}

const struct tale_exchange *tale_exchange_at(const struct tale_walk *walk,
                                             size_t n)
{
  static const struct tale_exchange spare = {.status = 200, .is_sent = true};
  const struct tale_operation *operation = walk->seen->operation;

  return n < operation->count ? &operation->exchange[n] : &spare;
}

bool tale_has_head(const struct tale_walk *walk)
{
  const struct tale_exchange *exchange = tale_exchange_at(walk, walk->at);
  const struct script_request *request = request_of(walk);

  return exchange->status && !exchange->cuts_head && !walk->is_error &&
         request->status == (long)exchange->status &&
         !(exchange->has_rounds && exchange->status == 401 &&
           request->head_ms < request->begin_ms + exchange->early_ms);
}

bool tale_is_unsettled(const struct tale_walk *walk)
{
  const unsigned status = tale_exchange_at(walk, walk->at)->status;
  const bool is_libcurls = policy_of_walk(walk)->when == TALE_NEVER &&
                           application_of(walk)->follow == 1;

  return tale_has_head(walk) && request_of(walk)->result &&
         (status == 401 || status == 407 || status == 417 ||
          (is_libcurls && status / 100 == 3));
}

struct tale_rule tale_rule_here(const struct tale_walk *walk)
{
  return tale_rule_for(policy_of_walk(walk), walk->url.host,
                       tale_exchange_at(walk, walk->at)->status);
}

uint64_t tale_asked_ms(const struct tale_walk *walk, bool with_reset)
{
  const struct tale_exchange *exchange = tale_exchange_at(walk, walk->at);
  const int64_t wall_s =
    STAGE_WALL_S +
    (int64_t)((request_of(walk)->head_ms - STAGE_START_MS) / 1000);
  const bool is_limited = exchange->status == 429 || exchange->status == 503;

  if(!tale_has_head(walk))
    return 0;
  if(exchange->after_s)
    return exchange->after_s > wall_s
             ? (uint64_t)(exchange->after_s - wall_s) * 1000
             : 0;
  if(exchange->has_after)
    return exchange->after_ms;
  return with_reset && is_limited ? exchange->reset_ms : 0;
}

uint64_t tale_bound_ms(const struct tale_walk *walk)
{
  const uint64_t own_ms = (uint64_t)application_of(walk)->timeout_ms;
  const uint64_t policy_ms = policy_of_walk(walk)->deadline_ms;
  const uint64_t bound_ms = own_ms && own_ms < policy_ms ? own_ms : policy_ms;

  return bound_ms == TALE_FOREVER ? TALE_FOREVER
                                  : walk->seen->begin_ms + bound_ms;
}

/* ---- redirects ---- */

bool tale_may_follow(const struct tale_walk *walk)
{
  const int follow = application_of(walk)->follow;

  switch(policy_of_walk(walk)->when) {
  case TALE_ALWAYS_FOLLOWS:
    return follow != 0;
  case TALE_FOLLOWS_ASKED:
    return follow == 1;
  case TALE_NEVER:
    break;
  }
  return false;
}

unsigned tale_most_hops(const struct tale_walk *walk)
{
  const long own = application_of(walk)->max_redirects;
  const unsigned most = policy_of_walk(walk)->redirects;
  return own >= 0 && (unsigned)own < most ? (unsigned)own : most;
}

bool tale_target(const struct tale_walk *walk, struct tale_url *target)
{
  const char *location = tale_exchange_at(walk, walk->at)->location;

  return location && *location && tale_url_read(target, &walk->url, location);
}

bool tale_keeps_body(const struct tale_walk *walk, struct tale_rule rule)
{
  const bool is_post = !strcmp(walk->method, "POST");
  const unsigned status = tale_exchange_at(walk, walk->at)->status;
  const unsigned kept = application_of(walk)->post_redirect;

  if(is_post && status >= 301 && status <= 303 && (kept >> (status - 301) & 1))
    return true;
  return rule.method == TALE_KEEP ||
         (rule.method == TALE_POST_TO_GET && !is_post);
}

/* The same place by another spelling may be tried once more. */
bool tale_is_circle(const struct tale_walk *walk, const char *method,
                    const struct tale_url *target)
{
  const struct tale_exchange *exchange = tale_exchange_at(walk, walk->at);
  bool is_found = false;

  if(exchange->sets_cookie || tale_asked_ms(walk, false))
    return false;
  if(!walk->trails)
    return !strcmp(walk->method, method) && tale_url_is(&walk->url, target) &&
           !strcmp(walk->url.host, target->host);
  for(size_t i = 0; i < walk->trails; i++)
    is_found = is_found || (!strcmp(walk->trail_method[i], method) &&
                            tale_url_is(&walk->trail[i], target) &&
                            !strcmp(walk->trail[i].host, target->host));
  return is_found;
}

/* ---- the reasons ---- */

bool tale_has_key(const struct tale_walk *walk)
{
  const bool is_sent =
    !strcmp(walk->method, "POST") || !strcmp(walk->method, "PATCH");
  return application_of(walk)->has_key ||
         (policy_of_walk(walk)->adds_key && is_sent);
}

static bool is_used(const struct tale_walk *walk)
{
  bool is_found = false;

  for(size_t i = 0; i < walk->uses; i++)
    is_found =
      is_found || walk->used[i] == tale_exchange_at(walk, walk->at)->status;
  return is_found;
}

static bool is_any_method(const struct tale_walk *walk, struct tale_rule rule)
{
  const struct tale_exchange *exchange = tale_exchange_at(walk, walk->at);

  if(!tale_has_head(walk)) {
    const bool is_early = !request_of(walk)->sends;
    const unsigned action = is_early ? policy_of_walk(walk)->early_action
                                     : policy_of_walk(walk)->error_action;
    return action == (is_early ? 0 : 1);
  }
  return rule.any == TALE_ANY ||
         (rule.any == TALE_ANY_AFTER && exchange->has_after);
}

/* Of a redirect that is not followed. */
static bool is_true_of_hop(struct tale_walk *walk, enum curlew_reason reason)
{
  const struct tale_rule rule = tale_rule_here(walk);
  const bool is_kept = tale_keeps_body(walk, rule);
  const char *location = tale_exchange_at(walk, walk->at)->location;
  struct tale_url target;
  const bool is_url = tale_target(walk, &target);
  const char *next =
    is_kept || !strcmp(walk->method, "HEAD") ? walk->method : "GET";
  switch((int)reason) {
  case CURLEW_REASON_REDIRECTS_OFF:
    return !tale_may_follow(walk);
  case CURLEW_REASON_NO_LOCATION:
    return !location || !*location;
  case CURLEW_REASON_REDIRECTS:
    return walk->hops >= tale_most_hops(walk);
  case CURLEW_REASON_BAD_LOCATION:
    return location && !is_url;
  case CURLEW_REASON_SCHEME:
    return is_url ? !tale_url_is_http(&target)
                  : location && strncmp(location, "http", 4) != 0;
  case CURLEW_REASON_DOWNGRADE:
    return is_url && !policy_of_walk(walk)->allows_downgrade &&
           !strcmp(walk->url.scheme, "https") &&
           !strcmp(target.scheme, "http");
  case CURLEW_REASON_REWIND:
    return is_kept && walk->is_spent;
  case CURLEW_REASON_LOOP:
    return is_url && tale_is_circle(walk, next, &target);
  case CURLEW_REASON_RETRY_AFTER_CAP:
    return tale_asked_ms(walk, false) > policy_of_walk(walk)->after_cap_ms;
  case CURLEW_REASON_WAITING:
    return tale_asked_ms(walk, false) >
           policy_of_walk(walk)->waiting_ms - walk->waited_ms;
  default:
    break;
  }
  return reason == CURLEW_REASON_DEADLINE &&
         (tale_bound_ms(walk) != TALE_FOREVER ||
          tale_asked_ms(walk, false) == TALE_FOREVER);
}

/* Of what is not sent again. */
static bool is_true_of_retry(struct tale_walk *walk, enum curlew_reason reason)
{
  const struct tale_exchange *exchange = tale_exchange_at(walk, walk->at);
  const struct tale_application *own = application_of(walk);
  const struct tale_policy *policy = policy_of_walk(walk);
  const struct tale_rule rule = tale_has_head(walk)
                                  ? tale_rule_here(walk)
                                  : (struct tale_rule){.action = TALE_RETRY};

  switch((int)reason) {
  case CURLEW_REASON_NO_RETRY_AFTER:
    return rule.condition == TALE_IF_AFTER && !exchange->has_after;
  case CURLEW_REASON_NOT_EXPECTED:
    return rule.condition == TALE_IF_EXPECTED && !own->expects;
  case CURLEW_REASON_ONCE:
    return rule.once && is_used(walk);
  case CURLEW_REASON_NO_CREDENTIALS:
    return rule.repair == TALE_CREDENTIALS && own->asks != 1;
  case CURLEW_REASON_NO_REPAIR:
    return rule.repair == TALE_LENGTH ||
           (rule.repair == TALE_NO_EXPECT &&
            (!own->sends_expect || walk->is_bare || walk->is_moved));
  case CURLEW_REASON_METHOD:
    return !is_any_method(walk, rule) && !tale_is_idempotent(walk->method) &&
           !tale_has_key(walk);
  case CURLEW_REASON_BODY:
    return walk->is_spent;
  case CURLEW_REASON_ATTEMPTS:
    return walk->sends >= tale_attempts_for(policy, walk->url.host);
  case CURLEW_REASON_SERVER_FORBIDS:
    return tale_has_head(walk) && exchange->is_forbidden;
  case CURLEW_REASON_RETRY_AFTER_CAP:
    return tale_asked_ms(walk, true) > policy->after_cap_ms;
  case CURLEW_REASON_WAITING:
    return policy->waiting_ms != TALE_FOREVER;
  default:
    break;
  }
  return reason == CURLEW_REASON_DEADLINE &&
         (tale_bound_ms(walk) != TALE_FOREVER ||
          tale_asked_ms(walk, false) == TALE_FOREVER);
}

/* An error that is kept by the rules, whatever else there is. */
static bool is_kept(const struct tale_walk *walk)
{
  const struct script_request *request = request_of(walk);
  const struct tale_policy *policy = policy_of_walk(walk);

  switch((int)request->result) {
  case 6:
  case 7:
  case 35:
    return policy->early_action == 2;
  case 28:
    return (request->sends ? policy->error_action : policy->early_action) == 2;
  case 16:
  case 18:
  case 56:
    return policy->error_action == 2;
  case 52:
  case 55:
    return policy->error_action == 2;
  case 92:
    return policy->error_action == 2;
  default:
    break;
  }
  return true;
}

bool tale_is_true(struct tale_walk *walk, enum curlew_reason reason)
{
  const struct tale_rule rule = tale_rule_here(walk);
  const bool has_head = tale_has_head(walk);

  if(!has_head && reason == CURLEW_REASON_ERROR_KEPT)
    return is_kept(walk);
  if(!has_head && is_kept(walk))
    return reason == CURLEW_REASON_DEADLINE &&
           tale_bound_ms(walk) != TALE_FOREVER;
  if(!has_head)
    return is_true_of_retry(walk, reason);
  switch(rule.action) {
  case TALE_PASS:
    return reason == CURLEW_REASON_PASSED;
  case TALE_FAIL:
    return reason == CURLEW_REASON_FAILED;
  case TALE_FOLLOW:
    return is_true_of_hop(walk, reason);
  case TALE_RETRY:
    break;
  }
  return is_true_of_retry(walk, reason);
}
