#include "duration.h"

#include <string.h>

#include "instant.h"
#include "number.h"

struct unit {
  const char *name;
  uint64_t ms;
};

/* Smallest first. */
/* clang-format off */
static const struct unit units[] = {
  {"ms", 1},
  {"s", 1000},
  {"min", 60000},
  {"h", 3600000},
  {"d", 86400000},
};
/* clang-format on */
#define UNITS (sizeof(units) / sizeof(units[0]))

bool cw_duration_read(const char *text, uint64_t *ms)
{
  if(!strcmp(text, "none")) {
    *ms = CW_FOREVER;
    return true;
  }

  uint64_t count = 0;
  const size_t digits = cw_number_begin(cw_span_of(text), &count);
  if(!digits)
    return false;

  for(size_t i = 0; i < UNITS; i++) {
    if(!strcmp(text + digits, units[i].name)) {
      if(count > CW_DURATION_MAX_MS / units[i].ms)
        return false;
      *ms = count * units[i].ms;
      return true;
    }
  }
  return false;
}

static size_t largest_exact_unit(uint64_t ms)
{
  size_t largest = 0;
  for(size_t i = 1; ms && i < UNITS; i++)
    if(ms % units[i].ms == 0)
      largest = i;
  return largest;
}

void cw_duration_write(uint64_t ms, char text[CW_DURATION_TEXT])
{
  if(ms == CW_FOREVER) {
    memcpy(text, "none", sizeof("none"));
    return;
  }

  const struct unit *unit = &units[largest_exact_unit(ms)];
  uint64_t count = ms / unit->ms;
  char reversed[CW_DURATION_TEXT];
  size_t digits = 0;
  do {
    reversed[digits++] = (char)('0' + (char)(count % 10));
    count /= 10;
  } while(count);

  for(size_t i = 0; i < digits; i++)
    text[i] = reversed[digits - 1 - i];
  memcpy(text + digits, unit->name, strlen(unit->name) + 1);
}
