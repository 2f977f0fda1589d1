/*
 * outlet.h - the application's own write and header callbacks, called as
 * libcurl calls them.
 */
#ifndef CW_OUTLET_H
#define CW_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

struct cw_handle;

/* Does anybody look at heads? handle->sees_heads keeps the answer. */
bool cw_outlet_sees_heads(const struct cw_handle *handle);

/* Gives |length| bytes of a body to the write callback, and returns what it
   does: the length, CURL_WRITEFUNC_PAUSE, or anything else for an error. */
size_t cw_outlet_body(struct cw_handle *handle, char *data, size_t length);

/* Gives one line of a head to all who look. After CURL_WRITEFUNC_PAUSE the same
   line is to be given again. */
size_t cw_outlet_line(struct cw_handle *handle, char *line, size_t length);

/* The same, and notes on the gate what became of it. */
size_t cw_outlet_pass(struct cw_handle *handle, char *line, size_t length);

/* The length of the first line of |text|, with its LF if it has one. */
size_t cw_outlet_line_length(const char *text, size_t length);

/* Gives all that the gate holds to the application. Returns |length| when that
   is done, CURL_WRITEFUNC_PAUSE to be called again, or anything else for an
   error. */
size_t cw_outlet_flush(struct cw_handle *handle, size_t length);

#endif
