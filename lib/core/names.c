#include "names.h"

bool cw_names_have_method(const struct cw_names *names, const char *method)
{
  for(size_t i = 0; i < names->count; i++)
    if(!strcmp(names->name[i], method))
      return true;
  return false;
}

bool cw_names_have_field(const struct cw_names *names, struct cw_span field)
{
  for(size_t i = 0; i < names->count; i++)
    if(cw_span_is(field, names->name[i]))
      return true;
  return false;
}
