#include "usual.h"

#include "guard.h"
#include "handle.h"

/* What makes an operation need more than libcurl's own perform. What may change
   without a call of ours, or looks at the clock, is in here too. */
void cw_usual_judge(struct cw_handle *handle)
{
  const struct cw_operation *op = &handle->op;
  const struct cw_limits *limits = &op->rules->limits;
  const enum cw_body_source source = handle->body.source;
  bool is_usual = !op->is_hop && !op->key[0] && !op->fields &&
                  !handle->memory && !handle->share && !handle->trace &&
                  !handle->notes.value[CW_SLOT_CURLU].pointer &&
                  !cw_notes_long(&handle->notes, CW_SLOT_PORT) &&
                  !handle->is_url_dressed && !handle->is_method_dressed &&
                  limits->deadline_ms == CW_FOREVER &&
                  limits->attempt_timeout_ms == CW_FOREVER &&
                  (source == CW_SOURCE_NONE || source == CW_SOURCE_MEMORY);

  for(size_t i = 0; i < sizeof(handle->dressed) / sizeof(uint64_t); i++)
    is_usual = is_usual && !handle->dressed[i];
  handle->is_usual = is_usual;
}

void cw_usual_note_start(struct cw_handle *handle)
{
  handle->op.start = handle->world->now(handle->world->user);
}

void cw_usual_wake(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;

  if(!op->is_asleep)
    return;
  op->is_asleep = false;
  if(!op->start.mono_ms)
    op->start = handle->world->now(handle->world->user);
  cw_attempt_begin_engine(handle, op->start);
  cw_engine_attempt(&op->engine, op->rules, cw_attempt_url(handle));
  if(handle->gate.status) /* a head that it slept through */
    (void)cw_engine_cares(&op->engine, handle->gate.status);
  cw_story_begin(handle);
  cw_story_attempt(handle, 0, CURLEW_REASON_FIRST);
}
