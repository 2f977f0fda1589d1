/*
 * flavour.h - the libcurls of this process, and who uses which.
 *
 * There can be more than one: a program on OpenSSL with a plug-in on GnuTLS. A
 * handle of one must never meet a function of another, so the drop-in is linked
 * to none of them, and finds for each caller the libcurl that it would have
 * called without us.
 */
#ifndef CW_FLAVOUR_H
#define CW_FLAVOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "libcurl.h"
#include "object.h"

enum cw_node {
  CW_NODE_NONE, /* the symbol was wanted without a version */
#define CW_NODE(name) CW_NODE_##name,
#include "nodes.def"
#undef CW_NODE
};

/* Who calls: the node that its symbol was bound under, and an address in it. */
struct cw_caller {
  enum cw_node node;
  const void *address;
};

struct cw_flavour {
  struct cw_libcurl libcurl; /* what it has; some may be NULL */
  uintptr_t begin;           /* where its code lies */
  uintptr_t size;
  bool is_whole; /* it has all that curlew needs */
  struct cw_flavour *next;
};

/* The libcurl that |caller| means, or NULL if there is none to be found. It
   stays loaded from then on. |*is_left_alone| says whether its caller is that
   libcurl itself, or curlew, which has done already what we would do. */
const struct cw_flavour *cw_flavour_of(const struct cw_caller *caller,
                                       bool *is_left_alone);

/* The flavour whose functions a handle has. */
static inline const struct cw_flavour *cw_flavour_with(
  const struct cw_libcurl *libcurl)
{
  return (const struct cw_flavour *)libcurl; /* its first member */
}

/* Does libcurl call itself? */
static inline bool cw_flavour_is_inner(const struct cw_flavour *flavour,
                                       const struct cw_caller *caller)
{
  return (uintptr_t)caller->address - flavour->begin < flavour->size;
}

#endif
