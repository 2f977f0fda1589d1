/* host.h - the pattern of a [host ...] section. */
#ifndef CW_HOST_H
#define CW_HOST_H

#include "mistake.h"

#define CW_HOST_MAX 253 /* bytes of a name */

/* Copies |name| to |pattern| in lower case, if it is a host's name or "*."
   and one. */
CURLcode cw_host_read(const char *name, char pattern[CW_HOST_MAX + 3],
                      const struct cw_spot *spot);

#endif
