/*
 * rules.h - a compiled policy.
 *
 * Read-only once it is compiled (policy/compile.c), so that any number of
 * threads may ask it. Ranges are checked there; whoever reads the rules may
 * rely on what is said here.
 */
#ifndef CW_RULES_H
#define CW_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backoff.h"
#include "names.h"
#include "status.h"

enum cw_action {
  CW_ACTION_PASS,
  CW_ACTION_FAIL,
  CW_ACTION_FOLLOW,
  CW_ACTION_RETRY
};

/* follow, method=... */
enum cw_next_method { CW_NEXT_KEEP, CW_NEXT_GET, CW_NEXT_POST_TO_GET };

/* retry, any-method[=retry-after] */
enum cw_any_method {
  CW_ANY_METHOD_NO,
  CW_ANY_METHOD_YES,
  CW_ANY_METHOD_RETRY_AFTER
};

/* retry, if=... */
enum cw_condition { CW_IF_ALWAYS, CW_IF_RETRY_AFTER, CW_IF_EXPECTED };

/* retry, with=... */
enum cw_repair {
  CW_REPAIR_NONE,
  CW_REPAIR_CONTENT_LENGTH,
  CW_REPAIR_NO_EXPECT,
  CW_REPAIR_CREDENTIALS
};

enum cw_connection { CW_CONNECTION_ANY, CW_CONNECTION_FRESH };

/* What is done about a status or an error. Modifiers of another action than
   this rule's are zero, so that rules can be compared byte for byte. */
struct cw_rule {
  uint8_t action;      /* enum cw_action */
  uint8_t next_method; /* enum cw_next_method */
  uint8_t remember;    /* 0 or 1 */
  uint8_t any_method;  /* enum cw_any_method */
  uint8_t condition;   /* enum cw_condition */
  uint8_t once;        /* 0 or 1 */
  uint8_t connection;  /* enum cw_connection */
  uint8_t repair;      /* enum cw_repair */
};

/* What an attempt without a usable response failed with. */
enum cw_error {
  CW_ERROR_RESOLVE,
  CW_ERROR_CONNECT,
  CW_ERROR_TLS,
  CW_ERROR_CERTIFICATE, /* its rule is never CW_ACTION_RETRY */
  CW_ERROR_TIMEOUT,
  CW_ERROR_SEND,
  CW_ERROR_RECEIVE,
  CW_ERROR_EMPTY_REPLY,
  CW_ERROR_REFUSED_STREAM,
  CW_ERROR_OTHER, /* not in [error]: never retried, rule is CW_ACTION_PASS */
  CW_ERROR_COUNT
};

struct cw_limits {
  uint32_t attempts;    /* sends of an operation; 1 to 1000 */
  uint32_t redirects;   /* hops of an operation; 0 to 1000 */
  uint64_t deadline_ms; /* the whole operation; at least 1; CW_FOREVER */
  uint64_t waiting_ms;  /* sum of all waits; CW_FOREVER */
  uint64_t attempt_timeout_ms; /* at least 1; CW_FOREVER */
  uint64_t drain;              /* bytes; 0 to 1 GiB */
  uint64_t hold_body;          /* bytes; 0 to 1 GiB */
};

enum cw_redirect_when {
  CW_REDIRECT_ALWAYS,
  CW_REDIRECT_ASKED,
  CW_REDIRECT_NEVER
};
enum cw_downgrade { CW_DOWNGRADE_REFUSE, CW_DOWNGRADE_ALLOW };
enum cw_idempotency_key { CW_KEY_KEEP, CW_KEY_AUTO };
enum cw_silent_resend { CW_RESEND_GUARD, CW_RESEND_LIBCURL };

#define CW_RULES_STATUSES (CW_STATUS_MAX - CW_STATUS_MIN + 1)
#define CW_RULES_MAX      256 /* distinct rules; more cannot be written */

struct cw_rules {
  struct cw_limits limits;
  struct cw_backoff backoff;
  uint64_t retry_after_cap_ms; /* CW_FOREVER: as long as it asks for */
  enum cw_redirect_when redirect_when;
  enum cw_downgrade downgrade;
  enum cw_idempotency_key idempotency_key;
  enum cw_silent_resend silent_resend;
  struct cw_names cross_origin; /* redirect.headers */
  struct cw_names idempotent;   /* methods.idempotent */
  bool inert; /* nothing is ever retried, followed, guarded or added: libcurl
                 may be left alone. So compiled, not written. */
  struct cw_rule error[CW_ERROR_COUNT];
  struct cw_rule rule[CW_RULES_MAX];
  uint8_t
    status[CW_RULES_STATUSES]; /* code - CW_STATUS_MIN to index in rule */
};

/* The rule for |status|; a status that is none (0, 1000) is passed. */
const struct cw_rule *cw_rules_status(const struct cw_rules *rules,
                                      unsigned status);

/* The action of that rule. */
static inline enum cw_action cw_rules_action(const struct cw_rules *rules,
                                             unsigned status)
{
  if(status < CW_STATUS_MIN || status > CW_STATUS_MAX)
    return CW_ACTION_PASS;
  return (enum cw_action)rules->rule[rules->status[status - CW_STATUS_MIN]]
    .action;
}

/* Is |status| handed over as it is, whatever else there is to it? */
static inline bool cw_rules_pass(const struct cw_rules *rules, unsigned status)
{
  const enum cw_action action = cw_rules_action(rules, status);
  return action == CW_ACTION_PASS || action == CW_ACTION_FAIL;
}

/* A [host ...] section with everything that holds there. */
struct cw_host_rules {
  const char *pattern; /* lower case: "api.example.com" or "*.example.com" */
  const struct cw_rules *rules;
};

struct cw_ruleset {
  const struct cw_rules *everywhere;
  const struct cw_host_rules *host; /* count of them */
  size_t count;
};

/* Does |pattern| cover |host|? "*.example.com" covers all names below
   example.com, but not example.com itself. Case and a final dot of |host| do
   not matter. */
bool cw_host_matches(const char *pattern, struct cw_span host);

/* The rules for |host|: of the patterns that match the longest, an exact one
   before any other; where none matches, those for everywhere. */
const struct cw_rules *cw_ruleset_for(const struct cw_ruleset *ruleset,
                                      struct cw_span host);

#endif
