#include "handle.h"

#include <stdlib.h>
#include <string.h>

#include "dress.h"
#include "outlet.h"
#include "registry.h"
#include "watch.h"

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

/* Our callbacks, which stand there as long as the handle lives. */
static CURLcode install(struct cw_handle *handle)
{
  CURLcode result =
    set_function(handle, CURLOPT_WRITEFUNCTION, (cw_function *)cw_gate_write);
  if(!result)
    result = set_pointer(handle, CURLOPT_WRITEDATA, handle);
  if(!result)
    result = set_function(handle, CURLOPT_HEADERFUNCTION,
                          (cw_function *)cw_gate_header);
  if(!result)
    result = set_pointer(handle, CURLOPT_HEADERDATA, handle);
  if(!result)
    result = set_pointer(handle, CURLOPT_PREREQDATA, handle);
  return result;
}

static const enum cw_slot shared_slots[] = {
  CW_SLOT_FOLLOWLOCATION,   CW_SLOT_HEADER,       CW_SLOT_PROGRESSFUNCTION,
  CW_SLOT_XFERINFOFUNCTION, CW_SLOT_XFERINFODATA,
};

CURLcode cw_handle_leave_alone(struct cw_handle *handle)
{
  CURLcode result = CURLE_OK;

  if(handle->is_left_alone)
    return CURLE_OK;
  for(size_t i = 0;
      i < sizeof(shared_slots) / sizeof(shared_slots[0]) && !result; i++) {
    const enum cw_slot slot = shared_slots[i];
    result = cw_argument_set(handle->libcurl, handle->curl,
                             cw_slot_option(slot), handle->notes.value[slot]);
  }
  handle->is_left_alone = !result;
  return result;
}

/* Where the policy leaves redirects to libcurl, it follows as it is told. */
static CURLcode take_over_following(struct cw_handle *handle)
{
  const bool is_ours = handle->rules->redirect_when != CW_REDIRECT_NEVER;
  const long follow =
    is_ours ? 0 : cw_notes_long(&handle->notes, CW_SLOT_FOLLOWLOCATION);

  if(handle->follow == follow && !handle->is_left_alone)
    return CURLE_OK;
  handle->follow = follow;
  return handle->libcurl->easy_setopt(handle->curl, CURLOPT_FOLLOWLOCATION,
                                      follow);
}

CURLcode cw_handle_take_over(struct cw_handle *handle)
{
  const struct cw_libcurl *libcurl = handle->libcurl;
  CURLcode result = take_over_following(handle);

  if(result || !handle->is_left_alone)
    return result;
  result = libcurl->easy_setopt(handle->curl, CURLOPT_HEADER, (long)0);
  if(!result)
    result = set_function(handle, CURLOPT_XFERINFOFUNCTION,
                          (cw_function *)cw_watch_progress);
  if(!result)
    result = set_pointer(handle, CURLOPT_XFERINFODATA, handle);
  handle->is_left_alone = result != CURLE_OK;
  return result;
}

static void begin_with_standard(struct cw_handle *handle)
{
  handle->policy = handle->standard->policy(&handle->failure);
  handle->trace = handle->standard->trace;
  handle->trace_user = handle->standard->trace_user;
}

struct cw_handle *cw_handle_new(CURL *curl, const struct cw_libcurl *libcurl,
                                const struct cw_world *world,
                                const struct cw_standard *standard)
{
  struct cw_handle *handle = calloc(1, sizeof(*handle));

  if(!handle)
    return NULL;
  handle->curl = curl;
  handle->libcurl = libcurl;
  handle->world = world;
  handle->is_left_alone = true;
  cw_notes_init(&handle->notes);
  handle->standard = standard;
  begin_with_standard(handle);
  if(!cw_alarm_init(&handle->alarm)) {
    curlew_policy_unref(handle->policy);
    free(handle);
    return NULL;
  }
  struct cw_handle *stale = cw_registry_put(handle);
  if(stale)
    cw_handle_discard(stale);
  if((!handle->policy && handle->failure == CURLE_OUT_OF_MEMORY) ||
     install(handle)) {
    cw_handle_free(handle);
    return NULL;
  }
  return handle;
}

struct cw_handle *cw_handle_find(CURL *curl)
{
  return cw_registry_find(curl);
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

  clear_settings(handle);
  cw_notes_clear(&handle->notes);
  cw_text_clear(&handle->url[0]);
  cw_text_clear(&handle->url[1]);
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
  cw_story_clear(&handle->story);
  cw_alarm_clear(&handle->alarm);
  free(handle);
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
  copy->is_left_alone = false;
  copy->sees_heads = handle->sees_heads;
  copy->is_guard_installed = handle->is_guard_installed;
  copy->is_url_dressed = handle->is_url_dressed;
  copy->is_method_dressed = handle->is_method_dressed;
  memcpy(copy->dressed, handle->dressed, sizeof(copy->dressed));
  const CURLcode result = cw_undress(copy);
  return result ? result : cw_handle_leave_alone(copy);
}

CURLcode cw_handle_reset(struct cw_handle *handle)
{
  clear_settings(handle);
  cw_notes_clear(&handle->notes);
  handle->url[0].length = 0;
  handle->url[1].length = 0;
  handle->is_url_known = false;
  handle->is_left_alone = true;
  handle->sees_heads = false;
  handle->is_guard_installed = false;
  cw_handle_changed(handle);
  handle->is_url_dressed = false;
  handle->is_method_dressed = false;
  memset(handle->dressed, 0, sizeof(handle->dressed));
  handle->op.sums.is_any = false;
  handle->op.kept.is_any = false;
  handle->op.kept.redirect_url.length = 0;
  handle->libcurl->slist_free_all(handle->op.fields);
  handle->op.fields = NULL;
  cw_story_clear(&handle->story);
  begin_with_standard(handle);
  const CURLcode result = install(handle);
  return handle->policy ? result : handle->failure;
}

/* ---- setopt ---- */

static CURLcode set_url(struct cw_handle *handle, const char *url)
{
  const unsigned at =
    handle->is_url_told ? 1 - handle->url_at : handle->url_at;
  const CURLcode result =
    handle->libcurl->easy_setopt(handle->curl, CURLOPT_URL, url);

  if(result)
    return result;
  handle->is_url_known = false;
  cw_handle_changed(handle);
  if(!cw_text_set(&handle->url[at], url ? url : "", url ? strlen(url) : 0))
    return CURLE_OUT_OF_MEMORY;
  handle->url_at = at;
  handle->is_url_told = false;
  return CURLE_OK;
}

/* Is this an option that libcurl has from us for good? */
static bool is_ours(enum cw_slot slot)
{
  switch((int)slot) {
  case CW_SLOT_WRITEFUNCTION:
  case CW_SLOT_WRITEDATA:
  case CW_SLOT_HEADERFUNCTION:
  case CW_SLOT_HEADERDATA:
  case CW_SLOT_PREREQFUNCTION:
  case CW_SLOT_PREREQDATA:
    return true;
  default:
    return false;
  }
}

static bool is_shared(enum cw_slot slot)
{
  for(size_t i = 0; i < sizeof(shared_slots) / sizeof(shared_slots[0]); i++)
    if(shared_slots[i] == slot)
      return true;
  return false;
}

/* FOLLOWLOCATION is tried on libcurl, which knows what values it has. */
static CURLcode try_follow(struct cw_handle *handle, long follow)
{
  const CURLcode result =
    handle->libcurl->easy_setopt(handle->curl, CURLOPT_FOLLOWLOCATION, follow);

  if(result || handle->is_left_alone)
    return result;
  return handle->libcurl->easy_setopt(handle->curl, CURLOPT_FOLLOWLOCATION,
                                      handle->follow);
}

static CURLcode note(struct cw_handle *handle, enum cw_slot slot,
                     CURLoption option, union cw_argument value)
{
  struct cw_notes *notes = &handle->notes;
  const union cw_argument none = cw_slot_unset(CW_SLOT_USERNAME);

  if(!cw_notes_set(notes, slot, cw_argument_note(option, value)))
    return CURLE_OUT_OF_MEMORY;
  cw_handle_changed(handle);
  handle->sees_heads = cw_outlet_sees_heads(handle);
  if(slot == CW_SLOT_CURLU || slot == CW_SLOT_DEFAULT_PROTOCOL)
    handle->is_url_known = false;
  /* what these overwrite in libcurl; no memory is needed for that */
  if(slot == CW_SLOT_USERPWD) {
    (void)cw_notes_set(notes, CW_SLOT_USERNAME, none);
    (void)cw_notes_set(notes, CW_SLOT_PASSWORD, none);
  }
  else if(slot == CW_SLOT_PROXYUSERPWD) {
    (void)cw_notes_set(notes, CW_SLOT_PROXYUSERNAME, none);
    (void)cw_notes_set(notes, CW_SLOT_PROXYPASSWORD, none);
  }
  else if(slot == CW_SLOT_PROTOCOLS)
    (void)cw_notes_set(notes, CW_SLOT_PROTOCOLS_STR, none);
  else if(slot == CW_SLOT_REDIR_PROTOCOLS)
    (void)cw_notes_set(notes, CW_SLOT_REDIR_PROTOCOLS_STR, none);
  else if(slot == CW_SLOT_AWS_SIGV4 && value.text) {
    union cw_argument auth = cw_slot_unset(CW_SLOT_HTTPAUTH);
    auth.number = (long)CURLAUTH_AWS_SIGV4;
    (void)cw_notes_set(notes, CW_SLOT_HTTPAUTH, auth);
  }
  return CURLE_OK;
}

/* Credentials that a callback gives for another origin than home's are for
   this operation alone. */
static bool is_for_now(const struct cw_handle *handle, enum cw_slot slot)
{
  if(!handle->is_asking || handle->op.distance == CW_DISTANCE_HOME)
    return false;
  switch((int)slot) {
  case CW_SLOT_USERPWD:
  case CW_SLOT_USERNAME:
  case CW_SLOT_PASSWORD:
  case CW_SLOT_XOAUTH2_BEARER:
  case CW_SLOT_HTTPAUTH:
    return true;
  default:
    return false;
  }
}

CURLcode cw_handle_set(struct cw_handle *handle, CURLoption option,
                       union cw_argument value)
{
  const enum cw_slot slot = cw_slot_of(option);
  CURLcode result = CURLE_OK;

  if(option == CURLOPT_URL)
    return set_url(handle, value.text);
  if(slot != CW_SLOT_NONE && is_ours(slot))
    return note(handle, slot, option, value);
  if(slot == CW_SLOT_FOLLOWLOCATION)
    result = try_follow(handle, value.number);
  else if(slot != CW_SLOT_NONE && is_for_now(handle, slot))
    return cw_dress(handle, slot, value);
  else if(slot == CW_SLOT_NONE || !is_shared(slot) || handle->is_left_alone)
    result = cw_argument_set(handle->libcurl, handle->curl, option, value);
  if(result)
    return result;
  if(cw_notes_form(&handle->notes, option, value))
    cw_handle_changed(handle);
  return slot == CW_SLOT_NONE ? CURLE_OK : note(handle, slot, option, value);
}
