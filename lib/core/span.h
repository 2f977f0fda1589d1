/* span.h - a piece of text that somebody else owns; not 0-terminated. */
#ifndef CW_SPAN_H
#define CW_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct cw_span {
  const char *text; /* NULL: there is none, which is not the same as empty */
  size_t length;
};

static inline struct cw_span cw_span_of(const char *text)
{
  return (struct cw_span){.text = text, .length = text ? strlen(text) : 0};
}

/* Are both the same but for the case of ASCII letters? */
bool cw_span_is(struct cw_span span, const char *text);

/* Without blanks and tabs, CR and LF at both ends. */
struct cw_span cw_span_trim(struct cw_span span);

#endif
