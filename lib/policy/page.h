/* text.h - text that grows at its end. */
#ifndef CW_PAGE_H
#define CW_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "mistake.h"

/* All zero is an empty text. */
struct cw_page {
  char *text; /* owned; 0-terminated, NULL while empty */
  size_t length;
  size_t room;
  bool failed; /* there was no memory: nothing is added any more */
};

void cw_page_add(struct cw_page *page, const char *format, ...)
  CW_FORMAT(2, 3);

void cw_page_clear(struct cw_page *page);

#endif
