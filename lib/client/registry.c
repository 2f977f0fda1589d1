#include "registry.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "fork.h"
#include "handle.h"

#define BUCKET_BITS 12

static struct {
  pthread_mutex_t mutex;
  struct cw_handle *bucket[1u << BUCKET_BITS];
} locked = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* Counts removals, so that a thread's last find is known to be stale. */
static atomic_uint generation = 1;

/* The model costs a few bytes of what the loader keeps free for libraries that
   are opened late, and saves the call that every look-up would begin with. */
#if defined(__GNUC__)
__attribute__((tls_model("initial-exec")))
#endif
static _Thread_local struct {
  CURL *curl;
  struct cw_handle *handle;
  unsigned generation;
} last;

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
    atomic_fetch_add_explicit(&generation, 1, memory_order_release);
  }
  return found;
}

struct cw_handle *cw_registry_put(struct cw_handle *handle)
{
  cw_fork_guard();
  cw_registry_lock();
  struct cw_handle *before = take_out(handle->curl);
  struct cw_handle **bucket = bucket_of(handle->curl);
  handle->chain = *bucket;
  *bucket = handle;
  cw_registry_unlock();
  return before;
}

struct cw_handle *cw_registry_find(CURL *curl)
{
  const unsigned now = atomic_load_explicit(&generation, memory_order_acquire);

  if(last.curl == curl && last.generation == now)
    return last.handle;

  cw_registry_lock();
  struct cw_handle *found = *bucket_of(curl);
  while(found && found->curl != curl)
    found = found->chain;
  cw_registry_unlock();
  if(found) {
    last.curl = curl;
    last.handle = found;
    last.generation = now;
  }
  return found;
}

void cw_registry_remove(const struct cw_handle *handle)
{
  cw_registry_lock();
  (void)take_out(handle->curl);
  cw_registry_unlock();
}
