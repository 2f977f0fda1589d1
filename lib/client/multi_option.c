/* The options of a multi handle. */
#include "due.h"
#include "handle.h"
#include "multi.h"

/* Not all headers of libcurl have these: */
#define NOTIFYFUNCTION (CURLOPTTYPE_FUNCTIONPOINT + 18)
#define NOTIFYDATA     (CURLOPTTYPE_OBJECTPOINT + 19)

static CURLMcode set_function(struct cw_multi *multi, CURLMoption option,
                              cw_function *function)
{
  return multi->libcurl->multi_setopt(multi->curlm, option, function);
}

CURLMcode cw_multi_pass(const struct cw_libcurl *libcurl, CURLM *curlm,
                        CURLMoption option, union cw_argument value)
{
  if(CW_ARGUMENTS_ALIKE)
    return libcurl->multi_setopt(curlm, option, value.pointer);
  if((int)option < CURLOPTTYPE_OBJECTPOINT)
    return libcurl->multi_setopt(curlm, option, value.number);
  if((int)option < CURLOPTTYPE_FUNCTIONPOINT)
    return libcurl->multi_setopt(curlm, option, value.pointer);
  if((int)option < CURLOPTTYPE_OFF_T)
    return libcurl->multi_setopt(curlm, option, value.function);
  return libcurl->multi_setopt(curlm, option, value.offset);
}

/* The pushed handle is a copy that libcurl made of one of ours, and is to be as
   the application has set that. */
static int take_push(CURL *parent, CURL *curl, size_t count,
                     struct curl_pushheaders *headers, void *user)
{
  struct cw_multi *multi = user;
  const struct cw_handle *handle = cw_handle_find(parent);

  multi->is_unsure = true;
  if(handle && cw_handle_set_own(handle, curl))
    return CURL_PUSH_DENY;
  return multi->push(parent, curl, count, headers, multi->push_user);
}

/* Ours stands in the place of the application's only while there is one. */
static CURLMcode set_timer(struct cw_multi *multi, cw_function *function)
{
  CURLMcode result =
    multi->libcurl->multi_setopt(multi->curlm, CURLMOPT_TIMERDATA, multi);

  if(!result)
    result = set_function(multi, CURLMOPT_TIMERFUNCTION,
                          function ? (cw_function *)cw_due_take : NULL);
  if(!result)
    multi->timer = (curl_multi_timer_callback)function;
  multi->is_watched = multi->timer || multi->notify;
  multi->announced_ms = CW_FOREVER; /* to this one */
  return result;
}

static CURLMcode set_push(struct cw_multi *multi, cw_function *function)
{
  CURLMcode result =
    multi->libcurl->multi_setopt(multi->curlm, CURLMOPT_PUSHDATA, multi);

  if(!result)
    result = set_function(multi, CURLMOPT_PUSHFUNCTION,
                          function ? (cw_function *)take_push : NULL);
  if(!result)
    multi->push = (curl_push_callback)function;
  return result;
}

/* What libcurl would tell of, we tell by ourselves. */
static CURLMcode set_notify(struct cw_multi *multi, cw_function *function)
{
  const CURLMcode result =
    set_function(multi, (CURLMoption)NOTIFYFUNCTION, NULL);

  if(!result)
    multi->notify = (cw_notify_fn *)function;
  multi->is_watched = multi->timer || multi->notify;
  return result;
}

static CURLMcode set_notify_data(struct cw_multi *multi, void *user)
{
  const CURLMcode result =
    multi->libcurl->multi_setopt(multi->curlm, (CURLMoption)NOTIFYDATA, user);

  if(!result)
    multi->notify_user = user;
  return result;
}

CURLMcode cw_multi_setopt(struct cw_multi *multi, CURLMoption option,
                          union cw_argument value)
{
  if(multi->is_busy)
    return CURLM_RECURSIVE_API_CALL;
  switch((int)option) {
  case CURLMOPT_TIMERFUNCTION:
    return set_timer(multi, value.function);
  case CURLMOPT_TIMERDATA:
    multi->timer_user = value.pointer;
    return CURLM_OK;
  case CURLMOPT_PUSHFUNCTION:
    return set_push(multi, value.function);
  case CURLMOPT_PUSHDATA:
    multi->push_user = value.pointer;
    return CURLM_OK;
  case NOTIFYFUNCTION:
    return set_notify(multi, value.function);
  case NOTIFYDATA:
    return set_notify_data(multi, value.pointer);
  default:
    return cw_multi_pass(multi->libcurl, multi->curlm, option, value);
  }
}

CURLMcode cw_multi_notify(struct cw_multi *multi, unsigned what,
                          bool is_enabled)
{
  const struct cw_libcurl *libcurl = multi->libcurl;
  const CURLMcode result =
    is_enabled ? libcurl->multi_notify_enable(multi->curlm, what)
               : libcurl->multi_notify_disable(multi->curlm, what);

  if(result || what > CW_NOTIFY_DONE)
    return result;
  if(is_enabled)
    multi->notified |= 1u << what;
  else
    multi->notified &= ~(1u << what);
  return CURLM_OK;
}
