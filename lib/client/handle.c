#include "handle.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "dress.h"
#include "registry.h"

static CURLcode set_function(struct cw_handle *handle, CURLoption option,
                             cw_function *function)
{
  return handle->libcurl->easy_setopt(handle->curl, option, function);
}

static CURLcode set_pointer(struct cw_handle *handle, CURLoption option,
                            void *pointer)
{
  return handle->libcurl->easy_setopt(handle->curl, option, pointer);
}

CURLcode cw_handle_install(struct cw_handle *handle)
{
  CURLcode result = CURLE_OK;

  if(handle->is_installed)
    return CURLE_OK;
  result =
    set_function(handle, CURLOPT_WRITEFUNCTION, (cw_function *)cw_gate_write);
  if(!result)
    result = set_pointer(handle, CURLOPT_WRITEDATA, handle);
  if(!result)
    result = set_function(handle, CURLOPT_HEADERFUNCTION,
                          (cw_function *)cw_gate_header);
  if(!result)
    result = set_pointer(handle, CURLOPT_HEADERDATA, handle);
  handle->is_installed = !result;
  return result;
}

static void begin_with_standard(struct cw_handle *handle)
{
  handle->policy = handle->standard->policy(&handle->failure);
  handle->trace = handle->standard->trace;
  handle->trace_user = handle->standard->trace_user;
}

/* The memory of one handle that is gone: who makes one for each transfer gets
   the same again and again, with its alarm and its room for a URL. */
static _Atomic(struct cw_handle *) spare;

#define KEPT_URL 1024 /* bytes */

static struct cw_handle *get_memory(void)
{
  struct cw_handle *handle = atomic_exchange(&spare, NULL);

  if(handle)
    return handle;
  handle = malloc(sizeof(*handle));
  if(!handle)
    return NULL;
  memset(handle->url, 0, sizeof(handle->url));
  if(!cw_alarm_init(&handle->alarm)) {
    free(handle);
    handle = NULL;
  }
  return handle;
}

/* A URL may hold a password, and so may one before it that was longer: they are
   not to lie around. */
static void wipe(struct cw_text *url)
{
  if(url->size > KEPT_URL)
    cw_text_clear(url);
  else if(url->data)
    memset(url->data, 0, url->size);
  url->length = 0;
}

static void give_memory_back(struct cw_handle *handle)
{
  wipe(&handle->url[0]);
  wipe(&handle->url[1]);
#ifdef __SANITIZE_ADDRESS__
  struct cw_handle *before = handle; /* who uses it again is to be seen */
#else
  struct cw_handle *before = atomic_exchange(&spare, handle);
#endif

  if(before) {
    cw_alarm_clear(&before->alarm);
    cw_text_clear(&before->url[0]);
    cw_text_clear(&before->url[1]);
    free(before);
  }
}

struct cw_handle *cw_handle_new(CURL *curl, const struct cw_libcurl *libcurl,
                                const struct cw_world *world,
                                const struct cw_standard *standard)
{
  const size_t begin = offsetof(struct cw_handle, curl);
  struct cw_handle *handle = get_memory();

  if(!handle)
    return NULL;
  memset((char *)handle + begin, 0,
         offsetof(struct cw_handle, op.engine) - begin);
  handle->curl = curl;
  handle->libcurl = libcurl;
  handle->world = world;
  handle->standard = standard;
  cw_notes_init(&handle->notes);
  begin_with_standard(handle);
  struct cw_handle *stale = cw_registry_put(handle);
  if(stale)
    cw_handle_discard(stale);
  if((!handle->policy && handle->failure == CURLE_OUT_OF_MEMORY) ||
     cw_handle_install(handle)) {
    cw_handle_free(handle);
    return NULL;
  }
  return handle;
}

static void clear_settings(struct cw_handle *handle)
{
  curlew_policy_unref(handle->policy);
  handle->policy = NULL;
  curlew_share_unref(handle->share);
  handle->share = NULL;
  handle->is_expected = false;
  handle->ask = NULL;
  handle->trace = NULL;
}

void cw_handle_discard(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;

  if(cw_transfer_multi(handle)) /* what libcurl had of it is gone */
    cw_transfer_part(handle);
  clear_settings(handle);
  cw_notes_free(&handle->notes);
  cw_memory_free(handle->memory);
  cw_gate_clear(&handle->gate);
  cw_body_end(handle);
  cw_text_clear(&op->given);
  cw_text_clear(&op->url);
  cw_text_clear(&op->custom);
  cw_text_clear(&op->next.url);
  cw_kept_clear(&op->kept);
  cw_past_clear(&op->past);
  handle->libcurl->slist_free_all(op->fields);
  cw_story_free(&handle->story);
  give_memory_back(handle);
}

void cw_handle_unlist(const struct cw_handle *handle)
{
  cw_registry_remove(handle);
}

void cw_handle_free(struct cw_handle *handle)
{
  cw_handle_unlist(handle);
  cw_handle_discard(handle);
}

static const struct cw_text *url_of(const struct cw_handle *handle)
{
  return &handle->url[handle->url_at];
}

CURLcode cw_handle_copy(struct cw_handle *copy, const struct cw_handle *handle)
{
  const struct cw_text *url = url_of(handle);
  struct curlew_policy *policy = curlew_policy_ref(handle->policy);

  curlew_policy_unref(copy->policy);
  copy->policy = policy;
  copy->failure = handle->failure;
  copy->share = curlew_share_ref(handle->share);
  copy->is_expected = handle->is_expected;
  copy->ask = handle->ask;
  copy->ask_user = handle->ask_user;
  copy->trace = handle->trace;
  copy->trace_user = handle->trace_user;
  if(!cw_notes_copy(&copy->notes, &handle->notes) ||
     !cw_text_set(&copy->url[0], url->data, url->length))
    return CURLE_OUT_OF_MEMORY;

  /* libcurl has copied what an operation had changed, and our hands on it */
  copy->control = handle->control;
  copy->sees_heads = handle->sees_heads;
  copy->is_guard_installed = handle->is_guard_installed;
  copy->is_url_dressed = handle->is_url_dressed;
  copy->is_method_dressed = handle->is_method_dressed;
  memcpy(copy->dressed, handle->dressed, sizeof(copy->dressed));
  CURLcode result = cw_undress(copy);
  if(!result && copy->is_guard_installed)
    result = set_pointer(copy, CURLOPT_PREREQDATA, copy);
  return result ? result : cw_control_leave(copy);
}

CURLcode cw_handle_reset(struct cw_handle *handle)
{
  clear_settings(handle);
  cw_notes_clear(&handle->notes);
  handle->url[0].length = 0;
  handle->url[1].length = 0;
  handle->is_url_known = false;
  handle->control = (struct cw_control){.is_taken = false};
  handle->sees_heads = false;
  handle->is_guard_installed = false;
  cw_handle_changed(handle);
  handle->is_url_dressed = false;
  handle->is_method_dressed = false;
  memset(handle->dressed, 0, sizeof(handle->dressed));
  handle->op.is_policed = false; /* its rules may be gone */
  handle->op.sums.is_any = false;
  handle->op.kept.is_any = false;
  handle->op.kept.is_begun = false;
  handle->op.kept.has_gone = false;
  handle->op.kept.redirect_url.length = 0;
  handle->libcurl->slist_free_all(handle->op.fields);
  handle->op.fields = NULL;
  cw_story_clear(&handle->story);
  begin_with_standard(handle);
  handle->is_installed = false;
  const CURLcode result = cw_handle_install(handle);
  return handle->policy ? result : handle->failure;
}
