/*
 * sums.h - the figures of an operation, as if libcurl had made all of it.
 */
#ifndef CW_SUMS_H
#define CW_SUMS_H

#include <stdarg.h>
#include <stdbool.h>

#include <curl/curl.h>

#include "text.h"

struct cw_handle;

/* Of the hops before the last. Attempts that were repeated are not in them. */
struct cw_sums {
  bool is_any;
  long status;         /* of the last of them */
  long connect_status; /* ... of a proxy's to CONNECT */
  long redirects; /* with the rounds of authentication that libcurl counts */
  curl_off_t time_us;
  long header_size;
  long request_size;
  long connects;
};

/* What libcurl would say otherwise once the handle is undressed. */
struct cw_kept {
  bool is_any;
  bool is_begun; /* the hop that was refused counts as begun */
  bool has_gone; /* ... and its target as the URL */
  struct cw_text url;
  struct cw_text referer;
  struct cw_text redirect_url; /* empty: ask libcurl */
  struct cw_text method;
};

/* Adds the attempt that is over, which is followed by a hop. |uncounted| is
   the gate's. */
void cw_sums_add(struct cw_handle *handle, size_t uncounted);

/* Keeps what undressing would lose. */
void cw_sums_keep(struct cw_handle *handle);

/* curl_easy_getinfo(), with the sums in it. */
CURLcode cw_sums_getinfo(struct cw_handle *handle, CURLINFO info,
                         void *result);

void cw_kept_clear(struct cw_kept *kept);

#endif
