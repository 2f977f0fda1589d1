/* json.h - is this a line of JSON, as a trace has it? */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <string.h>

static inline bool json_is_hex(char c)
{
  return c && strchr("0123456789abcdefABCDEF", c);
}

/* Behind the string that |text| begins with, or NULL. */
static inline const char *json_string(const char *text)
{
  if(*text++ != '"')
    return NULL;
  for(; *text != '"'; text++) {
    if((unsigned char)*text < ' ')
      return NULL;
    if(*text != '\\')
      continue;
    text++;
    if(*text == 'u') {
      for(int i = 0; i < 4; i++)
        if(!json_is_hex(*++text))
          return NULL;
    }
    else if(!*text || !strchr("\"\\/bfnrt", *text))
      return NULL;
  }
  return text + 1;
}

/* Behind the string or number of digits that |text| begins with, or NULL. */
static inline const char *json_value(const char *text)
{
  const size_t digits = strspn(text, "0123456789");

  if(!digits)
    return json_string(text);
  return text[0] == '0' && digits > 1 ? NULL : text + digits;
}

/* Is |text| one flat object, and nothing else but |end|? */
static inline bool json_is_line(const char *text, const char *end)
{
  if(*text != '{')
    return false;
  do {
    text = json_string(text + 1);
    if(!text || *text != ':')
      return false;
    text = json_value(text + 1);
  } while(text && *text == ',');
  return text && *text == '}' && !strcmp(text + 1, end);
}

#endif
