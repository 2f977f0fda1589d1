/* registry.h - the table from CURL * to what we know of it. */
#ifndef CW_REGISTRY_H
#define CW_REGISTRY_H

#include <stdatomic.h>
#include <stddef.h>

#include <curl/curl.h>

struct cw_handle;

/* Puts |handle| into the table under its CURL *. Returns what stood there
   before, which its owner has freed behind our back, or NULL. */
struct cw_handle *cw_registry_put(struct cw_handle *handle);

void cw_registry_remove(const struct cw_handle *handle);

/* What a thread found last; all calls of libcurl's begin with that question. */
struct cw_found {
  CURL *curl;
  struct cw_handle *handle;
  unsigned generation;
};

/* The model costs a few bytes of what the loader keeps free for libraries that
   are opened late, and saves the call that every look-up would begin with. */
#if defined(__GNUC__)
#define CW_TLS_NEAR __attribute__((tls_model("initial-exec")))
#else
#define CW_TLS_NEAR
#endif

extern CW_TLS_NEAR _Thread_local struct cw_found cw_registry_last;

/* Counts removals, so that a thread's last find is known to be stale. */
extern atomic_uint cw_registry_generation;

/* What this thread found last, if that was |curl|; else NULL. */
static inline struct cw_handle *cw_registry_recent(CURL *curl)
{
  const struct cw_found *found = &cw_registry_last;

  return found->curl == curl &&
             found->generation == atomic_load_explicit(&cw_registry_generation,
                                                       memory_order_acquire)
           ? found->handle
           : NULL;
}

struct cw_handle *cw_registry_search(CURL *curl);

/* NULL if |curl| is not known. May be called from any thread. */
static inline struct cw_handle *cw_registry_find(CURL *curl)
{
  struct cw_handle *recent = cw_registry_recent(curl);
  return recent ? recent : cw_registry_search(curl);
}

/* The lock of it, for fork.h. */
void cw_registry_lock(void);
void cw_registry_unlock(void);

#endif
