/* dump_status.h - the status rules of a dump. */
#ifndef CW_DUMP_STATUS_H
#define CW_DUMP_STATUS_H

#include "rules.h"
#include "page.h"

/* Writes a class at a time: what differs from its most frequent rule, then
   that one. */
void cw_dump_status(struct cw_page *page, const struct cw_rules *rules);

/* Writes what differs from |above|, as "status.503 = retry". */
void cw_dump_status_changes(struct cw_page *page, const struct cw_rules *rules,
                            const struct cw_rules *above);

#endif
