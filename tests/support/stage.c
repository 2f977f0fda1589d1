#include "stage.h"

#include <inttypes.h>
#include <stdio.h>

static struct cw_instant now(void *user)
{
  struct stage *stage = user;

  stage->looks++;
  return (struct cw_instant){
    .mono_ms = stage->now_ms,
    .wall_s =
      stage->is_odd
        ? stage->wall_s
        : STAGE_WALL_S + (int64_t)((stage->now_ms - STAGE_START_MS) / 1000),
  };
}

static void note(struct stage *stage, uint64_t from_ms)
{
  if(stage->notes_nothing)
    return;
  assert_true(stage->sleeps < STAGE_SLEEPS);
  stage->sleep[stage->sleeps].from_ms = from_ms - stage->mark_ms;
  stage->sleep[stage->sleeps].until_ms = stage->now_ms - stage->mark_ms;
  stage->sleeps++;
}

/* Lets the other thread do what it has to do before |until_ms|. Returns what is
   left to sleep after it. */
static uint64_t let_act(struct stage *stage, uint64_t until_ms)
{
  const uint64_t act_ms = stage->mark_ms + stage->act_ms;
  void (*act)(void *user) = stage->act;

  if(!act || act_ms >= until_ms)
    return until_ms - stage->now_ms;
  if(act_ms > stage->now_ms)
    stage->now_ms = act_ms;
  const uint64_t left_ms = until_ms - stage->now_ms;
  stage->act = NULL;
  act(stage->act_user);
  return left_ms;
}

static void sleep_until(void *user, uint64_t until_ms, struct cw_alarm *alarm)
{
  struct stage *stage = user;
  const uint64_t from_ms = stage->now_ms;

  assert_true(until_ms != CW_FOREVER);
  assert_true(until_ms > from_ms); /* else there is nothing to sleep for */
  (void)let_act(stage, until_ms);
  if(!cw_alarm_is_rung(alarm) && stage->now_ms < until_ms)
    stage->now_ms = until_ms;
  note(stage, from_ms);
}

void stage_init(struct stage *stage)
{
  *stage = (struct stage){
    .now_ms = STAGE_START_MS,
    .mark_ms = STAGE_START_MS,
  };
  stage->world = (struct cw_world){
    .now = now,
    .sleep = sleep_until,
    .rng = dice_rng(&stage->dice),
    .user = stage,
  };
}

void stage_mark(struct stage *stage)
{
  stage->mark_ms = stage->now_ms;
  stage->looks = 0;
  stage->sleeps = 0;
}

void stage_pass(struct stage *stage, uint64_t ms)
{
  stage->now_ms = cw_ms_add(stage->now_ms, ms);
}

void stage_sleep(struct stage *stage, uint64_t ms, const bool *is_woken)
{
  const uint64_t from_ms = stage->now_ms;

  const uint64_t left_ms = let_act(stage, cw_ms_add(from_ms, ms));
  if(!is_woken || !*is_woken)
    stage->now_ms = cw_ms_add(stage->now_ms, left_ms);
  note(stage, from_ms);
}

void stage_jump(struct stage *stage, uint64_t now_ms, int64_t wall_s)
{
  stage->now_ms = now_ms;
  stage->is_odd = true;
  stage->wall_s = wall_s;
}

uint64_t stage_slept(const struct stage *stage)
{
  uint64_t sum_ms = 0;

  for(size_t i = 0; i < stage->sleeps; i++)
    sum_ms += stage->sleep[i].until_ms - stage->sleep[i].from_ms;
  return sum_ms;
}

uint64_t stage_time(const struct stage *stage)
{
  return stage->now_ms - stage->mark_ms;
}

const char *stage_sleeps(struct stage *stage)
{
  size_t length = 0;

  stage->told[0] = '\0';
  for(size_t i = 0; i < stage->sleeps; i++) {
    const int count =
      snprintf(stage->told + length, sizeof(stage->told) - length,
               "%s%" PRIu64 "-%" PRIu64, i ? " " : "", stage->sleep[i].from_ms,
               stage->sleep[i].until_ms);
    assert_true(count > 0 && (size_t)count < sizeof(stage->told) - length);
    length += (size_t)count;
  }
  return stage->told;
}
