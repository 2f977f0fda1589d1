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
  CURLM *(*multi_init)(void);
  CURLMcode (*multi_cleanup)(CURLM *multi);
  CURLMcode (*multi_add_handle)(CURLM *multi, CURL *curl);
  CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *curl);
  CURLMcode (*multi_perform)(CURLM *multi, int *running);
  CURLMcode (*multi_wait)(CURLM *multi, struct curl_waitfd extra[],
                          unsigned count, int timeout_ms, int *ready);
  CURLMcode (*multi_poll)(CURLM *multi, struct curl_waitfd extra[],
                          unsigned count, int timeout_ms, int *ready);
  CURLMcode (*multi_wakeup)(CURLM *multi);
  CURLMcode (*multi_fdset)(CURLM *multi, fd_set *read, fd_set *write,
                           fd_set *except, int *max);
  CURLMcode (*multi_timeout)(CURLM *multi, long *timeout_ms);
  CURLMcode (*multi_socket_action)(CURLM *multi, curl_socket_t socket,
                                   int events, int *running);
  CURLMcode (*multi_socket_all)(CURLM *multi, int *running);
  CURLMcode (*multi_assign)(CURLM *multi, curl_socket_t socket, void *data);
  CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
  CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
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
  char *(*maprintf)(const char *format, ...);

  /* what only newer ones have, or NULL: */
  CURL **(*multi_get_handles)(CURLM *multi);          /* 8.4 */
  CURLMcode (*multi_get_offt)(CURLM *multi, int info, /* 8.16 */
                              curl_off_t *value);
  CURLMcode (*multi_notify_enable)(CURLM *multi, unsigned what); /* 8.17 */
  CURLMcode (*multi_notify_disable)(CURLM *multi, unsigned what);
};

/* The libcurl that this library is linked to. */
extern const struct cw_libcurl cw_libcurl_linked;

#endif
