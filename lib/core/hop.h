/* hop.h - is a redirect to be followed, how, and when? */
#ifndef CW_HOP_H
#define CW_HOP_H

#include "engine.h"

/* |rule|, which is the one for the status of |head|, has CW_ACTION_FOLLOW.
   CW_FOLLOW, or CW_DELIVER and why. */
struct cw_step cw_hop(struct cw_engine *engine, const struct cw_rule *rule,
                      const struct cw_request *request,
                      const struct cw_head *head,
                      const struct cw_target *target, struct cw_instant now);

#endif
