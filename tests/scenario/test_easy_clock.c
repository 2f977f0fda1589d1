/* Scenarios of clocks that jump: back, to the end of time, and on the wall to
   where no date is. Every operation ends, none waits longer than twice what it
   was asked to, and none is back too soon where the clock went back. */

#include "drive.h"
#include "scene.h"

#include <inttypes.h>
#include <stdlib.h>

#include "repeater.h"

#define ASKED_MS 2000u
#define OK       "200|Content-Length: 2;body ok"
#define DATE     "Sun, 06 Nov 1994 08:49:39 GMT" /* that much later */

static const uint64_t steady[] = {
  0,
  1,
  STAGE_START_MS - 500000,
  STAGE_START_MS + 500,
  STAGE_START_MS + 3600000,
  UINT64_MAX / 2,
  UINT64_MAX - 1000,
  UINT64_MAX - 1,
  UINT64_MAX,
};

static const int64_t wall[] = {INT64_MIN, -1, 0, STAGE_WALL_S, INT64_MAX};

/* "act" is where they jump. */
static const char *const first[] = {
  "act;503|Content-Length: 0|Retry-After: 2",
  "503|Content-Length: 0|Retry-After: 2;act",
  "503|Content-Length: 4|Retry-After: 2;act;body busy",
  "act;503|Content-Length: 0|Retry-After: " DATE,
  "503|Content-Length: 0|Retry-After: " DATE ";act",
  "503|Content-Length: 0|X-RateLimit-Reset: 2;act",
  "302|Location: /b|Content-Length: 0|Retry-After: 2;act",
  "act;301|Location: /b|Content-Length: 0|Expires: " DATE,
  "301|Location: /b|Content-Length: 0|Cache-Control: max-age=2;act",
  "act;end 7",
  "end 7;act",
};

enum { TIMEOUT = 1, WATCHED = 2, WAYS = 4 };

/* One that jumps. */
struct jump {
  struct scene *scene;
  uint64_t steady_ms;
  int64_t wall_s;
  bool is_back;
};

static void jump(void *user)
{
  struct jump *to = user;

  to->is_back = to->steady_ms < to->scene->stage.now_ms;
  stage_jump(&to->scene->stage, to->steady_ms, to->wall_s);
}

static struct scene *begin(struct jump *to, unsigned way)
{
  struct scene *scene = scene_new(NULL);

  *to = (struct jump){.scene = scene};
  scene->script.act = jump;
  scene->script.act_user = to;
  scene_trace(scene);
  if(way & WATCHED)
    scene_watch(scene);
  if(way & TIMEOUT)
    scene_set(scene, CURLOPT_TIMEOUT_MS, 10000L);
  return scene;
}

/* No span of time is less than nothing. */
static void assert_times(const struct scene *scene)
{
  static const char key[] = "\"curlew.at_ms\":";

  for(const char *at = strstr(scene->trace.data, key); at;
      at = strstr(at + 1, key))
    assert_true(strtoull(at + strlen(key), NULL, 10) <=
                UINT64_MAX - STAGE_START_MS);
}

static void check(struct jump *to, unsigned way, CURLcode result)
{
  struct scene *scene = to->scene;
  const uint64_t slept_ms = stage_slept(&scene->stage);
  const bool is_over = scene->script.played == scene->script.exchanges;

  if(result != CURLE_OPERATION_TIMEDOUT)
    assert_true(result == CURLE_OK || !is_over);
  assert_true(slept_ms <= 2 * ASKED_MS);
  if(is_over)
    assert_string_equal(scene->body.data, "ok");
  if(to->is_back) {
    assert_true(is_over || way & TIMEOUT || to->wall_s != STAGE_WALL_S);
    if(strstr(scene->script.exchange[0], "Retry-After: 2") && is_over)
      assert_true(slept_ms >= ASKED_MS);
  }
  assert_times(scene);
  scene->script.exchanges = scene->script.played;
}

static void between_two_looks_they_may_jump(void **state)
{
  (void)state;

  for(size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
    for(size_t s = 0; s < sizeof(steady) / sizeof(steady[0]); s++)
      for(size_t w = 0; w < sizeof(wall) / sizeof(wall[0]); w++)
        for(unsigned way = 0; way < WAYS; way++) {
          struct jump to;
          struct scene *scene = begin(&to, way);
          to.steady_ms = steady[s];
          to.wall_s = wall[w];
          scene_play(scene, first[i]);
          scene_play(scene, OK);
          check(&to, way, drive(scene->curl));
          scene_free(scene);
        }
}

/* A wait may end too soon then, but it ends. */
static void in_the_middle_of_a_wait_they_may_jump(void **state)
{
  (void)state;

  for(size_t s = 0; s < sizeof(steady) / sizeof(steady[0]); s++)
    for(unsigned way = 0; way < WAYS; way++) {
      struct jump to;
      struct scene *scene = begin(&to, way);
      to.steady_ms = steady[s];
      scene->stage.act = jump;
      scene->stage.act_user = &to;
      scene->stage.act_ms = 700;
      scene_play(scene, "503|Content-Length: 0|Retry-After: 2");
      scene_play(scene, OK);
      const CURLcode result = drive(scene->curl);
      assert_true(result == CURLE_OK ||
                  (result == CURLE_OPERATION_TIMEDOUT && way & TIMEOUT));
      assert_null(scene->stage.act);
      assert_times(scene);
      scene->script.exchanges = scene->script.played;
      scene_free(scene);
    }
}

/* What is remembered of before does not keep the next one from its end. */
static void the_next_operation_is_like_any_other(void **state)
{
  (void)state;

  for(size_t s = 0; s < sizeof(steady) / sizeof(steady[0]); s++) {
    struct jump to;
    struct scene *scene = begin(&to, 0);
    scene_play(scene, "301|Location: /b|Content-Length: 0|"
                      "Cache-Control: max-age=60");
    scene_play(scene, OK);
    assert_int_equal(scene_perform(scene), CURLE_OK);
    to.steady_ms = steady[s];
    to.wall_s = INT64_MIN;
    jump(&to);
    scene_mark(scene);
    scene_play(scene, OK);
    assert_int_equal(scene_perform(scene), CURLE_OK);
    assert_string_equal(scene->body.data, "ok");
    scene_free(scene);
  }
}

/* ---- what is bounded by a time ---- */

/* How often it is sent where each answer is that the server is busy. */
static unsigned sends(struct scene *scene)
{
  scene_mark(scene);
  for(unsigned i = 0; i < 8; i++)
    scene_play(scene, "503|Content-Length: 0");
  assert_int_equal(drive(scene->curl), CURLE_OK);
  return (unsigned)scene->script.played;
}

/* It is for ten minutes, not until a clock gets there again. */
static void what_was_given_up_is_not_so_for_ever(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);
  const uint64_t later_ms = STAGE_START_MS + 7200000;

  stage_jump(&scene->stage, later_ms, STAGE_WALL_S);
  assert_int_equal(sends(scene), 4);
  assert_int_equal(sends(scene), 1);
  stage_jump(&scene->stage, later_ms - 3600000, STAGE_WALL_S);
  assert_int_equal(sends(scene), 4);
  assert_int_equal(sends(scene), 1);
  stage_jump(&scene->stage, UINT64_MAX, STAGE_WALL_S);
  (void)sends(scene);
  scene_mark(scene);
  scene_free(scene);
}

/* A body that nobody wants is read for half a second at most. */
static void a_body_is_not_drained_for_ever(void **state)
{
  (void)state;
  struct jump to;
  struct scene *scene = begin(&to, 0);

  to.steady_ms = 1;
  to.wall_s = STAGE_WALL_S;
  scene_play(scene, "503|Content-Length: 9|Retry-After: 2;bytes 4;act;later;"
                    "pass 1;bytes 1;pass 600;bytes 4");
  scene_play(scene, OK);
  assert_int_equal(drive(scene->curl), CURLE_OK);
  assert_int_equal(scene->script.aborts, drive_is_multi() ? 0 : 1);
  assert_string_equal(scene->body.data, "ok");
  assert_in_range(stage_slept(&scene->stage), ASKED_MS, 2 * ASKED_MS);
  scene_free(scene);
}

/* Nor has anybody more time than there was. */
static void a_time_out_is_no_later(void **state)
{
  (void)state;
  struct jump to;
  struct scene *scene = begin(&to, TIMEOUT);

  to.steady_ms = 1;
  to.wall_s = STAGE_WALL_S;
  scene_play(scene, "503|Content-Length: 0|Retry-After: 2;act");
  scene_play(scene, OK);
  assert_int_equal(drive(scene->curl), CURLE_OK);
  assert_in_range(scene->script.request[1].timeout_ms, 1, 10000);
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(between_two_looks_they_may_jump),
    cmocka_unit_test(in_the_middle_of_a_wait_they_may_jump),
    cmocka_unit_test(the_next_operation_is_like_any_other),
    cmocka_unit_test(what_was_given_up_is_not_so_for_ever),
    cmocka_unit_test(a_body_is_not_drained_for_ever),
    cmocka_unit_test(a_time_out_is_no_later),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
