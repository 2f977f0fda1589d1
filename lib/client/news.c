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
  struct cw_link *link = list->ring.next;

  while(link != &list->ring && cw_news_of(link)->message->easy_handle != curl)
    link = link->next;
  if(link != &list->ring)
    drop(list, cw_news_of(link));
}

CURLMsg *cw_news_take_foreign(struct cw_news_list *list)
{
  struct cw_news *news = cw_news_of(list->ring.next);
  CURLMsg *message = news->message;

  drop(list, news);
  return message;
}

void cw_news_clear(struct cw_news_list *list)
{
  while(!cw_link_is_empty(&list->ring))
    drop(list, cw_news_of(list->ring.next));
  free(list->spare);
  list->spare = NULL;
}
