#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include "instant.h"
#include "span.h"

/* All entries are in a ring, in the order of their last use. */
struct link {
  struct link *newer;
  struct link *older;
};

/* One redirect. It is in the chain of its bucket too. */
struct entry {
  struct link link; /* first, so that a link leads to its entry */
  struct entry *chain;
  uint64_t hash;
  uint64_t until_ms;
  size_t from_length;
  size_t to_length;
  char text[]; /* from, then to; neither 0-terminated */
};

struct cw_memory {
  struct link ring; /* newer than it is the oldest, older the newest */
  size_t count;
  size_t most;
  size_t mask; /* number of buckets less one */
  struct entry *bucket[];
};

struct cw_memory *cw_memory_new(size_t most)
{
  struct cw_memory *memory = NULL;
  size_t buckets = 1;

  while(buckets < most)
    buckets *= 2;
  memory = calloc(1, sizeof(*memory) + buckets * sizeof(memory->bucket[0]));
  if(memory) {
    memory->ring.newer = &memory->ring;
    memory->ring.older = &memory->ring;
    memory->most = most;
    memory->mask = buckets - 1;
  }
  return memory;
}

void cw_memory_free(struct cw_memory *memory)
{
  if(memory)
    cw_memory_forget_all(memory);
  free(memory);
}

/* FNV-1a */
static uint64_t hash_of(struct cw_span text)
{
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for(size_t i = 0; i < text.length; i++)
    hash = (hash ^ (unsigned char)text.text[i]) * UINT64_C(0x100000001b3);
  return hash;
}

/* |url| as it is sent: without its fragment. */
static struct cw_span without_fragment(const char *url)
{
  return (struct cw_span){.text = url, .length = strcspn(url, "#")};
}

/* What is kept of |to|: its fragment goes if it is but that of |from|, which
   another request need not have. */
static struct cw_span target(const char *from, const char *to)
{
  const char *fragment = to + without_fragment(to).length;

  if(!strcmp(fragment, from + without_fragment(from).length))
    return without_fragment(to);
  return cw_span_of(to);
}

/* Where the pointer to the entry of |from| is, or would be. */
static struct entry **place_of(struct cw_memory *memory, struct cw_span from,
                               uint64_t hash)
{
  struct entry **place = &memory->bucket[hash & memory->mask];

  while(*place &&
        ((*place)->hash != hash || (*place)->from_length != from.length ||
         memcmp((*place)->text, from.text, from.length) != 0))
    place = &(*place)->chain;
  return place;
}

static void leave_ring(struct link *link)
{
  link->newer->older = link->older;
  link->older->newer = link->newer;
}

static void join_ring_as_newest(struct cw_memory *memory, struct link *link)
{
  link->newer = &memory->ring;
  link->older = memory->ring.older;
  link->older->newer = link;
  memory->ring.older = link;
}

static void drop(struct cw_memory *memory, struct entry **place)
{
  struct entry *entry = *place;

  *place = entry->chain;
  leave_ring(&entry->link);
  free(entry);
  memory->count--;
}

static void drop_oldest(struct cw_memory *memory)
{
  struct entry *oldest = (struct entry *)memory->ring.newer;
  struct entry **place = &memory->bucket[oldest->hash & memory->mask];

  while(*place != oldest)
    place = &(*place)->chain;
  drop(memory, place);
}

static struct entry *make(struct cw_span from, struct cw_span to)
{
  struct entry *entry = malloc(sizeof(*entry) + from.length + to.length);
  if(entry) {
    entry->from_length = from.length;
    entry->to_length = to.length;
    memcpy(entry->text, from.text, from.length);
    memcpy(entry->text + from.length, to.text, to.length);
  }
  return entry;
}

void cw_memory_put(struct cw_memory *memory, const char *from, const char *to,
                   uint64_t until_ms)
{
  const struct cw_span key = without_fragment(from);
  const struct cw_span value = target(from, to);
  const uint64_t hash = hash_of(key);

  cw_memory_forget(memory, from);
  if(key.length > CW_MEMORY_URL || value.length > CW_MEMORY_URL)
    return;
  struct entry *entry = make(key, value);
  if(!entry)
    return;
  if(memory->count == memory->most)
    drop_oldest(memory);

  struct entry **bucket = &memory->bucket[hash & memory->mask];
  entry->hash = hash;
  entry->until_ms = until_ms;
  entry->chain = *bucket;
  *bucket = entry;
  join_ring_as_newest(memory, &entry->link);
  memory->count++;
}

bool cw_memory_get(struct cw_memory *memory, const char *from, uint64_t now_ms,
                   struct cw_text *to)
{
  if(!memory->count)
    return false;

  const struct cw_span key = without_fragment(from);
  struct entry **place = place_of(memory, key, hash_of(key));
  struct entry *entry = *place;
  if(!entry)
    return false;
  if(entry->until_ms != CW_FOREVER && entry->until_ms <= now_ms) {
    drop(memory, place);
    return false;
  }
  leave_ring(&entry->link);
  join_ring_as_newest(memory, &entry->link);
  return cw_text_set(to, entry->text + entry->from_length, entry->to_length);
}

void cw_memory_forget(struct cw_memory *memory, const char *from)
{
  const struct cw_span key = without_fragment(from);
  struct entry **place = place_of(memory, key, hash_of(key));

  if(*place)
    drop(memory, place);
}

void cw_memory_forget_all(struct cw_memory *memory)
{
  while(memory->count)
    drop_oldest(memory);
}
