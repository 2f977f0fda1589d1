#include "share.h"

#include <stdlib.h>

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
