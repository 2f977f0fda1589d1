/*
 * libcurl.h - the functions of libcurl that we call, as a table.
 *
 * The library fills it with what it is linked to, the drop-in with what its
 * caller is linked to, and tests with a script. The functions that only
 * compute (curl_url, curl_slist) are in it too, since memory that one libcurl
 * gave must go back to the same.
 */
#ifndef CW_LIBCURL_H
#define CW_LIBCURL_H

#include <curl/curl.h>

struct cw_libcurl {
  CURL *(*easy_init)(void);
  CURL *(*easy_duphandle)(CURL *curl);
  void (*easy_reset)(CURL *curl);
  void (*easy_cleanup)(CURL *curl);
  CURLcode (*easy_perform)(CURL *curl);
  CURLcode (*easy_setopt)(CURL *curl, CURLoption option, ...);
  CURLcode (*easy_getinfo)(CURL *curl, CURLINFO info, ...);
  CURLHcode (*easy_header)(CURL *curl, const char *name, size_t index,
                           unsigned origin, int request,
                           struct curl_header **header);
  struct curl_header *(*easy_nextheader)(CURL *curl, unsigned origin,
                                         int request,
                                         struct curl_header *previous);
  CURLMcode (*multi_add_handle)(CURLM *multi, CURL *curl);
  struct curl_slist *(*slist_append)(struct curl_slist *list,
                                     const char *text);
  void (*slist_free_all)(struct curl_slist *list);
  CURLU *(*url)(void);
  void (*url_cleanup)(CURLU *url);
  CURLUcode (*url_get)(CURLU *url, CURLUPart part, char **text,
                       unsigned flags);
  CURLUcode (*url_set)(CURLU *url, CURLUPart part, const char *text,
                       unsigned flags);
  void (*free)(void *text);
};

/* The libcurl that this library is linked to. */
extern const struct cw_libcurl cw_libcurl_linked;

#endif
