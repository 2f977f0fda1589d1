#include "ending.h"

#include <stdio.h>

#include "curlcode.h"
#include "handle.h"

/* Did libcurl begin to send the request? */
static bool is_sent(const struct cw_handle *handle)
{
  curl_off_t time_us = 0;

  (void)handle->libcurl->easy_getinfo(handle->curl,
                                      CURLINFO_PRETRANSFER_TIME_T, &time_us);
  return handle->body.is_sent || time_us > 0;
}

static unsigned refusal_of(const struct cw_handle *handle)
{
  long status = 0;

  if(handle->gate.status) /* the tunnel was there */
    return 0;
  (void)handle->libcurl->easy_getinfo(handle->curl, CURLINFO_HTTP_CONNECTCODE,
                                      &status);
  return status > 0 ? (unsigned)status : 0;
}

struct cw_ending cw_ending_of(struct cw_handle *handle, CURLcode result)
{
  const struct cw_gate *gate = &handle->gate;
  struct cw_ending ending = {.end = CW_END_COMPLETE,
                             .delivered = gate->is_delivered};

  if(handle->op.is_resend_stopped)
    ending.end = CW_END_RESEND;
  else if(result && cw_alarm_is_rung(&handle->alarm))
    ending.end = CW_END_CANCELLED;
  else if(result == CURLE_ABORTED_BY_CALLBACK && !gate->is_aborted)
    ending.end = CW_END_ABORTED;
  else if(result && result != CURLE_HTTP_RETURNED_ERROR &&
          !gate->is_withheld) {
    ending.end = CW_END_ERROR;
    ending.error = cw_curlcode_error(result, is_sent(handle));
    ending.refusal = refusal_of(handle);
    if(ending.refusal >= 300)
      ending.error = CW_ERROR_CONNECT; /* the request never left */
  }
  return ending;
}

static void explain(struct cw_handle *handle, enum curlew_reason reason)
{
  char *buffer = handle->notes.value[CW_SLOT_ERRORBUFFER].pointer;

  if(!buffer)
    return;
  if(reason == CURLEW_REASON_REDIRECTS) /* as libcurl says it */
    (void)snprintf(buffer, CURL_ERROR_SIZE, "Maximum (%u) redirects followed",
                   handle->op.engine.redirects);
  else
    (void)snprintf(buffer, CURL_ERROR_SIZE, "%s", cw_reason_text(reason));
}

CURLcode cw_ending_result(struct cw_handle *handle, const struct cw_step *step,
                          CURLcode result)
{
  CURLcode code = CURLE_OK;

  switch(step->result) {
  case CW_RESULT_AS_IS:
    if(step->reason == CURLEW_REASON_SILENT_RESEND)
      code = CURLE_GOT_NOTHING;
    else if(step->reason == CURLEW_REASON_CANCELLED)
      code = CURLE_ABORTED_BY_CALLBACK;
    else if(step->reason == CURLEW_REASON_DEADLINE && handle->gate.is_withheld)
      code = CURLE_OPERATION_TIMEDOUT;
    else
      return result;
    break;
  case CW_RESULT_BAD_URL:
    code = CURLE_URL_MALFORMAT;
    break;
  case CW_RESULT_BAD_SCHEME:
    code = CURLE_UNSUPPORTED_PROTOCOL;
    break;
  case CW_RESULT_TOO_MANY:
    code = CURLE_TOO_MANY_REDIRECTS;
    break;
  case CW_RESULT_REWIND:
    code = CURLE_SEND_FAIL_REWIND;
    break;
  }
  explain(handle, step->reason);
  return code;
}
