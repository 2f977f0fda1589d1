#include "policy.h"

#include "builtin.h"
#include "compile.h"
#include "dump.h"
#include "lineage.h"

const struct cw_ruleset *cw_policy_rules(const struct curlew_policy *policy)
{
  return &policy->set;
}

struct curlew_policy *curlew_policy_builtin(const char *name)
{
  const struct cw_spot spot = {.file = name};
  struct curlew_policy *policy = NULL;
  if(!name)
    return NULL;

  const struct cw_span text = cw_builtin_text(name);
  if(!text.text || cw_lineage_text(text.text, text.length, &spot, &policy))
    return NULL;
  return policy;
}

static CURLcode missing(const char *argument,
                        struct curlew_policy_error *error)
{
  const struct cw_spot spot = {.file = "curlew", .error = error};
  return cw_mistake(&spot, "NULL", "", "the argument \"%s\" is NULL",
                    argument);
}

CURLcode curlew_policy_load(const char *path, struct curlew_policy **policy,
                            struct curlew_policy_error *error)
{
  const struct cw_spot spot = {.file = path, .error = error};
  if(!path || !policy)
    return missing(path ? "policy" : "path", error);
  return cw_lineage_file(path, &spot, policy);
}

CURLcode curlew_policy_parse(const char *text, size_t length, const char *name,
                             struct curlew_policy **policy,
                             struct curlew_policy_error *error)
{
  const struct cw_spot spot = {.file = name, .error = error};
  if(!text)
    return missing("text", error);
  if(!name || !policy)
    return missing(name ? "policy" : "name", error);
  return cw_lineage_text(text, length, &spot, policy);
}

CURLcode curlew_policy_set(const struct curlew_policy *base,
                           const char *settings, struct curlew_policy **policy,
                           struct curlew_policy_error *error)
{
  const struct cw_spot spot = {.file = "CURLEW_SET", .error = error};
  struct cw_layer layer = {0};
  if(!base)
    return missing("base", error);
  if(!settings || !policy)
    return missing(settings ? "policy" : "settings", error);

  CURLcode result = cw_layer_settings(&layer, settings, &spot);
  if(!result)
    result = cw_compile(&base->set, &layer, &spot, policy);
  cw_layer_clear(&layer);
  return result;
}

struct curlew_policy *curlew_policy_ref(struct curlew_policy *policy)
{
  if(policy)
    atomic_fetch_add_explicit(&policy->refs, 1, memory_order_relaxed);
  return policy;
}

void curlew_policy_unref(struct curlew_policy *policy)
{
  /* Whoever frees it has to see what the others did before they let go. */
  if(policy &&
     atomic_fetch_sub_explicit(&policy->refs, 1, memory_order_acq_rel) == 1)
    cw_compile_free(policy);
}

CURLcode curlew_policy_dump(const struct curlew_policy *policy, char **text)
{
  struct cw_page dump = {0};
  if(!policy || !text)
    return CURLE_BAD_FUNCTION_ARGUMENT;

  cw_dump(&dump, &policy->set);
  if(dump.failed) {
    cw_page_clear(&dump);
    return CURLE_OUT_OF_MEMORY;
  }
  *text = dump.text;
  return CURLE_OK;
}
