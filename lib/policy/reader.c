#include "reader.h"

#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "span.h"

struct reader {
  struct cw_span rest;
  struct cw_spot spot; /* the line that was read last */
  cw_line_fn *fn;
  void *user;
  CURLcode result;
  enum cw_line_kind kind; /* of that line, unless it is empty */
  char section[CW_READER_LINE_MAX + 1];
  char key[CW_READER_LINE_MAX + 1];
};

static struct cw_span take_line(struct reader *reader)
{
  struct cw_span line = reader->rest;
  const char *end = memchr(line.text, '\n', line.length);

  if(end) {
    line.length = (size_t)(end - line.text);
    reader->rest.text += line.length + 1;
    reader->rest.length -= line.length + 1;
  }
  else
    reader->rest.length = 0;
  if(line.length && line.text[line.length - 1] == '\r')
    line.length--;
  return line;
}

static bool is_blank(char c)
{
  return c == ' ' || c == '\t';
}

static struct cw_span without_comment(struct cw_span line)
{
  for(size_t i = 0; i < line.length; i++)
    if(line.text[i] == ';' && (!i || is_blank(line.text[i - 1])))
      line.length = i;
  while(line.length && is_blank(line.text[line.length - 1]))
    line.length--;
  return line;
}

static CURLcode check_bytes(const struct reader *reader, struct cw_span line)
{
  for(size_t i = 0; i < line.length; i++) {
    const unsigned char c = (unsigned char)line.text[i];
    char found[16];
    if((c >= ' ' && c != 0x7f) || c == '\t')
      continue;
    snprintf(found, sizeof(found), "\\x%02x", c);
    return cw_mistake(&reader->spot, found, "",
                      "the control character %s in column %zu", found, i + 1);
  }
  return CURLE_OK;
}

static CURLcode call(struct reader *reader, enum cw_line_kind kind,
                     const char *value)
{
  const struct cw_line line = {
    .kind = kind,
    .section = reader->section,
    .key = reader->key,
    .value = value,
  };
  return reader->fn(&line, &reader->spot, reader->user);
}

static CURLcode open_section(struct reader *reader, const char *line)
{
  const size_t length = strlen(line);
  if(line[length - 1] != ']' || strcspn(line + 1, "[]") != length - 2)
    return cw_mistake(&reader->spot, line, "[section]",
                      "\"%s\" is not a section", line);

  const struct cw_span name =
    cw_span_trim((struct cw_span){.text = line + 1, .length = length - 2});
  memcpy(reader->section, name.text, name.length);
  reader->section[name.length] = '\0';
  reader->key[0] = '\0';
  return call(reader, CW_LINE_SECTION, "");
}

static CURLcode check_value(const struct reader *reader, const char *line)
{
  const size_t end = strcspn(line, "=:");
  if(line[end] == ':')
    return cw_mistake(&reader->spot, ":", "=",
                      "a \":\" between key and value of \"%s\"", line);
  if(!line[end])
    return cw_mistake(&reader->spot, line, "key = value, [section]",
                      "\"%s\" is neither a value nor a section", line);
  return CURLE_OK;
}

/* Makes of |line|, which has no comment, what inih is to see: |text|. */
static CURLcode dress(struct reader *reader, struct cw_span line, char *text)
{
  const struct cw_span trimmed = cw_span_trim(line);

  memcpy(text, trimmed.text, trimmed.length);
  text[trimmed.length] = '\0';
  if(!trimmed.length)
    return CURLE_OK;
  if(text[0] == '#')
    return cw_mistake_comment(&reader->spot);
  if(is_blank(line.text[0])) {
    reader->kind = CW_LINE_MORE;
    memmove(text + 1, text, trimmed.length + 1);
    text[0] = '=';
    return CURLE_OK;
  }
  if(text[0] == '[') {
    const CURLcode result = open_section(reader, text);
    text[0] = '\0';
    return result;
  }
  reader->kind = CW_LINE_VALUE;
  return check_value(reader, text);
}

/* inih's reader: the next line to |text|, NULL at the end or a mistake. */
static char *feed(char *text, int size, void *user)
{
  struct reader *reader = user;
  if(reader->result || !reader->rest.length)
    return NULL;

  const struct cw_span line = take_line(reader);
  reader->spot.line++;
  reader->result = check_bytes(reader, line);
  if(reader->result)
    return NULL;

  /* A "=" may be put before it, and the end after it. */
  if(line.length > CW_READER_LINE_MAX || (size_t)size < line.length + 2) {
    char found[32];
    snprintf(found, sizeof(found), "%zu bytes", line.length);
    reader->result = cw_mistake(&reader->spot, found, "",
                                "the line has %s; at most %d are allowed",
                                found, CW_READER_LINE_MAX);
    return NULL;
  }
  reader->result = dress(reader, without_comment(line), text);
  return reader->result ? NULL : text;
}

/* inih's handler. */
static int handle(void *user, const char *section, const char *key,
                  const char *value)
{
  struct reader *reader = user;
  (void)section;
  if(reader->result)
    return 0;

  if(reader->kind == CW_LINE_VALUE)
    snprintf(reader->key, sizeof(reader->key), "%s", key);
  reader->result = call(reader, reader->kind, value);
  return !reader->result;
}

CURLcode cw_reader_lines(const char *text, size_t length,
                         const struct cw_spot *spot, cw_line_fn *fn,
                         void *user)
{
  static const char bom[] = "\xef\xbb\xbf";
  struct reader reader = {
    .rest = {.text = text, .length = length},
    .spot = *spot,
    .fn = fn,
    .user = user,
  };
  reader.spot.line = 0;
  if(length >= 3 && !memcmp(text, bom, 3)) {
    reader.rest.text += 3;
    reader.rest.length -= 3;
  }

  const int line = ini_parse_stream(feed, &reader, handle, &reader);
  if(reader.result || !line)
    return reader.result;
  if(line < 0)
    return cw_mistake_memory(spot);
  reader.spot.line = (unsigned)line;
  return cw_mistake(&reader.spot, "", "key = value, [section]",
                    "the line cannot be read");
}
