#include "outlet.h"

#include <string.h>

#include "handle.h"

bool cw_outlet_sees_heads(const struct cw_handle *handle)
{
  const union cw_argument *value = handle->notes.value;

  return value[CW_SLOT_HEADERFUNCTION].function ||
         value[CW_SLOT_HEADERDATA].pointer || value[CW_SLOT_HEADER].number;
}

/* HEADERDATA without a function goes to the write callback, with that data. */
static size_t to_header_callback(struct cw_handle *handle, char *line,
                                 size_t length)
{
  const union cw_argument *value = handle->notes.value;
  void *target = value[CW_SLOT_HEADERDATA].pointer;

  if(value[CW_SLOT_HEADERFUNCTION].function)
    return ((curl_write_callback)value[CW_SLOT_HEADERFUNCTION].function)(
      line, 1, length, target);
  return target ? cw_outlet_write(handle, line, length, target) : length;
}

static bool begins_head(const char *line, size_t length)
{
  return length > 5 && !memcmp(line, "HTTP/", 5);
}

static bool ends_head(const char *line, size_t length)
{
  return length && (line[0] == '\r' || line[0] == '\n');
}

size_t cw_outlet_line(struct cw_handle *handle, char *line, size_t length)
{
  struct cw_gate *gate = &handle->gate;

  if(begins_head(line, length))
    gate->is_trailing = false;
  const bool is_written =
    handle->notes.value[CW_SLOT_HEADER].number &&
    handle->control.is_taken && /* else libcurl does it */
    !gate->is_trailing;         /* as libcurl does it */

  if(is_written && !gate->is_half_told) {
    const size_t written = cw_outlet_body(handle, line, length);
    if(written != length)
      return written;
    gate->is_half_told = true;
  }
  const size_t told = to_header_callback(handle, line, length);
  if(told == CURL_WRITEFUNC_PAUSE)
    return told;
  gate->is_half_told = false;
  if(ends_head(line, length))
    gate->is_trailing = true;
  return told;
}

size_t cw_outlet_pass(struct cw_handle *handle, char *line, size_t length)
{
  struct cw_gate *gate = &handle->gate;
  const size_t told = cw_outlet_line(handle, line, length);

  if(told == CURL_WRITEFUNC_PAUSE)
    gate->is_joined = true;
  else if(!gate->is_delivered)
    gate->is_delivered = handle->sees_heads;
  return told;
}

size_t cw_outlet_line_length(const char *text, size_t length)
{
  const char *end = length ? memchr(text, '\n', length) : NULL;
  return end ? (size_t)(end + 1 - text) : length;
}

size_t cw_outlet_flush(struct cw_handle *handle, size_t length)
{
  struct cw_gate *gate = &handle->gate;

  while(gate->flushed < gate->held.length) {
    char *line = gate->held.data + gate->flushed;
    const size_t n =
      cw_outlet_line_length(line, gate->held.length - gate->flushed);
    const size_t told = cw_outlet_pass(handle, line, n);
    if(told == CURL_WRITEFUNC_PAUSE)
      return CURL_WRITEFUNC_PAUSE;
    if(told != n) {
      gate->held.length = 0; /* who refuses a line is told no other */
      gate->flushed = 0;
      return CW_GATE_ABORT;
    }
    gate->flushed += n;
  }
  gate->held.length = 0;
  gate->flushed = 0;
  return length;
}
