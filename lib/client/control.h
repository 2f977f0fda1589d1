/*
 * control.h - the options that the application and curlew both want to set:
 * FOLLOWLOCATION, HEADER, and the progress callback.
 *
 * While curlew has control of a handle, libcurl neither follows nor shows heads
 * nor calls the application's progress callback: curlew does so in its place.
 * Where the policy leaves a transfer alone, libcurl has it all as the
 * application set it. Nothing is set that stands there already: a new handle
 * for one transfer is not to pay for what that does not need.
 */
#ifndef CW_CONTROL_H
#define CW_CONTROL_H

#include <stdbool.h>

#include <curl/curl.h>

#include "notes.h"

struct cw_handle;

struct cw_control {
  bool is_taken;
  bool is_watching; /* the progress callback is ours */
  bool has_watched; /* ... or half of it: it is to be given back */
  long follow;      /* FOLLOWLOCATION and HEADER as libcurl has them */
  long header;
};

CURLcode cw_control_take(struct cw_handle *handle);
CURLcode cw_control_leave(struct cw_handle *handle);

/* Puts our progress callback in place: somebody watches. */
CURLcode cw_control_watch(struct cw_handle *handle);

/* Gives |curl| the application's progress callback. */
CURLcode cw_control_give_watch(const struct cw_handle *handle, CURL *curl);

/* The application sets one of the options, and is to get libcurl's opinion of
   it. */
CURLcode cw_control_set(struct cw_handle *handle, enum cw_slot slot,
                        union cw_argument value);

#endif
