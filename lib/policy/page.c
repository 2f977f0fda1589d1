#include "page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static bool make_room(struct cw_page *page, size_t wanted)
{
  if(page->room - page->length > wanted)
    return true;

  size_t room = page->room ? page->room : 1024;
  while(room - page->length <= wanted)
    room *= 2;
  char *larger = realloc(page->text, room);
  if(!larger)
    return false;
  page->text = larger;
  page->room = room;
  return true;
}

void cw_page_add(struct cw_page *page, const char *format, ...)
{
  if(page->failed)
    return;

  va_list arguments;
  va_start(arguments, format);
  const int wanted = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if(wanted < 0 || !make_room(page, (size_t)wanted)) {
    page->failed = true;
    return;
  }
  va_start(arguments, format);
  vsnprintf(page->text + page->length, (size_t)wanted + 1, format, arguments);
  va_end(arguments);
  page->length += (size_t)wanted;
}

void cw_page_clear(struct cw_page *page)
{
  free(page->text);
  *page = (struct cw_page){0};
}
