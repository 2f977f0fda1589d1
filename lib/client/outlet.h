/*
 * outlet.h - the application's own write and header callbacks, called as
 * libcurl calls them.
 */
#ifndef CW_OUTLET_H
#define CW_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "handle.h"

/* Does anybody look at heads? handle->sees_heads keeps the answer. */
bool cw_outlet_sees_heads(const struct cw_handle *handle);

/* The write callback, or what libcurl does without one. */
static inline size_t cw_outlet_write(struct cw_handle *handle, char *data,
                                     size_t length, void *target)
{
  const union cw_argument function =
    handle->notes.value[CW_SLOT_WRITEFUNCTION];

  if(function.function)
    return ((curl_write_callback)function.function)(data, 1, length, target);
  return fwrite(data, 1, length, target ? target : stdout);
}

/* Gives |length| bytes of a body to the write callback, and returns what it
   does: the length, CURL_WRITEFUNC_PAUSE, or anything else for an error. */
static inline size_t cw_outlet_body(struct cw_handle *handle, char *data,
                                    size_t length)
{
  return cw_outlet_write(handle, data, length,
                         handle->notes.value[CW_SLOT_WRITEDATA].pointer);
}

/* Gives one line of a head to all who look. After CURL_WRITEFUNC_PAUSE the same
   line is to be given again. */
size_t cw_outlet_line(struct cw_handle *handle, char *line, size_t length);

/* The same, and notes on the gate what became of it. */
size_t cw_outlet_pass(struct cw_handle *handle, char *line, size_t length);

/* The same for a line in the midst of a head, when one before it went
   through. */
static inline size_t cw_outlet_flow(struct cw_handle *handle, char *line,
                                    size_t length)
{
  const union cw_argument *value = handle->notes.value;
  const curl_write_callback function =
    (curl_write_callback)value[CW_SLOT_HEADERFUNCTION].function;

  if(!function || value[CW_SLOT_HEADER].number)
    return cw_outlet_pass(handle, line, length);
  const size_t told =
    function(line, 1, length, value[CW_SLOT_HEADERDATA].pointer);
  if(told == CURL_WRITEFUNC_PAUSE)
    handle->gate.is_joined = true;
  return told;
}

/* The length of the first line of |text|, with its LF if it has one. */
size_t cw_outlet_line_length(const char *text, size_t length);

/* Gives all that the gate holds to the application. Returns |length| when that
   is done, CURL_WRITEFUNC_PAUSE to be called again, or anything else for an
   error. */
size_t cw_outlet_flush(struct cw_handle *handle, size_t length);

#endif
