#include "sheet.h"

#include <assert.h>

#include "instant.h"
#include "name_list.h"

void cw_sheet_open(struct cw_sheet *sheet, const struct cw_rules *rules)
{
  sheet->rules = *rules;
  for(unsigned i = 0; i < CW_RULES_STATUSES; i++)
    sheet->status[i] = *cw_rules_status(rules, CW_STATUS_MIN + i);
}

void cw_sheet_apply(struct cw_sheet *sheet, const struct cw_patch *patch)
{
  cw_patch_settings(patch, &sheet->rules);
  cw_patch_status(patch, sheet->status);
}

/* The place of |rule| in |rules|, the first |count| of which are used. */
static size_t intern(struct cw_rules *rules, size_t *count,
                     const struct cw_rule *rule)
{
  size_t i = 0;
  while(i < *count && memcmp(&rules->rule[i], rule, sizeof(*rule)))
    i++;
  if(i == *count) {
    assert(i < CW_RULES_MAX);
    rules->rule[(*count)++] = *rule;
  }
  return i;
}

static bool has_action(const struct cw_sheet *sheet, enum cw_action action)
{
  for(unsigned i = 0; i < CW_RULES_STATUSES; i++)
    if(sheet->status[i].action == action)
      return true;
  for(unsigned i = 0; i < CW_ERROR_COUNT; i++)
    if(sheet->rules.error[i].action == action)
      return true;
  return false;
}

/* Is there nothing to retry, follow, guard, add or cut short? */
static bool is_inert(const struct cw_sheet *sheet)
{
  const struct cw_rules *rules = &sheet->rules;
  const bool retries =
    rules->limits.attempts > 1 && has_action(sheet, CW_ACTION_RETRY);

  return !retries && rules->redirect_when == CW_REDIRECT_NEVER &&
         rules->silent_resend == CW_RESEND_LIBCURL &&
         rules->idempotency_key == CW_KEY_KEEP &&
         rules->limits.deadline_ms == CW_FOREVER &&
         rules->limits.attempt_timeout_ms == CW_FOREVER;
}

bool cw_sheet_close(const struct cw_sheet *sheet, struct cw_rules *rules)
{
  struct cw_names headers = {0};
  struct cw_names idempotent = {0};
  if(!cw_name_list_copy(&headers, &sheet->rules.cross_origin) ||
     !cw_name_list_copy(&idempotent, &sheet->rules.idempotent)) {
    cw_name_list_clear(&headers);
    return false;
  }

  size_t count = 0;
  *rules = sheet->rules;
  rules->cross_origin = headers;
  rules->idempotent = idempotent;
  rules->inert = is_inert(sheet);
  memset(rules->rule, 0, sizeof(rules->rule));
  for(unsigned i = 0; i < CW_RULES_STATUSES; i++)
    rules->status[i] = (uint8_t)intern(rules, &count, &sheet->status[i]);
  return true;
}
