#include "story.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"
#include "shown.h"

static struct cw_row *row_at(struct cw_story *story, size_t i)
{
  return i ? &story->more[i - 1] : &story->first;
}

static struct cw_row *last_row(struct cw_story *story)
{
  return row_at(story, story->count - 1);
}

/* The URL of |row| as it was asked for, secrets and all; "" if it is lost. */
static const char *url_of(const struct cw_handle *handle,
                          const struct cw_row *row)
{
  const struct cw_story *story = &handle->story;
  const struct cw_text *own = &handle->url[story->url_at];

  if(row->url == CW_ROW_OWN_URL)
    return own->length ? own->data : "";
  return row->url == CW_ROW_NO_URL ? "" : story->urls.data + row->url;
}

/* ---- the trace ---- */

static uint64_t next_operation(void)
{
  static _Atomic uint64_t operations;
  return atomic_fetch_add_explicit(&operations, 1, memory_order_relaxed) + 1;
}

static void trace_row(struct cw_handle *handle, struct curlew_event event)
{
  const struct cw_instant now = handle->world->now(handle->world->user);
  struct cw_story *story = &handle->story;

  if(!story->operation)
    story->operation = next_operation();
  event.operation = story->operation;
  event.at_ms =
    now.mono_ms > story->begin_ms ? now.mono_ms - story->begin_ms : 0;
  event.attempt = story->attempt;
  event.redirects = story->redirects;
  event.method = "";
  event.url = "";
  if(story->count) {
    event.method = last_row(story)->method;
    event.url = story->traced_url.length ? story->traced_url.data : "";
  }
  handle->trace(&event, handle->trace_user);
}

static void trace_attempt(struct cw_handle *handle)
{
  struct cw_story *story = &handle->story;
  const struct cw_row *row = last_row(story);

  if(!cw_shown_url(handle->libcurl, url_of(handle, row), &story->traced_url))
    story->traced_url.length = 0;
  trace_row(handle, (struct curlew_event){
                      .kind = CURLEW_EVENT_ATTEMPT,
                      .reason = row->reason,
                    });
}

/* ---- the rows ---- */

/* Makes room for one more row; false without memory. */
static bool make_room(struct cw_story *story)
{
  if(!story->count || story->count <= story->more_size)
    return true;

  const size_t size = story->more_size ? 2 * story->more_size : 3;
  struct cw_row *more = realloc(story->more, size * sizeof(*more));
  if(!more)
    return false;
  story->more = more;
  story->more_size = size;
  return true;
}

/* Where the URL of the attempt at hand stands in |urls|; a hop that is
   repeated has it there already. */
static size_t keep_url(struct cw_handle *handle, const struct cw_row *before)
{
  struct cw_story *story = &handle->story;
  const char *url = cw_attempt_url(handle);
  const size_t at = story->urls.length;

  if(!url)
    return CW_ROW_NO_URL;
  if(before && before->url < CW_ROW_NO_URL &&
     !strcmp(story->urls.data + before->url, url))
    return before->url;
  return cw_text_add(&story->urls, url, strlen(url) + 1) ? at : CW_ROW_NO_URL;
}

static bool asks_own_url(const struct cw_handle *handle)
{
  return !handle->op.is_hop && !handle->notes.value[CW_SLOT_CURLU].pointer;
}

static void copy_method(struct cw_row *row, const char *method)
{
  size_t i = 0;
  for(; method[i] && i < sizeof(row->method) - 1; i++)
    row->method[i] = method[i];
  row->method[i] = '\0';
}

void cw_story_begin(struct cw_handle *handle)
{
  struct cw_story *story = &handle->story;

  handle->is_url_told = true;
  story->url_at = handle->url_at;
  story->is_told = false;
  story->is_usual = false;
  story->count = 0;
  story->lost = 0;
  story->urls.length = 0;
  story->outcome.attempt = NULL;
  story->operation = 0;
  if(handle->trace)
    story->begin_ms = handle->world->now(handle->world->user).mono_ms;
}

void cw_story_attempt(struct cw_handle *handle, uint64_t wait_ms,
                      enum curlew_reason reason)
{
  struct cw_story *story = &handle->story;
  const struct cw_operation *op = &handle->op;
  const struct cw_row *before = story->count ? last_row(story) : NULL;
  const size_t url =
    asks_own_url(handle) ? CW_ROW_OWN_URL : keep_url(handle, before);

  if(make_room(story))
    story->count++;
  else
    story->lost++;
  struct cw_row *row = last_row(story);
  row->url = url;
  copy_method(row, op->is_policed ? op->request.method
                                  : cw_notes_method(&handle->notes));
  row->status = 0;
  row->result = CURLE_OK;
  row->wait_ms = wait_ms;
  row->reason = reason;
  story->attempt = op->is_policed ? op->engine.attempts : 1;
  story->redirects = op->is_policed ? op->engine.redirects : 0;
  if(handle->trace)
    trace_attempt(handle);
}

void cw_story_answer(struct cw_handle *handle, unsigned status,
                     CURLcode result)
{
  struct cw_story *story = &handle->story;
  struct cw_row *row = last_row(story);

  row->status = status;
  row->result = result;
  if(handle->trace)
    trace_row(handle, (struct curlew_event){
                        .kind = CURLEW_EVENT_ANSWER,
                        .status = status,
                        .result = result,
                      });
}

void cw_story_wait(struct cw_handle *handle, uint64_t wait_ms,
                   enum curlew_reason reason)
{
  if(handle->trace && wait_ms)
    trace_row(handle, (struct curlew_event){
                        .kind = CURLEW_EVENT_WAIT,
                        .status = last_row(&handle->story)->status,
                        .wait_ms = wait_ms,
                        .reason = reason,
                      });
}

void cw_story_end(struct cw_handle *handle, enum curlew_reason reason,
                  CURLcode result)
{
  const struct cw_engine *engine = &handle->op.engine;
  struct cw_story *story = &handle->story;
  /* without an attempt the engine may not have begun either */
  const bool is_engines = handle->op.is_policed && story->count;

  story->outcome.reason = reason;
  story->outcome.result = result;
  story->outcome.attempts = is_engines ? engine->attempts : story->count != 0;
  story->outcome.redirects = is_engines ? engine->redirects : 0;
  story->outcome.waited_ms = is_engines ? engine->waited_ms : 0;
  story->is_told = true;
  if(handle->trace)
    trace_row(handle, (struct curlew_event){
                        .kind = CURLEW_EVENT_END,
                        .status = story->count ? last_row(story)->status : 0,
                        .result = result,
                        .reason = reason,
                      });
}

/* ---- the outcome ---- */

static void write_usual(struct cw_handle *handle)
{
  struct cw_story *story = &handle->story;

  story->is_usual = false;
  story->count = 1;
  story->lost = 0;
  story->first.url = CW_ROW_OWN_URL;
  copy_method(&story->first, handle->op.request.method);
  story->first.result = story->outcome.result;
  story->first.wait_ms = 0;
  story->first.reason = CURLEW_REASON_FIRST;
  story->outcome.attempts = 1;
  story->outcome.redirects = 0;
  story->outcome.waited_ms = 0;
  story->outcome.attempt = NULL;
}

static bool make_shown(struct cw_story *story)
{
  const size_t count = story->count ? story->count : 1;

  if(count > story->shown_size) {
    struct curlew_attempt *shown =
      realloc(story->shown, count * sizeof(*shown));
    if(!shown)
      return false;
    story->shown = shown;
    story->shown_size = count;
  }
  return true;
}

/* Writes the URLs of all rows one after the other, each 0-terminated. */
static bool show_urls(struct cw_handle *handle)
{
  struct cw_story *story = &handle->story;
  struct cw_text url = {.data = NULL, .length = 0, .size = 0};
  bool is_fine = true;

  story->shown_urls.length = 0;
  for(size_t i = 0; i < story->count && is_fine; i++)
    is_fine =
      cw_shown_url(handle->libcurl, url_of(handle, row_at(story, i)), &url) &&
      cw_text_add(&story->shown_urls, url.data, url.length + 1);
  cw_text_clear(&url);
  return is_fine;
}

const struct curlew_outcome *cw_story_outcome(struct cw_handle *handle)
{
  struct cw_story *story = &handle->story;

  if(!story->is_told)
    return NULL;
  if(story->is_usual)
    write_usual(handle);
  if(story->outcome.attempt)
    return &story->outcome;
  if(!make_shown(story) || !show_urls(handle))
    return NULL;

  const char *url = story->shown_urls.data;
  for(size_t i = 0; i < story->count; i++) {
    const struct cw_row *row = row_at(story, i);
    story->shown[i] = (struct curlew_attempt){
      .url = url,
      .method = row->method,
      .status = row->status,
      .result = row->result,
      .wait_ms = row->wait_ms,
      .reason = row->reason,
    };
    url += strlen(url) + 1;
  }
  story->outcome.count = story->count;
  story->outcome.attempt = story->shown;
  return &story->outcome;
}

void cw_story_free(struct cw_story *story)
{
  free(story->more);
  free(story->shown);
  cw_text_clear(&story->urls);
  cw_text_clear(&story->shown_urls);
  cw_text_clear(&story->traced_url);
}

void cw_story_clear(struct cw_story *story)
{
  cw_story_free(story);
  *story = (struct cw_story){.is_told = false};
}
