/*
 * selector.h - the left side of a rule: which statuses or errors it covers.
 */
#ifndef CW_SELECTOR_H
#define CW_SELECTOR_H

#include "patch.h"

/* Puts the rule |value| for the statuses |key| into |patch|: "503",
   "500 502 504", "520-527" or "4xx". */
CURLcode cw_selector_status(struct cw_patch *patch, const char *key,
                            const char *value, const struct cw_spot *spot);

/* Puts the rule |value| for the errors |key| into |patch|: "resolve connect".
 */
CURLcode cw_selector_error(struct cw_patch *patch, const char *key,
                           const char *value, const struct cw_spot *spot);

/* An error as it is written; NULL for CW_ERROR_OTHER, which is not. */
const char *cw_selector_error_name(enum cw_error error);

#endif
