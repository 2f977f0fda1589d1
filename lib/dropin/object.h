/* object.h - what is loaded into this process, and where. */
#ifndef CW_OBJECT_H
#define CW_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

/* A program or a shared library. */
struct cw_object {
  uintptr_t begin; /* the memory that it takes */
  uintptr_t end;
  char name[4096]; /* as the loader knows it; "" for the program itself */
};

/* Finds the object that |address| lies in. False if there is none, as for code
   that was made at run time. */
bool cw_object_at(const void *address, struct cw_object *object);

/* Calls |see| for each object, until it returns true. Not while the loader is
   locked: it may open them. False without memory, or if none was it. */
bool cw_object_each(bool (*see)(const char *name, void *user), void *user);

/* A number that changes whenever an object is loaded or unloaded. */
uint64_t cw_object_changes(void);

/* Opens what is loaded already, by its name. NULL if it is not. */
void *cw_object_open(const char *name);

static inline bool cw_object_has(uintptr_t begin, uintptr_t end,
                                 const void *address)
{
  return (uintptr_t)address - begin < end - begin;
}

#endif
