/*
 * name_list.h - a struct cw_names that owns its names, in one piece of memory.
 */
#ifndef CW_NAME_LIST_H
#define CW_NAME_LIST_H

#include "names.h"

/* Puts |count| more names, |name|, at the end of |names|. False, and nothing
   changed, if there is no memory. */
bool cw_name_list_add(struct cw_names *names, const struct cw_span *name,
                      size_t count);

/* Makes |copy|, which is overwritten, equal to |names|. False, and nothing
   written, if there is no memory. */
bool cw_name_list_copy(struct cw_names *copy, const struct cw_names *names);

void cw_name_list_clear(struct cw_names *names);

#endif
