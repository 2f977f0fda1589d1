/*
 * patch.h - what one section of host rules, or all other sections together,
 * change.
 *
 * Filled by the grammar. The line tells that something is set, and where; it
 * counts from 1.
 */
#ifndef CW_PATCH_H
#define CW_PATCH_H

#include "mistake.h"
#include "rules.h"
#include "setting.h"

/* Of two selectors that cover a code the later level wins. */
enum cw_level { CW_LEVEL_CLASS, CW_LEVEL_RANGE, CW_LEVEL_CODE };

struct cw_selector {
  unsigned low; /* CW_STATUS_MIN to high */
  unsigned high;
  enum cw_level level;
  unsigned line;
  struct cw_rule rule;
};

struct cw_patch {
  unsigned setting_line[CW_SETTING_COUNT]; /* 0: not set */
  uint64_t number[CW_SETTING_COUNT];
  struct cw_names headers;             /* owned, see name_list.h */
  struct cw_names idempotent;          /* likewise */
  unsigned error_line[CW_ERROR_COUNT]; /* 0: not set */
  struct cw_rule error[CW_ERROR_COUNT];
  struct cw_selector *selector; /* count of them, the weakest first */
  size_t count;
  size_t room;
};

/* The names of a setting that is a list. */
struct cw_names *cw_patch_names(struct cw_patch *patch,
                                enum cw_setting setting);

/* Adds |selector|. A mistake is a code that is there at that level, a range
   that overlaps another but lies neither in it nor around it. */
CURLcode cw_patch_select(struct cw_patch *patch,
                         const struct cw_selector *selector,
                         const struct cw_spot *spot);

/* Changes |status|, the rules of all codes from CW_STATUS_MIN on, as the
   selectors say. */
void cw_patch_status(const struct cw_patch *patch,
                     struct cw_rule status[CW_RULES_STATUSES]);

/* Changes all else; names are lent by |patch|. */
void cw_patch_settings(const struct cw_patch *patch, struct cw_rules *rules);

void cw_patch_clear(struct cw_patch *patch);

#endif
