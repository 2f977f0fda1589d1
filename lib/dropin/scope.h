/* scope.h - finding the functions that a caller means. */
#ifndef CW_SCOPE_H
#define CW_SCOPE_H

#include <stdbool.h>

#include "flavour.h"

/* Where a caller is, and what it sees. */
struct cw_scope {
  struct cw_object here;   /* the drop-in, whose functions are never meant */
  struct cw_object object; /* the caller's; empty if it is none */
  void *handle;            /* the loader's, or NULL */
  const char *version;     /* that it wants; NULL: none */
  bool is_curlew;          /* it is libcurlew */
};

void cw_scope_open(struct cw_scope *scope, const struct cw_caller *caller);
void cw_scope_close(struct cw_scope *scope);

/* Fills |flavour| with the libcurl that the caller would get without us, and
   keeps that loaded. False if there is none. */
bool cw_scope_find(const struct cw_scope *scope, struct cw_flavour *flavour);

#endif
