/* retry.h - is the same request to be sent again, and when? */
#ifndef CW_RETRY_H
#define CW_RETRY_H

#include "engine.h"

/* After a response, and after an error; |rule|, which is the one for it, has
   CW_ACTION_RETRY. CW_RETRY, or CW_DELIVER and why. |hint| is what a head
   before the error asked for. */
struct cw_step cw_retry_status(struct cw_engine *engine,
                               const struct cw_rule *rule,
                               const struct cw_request *request,
                               const struct cw_head *head,
                               struct cw_instant now);
struct cw_step cw_retry_error(struct cw_engine *engine,
                              const struct cw_rule *rule,
                              const struct cw_request *request,
                              enum cw_error error, struct cw_hint hint,
                              struct cw_instant now);

/* What a retry is for, as a number: a status or an error. */
static inline unsigned cw_retry_cause(unsigned status)
{
  return status - CW_STATUS_MIN;
}

static inline unsigned cw_retry_cause_error(enum cw_error error)
{
  return CW_RULES_STATUSES + (unsigned)error;
}

/* Counts a retry that is carried out. */
void cw_retry_count(struct cw_engine *engine, unsigned cause);

#endif
