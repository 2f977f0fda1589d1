#include "rules.h"

#include <assert.h>

const struct cw_rule *cw_rules_status(const struct cw_rules *rules,
                                      unsigned status)
{
  static const struct cw_rule pass = {.action = CW_ACTION_PASS};

  if(status < CW_STATUS_MIN || status > CW_STATUS_MAX)
    return &pass;
  return &rules->rule[rules->status[status - CW_STATUS_MIN]];
}

static struct cw_span without_final_dot(struct cw_span host)
{
  if(host.length && host.text[host.length - 1] == '.')
    host.length--;
  return host;
}

static bool is_wildcard(const char *pattern)
{
  return pattern[0] == '*';
}

bool cw_host_matches(const char *pattern, struct cw_span host)
{
  const struct cw_span name = without_final_dot(host);
  if(!is_wildcard(pattern))
    return cw_span_is(name, pattern);

  assert(pattern[1] == '.');
  const char *suffix = pattern + 1;
  const size_t length = strlen(suffix);
  if(name.length <= length)
    return false;
  const struct cw_span tail = {
    .text = name.text + (name.length - length),
    .length = length,
  };
  return cw_span_is(tail, suffix);
}

const struct cw_rules *cw_ruleset_for(const struct cw_ruleset *ruleset,
                                      struct cw_span host)
{
  const struct cw_rules *best = ruleset->everywhere;
  size_t longest = 0;

  for(size_t i = 0; i < ruleset->count; i++) {
    const struct cw_host_rules *candidate = &ruleset->host[i];
    if(!cw_host_matches(candidate->pattern, host))
      continue;
    if(!is_wildcard(candidate->pattern))
      return candidate->rules;
    const size_t length = strlen(candidate->pattern);
    if(length > longest) {
      best = candidate->rules;
      longest = length;
    }
  }
  return best;
}
