/*
 * rule_text.h - what is done about a status or an error, as text:
 * "retry, any-method, once".
 */
#ifndef CW_RULE_TEXT_H
#define CW_RULE_TEXT_H

#include "mistake.h"
#include "rules.h"

/* Which rules make sense differs. */
enum cw_rule_scope {
  CW_SCOPE_STATUS,
  CW_SCOPE_REDIRECT,   /* a status 3xx: it may be followed */
  CW_SCOPE_INTERIM,    /* a status 1xx: it can only be passed */
  CW_SCOPE_ERROR,      /* there is no response */
  CW_SCOPE_CERTIFICATE /* an error that is never retried */
};

#define CW_RULE_TEXT 128 /* bytes that any rule's text fits into */

/* Reads |text| as a rule. On CURLE_OK only, |rule| is written. A follow that
   names no method keeps it. */
CURLcode cw_rule_read(const char *text, enum cw_rule_scope scope,
                      struct cw_rule *rule, const struct cw_spot *spot);

/* Writes |rule| so that reading it gives the same. */
void cw_rule_write(const struct cw_rule *rule, char text[CW_RULE_TEXT]);

#endif
