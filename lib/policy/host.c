#include "host.h"

#include <stdbool.h>
#include <string.h>

#define LABEL_MAX 63

static bool is_name_char(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

/* Labels with dots between. */
static bool is_name(const char *name)
{
  size_t label = 0;

  if(strlen(name) > CW_HOST_MAX)
    return false;
  for(; *name; name++) {
    if(*name == '.' && label)
      label = 0;
    else if(is_name_char(*name) && label < LABEL_MAX)
      label++;
    else
      return false;
  }
  return label > 0;
}

CURLcode cw_host_read(const char *name, char pattern[CW_HOST_MAX + 3],
                      const struct cw_spot *spot)
{
  size_t i = 0;
  for(; name[i] && i < CW_HOST_MAX + 2; i++) {
    const char c = name[i];
    pattern[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  pattern[i] = '\0';

  if(name[i] || !is_name(strncmp(pattern, "*.", 2) ? pattern : pattern + 2))
    return cw_mistake(spot, name,
                      "a host's name, or \"*.\" and one; no port, no "
                      "brackets, no final dot",
                      "\"%s\" is not a host", name);
  return CURLE_OK;
}
