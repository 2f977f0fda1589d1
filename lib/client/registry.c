#include "registry.h"

#include <pthread.h>
#include <stdint.h>

#include "fork.h"
#include "handle.h"

#define BUCKET_BITS 12

static struct {
  pthread_mutex_t mutex;
  struct cw_handle *bucket[1u << BUCKET_BITS];
} locked = {.mutex = PTHREAD_MUTEX_INITIALIZER};

atomic_uint cw_registry_generation = 1;
CW_TLS_NEAR _Thread_local struct cw_found cw_registry_last;

void cw_registry_lock(void)
{
  (void)pthread_mutex_lock(&locked.mutex);
}

void cw_registry_unlock(void)
{
  (void)pthread_mutex_unlock(&locked.mutex);
}

static struct cw_handle **bucket_of(const CURL *curl)
{
  const uint64_t hash =
    (uint64_t)(uintptr_t)curl * UINT64_C(0x9E3779B97F4A7C15);
  return &locked.bucket[hash >> (64 - BUCKET_BITS)];
}

/* Takes what is known of |curl| out of the table, whose lock is held. */
static struct cw_handle *take_out(const CURL *curl)
{
  struct cw_handle **link = bucket_of(curl);

  while(*link && (*link)->curl != curl)
    link = &(*link)->chain;
  struct cw_handle *found = *link;
  if(found) {
    *link = found->chain;
    atomic_fetch_add_explicit(&cw_registry_generation, 1,
                              memory_order_release);
  }
  return found;
}

/* What this thread asks for next is mostly what it asked for last. */
static void keep_in_mind(CURL *curl, struct cw_handle *handle, unsigned now)
{
  cw_registry_last =
    (struct cw_found){.curl = curl, .handle = handle, .generation = now};
}

struct cw_handle *cw_registry_put(struct cw_handle *handle)
{
  cw_fork_guard();
  cw_registry_lock();
  struct cw_handle *before = take_out(handle->curl);
  struct cw_handle **bucket = bucket_of(handle->curl);
  handle->chain = *bucket;
  *bucket = handle;
  const unsigned now =
    atomic_load_explicit(&cw_registry_generation, memory_order_relaxed);
  cw_registry_unlock();
  keep_in_mind(handle->curl, handle, now);
  return before;
}

struct cw_handle *cw_registry_search(CURL *curl)
{
  const unsigned now =
    atomic_load_explicit(&cw_registry_generation, memory_order_acquire);

  cw_registry_lock();
  struct cw_handle *found = *bucket_of(curl);
  while(found && found->curl != curl)
    found = found->chain;
  cw_registry_unlock();
  if(found)
    keep_in_mind(curl, found, now);
  return found;
}

void cw_registry_remove(const struct cw_handle *handle)
{
  cw_registry_lock();
  (void)take_out(handle->curl);
  cw_registry_unlock();
}
