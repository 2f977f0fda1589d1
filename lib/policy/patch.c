#include "patch.h"

#include <stdio.h>
#include <stdlib.h>

#include "name_list.h"

struct cw_names *cw_patch_names(struct cw_patch *patch,
                                enum cw_setting setting)
{
  return setting == CW_SETTING_HEADERS ? &patch->headers : &patch->idempotent;
}

static bool make_room(struct cw_patch *patch)
{
  if(patch->count < patch->room)
    return true;

  const size_t room = patch->room ? patch->room * 2 : 16;
  struct cw_selector *selector =
    realloc(patch->selector, room * sizeof(*selector));
  if(!selector)
    return false;
  patch->selector = selector;
  patch->room = room;
  return true;
}

/* Do both cover a code, without one lying in the other? */
static bool cross(const struct cw_selector *a, const struct cw_selector *b)
{
  const bool apart = a->high < b->low || b->high < a->low;
  const bool inside = (a->low >= b->low && a->high <= b->high) ||
                      (b->low >= a->low && b->high <= a->high);
  return !apart && !inside;
}

/* |selector| as it is written. */
static void name_it(const struct cw_selector *selector, char text[16])
{
  if(selector->level == CW_LEVEL_CLASS)
    snprintf(text, 16, "%uxx", selector->low / 100);
  else if(selector->level == CW_LEVEL_RANGE)
    snprintf(text, 16, "%u-%u", selector->low, selector->high);
  else
    snprintf(text, 16, "%u", selector->low);
}

/* Must |a| be applied before |b|? A range that lies in another is narrower. */
static bool is_weaker(const struct cw_selector *a, const struct cw_selector *b)
{
  if(a->level != b->level)
    return a->level < b->level;
  return a->high - a->low > b->high - b->low;
}

static void insert(struct cw_patch *patch, const struct cw_selector *selector)
{
  size_t i = patch->count++;
  for(; i && is_weaker(selector, &patch->selector[i - 1]); i--)
    patch->selector[i] = patch->selector[i - 1];
  patch->selector[i] = *selector;
}

CURLcode cw_patch_select(struct cw_patch *patch,
                         const struct cw_selector *selector,
                         const struct cw_spot *spot)
{
  char found[16];
  char other[16];
  name_it(selector, found);

  for(size_t i = 0; i < patch->count; i++) {
    const struct cw_selector *before = &patch->selector[i];
    if(before->level != selector->level)
      continue;
    if(before->low == selector->low && before->high == selector->high)
      return cw_mistake(spot, found, "", "%s is given twice, first in line %u",
                        found, before->line);
    if(cross(before, selector)) {
      name_it(before, other);
      return cw_mistake(spot, found, "",
                        "the range %s partly overlaps %s of line %u", found,
                        other, before->line);
    }
  }
  if(!make_room(patch))
    return cw_mistake_memory(spot);
  insert(patch, selector);
  return CURLE_OK;
}

void cw_patch_status(const struct cw_patch *patch,
                     struct cw_rule status[CW_RULES_STATUSES])
{
  for(size_t i = 0; i < patch->count; i++) {
    const struct cw_selector *selector = &patch->selector[i];
    for(unsigned code = selector->low; code <= selector->high; code++)
      status[code - CW_STATUS_MIN] = selector->rule;
  }
}

void cw_patch_settings(const struct cw_patch *patch, struct cw_rules *rules)
{
  for(unsigned i = 0; i < CW_SETTING_COUNT; i++)
    if(patch->setting_line[i])
      cw_setting_put(rules, (enum cw_setting)i, patch->number[i]);
  if(patch->setting_line[CW_SETTING_HEADERS])
    rules->cross_origin = patch->headers;
  if(patch->setting_line[CW_SETTING_IDEMPOTENT])
    rules->idempotent = patch->idempotent;

  for(unsigned i = 0; i < CW_ERROR_COUNT; i++)
    if(patch->error_line[i])
      rules->error[i] = patch->error[i];
}

void cw_patch_clear(struct cw_patch *patch)
{
  cw_name_list_clear(&patch->headers);
  cw_name_list_clear(&patch->idempotent);
  free(patch->selector);
  *patch = (struct cw_patch){0};
}
