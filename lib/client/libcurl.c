#define CURL_DISABLE_TYPECHECK
#include "libcurl.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo

/* Its first parameter became const with libcurl 8. */
static CURLUcode url_get(CURLU *url, CURLUPart part, char **text,
                         unsigned flags)
{
  return curl_url_get(url, part, text, flags);
}

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
  .multi_add_handle = curl_multi_add_handle,
  .slist_append = curl_slist_append,
  .slist_free_all = curl_slist_free_all,
  .url = curl_url,
  .url_cleanup = curl_url_cleanup,
  .url_get = url_get,
  .url_set = curl_url_set,
  .free = curl_free,
};
