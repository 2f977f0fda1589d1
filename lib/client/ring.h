/*
 * ring.h - lists of what has a link in it: rings that begin and end at a link
 * which is nothing but the list.
 */
#ifndef CW_RING_H
#define CW_RING_H

#include <stdbool.h>
#include <stddef.h>

struct cw_link {
  struct cw_link *next;
  struct cw_link *before;
};

/* What |link|, the |member| of a |type|, is in. */
#define CW_LINK_OF(link, type, member)                                        \
  ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline void cw_link_init(struct cw_link *list)
{
  list->next = list;
  list->before = list;
}

static inline bool cw_link_is_empty(const struct cw_link *list)
{
  return list->next == list;
}

static inline void cw_link_append(struct cw_link *list, struct cw_link *link)
{
  link->next = list;
  link->before = list->before;
  list->before->next = link;
  list->before = link;
}

static inline void cw_link_remove(const struct cw_link *link)
{
  link->next->before = link->before;
  link->before->next = link->next;
}

#endif
