#include "script_multi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store.h"

static struct fake *fake_of(CURL *curl)
{
  return (struct fake *)curl;
}

/* Takes |fake| out of a list, if it is in there. */
static void drop(struct fake **list, size_t *count, const struct fake *fake)
{
  size_t left = 0;

  for(size_t i = 0; i < *count; i++)
    if(list[i] != fake)
      list[left++] = list[i];
  *count = left;
}

/* ---- callbacks ---- */

/* A timer is good for one time only: it is set anew while there is something
   left, and taken back once. */
static CURLMcode tell_timer(struct script_multi *multi)
{
  const long ms = script_multi_running(multi) ? 0 : -1;

  if(!multi->timer || multi->is_dead || (ms < 0 && multi->timer_ms < 0))
    return CURLM_OK;
  multi->timer_ms = ms;
  multi->is_busy = true;
  multi->is_dead = multi->timer(multi, ms, multi->timer_user) == -1;
  multi->is_busy = false;
  return multi->is_dead ? CURLM_ABORTED_BY_CALLBACK : CURLM_OK;
}

/* Nothing is noted that nobody wants to know. */
static void note(struct script_multi *multi, enum script_notification what,
                 struct fake *fake)
{
  if(!multi->notify || !multi->is_enabled[what])
    return;
  assert_true(multi->notes < 2 * SCRIPT_ADDED);
  multi->note[multi->notes].what = what;
  multi->note[multi->notes].fake = fake;
  multi->notes++;
}

static void tell_notes(struct script_multi *multi)
{
  multi->is_notifying = true;
  for(size_t i = 0; i < multi->notes; i++) {
    const enum script_notification what = multi->note[i].what;
    struct fake *fake = multi->note[i].fake;
    if(fake && multi->notify && multi->is_enabled[what])
      multi->notify(multi, what, (CURL *)fake, multi->notify_user);
  }
  multi->notes = 0;
  multi->is_notifying = false;
}

/* ---- a multi handle and what it has ---- */

CURLM *script_multi_init(void)
{
  struct script_multi *multi =
    script_fails(SCRIPT_MULTI_INIT) ? NULL : store_new(sizeof(*multi));

  if(multi) {
    multi->script = script_now();
    multi->script->multis++;
    multi->timer_ms = -1;
    options_init(&multi->internal.options);
  }
  return multi;
}

static void take_out(struct script_multi *multi, struct fake *fake)
{
  if(fake->state == SCRIPT_BEGUN) {
    multi->is_busy = true;
    exchange_close(&fake->last);
    multi->is_busy = false;
  }
  drop(multi->added, &multi->count, fake);
  drop(multi->message, &multi->messages, fake);
  for(size_t i = 0; i < multi->notes; i++)
    if(multi->note[i].fake == fake)
      multi->note[i].fake = NULL;
  fake->multi = NULL;
}

CURLMcode script_multi_cleanup(CURLM *curlm)
{
  struct script_multi *multi = script_multi_of(curlm);
  const CURLMcode code = script_multi_check(multi, false);

  if(code)
    return code;
  if(script_fails(SCRIPT_MULTI_CLEANUP))
    return CURLM_OUT_OF_MEMORY;
  while(multi->count)
    take_out(multi, multi->added[0]);
  assert_true(multi->script->multis > 0);
  multi->script->multis--;
  free(multi);
  return CURLM_OK;
}

static CURLMcode check_adding(struct script_multi *multi,
                              const struct fake *fake)
{
  if(!fake)
    return CURLM_BAD_EASY_HANDLE;
  if(fake->multi)
    return CURLM_ADDED_ALREADY;
  if(multi->is_busy)
    return CURLM_RECURSIVE_API_CALL;
  if(multi->is_dead && script_multi_running(multi))
    return CURLM_ABORTED_BY_CALLBACK;
  return script_fails(SCRIPT_MULTI_ADD) ? CURLM_OUT_OF_MEMORY : CURLM_OK;
}

CURLMcode script_multi_add(CURLM *curlm, CURL *curl)
{
  struct script_multi *multi = script_multi_of(curlm);
  struct fake *fake = fake_of(curl);
  CURLMcode code = multi ? check_adding(multi, fake) : CURLM_OK;

  if(code)
    return code;
  script_now()->added++;
  if(!multi)
    return CURLM_OK; /* a test has no need of one */
  char *buffer = options_pointer(&fake->options, CURLOPT_ERRORBUFFER);
  if(buffer)
    buffer[0] = '\0';
  assert_true(multi->count < SCRIPT_ADDED);
  multi->added[multi->count++] = fake;
  multi->ever_added++;
  multi->is_dead = false;
  fake->multi = multi;
  fake->state = SCRIPT_FRESH;
  code = tell_timer(multi);
  if(code)
    take_out(multi, fake);
  return code;
}

CURLMcode script_multi_remove(CURLM *curlm, CURL *curl)
{
  struct script_multi *multi = script_multi_of(curlm);
  struct fake *fake = fake_of(curl);

  if(!multi)
    return CURLM_BAD_HANDLE;
  if(!fake)
    return CURLM_BAD_EASY_HANDLE;
  if(!fake->multi)
    return CURLM_OK;
  if(fake->multi != multi)
    return CURLM_BAD_EASY_HANDLE;
  if(multi->is_busy)
    return CURLM_RECURSIVE_API_CALL;
  if(script_fails(SCRIPT_MULTI_REMOVE))
    return CURLM_OUT_OF_MEMORY;
  take_out(multi, fake);
  return script_multi_running(multi) ? CURLM_OK : tell_timer(multi);
}

void script_multi_lose(struct fake *fake)
{
  struct script_multi *multi = fake->multi;

  if(!multi)
    return;
  assert_false(multi->is_busy); /* libcurl would use it after its end */
  take_out(multi, fake);
  if(!script_multi_running(multi))
    (void)tell_timer(multi);
}

/* ---- playing ---- */

static void finish(struct script_multi *multi, struct fake *fake,
                   CURLcode result)
{
  fake->state = SCRIPT_DONE;
  fake->message.msg = CURLMSG_DONE;
  fake->message.easy_handle = (CURL *)fake;
  fake->message.data.result = result;
  note(multi, SCRIPT_EASY_DONE, fake);
  if(!multi->messages)
    note(multi, SCRIPT_INFO_READ, &multi->internal);
  multi->message[multi->messages++] = fake;
}

static void play(struct script_multi *multi, struct fake *fake)
{
  if(multi->is_dead) {
    if(fake->state == SCRIPT_BEGUN)
      exchange_close(&fake->last);
    finish(multi, fake, CURLE_ABORTED_BY_CALLBACK);
    return;
  }
  if(fake->state == SCRIPT_FRESH) {
    script_begin(fake)->may_rest = true;
    fake->state = SCRIPT_BEGUN;
  }
  if(exchange_play(&fake->last))
    finish(multi, fake, fake->last.result);
}

static void play_all(struct script_multi *multi)
{
  multi->is_busy = true;
  for(size_t i = 0; i < multi->count; i++)
    if(multi->added[i]->state != SCRIPT_DONE)
      play(multi, multi->added[i]);
  multi->is_busy = false;
  tell_notes(multi);
}

CURLMcode script_multi_perform(CURLM *curlm, int *running)
{
  struct script_multi *multi = script_multi_of(curlm);
  CURLMcode code = script_multi_check(multi, false);

  if(code)
    return code;
  if(script_fails(SCRIPT_MULTI_PERFORM))
    code = CURLM_OUT_OF_MEMORY;
  else
    play_all(multi);
  if(running)
    *running = (int)script_multi_running(multi);
  return code ? code : tell_timer(multi);
}

CURLMcode script_multi_socket_action(CURLM *multi, curl_socket_t socket,
                                     int events, int *running)
{
  (void)socket, (void)events;
  return script_multi_perform(multi, running);
}

CURLMsg *script_multi_info_read(CURLM *curlm, int *left)
{
  struct script_multi *multi = script_multi_of(curlm);

  *left = 0;
  if(script_multi_check(multi, true) || !multi->messages)
    return NULL;
  struct fake *fake = multi->message[0];
  drop(multi->message, &multi->messages, fake);
  *left = (int)multi->messages;
  return &fake->message;
}

/* ---- sleeping ---- */

CURLMcode script_multi_timeout(CURLM *curlm, long *timeout_ms)
{
  const struct script_multi *multi = script_multi_of(curlm);
  const CURLMcode code = script_multi_check(multi, true);

  if(!code && script_fails(SCRIPT_MULTI_TIMEOUT))
    return CURLM_OUT_OF_MEMORY;
  if(!code)
    *timeout_ms = script_multi_running(multi) ? 0 : -1;
  return code;
}

static CURLMcode check_sleep(const struct script_multi *multi, int timeout_ms,
                             int *ready)
{
  const CURLMcode code = script_multi_check(multi, true);

  if(code)
    return code;
  if(timeout_ms < 0)
    return CURLM_BAD_FUNCTION_ARGUMENT;
  if(script_fails(SCRIPT_MULTI_POLL))
    return CURLM_OUT_OF_MEMORY;
  if(ready)
    *ready = 0;
  return CURLM_OK;
}

/* Without a socket it has nothing to sleep on, and a wakeup is not its own. */
CURLMcode script_multi_wait(CURLM *curlm, struct curl_waitfd extra[],
                            unsigned count, int timeout_ms, int *ready)
{
  const struct script_multi *multi = script_multi_of(curlm);
  const CURLMcode code = check_sleep(multi, timeout_ms, ready);

  (void)extra;
  if(!code && count && timeout_ms && !script_multi_running(multi))
    stage_sleep(multi->script->stage, (uint64_t)timeout_ms, NULL);
  return code;
}

CURLMcode script_multi_poll(CURLM *curlm, struct curl_waitfd extra[],
                            unsigned count, int timeout_ms, int *ready)
{
  struct script_multi *multi = script_multi_of(curlm);
  const CURLMcode code = check_sleep(multi, timeout_ms, ready);

  (void)extra, (void)count;
  if(code)
    return code;
  if(timeout_ms && !multi->is_woken && !script_multi_running(multi))
    stage_sleep(multi->script->stage, (uint64_t)timeout_ms, &multi->is_woken);
  multi->is_woken = false;
  return CURLM_OK;
}

CURLMcode script_multi_wakeup(CURLM *curlm)
{
  struct script_multi *multi = script_multi_of(curlm);

  if(!multi)
    return CURLM_BAD_HANDLE;
  if(script_fails(SCRIPT_MULTI_WAKEUP))
    return CURLM_OUT_OF_MEMORY;
  multi->is_woken = true;
  return CURLM_OK;
}

CURLMcode script_multi_fdset(CURLM *multi, fd_set *read, fd_set *write,
                             fd_set *except, int *max)
{
  const CURLMcode code = script_multi_check(script_multi_of(multi), true);

  (void)read, (void)write, (void)except;
  if(!code)
    *max = -1;
  return code;
}
