/* The public functions of <curlew/easy.h> and dropin.h: arguments are checked
   here. */

#define CURL_DISABLE_TYPECHECK
#include <stdarg.h>

#include <curlew/dropin.h>
#include <curlew/easy.h>
#include <curlew/trace.h>

#include "call.h"
#include "easy.h"
#include "environment.h"
#include "handle.h"
#include "multis.h"
#include "rare.h"
#include "standard.h"

#define OURS (&cw_libcurl_linked)

CURL *curlew_easy_init(void)
{
  return cw_call_init(OURS, &cw_standard_library);
}

CURL *curlew_dropin_init(void)
{
  return cw_call_init(OURS, cw_environment());
}

CURL *curlew_easy_duphandle(CURL *curl)
{
  const struct cw_handle *handle = cw_handle_find(curl);

  if(!curl)
    return NULL;
  return handle ? cw_call_duphandle(handle) : OURS->easy_duphandle(curl);
}

void curlew_easy_reset(CURL *curl)
{
  struct cw_handle *handle = cw_handle_find(curl);

  if(handle)
    cw_call_reset(handle);
  else if(curl)
    OURS->easy_reset(curl);
}

void curlew_easy_cleanup(CURL *curl)
{
  struct cw_handle *handle = cw_handle_find(curl);

  if(handle)
    cw_call_cleanup(handle);
  else if(curl)
    OURS->easy_cleanup(curl);
}

CURLcode curlew_easy_setopt(CURL *curl, CURLoption option, ...)
{
  struct cw_handle *handle = cw_handle_find(curl);
  va_list args;

  if(!curl)
    return CURLE_BAD_FUNCTION_ARGUMENT;
  va_start(args, option);
  const union cw_argument value = cw_argument_read(option, args);
  va_end(args);
  return handle ? cw_handle_set(handle, option, value)
                : cw_argument_set(OURS, curl, option, value);
}

static CW_RARE CURLcode getinfo_any(CURL *curl, CURLINFO info, void *result)
{
  struct cw_handle *handle = cw_handle_find(curl);

  if(!curl || !result)
    return CURLE_BAD_FUNCTION_ARGUMENT;
  return handle ? cw_sums_getinfo(handle, info, result)
                : OURS->easy_getinfo(curl, info, result);
}

CURLcode curlew_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
  const struct cw_handle *handle = cw_registry_recent(curl);
  va_list args;

  va_start(args, info);
  void *result = va_arg(args, void *);
  va_end(args);
  return handle && result && cw_sums_are_libcurls(handle)
           ? handle->libcurl->easy_getinfo(curl, info, result)
           : getinfo_any(curl, info, result);
}

CURLHcode curlew_easy_header(CURL *curl, const char *name, size_t index,
                             unsigned int origin, int request,
                             struct curl_header **header)
{
  struct cw_handle *handle = cw_handle_find(curl);

  return handle
           ? cw_past_header(handle, name, index, origin, request, header)
           : OURS->easy_header(curl, name, index, origin, request, header);
}

struct curl_header *curlew_easy_nextheader(CURL *curl, unsigned int origin,
                                           int request,
                                           struct curl_header *previous)
{
  struct cw_handle *handle = cw_handle_find(curl);

  return handle ? cw_past_nextheader(handle, origin, request, previous)
                : OURS->easy_nextheader(curl, origin, request, previous);
}

CURLcode curlew_easy_perform(CURL *curl)
{
  struct cw_handle *handle = cw_handle_find(curl);

  if(!curl)
    return CURLE_BAD_FUNCTION_ARGUMENT;
  return handle ? cw_call_perform(handle)
                : cw_easy_run_foreign(curl, OURS, &cw_world_real);
}

/* Finds the handle whose settings may be changed. */
static CURLcode find_idle(CURL *curl, struct cw_handle **handle)
{
  *handle = cw_handle_find(curl);
  if(!curl || !*handle)
    return CURLE_BAD_FUNCTION_ARGUMENT;
  if(atomic_load(&(*handle)->is_performing))
    return CURLE_RECURSIVE_API_CALL;
  cw_handle_changed(*handle);
  return CURLE_OK;
}

CURLcode curlew_easy_set_policy(CURL *curl, struct curlew_policy *policy)
{
  struct cw_handle *handle = NULL;
  const CURLcode result = find_idle(curl, &handle);

  if(result)
    return result;
  CURLcode failure = CURLE_OK;
  struct curlew_policy *next =
    policy ? curlew_policy_ref(policy) : handle->standard->policy(&failure);
  if(!next)
    return failure;
  curlew_policy_unref(handle->policy);
  handle->policy = next;
  handle->is_url_known = false;
  return CURLE_OK;
}

CURLcode curlew_easy_set_share(CURL *curl, struct curlew_share *share)
{
  struct cw_handle *handle = NULL;
  const CURLcode result = find_idle(curl, &handle);

  if(result)
    return result;
  struct curlew_share *next = curlew_share_ref(share);
  curlew_share_unref(handle->share);
  handle->share = next;
  return CURLE_OK;
}

CURLcode curlew_easy_set_expect(CURL *curl, bool is_expected)
{
  struct cw_handle *handle = NULL;
  const CURLcode result = find_idle(curl, &handle);

  if(!result)
    handle->is_expected = is_expected;
  return result;
}

CURLcode curlew_easy_set_credentials(CURL *curl, curlew_credentials_fn *ask,
                                     void *user)
{
  struct cw_handle *handle = NULL;
  const CURLcode result = find_idle(curl, &handle);

  if(!result) {
    handle->ask = ask;
    handle->ask_user = user;
  }
  return result;
}

CURLcode curlew_easy_set_trace(CURL *curl, curlew_trace_fn *trace, void *user)
{
  struct cw_handle *handle = NULL;
  const CURLcode result = find_idle(curl, &handle);

  if(!result) {
    handle->trace = trace;
    handle->trace_user = user;
  }
  return result;
}

CURLcode curlew_easy_cancel(CURL *curl)
{
  struct cw_handle *handle = cw_handle_find(curl);

  if(!curl || !handle)
    return CURLE_BAD_FUNCTION_ARGUMENT;
  cw_alarm_ring(&handle->alarm);
  cw_multis_ring(handle);
  return CURLE_OK;
}

const struct curlew_outcome *curlew_easy_outcome(CURL *curl)
{
  struct cw_handle *handle = cw_handle_find(curl);

  return handle ? cw_story_outcome(handle) : NULL;
}
