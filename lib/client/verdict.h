/* verdict.h - what the gate asks of a head. */
#ifndef CW_VERDICT_H
#define CW_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "engine.h"

struct cw_handle;

/* Reads the head that is held, and asks what is to become of its response. */
const struct cw_step *cw_verdict_ask(struct cw_handle *handle);

/* Is the application not to see the body then? */
static inline bool cw_verdict_withholds(const struct cw_step *step)
{
  return step->verdict != CW_DELIVER || step->result != CW_RESULT_AS_IS;
}

/* Is a response that is to be withheld really withheld, now that its first body
   byte or its end is in? Asks for credentials. */
bool cw_verdict_is_final(struct cw_handle *handle);

#endif
