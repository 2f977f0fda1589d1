#include "body.h"

#include <stdio.h>
#include <string.h>

#include "dress.h"
#include "fields.h"
#include "handle.h"

#define PIECE 16384u /* what is read at once to find a length */

/* The deprecated way to rewind; its types live in curl.h, its option does not
   need to be named. */
typedef curlioerr(ioctl_fn)(CURL *curl, int command, void *user);

static FILE *file_of(const struct cw_handle *handle)
{
  void *file = handle->notes.value[CW_SLOT_READDATA].pointer;
  return file ? file : stdin;
}

static bool is_failure(size_t count)
{
  return count == CURL_READFUNC_ABORT || count == CURL_READFUNC_PAUSE;
}

/* Reads from where the application says, and keeps count. */
static size_t read_on(struct cw_handle *handle, char *data, size_t size)
{
  const union cw_argument *value = handle->notes.value;
  struct cw_request_body *body = &handle->body;
  cw_function *function = value[CW_SLOT_READFUNCTION].function;
  const size_t count =
    function ? ((curl_read_callback)value[CW_SLOT_READFUNCTION].function)(
                 data, 1, size, value[CW_SLOT_READDATA].pointer)
             : fread(data, 1, size, file_of(handle));

  if(is_failure(count) || count > size)
    return count;
  body->is_at_end = !count;
  body->read += count;
  if(body->is_holding && !body->is_overflown &&
     (body->held.length + count > handle->op.rules->limits.hold_body ||
      !cw_text_add(&body->held, data, count))) {
    body->is_overflown = true;
    cw_text_clear(&body->held);
  }
  return count;
}

static size_t serve(struct cw_request_body *body, char *data, size_t size)
{
  const size_t left = body->held.length - body->served;
  const size_t count = left < size ? left : size;

  if(count)
    memcpy(data, body->held.data + body->served, count);
  body->served += count;
  return count;
}

size_t cw_body_read(char *data, size_t size, size_t count, void *user)
{
  struct cw_handle *handle = user;
  struct cw_request_body *body = &handle->body;

  if(cw_alarm_is_rung(&handle->alarm))
    return CURL_READFUNC_ABORT;
  if(body->is_closed) {
    /* it was rewound: what libcurl would send now belongs to the next attempt */
    handle->gate.is_aborted = true;
    return CURL_READFUNC_ABORT;
  }
  return body->source == CW_SOURCE_HELD ? serve(body, data, size * count)
                                        : read_on(handle, data, size * count);
}

int cw_body_seek(void *user, curl_off_t offset, int origin)
{
  struct cw_handle *handle = user;
  struct cw_request_body *body = &handle->body;

  if(origin != SEEK_SET || offset < 0 ||
     (uint64_t)offset > (uint64_t)body->held.length)
    return CURL_SEEKFUNC_FAIL;
  body->served = (size_t)offset;
  return CURL_SEEKFUNC_OK;
}

static bool has_no_length(const struct cw_notes *notes)
{
  const enum cw_slot slot =
    notes->form == CW_FORM_PUT ? CW_SLOT_INFILESIZE : CW_SLOT_POSTFIELDSIZE;
  const struct curl_slist *fields = notes->value[CW_SLOT_HTTPHEADER].pointer;

  return notes->value[slot].offset < 0 ||
         cw_fields_have(fields, "Transfer-Encoding");
}

static bool is_seekable(const struct cw_handle *handle)
{
  const union cw_argument *value = handle->notes.value;
  return value[CW_SLOT_SEEKFUNCTION].function ||
         value[CW_SLOT_IOCTLFUNCTION].function;
}

static enum cw_body_source source_of(const struct cw_notes *notes)
{
  switch(notes->form) {
  case CW_FORM_GET:
  case CW_FORM_HEAD:
    return CW_SOURCE_NONE;
  case CW_FORM_MIME:
    return CW_SOURCE_MEMORY;
  case CW_FORM_HTTPPOST:
    /* CURLFORM_STREAM would read from it, past any callback of ours */
    return notes->value[CW_SLOT_READFUNCTION].function ? CW_SOURCE_STREAM
                                                       : CW_SOURCE_MEMORY;
  case CW_FORM_POST:
    if(notes->has_postfields)
      return CW_SOURCE_MEMORY;
    if(!notes->value[CW_SLOT_POSTFIELDSIZE].offset)
      return CW_SOURCE_NONE;
    break;
  case CW_FORM_PUT:
    if(!notes->value[CW_SLOT_INFILESIZE].offset)
      return CW_SOURCE_NONE;
    break;
  }
  return notes->value[CW_SLOT_READFUNCTION].function ? CW_SOURCE_CALLBACK
                                                     : CW_SOURCE_FILE;
}

/* Only a request without a length can be told that it needs one. */
static bool may_need_holding(const struct cw_handle *handle)
{
  return cw_rules_status(handle->op.rules, 411)->repair ==
           CW_REPAIR_CONTENT_LENGTH &&
         handle->op.rules->limits.hold_body && has_no_length(&handle->notes);
}

static CURLcode watch_reading(struct cw_handle *handle)
{
  union cw_argument value = cw_slot_unset(CW_SLOT_READFUNCTION);
  value.function = (cw_function *)cw_body_read;

  const CURLcode result = cw_dress(handle, CW_SLOT_READFUNCTION, value);
  return result ? result : cw_dress_pointer(handle, CW_SLOT_READDATA, handle);
}

CURLcode cw_body_begin(struct cw_handle *handle)
{
  struct cw_request_body *body = &handle->body;

  body->source = source_of(&handle->notes);
  body->is_sent = false;
  body->is_closed = false;
  if(body->source == CW_SOURCE_NONE || body->source == CW_SOURCE_MEMORY)
    return CURLE_OK;

  body->is_overflown = false;
  body->is_at_end = false;
  body->is_holding = false;
  body->start = -1;
  body->read = 0;
  body->served = 0;
  body->held.length = 0;
  if(body->source == CW_SOURCE_FILE) {
    body->start = ftello(file_of(handle));
    if(body->start >= 0)
      return CURLE_OK;
    /* libcurl's fread cannot be watched; a pipe is read by ours */
    body->source = CW_SOURCE_CALLBACK;
  }
  if(body->source != CW_SOURCE_CALLBACK)
    return CURLE_OK;
  body->is_holding = !is_seekable(handle) && may_need_holding(handle);
  return watch_reading(handle);
}

CURLcode cw_body_start(struct cw_handle *handle)
{
  struct cw_request_body *body = &handle->body;
  const bool was_sent = body->is_sent;

  if(was_sent && !cw_body_rewind(handle))
    return CURLE_SEND_FAIL_REWIND;
  body->is_sent = false;
  body->is_closed = false;
  return CURLE_OK;
}

enum cw_body cw_body_state(const struct cw_handle *handle)
{
  const struct cw_request_body *body = &handle->body;

  if(!body->is_sent)
    return CW_BODY_REPEATABLE;
  switch(body->source) {
  case CW_SOURCE_NONE:
  case CW_SOURCE_MEMORY:
  case CW_SOURCE_HELD:
    break;
  case CW_SOURCE_STREAM:
    return CW_BODY_SPENT;
  case CW_SOURCE_CALLBACK:
    return body->read && !is_seekable(handle) ? CW_BODY_SPENT
                                              : CW_BODY_REPEATABLE;
  case CW_SOURCE_FILE:
    return body->start < 0 ? CW_BODY_SPENT : CW_BODY_REPEATABLE;
  }
  return CW_BODY_REPEATABLE;
}

static bool rewind_callback(struct cw_handle *handle)
{
  const union cw_argument *value = handle->notes.value;
  struct cw_request_body *body = &handle->body;

  if(!body->read && !body->is_at_end)
    return true;
  if(value[CW_SLOT_SEEKFUNCTION].function) {
    if(((curl_seek_callback)value[CW_SLOT_SEEKFUNCTION].function)(
         value[CW_SLOT_SEEKDATA].pointer, 0, SEEK_SET) != CURL_SEEKFUNC_OK)
      return false;
  }
  else if(value[CW_SLOT_IOCTLFUNCTION].function) {
    if(((ioctl_fn *)value[CW_SLOT_IOCTLFUNCTION].function)(
         handle->curl, CURLIOCMD_RESTARTREAD,
         value[CW_SLOT_IOCTLDATA].pointer) != CURLIOE_OK)
      return false;
  }
  else
    return false;
  body->read = 0;
  body->is_at_end = false;
  return true;
}

bool cw_body_rewind(struct cw_handle *handle)
{
  struct cw_request_body *body = &handle->body;
  bool is_done = true;

  switch(body->source) {
  case CW_SOURCE_NONE:
  case CW_SOURCE_MEMORY:
    return true;
  case CW_SOURCE_STREAM:
    return false;
  case CW_SOURCE_HELD:
    body->served = 0;
    break;
  case CW_SOURCE_CALLBACK:
    is_done = rewind_callback(handle);
    break;
  case CW_SOURCE_FILE:
    is_done = body->start >= 0 &&
              !fseeko(file_of(handle), (off_t)body->start, SEEK_SET);
    break;
  }
  body->is_closed = is_done;
  return is_done;
}

/* Reads what is left, and sums it up. */
static bool read_to_end(struct cw_handle *handle)
{
  struct cw_request_body *body = &handle->body;
  char piece[PIECE];

  while(!body->is_at_end) {
    const size_t count = read_on(handle, piece, sizeof(piece));
    if(is_failure(count) || count > sizeof(piece) || body->is_overflown)
      return false;
  }
  return true;
}

static bool learn_from_callback(struct cw_handle *handle, curl_off_t *length)
{
  struct cw_request_body *body = &handle->body;
  const bool is_held = body->is_holding && !body->is_overflown;

  if(!is_held && (!is_seekable(handle) || !rewind_callback(handle)))
    return false;
  if(!read_to_end(handle))
    return false;
  *length = (curl_off_t)body->read;
  if(is_held) {
    body->source = CW_SOURCE_HELD;
    return true;
  }
  return rewind_callback(handle);
}

static bool learn_from_file(struct cw_handle *handle, curl_off_t *length)
{
  FILE *file = file_of(handle);
  const long long start = handle->body.start;

  if(start < 0 || fseeko(file, 0, SEEK_END))
    return false;
  const long long end = ftello(file);
  if(end < start || fseeko(file, (off_t)start, SEEK_SET))
    return false;
  *length = (curl_off_t)(end - start);
  return true;
}

bool cw_body_learn_length(struct cw_handle *handle, curl_off_t *length)
{
  struct cw_request_body *body = &handle->body;
  const struct curl_slist *fields =
    handle->notes.value[CW_SLOT_HTTPHEADER].pointer;
  bool is_known = false;

  if(!has_no_length(&handle->notes))
    return false;
  switch(body->source) {
  case CW_SOURCE_MEMORY:
    /* libcurl knows it, and would tell but for the application's field */
    *length = -1;
    return cw_fields_have(fields, "Transfer-Encoding");
  case CW_SOURCE_CALLBACK:
    is_known = learn_from_callback(handle, length);
    break;
  case CW_SOURCE_FILE:
    is_known = learn_from_file(handle, length);
    break;
  case CW_SOURCE_NONE:
  case CW_SOURCE_STREAM:
  case CW_SOURCE_HELD:
    break;
  }
  body->is_closed = is_known;
  return is_known;
}

void cw_body_end(struct cw_handle *handle)
{
  cw_text_clear(&handle->body.held);
}
