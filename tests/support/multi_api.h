/* multi_api.h - the multi interfaces of libcurl and of curlew by the same
   calls, as api.h has the easy ones. */
#ifndef CW_TEST_MULTI_API_H
#define CW_TEST_MULTI_API_H

#include "api.h"

struct multi_api {
  const char *name;
  const struct api *easy;
  CURLM *(*init)(void);
  CURLMcode (*cleanup)(CURLM *multi);
  CURLMcode (*add)(CURLM *multi, CURL *curl);
  CURLMcode (*remove)(CURLM *multi, CURL *curl);
  CURLMcode (*perform)(CURLM *multi, int *running);
  CURLMcode (*wait)(CURLM *multi, struct curl_waitfd extra[], unsigned count,
                    int timeout_ms, int *ready);
  CURLMcode (*poll)(CURLM *multi, struct curl_waitfd extra[], unsigned count,
                    int timeout_ms, int *ready);
  CURLMcode (*wakeup)(CURLM *multi);
  CURLMcode (*fdset)(CURLM *multi, fd_set *in, fd_set *out, fd_set *except,
                     int *max);
  CURLMcode (*timeout)(CURLM *multi, long *timeout_ms);
  CURLMcode (*socket_action)(CURLM *multi, curl_socket_t socket, int events,
                             int *running);
  CURLMcode (*assign)(CURLM *multi, curl_socket_t socket, void *data);
  CURLMcode (*setopt)(CURLM *multi, CURLMoption option, ...);
  CURLMsg *(*info_read)(CURLM *multi, int *left);
};

static const struct multi_api multi_plain = {
  "libcurl",
  &api_plain,
  curl_multi_init,
  curl_multi_cleanup,
  curl_multi_add_handle,
  curl_multi_remove_handle,
  curl_multi_perform,
  curl_multi_wait,
  curl_multi_poll,
  curl_multi_wakeup,
  curl_multi_fdset,
  curl_multi_timeout,
  curl_multi_socket_action,
  curl_multi_assign,
  (curl_multi_setopt),
  curl_multi_info_read,
};

static const struct multi_api multi_curlew = {
  "curlew",
  &api_curlew,
  curlew_multi_init,
  curlew_multi_cleanup,
  curlew_multi_add_handle,
  curlew_multi_remove_handle,
  curlew_multi_perform,
  curlew_multi_wait,
  curlew_multi_poll,
  curlew_multi_wakeup,
  curlew_multi_fdset,
  curlew_multi_timeout,
  curlew_multi_socket_action,
  curlew_multi_assign,
  curlew_multi_setopt,
  curlew_multi_info_read,
};

#endif
