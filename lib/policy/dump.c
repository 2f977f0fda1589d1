#include "dump.h"

#include "dump_status.h"
#include "rule_text.h"
#include "selector.h"
#include "value.h"

#define WIDTH 79

/* |key| and names; what does not fit into a line goes on below. */
static void write_names(struct cw_page *page, const char *prefix,
                        const struct cw_setting_info *info,
                        const struct cw_names *names)
{
  const size_t start = page->length;
  size_t column;

  cw_page_add(page, "%s%s =", prefix, info->key);
  column = page->length - start;
  for(size_t i = 0; i < names->count; i++) {
    const size_t length = strlen(names->name[i]) + 1;
    if(i && column + length > WIDTH) {
      cw_page_add(page, "\n ");
      column = 1;
    }
    cw_page_add(page, " %s", names->name[i]);
    column += length;
  }
  cw_page_add(page, "\n");
}

static bool names_are_equal(const struct cw_names *a, const struct cw_names *b)
{
  if(a->count != b->count)
    return false;
  for(size_t i = 0; i < a->count; i++)
    if(strcmp(a->name[i], b->name[i]))
      return false;
  return true;
}

static const struct cw_names *names_of(const struct cw_rules *rules,
                                       enum cw_setting setting)
{
  return setting == CW_SETTING_HEADERS ? &rules->cross_origin
                                       : &rules->idempotent;
}

static bool is_list(const struct cw_setting_info *info)
{
  return info->kind == CW_KIND_METHODS || info->kind == CW_KIND_FIELDS;
}

static void write_setting(struct cw_page *page, const char *prefix,
                          enum cw_setting setting,
                          const struct cw_rules *rules)
{
  const struct cw_setting_info *info = cw_setting_info(setting);
  if(is_list(info)) {
    write_names(page, prefix, info, names_of(rules, setting));
    return;
  }

  char value[CW_VALUE_TEXT];
  cw_value_write(info, cw_setting_get(rules, setting), value);
  cw_page_add(page, "%s%s = %s\n", prefix, info->key, value);
}

static void write_error(struct cw_page *page, const char *prefix,
                        enum cw_error error, const struct cw_rules *rules)
{
  char value[CW_RULE_TEXT];
  cw_rule_write(&rules->error[error], value);
  cw_page_add(page, "%s%s = %s\n", prefix, cw_selector_error_name(error),
              value);
}

static void write_everywhere(struct cw_page *page,
                             const struct cw_rules *rules)
{
  const char *section = "";

  for(unsigned i = 0; i < CW_SETTING_COUNT; i++) {
    const struct cw_setting_info *info = cw_setting_info((enum cw_setting)i);
    if(strcmp(section, info->section))
      cw_page_add(page, "%s[%s]\n", i ? "\n" : "", info->section);
    section = info->section;
    write_setting(page, "", (enum cw_setting)i, rules);
  }
  cw_page_add(page, "\n[status]\n");
  cw_dump_status(page, rules);
  cw_page_add(page, "\n[error]\n");
  for(unsigned i = 0; i < CW_ERROR_OTHER; i++)
    write_error(page, "", (enum cw_error)i, rules);
}

static bool setting_is_equal(const struct cw_rules *a,
                             const struct cw_rules *b, enum cw_setting setting)
{
  if(is_list(cw_setting_info(setting)))
    return names_are_equal(names_of(a, setting), names_of(b, setting));
  return cw_setting_get(a, setting) == cw_setting_get(b, setting);
}

/* The rules that |host| would have without its section. */
static const struct cw_rules *rules_above(const struct cw_ruleset *set,
                                          const struct cw_host_rules *host)
{
  const struct cw_rules *above = set->everywhere;
  size_t longest = 0;

  for(size_t i = 0; i < set->count; i++) {
    const struct cw_host_rules *other = &set->host[i];
    const size_t length = strlen(other->pattern);
    if(other != host && length > longest &&
       cw_host_matches(other->pattern, cw_span_of(host->pattern))) {
      above = other->rules;
      longest = length;
    }
  }
  return above;
}

static void write_host(struct cw_page *page, const struct cw_rules *rules,
                       const struct cw_rules *above)
{
  for(unsigned i = 0; i < CW_SETTING_COUNT; i++) {
    const enum cw_setting setting = (enum cw_setting)i;
    char prefix[16] = "";
    strcat(strcpy(prefix, cw_setting_info(setting)->section), ".");
    if(!setting_is_equal(rules, above, setting))
      write_setting(page, prefix, setting, rules);
  }
  cw_dump_status_changes(page, rules, above);
  for(unsigned i = 0; i < CW_ERROR_OTHER; i++)
    if(memcmp(&rules->error[i], &above->error[i], sizeof(rules->error[i])))
      write_error(page, "error.", (enum cw_error)i, rules);
}

void cw_dump(struct cw_page *page, const struct cw_ruleset *set)
{
  write_everywhere(page, set->everywhere);
  for(size_t i = 0; i < set->count; i++) {
    const struct cw_host_rules *host = &set->host[i];
    cw_page_add(page, "\n[host %s]\n", host->pattern);
    write_host(page, host->rules, rules_above(set, host));
  }
}
