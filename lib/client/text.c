#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool cw_text_reserve(struct cw_text *text, size_t length)
{
  size_t size = text->size ? text->size : 128;

  if(length >= SIZE_MAX / 2)
    return false;
  while(size <= length)
    size *= 2;
  if(size != text->size) {
    char *data = realloc(text->data, size);
    if(!data)
      return false;
    text->data = data;
    text->size = size;
  }
  return true;
}

bool cw_text_add(struct cw_text *text, const char *data, size_t length)
{
  if(length > SIZE_MAX / 2 - text->length ||
     !cw_text_reserve(text, text->length + length))
    return false;
  if(length)
    memcpy(text->data + text->length, data, length);
  text->length += length;
  text->data[text->length] = '\0';
  return true;
}

bool cw_text_set(struct cw_text *text, const char *data, size_t length)
{
  if(!cw_text_reserve(text, length))
    return false;
  text->length = 0;
  return cw_text_add(text, data, length);
}

void cw_text_trim(struct cw_text *text)
{
  const size_t size = text->length + 1;

  if(!text->length)
    cw_text_clear(text);
  if(text->size <= size)
    return;
  char *data = realloc(text->data, size);
  if(!data)
    return; /* then it stays as it is */
  text->data = data;
  text->size = size;
}

void cw_text_free(struct cw_text *text)
{
  free(text->data);
  *text = (struct cw_text){.data = NULL, .length = 0, .size = 0};
}
