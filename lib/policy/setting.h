/*
 * setting.h - the keys of a policy that have one value: all but those of
 * [status] and [error].
 *
 * The one list of them. The grammar reads by it, dump writes by it.
 */
#ifndef CW_SETTING_H
#define CW_SETTING_H

#include "rules.h"

/* In the order in which they are written. */
enum cw_setting {
  CW_SETTING_ATTEMPTS,
  CW_SETTING_REDIRECTS,
  CW_SETTING_DEADLINE,
  CW_SETTING_WAITING,
  CW_SETTING_ATTEMPT_TIMEOUT,
  CW_SETTING_DRAIN,
  CW_SETTING_HOLD_BODY,
  CW_SETTING_BASE,
  CW_SETTING_FACTOR,
  CW_SETTING_CAP,
  CW_SETTING_JITTER,
  CW_SETTING_RETRY_AFTER_CAP,
  CW_SETTING_WHEN,
  CW_SETTING_DOWNGRADE,
  CW_SETTING_HEADERS,
  CW_SETTING_IDEMPOTENT,
  CW_SETTING_IDEMPOTENCY_KEY,
  CW_SETTING_SILENT_RESEND,
  CW_SETTING_COUNT /* also: there is no such setting */
};

enum cw_setting_kind {
  CW_KIND_COUNT,    /* 4 */
  CW_KIND_DURATION, /* 500ms; `none` where max is CW_FOREVER */
  CW_KIND_SIZE,     /* 64KiB */
  CW_KIND_FACTOR,   /* 1.5; its number is in thousandths */
  CW_KIND_WORD,     /* full; its number is its place among the words */
  CW_KIND_METHODS,  /* a list of names, no number */
  CW_KIND_FIELDS    /* likewise */
};

struct cw_setting_info {
  const char *section;
  const char *key;
  enum cw_setting_kind kind;
  uint64_t min; /* of the number, both ends included */
  uint64_t max;
  const char *const *word; /* NULL after the last */
};

const struct cw_setting_info *cw_setting_info(enum cw_setting setting);

/* The setting |key| of [|section|], or CW_SETTING_COUNT. */
enum cw_setting cw_setting_find(const char *section, const char *key);

/* The number that |rules| have for |setting|, which is not a list. */
uint64_t cw_setting_get(const struct cw_rules *rules, enum cw_setting setting);

/* Gives |rules| a number that is in the range of |setting|. */
void cw_setting_put(struct cw_rules *rules, enum cw_setting setting,
                    uint64_t number);

#endif
