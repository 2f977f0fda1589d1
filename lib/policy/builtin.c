#include "builtin.h"

struct builtin {
  const char *name;
  const char *text;
  size_t length;
};

/* Defines |builtins| and |builtin_names|; written by embed.py. */
#include "builtin.inc"

struct cw_span cw_builtin_text(const char *name)
{
  for(size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++)
    if(!strcmp(builtins[i].name, name))
      return (struct cw_span){
        .text = builtins[i].text,
        .length = builtins[i].length,
      };
  return (struct cw_span){0};
}

const char *cw_builtin_names(void)
{
  return builtin_names;
}
