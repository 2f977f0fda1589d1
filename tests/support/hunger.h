/*
 * hunger.h - memory that runs out when told.
 *
 * For a test program that is linked with --wrap=malloc, calloc and realloc, and
 * where it matters --wrap=strdup and strndup. Include it in one file only.
 */
#ifndef HUNGER_H
#define HUNGER_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t size);

static struct {
  bool is_on;
  unsigned left; /* allocations that are granted */
  bool was_felt; /* one was not */
  bool is_once;  /* and that is all */
} hunger;

static bool is_hungry(void)
{
  if(!hunger.is_on)
    return false;
  if(hunger.left) {
    hunger.left--;
    return false;
  }
  hunger.was_felt = true;
  hunger.is_on = !hunger.is_once;
  errno = ENOMEM;
  return true;
}

/* The allocation after |granted| more fails, and all that follow. */
static void hunger_begin(unsigned granted)
{
  hunger.is_on = true;
  hunger.left = granted;
  hunger.was_felt = false;
  hunger.is_once = false;
}

/* The allocation after |granted| more fails, but none that follows. */
static inline void hunger_begin_once(unsigned granted)
{
  hunger_begin(granted);
  hunger.is_once = true;
}

/* Did one fail? */
static bool hunger_end(void)
{
  hunger.is_on = false;
  return hunger.was_felt;
}

void *__wrap_malloc(size_t size)
{
  return is_hungry() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
  return is_hungry() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
  return is_hungry() ? NULL : __real_realloc(memory, size);
}

char *__wrap_strndup(const char *text, size_t size)
{
  const size_t length = strnlen(text, size);
  char *copy = __wrap_malloc(length + 1);

  if(copy) {
    memcpy(copy, text, length);
    copy[length] = '\0';
  }
  return copy;
}

char *__wrap_strdup(const char *text)
{
  return __wrap_strndup(text, SIZE_MAX);
}

#endif
