/*
 * news.h - the messages that wait for curl_multi_info_read(), first in, first
 * out.
 */
#ifndef CW_NEWS_H
#define CW_NEWS_H

#include <stdbool.h>

#include <curl/curl.h>

/* A message. Those of our handles are in the handle; for others, whose message
   is libcurl's, one is made. */
struct cw_news {
  struct cw_news *next;
  struct cw_news *before;
  CURLMsg *message; /* |own|, or libcurl's */
  bool is_listed;
  CURLMsg own;
};

struct cw_news_list {
  struct cw_news *first;
  struct cw_news *last;
  struct cw_news *untold; /* the first that CURLMOPT_NOTIFYFUNCTION does not
                             know of; nor does it know of those after it */
  struct cw_news *spare;  /* for the next foreign one */
  int count;
};

/* The operation on |curl| is over with |result|. */
void cw_news_add(struct cw_news_list *list, struct cw_news *news, CURL *curl,
                 CURLcode result);

/* Sees to it that the next foreign message can be added; false without
   memory. */
bool cw_news_expect(struct cw_news_list *list);

/* |message| of libcurl's own is expected. */
void cw_news_add_foreign(struct cw_news_list *list, CURLMsg *message);

/* Nothing happens to one that is not listed. */
void cw_news_drop(struct cw_news_list *list, struct cw_news *news);

/* The same for what is listed of |curl|. */
void cw_news_drop_foreign(struct cw_news_list *list, const CURL *curl);

/* The first one, which is listed no more; NULL. */
CURLMsg *cw_news_take(struct cw_news_list *list);

void cw_news_clear(struct cw_news_list *list);

#endif
