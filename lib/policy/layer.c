#include "layer.h"

#include <stdlib.h>

#include "grammar.h"
#include "host.h"
#include "reader.h"

static char *dup_text(const char *text, size_t length)
{
  char *copy = malloc(length + 1);
  if(copy) {
    memcpy(copy, text, length);
    copy[length] = '\0';
  }
  return copy;
}

/* What stands after "host " in the name of a section, NULL if it is another
   section. */
static const char *host_of(const char *section)
{
  const size_t length = strcspn(section, " \t");
  if(length != 4 || memcmp(section, "host", 4))
    return NULL;
  return section + length + strspn(section + length, " \t");
}

static bool make_room(struct cw_layer *layer)
{
  if(layer->count < layer->room)
    return true;

  const size_t room = layer->room ? layer->room * 2 : 4;
  struct cw_host_patch *host = realloc(layer->host, room * sizeof(*host));
  if(!host)
    return false;
  layer->host = host;
  layer->room = room;
  return true;
}

static CURLcode open_host(struct cw_layer *layer, const char *name,
                          const struct cw_spot *spot)
{
  char pattern[CW_HOST_MAX + 3];
  const CURLcode result = cw_host_read(name, pattern, spot);
  if(result)
    return result;

  for(size_t i = 0; i < layer->count; i++)
    if(!strcmp(layer->host[i].pattern, pattern))
      return cw_mistake(spot, pattern, "",
                        "[host %s] is given twice, first in line %u", pattern,
                        layer->host[i].line);
  if(layer->count >= CW_LAYER_HOSTS_MAX)
    return cw_mistake(spot, pattern, "", "more than %d [host ...] sections",
                      CW_LAYER_HOSTS_MAX);

  char *copy = dup_text(pattern, strlen(pattern));
  if(!copy || !make_room(layer)) {
    free(copy);
    return cw_mistake_memory(spot);
  }
  layer->host[layer->count++] =
    (struct cw_host_patch){.pattern = copy, .line = spot->line};
  return CURLE_OK;
}

static CURLcode open_section(struct cw_layer *layer, const char *section,
                             const struct cw_spot *spot)
{
  const char *host = host_of(section);
  if(host)
    return open_host(layer, host, spot);
  if(cw_grammar_has_section(section))
    return CURLE_OK;
  return cw_mistake(spot, section, CW_GRAMMAR_SECTIONS ", host NAME",
                    "unknown section [%s]", section);
}

static CURLcode set_top(struct cw_layer *layer, const struct cw_line *line,
                        const struct cw_spot *spot)
{
  if(strcmp(line->key, "extends"))
    return cw_mistake(spot, line->key, "extends",
                      "\"%s\" stands before the first section", line->key);
  if(layer->extends)
    return cw_mistake(spot, line->value, "",
                      "extends is given twice, first in line %u",
                      layer->extends_line);
  if(!line->value[0])
    return cw_mistake(spot, "", "the name of a policy, or a file",
                      "extends names nothing");
  layer->extends = dup_text(line->value, strlen(line->value));
  layer->extends_line = spot->line;
  return layer->extends ? CURLE_OK : cw_mistake_memory(spot);
}

/* A function of the grammar. */
typedef CURLcode(grammar_fn)(struct cw_patch *patch, const char *section,
                             const char *key, const char *value,
                             const struct cw_spot *spot);

/* Calls |fn| for |path|, which is "section.key". */
static CURLcode apply_path(struct cw_patch *patch, grammar_fn *fn,
                           const char *path, const char *value,
                           const struct cw_spot *spot)
{
  char section[CW_READER_LINE_MAX + 1];
  const size_t length = strcspn(path, ".");

  if(!path[length] || length >= sizeof(section))
    return cw_mistake(spot, path, "section.key",
                      "\"%s\" names no section and key", path);
  memcpy(section, path, length);
  section[length] = '\0';
  return fn(patch, section, path + length + 1, value, spot);
}

static CURLcode take_line(const struct cw_line *line,
                          const struct cw_spot *spot, void *user)
{
  struct cw_layer *layer = user;

  if(line->kind == CW_LINE_SECTION)
    return open_section(layer, line->section, spot);
  if(line->kind == CW_LINE_MORE && (!line->key[0] || !line->section[0]))
    return cw_mistake(spot, line->value, "a line that begins without a blank",
                      "the line is indented, but there is no list above it");
  if(line->kind == CW_LINE_VALUE && line->section[0] &&
     !strcmp(line->key, "extends"))
    return cw_mistake(spot, "extends", "",
                      "extends must stand before the first section");
  if(line->kind == CW_LINE_VALUE && !line->section[0])
    return set_top(layer, line, spot);

  grammar_fn *fn =
    line->kind == CW_LINE_MORE ? cw_grammar_more : cw_grammar_set;
  if(host_of(line->section))
    return apply_path(&layer->host[layer->count - 1].patch, fn, line->key,
                      line->value, spot);
  return fn(&layer->everywhere, line->section, line->key, line->value, spot);
}

CURLcode cw_layer_read(struct cw_layer *layer, const char *text, size_t length,
                       const struct cw_spot *spot)
{
  return cw_reader_lines(text, length, spot, take_line, layer);
}

/* Applies |setting|, "section.key = value", which is written to. */
static CURLcode apply_setting(struct cw_layer *layer, char *setting,
                              const struct cw_spot *spot)
{
  char *equal = strchr(setting, '=');
  if(!equal)
    return cw_mistake(spot, setting, "section.key=value",
                      "\"%s\" has no \"=\"", setting);

  const struct cw_span key = cw_span_trim(
    (struct cw_span){.text = setting, .length = (size_t)(equal - setting)});
  setting[key.length] = '\0';
  return apply_path(&layer->everywhere, cw_grammar_set, setting,
                    equal + 1 + strspn(equal + 1, " \t\r\n"), spot);
}

CURLcode cw_layer_settings(struct cw_layer *layer, const char *settings,
                           const struct cw_spot *spot)
{
  struct cw_spot here = *spot;
  const char *rest = settings;

  for(;;) {
    const size_t length = strcspn(rest, ";");
    const struct cw_span trimmed =
      cw_span_trim((struct cw_span){.text = rest, .length = length});
    here.line++;
    if(trimmed.length) {
      char *setting = dup_text(trimmed.text, trimmed.length);
      if(!setting)
        return cw_mistake_memory(&here);
      const CURLcode result = apply_setting(layer, setting, &here);
      free(setting);
      if(result)
        return result;
    }
    if(!rest[length])
      return CURLE_OK;
    rest += length + 1;
  }
}

void cw_layer_clear(struct cw_layer *layer)
{
  for(size_t i = 0; i < layer->count; i++) {
    cw_patch_clear(&layer->host[i].patch);
    free(layer->host[i].pattern);
  }
  free(layer->host);
  free(layer->extends);
  cw_patch_clear(&layer->everywhere);
  *layer = (struct cw_layer){0};
}
