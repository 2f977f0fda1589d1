/* number.h - decimal digits to a number, without a locale or an overflow. */
#ifndef CW_NUMBER_H
#define CW_NUMBER_H

#include <stdint.h>

#include "span.h"

/* Reads the digits that |text| begins with and returns how many they are. No
   digits, nothing written; a number beyond UINT64_MAX is UINT64_MAX. */
size_t cw_number_begin(struct cw_span text, uint64_t *number);

/* The same where |text| must be digits and nothing else. */
bool cw_number_read(struct cw_span text, uint64_t *number);

#endif
