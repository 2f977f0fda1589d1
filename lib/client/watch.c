#include "watch.h"

#include "handle.h"

#define INTERVAL_MS 100u

/* libcurl's older form of the callback, which it still calls where there is no
   newer one. */
typedef int(progress_fn)(void *user, double download_total, double download,
                         double upload_total, double upload);

static bool shows_progress(const struct cw_handle *handle)
{
  return !cw_notes_long(&handle->notes, CW_SLOT_NOPROGRESS);
}

static int tell(struct cw_handle *handle, const curl_off_t figures[4])
{
  const union cw_argument *value = handle->notes.value;
  void *user = value[CW_SLOT_XFERINFODATA].pointer;

  if(!shows_progress(handle))
    return 0;
  if(value[CW_SLOT_XFERINFOFUNCTION].function)
    return ((curl_xferinfo_callback)value[CW_SLOT_XFERINFOFUNCTION].function)(
      user, figures[0], figures[1], figures[2], figures[3]);
  if(value[CW_SLOT_PROGRESSFUNCTION].function)
    return ((progress_fn *)value[CW_SLOT_PROGRESSFUNCTION].function)(
      user, (double)figures[0], (double)figures[1], (double)figures[2],
      (double)figures[3]);
  return CURL_PROGRESSFUNC_CONTINUE; /* libcurl's own meter */
}

int cw_watch_progress(void *user, curl_off_t download_total,
                      curl_off_t download, curl_off_t upload_total,
                      curl_off_t upload)
{
  struct cw_handle *handle = user;
  struct cw_gate *gate = &handle->gate;
  const curl_off_t figures[4] = {download_total, download, upload_total,
                                 upload};

  if(cw_alarm_is_rung(&handle->alarm))
    return 1;
  if(gate->state == CW_GATE_WITHHOLD &&
     cw_gate_drains_too_long(
       gate, handle->world->now(handle->world->user).mono_ms)) {
    gate->is_aborted = true;
    return 1;
  }
  return tell(handle, figures);
}

static bool application_aborts(struct cw_handle *handle)
{
  static const curl_off_t nothing[4] = {0, 0, 0, 0};
  const int told = tell(handle, nothing);
  return told && told != CURL_PROGRESSFUNC_CONTINUE;
}

CURLcode cw_watch_look(struct cw_handle *handle, struct cw_step *step,
                       uint64_t *wake_ms)
{
  const struct cw_world *world = handle->world;
  const uint64_t now_ms = world->now(world->user).mono_ms;

  *wake_ms = 0;
  if(cw_alarm_is_rung(&handle->alarm))
    return CURLE_ABORTED_BY_CALLBACK;
  if(now_ms >= step->start_ms)
    return CURLE_OK;
  if(step->start_ms - now_ms > step->wait_ms)
    step->start_ms = now_ms + step->wait_ms;
  if(application_aborts(handle))
    return CURLE_ABORTED_BY_CALLBACK;

  const uint64_t tick_ms =
    shows_progress(handle) ? cw_ms_add(now_ms, INTERVAL_MS) : step->start_ms;
  *wake_ms = tick_ms < step->start_ms ? tick_ms : step->start_ms;
  return CURLE_OK;
}

CURLcode cw_watch_wait(struct cw_handle *handle, struct cw_step *step)
{
  const struct cw_world *world = handle->world;

  for(;;) {
    uint64_t wake_ms = 0;
    const CURLcode result = cw_watch_look(handle, step, &wake_ms);
    if(result || !wake_ms)
      return result;
    world->sleep(world->user, wake_ms, &handle->alarm);
  }
}
