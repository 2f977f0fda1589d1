#include "value.h"

#include <inttypes.h>
#include <stdio.h>

#include "duration.h"
#include "instant.h"
#include "number.h"

struct unit {
  const char *name;
  uint64_t bytes;
};

/* Largest first. */
static const struct unit units[] = {
  {"GiB", 0x40000000u},
  {"MiB", 0x100000u},
  {"KiB", 0x400u},
  {"B", 1u},
};
#define UNITS (sizeof(units) / sizeof(units[0]))

static bool read_size(const char *text, uint64_t *number)
{
  uint64_t count = 0;
  const size_t digits = cw_number_begin(cw_span_of(text), &count);
  if(!digits)
    return false;

  for(size_t i = 0; i < UNITS; i++) {
    if(!strcmp(text + digits, units[i].name)) {
      if(count > UINT64_MAX / units[i].bytes)
        return false;
      *number = count * units[i].bytes;
      return true;
    }
  }
  return false;
}

static void write_size(uint64_t number, char text[CW_VALUE_TEXT])
{
  size_t i = UNITS - 1;
  while(number && i && number % units[i - 1].bytes == 0)
    i--;
  snprintf(text, CW_VALUE_TEXT, "%" PRIu64 "%s", number / units[i].bytes,
           units[i].name);
}

/* A decimal with up to three places, as thousandths. */
static bool read_factor(const char *text, uint64_t *number)
{
  uint64_t whole = 0;
  const size_t digits = cw_number_begin(cw_span_of(text), &whole);
  if(!digits || whole > UINT32_MAX)
    return false;

  uint64_t places = 0;
  if(text[digits]) {
    const struct cw_span rest = cw_span_of(text + digits + 1);
    if(text[digits] != '.' || !cw_number_read(rest, &places) ||
       rest.length > 3)
      return false;
    for(size_t i = rest.length; i < 3; i++)
      places *= 10;
  }
  *number = whole * 1000 + places;
  return true;
}

static void write_factor(uint64_t number, char text[CW_VALUE_TEXT])
{
  const unsigned whole = (unsigned)(number / 1000);
  const unsigned places = (unsigned)(number % 1000);
  if(!places) {
    snprintf(text, CW_VALUE_TEXT, "%u", whole);
    return;
  }
  snprintf(text, CW_VALUE_TEXT, "%u.%03u", whole, places);
  for(char *end = text + strlen(text); end[-1] == '0'; end--)
    end[-1] = '\0';
}

static bool read_word(const char *const *word, const char *text,
                      uint64_t *number)
{
  for(uint64_t i = 0; word[i]; i++) {
    if(!strcmp(word[i], text)) {
      *number = i;
      return true;
    }
  }
  return false;
}

static bool read_any(const struct cw_setting_info *info, const char *text,
                     uint64_t *number)
{
  switch(info->kind) {
  case CW_KIND_COUNT:
    return cw_number_read(cw_span_of(text), number);
  case CW_KIND_DURATION:
    return cw_duration_read(text, number);
  case CW_KIND_SIZE:
    return read_size(text, number);
  case CW_KIND_FACTOR:
    return read_factor(text, number);
  case CW_KIND_WORD:
    return read_word(info->word, text, number);
  case CW_KIND_METHODS:
  case CW_KIND_FIELDS:
    break;
  }
  return false;
}

bool cw_value_read(const struct cw_setting_info *info, const char *text,
                   uint64_t *number)
{
  uint64_t read = 0;
  if(!read_any(info, text, &read) || read < info->min || read > info->max)
    return false;
  *number = read;
  return true;
}

void cw_value_write(const struct cw_setting_info *info, uint64_t number,
                    char text[CW_VALUE_TEXT])
{
  switch(info->kind) {
  case CW_KIND_COUNT:
    snprintf(text, CW_VALUE_TEXT, "%" PRIu64, number);
    break;
  case CW_KIND_DURATION:
    cw_duration_write(number, text);
    break;
  case CW_KIND_SIZE:
    write_size(number, text);
    break;
  case CW_KIND_FACTOR:
    write_factor(number, text);
    break;
  case CW_KIND_WORD:
    snprintf(text, CW_VALUE_TEXT, "%s", info->word[number]);
    break;
  case CW_KIND_METHODS:
  case CW_KIND_FIELDS:
    text[0] = '\0';
    break;
  }
}

static void allow_words(const char *const *word, char text[CW_VALUE_ALLOWED])
{
  size_t length = 0;
  for(size_t i = 0; word[i] && length < CW_VALUE_ALLOWED; i++)
    length += (size_t)snprintf(text + length, CW_VALUE_ALLOWED - length,
                               "%s%s", i ? ", " : "", word[i]);
}

void cw_value_allowed(const struct cw_setting_info *info,
                      char text[CW_VALUE_ALLOWED])
{
  if(info->kind == CW_KIND_WORD) {
    allow_words(info->word, text);
    return;
  }

  const bool has_none =
    info->kind == CW_KIND_DURATION && info->max == CW_FOREVER;
  char min[CW_VALUE_TEXT];
  char max[CW_VALUE_TEXT];
  cw_value_write(info, info->min, min);
  cw_value_write(info, has_none ? CW_DURATION_MAX_MS : info->max, max);

  const char *what = "a whole number";
  const char *also = "";
  if(info->kind == CW_KIND_DURATION) {
    what = "a duration (500ms, 30s, 2min, 1h, 1d)";
    also = has_none ? ", or none" : "";
  }
  else if(info->kind == CW_KIND_SIZE)
    what = "a size (100B, 64KiB, 1MiB, 1GiB)";
  else if(info->kind == CW_KIND_FACTOR)
    what = "a number with up to 3 decimal places";
  snprintf(text, CW_VALUE_ALLOWED, "%s from %s to %s%s", what, min, max, also);
}
