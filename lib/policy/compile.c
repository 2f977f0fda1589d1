#include "compile.h"

#include <stdlib.h>

#include "duration.h"
#include "instant.h"
#include "name_list.h"
#include "sheet.h"

const struct cw_ruleset *cw_compile_nothing(void)
{
  static const char *const idempotent[] = {"GET", "HEAD",   "OPTIONS", "TRACE",
                                           "PUT", "DELETE", "QUERY"};
  static const struct cw_rules rules = {
    .limits =
      {
        .attempts = 1,
        .redirects = 20,
        .deadline_ms = CW_FOREVER,
        .waiting_ms = 120000,
        .attempt_timeout_ms = CW_FOREVER,
        .drain = 64 * 1024,
        .hold_body = 1024 * 1024,
      },
    .backoff =
      {
        .base_ms = 500,
        .cap_ms = 30000,
        .factor_permille = 2000,
        .jitter = CW_JITTER_FULL,
      },
    .retry_after_cap_ms = 120000,
    .redirect_when = CW_REDIRECT_NEVER,
    .silent_resend = CW_RESEND_LIBCURL,
    .idempotent =
      {
        .name = idempotent,
        .count = sizeof(idempotent) / sizeof(idempotent[0]),
      },
    .inert = true,
  };
  static const struct cw_ruleset nothing = {.everywhere = &rules};

  return &nothing;
}

struct job {
  const struct cw_ruleset *base;
  const struct cw_layer *layer;
  const struct cw_host_patch **patch; /* the layer's, the strongest last */
  struct cw_spot spot;
  struct curlew_policy *policy; /* the one being made */
};

/* An exact pattern is stronger than any other, else the longer one is. */
static int by_strength(const void *one, const void *two)
{
  const char *a = (*(const struct cw_host_patch *const *)one)->pattern;
  const char *b = (*(const struct cw_host_patch *const *)two)->pattern;
  const bool a_is_exact = a[0] != '*';
  const bool b_is_exact = b[0] != '*';

  if(a_is_exact != b_is_exact)
    return a_is_exact ? 1 : -1;
  const size_t a_length = strlen(a);
  const size_t b_length = strlen(b);
  return (a_length > b_length) - (a_length < b_length);
}

static int by_name(const void *one, const void *two)
{
  const struct cw_host_rules *a = one;
  const struct cw_host_rules *b = two;
  return strcmp(a->pattern, b->pattern);
}

/* The line that last set the base or the cap in |patch|, 0 if none did. */
static unsigned backoff_line(const struct cw_patch *patch)
{
  const unsigned base = patch->setting_line[CW_SETTING_BASE];
  const unsigned cap = patch->setting_line[CW_SETTING_CAP];
  return base > cap ? base : cap;
}

static CURLcode check(const struct job *job, const struct cw_backoff *backoff,
                      unsigned line)
{
  struct cw_spot spot = job->spot;
  char base[CW_DURATION_TEXT];
  char cap[CW_DURATION_TEXT];

  if(backoff->base_ms <= backoff->cap_ms)
    return CURLE_OK;
  spot.line = line;
  cw_duration_write(backoff->base_ms, base);
  cw_duration_write(backoff->cap_ms, cap);
  return cw_mistake(&spot, base, "a base that is not above the cap",
                    "backoff.base is %s and backoff.cap %s", base, cap);
}

/* Makes |rules| for |pattern|, NULL for everywhere. */
static CURLcode make_rules(const struct job *job, const char *pattern,
                           struct cw_rules *rules)
{
  const struct cw_span host = cw_span_of(pattern);
  const struct cw_layer *layer = job->layer;
  unsigned line = backoff_line(&layer->everywhere);
  struct cw_sheet sheet;

  cw_sheet_open(&sheet, pattern ? cw_ruleset_for(job->base, host)
                                : job->base->everywhere);
  cw_sheet_apply(&sheet, &layer->everywhere);
  for(size_t i = 0; pattern && i < layer->count; i++) {
    const struct cw_host_patch *patch = job->patch[i];
    if(!cw_host_matches(patch->pattern, host))
      continue;
    cw_sheet_apply(&sheet, &patch->patch);
    const unsigned its = backoff_line(&patch->patch);
    line = its ? its : line;
  }

  const CURLcode result = check(job, &sheet.rules.backoff, line);
  if(result)
    return result;
  return cw_sheet_close(&sheet, rules) ? CURLE_OK
                                       : cw_mistake_memory(&job->spot);
}

/* Adds |pattern| to the policy's hosts. */
static CURLcode add_host(struct job *job, const char *pattern, unsigned line)
{
  struct curlew_policy *policy = job->policy;
  if(policy->set.count >= CW_COMPILE_HOSTS_MAX) {
    job->spot.line = line;
    return cw_mistake(&job->spot, pattern, "",
                      "more than %d hosts with those that are inherited",
                      CW_COMPILE_HOSTS_MAX);
  }

  const size_t size = strlen(pattern) + 1;
  char *copy = malloc(size);
  if(!copy)
    return cw_mistake_memory(&job->spot);
  memcpy(copy, pattern, size);
  policy->host[policy->set.count++].pattern = copy;
  return CURLE_OK;
}

static bool is_host_of(const struct cw_ruleset *base, const char *pattern)
{
  for(size_t i = 0; i < base->count; i++)
    if(!strcmp(base->host[i].pattern, pattern))
      return true;
  return false;
}

/* The hosts of both, sorted. */
static CURLcode make_hosts(struct job *job)
{
  const struct cw_layer *layer = job->layer;
  CURLcode result = CURLE_OK;

  for(size_t i = 0; !result && i < job->base->count; i++)
    result = add_host(job, job->base->host[i].pattern, 0);
  for(size_t i = 0; !result && i < layer->count; i++)
    if(!is_host_of(job->base, layer->host[i].pattern))
      result = add_host(job, layer->host[i].pattern, layer->host[i].line);
  if(!result)
    qsort(job->policy->host, job->policy->set.count,
          sizeof(job->policy->host[0]), by_name);
  return result;
}

static CURLcode fill(struct job *job)
{
  struct curlew_policy *policy = job->policy;
  CURLcode result = make_hosts(job);
  if(result)
    return result;

  const size_t count = policy->set.count;
  policy->rules = calloc(count + 1, sizeof(policy->rules[0]));
  if(!policy->rules)
    return cw_mistake_memory(&job->spot);
  for(size_t i = 0; !result && i < count; i++) {
    policy->host[i].rules = &policy->rules[i];
    result = make_rules(job, policy->host[i].pattern, &policy->rules[i]);
  }
  if(!result)
    result = make_rules(job, NULL, &policy->rules[count]);
  policy->set.host = policy->host;
  policy->set.everywhere = &policy->rules[count];
  return result;
}

CURLcode cw_compile(const struct cw_ruleset *base,
                    const struct cw_layer *layer, const struct cw_spot *spot,
                    struct curlew_policy **policy)
{
  struct job job = {.base = base, .layer = layer, .spot = *spot};
  CURLcode result = CURLE_OK;

  job.policy = calloc(1, sizeof(*job.policy));
  job.patch = calloc(layer->count + 1, sizeof(job.patch[0]));
  if(job.policy)
    job.policy->host =
      calloc(base->count + layer->count + 1, sizeof(job.policy->host[0]));
  if(!job.policy || !job.policy->host || !job.patch) {
    result = cw_mistake_memory(spot);
    goto out;
  }

  for(size_t i = 0; i < layer->count; i++)
    job.patch[i] = &layer->host[i];
  qsort(job.patch, layer->count, sizeof(job.patch[0]), by_strength);
  result = fill(&job);
  if(result)
    goto out;

  atomic_init(&job.policy->refs, 1);
  *policy = job.policy;
  job.policy = NULL;

out:
  free(job.patch);
  cw_compile_free(job.policy);
  return result;
}

void cw_compile_free(struct curlew_policy *policy)
{
  if(!policy)
    return;
  for(size_t i = 0; policy->rules && i <= policy->set.count; i++) {
    cw_name_list_clear(&policy->rules[i].cross_origin);
    cw_name_list_clear(&policy->rules[i].idempotent);
  }
  for(size_t i = 0; policy->host && i < policy->set.count; i++)
    free((char *)policy->host[i].pattern);
  free(policy->host);
  free(policy->rules);
  free(policy);
}
