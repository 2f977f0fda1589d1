/* names.h - a list of names, as a policy writes it: methods, header fields. */
#ifndef CW_NAMES_H
#define CW_NAMES_H

#include <stdbool.h>

#include "span.h"

struct cw_names {
  const char *const *name; /* count of them, 0-terminated each */
  size_t count;
};

/* Methods are compared by case, field names are not (RFC 9110). */
bool cw_names_have_method(const struct cw_names *names, const char *method);
bool cw_names_have_field(const struct cw_names *names, struct cw_span field);

#endif
