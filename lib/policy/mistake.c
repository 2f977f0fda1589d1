#include "mistake.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct line {
  char *text;
  size_t size;
  size_t length; /* less than size */
};

static void add_list(struct line *line, const char *format, va_list arguments)
{
  const size_t room = line->size - line->length;
  const int wanted =
    vsnprintf(line->text + line->length, room, format, arguments);
  if(wanted > 0)
    line->length += (size_t)wanted < room ? (size_t)wanted : room - 1;
}

static void add(struct line *line, const char *format, ...) CW_FORMAT(2, 3);

static void add(struct line *line, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  add_list(line, format, arguments);
  va_end(arguments);
}

/* What stands in a file may not break the line it is told in. */
static void defuse(char *text)
{
  for(; *text; text++)
    if((unsigned char)*text < ' ' || *text == 0x7f)
      *text = '?';
}

static void copy(char *to, size_t size, const char *from)
{
  struct line line = {.text = to, .size = size};
  add(&line, "%s", from);
  defuse(to);
}

CURLcode cw_mistake(const struct cw_spot *spot, const char *found,
                    const char *allowed, const char *format, ...)
{
  struct curlew_policy_error *error = spot->error;
  if(!error)
    return CURLE_BAD_FUNCTION_ARGUMENT;

  copy(error->file, sizeof(error->file), spot->file);
  error->line = spot->line;
  copy(error->found, sizeof(error->found), found);
  copy(error->allowed, sizeof(error->allowed), allowed);

  struct line line = {.text = error->text, .size = sizeof(error->text)};
  if(spot->line)
    add(&line, "%s:%u: ", error->file, spot->line);
  else
    add(&line, "%s: ", error->file);
  va_list arguments;
  va_start(arguments, format);
  add_list(&line, format, arguments);
  va_end(arguments);
  if(allowed[0])
    add(&line, "; allowed: %s", allowed);
  defuse(error->text);
  return CURLE_BAD_FUNCTION_ARGUMENT;
}

CURLcode cw_mistake_comment(const struct cw_spot *spot)
{
  return cw_mistake(spot, "#", ";", "a \"#\" does not begin a comment");
}

CURLcode cw_mistake_memory(const struct cw_spot *spot)
{
  cw_mistake(spot, "", "", "out of memory");
  return CURLE_OUT_OF_MEMORY;
}
