/*
 * duration.h - spans of time as a policy writes them.
 *
 * A whole number and a unit without a blank between: 500ms, 30s, 2min, 1h, 1d;
 * or `none`, for ever. A plain 0 needs a unit too.
 */
#ifndef CW_DURATION_H
#define CW_DURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CW_DURATION_MAX_MS (366u * UINT64_C(86400000)) /* one year */
#define CW_DURATION_TEXT   24 /* bytes that any duration's text fits into */

/* Reads |text| as milliseconds; `none` is CW_FOREVER (instant.h). False, and
   nothing written, if it is not a duration or above CW_DURATION_MAX_MS. */
bool cw_duration_read(const char *text, uint64_t *ms);

/* Writes |ms| in the largest unit that loses nothing: 90000 is "90s",
   0 is "0ms", CW_FOREVER is "none". */
void cw_duration_write(uint64_t ms, char text[CW_DURATION_TEXT]);

#endif
