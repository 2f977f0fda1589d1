#include "play.h"

#include <stdatomic.h>
#include <stdio.h>

#include "call.h"
#include "environment.h"
#include "handle.h"

/* Who plays: curlew on |handle|, or |libcurl| where that is NULL. */
struct cast {
  struct cw_handle *handle;
  const struct cw_libcurl *libcurl; /* NULL: there is none */
};

/* Tells once what cannot be helped. */
static void complain(atomic_flag *is_told, const char *text)
{
  if(!atomic_flag_test_and_set(is_told))
    (void)fprintf(stderr, "curlew: %s\n", text);
}

const struct cw_flavour *cw_play_flavour(struct cw_caller caller,
                                         bool *is_left_alone)
{
  static atomic_flag is_told = ATOMIC_FLAG_INIT;
  const struct cw_flavour *flavour = cw_flavour_of(&caller, is_left_alone);

  if(!flavour)
    complain(&is_told, "no libcurl was found for this program");
  return flavour;
}

const struct cw_flavour *cw_play_flavour_of_new(struct cw_caller caller,
                                                bool *is_left_alone)
{
  static atomic_flag is_told = ATOMIC_FLAG_INIT;
  const struct cw_flavour *flavour = cw_play_flavour(caller, is_left_alone);

  if(flavour && !flavour->is_whole) {
    complain(&is_told, "this libcurl is too old: it is left alone");
    *is_left_alone = true;
  }
  return flavour;
}

static inline struct cast cast_of(CURL *curl, struct cw_caller caller)
{
  struct cw_handle *handle = cw_handle_find(curl);
  bool is_left_alone = false;

  if(handle) {
    const struct cw_flavour *flavour = cw_flavour_with(handle->libcurl);
    return (struct cast){
      .handle = cw_flavour_is_inner(flavour, &caller) ? NULL : handle,
      .libcurl = handle->libcurl,
    };
  }
  const struct cw_flavour *flavour = cw_play_flavour(caller, &is_left_alone);
  return (struct cast){.libcurl = flavour ? &flavour->libcurl : NULL};
}

/* A new handle that is libcurl's alone. If one of ours had its address, that
   was freed behind our back. */
static CURL *leave_alone(CURL *curl)
{
  struct cw_handle *stale = cw_handle_find(curl);

  if(stale)
    cw_handle_free(stale);
  return curl;
}

CURL *cw_play_init(struct cw_caller caller)
{
  bool is_left_alone = false;
  const struct cw_flavour *flavour =
    cw_play_flavour_of_new(caller, &is_left_alone);

  if(!flavour || !flavour->libcurl.easy_init)
    return NULL;
  return is_left_alone ? leave_alone(flavour->libcurl.easy_init())
                       : cw_call_init(&flavour->libcurl, cw_environment());
}

CURL *cw_play_duphandle(CURL *curl, struct cw_caller caller)
{
  const struct cast cast = cast_of(curl, caller);

  if(cast.handle)
    return cw_call_duphandle(cast.handle);
  if(!cast.libcurl)
    return NULL;
  const struct cw_handle *handle = cw_handle_find(curl);
  return leave_alone(handle ? cw_call_copy_out(handle)
                            : cast.libcurl->easy_duphandle(curl));
}

void cw_play_reset(CURL *curl, struct cw_caller caller)
{
  const struct cast cast = cast_of(curl, caller);

  if(cast.handle)
    cw_call_reset(cast.handle);
  else if(cast.libcurl)
    cast.libcurl->easy_reset(curl);
}

void cw_play_cleanup(CURL *curl, struct cw_caller caller)
{
  const struct cast cast = cast_of(curl, caller);

  if(cast.handle)
    cw_call_cleanup(cast.handle);
  else if(cast.libcurl)
    cast.libcurl->easy_cleanup(curl);
}

CURLcode cw_play_perform_any(CURL *curl, struct cw_caller caller)
{
  const struct cast cast = cast_of(curl, caller);

  if(cast.handle)
    return cw_call_perform(cast.handle);
  return cast.libcurl ? cast.libcurl->easy_perform(curl) : CURLE_FAILED_INIT;
}

CURLcode cw_play_setopt_any(CURL *curl, CURLoption option,
                            union cw_argument value, struct cw_caller caller)
{
  const struct cast cast = cast_of(curl, caller);

  if(cast.handle)
    return cw_handle_set(cast.handle, option, value);
  return cast.libcurl ? cw_argument_set(cast.libcurl, curl, option, value)
                      : CURLE_FAILED_INIT;
}

CURLcode cw_play_getinfo_any(CURL *curl, CURLINFO info, void *result,
                             struct cw_caller caller)
{
  const struct cast cast = cast_of(curl, caller);

  if(cast.handle && result)
    return cw_sums_getinfo(cast.handle, info, result);
  return cast.libcurl ? cast.libcurl->easy_getinfo(curl, info, result)
                      : CURLE_FAILED_INIT;
}

CURLHcode cw_play_header(CURL *curl, const char *name, size_t index,
                         unsigned origin, int request,
                         struct curl_header **header, struct cw_caller caller)
{
  const struct cast cast = cast_of(curl, caller);

  if(cast.handle)
    return cw_past_header(cast.handle, name, index, origin, request, header);
  if(!cast.libcurl || !cast.libcurl->easy_header)
    return CURLHE_NOT_BUILT_IN;
  return cast.libcurl->easy_header(curl, name, index, origin, request, header);
}

struct curl_header *cw_play_nextheader(CURL *curl, unsigned origin,
                                       int request,
                                       struct curl_header *previous,
                                       struct cw_caller caller)
{
  const struct cast cast = cast_of(curl, caller);

  if(cast.handle)
    return cw_past_nextheader(cast.handle, origin, request, previous);
  if(!cast.libcurl || !cast.libcurl->easy_nextheader)
    return NULL;
  return cast.libcurl->easy_nextheader(curl, origin, request, previous);
}
