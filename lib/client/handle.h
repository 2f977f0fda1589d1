/*
 * handle.h - what we know of a CURL *.
 *
 * CURLOPT_PRIVATE is the application's, so the knowledge lives in a table
 * beside the handles.
 */
#ifndef CW_HANDLE_H
#define CW_HANDLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <curlew/easy.h>
#include <curlew/trace.h>

#include "allowance.h"
#include "attempt.h"
#include "body.h"
#include "control.h"
#include "gate.h"
#include "libcurl.h"
#include "memory.h"
#include "notes.h"
#include "policy.h"
#include "registry.h"
#include "share.h"
#include "standard.h"
#include "story.h"
#include "transfer.h"
#include "world.h"

#define CW_PORTS 8 /* of connections that speak HTTP/2 or later */

struct cw_handle {
  /* these stay when the rest is made anew, see cw_handle_new; the URL has two
     buffers, since the outcome may still tell the one before */
  struct cw_alarm alarm;
  struct cw_text url[2];

  CURL *curl;
  struct cw_handle *chain; /* in the table */
  const struct cw_libcurl *libcurl;
  const struct cw_world *world;
  const struct cw_standard *standard;
  uint64_t dressed[(CW_SLOT_COUNT + 63) / 64]; /* what an attempt changed */
  bool is_method_dressed;
  bool is_url_dressed;
  bool is_usual;     /* the next operation may begin asleep, see usual.h */
  bool is_installed; /* our write and header callbacks stand there */
  bool is_guard_installed; /* see guard.h */
  bool sees_heads;         /* somebody looks at them, see outlet.h */
  struct cw_control control;

  /* the application's URL, which is in |url| */
  unsigned url_at;
  bool is_url_told;
  bool is_url_known; /* the next two are up to date */
  bool is_http;
  const struct cw_rules *rules;

  struct curlew_policy *policy; /* NULL: perform fails with |failure| */
  CURLcode failure;
  struct curlew_share *share;
  struct cw_memory *memory; /* where there is no share; made when needed */
  bool is_expected;
  curlew_credentials_fn *ask;
  void *ask_user;
  bool is_asking; /* the callback is running */
  curlew_trace_fn *trace;
  void *trace_user;

  atomic_bool is_performing;
  struct cw_transfer transfer;    /* in a multi handle */
  struct cw_used used;            /* see allowance.h */
  uint16_t modern_port[CW_PORTS]; /* local ports, 0: none */
  unsigned modern_count;

  struct cw_gate gate;
  struct cw_request_body body;
  struct cw_story story;
  struct cw_operation op; /* its engine is at the end */
  struct cw_notes notes;  /* who comes later clears itself */
};

/* Makes the handle for |curl| and puts our callbacks in place. NULL without
   memory; a policy that is bad is told by perform. A handle that is known at that address already is replaced: it was
   freed behind our back. */
struct cw_handle *cw_handle_new(CURL *curl, const struct cw_libcurl *libcurl,
                                const struct cw_world *world,
                                const struct cw_standard *standard);

/* Puts our callbacks in place; they stay, but for the multi interface. */
CURLcode cw_handle_install(struct cw_handle *handle);

/* The handle for |curl|, or NULL if it is not ours. */
static inline struct cw_handle *cw_handle_find(CURL *curl)
{
  return cw_registry_find(curl);
}

/* The handle that |timer| or |link| is of. */
static inline struct cw_handle *cw_transfer_of_timer(struct cw_timer *timer)
{
  return CW_LINK_OF(timer, struct cw_handle, transfer.timer);
}

static inline struct cw_handle *cw_transfer_of_link(struct cw_link *link)
{
  return CW_LINK_OF(link, struct cw_handle, transfer.link);
}

/* The multi handle that it is in, or NULL. */
static inline struct cw_multi *cw_transfer_multi(
  const struct cw_handle *handle)
{
  return atomic_load_explicit(&handle->transfer.multi, memory_order_relaxed);
}

/* Forgets the handle, not |curl|. */
void cw_handle_free(struct cw_handle *handle);

/* Takes the handle out of the table; what is left to do is to discard it. */
void cw_handle_unlist(const struct cw_handle *handle);
void cw_handle_discard(struct cw_handle *handle);

/* Makes |copy| like |handle|, as curl_easy_duphandle() does. */
CURLcode cw_handle_copy(struct cw_handle *copy,
                        const struct cw_handle *handle);

/* As after cw_handle_new, but for what libcurl keeps on a reset. */
CURLcode cw_handle_reset(struct cw_handle *handle);

/* Something was changed that the next operation must look at. */
static inline void cw_handle_changed(struct cw_handle *handle)
{
  handle->is_usual = false;
}

/* Applies an option that the application sets, see setopt.c. Most are nothing
   to us; some programs set a hundred for each transfer. */
CURLcode cw_handle_set_noted(struct cw_handle *handle, unsigned what,
                             CURLoption option, union cw_argument value);

static inline CURLcode cw_handle_set(struct cw_handle *handle,
                                     CURLoption option,
                                     union cw_argument value)
{
  const unsigned what = cw_option_what(option);

  return what == CW_OPTION_NOTHING
           ? cw_argument_set(handle->libcurl, handle->curl, option, value)
           : cw_handle_set_noted(handle, what, option, value);
}

/* Sets on |curl|, a copy that libcurl made, what the application set and we
   keep from libcurl. */
CURLcode cw_handle_set_own(const struct cw_handle *handle, CURL *curl);

/* Are the figures of its last operation just what libcurl says? */
static inline bool cw_sums_are_libcurls(const struct cw_handle *handle)
{
  const struct cw_operation *op = &handle->op;
  return !op->sums.is_any && !op->kept.is_any &&
         !op->kept.redirect_url.length && !handle->gate.uncounted;
}

/* The application's URL, NULL if it set none; for CURLOPT_CURLU see
   attempt.c. */
static inline const char *cw_handle_url(const struct cw_handle *handle)
{
  const struct cw_text *url = &handle->url[handle->url_at];
  return url->length ? url->data : NULL;
}

#endif
