/* share.h - the memory that handles have in common, and its lock. */
#ifndef CW_SHARE_H
#define CW_SHARE_H

#include <pthread.h>
#include <stdatomic.h>

#include <curlew/share.h>

#include "memory.h"
#include "ring.h"

struct curlew_share {
  atomic_uint refs;    /* not under the lock */
  struct cw_link link; /* all that there are, under a lock of its own */
  struct {
    pthread_mutex_t mutex;
    struct cw_memory *memory;
  } locked;
};

/* The memory for |share|, locked, or where there is none |own|. */
struct cw_memory *cw_share_open(struct curlew_share *share,
                                struct cw_memory *own);
void cw_share_close(struct curlew_share *share);

/* All that there are; see fork.h. */
void cw_share_lock_all(void);
void cw_share_unlock_all(void);

#endif
