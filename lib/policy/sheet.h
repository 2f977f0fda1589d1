/*
 * sheet.h - rules laid out flat, to be changed by patches.
 */
#ifndef CW_SHEET_H
#define CW_SHEET_H

#include "patch.h"

struct cw_sheet {
  struct cw_rules rules; /* names are lent; rule and status are not used */
  struct cw_rule status[CW_RULES_STATUSES];
};

/* Starts from |rules|, which are borrowed until the sheet is closed, as the
   patches are. */
void cw_sheet_open(struct cw_sheet *sheet, const struct cw_rules *rules);

void cw_sheet_apply(struct cw_sheet *sheet, const struct cw_patch *patch);

/*
 * Makes |rules| of the sheet: rules that are equal become one, in the order
 * in which the statuses need them, so equal policies are equal; and names are
 * copied. False, and nothing written, if there is no memory.
 */
bool cw_sheet_close(const struct cw_sheet *sheet, struct cw_rules *rules);

#endif
