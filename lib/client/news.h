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

static inline void cw_news_append(struct cw_news_list *list,
                                  struct cw_news *news, CURLMsg *message)
{
  news->message = message;
  news->is_listed = true;
  news->next = NULL;
  news->before = list->last;
  *(list->last ? &list->last->next : &list->first) = news;
  list->last = news;
  if(!list->untold)
    list->untold = news;
  list->count++;
}

/* Takes it out; one that was made is to be freed then. */
static inline void cw_news_unlist(struct cw_news_list *list,
                                  struct cw_news *news)
{
  news->is_listed = false;
  if(list->untold == news)
    list->untold = news->next;
  *(news->next ? &news->next->before : &list->last) = news->before;
  *(news->before ? &news->before->next : &list->first) = news->next;
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

/* The first one, which is listed no more; NULL. */
CURLMsg *cw_news_take_foreign(struct cw_news_list *list);

static inline CURLMsg *cw_news_take(struct cw_news_list *list)
{
  struct cw_news *news = list->first;

  if(!news || news->message != &news->own)
    return cw_news_take_foreign(list);
  cw_news_unlist(list, news);
  return &news->own;
}

void cw_news_clear(struct cw_news_list *list);

#endif
