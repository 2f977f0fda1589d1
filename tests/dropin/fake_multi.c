/* fake_multi.c - the multi interface of a libcurl that is none: a transfer is
   done at the first perform. With FAKE_IS_NEW it has what 8.17 has. */
#define CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_DEPRECATION
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "fake_inside.h"

#undef curl_multi_setopt

#define MEMBERS_MAX 8

struct fake_multi {
  const char *owner;
  struct {
    CURL *curl;
    bool is_done;
    bool is_told;
    CURLcode result;
  } member[MEMBERS_MAX];
  CURLMsg message;
};

static _Atomic(struct fake_multi *) spare; /* the last one that was freed */
static _Atomic(const char *) last = "";

static struct fake_multi *own(CURLM *multi, const char *function)
{
  struct fake_multi *fake = multi;

  atomic_store(&last, function);
  fake_check(fake ? fake->owner : NULL);
  return fake;
}

const char *fake_last(void)
{
  return atomic_exchange(&last, "");
}

CURLM *fake_multi_new(void)
{
  struct fake_multi *fake = atomic_exchange(&spare, NULL);

  if(!fake)
    fake = malloc(sizeof(*fake));
  if(fake)
    *fake = (struct fake_multi){.owner = fake_name};
  return fake;
}

void fake_multi_free(CURLM *multi)
{
  struct fake_multi *fake = multi;

  fake->owner = NULL;
  free(atomic_exchange(&spare, fake));
}

CURLM *fake_gather(void)
{
  return curl_multi_init();
}

CURLM *curl_multi_init(void)
{
  atomic_store(&last, __func__);
  return fake_multi_new();
}

/* Whoever is in it is out then. */
CURLMcode curl_multi_cleanup(CURLM *multi)
{
  const struct fake_multi *fake = own(multi, __func__);

  for(size_t i = 0; i < MEMBERS_MAX; i++)
    if(fake->member[i].curl)
      fake_own(fake->member[i].curl)->multi = NULL;
  fake_multi_free(multi);
  return CURLM_OK;
}

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *curl)
{
  struct fake *easy = fake_own(curl);
  size_t i = 0;

  if(!multi)
    return CURLM_BAD_HANDLE;
  struct fake_multi *fake = own(multi, __func__);
  if(easy->multi)
    return CURLM_ADDED_ALREADY;
  while(i < MEMBERS_MAX && fake->member[i].curl)
    i++;
  if(i == MEMBERS_MAX)
    return CURLM_OUT_OF_MEMORY;
  fake->member[i].curl = curl;
  fake->member[i].is_done = false;
  easy->multi = multi;
  return CURLM_OK;
}

CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *curl)
{
  struct fake_multi *fake = own(multi, __func__);

  fake_own(curl)->multi = NULL;
  for(size_t i = 0; i < MEMBERS_MAX; i++)
    if(fake->member[i].curl == curl)
      fake->member[i].curl = NULL;
  return CURLM_OK;
}

/* As for DNS over HTTPS: a handle of its own goes into the multi handle that
   another one is in. */
static CURLcode resolve(CURLM *multi)
{
  CURL *curl = curl_easy_init();
  const CURLMcode result = curl_multi_add_handle(multi, curl);

  curl_easy_cleanup(curl);
  return result ? CURLE_COULDNT_RESOLVE_HOST : CURLE_OK;
}

static CURLMcode go_on(struct fake_multi *fake, int *running)
{
  for(size_t i = 0; i < MEMBERS_MAX; i++) {
    CURL *curl = fake->member[i].curl;
    if(!curl || fake->member[i].is_done)
      continue;
    fake->member[i].is_done = true;
    fake->member[i].is_told = false;
    fake->member[i].result = resolve(fake);
    if(!fake->member[i].result)
      fake->member[i].result = fake_transfer(fake_own(curl));
  }
  *running = 0;
  return CURLM_OK;
}

CURLMcode curl_multi_perform(CURLM *multi, int *running)
{
  return go_on(own(multi, __func__), running);
}

CURLMcode curl_multi_socket_action(CURLM *multi, curl_socket_t socket,
                                   int events, int *running)
{
  (void)socket;
  (void)events;
  return go_on(own(multi, __func__), running);
}

CURLMcode curl_multi_socket_all(CURLM *multi, int *running)
{
  return go_on(own(multi, __func__), running);
}

CURLMsg *curl_multi_info_read(CURLM *multi, int *left)
{
  struct fake_multi *fake = own(multi, __func__);

  *left = 0;
  for(size_t i = 0; i < MEMBERS_MAX; i++) {
    CURL *curl = fake->member[i].curl;
    if(!curl || !fake->member[i].is_done || fake->member[i].is_told)
      continue;
    fake->member[i].is_told = true;
    fake->message = (CURLMsg){.msg = CURLMSG_DONE, .easy_handle = curl};
    fake->message.data.result = fake->member[i].result;
    return &fake->message;
  }
  return NULL;
}

CURLMcode curl_multi_wait(CURLM *multi, struct curl_waitfd extra[],
                          unsigned count, int timeout_ms, int *ready)
{
  (void)extra;
  (void)count;
  (void)timeout_ms;
  (void)ready;
  own(multi, __func__);
  return CURLM_OK;
}

CURLMcode curl_multi_poll(CURLM *multi, struct curl_waitfd extra[],
                          unsigned count, int timeout_ms, int *ready)
{
  (void)extra;
  (void)count;
  (void)timeout_ms;
  (void)ready;
  own(multi, __func__);
  return CURLM_OK;
}

CURLMcode curl_multi_wakeup(CURLM *multi)
{
  own(multi, __func__);
  return CURLM_OK;
}

CURLMcode curl_multi_fdset(CURLM *multi, fd_set *read, fd_set *write,
                           fd_set *except, int *max)
{
  (void)read;
  (void)write;
  (void)except;
  own(multi, __func__);
  *max = -1;
  return CURLM_OK;
}

CURLMcode curl_multi_timeout(CURLM *multi, long *timeout_ms)
{
  if(!multi)
    return CURLM_BAD_HANDLE;
  own(multi, __func__);
  *timeout_ms = 7;
  return CURLM_OK;
}

CURLMcode curl_multi_assign(CURLM *multi, curl_socket_t socket, void *data)
{
  (void)socket;
  (void)data;
  own(multi, __func__);
  return CURLM_OK;
}

CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...)
{
  va_list args;

  own(multi, __func__);
  va_start(args, option);
  const long value = va_arg(args, long);
  va_end(args);
  return option == CURLMOPT_MAXCONNECTS && value == 6 ? CURLM_BAD_SOCKET
                                                      : CURLM_OK;
}

#ifdef FAKE_IS_NEW
/* By other names in C, since curl.h may have them too. */
#define NAMED(name) __asm__("curl_multi_" #name)
CURL **get_handles(CURLM *multi) NAMED(get_handles);
CURLMcode get_offt(CURLM *multi, int info, curl_off_t *value) NAMED(get_offt);
CURLMcode notify_enable(CURLM *multi, unsigned what) NAMED(notify_enable);
CURLMcode notify_disable(CURLM *multi, unsigned what) NAMED(notify_disable);

CURL **get_handles(CURLM *multi)
{
  own(multi, "curl_multi_get_handles");
  return calloc(1, sizeof(CURL *));
}

CURLMcode get_offt(CURLM *multi, int info, curl_off_t *value)
{
  own(multi, "curl_multi_get_offt");
  *value = info;
  return CURLM_OK;
}

CURLMcode notify_enable(CURLM *multi, unsigned what)
{
  (void)what;
  own(multi, "curl_multi_notify_enable");
  return CURLM_OK;
}

CURLMcode notify_disable(CURLM *multi, unsigned what)
{
  (void)what;
  own(multi, "curl_multi_notify_disable");
  return CURLM_OK;
}
#endif
