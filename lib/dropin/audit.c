/*
 * audit.c - leads to the drop-in those whom preloading does not: objects that
 * were loaded with RTLD_DEEPBIND, and callers of dlsym() and dlvsym() on a
 * handle of libcurl. For LD_AUDIT, beside LD_PRELOAD: rtld-audit(7).
 *
 * Each object has a role, its flags, which are its cookie as well:
 *
 *   libcurl                                     LA_FLG_BINDTO
 *   the drop-in, and others that define one     0
 *   of its functions
 *   the rest                                    LA_FLG_BINDFROM
 *
 * What one of the rest binds to in libcurl becomes the drop-in's. So libcurl's
 * calls to itself stay, and the drop-in finds the real functions with dlsym();
 * so do wrappers that others preload, else they and the drop-in would call
 * each other in turns. Only one libcurl has the role: a second one (GnuTLS
 * beside OpenSSL) would be given handles of the first.
 *
 * It needs no libc, and must not: it would get one of its own. The loader
 * holds its lock in all but la_symbind(), which reads what no longer changes.
 */
#define _GNU_SOURCE
#include <link.h>
#include <stdbool.h>
#include <stddef.h>

/* Older loaders (glibc < 2.35) do not ask about what is bound at once, and
   make every call through a PLT slow as soon as anyone listens. */
enum { FIRST_GOOD_VERSION = 2 };

static struct {
  const char *name;
  uintptr_t address; /* in the drop-in, 0 without it */
} entries[] = {
#define CW_ENTRY(name) {"curl_" #name, 0},
#include "entries.def"
#undef CW_ENTRY
};

enum { ENTRIES = sizeof(entries) / sizeof(entries[0]) };

static uintptr_t *libcurl; /* its cookie, NULL before there is one */
static bool is_started;    /* what is loaded now may be unloaded as well */

static bool is_equal(const char *left, const char *right)
{
  while(*left && *left == *right) {
    left++;
    right++;
  }
  return *left == *right;
}

static bool is_dropin(const char *path)
{
  const char *base = path;

  for(const char *at = path; *at; at++) {
    if(*at == '/')
      base = at + 1;
  }
  return is_equal(base, "libcurlew-dropin.so");
}

/* The dynamic entry |tag|, as an address. glibc has most of them relocated in
   place, but not where the dynamic section is read-only. */
static const void *dynamic(const struct link_map *map, ElfW(Sxword) tag)
{
  for(const ElfW(Dyn) *at = map->l_ld; at && at->d_tag != DT_NULL; at++) {
    if(at->d_tag == tag) {
      const uintptr_t value = at->d_un.d_ptr;
      return (const void *)(value < map->l_addr ? value + map->l_addr : value);
    }
  }
  return NULL;
}

static uint32_t hash_of(const char *name)
{
  uint32_t hash = 5381;

  while(*name)
    hash = hash * 33 + (unsigned char)*name++;
  return hash;
}

/* Is the symbol there only for those who were linked to its version? */
static bool is_hidden(const struct link_map *map, uint32_t at)
{
  const ElfW(Half) *versions = dynamic(map, DT_VERSYM);
  return versions && versions[at] & 0x8000;
}

/* Where |map| defines the function |name|, 0 if it does not. */
static uintptr_t find(const struct link_map *map, const char *name)
{
  const ElfW(Sym) *symbols = dynamic(map, DT_SYMTAB);
  const char *strings = dynamic(map, DT_STRTAB);
  const uint32_t *table = dynamic(map, DT_GNU_HASH);

  if(!symbols || !strings || !table || !table[0])
    return 0;
  const uint32_t hash = hash_of(name);
  const uint32_t words = table[2] * (uint32_t)(sizeof(ElfW(Addr)) / 4);
  const uint32_t *buckets = table + 4 + words;
  const uint32_t *chain = buckets + table[0];
  const uint32_t first = table[1];
  uint32_t at = buckets[hash % table[0]];

  for(bool is_last = at < first; !is_last; at++) {
    is_last = chain[at - first] & 1;
    if((chain[at - first] | 1) == (hash | 1) &&
       symbols[at].st_shndx != SHN_UNDEF && !is_hidden(map, at) &&
       is_equal(strings + symbols[at].st_name, name))
      return map->l_addr + symbols[at].st_value;
  }
  return 0;
}

unsigned int la_version(unsigned int version)
{
  return version < FIRST_GOOD_VERSION ? 0 : LAV_CURRENT;
}

void la_preinit(uintptr_t *cookie)
{
  (void)cookie;
  is_started = true;
}

/* What the object is here: LA_FLG_BINDFROM, LA_FLG_BINDTO or 0. */
static unsigned int role_of(const struct link_map *map, Lmid_t space)
{
  bool has_entry = false;

  if(space != LM_ID_BASE) /* has its own libc, and the drop-in is not there */
    return 0;
  if(!is_started && is_dropin(map->l_name)) {
    for(size_t i = 0; i < ENTRIES; i++)
      entries[i].address = find(map, entries[i].name);
    return 0;
  }
  for(size_t i = 0; i < ENTRIES && !has_entry; i++)
    has_entry = find(map, entries[i].name);
  if(!has_entry)
    return LA_FLG_BINDFROM;
  /* a program with a libcurl of its own is left alone; a function that nobody
     wraps tells libcurl from a wrapper */
  return !libcurl && map->l_name[0] && find(map, "curl_version")
           ? LA_FLG_BINDTO
           : 0;
}

unsigned int la_objopen(struct link_map *map, Lmid_t space, uintptr_t *cookie)
{
  const unsigned int role = role_of(map, space);

  if(role == LA_FLG_BINDTO)
    libcurl = cookie;
  *cookie = role;
  return role;
}

unsigned int la_objclose(uintptr_t *cookie)
{
  if(libcurl == cookie)
    libcurl = NULL;
  return 0;
}

/* |symbol| has the address that is to be bound to. */
#if __ELF_NATIVE_CLASS == 64
uintptr_t la_symbind64(Elf64_Sym *symbol, unsigned int index,
                       uintptr_t *referrer, uintptr_t *definer,
                       unsigned int *flags, const char *name)
#else
uintptr_t la_symbind32(Elf32_Sym *symbol, unsigned int index,
                       uintptr_t *referrer, uintptr_t *definer,
                       unsigned int *flags, const char *name)
#endif
{
  (void)index;
  (void)flags;
  /* for dlsym() the loader asks even if only one of the two has its flag */
  if(*referrer != LA_FLG_BINDFROM || *definer != LA_FLG_BINDTO)
    return symbol->st_value;
  for(size_t i = 0; i < ENTRIES; i++) {
    if(entries[i].address && is_equal(entries[i].name, name))
      return entries[i].address;
  }
  return symbol->st_value;
}
