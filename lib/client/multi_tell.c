/* What a multi handle has, as far as libcurl cannot know it. */
#include "handle.h"
#include "multi.h"

/* Memory that curl_free() releases, whatever allocator libcurl was given. */
static CURL **list_of(const struct cw_libcurl *libcurl, size_t count)
{
  return (CURL **)(void *)libcurl->maprintf(
    "%*s", (int)((count + 1) * sizeof(CURL *)) - 1, "");
}

static CURL **add_outside(const struct cw_multi *multi, CURL **inside)
{
  size_t count = 0;
  size_t at = 0;

  while(inside[count])
    count++;
  CURL **list = list_of(multi->libcurl, count + multi->members);
  if(!list)
    return NULL;
  for(; at < count; at++)
    list[at] = inside[at];
  for(struct cw_link *link = multi->handles.next; link != &multi->handles;
      link = link->next) {
    const struct cw_handle *handle = cw_transfer_of_link(link);
    if(!handle->transfer.is_inside)
      list[at++] = handle->curl;
  }
  list[at] = NULL;
  return list;
}

CURL **cw_multi_get_handles(struct cw_multi *multi)
{
  CURL **inside = multi->libcurl->multi_get_handles(multi->curlm);

  if(!inside)
    return NULL;
  CURL **all = add_outside(multi, inside);
  multi->libcurl->free((char *)(void *)inside);
  return all;
}

/* libcurl's enum CURLMinfo_offt. */
enum {
  XFERS_CURRENT = 1,
  XFERS_RUNNING,
  XFERS_PENDING,
  XFERS_DONE,
  XFERS_ADDED
};

static unsigned count_done_outside(const struct cw_multi *multi)
{
  unsigned count = 0;

  for(struct cw_link *link = multi->handles.next; link != &multi->handles;
      link = link->next) {
    const struct cw_transfer *transfer = &cw_transfer_of_link(link)->transfer;
    count += !transfer->is_inside && transfer->stage == CW_STAGE_OVER;
  }
  return count;
}

CURLMcode cw_multi_get_offt(struct cw_multi *multi, int info,
                            curl_off_t *value)
{
  const CURLMcode result =
    multi->libcurl->multi_get_offt(multi->curlm, info, value);

  if(result)
    return result;
  if(info == XFERS_CURRENT || info == XFERS_RUNNING)
    *value += multi->outside;
  if(info == XFERS_CURRENT || info == XFERS_DONE)
    *value += count_done_outside(multi);
  if(info == XFERS_ADDED)
    *value -= multi->readded;
  return CURLM_OK;
}
