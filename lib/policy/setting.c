#include "setting.h"

#include "duration.h"
#include "instant.h"

#define GIB 0x40000000u

static const char *const jitters[] = {"none", "equal", "full", "decorrelated",
                                      NULL};
static const char *const whens[] = {"always", "asked", "never", NULL};
static const char *const downgrades[] = {"refuse", "allow", NULL};
static const char *const keys[] = {"keep", "auto", NULL};
static const char *const resends[] = {"guard", "libcurl", NULL};

/* clang-format off */
static const struct cw_setting_info table[CW_SETTING_COUNT] = {
  [CW_SETTING_ATTEMPTS] =
    {"limits", "attempts", CW_KIND_COUNT, 1, 1000, NULL},
  [CW_SETTING_REDIRECTS] =
    {"limits", "redirects", CW_KIND_COUNT, 0, 1000, NULL},
  [CW_SETTING_DEADLINE] =
    {"limits", "deadline", CW_KIND_DURATION, 1, CW_FOREVER, NULL},
  [CW_SETTING_WAITING] =
    {"limits", "waiting", CW_KIND_DURATION, 0, CW_FOREVER, NULL},
  [CW_SETTING_ATTEMPT_TIMEOUT] =
    {"limits", "attempt-timeout", CW_KIND_DURATION, 1, CW_FOREVER, NULL},
  [CW_SETTING_DRAIN] =
    {"limits", "drain", CW_KIND_SIZE, 0, GIB, NULL},
  [CW_SETTING_HOLD_BODY] =
    {"limits", "hold-body", CW_KIND_SIZE, 0, GIB, NULL},
  [CW_SETTING_BASE] =
    {"backoff", "base", CW_KIND_DURATION, 0, CW_BACKOFF_CAP_MAX_MS, NULL},
  [CW_SETTING_FACTOR] =
    {"backoff", "factor", CW_KIND_FACTOR, 1000, 10000, NULL},
  [CW_SETTING_CAP] =
    {"backoff", "cap", CW_KIND_DURATION, 0, CW_BACKOFF_CAP_MAX_MS, NULL},
  [CW_SETTING_JITTER] =
    {"backoff", "jitter", CW_KIND_WORD, 0, 3, jitters},
  [CW_SETTING_RETRY_AFTER_CAP] =
    {"backoff", "retry-after-cap", CW_KIND_DURATION, 0, CW_FOREVER, NULL},
  [CW_SETTING_WHEN] =
    {"redirect", "when", CW_KIND_WORD, 0, 2, whens},
  [CW_SETTING_DOWNGRADE] =
    {"redirect", "downgrade", CW_KIND_WORD, 0, 1, downgrades},
  [CW_SETTING_HEADERS] =
    {"redirect", "headers", CW_KIND_FIELDS, 0, 0, NULL},
  [CW_SETTING_IDEMPOTENT] =
    {"methods", "idempotent", CW_KIND_METHODS, 0, 0, NULL},
  [CW_SETTING_IDEMPOTENCY_KEY] =
    {"methods", "idempotency-key", CW_KIND_WORD, 0, 1, keys},
  [CW_SETTING_SILENT_RESEND] =
    {"methods", "silent-resend", CW_KIND_WORD, 0, 1, resends},
};
/* clang-format on */

const struct cw_setting_info *cw_setting_info(enum cw_setting setting)
{
  return &table[setting];
}

enum cw_setting cw_setting_find(const char *section, const char *key)
{
  unsigned i = 0;
  while(i < CW_SETTING_COUNT &&
        (strcmp(table[i].section, section) || strcmp(table[i].key, key)))
    i++;
  return (enum cw_setting)i;
}

uint64_t cw_setting_get(const struct cw_rules *rules, enum cw_setting setting)
{
  switch(setting) {
  case CW_SETTING_ATTEMPTS:
    return rules->limits.attempts;
  case CW_SETTING_REDIRECTS:
    return rules->limits.redirects;
  case CW_SETTING_DEADLINE:
    return rules->limits.deadline_ms;
  case CW_SETTING_WAITING:
    return rules->limits.waiting_ms;
  case CW_SETTING_ATTEMPT_TIMEOUT:
    return rules->limits.attempt_timeout_ms;
  case CW_SETTING_DRAIN:
    return rules->limits.drain;
  case CW_SETTING_HOLD_BODY:
    return rules->limits.hold_body;
  case CW_SETTING_BASE:
    return rules->backoff.base_ms;
  case CW_SETTING_FACTOR:
    return rules->backoff.factor_permille;
  case CW_SETTING_CAP:
    return rules->backoff.cap_ms;
  case CW_SETTING_JITTER:
    return rules->backoff.jitter;
  case CW_SETTING_RETRY_AFTER_CAP:
    return rules->retry_after_cap_ms;
  case CW_SETTING_WHEN:
    return rules->redirect_when;
  case CW_SETTING_DOWNGRADE:
    return rules->downgrade;
  case CW_SETTING_IDEMPOTENCY_KEY:
    return rules->idempotency_key;
  case CW_SETTING_SILENT_RESEND:
    return rules->silent_resend;
  case CW_SETTING_HEADERS:
  case CW_SETTING_IDEMPOTENT:
  case CW_SETTING_COUNT:
    break;
  }
  return 0;
}

static void put_limit(struct cw_limits *limits, enum cw_setting setting,
                      uint64_t number)
{
  if(setting == CW_SETTING_ATTEMPTS)
    limits->attempts = (uint32_t)number;
  else if(setting == CW_SETTING_REDIRECTS)
    limits->redirects = (uint32_t)number;
  else if(setting == CW_SETTING_DEADLINE)
    limits->deadline_ms = number;
  else if(setting == CW_SETTING_WAITING)
    limits->waiting_ms = number;
  else if(setting == CW_SETTING_ATTEMPT_TIMEOUT)
    limits->attempt_timeout_ms = number;
  else if(setting == CW_SETTING_DRAIN)
    limits->drain = number;
  else if(setting == CW_SETTING_HOLD_BODY)
    limits->hold_body = number;
}

static void put_backoff(struct cw_backoff *backoff, enum cw_setting setting,
                        uint64_t number)
{
  if(setting == CW_SETTING_BASE)
    backoff->base_ms = number;
  else if(setting == CW_SETTING_FACTOR)
    backoff->factor_permille = (uint32_t)number;
  else if(setting == CW_SETTING_CAP)
    backoff->cap_ms = number;
  else if(setting == CW_SETTING_JITTER)
    backoff->jitter = (enum cw_jitter)number;
}

void cw_setting_put(struct cw_rules *rules, enum cw_setting setting,
                    uint64_t number)
{
  put_limit(&rules->limits, setting, number);
  put_backoff(&rules->backoff, setting, number);
  if(setting == CW_SETTING_RETRY_AFTER_CAP)
    rules->retry_after_cap_ms = number;
  else if(setting == CW_SETTING_WHEN)
    rules->redirect_when = (enum cw_redirect_when)number;
  else if(setting == CW_SETTING_DOWNGRADE)
    rules->downgrade = (enum cw_downgrade)number;
  else if(setting == CW_SETTING_IDEMPOTENCY_KEY)
    rules->idempotency_key = (enum cw_idempotency_key)number;
  else if(setting == CW_SETTING_SILENT_RESEND)
    rules->silent_resend = (enum cw_silent_resend)number;
}
