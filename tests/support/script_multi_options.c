/* What a multi handle of the script is told, and what it tells of itself. */

#include "script_multi.h"

#include <stdarg.h>

#include "store.h"

static void take_function(struct script_multi *multi, CURLMoption option,
                          va_list args)
{
  switch((int)option) {
  case CURLMOPT_TIMERFUNCTION:
    multi->timer = va_arg(args, curl_multi_timer_callback);
    break;
  case CURLMOPT_SOCKETFUNCTION:
    multi->socket = va_arg(args, curl_socket_callback);
    break;
  case CURLMOPT_PUSHFUNCTION:
    multi->push = va_arg(args, curl_push_callback);
    break;
  case SCRIPT_NOTIFYFUNCTION:
    multi->notify = va_arg(args, script_notify *);
    break;
  default:
    break;
  }
}

static void take_pointer(struct script_multi *multi, CURLMoption option,
                         void *pointer)
{
  switch((int)option) {
  case CURLMOPT_TIMERDATA:
    multi->timer_user = pointer;
    break;
  case CURLMOPT_SOCKETDATA:
    multi->socket_user = pointer;
    break;
  case CURLMOPT_PUSHDATA:
    multi->push_user = pointer;
    break;
  case SCRIPT_NOTIFYDATA:
    multi->notify_user = pointer;
    break;
  default:
    break;
  }
}

/* Any other option is taken and forgotten. */
CURLMcode script_multi_setopt(CURLM *curlm, CURLMoption option, ...)
{
  struct script_multi *multi = script_multi_of(curlm);
  const CURLMcode code = script_multi_check(multi, true);
  const int type = (int)option - (int)option % 10000;
  va_list args;

  if(code)
    return code;
  if(script_fails(SCRIPT_MULTI_SETOPT))
    return CURLM_OUT_OF_MEMORY;
  va_start(args, option);
  if(type == CURLOPTTYPE_FUNCTIONPOINT)
    take_function(multi, option, args);
  else if(type == CURLOPTTYPE_OBJECTPOINT)
    take_pointer(multi, option, va_arg(args, void *));
  va_end(args);
  return CURLM_OK;
}

CURLMcode script_multi_assign(CURLM *curlm, curl_socket_t socket, void *data)
{
  struct script_multi *multi = script_multi_of(curlm);

  if(!multi)
    return CURLM_BAD_HANDLE;
  multi->assigned = socket;
  multi->assigned_data = data;
  return CURLM_OK;
}

CURL **script_multi_get_handles(CURLM *curlm)
{
  const struct script_multi *multi = script_multi_of(curlm);

  if(!multi || script_fails(SCRIPT_MULTI_HANDLES))
    return NULL;
  CURL **list = store_new((multi->count + 1) * sizeof(CURL *));
  for(size_t i = 0; i < multi->count; i++)
    list[i] = (CURL *)multi->added[i];
  return list;
}

CURLMcode script_multi_get_offt(CURLM *curlm, int info, curl_off_t *value)
{
  const struct script_multi *multi = script_multi_of(curlm);

  if(!multi)
    return CURLM_BAD_HANDLE;
  if(script_fails(SCRIPT_MULTI_OFFT))
    return CURLM_OUT_OF_MEMORY;
  const size_t running = script_multi_running(multi);
  const size_t values[] = {multi->count, running, 0, multi->count - running,
                           multi->ever_added};
  if(info < 1 || info > 5)
    return CURLM_UNKNOWN_OPTION;
  *value = (curl_off_t)values[info - 1];
  return CURLM_OK;
}

static CURLMcode enable(struct script_multi *multi, unsigned what,
                        bool is_enabled)
{
  if(!multi)
    return CURLM_BAD_HANDLE;
  if(what > SCRIPT_EASY_DONE)
    return CURLM_UNKNOWN_OPTION;
  if(script_fails(SCRIPT_MULTI_NOTIFY))
    return CURLM_OUT_OF_MEMORY;
  multi->is_enabled[what] = is_enabled;
  return CURLM_OK;
}

CURLMcode script_multi_notify_enable(CURLM *multi, unsigned what)
{
  return enable(script_multi_of(multi), what, true);
}

CURLMcode script_multi_notify_disable(CURLM *multi, unsigned what)
{
  return enable(script_multi_of(multi), what, false);
}
