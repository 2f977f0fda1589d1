/*
 * play.h - libcurl's part, played for those who know nothing of curlew.
 *
 * Each function does what libcurl's of that name does for |caller|: by curlew
 * on the handles that the program made, and by libcurl itself on all others and
 * where it is libcurl that calls.
 */
#ifndef CW_PLAY_H
#define CW_PLAY_H

#include <curl/curl.h>

#include "call.h"
#include "flavour.h"
#include "handle.h"
#include "notes.h"

CURL *cw_play_init(struct cw_caller caller);
CURL *cw_play_duphandle(struct cw_caller caller, CURL *curl);
void cw_play_reset(struct cw_caller caller, CURL *curl);
void cw_play_cleanup(struct cw_caller caller, CURL *curl);
CURLcode cw_play_setopt_any(struct cw_caller caller, CURL *curl,
                            CURLoption option, union cw_argument value);
CURLcode cw_play_getinfo_any(struct cw_caller caller, CURL *curl,
                             CURLINFO info, void *result);
CURLHcode cw_play_header(struct cw_caller caller, CURL *curl, const char *name,
                         size_t index, unsigned origin, int request,
                         struct curl_header **header);
struct curl_header *cw_play_nextheader(struct cw_caller caller, CURL *curl,
                                       unsigned origin, int request,
                                       struct curl_header *previous);

/* The functions that are called most have a short way, for a handle that this
   thread asked for last: */

CURLcode cw_play_perform_any(struct cw_caller caller, CURL *curl);
CURLMcode cw_play_multi_add_any(struct cw_caller caller, CURLM *multi,
                                CURL *curl);

/* Does libcurl call itself? */
static inline bool cw_play_is_inner(const struct cw_handle *handle,
                                    struct cw_caller caller)
{
  return cw_flavour_is_inner(cw_flavour_with(handle->libcurl), &caller);
}

static inline CURLcode cw_play_perform(struct cw_caller caller, CURL *curl)
{
  struct cw_handle *handle = cw_registry_recent(curl);

  return handle && !cw_play_is_inner(handle, caller)
           ? cw_call_perform(handle)
           : cw_play_perform_any(caller, curl);
}

/* Within each perform libcurl adds the handle to a multi handle of its own. */
static inline CURLMcode cw_play_multi_add(struct cw_caller caller,
                                          CURLM *multi, CURL *curl)
{
  const struct cw_handle *handle = cw_registry_recent(curl);

  return handle && cw_play_is_inner(handle, caller)
           ? handle->libcurl->multi_add_handle(multi, curl)
           : cw_play_multi_add_any(caller, multi, curl);
}

static inline CURLcode cw_play_setopt(struct cw_caller caller, CURL *curl,
                                      CURLoption option,
                                      union cw_argument value)
{
  struct cw_handle *handle = cw_registry_recent(curl);
  const unsigned what = cw_option_what(option);

  if(!handle)
    return cw_play_setopt_any(caller, curl, option, value);
  if(what == CW_OPTION_NOTHING || cw_play_is_inner(handle, caller))
    return cw_argument_set(handle->libcurl, curl, option, value);
  return cw_handle_set_noted(handle, what, option, value);
}

static inline CURLcode cw_play_getinfo(struct cw_caller caller, CURL *curl,
                                       CURLINFO info, void *result)
{
  const struct cw_handle *handle = cw_registry_recent(curl);

  return handle && cw_sums_are_libcurls(handle)
           ? handle->libcurl->easy_getinfo(curl, info, result)
           : cw_play_getinfo_any(caller, curl, info, result);
}

#endif
