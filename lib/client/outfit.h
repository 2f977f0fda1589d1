/* outfit.h - what a handle wears for one attempt, once its URL and method are
   settled. */
#ifndef CW_OUTFIT_H
#define CW_OUTFIT_H

#include <stdbool.h>

#include <curl/curl.h>

struct cw_handle;

/* How long the attempt may take: what is left of the operation, and no more
   than the policy gives one attempt until its first body byte. */
CURLcode cw_outfit_time(struct cw_handle *handle);

/* Which version of HTTP a hop speaks that follows the attempt that is over. */
CURLcode cw_outfit_version(struct cw_handle *handle);

/* Everything else. |is_repeat|: it is not the first of its operation. */
CURLcode cw_outfit_put_on(struct cw_handle *handle, bool is_repeat);

/* The first body byte is delivered: attempt-timeout ends. */
void cw_outfit_delivers(struct cw_handle *handle);

#endif
