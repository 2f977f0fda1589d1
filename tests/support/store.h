/*
 * store.h - memory of the tests' own, which does not run out when that of the
 * code under test does: hunger.h has its hand on malloc and its kin, not on
 * this. It is given back with free().
 */
#ifndef STORE_H
#define STORE_H

#include <stdlib.h>
#include <string.h>

/* Zeroed. */
static inline void *store_new(size_t size)
{
  void *memory = aligned_alloc(16, (size + 16) & ~(size_t)15);

  if(!memory)
    abort();
  return memset(memory, 0, size);
}

/* |text| may be NULL. */
static inline char *store_copy(const char *text)
{
  const size_t size = text ? strlen(text) + 1 : 0;
  return text ? memcpy(store_new(size), text, size) : NULL;
}

/* |text|, which may be NULL, with |length| bytes more, and a 0. */
static inline char *store_add(char *text, size_t used, const char *data,
                              size_t length)
{
  char *longer = store_new(used + length + 1);

  if(text)
    memcpy(longer, text, used);
  memcpy(longer + used, data, length);
  free(text);
  return longer;
}

#endif
