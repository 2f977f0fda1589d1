#include "guard.h"

#include "fields.h"
#include "handle.h"
#include "request.h"

/* Does the policy let a request of any method be sent again when there was no
   answer? Then libcurl may do so too. */
static bool any_method_may(const struct cw_rules *rules)
{
  const struct cw_rule *rule = &rules->error[CW_ERROR_EMPTY_REPLY];
  return rule->action == CW_ACTION_RETRY &&
         rule->any_method == CW_ANY_METHOD_YES;
}

static bool is_guarded(const struct cw_operation *op)
{
  return op->rules->silent_resend == CW_RESEND_GUARD &&
         !cw_repeat_is_idempotent(op->rules, op->request.method, false) &&
         !any_method_may(op->rules);
}

/* A body that is read from somewhere is spent once it began to be sent. */
static bool is_read(const struct cw_request_body *body)
{
  return body->source != CW_SOURCE_NONE && body->source != CW_SOURCE_MEMORY;
}

/* Where the application itself sends Expect, libcurl answers a 417 with the
   same request again, and again, as long as the server says so. */
static bool may_go_round(const struct cw_handle *handle)
{
  return handle->body.source != CW_SOURCE_NONE &&
         cw_fields_have(handle->notes.value[CW_SLOT_HTTPHEADER].pointer,
                        "Expect");
}

CURLcode cw_guard_install(struct cw_handle *handle)
{
  const struct cw_operation *op = &handle->op;
  const bool is_needed =
    handle->notes.value[CW_SLOT_PREREQFUNCTION].function ||
    (op->is_policed && (op->is_guarded || is_read(&handle->body) ||
                        may_go_round(handle) || handle->ask));

  if(is_needed == handle->is_guard_installed)
    return CURLE_OK;
  handle->is_guard_installed = is_needed;
  if(is_needed &&
     handle->libcurl->easy_setopt(handle->curl, CURLOPT_PREREQDATA, handle))
    return CURLE_OUT_OF_MEMORY; /* there is no other cause */
  return handle->libcurl->easy_setopt(
    handle->curl, CURLOPT_PREREQFUNCTION,
    is_needed ? (cw_function *)cw_guard_prereq : NULL);
}

void cw_guard_start(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;

  op->sends = 0;
  op->is_resend_stopped = false;
  op->is_expect_stopped = false;
  op->is_guarded = is_guarded(op);
}

/* A refused stream of HTTP/2 is sent again too, and safely so. Connections are
   known by their local port; one that was never seen to speak anything newer
   is taken to speak HTTP/1. */
static bool speaks_http1(const struct cw_handle *handle, long local_port)
{
  for(unsigned i = 0; i < CW_PORTS; i++)
    if(handle->modern_port[i] == local_port)
      return false;
  return true;
}

void cw_guard_saw_head(struct cw_handle *handle, const char *line)
{
  const bool is_modern = line[5] >= '2' && line[5] <= '9';
  long port = 0;

  handle->op.sends = 0;
  if(!is_modern)
    return;
  (void)handle->libcurl->easy_getinfo(handle->curl, CURLINFO_LOCAL_PORT,
                                      &port);
  if(port && speaks_http1(handle, port))
    handle->modern_port[handle->modern_count++ % CW_PORTS] = (uint16_t)port;
}

static bool is_on_kept_connection(const struct cw_handle *handle)
{
  long connects = 0;
  (void)handle->libcurl->easy_getinfo(handle->curl, CURLINFO_NUM_CONNECTS,
                                      &connects);
  return !connects;
}

/* Is this send the silent one, of a request that must not be repeated? */
static bool must_stop(struct cw_handle *handle, int local_port)
{
  struct cw_operation *op = &handle->op;

  if(++op->sends == 1) {
    op->is_reused =
      is_on_kept_connection(handle) && speaks_http1(handle, local_port);
    return false;
  }
  if(!op->is_reused)
    return false;
  cw_request_refresh(handle);
  return !op->request.has_idempotency_key;
}

int cw_guard_prereq(void *user, char *remote_ip, char *local_ip,
                    int remote_port, int local_port)
{
  struct cw_handle *handle = user;
  const union cw_argument *value = handle->notes.value;

  handle->body.is_sent = true;
  if(handle->gate.is_policed) {
    if(cw_alarm_is_rung(&handle->alarm))
      return CURL_PREREQFUNC_ABORT;
    /* libcurl answers the last head by itself: nobody else is to be asked */
    handle->gate.is_asked = false;
    if(handle->gate.status == 417 && handle->op.request.sent_expect) {
      handle->op.is_expect_stopped = true;
      return CURL_PREREQFUNC_ABORT;
    }
    if(handle->op.is_guarded && must_stop(handle, local_port)) {
      handle->op.is_resend_stopped = true;
      return CURL_PREREQFUNC_ABORT;
    }
  }
  if(!value[CW_SLOT_PREREQFUNCTION].function)
    return CURL_PREREQFUNC_OK;
  return ((curl_prereq_callback)value[CW_SLOT_PREREQFUNCTION].function)(
    value[CW_SLOT_PREREQDATA].pointer, remote_ip, local_ip, remote_port,
    local_port);
}
