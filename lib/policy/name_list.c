#include "name_list.h"

#include <stdlib.h>

/* The pointers come first, then the texts they point to. */
bool cw_name_list_add(struct cw_names *names, const struct cw_span *name,
                      size_t count)
{
  const size_t total = names->count + count;
  size_t size = total * sizeof(char *);
  for(size_t i = 0; i < names->count; i++)
    size += strlen(names->name[i]) + 1;
  for(size_t i = 0; i < count; i++)
    size += name[i].length + 1;

  const char **list = malloc(size ? size : 1);
  if(!list)
    return false;

  char *text = (char *)(list + total);
  for(size_t i = 0; i < total; i++) {
    const struct cw_span from =
      i < names->count ? cw_span_of(names->name[i]) : name[i - names->count];
    memcpy(text, from.text, from.length);
    text[from.length] = '\0';
    list[i] = text;
    text += from.length + 1;
  }
  cw_name_list_clear(names);
  *names = (struct cw_names){.name = list, .count = total};
  return true;
}

bool cw_name_list_copy(struct cw_names *copy, const struct cw_names *names)
{
  struct cw_names made = {0};
  struct cw_span *span = malloc((names->count + 1) * sizeof(*span));
  if(!span)
    return false;

  for(size_t i = 0; i < names->count; i++)
    span[i] = cw_span_of(names->name[i]);
  const bool done = cw_name_list_add(&made, span, names->count);
  free(span);
  if(done)
    *copy = made;
  return done;
}

void cw_name_list_clear(struct cw_names *names)
{
  free((void *)names->name);
  *names = (struct cw_names){0};
}
