#include "control.h"

#include "handle.h"
#include "watch.h"

static CURLcode set_long(struct cw_handle *handle, CURLoption option,
                         long number)
{
  return handle->libcurl->easy_setopt(handle->curl, option, number);
}

static CURLcode set_follow(struct cw_handle *handle, long follow)
{
  CURLcode result = CURLE_OK;

  if(handle->control.follow != follow)
    result = set_long(handle, CURLOPT_FOLLOWLOCATION, follow);
  if(!result)
    handle->control.follow = follow;
  return result;
}

static CURLcode set_header(struct cw_handle *handle, long header)
{
  CURLcode result = CURLE_OK;

  if(handle->control.header != header)
    result = set_long(handle, CURLOPT_HEADER, header);
  if(!result)
    handle->control.header = header;
  return result;
}

CURLcode cw_control_watch(struct cw_handle *handle)
{
  const struct cw_libcurl *libcurl = handle->libcurl;
  CURLcode result = CURLE_OK;

  if(handle->control.is_watching)
    return CURLE_OK;
  handle->control.has_watched = true;
  result = libcurl->easy_setopt(handle->curl, CURLOPT_XFERINFOFUNCTION,
                                cw_watch_progress);
  if(!result)
    result = libcurl->easy_setopt(handle->curl, CURLOPT_XFERINFODATA, handle);
  handle->control.is_watching = !result;
  return result;
}

CURLcode cw_control_give_watch(const struct cw_handle *handle, CURL *curl)
{
  /* the function that is set last tells libcurl whether to show a meter of its
     own */
  const bool is_new =
    handle->notes.value[CW_SLOT_XFERINFOFUNCTION].function != NULL;
  const enum cw_slot slots[] = {
    is_new ? CW_SLOT_PROGRESSFUNCTION : CW_SLOT_XFERINFOFUNCTION,
    is_new ? CW_SLOT_XFERINFOFUNCTION : CW_SLOT_PROGRESSFUNCTION,
    CW_SLOT_XFERINFODATA,
  };
  CURLcode result = CURLE_OK;

  for(size_t i = 0; i < sizeof(slots) / sizeof(slots[0]) && !result; i++)
    result = cw_argument_set(handle->libcurl, curl, cw_slot_option(slots[i]),
                             handle->notes.value[slots[i]]);
  return result;
}

static CURLcode stop_watching(struct cw_handle *handle)
{
  CURLcode result = CURLE_OK;

  if(handle->control.has_watched)
    result = cw_control_give_watch(handle, handle->curl);
  handle->control.is_watching = false;
  handle->control.has_watched = result != CURLE_OK;
  return result;
}

CURLcode cw_control_take(struct cw_handle *handle)
{
  const bool is_ours = handle->rules->redirect_when != CW_REDIRECT_NEVER;
  /* where the policy leaves redirects to libcurl, it follows as it is told */
  CURLcode result = set_follow(
    handle,
    is_ours ? 0 : cw_notes_long(&handle->notes, CW_SLOT_FOLLOWLOCATION));

  if(!result)
    result = set_header(handle, 0);
  if(!result && !cw_notes_long(&handle->notes, CW_SLOT_NOPROGRESS))
    result = cw_control_watch(handle);
  handle->control.is_taken = true;
  return result;
}

CURLcode cw_control_leave(struct cw_handle *handle)
{
  CURLcode result = CURLE_OK;

  if(!handle->control.is_taken)
    return CURLE_OK;
  result =
    set_follow(handle, cw_notes_long(&handle->notes, CW_SLOT_FOLLOWLOCATION));
  if(!result)
    result = set_header(handle, cw_notes_long(&handle->notes, CW_SLOT_HEADER));
  if(!result)
    result = stop_watching(handle);
  handle->control.is_taken = result != CURLE_OK;
  return result;
}

/* FOLLOWLOCATION is tried on libcurl, which knows what values it has. */
static CURLcode try_follow(struct cw_handle *handle, long follow)
{
  const long before = handle->control.follow;
  const CURLcode result = set_long(handle, CURLOPT_FOLLOWLOCATION, follow);

  if(result)
    return result;
  handle->control.follow = follow;
  return handle->control.is_taken ? set_follow(handle, before) : CURLE_OK;
}

CURLcode cw_control_set(struct cw_handle *handle, enum cw_slot slot,
                        union cw_argument value)
{
  if(slot == CW_SLOT_FOLLOWLOCATION)
    return try_follow(handle, value.number);
  if(slot == CW_SLOT_HEADER)
    return handle->control.is_taken ? CURLE_OK
                                    : set_header(handle, value.number);
  if(handle->control.has_watched)
    return CURLE_OK;
  return cw_argument_set(handle->libcurl, handle->curl, cw_slot_option(slot),
                         value);
}
