/* multis.h - the table from CURLM * to what we know of it. */
#ifndef CW_MULTIS_H
#define CW_MULTIS_H

#include <stdatomic.h>

#include <curl/curl.h>

#include "registry.h"

struct cw_handle;
struct cw_multi;

/* Puts |multi| into the table under its CURLM *. Returns what stood there
   before, or NULL. */
struct cw_multi *cw_multis_put(struct cw_multi *multi);

void cw_multis_remove(const struct cw_multi *multi);

/* What a thread found last. */
struct cw_found_multi {
  CURLM *curlm;
  struct cw_multi *multi;
  unsigned generation;
};

extern CW_TLS_NEAR _Thread_local struct cw_found_multi cw_multis_last;

/* Counts removals. */
extern atomic_uint cw_multis_generation;

/* How many there are. */
extern atomic_uint cw_multis_count;

static inline struct cw_multi *cw_multis_recent(CURLM *curlm)
{
  const struct cw_found_multi *found = &cw_multis_last;

  return found->curlm == curlm &&
             found->generation == atomic_load_explicit(&cw_multis_generation,
                                                       memory_order_acquire)
           ? found->multi
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
