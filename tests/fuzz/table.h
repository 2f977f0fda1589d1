/* table.h - rules of a policy, drawn from choices: those of a built-in one
   with some of them changed, within the ranges that core/rules.h gives. */
#ifndef TABLE_H
#define TABLE_H

#include "fuzz.h"

#include "choices.h"
#include "instant.h"
#include "policy.h"

/* Rules of its own that a table may have. They stand at the end of the array,
   where a built-in policy has none. */
#define TABLE_RULES 12

struct table {
  struct cw_rules rules;
  unsigned own;
};

static const unsigned table_statuses[] = {
  200, 503, 302, 429, 301, 307, 500, 303, 308, 404, 401, 407, 408, 411,
  413, 417, 421, 425, 502, 504, 507, 400, 410, 451, 304, 305, 300, 100,
  103, 204, 206, 520, 599, 600, 999, 101, 99,  0,   102, 501, 511, 499,
};
#define TABLE_STATUSES (sizeof(table_statuses) / sizeof(table_statuses[0]))

static inline unsigned choose_status(struct choices *choices)
{
  return table_statuses[choose(choices, TABLE_STATUSES)];
}

/* Small ones, large ones, and those that do not fit anywhere. */
static inline uint64_t choose_number(struct choices *choices)
{
  static const unsigned bits[] = {0, 8, 16, 32, 40, 64};
  const unsigned which = choose(choices, sizeof(bits) / sizeof(bits[0]));

  return choose_bits(choices, bits[which]);
}

static inline uint64_t choose_span_ms(struct choices *choices)
{
  return choose_rarely(choices, 3) ? CW_FOREVER : choose_number(choices);
}

/* CW_ACTION_RETRY or _FOLLOW with some of their modifiers, or none of both. */
static inline struct cw_rule choose_rule(struct choices *choices,
                                         bool may_retry)
{
  static const uint8_t actions[] = {CW_ACTION_RETRY, CW_ACTION_FOLLOW,
                                    CW_ACTION_FAIL, CW_ACTION_PASS};
  struct cw_rule rule = {.action = actions[choose(choices, 4)]};

  if(rule.action == CW_ACTION_FOLLOW) {
    rule.next_method = (uint8_t)choose(choices, 3);
    rule.remember = (uint8_t)choose(choices, 2);
  }
  if(rule.action == CW_ACTION_RETRY) {
    rule.any_method = (uint8_t)choose(choices, 3);
    rule.condition = (uint8_t)choose(choices, 3);
    rule.once = (uint8_t)choose(choices, 2);
    rule.connection = (uint8_t)choose(choices, 2);
    rule.repair = (uint8_t)choose(choices, 4);
    if(!may_retry)
      rule = (struct cw_rule){.action = CW_ACTION_FAIL};
  }
  return rule;
}

/* An error's rule has no repairs, and is never followed. */
static inline void change_error(struct choices *choices,
                                struct cw_rules *rules)
{
  const unsigned error = choose(choices, CW_ERROR_OTHER);
  struct cw_rule rule = choose_rule(choices, error != CW_ERROR_CERTIFICATE);

  if(rule.action == CW_ACTION_FOLLOW)
    rule = (struct cw_rule){.action = CW_ACTION_PASS};
  rule.repair = CW_REPAIR_NONE;
  rules->error[error] = rule;
}

/* The rule of one status, or of ten, or of a class. */
static inline void change_status(struct choices *choices, struct table *table)
{
  static const unsigned widths[] = {1, 10, 100};
  const unsigned width = widths[choose(choices, 3)];
  const unsigned status = choose_status(choices);

  if(table->own == TABLE_RULES || status < CW_STATUS_MIN)
    return;
  const unsigned index = CW_RULES_MAX - 1 - table->own++;
  table->rules.rule[index] = choose_rule(choices, true);
  for(unsigned i = 0; i < width; i++)
    table->rules.status[status - status % width - CW_STATUS_MIN + i] =
      (uint8_t)index;
}

static inline void change_backoff(struct choices *choices,
                                  struct cw_backoff *backoff)
{
  backoff->jitter = (enum cw_jitter)choose(choices, 4);
  backoff->cap_ms = choose_number(choices) % (CW_BACKOFF_CAP_MAX_MS + 1);
  backoff->base_ms = choose_number(choices) % (backoff->cap_ms + 1);
  backoff->factor_permille = 1000 + choose(choices, 9001);
}

static inline void change_limits(struct choices *choices,
                                 struct cw_limits *limits)
{
  switch(choose(choices, 4)) {
  case 0:
    limits->attempts = 1 + (uint32_t)choose_number(choices) % 1000;
    break;
  case 1:
    limits->redirects = (uint32_t)choose_number(choices) % 1001;
    break;
  case 2:
    limits->deadline_ms = choose_span_ms(choices);
    limits->deadline_ms += !limits->deadline_ms;
    break;
  default:
    limits->waiting_ms = choose_span_ms(choices);
  }
}

static inline void change(struct choices *choices, struct table *table)
{
  static const char *const few[] = {"GET", "post"};
  struct cw_rules *rules = &table->rules;

  switch(choose(choices, 7)) {
  case 0:
    change_status(choices, table);
    break;
  case 1:
    change_limits(choices, &rules->limits);
    break;
  case 2:
    change_error(choices, rules);
    break;
  case 3:
    change_backoff(choices, &rules->backoff);
    break;
  case 4:
    rules->retry_after_cap_ms = choose_span_ms(choices);
    break;
  case 5:
    rules->redirect_when = (enum cw_redirect_when)choose(choices, 3);
    rules->downgrade = (enum cw_downgrade)choose(choices, 2);
    break;
  default:
    rules->idempotent =
      (struct cw_names){.name = few, .count = choose(choices, 3)};
  }
}

/* What it is made from is compiled once in a process and kept. */
static inline const struct cw_rules *builtin_rules(struct choices *choices)
{
  static const char *const names[] = {"default", "integration", "patient",
                                      "dropin", "curl"};
  static struct curlew_policy *policy[5];
  const unsigned which = choose(choices, 5);

  if(!policy[which])
    policy[which] = curlew_policy_builtin(names[which]);
  fuzz_promise(policy[which]);
  return cw_policy_rules(policy[which])->everywhere;
}

static inline void draw_table(struct choices *choices, struct table *table)
{
  table->rules = *builtin_rules(choices);
  table->own = 0;
  for(unsigned i = choose(choices, 16); i; i--)
    change(choices, table);
}

#endif
