/*
 * layer.h - what one file says, or one list of settings.
 */
#ifndef CW_LAYER_H
#define CW_LAYER_H

#include "patch.h"

#define CW_LAYER_HOSTS_MAX 1024 /* [host ...] sections */

struct cw_host_patch {
  char *pattern; /* owned; see struct cw_host_rules */
  struct cw_patch patch;
  unsigned line; /* of the section */
};

/* All zero is an empty layer. */
struct cw_layer {
  char *extends; /* as it is written; NULL: nothing */
  unsigned extends_line;
  struct cw_patch everywhere;
  struct cw_host_patch *host; /* count of them, no pattern twice */
  size_t count;
  size_t room;
};

/* Reads a file's |text| into the empty |layer|. After a mistake or without
   memory, |layer| is good only for cw_layer_clear(). */
CURLcode cw_layer_read(struct cw_layer *layer, const char *text, size_t length,
                       const struct cw_spot *spot);

/* The same for |settings|: "limits.attempts=6; status.404=retry". Lines count
   settings. */
CURLcode cw_layer_settings(struct cw_layer *layer, const char *settings,
                           const struct cw_spot *spot);

void cw_layer_clear(struct cw_layer *layer);

#endif
