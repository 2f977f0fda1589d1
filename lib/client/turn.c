#include "turn.h"

#include "due.h"
#include "handle.h"
#include "multi.h"
#include "rare.h"

/* How often libcurl is let go on at once with what has been put back, as its
   own following would: who sleeps by rule of thumb is not to lose a second with
   each hop. */
#define ROUNDS_MAX 4

static void cancel_rung(struct cw_multi *multi)
{
  /* who rang has rung the handle's alarm before */
  (void)atomic_exchange_explicit(&multi->is_rung, false, memory_order_acquire);
  multi->cursor = multi->handles.next;
  while(multi->cursor != &multi->handles) {
    struct cw_handle *handle = cw_transfer_of_link(multi->cursor);
    multi->cursor = multi->cursor->next;
    if(cw_alarm_is_rung(&handle->alarm))
      cw_transfer_cancel(handle);
  }
}

static void end_waits(struct cw_multi *multi)
{
  const uint64_t now_ms = multi->world->now(multi->world->user).mono_ms;
  struct cw_timer *first = cw_timers_first(&multi->timers);

  for(; first && cw_transfer_is_due(cw_transfer_of_timer(first), now_ms);
      first = cw_timers_first(&multi->timers)) {
    cw_timers_unset(&multi->timers, first);
    cw_transfer_due(cw_transfer_of_timer(first));
  }
}

static inline bool is_any_fresh(const struct cw_multi *multi)
{
  return multi->fresh != &multi->handles;
}

enum turn_kind { PERFORM, SOCKET, ALL };

struct turn {
  enum turn_kind kind;
  curl_socket_t socket; /* of SOCKET, with its events */
  int events;
};

static const struct turn perform = {.kind = PERFORM};

static CURLMcode call(struct cw_multi *multi, const struct turn *turn,
                      int *running)
{
  switch(turn->kind) {
  case PERFORM:
    break;
  case SOCKET:
    return multi->libcurl->multi_socket_action(multi->curlm, turn->socket,
                                               turn->events, running);
  case ALL:
    return multi->libcurl->multi_socket_all(multi->curlm, running);
  }
  return multi->libcurl->multi_perform(multi->curlm, running);
}

/* Something has ended, or is new: libcurl counts |running|, and |inside| of them
   were ours. Says whether something was put back that it should see at once. */
static inline bool look(struct cw_multi *multi, int running, int inside)
{
  const unsigned readded = multi->readded;

  multi->is_unsure = false;
  const int foreign = running - inside + cw_transfer_read(multi);
  multi->foreign = foreign > 0 ? foreign : 0;
  return multi->readded != readded;
}

static CURLMcode go_on(struct cw_multi *multi, const struct turn *turn)
{
  CURLMcode result = CURLM_OK;

  for(unsigned round = 0; round < ROUNDS_MAX; round++) {
    const int inside = multi->inside;
    int running = inside + multi->foreign;
    result = call(multi, turn, &running);
    if((running == inside + multi->foreign && !multi->is_unsure) ||
       !look(multi, running, inside) || result || turn->kind != PERFORM)
      break;
  }
  return result;
}

static void notify(struct cw_multi *multi)
{
  struct cw_news_list *news = &multi->news;
  CURL *first = cw_news_of(news->untold)->message->easy_handle;

  multi->is_notifying = true;
  while(news->untold != &news->ring) {
    CURL *curl = cw_news_of(news->untold)->message->easy_handle;
    news->untold = news->untold->next;
    if(multi->notified >> CW_NOTIFY_DONE & 1)
      multi->notify(multi->curlm, CW_NOTIFY_DONE, curl, multi->notify_user);
  }
  if(multi->notified >> CW_NOTIFY_READ & 1)
    multi->notify(multi->curlm, CW_NOTIFY_READ, first, multi->notify_user);
  multi->is_notifying = false;
}

static CURLMcode end(struct cw_multi *multi, CURLMcode result, int *running)
{
  if(multi->timer) {
    const CURLMcode announced = cw_due_announce(multi);
    if(!result)
      result = announced;
  }
  multi->is_busy = false;
  if(multi->notify && multi->news.untold != &multi->news.ring)
    notify(multi);
  if(running)
    *running = multi->inside + multi->foreign + multi->outside;
  return result;
}

bool cw_turn_is_within(const struct cw_multi *multi)
{
  long timeout_ms = 0;

  return multi->libcurl->multi_timeout(multi->curlm, &timeout_ms) ==
         CURLM_RECURSIVE_API_CALL;
}

static CW_RARE CURLMcode take(struct cw_multi *multi, const struct turn *turn,
                              int *running)
{
  if(multi->is_busy || multi->is_notifying || cw_turn_is_within(multi))
    return CURLM_RECURSIVE_API_CALL;
  multi->is_busy = true;
  if(turn->kind == SOCKET && turn->socket == CURL_SOCKET_TIMEOUT)
    cw_due_spent(multi);
  if(atomic_load_explicit(&multi->is_rung, memory_order_relaxed))
    cancel_rung(multi);
  if(multi->timers.count)
    end_waits(multi);
  if(is_any_fresh(multi))
    cw_transfer_begin_fresh(multi);
  return end(multi, go_on(multi, turn), running);
}

/* A turn in which there is nothing to do for us but what is fresh, nor after it
   where nothing has ended: most are so. */
static inline bool is_simple(const struct cw_multi *multi)
{
  return !(multi->timers.count | multi->is_watched | multi->is_busy |
           multi->is_unsure |
           atomic_load_explicit(&multi->is_rung, memory_order_relaxed));
}

static CW_RARE CURLMcode end_simple(struct cw_multi *multi, CURLMcode result,
                                    int inside, int *running)
{
  const bool is_more = look(multi, *running, inside);

  if(is_more && !result)
    result = go_on(multi, &perform);
  multi->is_busy = false;
  *running = multi->inside + multi->foreign + multi->outside;
  return result;
}

CURLMcode cw_multi_perform(struct cw_multi *multi, int *running)
{
  if(!running || !is_simple(multi))
    return take(multi, &perform, running);
  multi->is_busy = true;
  if(is_any_fresh(multi))
    cw_transfer_begin_fresh(multi);
  const int inside = multi->inside;
  *running = inside + multi->foreign;
  const CURLMcode result =
    multi->libcurl->multi_perform(multi->curlm, running);
  if(*running != inside + multi->foreign)
    return end_simple(multi, result, inside, running);
  multi->is_busy = false;
  return result;
}

CURLMcode cw_multi_socket_action(struct cw_multi *multi, curl_socket_t socket,
                                 int events, int *running)
{
  const struct turn turn = {
    .kind = SOCKET,
    .socket = socket,
    .events = events,
  };
  return take(multi, &turn, running);
}

CURLMcode cw_multi_socket_all(struct cw_multi *multi, int *running)
{
  static const struct turn turn = {.kind = ALL};
  return take(multi, &turn, running);
}
