/*
 * memory.h - permanent redirects that were seen.
 *
 * Bounded; the least recently used go first. One thread at a time: a share
 * holds its lock around each call.
 */
#ifndef CW_MEMORY_H
#define CW_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

struct cw_memory;

#define CW_MEMORY_HANDLE 64u   /* entries of a handle's own */
#define CW_MEMORY_SHARE  1024u /* entries of a share */
#define CW_MEMORY_URL    2048u /* a longer URL is not remembered */

/* NULL without memory. |most| is at least 1. */
struct cw_memory *cw_memory_new(size_t most);
void cw_memory_free(struct cw_memory *memory);

/* Remembers that |from| has moved to |to| until |until_ms|, or CW_FOREVER, on
   the mono clock. Without memory nothing is remembered. Fragments do not
   count. */
void cw_memory_put(struct cw_memory *memory, const char *from, const char *to,
                   uint64_t until_ms);

/* Writes where |from| has moved to |to|, in one step; false if nothing is
   remembered of it (or there is no memory). */
bool cw_memory_get(struct cw_memory *memory, const char *from, uint64_t now_ms,
                   struct cw_text *to);

void cw_memory_forget(struct cw_memory *memory, const char *from);
void cw_memory_forget_all(struct cw_memory *memory);

#endif
