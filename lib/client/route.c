#include "route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dress.h"
#include "handle.h"
#include "shown.h"
#include "origin.h"

#define FOLLOW_FIRSTONLY 3 /* CURLFOLLOW_FIRSTONLY, libcurl 8.13 */

static bool begins_with(const char *text, const char *with)
{
  return !strncasecmp(text, with, strlen(with));
}

/* |url| as libcurl would read it; NULL if it cannot be read. */
static CURLU *parts_of(struct cw_handle *handle, const char *url)
{
  const struct cw_libcurl *libcurl = handle->libcurl;
  CURLU *parts = libcurl->url();

  if(parts && cw_place_read(libcurl, &handle->notes, url, 0, parts)) {
    libcurl->url_cleanup(parts);
    parts = NULL;
  }
  return parts;
}

/* One part of |url|, to be freed with libcurl's free. */
static char *part_of(struct cw_handle *handle, const char *url, CURLUPart part)
{
  const struct cw_libcurl *libcurl = handle->libcurl;
  CURLU *parts = parts_of(handle, url);
  char *text = NULL;

  if(parts && libcurl->url_get(parts, part, &text, 0))
    text = NULL;
  libcurl->url_cleanup(parts);
  return text;
}

static bool is_http(struct cw_handle *handle, const char *url)
{
  bool is_fine = begins_with(url, "http://") || begins_with(url, "https://");

  if(!is_fine && !strstr(url, "://")) {
    const char *given =
      cw_notes_text(&handle->notes, CW_SLOT_DEFAULT_PROTOCOL);
    char *guess = given ? NULL : part_of(handle, url, CURLUPART_SCHEME);
    const char *scheme = given ? given : guess;
    is_fine =
      scheme && (!strcasecmp(scheme, "http") || !strcasecmp(scheme, "https"));
    handle->libcurl->free(guess);
  }
  return is_fine;
}

static const struct cw_rules *rules_for(struct cw_handle *handle,
                                        const char *url)
{
  const struct cw_ruleset *ruleset = cw_policy_rules(handle->policy);

  if(!ruleset->count)
    return ruleset->everywhere;
  char *host = part_of(handle, url, CURLUPART_HOST);
  const struct cw_rules *rules =
    host ? cw_ruleset_for(ruleset, cw_span_of(host)) : ruleset->everywhere;
  handle->libcurl->free(host);
  return rules;
}

/* |url| with CURLOPT_PORT in it; NULL where libcurl will say what is wrong. */
static char *with_port(struct cw_handle *handle, const char *url, long port)
{
  const struct cw_libcurl *libcurl = handle->libcurl;
  CURLU *parts = parts_of(handle, url);
  char digits[24];
  char *text = NULL;

  (void)snprintf(digits, sizeof(digits), "%ld", port);
  if(parts && (libcurl->url_set(parts, CURLUPART_PORT, digits, 0) ||
               libcurl->url_get(parts, CURLUPART_URL, &text, 0)))
    text = NULL;
  libcurl->url_cleanup(parts);
  return text;
}

/* The URL is not what CURLOPT_URL says where there is CURLOPT_CURLU, which may
   change behind our back, or CURLOPT_PORT, which makes it another origin. */
static CURLcode read_given(struct cw_handle *handle)
{
  CURLU *parts = handle->notes.value[CW_SLOT_CURLU].pointer;
  const long port = cw_notes_long(&handle->notes, CW_SLOT_PORT);
  const char *url = cw_handle_url(handle);
  char *text = NULL;

  if(!parts && !port)
    return CURLE_OK;
  if(parts) {
    handle->is_url_known = false;
    if(handle->libcurl->url_get(parts, CURLUPART_URL, &text, 0))
      return CURLE_OK; /* libcurl will say what is wrong with it */
    url = text;
  }
  if(url && port) {
    char *changed = with_port(handle, url, port);
    handle->libcurl->free(text);
    text = changed;
  }
  const bool is_fine =
    !text || cw_text_set(&handle->op.given, text, strlen(text));
  handle->libcurl->free(text);
  return is_fine ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

CURLcode cw_route_find_rules(struct cw_handle *handle)
{
  const CURLcode result = read_given(handle);
  const char *url = cw_attempt_url(handle);

  if(result || handle->is_url_known)
    return result;
  handle->is_http = url && is_http(handle, url);
  handle->rules =
    url ? rules_for(handle, url) : cw_policy_rules(handle->policy)->everywhere;
  handle->is_url_known = true;
  return CURLE_OK;
}

/* Makes |url| the URL of the next attempt. */
static CURLcode go(struct cw_handle *handle, const char *url,
                   enum cw_distance distance)
{
  struct cw_operation *op = &handle->op;

  if(!cw_text_set(&op->url, url, strlen(url)))
    return CURLE_OUT_OF_MEMORY;
  op->is_hop = true;
  op->rules = rules_for(handle, url);
  if(distance > op->distance)
    op->distance = distance;

  CURLcode result = cw_dress_url(handle, url);
  if(!result && distance != CW_DISTANCE_HOME)
    result = cw_origin_leave(handle);
  return result;
}

/* ---- permanent redirects ---- */

static bool may_recall(const struct cw_handle *handle)
{
  const struct cw_request *request = &handle->op.request;
  const enum cw_redirect_when when = handle->op.rules->redirect_when;

  if(strcmp(request->method, "GET") != 0 &&
     strcmp(request->method, "HEAD") != 0)
    return false;
  return when == CW_REDIRECT_ALWAYS
           ? request->follow != CW_WISH_OFF
           : when == CW_REDIRECT_ASKED && request->follow == CW_WISH_ON;
}

static unsigned most_hops(const struct cw_operation *op)
{
  const uint32_t limit = op->rules->limits.redirects;
  return op->request.max_redirects < limit ? op->request.max_redirects : limit;
}

/* Follows what is remembered, to its end. The number of hops; 0 if nothing is
   remembered, or it is not to be followed today. */
static unsigned recall(struct cw_handle *handle, struct cw_memory *memory,
                       uint64_t now_ms, struct cw_text *to,
                       enum cw_distance *distance)
{
  struct cw_operation *op = &handle->op;
  const unsigned most = most_hops(op);
  const char *from = cw_attempt_url(handle);
  struct cw_place place = {.kind = CW_TARGET_NONE};
  struct cw_text found = {.data = NULL, .length = 0, .size = 0};
  unsigned hops = 0;

  while(cw_memory_get(memory, from, now_ms, &found)) {
    const struct cw_span location = {.text = found.data,
                                     .length = found.length};
    if(cw_place_find(handle->libcurl, &handle->notes, from, location,
                     &place) ||
       hops == most || !place.url.length ||
       (place.kind == CW_TARGET_DOWNGRADE &&
        op->rules->downgrade == CW_DOWNGRADE_REFUSE) ||
       !cw_text_set(to, place.url.data, place.url.length)) {
      hops = 0;
      break;
    }
    if(place.distance > *distance)
      *distance = place.distance;
    op->hides_userinfo = op->hides_userinfo || place.borrows_userinfo;
    from = to->data;
    hops++;
  }
  cw_text_clear(&place.url);
  cw_text_clear(&found);
  return hops;
}

CURLcode cw_route_recall(struct cw_handle *handle, struct cw_instant now)
{
  struct cw_text to = {.data = NULL, .length = 0, .size = 0};
  enum cw_distance distance = CW_DISTANCE_HOME;
  unsigned hops = 0;

  if((!handle->memory && !handle->share) || !may_recall(handle) ||
     !cw_attempt_url(handle))
    return CURLE_OK;
  struct cw_memory *memory = cw_share_open(handle->share, handle->memory);
  if(memory)
    hops = recall(handle, memory, now.mono_ms, &to, &distance);
  cw_share_close(handle->share);

  CURLcode result = CURLE_OK;
  if(hops) {
    handle->op.was_remembered = true;
    result = go(handle, to.data, distance);
    cw_engine_remembers(&handle->op.engine, hops);
  }
  cw_text_clear(&to);
  return result;
}

static void forget(struct cw_handle *handle, const char *from)
{
  struct cw_text to = {.data = NULL, .length = 0, .size = 0};
  struct cw_memory *memory = cw_share_open(handle->share, handle->memory);

  if(memory && from && cw_memory_get(memory, from, 0, &to)) {
    cw_memory_forget(memory, from);
    /* a chain is forgotten to its end: any of its links may be the old one */
    while(to.length) {
      struct cw_text next = {.data = NULL, .length = 0, .size = 0};
      const bool is_more = cw_memory_get(memory, to.data, 0, &next);
      if(is_more)
        cw_memory_forget(memory, to.data);
      cw_text_clear(&to);
      to = next;
    }
  }
  cw_share_close(handle->share);
  cw_text_clear(&to);
}

static void remember(struct cw_handle *handle, uint64_t memory_ms)
{
  const struct cw_instant now = handle->world->now(handle->world->user);
  const char *to = handle->op.next.url.data;
  char *bare = NULL;

  if(handle->op.hides_userinfo) {
    /* it is for this handle to say whether it goes along the next time */
    bare = cw_shown_bare(handle->libcurl, to);
    to = bare;
  }
  if(!handle->share && !handle->memory)
    handle->memory = cw_memory_new(CW_MEMORY_HANDLE);
  struct cw_memory *memory = cw_share_open(handle->share, handle->memory);
  if(memory && to)
    cw_memory_put(memory, cw_attempt_url(handle), to,
                  cw_ms_add(now.mono_ms, memory_ms));
  cw_share_close(handle->share);
  handle->libcurl->free(bare);
}

CURLcode cw_route_forget(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;

  op->is_hop = false;
  op->hides_userinfo = false;
  op->distance = CW_DISTANCE_HOME;
  op->rules = handle->rules;
  forget(handle, cw_attempt_url(handle));
  return cw_undress(handle);
}

/* ---- live hops ---- */

/* The URL that libcurl used, which HSTS may have changed. It does not tell of
   CURLOPT_PORT. */
static const char *effective_url(const struct cw_handle *handle)
{
  const char *url = NULL;
  if(!handle->op.is_hop && cw_notes_long(&handle->notes, CW_SLOT_PORT))
    return cw_attempt_url(handle);
  (void)handle->libcurl->easy_getinfo(handle->curl, CURLINFO_EFFECTIVE_URL,
                                      &url);
  return url && *url ? url : cw_attempt_url(handle);
}

CURLcode cw_route_find(struct cw_handle *handle, struct cw_span location,
                       struct cw_place *place)
{
  return cw_place_find(handle->libcurl, &handle->notes, effective_url(handle),
                       location, place);
}

static CURLcode change_method(struct cw_handle *handle,
                              const struct cw_step *step)
{
  struct cw_operation *op = &handle->op;

  if(step->drops_body) {
    op->drops_content = true;
    op->key[0] = '\0';
    op->has_length = false;
    op->request.method = step->method;
    handle->body.source = CW_SOURCE_NONE;
    return cw_dress_as_get(handle);
  }
  if(cw_notes_long(&handle->notes, CW_SLOT_FOLLOWLOCATION) ==
       FOLLOW_FIRSTONLY &&
     cw_notes_text(&handle->notes, CW_SLOT_CUSTOMREQUEST) &&
     !op->drops_content) {
    op->request.method = cw_notes_form_method(&handle->notes);
    return cw_dress_without(handle, CW_SLOT_CUSTOMREQUEST);
  }
  return CURLE_OK;
}

CURLcode cw_route_follow(struct cw_handle *handle, const struct cw_step *step)
{
  struct cw_operation *op = &handle->op;
  struct cw_text from = {.data = NULL, .length = 0, .size = 0};
  const char *url = effective_url(handle);
  CURLcode result = CURLE_OUT_OF_MEMORY;

  if(!cw_text_set(&from, url, strlen(url)))
    return result;
  op->hides_userinfo = op->hides_userinfo || op->next.borrows_userinfo;
  if(step->memory_ms)
    remember(handle, step->memory_ms);
  if(op->was_remembered) {
    const char *first =
      op->given.length ? op->given.data : cw_handle_url(handle);
    if(first && !strcmp(first, op->next.url.data))
      forget(handle, first); /* it leads back: it has not moved after all */
  }
  result = change_method(handle, step);
  if(!result)
    result = go(handle, op->next.url.data, op->next.distance);
  if(!result)
    result = cw_origin_referer(handle, from.data);
  cw_text_clear(&from);
  return result;
}

/* ---- credentials ---- */

bool cw_route_ask_credentials(struct cw_handle *handle, const char *text,
                              size_t length)
{
  struct cw_text url = {.data = NULL, .length = 0, .size = 0};
  struct cw_text authenticate = {.data = NULL, .length = 0, .size = 0};
  struct cw_head head;
  bool is_given = false;

  if(!handle->ask)
    return false;
  cw_head_read(&head, text, length);
  if(cw_shown_url(handle->libcurl, effective_url(handle), &url) &&
     cw_text_set(&authenticate, head.challenge.text, head.challenge.length)) {
    const struct curlew_challenge challenge = {
      .status = head.status,
      .url = url.data,
      .authenticate = authenticate.data,
    };
    handle->is_asking = true;
    is_given = handle->ask(handle->curl, &challenge, handle->ask_user);
    handle->is_asking = false;
  }
  cw_text_clear(&url);
  cw_text_clear(&authenticate);
  return is_given;
}
