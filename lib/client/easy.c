#include "easy.h"

#include "curlcode.h"
#include "handle.h"
#include "standard.h"
#include "usual.h"
#include "watch.h"

/* Goes on as |step| says. */
static CURLcode go_on(struct cw_handle *handle, struct cw_step *step)
{
  CURLcode result = CURLE_OK;

  cw_story_wait(handle, step->wait_ms, step->reason);
  if(step->wait_ms)
    result = cw_watch_wait(handle, step);
  else if(cw_alarm_is_rung(&handle->alarm))
    result = CURLE_ABORTED_BY_CALLBACK;
  return result ? result : cw_attempt_next(handle, step);
}

/* Goes on from what the attempt that was begun brought. */
static CURLcode run(struct cw_handle *handle, CURLcode result)
{
  for(;;) {
    struct cw_step step = cw_attempt_done(handle, &result);
    if(step.verdict == CW_DELIVER)
      return cw_attempt_end(handle, result, step.reason);
    result = go_on(handle, &step);
    if(result)
      return cw_attempt_give_up(handle, &step, result);
    result = handle->libcurl->easy_perform(handle->curl);
  }
}

CURLcode cw_easy_run(struct cw_handle *handle)
{
  CURLcode result = CURLE_OK;

  /* after one that slept to its end, the next often does so too */
  if(!handle->op.is_asleep || !cw_usual_begin(handle))
    result = cw_attempt_begin(handle);
  if(result)
    return cw_attempt_end(handle, result, CURLEW_REASON_NONE);
  result = handle->libcurl->easy_perform(handle->curl);
  return cw_usual_end(handle, result) ? result : run(handle, result);
}

static bool has_not_left(enum cw_error error)
{
  return error == CW_ERROR_RESOLVE || error == CW_ERROR_CONNECT;
}

CURLcode cw_easy_run_foreign(CURL *curl, const struct cw_libcurl *libcurl,
                             const struct cw_world *world)
{
  const struct cw_request request = {.method = "GET"};
  struct curlew_policy *policy = cw_standard_policy();
  struct cw_engine engine;
  struct cw_alarm alarm;

  if(!policy || !cw_alarm_init(&alarm)) {
    curlew_policy_unref(policy);
    return CURLE_OUT_OF_MEMORY;
  }
  const struct cw_rules *rules = cw_policy_rules(policy)->everywhere;
  CURLcode result = CURLE_OK;
  cw_engine_begin(&engine, rules, &world->rng, CW_FOREVER,
                  world->now(world->user));
  for(;;) {
    cw_engine_attempt(&engine, rules, "");
    result = libcurl->easy_perform(curl);
    const struct cw_ending ending = {.end = CW_END_ERROR,
                                     .error = cw_curlcode_error(result, true)};
    if(!result || !has_not_left(ending.error))
      break;
    const struct cw_step step =
      cw_engine_done(&engine, &request, &ending, world->now(world->user));
    if(step.verdict != CW_RETRY)
      break;
    world->sleep(world->user, step.start_ms, &alarm);
  }
  cw_alarm_clear(&alarm);
  curlew_policy_unref(policy);
  return result;
}
