/* easy.h - the blocking driver. */
#ifndef CW_EASY_H
#define CW_EASY_H

#include <curl/curl.h>

#include "libcurl.h"
#include "world.h"

struct cw_handle;

/* Performs the operation that |handle| is set up for. */
CURLcode cw_easy_run(struct cw_handle *handle);

/* The same for a handle that is not ours: it is performed as it is, and again
   only where its request cannot have left. */
CURLcode cw_easy_run_foreign(CURL *curl, const struct cw_libcurl *libcurl,
                             const struct cw_world *world);

#endif
