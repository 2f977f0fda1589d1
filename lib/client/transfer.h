/*
 * transfer.h - the way of one of our handles through a multi handle.
 *
 *     new --> running --> over        begin, answer
 *                ^ |
 *                | v
 *              waiting --> over       due, cancel
 *
 * All functions are called by the thread that the multi handle belongs to, and
 * none within one of libcurl's, but for cw_transfer_drains.
 */
#ifndef CW_TRANSFER_H
#define CW_TRANSFER_H

#include <stdatomic.h>
#include <stdbool.h>

#include <curl/curl.h>

#include "engine.h"
#include "ring.h"
#include "news.h"
#include "timers.h"

struct cw_handle;
struct cw_multi;

enum cw_stage {
  CW_STAGE_NEW,     /* its operation begins with the next turn */
  CW_STAGE_RUNNING, /* an attempt is libcurl's */
  CW_STAGE_WAITING, /* for |step| */
  CW_STAGE_OVER
};

struct cw_transfer {
  _Atomic(struct cw_multi *) multi; /* NULL: it is in none */
  struct cw_link link;              /* in there */
  enum cw_stage stage;
  bool is_inside;        /* libcurl's multi handle has it */
  struct cw_timer timer; /* of a wait, or of a body that is drained */
  struct cw_step step;
  struct cw_news news;
};

/* The operations begin of those that are fresh; there is one at least. */
void cw_transfer_begin_fresh(struct cw_multi *multi);

/* Reads libcurl's messages, and goes on from what they tell. Says how many were
   of ours. */
int cw_transfer_read(struct cw_multi *multi);

/* Is its timer due? It is too where the clock went back, so that more is left
   than there was: the wait is looked at then. */
bool cw_transfer_is_due(const struct cw_handle *handle, uint64_t now_ms);

/* Its timer is due. */
void cw_transfer_due(struct cw_handle *handle);

/* It was cancelled. */
void cw_transfer_cancel(struct cw_handle *handle);

/* It is to be ours no more; what of its operation is left is given up. Whether
   libcurl still has it is not our affair. */
void cw_transfer_part(struct cw_handle *handle);

/* From within the gate: a body is drained, and must not take longer than until
   |until_ms|. False if |handle| is in no multi handle of ours. */
bool cw_transfer_drains(struct cw_handle *handle, uint64_t until_ms);

#endif
