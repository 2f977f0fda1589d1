#define CURL_DISABLE_TYPECHECK
#include "script.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <curl/mprintf.h>

#include "figures.h"
#include "script_multi.h"
#include "store.h"

static struct script *now_playing;

struct script *script_now(void)
{
  return now_playing;
}

bool script_fails(enum script_call call)
{
  unsigned *at = &now_playing->fail_at[call];

  if(*at != 1) {
    *at -= *at != 0;
    return false;
  }
  now_playing->failures++;
  if(!now_playing->fails_for_good)
    *at = 0;
  return true;
}

static struct fake *fake_of(CURL *curl)
{
  return (struct fake *)curl;
}

struct options *script_options(CURL *curl)
{
  return &fake_of(curl)->options;
}

/* ---- handles ---- */

static CURL *fake_init(void)
{
  struct fake *fake =
    script_fails(SCRIPT_INIT) ? NULL : store_new(sizeof(*fake));

  if(fake) {
    options_init(&fake->options);
    now_playing->handles++;
  }
  return (CURL *)fake;
}

static void clear_last(struct fake *fake)
{
  free(fake->last.url);
  free(fake->last.method);
  memset(&fake->last, 0, sizeof(fake->last));
}

static CURL *fake_duphandle(CURL *curl)
{
  struct fake *copy =
    script_fails(SCRIPT_DUPHANDLE) ? NULL : store_new(sizeof(*copy));

  if(copy) {
    options_copy(&copy->options, &fake_of(curl)->options);
    now_playing->handles++;
  }
  return (CURL *)copy;
}

static void fake_reset(CURL *curl)
{
  options_clear(&fake_of(curl)->options);
}

static void fake_cleanup(CURL *curl)
{
  struct fake *fake = fake_of(curl);

  assert_true(now_playing->handles > 0);
  now_playing->handles--;
  script_multi_lose(fake);
  options_clear(&fake->options);
  clear_last(fake);
  free(fake);
}

static CURLcode fake_setopt(CURL *curl, CURLoption option, ...)
{
  struct fake *fake = fake_of(curl);
  va_list args;

  if(script_fails(SCRIPT_SETOPT))
    return CURLE_OUT_OF_MEMORY;
  va_start(args, option);
  const CURLcode result = options_set(&fake->options, option, args);
  va_end(args);
  if(option == CURLOPT_URL) {
    /* so it is with libcurl: the effective URL is gone */
    free(fake->last.url);
    fake->last.url = NULL;
  }
  return result;
}

/* ---- perform ---- */

static char *url_of(const struct options *options)
{
  const char *url = options_text(options, CURLOPT_URL);
  CURLU *parts = options_pointer(options, CURLOPT_CURLU);
  char *text = NULL;
  char *copy = NULL;

  if(parts && !curl_url_get(parts, CURLUPART_URL, &text, 0))
    copy = store_copy(text);
  curl_free(text);
  return copy ? copy : store_copy(url ? url : "");
}

static char *fields_of(const struct options *options)
{
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);

  assert_non_null(out);
  for(const struct curl_slist *at =
        options_pointer(options, CURLOPT_HTTPHEADER);
      at; at = at->next)
    fprintf(out, "%s\n", at->data);
  fclose(out);
  return text;
}

static char *fields_to_send(const struct options *options)
{
  const char *fields = options_pointer(options, CURLOPT_POSTFIELDS);
  const curl_off_t size = options_number(options, CURLOPT_POSTFIELDSIZE_LARGE);

  if(strcmp(options->form, "POST") != 0 || !fields)
    return store_copy("");
  char *body = store_copy(fields);
  if(size >= 0 && (size_t)size < strlen(body))
    body[size] = '\0';
  return body;
}

static void note_request(struct script_request *request,
                         const struct options *options)
{
  *request = (struct script_request){
    .method = store_copy(options_method(options)),
    .url = url_of(options),
    .fields = fields_of(options),
    .body = fields_to_send(options),
    .timeout_ms = (long)options_number(options, CURLOPT_TIMEOUT_MS),
    .is_fresh = options_number(options, CURLOPT_FRESH_CONNECT) != 0,
  };
  options_copy(&request->options, options);
}

struct exchange *script_begin(struct fake *fake)
{
  struct script *script = now_playing;
  struct exchange *last = &fake->last;
  char *buffer = options_pointer(&fake->options, CURLOPT_ERRORBUFFER);

  if(script->played == script->exchanges)
    fail_msg("nothing is written down for %s %s",
             options_method(&fake->options),
             options_text(&fake->options, CURLOPT_URL));
  struct script_request *request = &script->request[script->played];
  const char *moves = script->exchange[script->played++];
  const struct exchange before = *last;

  note_request(request, &fake->options);
  clear_last(fake);
  *last = (struct exchange){
    .script = script,
    .options = &fake->options,
    .request = request,
    .curl = (CURL *)fake,
    .url = store_copy(request->url),
    .method = store_copy(request->method),
    .is_connected = before.is_connected && !request->is_fresh,
    .port = before.port,
    .moves = moves,
  };
  if(buffer)
    buffer[0] = '\0';
  return last;
}

static CURLcode fake_perform(CURL *curl)
{
  struct fake *fake = fake_of(curl);

  if(fake->multi)
    return CURLE_FAILED_INIT;
  struct exchange *exchange = script_begin(fake);
  assert_true(exchange_play(exchange));
  return exchange->result;
}

static CURLcode fake_getinfo(CURL *curl, CURLINFO info, ...)
{
  const struct fake *fake = fake_of(curl);
  va_list args;

  if(script_fails(SCRIPT_GETINFO))
    return CURLE_UNKNOWN_OPTION;
  va_start(args, info);
  void *result = va_arg(args, void *);
  va_end(args);
  figures_get(&fake->last, &fake->options, info, result);
  return CURLE_OK;
}

/* ---- the rest of the table ---- */

static CURLHcode fake_header(CURL *curl, const char *name, size_t index,
                             unsigned origin, int request,
                             struct curl_header **header)
{
  (void)curl, (void)name, (void)index, (void)origin, (void)header;
  if(script_fails(SCRIPT_HEADER))
    return CURLHE_OUT_OF_MEMORY;
  return request > 0 ? CURLHE_NOREQUEST : CURLHE_MISSING;
}

static struct curl_header *fake_nextheader(CURL *curl, unsigned origin,
                                           int request,
                                           struct curl_header *previous)
{
  (void)curl, (void)origin, (void)request, (void)previous;
  return NULL;
}

static struct curl_slist *append(struct curl_slist *list, const char *text)
{
  return script_fails(SCRIPT_SLIST_APPEND) ? NULL
                                           : curl_slist_append(list, text);
}

static CURLU *new_url(void)
{
  return script_fails(SCRIPT_URL) ? NULL : curl_url();
}

static CURLUcode url_get(CURLU *url, CURLUPart part, char **text,
                         unsigned flags)
{
  return script_fails(SCRIPT_URL_GET) ? CURLUE_OUT_OF_MEMORY
                                      : curl_url_get(url, part, text, flags);
}

static CURLUcode url_set(CURLU *url, CURLUPart part, const char *text,
                         unsigned flags)
{
  return script_fails(SCRIPT_URL_SET) ? CURLUE_OUT_OF_MEMORY
                                      : curl_url_set(url, part, text, flags);
}

static char *print(const char *format, ...)
{
  va_list args;

  if(script_fails(SCRIPT_MAPRINTF))
    return NULL;
  va_start(args, format);
  char *text = curl_mvaprintf(format, args);
  va_end(args);
  return text;
}

const struct cw_libcurl script_libcurl = {
  .easy_init = fake_init,
  .easy_duphandle = fake_duphandle,
  .easy_reset = fake_reset,
  .easy_cleanup = fake_cleanup,
  .easy_perform = fake_perform,
  .easy_setopt = fake_setopt,
  .easy_getinfo = fake_getinfo,
  .easy_header = fake_header,
  .easy_nextheader = fake_nextheader,
  .multi_init = script_multi_init,
  .multi_cleanup = script_multi_cleanup,
  .multi_add_handle = script_multi_add,
  .multi_remove_handle = script_multi_remove,
  .multi_perform = script_multi_perform,
  .multi_wait = script_multi_wait,
  .multi_poll = script_multi_poll,
  .multi_wakeup = script_multi_wakeup,
  .multi_fdset = script_multi_fdset,
  .multi_timeout = script_multi_timeout,
  .multi_socket_action = script_multi_socket_action,
  .multi_socket_all = script_multi_perform,
  .multi_assign = script_multi_assign,
  .multi_setopt = script_multi_setopt,
  .multi_info_read = script_multi_info_read,
  .slist_append = append,
  .slist_free_all = curl_slist_free_all,
  .url = new_url,
  .url_cleanup = curl_url_cleanup,
  .url_get = url_get,
  .url_set = url_set,
  .free = curl_free,
  .maprintf = print,
  .multi_get_handles = script_multi_get_handles,
  .multi_get_offt = script_multi_get_offt,
  .multi_notify_enable = script_multi_notify_enable,
  .multi_notify_disable = script_multi_notify_disable,
};

/* ---- the script ---- */

void script_init(struct script *script, struct stage *stage)
{
  memset(script, 0, sizeof(*script));
  script->stage = stage;
  now_playing = script;
}

static void forget_requests(struct script *script)
{
  for(size_t i = 0; i < script->played; i++) {
    struct script_request *request = &script->request[i];
    free(request->method);
    free(request->url);
    free(request->fields);
    free(request->body);
    options_clear(&request->options);
  }
  script->played = 0;
}

void script_clear(struct script *script)
{
  forget_requests(script);
  free(script->told);
  script->told = NULL;
  now_playing = NULL;
}

void script_add(struct script *script, const char *moves)
{
  assert_true(script->exchanges < SCRIPT_EXCHANGES);
  script->exchange[script->exchanges++] = moves;
}

void script_mark(struct script *script)
{
  forget_requests(script);
  script->exchanges = 0;
  script->aborts = 0;
}

const char *script_requests(struct script *script)
{
  size_t size = 0;

  free(script->told);
  FILE *out = open_memstream(&script->told, &size);
  assert_non_null(out);
  for(size_t i = 0; i < script->played; i++) {
    const struct script_request *request = &script->request[i];
    fprintf(out, "%s%s %s", i ? "\n" : "", request->method, request->url);
    if(request->is_fresh)
      fputs(" fresh", out);
    if(request->timeout_ms)
      fprintf(out, " timeout=%ld", request->timeout_ms);
  }
  fclose(out);
  return script->told;
}
