#include "status.h"

/* What a code's first digit says of it. */
struct class {
  const char *name;
  const char *unknown; /* the name of a code that is not in the catalogue */
};

static struct class class_of(unsigned code)
{
  static const struct class classes[] = {
    {"Informational", "Informational (unknown)"},
    {"Success", "Success (unknown)"},
    {"Redirection", "Redirection (unknown)"},
    {"Client Error", "Client Error (unknown)"},
    {"Server Error", "Server Error (unknown)"},
  };

  if(code < CW_STATUS_MIN || code > CW_STATUS_MAX)
    return (struct class){"Unknown", "Unknown"};
  if(code >= 600)
    return (struct class){"Unassigned", "Unassigned"};
  return classes[code / 100 - 1];
}

/* A code that stood twice in the list would not compile. */
struct curlew_status_info cw_status_info(unsigned code)
{
  const struct class class = class_of(code);
  struct curlew_status_info info = {
    .code = code,
    .name = class.unknown,
    .klass = class.name,
    .origin = CURLEW_STATUS_UNKNOWN,
    .reference = "",
  };

  switch(code) {
#define CW_STATUS(number, text, source, where)                                \
  case number:                                                                \
    info.name = text;                                                         \
    info.origin = CURLEW_STATUS_##source;                                     \
    info.reference = where;                                                   \
    break;
#include "status.def"
#undef CW_STATUS
  default:
    break;
  }
  return info;
}
