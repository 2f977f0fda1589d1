#include "past.h"

#include <stdlib.h>
#include <string.h>

#include "handle.h"
#include "outlet.h"
#include "span.h"

#define ALL                                                                   \
  (CURLH_HEADER | CURLH_TRAILER | CURLH_CONNECT | CURLH_1XX | CURLH_PSEUDO)

/* A bit of the origin that libcurl sets, so that nobody compares it by ==. */
#define RESERVED (1u << 27)

/* Each field that libcurl is asked for costs it a walk over all of them: who
   sends very many is not to keep us busy with that. */
#define TOLD_MAX  500
#define TOLD_HEAD (64 * 1024) /* bytes of all heads of such an attempt */

#define KEPT_MAX (64u * 1024u) /* memory that a handle keeps to use it again */

/* What |heads| consists of. A head as it came, if there is no origin; else one
   field as "name", a 0, and its value. */
struct record {
  size_t length; /* of what follows it */
  int request;
  unsigned origin;
};

struct cw_past_field {
  struct cw_past_field *next;
  int request;
  unsigned origin;
  char *value;
  char name[]; /* and behind it the value */
};

/* ---- keeping ---- */

/* There is nearly always room already. */
static bool put_in(struct cw_text *text, const char *data, size_t length)
{
  return !length || cw_text_fill(text, data, length) ||
         cw_text_add(text, data, length);
}

void cw_past_see(struct cw_past *past, const char *head, size_t length)
{
  past->head.length = 0;
  (void)put_in(&past->head, head, length);
}

/* Adds a record of |first|, and of |second| behind it; or nothing. */
static void add(struct cw_past *past, unsigned origin, struct cw_span first,
                struct cw_span second)
{
  struct cw_text *heads = &past->heads;
  const size_t before = heads->length;
  const struct record record = {.length = first.length + second.length,
                                .request = past->requests,
                                .origin = origin};

  if(record.length + sizeof(record) > CW_PAST_MAX - before ||
     !put_in(heads, (const char *)&record, sizeof(record)) ||
     !put_in(heads, first.text, first.length) ||
     !put_in(heads, second.text, second.length))
    heads->length = before;
}

static bool is_too_much(const struct cw_handle *handle)
{
  long size = 0;
  (void)handle->libcurl->easy_getinfo(handle->curl, CURLINFO_HEADER_SIZE,
                                      &size);
  return size > TOLD_HEAD;
}

/* Keeps what libcurl has of |origin| for its own |request|. */
static void keep_told(struct cw_handle *handle, unsigned origin, int request)
{
  const struct cw_libcurl *libcurl = handle->libcurl;
  struct cw_past *past = &handle->op.past;
  struct curl_header *field =
    libcurl->easy_nextheader(handle->curl, origin, request, NULL);

  if(!field || is_too_much(handle))
    return;
  while(field && past->told < TOLD_MAX) {
    const struct cw_span name = {.text = field->name,
                                 .length = strlen(field->name) + 1};
    past->told++;
    add(past, field->origin & ALL, name, cw_span_of(field->value));
    field = libcurl->easy_nextheader(handle->curl, origin, request, field);
  }
}

/* Has libcurl made more than |request| requests in this attempt? It says so
   before it looks for the name. */
static bool has_request(const struct cw_handle *handle, int request)
{
  struct curl_header *field = NULL;
  const CURLHcode code = handle->libcurl->easy_header(
    handle->curl, "", 0, CURLH_HEADER, request, &field);
  return code == CURLHE_OK || code == CURLHE_MISSING;
}

void cw_past_keep(struct cw_handle *handle)
{
  struct cw_past *past = &handle->op.past;
  const struct cw_span head = {.text = past->head.data,
                               .length = past->head.length};
  const struct cw_span nothing = {.text = NULL, .length = 0};
  int request = 0;

  for(; has_request(handle, request + 1); request++) {
    keep_told(handle, ALL, request);
    past->requests++;
  }
  /* nearly always there is nothing but the head; no trailer, since a body that
     may have one is not read to its end */
  keep_told(handle, CURLH_CONNECT | CURLH_1XX | CURLH_PSEUDO, request);
  if(head.length)
    add(past, 0, head, nothing);
  past->head.length = 0;
  past->requests++;
}

/* ---- reading ---- */

/* A field with room for |room| bytes of a value, which is empty yet. */
static struct cw_past_field *add_field(struct cw_past *past,
                                       const struct record *record,
                                       struct cw_span name, size_t room)
{
  struct cw_past_field *field =
    malloc(sizeof(*field) + name.length + 1 + room + 1);

  if(!field)
    return NULL;
  *field = (struct cw_past_field){.request = record->request,
                                  .origin = record->origin ? record->origin
                                                           : CURLH_HEADER};
  memcpy(field->name, name.text, name.length);
  field->name[name.length] = '\0';
  field->value = field->name + name.length + 1;
  field->value[0] = '\0';
  if(past->last)
    past->last->next = field;
  else
    past->first = field;
  past->last = field;
  return field;
}

static char *put(char *to, const char *text, size_t length)
{
  memcpy(to, text, length);
  to[length] = '\0';
  return to + length;
}

static bool is_folded(const char *line)
{
  return *line == ' ' || *line == '\t';
}

/* Puts the value of |text|, which may go over several lines, at |to|. */
static void put_value(char *to, const char *text, size_t length)
{
  size_t at = 0;

  while(at < length) {
    const struct cw_span line = {
      .text = text + at,
      .length = cw_outlet_line_length(text + at, length - at)};
    const struct cw_span part = cw_span_trim(line);
    if(at && part.length)
      *to++ = part.text[-1]; /* of what it is folded with, one blank remains */
    to = put(to, part.text, part.length);
    at += line.length;
  }
}

/* Reads the field that |text| begins with, over all its lines. Returns its
   length, or 0 without memory. */
static size_t read_field(struct cw_past *past, const struct record *record,
                         const char *text, size_t length)
{
  size_t end = cw_outlet_line_length(text, length);
  const char *colon = memchr(text, ':', end);

  while(end < length && is_folded(text + end))
    end += cw_outlet_line_length(text + end, length - end);
  if(!colon)
    return end;
  const struct cw_span name = {.text = text, .length = (size_t)(colon - text)};
  struct cw_past_field *field =
    add_field(past, record, name, end - name.length);
  if(!field)
    return 0;
  put_value(field->value, colon + 1, end - name.length - 1);
  return end;
}

static bool read_head(struct cw_past *past, const struct record *record,
                      const char *text)
{
  /* libcurl does not count the status line among the headers */
  size_t at = cw_outlet_line_length(text, record->length);

  while(at < record->length) {
    const size_t length =
      read_field(past, record, text + at, record->length - at);
    if(!length)
      return false;
    at += length;
  }
  return true;
}

static bool read_told(struct cw_past *past, const struct record *record,
                      const char *text)
{
  const struct cw_span name = cw_span_of(text);
  const size_t length = record->length - name.length - 1;
  struct cw_past_field *field = add_field(past, record, name, length);

  if(field)
    (void)put(field->value, text + name.length + 1, length);
  return field != NULL;
}

/* Frees the fields behind |last|, or all if that is NULL. */
static void cut(struct cw_past *past, struct cw_past_field *last)
{
  struct cw_past_field *field = last ? last->next : past->first;

  while(field) {
    struct cw_past_field *next = field->next;
    free(field);
    field = next;
  }
  if(last)
    last->next = NULL;
  else
    past->first = NULL;
  past->last = last;
}

/* Makes fields of what has not been read yet. Without memory all remains as it
   was. */
static bool read_heads(struct cw_past *past)
{
  struct cw_past_field *last = past->last;
  size_t at = past->read;

  while(at < past->heads.length) {
    struct record record;
    memcpy(&record, past->heads.data + at, sizeof(record));
    at += sizeof(record);
    const char *text = past->heads.data + at;
    if(!(record.origin ? read_told : read_head)(past, &record, text)) {
      cut(past, last);
      return false;
    }
    at += record.length;
  }
  past->read = at;
  return true;
}

/* ---- telling ---- */

static bool is_like(const struct cw_past_field *field, const char *name,
                    unsigned origin, int request)
{
  return field->request == request && (field->origin & origin) &&
         cw_span_is(cw_span_of(field->name), name);
}

/* Shows |field| as one among those of its name and |origin|. */
static void show(const struct cw_past *past, struct cw_past_field *field,
                 unsigned origin, struct curl_header *shown)
{
  *shown = (struct curl_header){
    .name = field->name,
    .value = field->value,
    .origin = field->origin | RESERVED,
    .anchor = field,
  };
  for(const struct cw_past_field *at = past->first; at; at = at->next) {
    if(at == field)
      shown->index = shown->amount;
    if(is_like(at, field->name, origin, field->request))
      shown->amount++;
  }
}

/* A |request| that libcurl itself knows, by the number that it has there. */
static CURLHcode header_of_last(struct cw_handle *handle, const char *name,
                                size_t index, unsigned origin, int request,
                                struct curl_header **header)
{
  const struct cw_past *past = &handle->op.past;
  const CURLHcode code = handle->libcurl->easy_header(
    handle->curl, name, index, origin,
    request < 0 ? request : request - past->requests, header);

  if(code != CURLHE_NOHEADERS || !past->heads.length)
    return code;
  return request > past->requests ? CURLHE_NOREQUEST : CURLHE_MISSING;
}

CURLHcode cw_past_header(struct cw_handle *handle, const char *name,
                         size_t index, unsigned origin, int request,
                         struct curl_header **header)
{
  struct cw_past *past = &handle->op.past;
  struct cw_past_field *found = NULL;
  size_t amount = 0;

  if(request < 0 || request >= past->requests)
    return header_of_last(handle, name, index, origin, request, header);
  if(!name || !header || !origin || origin > ALL)
    return CURLHE_BAD_ARGUMENT;
  if(!read_heads(past))
    return CURLHE_OUT_OF_MEMORY;
  for(struct cw_past_field *at = past->first; at; at = at->next)
    if(is_like(at, name, origin, request) && amount++ == index)
      found = at;
  if(!found)
    return amount ? CURLHE_BADINDEX : CURLHE_MISSING;
  show(past, found, origin, &past->shown[0]);
  *header = &past->shown[0];
  return CURLHE_OK;
}

static struct cw_past_field *find(const struct cw_past *past,
                                  const void *anchor)
{
  struct cw_past_field *field = past->first;

  while(field && field != anchor)
    field = field->next;
  return field;
}

struct curl_header *cw_past_nextheader(struct cw_handle *handle,
                                       unsigned origin, int request,
                                       struct curl_header *previous)
{
  struct cw_past *past = &handle->op.past;
  struct cw_past_field *field = previous ? find(past, previous->anchor) : NULL;

  if(request < 0 || request >= past->requests)
    /* all of the last come after those before */
    return handle->libcurl->easy_nextheader(
      handle->curl, origin, request < 0 ? request : request - past->requests,
      field ? NULL : previous);
  if((previous && !field) || !read_heads(past))
    return NULL;
  field = field ? field->next : past->first;
  while(field && !(field->request == request && (field->origin & origin)))
    field = field->next;
  if(!field)
    return NULL;
  show(past, field, origin, &past->shown[1]);
  return &past->shown[1];
}

/* ---- forgetting ---- */

void cw_past_forget(struct cw_past *past)
{
  if(!past->requests)
    return;
  cut(past, NULL);
  past->requests = 0;
  past->told = 0;
  past->read = 0;
  past->heads.length = 0;
  if(past->heads.size > KEPT_MAX)
    cw_text_clear(&past->heads);
}

void cw_past_clear(struct cw_past *past)
{
  cut(past, NULL);
  cw_text_clear(&past->head);
  cw_text_clear(&past->heads);
}
