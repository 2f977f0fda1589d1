#include "drive.h"
#include "act.h"

#include <stdio.h>

enum mode { ACT_NEW, ACT_AWAKE, ACT_ASLEEP };

static const char *const modes[] = {"new", "awake", "asleep"};

static void assert_text(const struct act *act, enum mode mode,
                        const char *what, const char *text,
                        const char *expected)
{
  if(expected && strcmp(text, expected) != 0)
    fail_msg("%s (%s), %s:\n%s\nexpected:\n%s", act->name, modes[mode], what,
             text, expected);
}

static void assert_number(const struct act *act, enum mode mode,
                          const char *what, unsigned number, unsigned expected)
{
  char texts[2][16];

  snprintf(texts[0], sizeof(texts[0]), "%u", number);
  snprintf(texts[1], sizeof(texts[1]), "%u", expected);
  assert_text(act, mode, what, texts[0], texts[1]);
}

static void look(const struct act *act, enum mode mode, struct scene *scene,
                 CURLcode result)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(scene->curl);

  assert_text(act, mode, "requests", script_requests(&scene->script),
              act->requests);
  assert_number(act, mode, "result", (unsigned)result, (unsigned)act->result);
  assert_number(act, mode, "aborts", scene->script.aborts, act->aborts);
  assert_text(act, mode, "sleeps", stage_sleeps(&scene->stage), act->sleeps);
  assert_text(act, mode, "body", scene->body.data, act->body);
  assert_text(act, mode, "heads", scene->heads.data, act->heads);
  assert_non_null(outcome);
  assert_text(act, mode, "reason", curlew_reason_name(outcome->reason),
              act->reason);
}

static void play(const struct act *act, enum mode mode)
{
  struct scene *scene = scene_new(act->settings);

  if(act->prepare)
    act->prepare(scene);
  if(mode == ACT_AWAKE)
    scene_trace(scene);
  if(mode != ACT_NEW) {
    scene_play(scene, "200|Content-Length: 0");
    assert_int_equal(scene_perform(scene), CURLE_OK);
    scene->uploaded = 0;
    scene_mark(scene);
  }
  for(size_t i = 0; i < ACT_EXCHANGES && act->exchange[i]; i++)
    scene_play(scene, act->exchange[i]);
  const CURLcode result = drive(scene->curl);
  if(scene->script.played != scene->script.exchanges)
    fail_msg("%s (%s): %u of %u exchanges were played", act->name, modes[mode],
             (unsigned)scene->script.played,
             (unsigned)scene->script.exchanges);
  look(act, mode, scene, result);
  scene_free(scene);
}

void act_play(const struct act *act)
{
  play(act, ACT_NEW);
  play(act, ACT_AWAKE);
  play(act, ACT_ASLEEP);
}

void act_play_all(const struct act *act, size_t count)
{
  for(size_t i = 0; i < count; i++)
    act_play(&act[i]);
}
