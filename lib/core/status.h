/*
 * status.h - the catalogue of HTTP status codes.
 *
 * What a code is; what is done about it stands in policy/default.ini.
 */
#ifndef CW_STATUS_H
#define CW_STATUS_H

#include <curlew/status.h>

#define CW_STATUS_MIN 100u
#define CW_STATUS_MAX 999u

/* What is known of |code|. An unknown one (also 0 or 7000) is answered by its
   class: name "Client Error (unknown)", origin CURLEW_STATUS_UNKNOWN. Strings
   are static. */
struct curlew_status_info cw_status_info(unsigned code);

#endif
