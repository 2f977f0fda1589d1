#include "lineage.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builtin.h"
#include "compile.h"
#include "layer.h"
#include "source.h"

/* One text of the line. The heir is the one that extends it. */
struct member {
  const char *name;
  const char *path; /* NULL: not a file, relative to the current directory */
  uint64_t device;
  uint64_t inode;
  const struct member *heir;
  unsigned depth;
  struct curlew_policy_error *error;
};

static CURLcode found(const struct member *member, const char *text,
                      size_t length, struct curlew_policy **policy);

static struct cw_spot spot_of(const struct member *member, unsigned line)
{
  return (struct cw_spot){
    .file = member->name,
    .line = line,
    .error = member->error,
  };
}

/* Writes "a.ini -> b.ini -> a.ini", from |first| on to its line's last. */
static size_t write_line(const struct member *member,
                         const struct member *first, char *text, size_t size)
{
  size_t length = 0;
  if(member != first)
    length = write_line(member->heir, first, text, size);
  if(length < size)
    length +=
      (size_t)snprintf(text + length, size - length, "%s -> ", member->name);
  return length < size ? length : size;
}

static CURLcode check_circle(const struct member *parent, unsigned line)
{
  const struct cw_spot spot = spot_of(parent->heir, line);
  const struct member *other = parent->heir;

  while(other && (!other->path || other->device != parent->device ||
                  other->inode != parent->inode))
    other = other->heir;
  if(!other)
    return CURLE_OK;

  char circle[512] = "";
  write_line(parent->heir, other, circle, sizeof(circle));
  return cw_mistake(&spot, parent->name, "",
                    "extends goes round in a circle: %s%s", circle,
                    parent->name);
}

/* The path of |extends|, a file: relative to that of |heir|. */
static char *path_of(const struct member *heir, const char *extends)
{
  const char *slash = heir->path ? strrchr(heir->path, '/') : NULL;
  const size_t length =
    slash && extends[0] != '/' ? (size_t)(slash - heir->path) + 1 : 0;
  const size_t size = strlen(extends) + 1;

  char *path = malloc(length + size);
  if(path) {
    if(length)
      memcpy(path, heir->path, length);
    memcpy(path + length, extends, size);
  }
  return path;
}

static bool is_file(const char *extends)
{
  const size_t length = strlen(extends);
  return strchr(extends, '/') ||
         (length >= 4 && !strcmp(extends + length - 4, ".ini"));
}

static CURLcode find_file(const struct member *heir, const char *extends,
                          unsigned line, struct curlew_policy **policy)
{
  const struct cw_spot spot = spot_of(heir, line);
  struct cw_source source = {0};
  CURLcode result = CURLE_OK;

  char *path = path_of(heir, extends);
  if(!path) {
    result = cw_mistake_memory(&spot);
    goto out;
  }
  result = cw_source_read(path, &source, &spot);
  if(result)
    goto out;

  const struct member parent = {
    .name = path,
    .path = path,
    .device = source.device,
    .inode = source.inode,
    .heir = heir,
    .depth = heir->depth + 1,
    .error = heir->error,
  };
  result = check_circle(&parent, line);
  if(result)
    goto out;
  result = found(&parent, source.text, source.length, policy);

out:
  cw_source_clear(&source);
  free(path);
  return result;
}

static CURLcode find_builtin(const struct member *heir, const char *name,
                             unsigned line, struct curlew_policy **policy)
{
  const struct cw_spot spot = spot_of(heir, line);
  const struct cw_span text = cw_builtin_text(name);
  const struct member parent = {
    .name = name,
    .heir = heir,
    .depth = heir->depth + 1,
    .error = heir->error,
  };

  if(text.text)
    return found(&parent, text.text, text.length, policy);

  char allowed[256];
  snprintf(allowed, sizeof(allowed), "%s, or a file: ./my, my.ini",
           cw_builtin_names());
  return cw_mistake(&spot, name, allowed, "there is no policy \"%s\"", name);
}

/* Makes the policy that |layer| of |heir| extends. */
static CURLcode find(const struct member *heir, const struct cw_layer *layer,
                     struct curlew_policy **policy)
{
  const struct cw_spot spot = spot_of(heir, layer->extends_line);

  if(heir->depth >= CW_LINEAGE_MAX)
    return cw_mistake(&spot, layer->extends, "",
                      "more than %d policies extend each other",
                      CW_LINEAGE_MAX);
  if(is_file(layer->extends))
    return find_file(heir, layer->extends, layer->extends_line, policy);
  return find_builtin(heir, layer->extends, layer->extends_line, policy);
}

/* Makes the policy of |member|, whose text has been found. */
static CURLcode found(const struct member *member, const char *text,
                      size_t length, struct curlew_policy **policy)
{
  const struct cw_spot spot = spot_of(member, 0);
  struct cw_layer layer = {0};
  struct curlew_policy *base = NULL;

  CURLcode result = cw_layer_read(&layer, text, length, &spot);
  if(result)
    goto out;
  if(layer.extends) {
    result = find(member, &layer, &base);
    if(result)
      goto out;
  }
  result = cw_compile(base ? &base->set : cw_compile_nothing(), &layer, &spot,
                      policy);

out:
  cw_compile_free(base);
  cw_layer_clear(&layer);
  return result;
}

CURLcode cw_lineage_file(const char *path, const struct cw_spot *spot,
                         struct curlew_policy **policy)
{
  const struct cw_spot top = {.file = path, .error = spot->error};
  struct cw_source source = {0};
  CURLcode result = cw_source_read(path, &source, &top);
  if(result)
    return result;

  const struct member member = {
    .name = path,
    .path = path,
    .device = source.device,
    .inode = source.inode,
    .depth = 1,
    .error = spot->error,
  };
  result = found(&member, source.text, source.length, policy);
  cw_source_clear(&source);
  return result;
}

CURLcode cw_lineage_text(const char *text, size_t length,
                         const struct cw_spot *spot,
                         struct curlew_policy **policy)
{
  const struct member member = {
    .name = spot->file,
    .depth = 1,
    .error = spot->error,
  };
  return found(&member, text, length, policy);
}

CURLcode cw_lineage_named(const char *name, const struct cw_spot *spot,
                          struct curlew_policy **policy)
{
  const struct member nobody = {.name = spot->file, .error = spot->error};

  return is_file(name) ? cw_lineage_file(name, spot, policy)
                       : find_builtin(&nobody, name, 0, policy);
}
