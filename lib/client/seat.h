/* seat.h - the place of one of our handles in a multi handle, for multi.c and
   transfer.c. */
#ifndef CW_SEAT_H
#define CW_SEAT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "handle.h"
#include "multi.h"

/* libcurl has taken |handle| into |multi|, and it is ours there now. */
static inline void cw_transfer_join(struct cw_multi *multi,
                                    struct cw_handle *handle)
{
  struct cw_transfer *transfer = &handle->transfer;

  atomic_store_explicit(&transfer->multi, multi, memory_order_relaxed);
  transfer->stage = CW_STAGE_NEW;
  transfer->is_inside = true;
  cw_link_append(&multi->handles, &transfer->link);
  if(multi->fresh == &multi->handles)
    multi->fresh = &transfer->link;
  multi->members++;
  multi->inside++;
}

/* Has |multi| it, and libcurl too, with nothing left to be done? */
static inline bool cw_transfer_is_over(const struct cw_handle *handle,
                                       const struct cw_multi *multi)
{
  return cw_transfer_multi(handle) == multi &&
         handle->transfer.stage == CW_STAGE_OVER && handle->transfer.is_inside;
}

static inline void cw_transfer_unlink(struct cw_multi *multi,
                                      struct cw_handle *handle)
{
  const struct cw_link *link = &handle->transfer.link;

  cw_news_drop(&multi->news, &handle->transfer.news);
  if(multi->fresh == link)
    multi->fresh = link->next;
  if(multi->cursor == link)
    multi->cursor = link->next;
  cw_link_remove(link);
  multi->members--;
}

/* cw_transfer_part, where that is so. */
static inline void cw_transfer_part_over(struct cw_multi *multi,
                                         struct cw_handle *handle)
{
  cw_transfer_unlink(multi, handle);
  atomic_store_explicit(&handle->transfer.multi, NULL, memory_order_relaxed);
}

#endif
