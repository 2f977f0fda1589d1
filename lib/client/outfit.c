#include "outfit.h"

#include "dress.h"
#include "fields.h"
#include "guard.h"
#include "handle.h"

#define EARLY_DATA (1L << 6) /* CURLSSLOPT_EARLYDATA, libcurl 8.11 */

CURLcode cw_outfit_time(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;
  const uint64_t most_ms = op->rules->limits.attempt_timeout_ms;
  const uint64_t left_ms =
    cw_engine_is_bounded(&op->engine)
      ? cw_engine_left_ms(&op->engine, handle->world->now(handle->world->user))
      : CW_FOREVER;
  const uint64_t time_ms = left_ms < most_ms ? left_ms : most_ms;
  const long own_ms = cw_notes_long(&handle->notes, CW_SLOT_TIMEOUT_MS);

  op->has_attempt_timeout = most_ms < left_ms;
  op->left_ms = left_ms;
  if(time_ms == CW_FOREVER || (own_ms > 0 && time_ms == (uint64_t)own_ms))
    return cw_undress_slot(handle, CW_SLOT_TIMEOUT_MS);
  return cw_dress_long(handle, CW_SLOT_TIMEOUT_MS,
                       time_ms == 0          ? 1
                       : time_ms > INT32_MAX ? INT32_MAX
                                             : (long)time_ms);
}

void cw_outfit_delivers(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;

  if(!op->has_attempt_timeout)
    return;
  op->has_attempt_timeout = false;
  /* libcurl counts it from the beginning of the attempt */
  (void)cw_dress_long(handle, CW_SLOT_TIMEOUT_MS,
                      op->left_ms == CW_FOREVER ? 0
                      : op->left_ms > INT32_MAX ? INT32_MAX
                                                : (long)op->left_ms);
}

/* Who answered as HTTP/1.0 is asked so too, as libcurl does it within a
   perform: no chunks, no Expect. It does so with every later server; here it is
   that one alone, for the next may well speak HTTP/2. */
CURLcode cw_outfit_version(struct cw_handle *handle)
{
  long version = CURL_HTTP_VERSION_NONE;

  if(handle->op.next.distance != CW_DISTANCE_HOME)
    return cw_undress_slot(handle, CW_SLOT_HTTP_VERSION);
  (void)handle->libcurl->easy_getinfo(handle->curl, CURLINFO_HTTP_VERSION,
                                      &version);
  return version == CURL_HTTP_VERSION_1_0
           ? cw_dress_long(handle, CW_SLOT_HTTP_VERSION, version)
           : CURLE_OK;
}

static CURLcode put_on_connection(struct cw_handle *handle, bool is_repeat)
{
  const long options = cw_notes_long(&handle->notes, CW_SLOT_SSL_OPTIONS);
  CURLcode result = CURLE_OK;

  /* early data can be replayed, so no repeat goes out in it (RFC 8470) */
  if(is_repeat && (options & EARLY_DATA))
    result = cw_dress_long(handle, CW_SLOT_SSL_OPTIONS, options & ~EARLY_DATA);
  if(result)
    return result;
  if(handle->op.connection == CW_CONNECTION_FRESH)
    return cw_dress_long(handle, CW_SLOT_FRESH_CONNECT, 1);
  return handle->op.is_hop ? cw_dress_without(handle, CW_SLOT_FRESH_CONNECT)
                           : cw_undress_slot(handle, CW_SLOT_FRESH_CONNECT);
}

static CURLcode put_on_length(struct cw_handle *handle)
{
  const enum cw_slot slot = handle->notes.form == CW_FORM_PUT
                              ? CW_SLOT_INFILESIZE
                              : CW_SLOT_POSTFIELDSIZE;
  union cw_argument value = cw_slot_unset(slot);
  CURLcode result = CURLE_OK;

  if(!handle->op.has_length || handle->op.length < 0)
    return CURLE_OK;
  value.offset = handle->op.length;
  result = cw_dress(handle, slot, value);
  if(result || handle->body.source != CW_SOURCE_HELD)
    return result;
  value = cw_slot_unset(CW_SLOT_SEEKFUNCTION);
  value.function = (cw_function *)cw_body_seek;
  result = cw_dress(handle, CW_SLOT_SEEKFUNCTION, value);
  return result ? result : cw_dress_pointer(handle, CW_SLOT_SEEKDATA, handle);
}

CURLcode cw_outfit_put_on(struct cw_handle *handle, bool is_repeat)
{
  struct cw_operation *op = &handle->op;
  CURLcode result = cw_fields_dress(handle);

  if(!result)
    result = put_on_connection(handle, is_repeat);
  if(!result)
    result = put_on_length(handle);
  if(!result)
    result = cw_undress_slot(handle, CW_SLOT_NOPROGRESS); /* of a drain */
  if(!result)
    result = cw_body_start(handle);
  if(result)
    return result;
  cw_engine_attempt(&op->engine, op->rules, cw_attempt_url(handle));
  cw_guard_start(handle);
  result = cw_guard_install(handle);
  if(result)
    return result;
  cw_gate_start(&handle->gate, true);
  return CURLE_OK;
}
