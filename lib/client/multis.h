/* multis.h - the table from CURLM * to what we know of it. */
#ifndef CW_MULTIS_H
#define CW_MULTIS_H

#include <stdatomic.h>

#include <curl/curl.h>

#include "multi.h"
#include "registry.h"

/* Memory for one, zeroed, that cw_multis_free() takes back. It is never given
   back to the system: who looks one up may still look at it. */
struct cw_multi *cw_multis_alloc(void);
void cw_multis_free(struct cw_multi *multi);

/* Puts |multi| into the table under its CURLM *. Returns what stood there
   before, or NULL. */
struct cw_multi *cw_multis_put(struct cw_multi *multi);

void cw_multis_remove(struct cw_multi *multi);

/* What a thread found last; never NULL. */
extern CW_TLS_NEAR _Thread_local struct cw_multi *cw_multis_last;

/* How many there are. */
extern atomic_uint cw_multis_count;

/* What this thread found last, if that is |curlm| still; else NULL. */
static inline struct cw_multi *cw_multis_recent(const CURLM *curlm)
{
  struct cw_multi *last = cw_multis_last;

  return atomic_load_explicit(&last->key, memory_order_relaxed) == curlm
           ? last
           : NULL;
}

struct cw_multi *cw_multis_search(CURLM *curlm);

/* NULL if |curlm| is not known. May be called from any thread. */
static inline struct cw_multi *cw_multis_find(CURLM *curlm)
{
  struct cw_multi *recent = cw_multis_recent(curlm);
  return recent ? recent : cw_multis_search(curlm);
}

/* |handle| was cancelled, by whatever thread: what it is in is woken, to look
   for it. */
void cw_multis_ring(struct cw_handle *handle);

/* The lock of it, for fork.h. */
void cw_multis_lock(void);
void cw_multis_unlock(void);

#endif
