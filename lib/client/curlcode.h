/* curlcode.h - what a CURLcode says of an attempt. */
#ifndef CW_CURLCODE_H
#define CW_CURLCODE_H

#include <stdbool.h>

#include <curl/curl.h>

#include "rules.h"

/* The class of |code|, which is not CURLE_OK. |is_sent|: libcurl had begun to
   send the request; a time-out before that counts as CW_ERROR_CONNECT. */
enum cw_error cw_curlcode_error(CURLcode code, bool is_sent);

#endif
