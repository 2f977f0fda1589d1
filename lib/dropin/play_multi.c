#include "play_multi.h"

#include "call.h"
#include "multi.h"

/* Who plays: curlew on |multi|, or |libcurl| where that is NULL. */
struct cast {
  struct cw_multi *multi;
  const struct cw_libcurl *libcurl; /* NULL: there is none */
};

CW_TLS_NEAR _Thread_local struct cw_inner_multi cw_inner_multi = {
  .curlm = CW_NO_MULTI,
};

static struct cast cast_of(CURLM *curlm, struct cw_caller caller)
{
  struct cw_multi *multi = cw_multis_find(curlm);
  bool is_left_alone = false;

  if(multi) {
    const struct cw_flavour *flavour = cw_flavour_with(multi->libcurl);
    return (struct cast){
      .multi = cw_flavour_is_inner(flavour, &caller) ? NULL : multi,
      .libcurl = multi->libcurl,
    };
  }
  const struct cw_flavour *flavour = cw_play_flavour(caller, &is_left_alone);
  return (struct cast){.libcurl = flavour ? &flavour->libcurl : NULL};
}

/* ---- coming and going ---- */

static void forget_inner(const CURLM *curlm)
{
  if(cw_inner_multi.curlm == curlm)
    cw_inner_multi.curlm = CW_NO_MULTI;
}

/* A new one that is libcurl's alone. If one of ours had its address, that was
   freed behind our back. */
static CURLM *leave_alone(CURLM *curlm)
{
  struct cw_multi *stale = cw_multis_find(curlm);

  if(stale)
    cw_multi_free(stale);
  return curlm;
}

CURLM *cw_play_multi_init(struct cw_caller caller)
{
  bool is_left_alone = false;
  const struct cw_flavour *flavour =
    cw_play_flavour_of_new(caller, &is_left_alone);

  if(!flavour || !flavour->libcurl.multi_init)
    return NULL;
  CURLM *curlm = is_left_alone ? leave_alone(flavour->libcurl.multi_init())
                               : cw_call_multi_init(&flavour->libcurl);
  forget_inner(curlm);
  return curlm;
}

CURLMcode cw_play_multi_cleanup(CURLM *curlm, struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  forget_inner(curlm);
  if(cast.multi)
    return cw_multi_cleanup(cast.multi);
  return cast.libcurl ? cast.libcurl->multi_cleanup(curlm)
                      : CURLM_INTERNAL_ERROR;
}

/* Into one that is not ours, a transfer goes as libcurl's own affair. */
static CURLMcode add_ours(CURLM *curlm, struct cw_handle *handle,
                          struct cw_caller caller)
{
  if(!cw_play_is_inner(handle, caller))
    return cw_call_multi_add(handle, curlm);
  cw_inner_multi = (struct cw_inner_multi){curlm, handle->libcurl};
  return handle->libcurl->multi_add_handle(curlm, handle->curl);
}

CURLMcode cw_play_multi_add_handle_any(CURLM *curlm, CURL *curl,
                                       struct cw_caller caller)
{
  struct cw_handle *handle = cw_handle_find(curl);

  if(handle && curlm && !cw_multis_find(curlm))
    return add_ours(curlm, handle, caller);
  const struct cast cast = cast_of(curlm, caller);
  if(cast.multi)
    return cw_multi_add(cast.multi, curl);
  return cast.libcurl ? cast.libcurl->multi_add_handle(curlm, curl)
                      : CURLM_INTERNAL_ERROR;
}

CURLMcode cw_play_multi_remove_handle_any(CURLM *curlm, CURL *curl,
                                          struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  if(cast.multi)
    return cw_multi_remove(cast.multi, curl);
  return cast.libcurl ? cast.libcurl->multi_remove_handle(curlm, curl)
                      : CURLM_INTERNAL_ERROR;
}

/* ---- going on ---- */

CURLMcode cw_play_multi_perform_any(CURLM *curlm, int *running,
                                    struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  if(cast.multi)
    return cw_multi_perform(cast.multi, running);
  return cast.libcurl ? cast.libcurl->multi_perform(curlm, running)
                      : CURLM_INTERNAL_ERROR;
}

CURLMcode cw_play_multi_socket_action(CURLM *curlm, curl_socket_t socket,
                                      int events, int *running,
                                      struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  if(cast.multi)
    return cw_multi_socket_action(cast.multi, socket, events, running);
  return cast.libcurl
           ? cast.libcurl->multi_socket_action(curlm, socket, events, running)
           : CURLM_INTERNAL_ERROR;
}

CURLMcode cw_play_multi_socket_all(CURLM *curlm, int *running,
                                   struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  if(cast.multi)
    return cw_multi_socket_all(cast.multi, running);
  return cast.libcurl ? cast.libcurl->multi_socket_all(curlm, running)
                      : CURLM_INTERNAL_ERROR;
}

CURLMsg *cw_play_multi_info_read_any(CURLM *curlm, int *left,
                                     struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  if(cast.multi)
    return cw_multi_info_read(cast.multi, left);
  if(cast.libcurl)
    return cast.libcurl->multi_info_read(curlm, left);
  *left = 0;
  return NULL;
}

/* ---- sleeping ---- */

CURLMcode cw_play_multi_poll_any(CURLM *curlm, struct curl_waitfd extra[],
                                 struct cw_sleep sleep, int *ready,
                                 struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  if(cast.multi)
    return cw_multi_poll(cast.multi, extra, sleep.count, sleep.timeout_ms,
                         ready);
  if(!cast.libcurl || !cast.libcurl->multi_poll)
    return CURLM_INTERNAL_ERROR;
  return cast.libcurl->multi_poll(curlm, extra, sleep.count, sleep.timeout_ms,
                                  ready);
}

CURLMcode cw_play_multi_wait_any(CURLM *curlm, struct curl_waitfd extra[],
                                 struct cw_sleep sleep, int *ready,
                                 struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  if(cast.multi)
    return cw_multi_wait(cast.multi, extra, sleep.count, sleep.timeout_ms,
                         ready);
  if(!cast.libcurl || !cast.libcurl->multi_wait)
    return CURLM_INTERNAL_ERROR;
  return cast.libcurl->multi_wait(curlm, extra, sleep.count, sleep.timeout_ms,
                                  ready);
}

CURLMcode cw_play_multi_timeout(CURLM *curlm, long *timeout_ms,
                                struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  if(cast.multi)
    return cw_multi_timeout(cast.multi, timeout_ms);
  return cast.libcurl ? cast.libcurl->multi_timeout(curlm, timeout_ms)
                      : CURLM_INTERNAL_ERROR;
}

/* ---- options and answers ---- */

CURLMcode cw_play_multi_setopt_any(CURLM *curlm, CURLMoption option,
                                   union cw_argument value,
                                   struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  if(cast.multi)
    return cw_multi_setopt(cast.multi, option, value);
  return cast.libcurl ? cw_multi_pass(cast.libcurl, curlm, option, value)
                      : CURLM_INTERNAL_ERROR;
}

CURL **cw_play_multi_get_handles(CURLM *curlm, struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  return cast.libcurl
           ? cw_call_multi_get_handles(cast.libcurl, cast.multi, curlm)
           : NULL;
}

CURLMcode cw_play_multi_get_offt(CURLM *curlm, int info, curl_off_t *value,
                                 struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  return cast.libcurl ? cw_call_multi_get_offt(cast.libcurl, cast.multi, curlm,
                                               info, value)
                      : CURLM_UNKNOWN_OPTION;
}

static CURLMcode notify(CURLM *curlm, unsigned what, bool is_enabled,
                        struct cw_caller caller)
{
  const struct cast cast = cast_of(curlm, caller);

  return cast.libcurl ? cw_call_multi_notify(cast.libcurl, cast.multi, curlm,
                                             what, is_enabled)
                      : CURLM_UNKNOWN_OPTION;
}

CURLMcode cw_play_multi_notify_enable(CURLM *curlm, unsigned what,
                                      struct cw_caller caller)
{
  return notify(curlm, what, true, caller);
}

CURLMcode cw_play_multi_notify_disable(CURLM *curlm, unsigned what,
                                       struct cw_caller caller)
{
  return notify(curlm, what, false, caller);
}
