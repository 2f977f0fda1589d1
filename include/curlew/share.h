/*
 * share.h - what handles know together: permanent redirects.
 */
#ifndef CURLEW_SHARE_H
#define CURLEW_SHARE_H

#include <curlew/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is known of the servers asked so far; opaque. @since 0.1 */
struct curlew_share;

/**
 * Make a share for any number of handles in any number of threads. It holds
 * at most 1,024 redirects; the least recently used go first.
 *
 * @returns a reference, or NULL if there is no memory.
 * @since 0.1
 */
CURLEW_API struct curlew_share *curlew_share_new(void);

/** Take another reference. Returns |share|; NULL is allowed. @since 0.1 */
CURLEW_API struct curlew_share *curlew_share_ref(struct curlew_share *share);

/** Give a reference back; NULL is allowed. Handles that use the share hold
    references of their own. @since 0.1 */
CURLEW_API void curlew_share_unref(struct curlew_share *share);

/** Forget everything. May be called while handles use it. NULL is allowed.
    @since 0.1 */
CURLEW_API void curlew_share_clear(struct curlew_share *share);

#ifdef __cplusplus
}
#endif

#endif /* CURLEW_SHARE_H */
