/* fake.c - see fake.h. FAKE_NAME is what it calls itself. */
#define CURL_DISABLE_TYPECHECK
#include "fake_inside.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

const char fake_name[] = FAKE_NAME;
static _Atomic(struct fake *) spare; /* the last one that was freed */

void fake_check(const char *owner)
{
  if(owner == fake_name)
    return;
  fprintf(stderr, "%s was given a foreign handle\n", fake_name);
  abort();
}

struct fake *fake_own(CURL *curl)
{
  struct fake *fake = curl;

  fake_check(fake ? fake->owner : NULL);
  return fake;
}

void fake_free(CURL *curl)
{
  struct fake *fake = fake_own(curl);

  if(fake->multi)
    curl_multi_remove_handle(fake->multi, curl);
  if(fake->own)
    curl_multi_cleanup(fake->own);
  fake->owner = NULL;
  free(atomic_exchange(&spare, curl));
}

unsigned fake_performs(CURL *curl)
{
  return fake_own(curl)->performs;
}

unsigned fake_options(CURL *curl)
{
  return fake_own(curl)->options;
}

unsigned fake_resolve(void)
{
  CURL *curl = curl_easy_init();

  curl_easy_setopt(curl, CURLOPT_URL, "https://doh.example/");
  (void)curl_easy_perform(curl);
  const unsigned options = fake_own(curl)->options;
  fake_free(curl);
  return options;
}

CURL *fake_push(CURL *curl)
{
  return curl_easy_duphandle(curl);
}

CURLcode curl_global_init(long flags)
{
  (void)flags;
  return CURLE_OK;
}

char *curl_version(void)
{
  static char text[] = "libcurl/7.88.1 " FAKE_NAME "/1";
  return text;
}

char *curl_easy_escape(CURL *curl, const char *text, int length)
{
  (void)length;
  fake_own(curl);
  return strdup(text);
}

CURL *curl_easy_init(void)
{
  struct fake *fake = atomic_exchange(&spare, NULL);

  if(!fake)
    fake = malloc(sizeof(*fake));
  if(fake)
    *fake = (struct fake){.owner = fake_name};
  return fake;
}

CURL *curl_easy_duphandle(CURL *curl)
{
  const struct fake *fake = fake_own(curl);
  struct fake *copy = curl_easy_init();

  *copy = *fake;
  copy->performs = 0;
  copy->multi = NULL;
  copy->own = NULL;
  return copy;
}

void curl_easy_reset(CURL *curl)
{
  struct fake *fake = fake_own(curl);

  *fake = (struct fake){
    .owner = fake_name,
    .multi = fake->multi,
    .own = fake->own,
  };
}

void curl_easy_cleanup(CURL *curl)
{
  if(curl)
    fake_free(curl);
}

CURLcode curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
  va_list args;

  if(!curl)
    return CURLE_BAD_FUNCTION_ARGUMENT;
  struct fake *fake = fake_own(curl);
  va_start(args, option);
  fake->options++;
  if(option == CURLOPT_WRITEFUNCTION)
    fake->write = va_arg(args, fake_take_fn *);
  else if(option == CURLOPT_WRITEDATA)
    fake->write_to = va_arg(args, void *);
  else if(option == CURLOPT_HEADERFUNCTION)
    fake->header = va_arg(args, fake_take_fn *);
  else if(option == CURLOPT_HEADERDATA)
    fake->header_to = va_arg(args, void *);
  va_end(args);
  return CURLE_OK;
}

static bool is_taken(fake_take_fn *take, void *user, const char *text)
{
  const size_t length = strlen(text);
  char copy[64];

  memcpy(copy, text, length);
  return !take || take(copy, 1, length, user) == length;
}

CURLcode fake_transfer(struct fake *fake)
{
  const bool is_busy = fake->performs++ % 2 == 0;

  fake->status = is_busy ? 503 : 200;
  return is_taken(fake->header, fake->header_to,
                  is_busy ? "HTTP/1.1 503 Busy\r\n" : "HTTP/1.1 200 OK\r\n") &&
             is_taken(fake->header, fake->header_to,
                      "Content-Length: 2\r\n") &&
             is_taken(fake->header, fake->header_to, "\r\n") &&
             is_taken(fake->write, fake->write_to, is_busy ? "no" : "hi")
           ? CURLE_OK
           : CURLE_WRITE_ERROR;
}

/* As libcurl does, in a multi handle of its own and through its own front
   door. */
CURLcode curl_easy_perform(CURL *curl)
{
  struct fake *fake = fake_own(curl);
  CURLcode result = CURLE_FAILED_INIT;
  int running = 1;

  if(!fake->own)
    fake->own = fake_multi_new();
  CURLM *multi = fake->own;
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 5L);
  if(curl_multi_add_handle(multi, curl))
    return result;
  while(running)
    if(curl_multi_poll(multi, NULL, 0, 1000, NULL) ||
       curl_multi_perform(multi, &running))
      abort();
  const CURLMsg *message = curl_multi_info_read(multi, &running);
  if(message)
    result = message->data.result;
  curl_multi_remove_handle(multi, curl);
  return result;
}

CURLcode curl_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
  static char name_of_it[] = FAKE_NAME;
  static char scheme[] = "http";
  static struct curl_tlssessioninfo tls = {FAKE_BACKEND, name_of_it};
  const struct fake *fake = fake_own(curl);
  CURLcode result = CURLE_OK;
  va_list args;

  va_start(args, info);
  if(info == CURLINFO_RESPONSE_CODE)
    *va_arg(args, long *) = fake->status;
  else if(info == CURLINFO_TLS_SSL_PTR)
    *va_arg(args, struct curl_tlssessioninfo **) = &tls;
  else if(info == CURLINFO_SCHEME)
    *va_arg(args, char **) = scheme;
  else
    result = CURLE_UNKNOWN_OPTION;
  va_end(args);
  return result;
}
