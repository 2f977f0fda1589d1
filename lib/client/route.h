/*
 * route.h - the way of an operation from one URL to the next.
 */
#ifndef CW_ROUTE_H
#define CW_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

#include "engine.h"
#include "place.h"

struct cw_handle;

/* Finds out whether the application's URL is HTTP, and the rules for its
   host. */
CURLcode cw_route_find_rules(struct cw_handle *handle);

/* Goes straight to where the application's URL is remembered to have moved. */
CURLcode cw_route_recall(struct cw_handle *handle, struct cw_instant now);

/* Where |location| leads from the URL of the attempt that is under way. */
CURLcode cw_route_find(struct cw_handle *handle, struct cw_span location,
                       struct cw_place *place);

/* Makes the next attempt the hop that was found last. */
CURLcode cw_route_follow(struct cw_handle *handle, const struct cw_step *step);

/* Forgets where the application's URL had moved, and goes back to it. */
CURLcode cw_route_forget(struct cw_handle *handle);

/* Asks the application for other credentials; |text| is the 401 or 407. */
bool cw_route_ask_credentials(struct cw_handle *handle, const char *text,
                              size_t length);

#endif
