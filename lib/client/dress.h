/*
 * dress.h - changes options for an attempt, and puts them back.
 *
 * What is changed here is noted on the handle, so that undressing puts back
 * just that, as the application had set it.
 */
#ifndef CW_DRESS_H
#define CW_DRESS_H

#include <stdbool.h>

#include <curl/curl.h>

#include "notes.h"

struct cw_handle;

CURLcode cw_dress(struct cw_handle *handle, enum cw_slot slot,
                  union cw_argument value);
CURLcode cw_dress_long(struct cw_handle *handle, enum cw_slot slot,
                       long number);
CURLcode cw_dress_text(struct cw_handle *handle, enum cw_slot slot,
                       const char *text);
CURLcode cw_dress_pointer(struct cw_handle *handle, enum cw_slot slot,
                          void *pointer);

/* Does without what the application set there, if it did. */
CURLcode cw_dress_without(struct cw_handle *handle, enum cw_slot slot);

/* Makes the attempt a GET without a body. */
CURLcode cw_dress_as_get(struct cw_handle *handle);

/* The URL of the attempt: of a hop, which is absolute. */
CURLcode cw_dress_url(struct cw_handle *handle, const char *url);

/* Puts one option back, or all of them. What cannot be put back stays noted,
   to be tried again. */
CURLcode cw_undress_slot(struct cw_handle *handle, enum cw_slot slot);
CURLcode cw_undress(struct cw_handle *handle);

static inline bool cw_is_dressed_slot(const uint64_t *dressed,
                                      enum cw_slot slot)
{
  return dressed[slot / 64] >> (slot % 64) & 1;
}

#endif
