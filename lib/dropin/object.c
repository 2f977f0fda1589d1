#define _GNU_SOURCE /* dl_iterate_phdr */
#include "object.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The child of a fork finds the loader's own lock as it was, held for ever if
   another thread was here: so none is while the process is copied. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void lock(void)
{
  (void)pthread_mutex_lock(&mutex);
}

static void unlock(void)
{
  (void)pthread_mutex_unlock(&mutex);
}

__attribute__((constructor)) static void guard_fork(void)
{
  (void)pthread_atfork(lock, unlock, unlock);
}

static int iterate(int (*see)(struct dl_phdr_info *info, size_t size,
                              void *user),
                   void *user)
{
  lock();
  const int result = dl_iterate_phdr(see, user);
  unlock();
  return result;
}

struct search {
  uintptr_t address;
  struct cw_object *object;
};

static int is_it(struct dl_phdr_info *info, size_t size, void *user)
{
  const struct search *search = user;
  uintptr_t begin = UINTPTR_MAX;
  uintptr_t end = 0;

  (void)size;
  for(unsigned i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    const uintptr_t at = (uintptr_t)info->dlpi_addr + part->p_vaddr;
    if(part->p_type != PT_LOAD)
      continue;
    begin = at < begin ? at : begin;
    end = at + part->p_memsz > end ? at + part->p_memsz : end;
  }
  if(search->address < begin || search->address >= end)
    return 0;
  search->object->begin = begin;
  search->object->end = end;
  (void)snprintf(search->object->name, sizeof(search->object->name), "%s",
                 info->dlpi_name ? info->dlpi_name : "");
  return 1;
}

bool cw_object_at(const void *address, struct cw_object *object)
{
  struct search search = {.address = (uintptr_t)address, .object = object};
  return iterate(is_it, &search);
}

static int count_changes(struct dl_phdr_info *info, size_t size, void *user)
{
  const size_t wanted =
    offsetof(struct dl_phdr_info, dlpi_subs) + sizeof(info->dlpi_subs);

  if(size >= wanted)
    *(uint64_t *)user = (uint64_t)info->dlpi_adds + (uint64_t)info->dlpi_subs;
  return 1; /* the first one tells */
}

uint64_t cw_object_changes(void)
{
  uint64_t changes = 0;
  (void)iterate(count_changes, &changes);
  return changes;
}

struct names {
  char *text; /* each 0-terminated */
  size_t length;
};

static int add_name(struct dl_phdr_info *info, size_t size, void *user)
{
  struct names *names = user;
  const char *name = info->dlpi_name ? info->dlpi_name : "";
  const size_t more = strlen(name) + 1;
  char *text = realloc(names->text, names->length + more);

  (void)size;
  if(!text)
    return 1;
  memcpy(text + names->length, name, more);
  names->text = text;
  names->length += more;
  return 0;
}

bool cw_object_each(bool (*see)(const char *name, void *user), void *user)
{
  struct names names = {.text = NULL, .length = 0};
  bool is_seen = false;

  (void)iterate(add_name, &names);
  for(size_t at = 0; at < names.length && !is_seen;
      at += strlen(names.text + at) + 1)
    is_seen = see(names.text + at, user);
  free(names.text);
  return is_seen;
}

void *cw_object_open(const char *name)
{
  return dlopen(*name ? name : NULL, RTLD_LAZY | RTLD_NOLOAD);
}
