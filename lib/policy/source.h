/*
 * source.h - a file, read whole.
 */
#ifndef CW_SOURCE_H
#define CW_SOURCE_H

#include <stdint.h>

#include "mistake.h"

#define CW_SOURCE_MAX (1024 * 1024) /* bytes of a policy file */

struct cw_source {
  char *text; /* owned */
  size_t length;
  uint64_t device; /* with the inode: which file it is, by whatever name */
  uint64_t inode;
};

/*
 * Reads the file |path|. |spot| is where the wish for it stands, for mistakes.
 *
 * Returns CURLE_FILE_COULDNT_READ_FILE if it cannot be read,
 * CURLE_BAD_FUNCTION_ARGUMENT if it is too large, CURLE_OUT_OF_MEMORY.
 */
CURLcode cw_source_read(const char *path, struct cw_source *source,
                        const struct cw_spot *spot);

void cw_source_clear(struct cw_source *source);

#endif
