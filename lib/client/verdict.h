/* verdict.h - what the gate asks of a head. */
#ifndef CW_VERDICT_H
#define CW_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "engine.h"

struct cw_handle;

/* What is to become of the response whose head is in. What can only be found
   out by trying is tried: whether the target is a URL, the body can be
   rewound, its length be learnt. */
const struct cw_step *cw_verdict_on_head(struct cw_handle *handle,
                                         const struct cw_head *head,
                                         struct cw_instant now);

/* Is a response that is to be withheld really withheld, now that its first body
   byte or its end is in? |text| is its head. Asks for credentials. */
bool cw_verdict_confirm(struct cw_handle *handle, const char *text,
                        size_t length);

#endif
