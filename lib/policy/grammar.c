#include "grammar.h"

#include <stdio.h>

#include "name_list.h"
#include "selector.h"
#include "value.h"
#include "word.h"

static const char *const sections[] = {"limits",  "backoff", "redirect",
                                       "methods", "status",  "error"};

bool cw_grammar_has_section(const char *section)
{
  for(size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
    if(!strcmp(sections[i], section))
      return true;
  return false;
}

/* Does the field concern one origin or connection alone? */
static bool stays_home(struct cw_span field)
{
  static const char *const list[] = {
    "Authorization",
    "Connection",
    "Content-Length",
    "Cookie",
    "Host",
    "Keep-Alive",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
  };
  for(size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
    if(cw_span_is(field, list[i]))
      return true;
  return false;
}

static CURLcode check_name(const struct cw_names *names,
                           enum cw_setting_kind kind, struct cw_span word,
                           const struct cw_spot *spot)
{
  char found[CW_WORD_TEXT];
  cw_word_copy(word, found);

  /* a token may begin so, but a line of the list, when it is printed, not */
  if(*found == '#')
    return cw_mistake_comment(spot);
  if(!cw_word_is_token(word))
    return cw_mistake(spot, found, "names with blanks between",
                      "\"%s\" is not a name", found);
  if(word.length > CW_GRAMMAR_NAME_MAX)
    return cw_mistake(spot, found, "", "the name \"%s\" is too long", found);
  if(kind == CW_KIND_FIELDS && stays_home(word))
    return cw_mistake(spot, found, "",
                      "\"%s\" must never go to another origin", found);
  if(kind == CW_KIND_FIELDS ? cw_names_have_field(names, word)
                            : cw_names_have_method(names, found))
    return cw_mistake(spot, found, "", "\"%s\" is in the list twice", found);
  if(names->count >= CW_GRAMMAR_NAMES_MAX)
    return cw_mistake(spot, found, "", "more than %d names in one list",
                      CW_GRAMMAR_NAMES_MAX);
  return CURLE_OK;
}

static CURLcode add_names(struct cw_names *names, enum cw_setting_kind kind,
                          const char *value, const struct cw_spot *spot)
{
  struct cw_span word;
  const char *rest = value;

  while(cw_word_next(&rest, &word)) {
    const CURLcode result = check_name(names, kind, word, spot);
    if(result)
      return result;
    if(!cw_name_list_add(names, &word, 1))
      return cw_mistake_memory(spot);
  }
  return CURLE_OK;
}

static CURLcode unknown_key(const char *section, const char *key,
                            const struct cw_spot *spot)
{
  char allowed[256] = "";
  size_t length = 0;

  for(unsigned i = 0; i < CW_SETTING_COUNT && length < sizeof(allowed); i++) {
    const struct cw_setting_info *info = cw_setting_info((enum cw_setting)i);
    if(!strcmp(info->section, section))
      length += (size_t)snprintf(allowed + length, sizeof(allowed) - length,
                                 "%s%s", length ? ", " : "", info->key);
  }
  return cw_mistake(spot, key, allowed, "unknown key \"%s\" in [%s]", key,
                    section);
}

static CURLcode set(struct cw_patch *patch, enum cw_setting setting,
                    const char *value, const struct cw_spot *spot)
{
  const struct cw_setting_info *info = cw_setting_info(setting);

  if(patch->setting_line[setting])
    return cw_mistake(spot, info->key, "",
                      "%s.%s is given twice, first in line %u", info->section,
                      info->key, patch->setting_line[setting]);
  patch->setting_line[setting] = spot->line;
  if(info->kind == CW_KIND_METHODS || info->kind == CW_KIND_FIELDS)
    return add_names(cw_patch_names(patch, setting), info->kind, value, spot);

  if(!cw_value_read(info, value, &patch->number[setting])) {
    char allowed[CW_VALUE_ALLOWED];
    cw_value_allowed(info, allowed);
    return cw_mistake(spot, value, allowed, "%s.%s cannot be \"%s\"",
                      info->section, info->key, value);
  }
  return CURLE_OK;
}

CURLcode cw_grammar_set(struct cw_patch *patch, const char *section,
                        const char *key, const char *value,
                        const struct cw_spot *spot)
{
  if(!cw_grammar_has_section(section))
    return cw_mistake(spot, section, CW_GRAMMAR_SECTIONS,
                      "unknown section \"%s\"", section);
  if(!strcmp(section, "status"))
    return cw_selector_status(patch, key, value, spot);
  if(!strcmp(section, "error"))
    return cw_selector_error(patch, key, value, spot);

  const enum cw_setting setting = cw_setting_find(section, key);
  if(setting == CW_SETTING_COUNT)
    return unknown_key(section, key, spot);
  return set(patch, setting, value, spot);
}

CURLcode cw_grammar_more(struct cw_patch *patch, const char *section,
                         const char *key, const char *value,
                         const struct cw_spot *spot)
{
  const enum cw_setting setting = cw_setting_find(section, key);
  const enum cw_setting_kind kind = setting == CW_SETTING_COUNT
                                      ? CW_KIND_WORD
                                      : cw_setting_info(setting)->kind;
  if(kind != CW_KIND_METHODS && kind != CW_KIND_FIELDS)
    return cw_mistake(spot, value, "a line that begins without a blank",
                      "the indented line goes on with %s.%s, "
                      "which is not a list",
                      section, key);
  return add_names(cw_patch_names(patch, setting), kind, value, spot);
}
