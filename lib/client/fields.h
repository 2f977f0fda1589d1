/*
 * fields.h - the request header fields of the application's own.
 */
#ifndef CW_FIELDS_H
#define CW_FIELDS_H

#include <stdbool.h>

#include <curl/curl.h>

#include "span.h"

struct cw_handle;

/* Does |list| have a field of that name with a value? ("Name:" suppresses
   one, which is no value.) */
bool cw_fields_have(const struct curl_slist *list, const char *name);

/* Puts the fields of the attempt at hand in place: the application's without
   those that must not go there, and what is added to them. */
CURLcode cw_fields_dress(struct cw_handle *handle);

#endif
