#include "news.h"

#include <stdlib.h>

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
  cw_news_append(list, news, message);
}

static void drop(struct cw_news_list *list, struct cw_news *news)
{
  cw_news_unlist(list, news);
  if(news->message == &news->own)
    return;
  if(list->spare)
    free(news);
  else
    list->spare = news;
}

void cw_news_drop_foreign(struct cw_news_list *list, const CURL *curl)
{
  struct cw_news *news = list->first;

  while(news && news->message->easy_handle != curl)
    news = news->next;
  if(news)
    drop(list, news);
}

CURLMsg *cw_news_take_foreign(struct cw_news_list *list)
{
  struct cw_news *news = list->first;
  CURLMsg *message = news ? news->message : NULL;

  if(news)
    drop(list, news);
  return message;
}

void cw_news_clear(struct cw_news_list *list)
{
  while(list->first)
    drop(list, list->first);
  free(list->spare);
  list->spare = NULL;
}
