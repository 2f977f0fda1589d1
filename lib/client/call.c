#include "call.h"

#include "attempt.h"
#include "easy.h"
#include "handle.h"
#include "multi.h"

CURL *cw_call_init(const struct cw_libcurl *libcurl,
                   const struct cw_standard *standard)
{
  CURL *curl = libcurl->easy_init();

  if(curl && !cw_handle_new(curl, libcurl, &cw_world_real, standard)) {
    libcurl->easy_cleanup(curl);
    curl = NULL;
  }
  return curl;
}

CURL *cw_call_duphandle(const struct cw_handle *handle)
{
  const struct cw_libcurl *libcurl = handle->libcurl;
  CURL *curl = libcurl->easy_duphandle(handle->curl);

  if(!curl)
    return NULL;
  struct cw_handle *copy =
    cw_handle_new(curl, libcurl, handle->world, handle->standard);
  if(copy && cw_handle_copy(copy, handle)) {
    cw_handle_free(copy);
    copy = NULL;
  }
  if(!copy) {
    libcurl->easy_cleanup(curl);
    curl = NULL;
  }
  return curl;
}

CURL *cw_call_copy_out(const struct cw_handle *handle)
{
  CURL *curl = handle->libcurl->easy_duphandle(handle->curl);

  if(curl && cw_handle_set_own(handle, curl)) {
    handle->libcurl->easy_cleanup(curl);
    curl = NULL;
  }
  return curl;
}

void cw_call_reset(struct cw_handle *handle)
{
  if(atomic_load(&handle->is_performing))
    return;
  handle->libcurl->easy_reset(handle->curl);
  /* without memory for the policy the next perform says so */
  (void)cw_handle_reset(handle);
}

void cw_call_cleanup(struct cw_handle *handle)
{
  /* out of the table first: the address may be given to somebody else */
  cw_handle_unlist(handle);
  cw_multi_lose(handle);
  handle->libcurl->easy_cleanup(handle->curl);
  cw_handle_discard(handle);
}

CURLcode cw_call_perform(struct cw_handle *handle)
{
  if(cw_transfer_multi(handle)) /* which libcurl need not know of */
    return CURLE_FAILED_INIT;
  if(atomic_load_explicit(&handle->is_performing, memory_order_relaxed))
    return CURLE_RECURSIVE_API_CALL;
  if(!handle->policy)
    return handle->failure;
  cw_alarm_reset(&handle->alarm);
  atomic_store_explicit(&handle->is_performing, true, memory_order_release);
  const CURLcode result = cw_easy_run(handle);
  /* so says libcurl where a multi handle has it */
  if(result == CURLE_FAILED_INIT)
    (void)cw_attempt_disown(handle);
  cw_gate_idle(&handle->gate);
  atomic_store_explicit(&handle->is_performing, false, memory_order_release);
  return result;
}

CURLM *cw_call_multi_init(const struct cw_libcurl *libcurl)
{
  CURLM *multi = libcurl->multi_init();

  if(multi && !cw_multi_new(multi, libcurl, &cw_world_real)) {
    (void)libcurl->multi_cleanup(multi);
    multi = NULL;
  }
  return multi;
}

CURLMcode cw_call_multi_add(struct cw_handle *handle, CURLM *multi)
{
  if(cw_transfer_multi(handle))
    return CURLM_ADDED_ALREADY;
  if(!atomic_load(&handle->is_performing) && cw_attempt_leave(handle))
    return CURLM_OUT_OF_MEMORY;
  return handle->libcurl->multi_add_handle(multi, handle->curl);
}

/* One of ours knows its libcurl itself. */
static const struct cw_libcurl *libcurl_of(const struct cw_multi *ours,
                                           const struct cw_libcurl *libcurl)
{
  return ours ? ours->libcurl : libcurl;
}

CURL **cw_call_multi_get_handles(const struct cw_libcurl *libcurl,
                                 struct cw_multi *ours, CURLM *curlm)
{
  if(!libcurl_of(ours, libcurl)->multi_get_handles)
    return NULL;
  return ours ? cw_multi_get_handles(ours) : libcurl->multi_get_handles(curlm);
}

CURLMcode cw_call_multi_get_offt(const struct cw_libcurl *libcurl,
                                 struct cw_multi *ours, CURLM *curlm, int info,
                                 curl_off_t *value)
{
  if(!libcurl_of(ours, libcurl)->multi_get_offt)
    return CURLM_UNKNOWN_OPTION;
  return ours ? cw_multi_get_offt(ours, info, value)
              : libcurl->multi_get_offt(curlm, info, value);
}

CURLMcode cw_call_multi_notify(const struct cw_libcurl *libcurl,
                               struct cw_multi *ours, CURLM *curlm,
                               unsigned what, bool is_enabled)
{
  const struct cw_libcurl *its = libcurl_of(ours, libcurl);
  CURLMcode (*notify)(CURLM *, unsigned) =
    is_enabled ? its->multi_notify_enable : its->multi_notify_disable;

  if(!notify)
    return CURLM_UNKNOWN_OPTION;
  return ours ? cw_multi_notify(ours, what, is_enabled) : notify(curlm, what);
}
