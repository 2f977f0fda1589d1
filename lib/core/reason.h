/* reason.h - the reasons of <curlew/reason.h>, as text. */
#ifndef CW_REASON_H
#define CW_REASON_H

#include <curlew/reason.h>

/* Both are static strings and never NULL. */
const char *cw_reason_token(enum curlew_reason reason);
const char *cw_reason_text(enum curlew_reason reason);

#endif
