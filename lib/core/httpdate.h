/* httpdate.h - the three forms of an HTTP-date (RFC 9110, 5.6.7). */
#ifndef CW_HTTPDATE_H
#define CW_HTTPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads |length| bytes of |text| as an HTTP-date: IMF-fixdate, RFC 850 or
 * asctime. Blanks around it are allowed. Seconds since 1970, UTC, may be
 * negative.
 *
 * |now_s| (seconds since 1970) tells the century of RFC 850's two-digit year:
 * a date that would lie more than 50 years ahead is in the past.
 *
 * False, and nothing written, for anything else: a day that the month does
 * not have, an hour 24, a zone other than GMT. A leap second 60 counts as the
 * next second. The name of the weekday must be one, not the right one.
 */
bool cw_httpdate_read(const char *text, size_t length, int64_t now_s,
                      int64_t *seconds);

#endif
