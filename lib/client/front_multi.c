/* The public functions of <curlew/multi.h>: what is ours goes to the driver,
   the rest to libcurl. */

#define CURL_DISABLE_TYPECHECK
#include <stdarg.h>

#include <curlew/multi.h>

#include "call.h"
#include "due.h"
#include "handle.h"
#include "multi.h"
#include "multis.h"
#include "rare.h"

#define OURS (&cw_libcurl_linked)

/* The functions that are called most have a short way, for a multi handle that
   this thread asked for last. */

CURLM *curlew_multi_init(void)
{
  return cw_call_multi_init(OURS);
}

CURLMcode curlew_multi_cleanup(CURLM *multi)
{
  struct cw_multi *ours = cw_multis_find(multi);
  return ours ? cw_multi_cleanup(ours) : OURS->multi_cleanup(multi);
}

static CW_RARE CURLMcode add_any(CURLM *multi, CURL *curl)
{
  struct cw_multi *ours = cw_multis_find(multi);
  struct cw_handle *handle = ours ? NULL : cw_handle_find(curl);

  if(ours)
    return cw_multi_add(ours, curl);
  return handle ? cw_call_multi_add(handle, multi)
                : OURS->multi_add_handle(multi, curl);
}

CURLMcode curlew_multi_add_handle(CURLM *multi, CURL *curl)
{
  struct cw_multi *recent = cw_multis_recent(multi);
  return recent ? cw_multi_add(recent, curl) : add_any(multi, curl);
}

static CW_RARE CURLMcode remove_any(CURLM *multi, CURL *curl)
{
  struct cw_multi *ours = cw_multis_find(multi);
  return ours ? cw_multi_remove(ours, curl)
              : OURS->multi_remove_handle(multi, curl);
}

CURLMcode curlew_multi_remove_handle(CURLM *multi, CURL *curl)
{
  struct cw_multi *recent = cw_multis_recent(multi);
  return recent ? cw_multi_remove(recent, curl) : remove_any(multi, curl);
}

static CW_RARE CURLMcode perform_any(CURLM *multi, int *running_handles)
{
  struct cw_multi *ours = cw_multis_find(multi);
  return ours ? cw_multi_perform(ours, running_handles)
              : OURS->multi_perform(multi, running_handles);
}

CURLMcode curlew_multi_perform(CURLM *multi, int *running_handles)
{
  struct cw_multi *recent = cw_multis_recent(multi);
  return recent ? cw_multi_perform(recent, running_handles)
                : perform_any(multi, running_handles);
}

CURLMcode curlew_multi_wait(CURLM *multi, struct curl_waitfd extra_fds[],
                            unsigned int extra_nfds, int timeout_ms,
                            int *numfds)
{
  struct cw_multi *ours = cw_multis_find(multi);
  return ours ? cw_multi_wait(ours, extra_fds, extra_nfds, timeout_ms, numfds)
              : OURS->multi_wait(multi, extra_fds, extra_nfds, timeout_ms,
                                 numfds);
}

static CW_RARE CURLMcode poll_any(CURLM *multi, struct curl_waitfd extra_fds[],
                                  unsigned int extra_nfds, int timeout_ms,
                                  int *numfds)
{
  struct cw_multi *ours = cw_multis_find(multi);
  return ours ? cw_multi_poll(ours, extra_fds, extra_nfds, timeout_ms, numfds)
              : OURS->multi_poll(multi, extra_fds, extra_nfds, timeout_ms,
                                 numfds);
}

CURLMcode curlew_multi_poll(CURLM *multi, struct curl_waitfd extra_fds[],
                            unsigned int extra_nfds, int timeout_ms,
                            int *numfds)
{
  const struct cw_multi *recent = cw_multis_recent(multi);

  if(!recent || recent->is_busy || cw_due_is_any(recent))
    return poll_any(multi, extra_fds, extra_nfds, timeout_ms, numfds);
  return recent->libcurl->multi_poll(multi, extra_fds, extra_nfds, timeout_ms,
                                     numfds);
}

CURLMcode curlew_multi_wakeup(CURLM *multi)
{
  return OURS->multi_wakeup(multi);
}

CURLMcode curlew_multi_fdset(CURLM *multi, fd_set *read_fds, fd_set *write_fds,
                             fd_set *except_fds, int *max_fd)
{
  return OURS->multi_fdset(multi, read_fds, write_fds, except_fds, max_fd);
}

CURLMcode curlew_multi_timeout(CURLM *multi, long *timeout_ms)
{
  struct cw_multi *ours = cw_multis_find(multi);
  return ours ? cw_multi_timeout(ours, timeout_ms)
              : OURS->multi_timeout(multi, timeout_ms);
}

CURLMcode curlew_multi_socket_action(CURLM *multi, curl_socket_t socket,
                                     int ev_bitmask, int *running_handles)
{
  struct cw_multi *ours = cw_multis_find(multi);
  return ours
           ? cw_multi_socket_action(ours, socket, ev_bitmask, running_handles)
           : OURS->multi_socket_action(multi, socket, ev_bitmask,
                                       running_handles);
}

CURLMcode curlew_multi_socket_all(CURLM *multi, int *running_handles)
{
  struct cw_multi *ours = cw_multis_find(multi);
  return ours ? cw_multi_socket_all(ours, running_handles)
              : OURS->multi_socket_all(multi, running_handles);
}

CURLMcode curlew_multi_assign(CURLM *multi, curl_socket_t socket, void *data)
{
  return OURS->multi_assign(multi, socket, data);
}

CURLMcode curlew_multi_setopt(CURLM *multi, CURLMoption option, ...)
{
  struct cw_multi *ours = cw_multis_find(multi);
  va_list args;

  va_start(args, option);
  const union cw_argument value = cw_argument_read((CURLoption)option, args);
  va_end(args);
  return ours ? cw_multi_setopt(ours, option, value)
              : cw_multi_pass(OURS, multi, option, value);
}

static CW_RARE CURLMsg *info_read_any(CURLM *multi, int *msgs_in_queue)
{
  struct cw_multi *ours = cw_multis_find(multi);
  return ours ? cw_multi_info_read(ours, msgs_in_queue)
              : OURS->multi_info_read(multi, msgs_in_queue);
}

CURLMsg *curlew_multi_info_read(CURLM *multi, int *msgs_in_queue)
{
  struct cw_multi *recent = cw_multis_recent(multi);
  return recent ? cw_multi_info_read(recent, msgs_in_queue)
                : info_read_any(multi, msgs_in_queue);
}

CURL **curlew_multi_get_handles(CURLM *multi)
{
  return cw_call_multi_get_handles(OURS, cw_multis_find(multi), multi);
}

CURLMcode curlew_multi_get_offt(CURLM *multi, int info, curl_off_t *value)
{
  return cw_call_multi_get_offt(OURS, cw_multis_find(multi), multi, info,
                                value);
}

CURLMcode curlew_multi_notify_enable(CURLM *multi, unsigned int notification)
{
  return cw_call_multi_notify(OURS, cw_multis_find(multi), multi, notification,
                              true);
}

CURLMcode curlew_multi_notify_disable(CURLM *multi, unsigned int notification)
{
  return cw_call_multi_notify(OURS, cw_multis_find(multi), multi, notification,
                              false);
}

const char *curlew_multi_strerror(CURLMcode code)
{
  return curl_multi_strerror(code);
}
