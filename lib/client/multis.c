#include "multis.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fork.h"
#include "handle.h"
#include "multi.h"

#define BUCKET_BITS 8

static struct {
  pthread_mutex_t mutex;
  struct cw_multi *bucket[1u << BUCKET_BITS];
  struct cw_multi *unused;
} locked = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* One that nobody has the key of. */
static struct cw_multi nobody = {.key = &nobody};

atomic_uint cw_multis_count;
CW_TLS_NEAR _Thread_local struct cw_multi *cw_multis_last = &nobody;

void cw_multis_lock(void)
{
  (void)pthread_mutex_lock(&locked.mutex);
}

void cw_multis_unlock(void)
{
  (void)pthread_mutex_unlock(&locked.mutex);
}

static struct cw_multi **bucket_of(const CURLM *curlm)
{
  const uint64_t hash =
    (uint64_t)(uintptr_t)curlm * UINT64_C(0x9E3779B97F4A7C15);
  return &locked.bucket[hash >> (64 - BUCKET_BITS)];
}

/* Takes what is known of |curlm| out of the table, whose lock is held. */
static struct cw_multi *take_out(const CURLM *curlm)
{
  struct cw_multi **link = bucket_of(curlm);

  while(*link && (*link)->curlm != curlm)
    link = &(*link)->chain;
  struct cw_multi *found = *link;
  if(found) {
    *link = found->chain;
    atomic_store_explicit(&found->key, &nobody, memory_order_relaxed);
    atomic_fetch_sub_explicit(&cw_multis_count, 1, memory_order_relaxed);
  }
  return found;
}

struct cw_multi *cw_multis_alloc(void)
{
  cw_multis_lock();
  struct cw_multi *multi = locked.unused;
  if(multi)
    locked.unused = multi->chain;
  cw_multis_unlock();
  if(!multi)
    multi = calloc(1, sizeof(*multi));
  if(multi)
    atomic_init(&multi->key, &nobody);
  return multi;
}

void cw_multis_free(struct cw_multi *multi)
{
  const size_t begin = offsetof(struct cw_multi, curlm);

  memset((char *)multi + begin, 0, sizeof(*multi) - begin);
  cw_multis_lock();
  multi->chain = locked.unused;
  locked.unused = multi;
  cw_multis_unlock();
}

struct cw_multi *cw_multis_put(struct cw_multi *multi)
{
  cw_fork_guard();
  cw_multis_lock();
  struct cw_multi *before = take_out(multi->curlm);
  struct cw_multi **bucket = bucket_of(multi->curlm);
  multi->chain = *bucket;
  *bucket = multi;
  atomic_store_explicit(&multi->key, multi->curlm, memory_order_relaxed);
  atomic_fetch_add_explicit(&cw_multis_count, 1, memory_order_relaxed);
  cw_multis_unlock();
  return before;
}

struct cw_multi *cw_multis_search(CURLM *curlm)
{
  if(!atomic_load_explicit(&cw_multis_count, memory_order_relaxed))
    return NULL;
  cw_multis_lock();
  struct cw_multi *found = *bucket_of(curlm);
  while(found && found->curlm != curlm)
    found = found->chain;
  cw_multis_unlock();
  if(found)
    cw_multis_last = found;
  return found;
}

void cw_multis_remove(struct cw_multi *multi)
{
  cw_multis_lock();
  (void)take_out(multi->curlm);
  cw_multis_unlock();
}

/* Is it still there? The lock is held. */
static bool is_known(const struct cw_multi *multi)
{
  for(size_t i = 0; i < 1u << BUCKET_BITS; i++)
    for(const struct cw_multi *at = locked.bucket[i]; at; at = at->chain)
      if(at == multi)
        return true;
  return false;
}

void cw_multis_ring(struct cw_handle *handle)
{
  cw_multis_lock();
  struct cw_multi *multi = cw_transfer_multi(handle);
  if(multi && is_known(multi)) {
    atomic_store_explicit(&multi->is_rung, true, memory_order_release);
    (void)multi->libcurl->multi_wakeup(multi->curlm);
  }
  cw_multis_unlock();
}
