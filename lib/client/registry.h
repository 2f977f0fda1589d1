/* registry.h - the table from CURL * to what we know of it. */
#ifndef CW_REGISTRY_H
#define CW_REGISTRY_H

#include <curl/curl.h>

struct cw_handle;

/* Puts |handle| into the table under its CURL *. Returns what stood there
   before, which its owner has freed behind our back, or NULL. */
struct cw_handle *cw_registry_put(struct cw_handle *handle);

/* NULL if |curl| is not known. May be called from any thread. */
struct cw_handle *cw_registry_find(CURL *curl);

void cw_registry_remove(const struct cw_handle *handle);

/* The lock of it, for fork.h. */
void cw_registry_lock(void);
void cw_registry_unlock(void);

#endif
