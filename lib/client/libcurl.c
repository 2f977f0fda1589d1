#define CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_DEPRECATION /* curl_multi_socket_all */
#include "libcurl.h"

#include <curl/mprintf.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

/* Its first parameter became const with libcurl 8. */
static CURLUcode url_get(CURLU *url, CURLUPart part, char **text,
                         unsigned flags)
{
  return curl_url_get(url, part, text, flags);
}

#if LIBCURL_VERSION_NUM >= 0x081000
/* An enum of libcurl's, which older ones do not know. */
static CURLMcode multi_get_offt(CURLM *multi, int info, curl_off_t *value)
{
  return curl_multi_get_offt(multi, (CURLMinfo_offt)info, value);
}
#endif

const struct cw_libcurl cw_libcurl_linked = {
  .easy_init = curl_easy_init,
  .easy_duphandle = curl_easy_duphandle,
  .easy_reset = curl_easy_reset,
  .easy_cleanup = curl_easy_cleanup,
  .easy_perform = curl_easy_perform,
  .easy_setopt = curl_easy_setopt,
  .easy_getinfo = curl_easy_getinfo,
  .easy_header = curl_easy_header,
  .easy_nextheader = curl_easy_nextheader,
  .multi_init = curl_multi_init,
  .multi_cleanup = curl_multi_cleanup,
  .multi_add_handle = curl_multi_add_handle,
  .multi_remove_handle = curl_multi_remove_handle,
  .multi_perform = curl_multi_perform,
  .multi_wait = curl_multi_wait,
  .multi_poll = curl_multi_poll,
  .multi_wakeup = curl_multi_wakeup,
  .multi_fdset = curl_multi_fdset,
  .multi_timeout = curl_multi_timeout,
  .multi_socket_action = curl_multi_socket_action,
  .multi_socket_all = curl_multi_socket_all,
  .multi_assign = curl_multi_assign,
  .multi_setopt = curl_multi_setopt,
  .multi_info_read = curl_multi_info_read,
  .slist_append = curl_slist_append,
  .slist_free_all = curl_slist_free_all,
  .url = curl_url,
  .url_cleanup = curl_url_cleanup,
  .url_get = url_get,
  .url_set = curl_url_set,
  .free = curl_free,
  .maprintf = curl_maprintf,
#if LIBCURL_VERSION_NUM >= 0x080400
  .multi_get_handles = curl_multi_get_handles,
#endif
#if LIBCURL_VERSION_NUM >= 0x081000
  .multi_get_offt = multi_get_offt,
#endif
#if LIBCURL_VERSION_NUM >= 0x081100
  .multi_notify_enable = curl_multi_notify_enable,
  .multi_notify_disable = curl_multi_notify_disable,
#endif
};
