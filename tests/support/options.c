#include "options.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "notes.h"
#include "store.h"

/* Defaults that are not 0. */
static curl_off_t default_of(CURLoption id)
{
  switch((int)id) {
  case CURLOPT_MAXREDIRS:
  case CURLOPT_POSTFIELDSIZE_LARGE:
  case CURLOPT_INFILESIZE_LARGE:
  case CW_PROTOCOLS:
  case CW_REDIR_PROTOCOLS:
    return -1;
  case CURLOPT_NOPROGRESS:
  case CURLOPT_HTTPAUTH:
  case CURLOPT_PROXYAUTH:
    return 1;
  default:
    return 0;
  }
}

static const struct option *find(const struct options *options, CURLoption id)
{
  for(size_t i = 0; i < options->count; i++)
    if(options->list[i].id == id)
      return &options->list[i];
  return NULL;
}

static void make_room(struct options *options)
{
  if(options->count < options->size)
    return;
  options->size = options->size ? 2 * options->size : 16;
  struct option *longer = store_new(options->size * sizeof(*longer));
  if(options->count)
    memcpy(longer, options->list, options->count * sizeof(*longer));
  free(options->list);
  options->list = longer;
}

/* The place of |id|, which is made if need be. */
static struct option *place(struct options *options, CURLoption id,
                            curl_easytype type)
{
  size_t i = 0;

  make_room(options);
  while(i < options->count && options->list[i].id < id)
    i++;
  struct option *option = &options->list[i];
  if(i == options->count || option->id != id) {
    memmove(option + 1, option, (options->count - i) * sizeof(*option));
    *option =
      (struct option){.id = id, .type = type, .number = default_of(id)};
    options->count++;
  }
  return option;
}

static void put_text(struct options *options, CURLoption id, const char *text)
{
  struct option *option = place(options, id, CURLOT_STRING);
  char *copy = store_copy(text);
  free(option->text);
  option->text = copy;
}

static void put_number(struct options *options, CURLoption id,
                       curl_easytype type, curl_off_t number)
{
  place(options, id, type)->number = number;
}

static void put_blob(struct options *options, CURLoption id,
                     const struct curl_blob *blob)
{
  char text[256] = "";

  assert_true(!blob || blob->len < sizeof(text));
  if(blob)
    memcpy(text, blob->data, blob->len);
  put_text(options, id, blob ? text : NULL);
}

static void set_form(struct options *options, CURLoption id,
                     const struct option *value)
{
  switch((int)id) {
  case CURLOPT_HTTPGET:
    if(value->number)
      options->form = "GET";
    break;
  case CURLOPT_NOBODY:
    if(value->number)
      options->form = "HEAD";
    else if(!strcmp(options->form, "HEAD"))
      options->form = "GET";
    break;
  case CURLOPT_POST:
    options->form = value->number ? "POST" : "GET";
    break;
  case CURLOPT_UPLOAD:
    options->form = value->number ? "PUT" : "GET";
    break;
  case CURLOPT_POSTFIELDS:
  case CURLOPT_COPYPOSTFIELDS:
    options->form = "POST";
    break;
  case CURLOPT_MIMEPOST:
    options->form = "MIME";
    break;
  default:
    break;
  }
}

/* "name:password" is only another way to set these two. */
static void split(struct options *options, CURLoption id, const char *text,
                  CURLoption name, CURLoption password)
{
  const char *colon = text ? strchr(text, ':') : NULL;
  char first[128] = "";

  if(text)
    snprintf(first, sizeof(first), "%.*s", (int)strcspn(text, ":"), text);
  put_text(options, name, text ? first : NULL);
  put_text(options, password, colon ? colon + 1 : NULL);
  put_text(options, id, NULL);
}

/* What an option does to others. */
static void spread(struct options *options, CURLoption id,
                   const struct option *value)
{
  set_form(options, id, value);
  if(id == CURLOPT_AWS_SIGV4 && value->text)
    put_number(options, CURLOPT_HTTPAUTH, CURLOT_VALUES,
               (curl_off_t)CURLAUTH_AWS_SIGV4);
  if(id == CURLOPT_USERPWD)
    split(options, id, value->text, CURLOPT_USERNAME, CURLOPT_PASSWORD);
  if(id == CURLOPT_PROXYUSERPWD)
    split(options, id, value->text, CURLOPT_PROXYUSERNAME,
          CURLOPT_PROXYPASSWORD);
}

/* Options that only act on others, or have a wider form. */
static CURLoption kept_as(CURLoption id)
{
  switch((int)id) {
  case CURLOPT_TIMEOUT:
    return CURLOPT_TIMEOUT_MS;
  case CURLOPT_POSTFIELDSIZE:
    return CURLOPT_POSTFIELDSIZE_LARGE;
  case CURLOPT_INFILESIZE:
    return CURLOPT_INFILESIZE_LARGE;
  default:
    return id;
  }
}

/* COPYPOSTFIELDS makes POSTFIELDS point at libcurl's copy. */
static void point_at_copy(struct options *options)
{
  const struct option *copied = find(options, CURLOPT_COPYPOSTFIELDS);
  char *text = copied ? copied->text : NULL;

  if(text)
    place(options, CURLOPT_POSTFIELDS, CURLOT_OBJECT)->pointer = text;
}

CURLcode options_set(struct options *options, CURLoption id, va_list args)
{
  const struct curl_easyoption *known = curl_easy_option_by_id(id);
  struct option value = {.id = id};

  if(!known)
    return CURLE_UNKNOWN_OPTION;
  if(id == CURLOPT_COPYPOSTFIELDS) {
    value.text = va_arg(args, char *);
    put_text(options, id, value.text);
    point_at_copy(options);
    spread(options, id, &value);
    return CURLE_OK;
  }
  switch(known->type) {
  case CURLOT_LONG:
  case CURLOT_VALUES:
    value.number = va_arg(args, long);
    put_number(options, kept_as(id), known->type,
               id == CURLOPT_TIMEOUT ? value.number * 1000 : value.number);
    break;
  case CURLOT_OFF_T:
    value.number = va_arg(args, curl_off_t);
    put_number(options, id, known->type, value.number);
    break;
  case CURLOT_STRING:
    value.text = va_arg(args, char *);
    put_text(options, id, value.text);
    break;
  case CURLOT_BLOB:
    put_blob(options, id, va_arg(args, struct curl_blob *));
    break;
  case CURLOT_FUNCTION:
    place(options, id, known->type)->function =
      va_arg(args, option_function *);
    break;
  case CURLOT_OBJECT:
  case CURLOT_SLIST:
  case CURLOT_CBPTR:
    value.pointer = va_arg(args, void *);
    place(options, id, known->type)->pointer = value.pointer;
    break;
  }
  spread(options, id, &value);
  return CURLE_OK;
}

curl_off_t options_number(const struct options *options, CURLoption id)
{
  const struct option *option = find(options, id);
  return option ? option->number : default_of(id);
}

const char *options_text(const struct options *options, CURLoption id)
{
  const struct option *option = find(options, id);
  return option ? option->text : NULL;
}

void *options_pointer(const struct options *options, CURLoption id)
{
  const struct option *option = find(options, id);
  return option ? option->pointer : NULL;
}

option_function *options_function(const struct options *options, CURLoption id)
{
  const struct option *option = find(options, id);
  return option ? option->function : NULL;
}

const char *options_method(const struct options *options)
{
  const char *custom = options_text(options, CURLOPT_CUSTOMREQUEST);

  if(custom)
    return custom;
  return strcmp(options->form, "MIME") ? options->form : "POST";
}

void options_init(struct options *options)
{
  *options = (struct options){.form = "GET"};
}

void options_clear(struct options *options)
{
  for(size_t i = 0; i < options->count; i++)
    free(options->list[i].text);
  free(options->list);
  options_init(options);
}

void options_copy(struct options *copy, const struct options *options)
{
  *copy = *options;
  copy->size = options->count + 1;
  copy->list = store_new(copy->size * sizeof(*copy->list));
  for(size_t i = 0; i < copy->count; i++) {
    copy->list[i] = options->list[i];
    copy->list[i].text = store_copy(options->list[i].text);
  }
  point_at_copy(copy);
}

/* ---- as a text ---- */

static int is_curlews(CURLoption id)
{
  switch((int)id) {
  case CURLOPT_WRITEFUNCTION:
  case CURLOPT_WRITEDATA:
  case CURLOPT_HEADERFUNCTION:
  case CURLOPT_HEADERDATA:
  case CURLOPT_PREREQFUNCTION:
  case CURLOPT_PREREQDATA:
  case CURLOPT_FOLLOWLOCATION:
  case CURLOPT_HEADER:
  case CURLOPT_XFERINFOFUNCTION:
  case CURLOPT_XFERINFODATA:
  case CW_PROGRESSFUNCTION:
  case CURLOPT_HTTPGET: /* these are told as the form */
  case CURLOPT_NOBODY:
  case CURLOPT_POST:
  case CURLOPT_UPLOAD:
    return 1;
  default:
    return 0;
  }
}

static void tell(FILE *out, const struct option *option)
{
  const char *name = curl_easy_option_by_id(option->id)->name;

  if(option->text)
    fprintf(out, "%s=%s\n", name, option->text);
  else if(option->pointer) {
    fprintf(out, "%s=%p\n", name, option->pointer);
    if(option->type == CURLOT_SLIST)
      for(struct curl_slist *at = option->pointer; at; at = at->next)
        fprintf(out, "  %s\n", at->data);
  }
  else if(option->function)
    fprintf(out, "%s=%#" PRIxPTR "\n", name, (uintptr_t)option->function);
  else if(option->number != default_of(option->id))
    fprintf(out, "%s=%lld\n", name, (long long)option->number);
}

char *options_tell(const struct options *options)
{
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);

  assert_non_null(out);
  fprintf(out, "form=%s\n", options->form);
  for(size_t i = 0; i < options->count; i++)
    if(!is_curlews(options->list[i].id))
      tell(out, &options->list[i]);
  fclose(out);
  return text;
}
