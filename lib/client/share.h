/* share.h - the memory that handles have in common, and its lock. */
#ifndef CW_SHARE_H
#define CW_SHARE_H

#include <pthread.h>
#include <stdatomic.h>

#include <curlew/share.h>

#include "memory.h"

struct curlew_share {
  atomic_uint refs; /* not under the lock */
  struct {
    pthread_mutex_t mutex;
    struct cw_memory *memory;
  } locked;
};

/* The memory for |share|, locked, or where there is none |own|. */
struct cw_memory *cw_share_open(struct curlew_share *share,
                                struct cw_memory *own);
void cw_share_close(struct curlew_share *share);

#endif
