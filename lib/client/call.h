/*
 * call.h - libcurl's functions on a handle that is ours, for all who offer
 * them under a name: the library (front.c) and the drop-in.
 */
#ifndef CW_CALL_H
#define CW_CALL_H

#include <curl/curl.h>

#include "libcurl.h"
#include "standard.h"

struct cw_handle;

/* A handle of |libcurl| that is ours and begins with |standard|; NULL without
   memory. */
CURL *cw_call_init(const struct cw_libcurl *libcurl,
                   const struct cw_standard *standard);

CURL *cw_call_duphandle(const struct cw_handle *handle);

/* A copy that is not ours, as |handle| would be without us: libcurl makes such
   for itself, and may hand it over to the application. */
CURL *cw_call_copy_out(const struct cw_handle *handle);

void cw_call_reset(struct cw_handle *handle);
void cw_call_cleanup(struct cw_handle *handle);
CURLcode cw_call_perform(struct cw_handle *handle);

/* A multi handle of |libcurl| that is ours; NULL without memory. */
CURLM *cw_call_multi_init(const struct cw_libcurl *libcurl);

/* The handle goes into a multi handle that is not ours, where a transfer is
   libcurl's own affair: so it goes there as the application has set it. */
CURLMcode cw_call_multi_add(struct cw_handle *handle, CURLM *multi);

#endif
