/* text.h - a piece of memory that grows and is used again. */
#ifndef CW_TEXT_H
#define CW_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct cw_text {
  char *data; /* NULL until something was put here; 0-terminated */
  size_t length;
  size_t size; /* bytes at |data| */
};

/* Makes |text| hold |length| bytes of |data|, or have them behind what it
   holds. False without memory, and nothing changed. */
bool cw_text_set(struct cw_text *text, const char *data, size_t length);
bool cw_text_add(struct cw_text *text, const char *data, size_t length);

/* Makes room for |length| bytes in all, so that they can be put there without
   fail. */
bool cw_text_reserve(struct cw_text *text, size_t length);

/* As cw_text_add, where there is room already; false if there is not. */
static inline bool cw_text_fill(struct cw_text *text, const char *data,
                                size_t length)
{
  if(length >= text->size - text->length)
    return false;
  memcpy(text->data + text->length, data, length);
  text->length += length;
  text->data[text->length] = '\0';
  return true;
}

/* Gives back what is not used, all of it where nothing is held. */
void cw_text_trim(struct cw_text *text);

/* Gives the memory back. */
void cw_text_free(struct cw_text *text);

static inline void cw_text_clear(struct cw_text *text)
{
  if(text->data)
    cw_text_free(text);
}

#endif
