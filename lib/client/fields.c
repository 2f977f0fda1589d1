#include "fields.h"

#include "dress.h"
#include "handle.h"

struct field {
  struct cw_span name;
  bool is_suppressed; /* "Name:" without a value keeps libcurl's own out */
};

/* Reads a line of CURLOPT_HTTPHEADER: "Name: value", "Name:", or "Name;" for a
   field with an empty value. */
static struct field read_field(const char *line)
{
  const size_t length = strcspn(line, ":;");
  struct field field = {
    .name = {.text = line, .length = length},
    .is_suppressed = false,
  };

  field.name = cw_span_trim(field.name);
  if(line[length] == ':')
    field.is_suppressed = !cw_span_trim(cw_span_of(line + length + 1)).length;
  return field;
}

bool cw_fields_have(const struct curl_slist *list, const char *name)
{
  for(; list; list = list->next) {
    const struct field field = read_field(list->data);
    if(cw_span_is(field.name, name) && !field.is_suppressed)
      return true;
  }
  return false;
}

/* Fields that describe a body, and go with it (RFC 9110, 15.4). */
static bool is_of_content(struct cw_span name)
{
  static const char *const names[] = {
    "Content-Type",     "Content-Length",    "Content-Encoding",
    "Content-Language", "Content-Location",  "Content-Range",
    "Content-MD5",      "Content-Digest",    "Repr-Digest",
    "Digest",           "Transfer-Encoding", "Expect",
    "Last-Modified",    "Trailer",
  };
  const struct cw_names content = {.name = names,
                                   .count = sizeof(names) / sizeof(names[0])};

  return cw_names_have_field(&content, name);
}

static bool may_leave(const struct cw_handle *handle, struct cw_span name)
{
  const struct cw_operation *op = &handle->op;

  if(op->distance == CW_DISTANCE_AWAY && cw_span_is(name, "Host"))
    return false; /* it names the first server */
  if(cw_notes_long(&handle->notes, CW_SLOT_UNRESTRICTED_AUTH))
    return true;
  switch(op->distance) {
  case CW_DISTANCE_HOME:
    return true;
  case CW_DISTANCE_SECURE:
    return !cw_span_is(name, "Authorization") && !cw_span_is(name, "Cookie");
  case CW_DISTANCE_AWAY:
    break;
  }
  return cw_names_have_field(op->cross_origin, name);
}

static bool goes_along(const struct cw_handle *handle, const char *line)
{
  const struct cw_operation *op = &handle->op;
  const struct field field = read_field(line);

  if(op->drops_expect && cw_span_is(field.name, "Expect"))
    return false;
  if(field.is_suppressed)
    return true;
  if(op->drops_content && is_of_content(field.name))
    return false;
  if(op->has_length && cw_span_is(field.name, "Transfer-Encoding"))
    return false;
  return may_leave(handle, field.name);
}

static bool is_changed(const struct cw_handle *handle,
                       const struct curl_slist *list)
{
  if(handle->op.key[0] || handle->op.drops_expect)
    return true;
  for(; list; list = list->next)
    if(!goes_along(handle, list->data))
      return true;
  return false;
}

static bool append(const struct cw_libcurl *libcurl, struct curl_slist **list,
                   const char *line)
{
  struct curl_slist *longer = libcurl->slist_append(*list, line);
  if(longer)
    *list = longer;
  return longer != NULL;
}

CURLcode cw_fields_dress(struct cw_handle *handle)
{
  const struct cw_libcurl *libcurl = handle->libcurl;
  struct cw_operation *op = &handle->op;
  const struct curl_slist *own =
    handle->notes.value[CW_SLOT_HTTPHEADER].pointer;
  struct curl_slist *list = NULL;
  bool is_fine = true;

  if(!is_changed(handle, own)) {
    const CURLcode result = cw_undress_slot(handle, CW_SLOT_HTTPHEADER);
    libcurl->slist_free_all(op->fields);
    op->fields = NULL;
    return result;
  }
  for(; own && is_fine; own = own->next)
    if(goes_along(handle, own->data))
      is_fine = append(libcurl, &list, own->data);
  if(is_fine && op->key[0])
    is_fine = append(libcurl, &list, op->key);
  if(is_fine && op->drops_expect)
    is_fine = append(libcurl, &list, "Expect:");
  if(!is_fine) {
    libcurl->slist_free_all(list);
    return CURLE_OUT_OF_MEMORY;
  }
  const CURLcode result = cw_dress_pointer(handle, CW_SLOT_HTTPHEADER, list);
  libcurl->slist_free_all(op->fields);
  op->fields = list;
  return result;
}
