#include "multi.h"

#include "due.h"
#include "handle.h"
#include "multis.h"
#include "rare.h"
#include "seat.h"
#include "turn.h"

/* ---- coming and going ---- */

static void part_all(struct cw_multi *multi)
{
  while(!cw_link_is_empty(&multi->handles))
    cw_transfer_part(cw_transfer_of_link(multi->handles.next));
}

static void discard(struct cw_multi *multi)
{
  part_all(multi);
  cw_news_clear(&multi->news);
  cw_timers_clear(&multi->timers);
  cw_multis_free(multi);
}

struct cw_multi *cw_multi_new(CURLM *curlm, const struct cw_libcurl *libcurl,
                              const struct cw_world *world)
{
  struct cw_multi *multi = cw_multis_alloc();

  if(!multi)
    return NULL;
  if(!cw_news_expect(&multi->news)) {
    cw_multis_free(multi);
    return NULL;
  }
  multi->curlm = curlm;
  multi->libcurl = libcurl;
  multi->world = world;
  multi->announced_ms = CW_FOREVER;
  cw_link_init(&multi->handles);
  multi->fresh = &multi->handles;
  multi->cursor = &multi->handles;
  cw_news_init(&multi->news);
  struct cw_multi *stale = cw_multis_put(multi);
  if(stale)
    discard(stale);
  return multi;
}

void cw_multi_free(struct cw_multi *multi)
{
  cw_multis_remove(multi);
  discard(multi);
}

CURLMcode cw_multi_cleanup(struct cw_multi *multi)
{
  if(multi->is_busy || multi->is_notifying || cw_turn_is_within(multi))
    return CURLM_RECURSIVE_API_CALL;
  multi->is_busy = true;
  /* who is told of it may still ask for it */
  part_all(multi);
  /* out of the table first: the address may be given to somebody else */
  cw_multis_remove(multi);
  const CURLMcode result = multi->libcurl->multi_cleanup(multi->curlm);
  multi->is_busy = false;
  if(result)
    (void)cw_multis_put(multi);
  else
    discard(multi);
  return result;
}

/* libcurl's timer callback is called there. */
static CURLMcode add_inside(struct cw_multi *multi, CURL *curl)
{
  multi->is_busy = true;
  const CURLMcode result =
    multi->libcurl->multi_add_handle(multi->curlm, curl);
  multi->is_busy = false;
  return result;
}

/* As with libcurl, it may begin anew when nothing is left alive. */
static CW_RARE bool stays_dead(struct cw_multi *multi)
{
  if(multi->inside + multi->outside + multi->foreign == 0)
    multi->is_dead = false;
  return multi->is_dead;
}

static CW_RARE CURLMcode add_foreign(struct cw_multi *multi, CURL *curl)
{
  if(multi->is_busy)
    return curl ? CURLM_RECURSIVE_API_CALL : CURLM_BAD_EASY_HANDLE;
  if(multi->is_dead && stays_dead(multi))
    return CURLM_ABORTED_BY_CALLBACK;
  multi->is_unsure = true;
  return add_inside(multi, curl);
}

/* Can one of ours be added? */
static CW_RARE CURLMcode check(struct cw_multi *multi,
                               const struct cw_handle *handle)
{
  if(cw_transfer_multi(handle) ||
     atomic_load_explicit(&handle->is_performing, memory_order_relaxed))
    return CURLM_ADDED_ALREADY;
  if(multi->is_busy)
    return CURLM_RECURSIVE_API_CALL;
  if(multi->is_dead && stays_dead(multi))
    return CURLM_ABORTED_BY_CALLBACK;
  if(handle->libcurl != multi->libcurl)
    return CURLM_BAD_EASY_HANDLE;
  return cw_timers_reserve(&multi->timers, multi->members + 1)
           ? CURLM_OK
           : CURLM_OUT_OF_MEMORY;
}

/* Has check() nothing to do, and nothing to say? */
static inline bool is_fine(const struct cw_multi *multi,
                           const struct cw_handle *handle)
{
  return !cw_transfer_multi(handle) && handle->libcurl == multi->libcurl &&
         multi->timers.size >= multi->members + 2 &&
         !(multi->is_busy | multi->is_dead |
           atomic_load_explicit(&handle->is_performing, memory_order_relaxed));
}

static inline CURLMcode add_ours(struct cw_multi *multi,
                                 struct cw_handle *handle)
{
  const CURLMcode result = add_inside(multi, handle->curl);

  if(!result) {
    cw_alarm_reset(&handle->alarm);
    cw_transfer_join(multi, handle);
  }
  return result;
}

static CW_RARE CURLMcode add_any(struct cw_multi *multi, CURL *curl)
{
  struct cw_handle *handle = cw_handle_find(curl);

  if(!handle)
    return add_foreign(multi, curl);
  const CURLMcode result = check(multi, handle);
  return result ? result : add_ours(multi, handle);
}

CURLMcode cw_multi_add(struct cw_multi *multi, CURL *curl)
{
  struct cw_handle *handle = cw_registry_recent(curl);

  return handle && is_fine(multi, handle) ? add_ours(multi, handle)
                                          : add_any(multi, curl);
}

static inline CURLMcode remove_inside(struct cw_multi *multi,
                                      struct cw_handle *handle)
{
  multi->is_busy = true;
  const CURLMcode result =
    multi->libcurl->multi_remove_handle(multi->curlm, handle->curl);
  multi->is_busy = false;
  /* where its timer callback has failed, it is out all the same */
  if(!result || result == CURLM_ABORTED_BY_CALLBACK)
    handle->transfer.is_inside = false;
  return result;
}

static CW_RARE CURLMcode remove_foreign(struct cw_multi *multi, CURL *curl)
{
  if(multi->is_busy)
    return curl ? CURLM_RECURSIVE_API_CALL : CURLM_BAD_EASY_HANDLE;
  multi->is_busy = true;
  const CURLMcode result =
    multi->libcurl->multi_remove_handle(multi->curlm, curl);
  multi->is_busy = false;
  multi->is_unsure = true;
  if(!result || result == CURLM_ABORTED_BY_CALLBACK)
    cw_news_drop_foreign(&multi->news, curl);
  return result;
}

/* One of ours, which is in another multi handle of ours or in none. */
static CW_RARE CURLMcode remove_stranger(const struct cw_multi *multi,
                                         const struct cw_handle *handle)
{
  if(cw_transfer_multi(handle))
    return CURLM_BAD_EASY_HANDLE;
  return multi->libcurl->multi_remove_handle(multi->curlm, handle->curl);
}

/* The end is traced. */
static void part(struct cw_multi *multi, struct cw_handle *handle)
{
  const bool was_busy = multi->is_busy;

  multi->is_busy = true;
  cw_transfer_part(handle);
  multi->is_busy = was_busy;
}

static CW_RARE CURLMcode remove_any(struct cw_multi *multi, CURL *curl)
{
  struct cw_handle *handle = cw_handle_find(curl);

  if(!handle)
    return remove_foreign(multi, curl);
  if(cw_transfer_multi(handle) != multi)
    return remove_stranger(multi, handle);
  if(multi->is_busy)
    return CURLM_RECURSIVE_API_CALL;
  const CURLMcode result =
    handle->transfer.is_inside ? remove_inside(multi, handle) : CURLM_OK;
  if(handle->transfer.is_inside)
    return result;
  part(multi, handle);
  return multi->timer && !result ? cw_due_announce(multi) : result;
}

/* Most are over when they are removed: then nothing is left to be told. */
CURLMcode cw_multi_remove(struct cw_multi *multi, CURL *curl)
{
  struct cw_handle *handle = cw_registry_recent(curl);

  if(!handle || !cw_transfer_is_over(handle, multi) || multi->is_busy ||
     multi->timer)
    return remove_any(multi, curl);
  const CURLMcode result = remove_inside(multi, handle);
  if(!result)
    cw_transfer_part_over(multi, handle);
  return result;
}

void cw_multi_lose(struct cw_handle *handle)
{
  struct cw_multi *multi = cw_transfer_multi(handle);

  if(!multi)
    return;
  /* libcurl's cleanup alone would leave its connection for others to use, with
     the rest of the response in it */
  if(handle->transfer.is_inside && !multi->is_busy)
    (void)remove_inside(multi, handle);
  part(multi, handle);
}

/* ---- going on; see turn.c too ---- */

static inline CURLMsg *take_first(struct cw_multi *multi, int *left)
{
  CURLMsg *message = cw_news_take(&multi->news);

  *left = multi->news.count;
  return message;
}

/* Reads what is there without there having been a turn of ours. */
static CW_RARE CURLMsg *read_more(struct cw_multi *multi, int *left)
{
  multi->is_busy = true;
  (void)cw_transfer_read(multi);
  multi->is_busy = false;
  return take_first(multi, left);
}

CURLMsg *cw_multi_info_read(struct cw_multi *multi, int *left)
{
  *left = 0;
  if(multi->is_busy)
    return NULL;
  if(multi->news.count)
    return take_first(multi, left);
  return multi->inside + multi->foreign || multi->is_unsure
           ? read_more(multi, left)
           : NULL;
}

/* ---- sleeping ---- */

static int clamp(const struct cw_multi *multi, int timeout_ms)
{
  return timeout_ms > 0 ? (int)cw_due_clamp(multi, timeout_ms) : timeout_ms;
}

CURLMcode cw_multi_poll(struct cw_multi *multi, struct curl_waitfd extra[],
                        unsigned count, int timeout_ms, int *ready)
{
  if(multi->is_busy)
    return CURLM_RECURSIVE_API_CALL;
  return multi->libcurl->multi_poll(multi->curlm, extra, count,
                                    clamp(multi, timeout_ms), ready);
}

/* libcurl's returns at once where there is no socket to wait for. For who waits
   for one of ours that would be a loop without a rest. */
CURLMcode cw_multi_wait(struct cw_multi *multi, struct curl_waitfd extra[],
                        unsigned count, int timeout_ms, int *ready)
{
  if(multi->is_busy)
    return CURLM_RECURSIVE_API_CALL;
  if(multi->outside)
    return cw_multi_poll(multi, extra, count, timeout_ms, ready);
  return multi->libcurl->multi_wait(multi->curlm, extra, count,
                                    clamp(multi, timeout_ms), ready);
}

CURLMcode cw_multi_timeout(struct cw_multi *multi, long *timeout_ms)
{
  if(multi->is_busy)
    return CURLM_RECURSIVE_API_CALL;
  const CURLMcode result =
    multi->libcurl->multi_timeout(multi->curlm, timeout_ms);
  if(!result)
    *timeout_ms = cw_due_clamp(multi, *timeout_ms);
  return result;
}
