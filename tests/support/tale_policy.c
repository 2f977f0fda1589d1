/* tale_policy.c - the policy of a tale: what is chosen, and what README.md
   says that it means. */
#include "tale.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

struct number {
  const char *text; /* the first: nothing is said */
  uint64_t value;
};

/* A rule that a policy may have, as it is written. */
struct option_of_rule {
  const char *text;
  struct tale_rule rule;
};

static const struct option_of_rule answers[] = {
  {"fail", {.action = TALE_FAIL}},
  {"pass", {.action = TALE_PASS}},
  {"retry", {.action = TALE_RETRY}},
  {"retry, any-method", {.action = TALE_RETRY, .any = TALE_ANY}},
  {"retry, any-method=retry-after",
   {.action = TALE_RETRY, .any = TALE_ANY_AFTER}},
  {"retry, once", {.action = TALE_RETRY, .once = true}},
  {"retry, if=retry-after",
   {.action = TALE_RETRY, .condition = TALE_IF_AFTER}},
  {"retry, if=expected",
   {.action = TALE_RETRY, .condition = TALE_IF_EXPECTED}},
  {"retry, any-method, fresh-connection",
   {.action = TALE_RETRY, .any = TALE_ANY, .is_fresh = true}},
};

static const struct option_of_rule hops[] = {
  {"pass", {.action = TALE_PASS}},
  {"fail", {.action = TALE_FAIL}},
  {"retry", {.action = TALE_RETRY}},
  {"follow, method=keep", {.action = TALE_FOLLOW, .method = TALE_KEEP}},
  {"follow, method=get", {.action = TALE_FOLLOW, .method = TALE_GET}},
  {"follow, method=post-to-get, remember",
   {.action = TALE_FOLLOW, .method = TALE_POST_TO_GET, .is_remembered = true}},
};

static const unsigned statuses[] = {503, 500, 404, 429, 401, 403,
                                    301, 302, 307, 300, 303};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void say(struct tale_policy *policy, const char *format, ...)
{
  const size_t length = strlen(policy->text);
  va_list args;

  va_start(args, format);
  (void)vsnprintf(policy->text + length, sizeof(policy->text) - length, format,
                  args);
  va_end(args);
}

static uint64_t pick(struct tale_policy *policy, struct choices *choices,
                     const char *key, const struct number *list, size_t count)
{
  const unsigned i = choose(choices, (unsigned)count);

  if(i)
    say(policy, "%s = %s\n", key, list[i].text);
  return list[i].value;
}

#define PICK(policy, choices, key, list)                                      \
  pick(policy, choices, key, list, COUNT(list))

static const struct number attempts[] = {
  {"4", 4}, {"1", 1}, {"2", 2}, {"3", 3}, {"6", 6}};

static void read_limits(struct tale_policy *policy, struct choices *choices)
{
  static const struct number redirects[] = {
    {"20", 20}, {"0", 0}, {"1", 1}, {"2", 2}};
  static const struct number waits[] = {{"2min", 120000},
                                        {"0ms", 0},
                                        {"1s", 1000},
                                        {"5s", 5000},
                                        {"none", TALE_FOREVER}};
  static const struct number bounds[] = {
    {"none", TALE_FOREVER}, {"1s", 1000}, {"10s", 10000}, {"100ms", 100}};
  static const struct number first[] = {{"none", TALE_FOREVER},
                                        {"200ms", 200}};
  static const struct number drains[] = {
    {"64KiB", 65536}, {"0B", 0}, {"6B", 6}};
  static const struct number held[] = {
    {"1MiB", 1048576}, {"0B", 0}, {"4B", 4}};

  say(policy, "[limits]\n");
  policy->everywhere.attempts =
    (unsigned)PICK(policy, choices, "attempts", attempts);
  policy->redirects = (unsigned)PICK(policy, choices, "redirects", redirects);
  policy->waiting_ms = PICK(policy, choices, "waiting", waits);
  policy->deadline_ms = PICK(policy, choices, "deadline", bounds);
  policy->attempt_timeout_ms = PICK(policy, choices, "attempt-timeout", first);
  (void)PICK(policy, choices, "drain", drains);
  (void)PICK(policy, choices, "hold-body", held);
}

static void read_backoff(struct tale_policy *policy, struct choices *choices)
{
  static const struct number bases[] = {
    {"500ms", 500}, {"0ms", 0}, {"1ms", 1}, {"1s", 1000}};
  static const struct number factors[] = {{"2", 2}, {"1", 1}, {"3", 3}};
  static const struct number caps[] = {{"30s", 30000}, {"1s", 1000}};
  static const struct number jitters[] = {{"full", TALE_FULL},
                                          {"none", TALE_NONE},
                                          {"equal", TALE_EQUAL},
                                          {"decorrelated", TALE_DECORRELATED}};
  static const struct number after[] = {
    {"2min", 120000}, {"2s", 2000}, {"none", TALE_FOREVER}};

  say(policy, "[backoff]\n");
  policy->base_ms = PICK(policy, choices, "base", bases);
  policy->factor = (unsigned)PICK(policy, choices, "factor", factors);
  policy->cap_ms = PICK(policy, choices, "cap", caps);
  policy->jitter = (enum tale_jitter)PICK(policy, choices, "jitter", jitters);
  policy->after_cap_ms = PICK(policy, choices, "retry-after-cap", after);
}

static void read_ways(struct tale_policy *policy, struct choices *choices)
{
  static const struct number when[] = {{"always", TALE_ALWAYS_FOLLOWS},
                                       {"asked", TALE_FOLLOWS_ASKED},
                                       {"never", TALE_NEVER}};
  static const struct number downgrade[] = {{"refuse", 0}, {"allow", 1}};
  static const struct number key[] = {{"keep", 0}, {"auto", 1}};
  static const struct number resend[] = {{"guard", 0}, {"libcurl", 1}};

  say(policy, "[redirect]\n");
  policy->when = (enum tale_when)PICK(policy, choices, "when", when);
  policy->allows_downgrade = PICK(policy, choices, "downgrade", downgrade);
  say(policy, "[methods]\n");
  policy->adds_key = PICK(policy, choices, "idempotency-key", key);
  policy->lets_resend = PICK(policy, choices, "silent-resend", resend);
}

static void read_errors(struct tale_policy *policy, struct choices *choices)
{
  static const struct number early[] = {
    {"retry, any-method", 0}, {"retry", 1}, {"fail", 2}};
  static const struct number late[] = {
    {"retry", 0}, {"retry, any-method", 1}, {"fail", 2}};

  say(policy, "[error]\n");
  policy->early_action =
    (unsigned)PICK(policy, choices, "resolve connect tls", early);
  policy->error_action =
    (unsigned)PICK(policy, choices, "timeout send receive empty-reply", late);
}

static void read_rules(struct tale_policy *policy, struct tale_place *place,
                       struct choices *choices, const char *prefix)
{
  const unsigned count = choose(choices, TALE_RULES + 1);

  for(unsigned i = 0; i < count; i++) {
    const unsigned status = statuses[choose(choices, COUNT(statuses))];
    const bool is_hop = status / 100 == 3;
    const struct option_of_rule *rule =
      is_hop ? &hops[choose(choices, COUNT(hops))]
             : &answers[choose(choices, COUNT(answers))];
    bool is_new = true;
    for(size_t n = 0; n < place->count; n++)
      is_new = is_new && place->own[n].status != status;
    if(!is_new)
      continue;
    place->own[place->count].status = status;
    place->own[place->count].text = rule->text;
    place->own[place->count++].rule = rule->rule;
    say(policy, "%s%u = %s\n", prefix, status, rule->text);
  }
}

void tale_read_policy(struct tale_policy *policy, struct choices *choices)
{
  say(policy, "extends = default\n");
  read_limits(policy, choices);
  read_backoff(policy, choices);
  read_ways(policy, choices);
  read_errors(policy, choices);
  say(policy, "[status]\n");
  read_rules(policy, &policy->everywhere, choices, "");
  policy->host.attempts = policy->everywhere.attempts;
  policy->has_host = choose(choices, 2);
  if(!policy->has_host)
    return;
  say(policy, "[host b]\n");
  const unsigned i = choose(choices, COUNT(attempts));
  if(i) {
    policy->host.attempts = (unsigned)attempts[i].value;
    say(policy, "limits.attempts = %s\n", attempts[i].text);
  }
  read_rules(policy, &policy->host, choices, "status.");
}

/* ---- what it means ---- */

#define REPAIR(how)                                                           \
  {                                                                           \
    .action = TALE_RETRY, .any = TALE_ANY, .once = true, .repair = how        \
  }

/* "What is done by default" in README.md, without what is only handed over. */
static const struct {
  unsigned status;
  struct tale_rule rule;
} usual[] = {
  {301,
   {.action = TALE_FOLLOW, .method = TALE_POST_TO_GET, .is_remembered = true}},
  {302, {.action = TALE_FOLLOW, .method = TALE_POST_TO_GET}},
  {303, {.action = TALE_FOLLOW, .method = TALE_GET}},
  {307, {.action = TALE_FOLLOW, .method = TALE_KEEP}},
  {308, {.action = TALE_FOLLOW, .method = TALE_KEEP, .is_remembered = true}},
  {401, REPAIR(TALE_CREDENTIALS)},
  {404, {.action = TALE_RETRY, .condition = TALE_IF_EXPECTED}},
  {407, REPAIR(TALE_CREDENTIALS)},
  {408, {.action = TALE_RETRY, .any = TALE_ANY, .is_fresh = true}},
  {411, REPAIR(TALE_LENGTH)},
  {413, {.action = TALE_RETRY, .any = TALE_ANY, .condition = TALE_IF_AFTER}},
  {417, REPAIR(TALE_NO_EXPECT)},
  {421,
   {.action = TALE_RETRY, .any = TALE_ANY, .once = true, .is_fresh = true}},
  {425, {.action = TALE_RETRY, .any = TALE_ANY, .once = true}},
  {429, {.action = TALE_RETRY, .any = TALE_ANY}},
  {501, {.action = TALE_FAIL}},
  {503, {.action = TALE_RETRY, .any = TALE_ANY_AFTER}},
  {505, {.action = TALE_FAIL}},
  {506, {.action = TALE_FAIL}},
  {507, {.action = TALE_RETRY, .condition = TALE_IF_AFTER}},
  {508, {.action = TALE_FAIL}},
  {510, {.action = TALE_FAIL}},
  {511, {.action = TALE_FAIL}},
};

static struct tale_rule usual_rule(unsigned status)
{
  struct tale_rule rule = {.action = status / 100 == 5   ? TALE_RETRY
                                     : status / 100 == 4 ? TALE_FAIL
                                                         : TALE_PASS};

  for(size_t i = 0; i < COUNT(usual); i++)
    if(usual[i].status == status)
      rule = usual[i].rule;
  return rule;
}

static bool is_of_host(const struct tale_policy *policy, const char *host)
{
  return policy->has_host && host && !strcasecmp(host, "b");
}

struct tale_rule tale_rule_for(const struct tale_policy *policy,
                               const char *host, unsigned status)
{
  const struct tale_place *const places[] = {&policy->host,
                                             &policy->everywhere};

  for(size_t n = is_of_host(policy, host) ? 0 : 1; n < 2; n++)
    for(size_t i = 0; i < places[n]->count; i++)
      if(places[n]->own[i].status == status)
        return places[n]->own[i].rule;
  return usual_rule(status);
}

unsigned tale_attempts_for(const struct tale_policy *policy, const char *host)
{
  return is_of_host(policy, host) ? policy->host.attempts
                                  : policy->everywhere.attempts;
}

bool tale_is_idempotent(const char *method)
{
  static const char *const methods[] = {"GET", "HEAD",   "OPTIONS", "TRACE",
                                        "PUT", "DELETE", "QUERY"};
  bool is_found = false;

  for(size_t i = 0; i < COUNT(methods); i++)
    is_found = is_found || !strcmp(methods[i], method);
  return is_found;
}
