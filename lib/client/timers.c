#include "timers.h"

#include <assert.h>
#include <stdlib.h>

#define LEAST 16u /* places */

bool cw_timers_reserve(struct cw_timers *timers, size_t count)
{
  size_t size = timers->size ? timers->size : LEAST;

  if(count < timers->size)
    return true;
  while(size <= count) /* the first place is not used */
    size *= 2;
  struct cw_timer **heap = realloc(timers->heap, size * sizeof(*heap));
  if(!heap)
    return false;
  timers->heap = heap;
  timers->size = size;
  return true;
}

static bool is_before(const struct cw_timer *a, const struct cw_timer *b)
{
  return a->due_ms < b->due_ms ||
         (a->due_ms == b->due_ms && a->turn < b->turn);
}

static void put(struct cw_timers *timers, size_t at, struct cw_timer *timer)
{
  timers->heap[at] = timer;
  timer->at = at;
}

/* Moves |timer| from |at| to where it belongs. */
static void settle(struct cw_timers *timers, size_t at, struct cw_timer *timer)
{
  while(at > 1 && is_before(timer, timers->heap[at / 2])) {
    put(timers, at, timers->heap[at / 2]);
    at /= 2;
  }
  for(;;) {
    size_t child = 2 * at;
    if(child > timers->count)
      break;
    if(child < timers->count &&
       is_before(timers->heap[child + 1], timers->heap[child]))
      child++;
    if(!is_before(timers->heap[child], timer))
      break;
    put(timers, at, timers->heap[child]);
    at = child;
  }
  put(timers, at, timer);
}

void cw_timers_set(struct cw_timers *timers, struct cw_timer *timer,
                   uint64_t due_ms)
{
  timer->due_ms = due_ms;
  timer->turn = timers->turns++;
  if(!timer->at) {
    assert(timers->count + 1 < timers->size);
    timer->at = ++timers->count;
  }
  settle(timers, timer->at, timer);
}

void cw_timers_unset(struct cw_timers *timers, struct cw_timer *timer)
{
  const size_t at = timer->at;

  if(!at)
    return;
  timer->at = 0;
  struct cw_timer *last = timers->heap[timers->count--];
  if(last != timer)
    settle(timers, at, last);
}

void cw_timers_clear(struct cw_timers *timers)
{
  free(timers->heap);
  *timers = (struct cw_timers){.heap = NULL};
}
