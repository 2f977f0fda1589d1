/*
 * news.h - the messages that wait for curl_multi_info_read(), first in, first
 * out.
 */
#ifndef CW_NEWS_H
#define CW_NEWS_H

#include <stdbool.h>

#include <curl/curl.h>

#include "ring.h"

/* A message. Those of our handles are in the handle; for others, whose message
   is libcurl's, one is made. */
struct cw_news {
  struct cw_link link;
  CURLMsg *message; /* |own|, or libcurl's */
  bool is_listed;
  CURLMsg own;
};

struct cw_news_list {
  struct cw_link ring;
  struct cw_link *untold; /* the first that CURLMOPT_NOTIFYFUNCTION does not
                             know of; nor does it know of those after it */
  struct cw_news *spare;  /* for the next foreign one */
  int count;
};

static inline void cw_news_init(struct cw_news_list *list)
{
  cw_link_init(&list->ring);
  list->untold = &list->ring;
}

static inline struct cw_news *cw_news_of(struct cw_link *link)
{
  return CW_LINK_OF(link, struct cw_news, link);
}

static inline void cw_news_append(struct cw_news_list *list,
                                  struct cw_news *news, CURLMsg *message)
{
  news->message = message;
  news->is_listed = true;
  cw_link_append(&list->ring, &news->link);
  if(list->untold == &list->ring)
    list->untold = &news->link;
  list->count++;
}

/* Takes it out; one that was made is to be freed then. */
static inline void cw_news_unlist(struct cw_news_list *list,
                                  struct cw_news *news)
{
  news->is_listed = false;
  if(list->untold == &news->link)
    list->untold = news->link.next;
  cw_link_remove(&news->link);
  list->count--;
}

/* The operation on |curl| is over with |result|. */
static inline void cw_news_add(struct cw_news_list *list, struct cw_news *news,
                               CURL *curl, CURLcode result)
{
  news->own.msg = CURLMSG_DONE;
  news->own.easy_handle = curl;
  news->own.data.result = result;
  cw_news_append(list, news, &news->own);
}

/* Sees to it that the next foreign message can be added; false without
   memory. */
bool cw_news_expect(struct cw_news_list *list);

/* |message| of libcurl's own is expected. */
void cw_news_add_foreign(struct cw_news_list *list, CURLMsg *message);

/* Nothing happens to one that is not listed; |news| is one of ours. */
static inline void cw_news_drop(struct cw_news_list *list,
                                struct cw_news *news)
{
  if(news->is_listed)
    cw_news_unlist(list, news);
}

/* The same for what is listed of |curl|. */
void cw_news_drop_foreign(struct cw_news_list *list, const CURL *curl);

CURLMsg *cw_news_take_foreign(struct cw_news_list *list);

/* The first one, which is listed no more; NULL. */
static inline CURLMsg *cw_news_take(struct cw_news_list *list)
{
  struct cw_news *news = cw_news_of(list->ring.next);

  if(cw_link_is_empty(&list->ring))
    return NULL;
  if(news->message != &news->own)
    return cw_news_take_foreign(list);
  cw_news_unlist(list, news);
  return &news->own;
}

void cw_news_clear(struct cw_news_list *list);

#endif
