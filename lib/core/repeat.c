#include "repeat.h"

#include <string.h>

bool cw_repeat_is_idempotent(const struct cw_rules *rules, const char *method,
                             bool has_idempotency_key)
{
  return has_idempotency_key ||
         cw_names_have_method(&rules->idempotent, method);
}

bool cw_repeat_adds_key(const struct cw_rules *rules, const char *method)
{
  return rules->idempotency_key == CW_KEY_AUTO &&
         (!strcmp(method, "POST") || !strcmp(method, "PATCH"));
}
