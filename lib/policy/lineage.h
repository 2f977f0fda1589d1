/*
 * lineage.h - a policy and all that it extends.
 */
#ifndef CW_LINEAGE_H
#define CW_LINEAGE_H

#include "mistake.h"

#define CW_LINEAGE_MAX 16 /* files that extend each other */

/* Each makes a policy with one reference; see the public functions of similar
   names. The line of |spot| is not used. */
CURLcode cw_lineage_file(const char *path, const struct cw_spot *spot,
                         struct curlew_policy **policy);
CURLcode cw_lineage_text(const char *text, size_t length,
                         const struct cw_spot *spot,
                         struct curlew_policy **policy);

/* The same for a policy that is named as one that is extended: built in, or a
   file if there is a slash or ".ini" in the name. */
CURLcode cw_lineage_named(const char *name, const struct cw_spot *spot,
                          struct curlew_policy **policy);

#endif
