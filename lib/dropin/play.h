/*
 * play.h - libcurl's part, played for those who know nothing of curlew.
 *
 * Each function does what libcurl's of that name does for |caller|: by curlew
 * on the handles that the program made, and by libcurl itself on all others and
 * where it is libcurl that calls. The caller comes last, so that libcurl's
 * arguments stay in the registers where libcurl wants them.
 */
#ifndef CW_PLAY_H
#define CW_PLAY_H

#include <curl/curl.h>

#include "call.h"
#include "flavour.h"
#include "handle.h"
#include "notes.h"

/* The libcurl that |caller| means, or NULL; see cw_flavour_of. That there is
   none is told once. */
const struct cw_flavour *cw_play_flavour(struct cw_caller caller,
                                         bool *is_left_alone);

/* The same for a new handle, which is left alone where libcurl is too old. */
const struct cw_flavour *cw_play_flavour_of_new(struct cw_caller caller,
                                                bool *is_left_alone);

CURL *cw_play_init(struct cw_caller caller);
CURL *cw_play_duphandle(CURL *curl, struct cw_caller caller);
void cw_play_reset(CURL *curl, struct cw_caller caller);
void cw_play_cleanup(CURL *curl, struct cw_caller caller);
CURLcode cw_play_setopt_any(CURL *curl, CURLoption option,
                            union cw_argument value, struct cw_caller caller);
CURLcode cw_play_getinfo_any(CURL *curl, CURLINFO info, void *result,
                             struct cw_caller caller);
CURLHcode cw_play_header(CURL *curl, const char *name, size_t index,
                         unsigned origin, int request,
                         struct curl_header **header, struct cw_caller caller);
struct curl_header *cw_play_nextheader(CURL *curl, unsigned origin,
                                       int request,
                                       struct curl_header *previous,
                                       struct cw_caller caller);

/* The functions that are called most have a short way, for a handle that this
   thread asked for last: */

CURLcode cw_play_perform_any(CURL *curl, struct cw_caller caller);

/* Does libcurl call itself? */
static inline bool cw_play_is_inner(const struct cw_handle *handle,
                                    struct cw_caller caller)
{
  return cw_flavour_is_inner(cw_flavour_with(handle->libcurl), &caller);
}

static inline CURLcode cw_play_perform(CURL *curl, struct cw_caller caller)
{
  struct cw_handle *handle = cw_registry_recent(curl);

  return handle && !cw_play_is_inner(handle, caller)
           ? cw_call_perform(handle)
           : cw_play_perform_any(curl, caller);
}

static inline CURLcode cw_play_setopt(CURL *curl, CURLoption option,
                                      union cw_argument value,
                                      struct cw_caller caller)
{
  struct cw_handle *handle = cw_registry_recent(curl);
  const unsigned what = cw_option_what(option);

  if(!handle)
    return cw_play_setopt_any(curl, option, value, caller);
  if(what == CW_OPTION_NOTHING || cw_play_is_inner(handle, caller))
    return cw_argument_set(handle->libcurl, curl, option, value);
  return cw_handle_set_noted(handle, what, option, value);
}

static inline CURLcode cw_play_getinfo(CURL *curl, CURLINFO info, void *result,
                                       struct cw_caller caller)
{
  const struct cw_handle *handle = cw_registry_recent(curl);

  return handle && cw_sums_are_libcurls(handle)
           ? handle->libcurl->easy_getinfo(curl, info, result)
           : cw_play_getinfo_any(curl, info, result, caller);
}

#endif
