/* shown.h - URLs as others may see them. */
#ifndef CW_SHOWN_H
#define CW_SHOWN_H

#include <stdbool.h>

#include "libcurl.h"
#include "place.h"
#include "text.h"

/* |url| without userinfo, fragment and the values of its query, so that it can
   be shown in a trace. False without memory. */
bool cw_shown_url(const struct cw_libcurl *libcurl, const char *url,
                  struct cw_text *shown);

/* |url| without userinfo. NULL without memory; libcurl's memory. */
char *cw_shown_bare(const struct cw_libcurl *libcurl, const char *url);

/* |url| as a Referer may tell it: without userinfo and fragment, and to another
   origin without its query. NULL without memory; libcurl's memory. */
char *cw_shown_referer(const struct cw_libcurl *libcurl, const char *url,
                       enum cw_distance distance);

#endif
