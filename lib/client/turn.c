#include "turn.h"

#include "due.h"
#include "handle.h"
#include "multi.h"

/* How often libcurl is let go on at once with what has been put back, as its
   own following would: who sleeps by rule of thumb is not to lose a second with
   each hop. */
#define ROUNDS_MAX 4

static void cancel_rung(struct cw_multi *multi)
{
  atomic_store_explicit(&multi->is_rung, false, memory_order_relaxed);
  multi->cursor = multi->first;
  while(multi->cursor) {
    struct cw_handle *handle = multi->cursor;
    multi->cursor = handle->transfer.next;
    if(cw_alarm_is_rung(&handle->alarm))
      cw_transfer_cancel(handle);
  }
}

static void end_waits(struct cw_multi *multi)
{
  const uint64_t now_ms = multi->world->now(multi->world->user).mono_ms;
  struct cw_timer *first = cw_timers_first(&multi->timers);

  for(; first && first->due_ms <= now_ms;
      first = cw_timers_first(&multi->timers)) {
    cw_timers_unset(&multi->timers, first);
    cw_transfer_due(cw_transfer_of(first));
  }
}

static void begin_fresh(struct cw_multi *multi)
{
  while(multi->fresh) {
    struct cw_handle *handle = multi->fresh;
    multi->fresh = handle->transfer.next;
    cw_transfer_begin(handle);
  }
}

void cw_turn_read(struct cw_multi *multi)
{
  int left = 0;

  /* without memory the messages stay where they are for now */
  while(cw_news_expect(&multi->news)) {
    CURLMsg *message = multi->libcurl->multi_info_read(multi->curlm, &left);
    if(!message)
      break;
    struct cw_handle *handle = cw_handle_find(message->easy_handle);
    if(!handle || cw_transfer_multi(handle) != multi)
      cw_news_add_foreign(&multi->news, message);
    else if(handle->transfer.stage == CW_STAGE_RUNNING)
      cw_transfer_answer(handle, message->data.result);
  }
}

static CURLMcode call(struct cw_multi *multi, const struct cw_turn *turn,
                      int *running)
{
  switch(turn->kind) {
  case CW_TURN_PERFORM:
    break;
  case CW_TURN_SOCKET:
    return multi->libcurl->multi_socket_action(multi->curlm, turn->socket,
                                               turn->events, running);
  case CW_TURN_ALL:
    return multi->libcurl->multi_socket_all(multi->curlm, running);
  }
  return multi->libcurl->multi_perform(multi->curlm, running);
}

/* libcurl's count tells whether something has ended. Says whether something was
   put back that it should see at once. */
static bool look(struct cw_multi *multi, int running)
{
  const unsigned readded = multi->readded;

  if(running == multi->inside + multi->foreign)
    return false;
  cw_turn_read(multi);
  const int back = (int)(multi->readded - readded);
  const int foreign = running - (multi->inside - back);
  multi->foreign = foreign > 0 ? foreign : 0;
  return back;
}

static CURLMcode go_on(struct cw_multi *multi, const struct cw_turn *turn)
{
  CURLMcode result = CURLM_OK;

  for(unsigned round = 0; round < ROUNDS_MAX; round++) {
    int running = multi->inside + multi->foreign;
    result = call(multi, turn, &running);
    if(!look(multi, running) || result || turn->kind != CW_TURN_PERFORM)
      break;
  }
  return result;
}

static void notify(struct cw_multi *multi)
{
  struct cw_news_list *news = &multi->news;
  CURL *first = news->untold ? news->untold->message->easy_handle : NULL;

  while(news->untold) {
    CURL *curl = news->untold->message->easy_handle;
    news->untold = news->untold->next;
    if(multi->notified >> CW_NOTIFY_DONE & 1)
      multi->notify(multi->curlm, CW_NOTIFY_DONE, curl, multi->notify_user);
  }
  if(first && multi->notified >> CW_NOTIFY_READ & 1)
    multi->notify(multi->curlm, CW_NOTIFY_READ, first, multi->notify_user);
}

CURLMcode cw_turn_take(struct cw_multi *multi, const struct cw_turn *turn,
                       int *running)
{
  if(multi->is_busy)
    return CURLM_RECURSIVE_API_CALL;
  multi->is_busy = true;
  if(turn->kind == CW_TURN_SOCKET && turn->socket == CURL_SOCKET_TIMEOUT)
    cw_due_spent(multi);
  if(atomic_load_explicit(&multi->is_rung, memory_order_relaxed))
    cancel_rung(multi);
  if(multi->timers.count)
    end_waits(multi);
  if(multi->fresh)
    begin_fresh(multi);
  CURLMcode result = go_on(multi, turn);
  if(multi->timer) {
    const CURLMcode announced = cw_due_announce(multi);
    if(!result)
      result = announced;
  }
  multi->is_busy = false;
  if(multi->notify && multi->news.untold)
    notify(multi);
  if(running)
    *running = multi->inside + multi->foreign + multi->outside;
  return result;
}
