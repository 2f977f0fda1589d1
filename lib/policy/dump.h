/*
 * dump.h - rules as text that is read to equal rules.
 *
 * All that holds everywhere is written out. A host has what differs from the
 * rules of the longest other pattern that covers it, or from those for
 * everywhere.
 */
#ifndef CW_DUMP_H
#define CW_DUMP_H

#include "rules.h"
#include "page.h"

void cw_dump(struct cw_page *page, const struct cw_ruleset *set);

#endif
