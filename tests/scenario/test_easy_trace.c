/* Scenarios of the blocking driver: what the trace tells, line by line, as the
   files golden/<name>.trace have it. With UPDATE_GOLDEN set they are written
   anew. */

#include "scene.h"

#include <stdio.h>
#include <stdlib.h>

#define GOLDEN_MAX 8192

static void assert_golden(const char *name, const char *text)
{
  char path[512];
  char expected[GOLDEN_MAX];

  snprintf(path, sizeof(path), GOLDEN "/%s.trace", name);
  const bool is_update = getenv("UPDATE_GOLDEN") != NULL;
  FILE *file = fopen(path, is_update ? "w" : "r");
  assert_non_null(file);
  if(is_update)
    fputs(text, file);
  else {
    const size_t length = fread(expected, 1, sizeof(expected) - 1, file);
    expected[length] = '\0';
    assert_string_equal(text, expected);
  }
  fclose(file);
}

/* The trace of an operation, with URLs that have secrets in them. */
static struct scene *traced_scene(const char *settings)
{
  struct scene *scene = scene_new(settings);

  scene_set(scene, CURLOPT_URL, "http://user:secret@a/x?token=secret#secret");
  scene_set(scene, CURLOPT_USERPWD, "user:secret");
  scene_trace(scene);
  return scene;
}

static void finish(struct scene *scene, const char *name, CURLcode expected)
{
  assert_int_equal(scene_perform(scene), expected);
  assert_null(strstr(scene->trace.data, "secret"));
  assert_golden(name, scene->trace.data);
  scene_free(scene);
}

static void a_503_that_recovers(void **state)
{
  (void)state;
  struct scene *scene = traced_scene(NULL);

  scene_play(scene, "send;pass 20;503|Retry-After: 2|Content-Length: 0");
  scene_play(scene, "send;pass 30;200|Content-Length: 2;body ok");
  finish(scene, "recovered", CURLE_OK);
}

static void a_chain_of_redirects(void **state)
{
  (void)state;
  struct scene *scene = traced_scene(NULL);

  scene_post(scene, "a=b");
  scene_play(scene, "send;pass 5;"
                    "301|Location: http://secret:secret@b/y?z=secret|"
                    "Content-Length: 0");
  scene_play(scene, "send;pass 5;503|Content-Length: 0");
  scene_play(scene, "send;pass 5;307|Location: /end|Content-Length: 0");
  scene_play(scene, "send;pass 5;404|Content-Length: 0");
  finish(scene, "redirects", CURLE_OK);
}

static void a_deadline(void **state)
{
  (void)state;
  struct scene *scene = traced_scene("limits.deadline=2s");

  scene_play(scene, "end 7");
  scene_play(scene, "send;pass 700;503|Retry-After: 1|Content-Length: 0");
  finish(scene, "deadline", CURLE_OK);
}

static void attempts_that_are_used_up(void **state)
{
  (void)state;
  struct scene *scene = traced_scene("limits.attempts=2");

  scene_play(scene, "send;pass 10;end 56");
  scene_play(scene, "pass 10;end 6");
  finish(scene, "exhausted", CURLE_COULDNT_RESOLVE_HOST);
}

static void cancel(void *user)
{
  assert_int_equal(curlew_easy_cancel(user), CURLE_OK);
}

static void an_operation_that_is_cancelled(void **state)
{
  (void)state;
  struct scene *scene = traced_scene(NULL);

  scene->stage.act = cancel;
  scene->stage.act_user = scene->curl;
  scene->stage.act_ms = 1234;
  scene_play(scene, "429|Retry-After: 60|Content-Length: 0");
  finish(scene, "cancelled", CURLE_ABORTED_BY_CALLBACK);
}

static void a_remembered_target_that_failed(void **state)
{
  (void)state;
  struct scene *scene = traced_scene(NULL);

  scene_play(scene, "308|Location: http://b/|Content-Length: 0");
  scene_play(scene, "200");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  scene_mark(scene);
  scene_play(scene, "end 7");
  scene_play(scene, "200");
  finish(scene, "forgotten", CURLE_OK);
}

/* The numbers of the operations as their events have them, "1 1 1 2 2". */
static void take_number(const struct curlew_event *event, void *user)
{
  char *told = user;
  static uint64_t before; /* the first of the test */

  if(!*told)
    before = event->operation - 1;
  snprintf(told + strlen(told), 64 - strlen(told), "%u ",
           (unsigned)(event->operation - before));
}

static void get(struct scene *scene, const char *moves)
{
  scene_play(scene, moves);
  assert_int_equal(scene_perform(scene), CURLE_OK);
}

static void each_operation_has_its_number(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);
  char told[64] = "";

  curlew_easy_set_trace(scene->curl, take_number, told);
  scene_play(scene, "408|Content-Length: 0");
  get(scene, "200"); /* attempt, answer, wait, attempt, answer, end */
  get(scene, "200");
  curlew_easy_set_trace(scene->curl, NULL, NULL);
  get(scene, "200"); /* this one nobody counts */
  get(scene, "200");
  scene_renew(scene);
  curlew_easy_set_trace(scene->curl, take_number, told);
  get(scene, "200");
  assert_string_equal(told, "1 1 1 1 1 1 2 2 2 3 3 3 ");
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_503_that_recovers),
    cmocka_unit_test(a_chain_of_redirects),
    cmocka_unit_test(a_deadline),
    cmocka_unit_test(attempts_that_are_used_up),
    cmocka_unit_test(an_operation_that_is_cancelled),
    cmocka_unit_test(a_remembered_target_that_failed),
    cmocka_unit_test(each_operation_has_its_number),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
