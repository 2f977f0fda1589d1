#include "dress.h"

#include <string.h>

#include "handle.h"

static void mark(struct cw_handle *handle, enum cw_slot slot)
{
  handle->dressed[slot / 64] |= UINT64_C(1) << (slot % 64);
}

CURLcode cw_dress(struct cw_handle *handle, enum cw_slot slot,
                  union cw_argument value)
{
  mark(handle, slot);
  return cw_argument_set(handle->libcurl, handle->curl, cw_slot_option(slot),
                         value);
}

CURLcode cw_dress_long(struct cw_handle *handle, enum cw_slot slot,
                       long number)
{
  union cw_argument value = cw_slot_unset(slot);
  value.number = number;
  return cw_dress(handle, slot, value);
}

CURLcode cw_dress_text(struct cw_handle *handle, enum cw_slot slot,
                       const char *text)
{
  mark(handle, slot);
  return handle->libcurl->easy_setopt(handle->curl, cw_slot_option(slot),
                                      text);
}

CURLcode cw_dress_pointer(struct cw_handle *handle, enum cw_slot slot,
                          void *pointer)
{
  union cw_argument value = cw_slot_unset(slot);
  value.pointer = pointer;
  return cw_dress(handle, slot, value);
}

static bool is_unset(enum cw_slot slot, union cw_argument value)
{
  const union cw_argument unset = cw_slot_unset(slot);

  switch(cw_slot_kind(slot)) {
  case CW_KIND_LONG:
    return value.number == unset.number;
  case CW_KIND_OFFSET:
    return value.offset == unset.offset;
  case CW_KIND_FUNCTION:
    return !value.function;
  case CW_KIND_POINTER:
  case CW_KIND_TEXT:
  case CW_KIND_BLOB:
    break;
  }
  return !value.pointer;
}

CURLcode cw_dress_without(struct cw_handle *handle, enum cw_slot slot)
{
  if(is_unset(slot, handle->notes.value[slot]))
    return cw_undress_slot(handle, slot); /* what we had put there */
  return cw_dress(handle, slot, cw_slot_unset(slot));
}

CURLcode cw_dress_as_get(struct cw_handle *handle)
{
  CURLcode result = CURLE_OK;

  if(handle->notes.form != CW_FORM_GET && handle->notes.form != CW_FORM_HEAD) {
    handle->is_method_dressed = true;
    result =
      handle->libcurl->easy_setopt(handle->curl, CURLOPT_HTTPGET, (long)1);
  }
  if(!result)
    result = cw_dress_without(handle, CW_SLOT_CUSTOMREQUEST);
  return result;
}

CURLcode cw_dress_url(struct cw_handle *handle, const char *url)
{
  /* before the URL, which it unsets since libcurl 8 */
  CURLcode result = cw_dress_without(handle, CW_SLOT_CURLU);

  handle->is_url_dressed = true;
  if(!result)
    result = handle->libcurl->easy_setopt(handle->curl, CURLOPT_URL, url);
  if(!result)
    result = cw_dress_without(handle, CW_SLOT_PORT);
  if(!result)
    result = cw_dress_without(handle, CW_SLOT_REQUEST_TARGET);
  return result;
}

static CURLcode put_back_method(struct cw_handle *handle)
{
  const struct cw_notes *notes = &handle->notes;
  const struct cw_libcurl *libcurl = handle->libcurl;
  CURL *curl = handle->curl;

  switch(notes->form) {
  case CW_FORM_GET:
    return libcurl->easy_setopt(curl, CURLOPT_HTTPGET, (long)1);
  case CW_FORM_HEAD:
    return libcurl->easy_setopt(curl, CURLOPT_NOBODY, (long)1);
  case CW_FORM_POST:
    return libcurl->easy_setopt(curl, CURLOPT_POST, (long)1);
  case CW_FORM_MIME:
    return libcurl->easy_setopt(curl, CURLOPT_MIMEPOST, notes->form_data);
  case CW_FORM_HTTPPOST:
    return libcurl->easy_setopt(curl, CW_HTTPPOST, notes->form_data);
  case CW_FORM_PUT:
    break;
  }
  return libcurl->easy_setopt(curl, CURLOPT_UPLOAD, (long)1);
}

CURLcode cw_undress_slot(struct cw_handle *handle, enum cw_slot slot)
{
  CURLcode result = CURLE_OK;

  if(!cw_is_dressed_slot(handle->dressed, slot))
    return CURLE_OK;
  result = cw_argument_set(handle->libcurl, handle->curl, cw_slot_option(slot),
                           handle->notes.value[slot]);
  if(!result)
    handle->dressed[slot / 64] &= ~(UINT64_C(1) << (slot % 64));
  return result;
}

CURLcode cw_undress(struct cw_handle *handle)
{
  CURLcode first = CURLE_OK;
  bool is_any = handle->is_method_dressed || handle->is_url_dressed;

  for(size_t i = 0; i < sizeof(handle->dressed) / sizeof(uint64_t); i++)
    is_any = is_any || handle->dressed[i];
  if(!is_any)
    return CURLE_OK;

  /* before CURLOPT_CURLU, likewise */
  if(handle->is_url_dressed) {
    const CURLcode result = handle->libcurl->easy_setopt(
      handle->curl, CURLOPT_URL, cw_handle_url(handle));
    handle->is_url_dressed = result != CURLE_OK;
    if(!first)
      first = result;
  }
  for(unsigned i = 0; i < CW_SLOT_COUNT; i++) {
    if(!cw_is_dressed_slot(handle->dressed, (enum cw_slot)i))
      continue;
    const CURLcode result = cw_undress_slot(handle, (enum cw_slot)i);
    if(!first)
      first = result;
  }
  if(handle->is_method_dressed) {
    const CURLcode result = put_back_method(handle);
    handle->is_method_dressed = result != CURLE_OK;
    if(!first)
      first = result;
  }
  return first;
}
