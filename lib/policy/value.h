/*
 * value.h - the number of a setting, as text.
 */
#ifndef CW_VALUE_H
#define CW_VALUE_H

#include "setting.h"

#define CW_VALUE_TEXT    32  /* bytes that any number's text fits into */
#define CW_VALUE_ALLOWED 128 /* bytes that what is allowed fits into */

/* Reads |text| as a number for |info|, which is not a list. False, and nothing
   written, if it is none or out of range. */
bool cw_value_read(const struct cw_setting_info *info, const char *text,
                   uint64_t *number);

/* Writes |number| so that reading it gives the same. */
void cw_value_write(const struct cw_setting_info *info, uint64_t number,
                    char text[CW_VALUE_TEXT]);

/* Says what cw_value_read() takes. */
void cw_value_allowed(const struct cw_setting_info *info,
                      char text[CW_VALUE_ALLOWED]);

#endif
