#include "share.h"

#include <stdlib.h>

#include "fork.h"

static struct {
  pthread_mutex_t mutex;
  struct cw_link ring;
} all = {
  .mutex = PTHREAD_MUTEX_INITIALIZER,
  .ring = {.next = &all.ring, .before = &all.ring},
};

static pthread_mutex_t *mutex_of(struct cw_link *link)
{
  return &CW_LINK_OF(link, struct curlew_share, link)->locked.mutex;
}

void cw_share_lock_all(void)
{
  (void)pthread_mutex_lock(&all.mutex);
  for(struct cw_link *at = all.ring.next; at != &all.ring; at = at->next)
    (void)pthread_mutex_lock(mutex_of(at));
}

void cw_share_unlock_all(void)
{
  for(struct cw_link *at = all.ring.next; at != &all.ring; at = at->next)
    (void)pthread_mutex_unlock(mutex_of(at));
  (void)pthread_mutex_unlock(&all.mutex);
}

struct curlew_share *curlew_share_new(void)
{
  struct curlew_share *share = calloc(1, sizeof(*share));
  if(!share)
    return NULL;

  atomic_init(&share->refs, 1);
  share->locked.memory = cw_memory_new(CW_MEMORY_SHARE);
  if(!share->locked.memory || pthread_mutex_init(&share->locked.mutex, NULL)) {
    cw_memory_free(share->locked.memory);
    free(share);
    return NULL;
  }
  cw_fork_guard();
  (void)pthread_mutex_lock(&all.mutex);
  cw_link_append(&all.ring, &share->link);
  (void)pthread_mutex_unlock(&all.mutex);
  return share;
}

struct curlew_share *curlew_share_ref(struct curlew_share *share)
{
  if(share)
    atomic_fetch_add_explicit(&share->refs, 1, memory_order_relaxed);
  return share;
}

void curlew_share_unref(struct curlew_share *share)
{
  /* Whoever frees it has to see what the others did before they let go. */
  if(!share ||
     atomic_fetch_sub_explicit(&share->refs, 1, memory_order_acq_rel) != 1)
    return;
  (void)pthread_mutex_lock(&all.mutex);
  cw_link_remove(&share->link);
  (void)pthread_mutex_unlock(&all.mutex);
  cw_memory_free(share->locked.memory);
  (void)pthread_mutex_destroy(&share->locked.mutex);
  free(share);
}

void curlew_share_clear(struct curlew_share *share)
{
  if(share) {
    cw_memory_forget_all(cw_share_open(share, NULL));
    cw_share_close(share);
  }
}

struct cw_memory *cw_share_open(struct curlew_share *share,
                                struct cw_memory *own)
{
  if(!share)
    return own;
  (void)pthread_mutex_lock(&share->locked.mutex);
  return share->locked.memory;
}

void cw_share_close(struct curlew_share *share)
{
  if(share)
    (void)pthread_mutex_unlock(&share->locked.mutex);
}
