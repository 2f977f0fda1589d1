#include "news.h"

#include <stdlib.h>

static void append(struct cw_news_list *list, struct cw_news *news)
{
  news->is_listed = true;
  news->next = NULL;
  news->before = list->last;
  if(list->last)
    list->last->next = news;
  else
    list->first = news;
  list->last = news;
  if(!list->untold)
    list->untold = news;
  list->count++;
}

void cw_news_add(struct cw_news_list *list, struct cw_news *news, CURL *curl,
                 CURLcode result)
{
  news->own = (CURLMsg){
    .msg = CURLMSG_DONE,
    .easy_handle = curl,
    .data.result = result,
  };
  news->message = &news->own;
  append(list, news);
}

bool cw_news_expect(struct cw_news_list *list)
{
  if(!list->spare)
    list->spare = malloc(sizeof(*list->spare));
  return list->spare != NULL;
}

void cw_news_add_foreign(struct cw_news_list *list, CURLMsg *message)
{
  struct cw_news *news = list->spare;

  list->spare = NULL;
  news->message = message;
  append(list, news);
}

static bool is_foreign(const struct cw_news *news)
{
  return news->message != &news->own;
}

void cw_news_drop(struct cw_news_list *list, struct cw_news *news)
{
  if(!news->is_listed)
    return;
  news->is_listed = false;
  if(list->untold == news)
    list->untold = news->next;
  if(news->next)
    news->next->before = news->before;
  else
    list->last = news->before;
  if(news->before)
    news->before->next = news->next;
  else
    list->first = news->next;
  list->count--;
  if(is_foreign(news))
    free(news);
}

void cw_news_drop_foreign(struct cw_news_list *list, const CURL *curl)
{
  struct cw_news *news = list->first;

  while(news && news->message->easy_handle != curl)
    news = news->next;
  if(news)
    cw_news_drop(list, news);
}

CURLMsg *cw_news_take(struct cw_news_list *list)
{
  struct cw_news *news = list->first;

  if(!news)
    return NULL;
  CURLMsg *message = news->message;
  cw_news_drop(list, news);
  return message;
}

void cw_news_clear(struct cw_news_list *list)
{
  while(list->first)
    cw_news_drop(list, list->first);
  free(list->spare);
  list->spare = NULL;
}
