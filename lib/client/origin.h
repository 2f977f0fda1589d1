/* origin.h - what a request leaves behind on its way to another origin. */
#ifndef CW_ORIGIN_H
#define CW_ORIGIN_H

#include <curl/curl.h>

struct cw_handle;

/* Drops the options that must not go as far as the attempt at hand does. The
   fields of CURLOPT_HTTPHEADER are the matter of fields.h. */
CURLcode cw_origin_leave(struct cw_handle *handle);

/* Sets the Referer for a hop from |from|, where the application wants one. */
CURLcode cw_origin_referer(struct cw_handle *handle, const char *from);

#endif
