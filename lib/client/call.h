/*
 * call.h - libcurl's functions on a handle that is ours, for all who offer
 * them under a name: the library (front.c) and the drop-in.
 */
#ifndef CW_CALL_H
#define CW_CALL_H

#include <stdbool.h>

#include <curl/curl.h>

#include "libcurl.h"
#include "standard.h"

struct cw_handle;
struct cw_multi;

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

/* What only newer libcurls have, on |curlm|, which |ours| is or, if NULL,
   nobody of ours. Without it: NULL, or CURLM_UNKNOWN_OPTION. */
CURL **cw_call_multi_get_handles(const struct cw_libcurl *libcurl,
                                 struct cw_multi *ours, CURLM *curlm);
CURLMcode cw_call_multi_get_offt(const struct cw_libcurl *libcurl,
                                 struct cw_multi *ours, CURLM *curlm, int info,
                                 curl_off_t *value);
CURLMcode cw_call_multi_notify(const struct cw_libcurl *libcurl,
                               struct cw_multi *ours, CURLM *curlm,
                               unsigned what, bool is_enabled);

#endif
