/* Scenarios of the blocking driver: the program has a loop of its own around
   each perform, which must not multiply with the policy's. */

#include "drive.h"
#include "scene.h"

#include <pthread.h>

#include "handle.h"
#include "policies.h"
#include "repeater.h"

#define OK   "200|Content-Length: 2;body ok"
#define BUSY "503|Content-Length: 0"

/* Performs with each exchange being |moves|; how often it was sent. */
static unsigned sends(struct scene *scene, const char *moves)
{
  scene_mark(scene);
  for(unsigned i = 0; i < 8; i++)
    scene_play(scene, moves);
  (void)drive(scene->curl);
  return (unsigned)scene->script.played;
}

static const char *end_of(struct scene *scene)
{
  return curlew_reason_name(curlew_easy_outcome(scene->curl)->reason);
}

/* The operation on SCENE_URL that uses up its allowance. */
static void give_up(struct scene *scene)
{
  scene_set(scene, CURLOPT_URL, SCENE_URL);
  assert_int_equal(sends(scene, BUSY), 4);
  assert_string_equal(end_of(scene), "attempts-exhausted");
}

/* All is as if nothing had been given up; ends in that state. */
static void be_done(struct scene *scene)
{
  stage_pass(&scene->stage, CW_ALLOWANCE_MS);
  scene_set(scene, CURLOPT_URL, SCENE_URL);
  assert_int_equal(sends(scene, OK), 1);
  assert_false(cw_allowance_is_watched(&cw_handle_find(scene->curl)->used));
  scene_free(scene);
}

static void the_programs_own_retries_are_one_attempt_each(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);

  give_up(scene);
  for(unsigned i = 0; i < 3; i++) {
    assert_int_equal(sends(scene, BUSY), 1);
    assert_sleeps(scene, "");
    assert_outcome(scene, "given-up-before 0 1/0 0\n"
                          "+0 GET http://a/ 503 0 first");
    assert_string_equal(scene->body.data, "");
  }
  be_done(scene);
}

static void errors_count_as_statuses_do(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);

  assert_int_equal(sends(scene, "end 7"), 4);
  assert_int_equal(sends(scene, "end 7"), 1);
  assert_string_equal(end_of(scene), "given-up-before");
  assert_int_equal(sends(scene, BUSY), 1);
  be_done(scene);
}

/* However it was given up: what was repeated has been. */
static void whatever_ended_the_repetition_it_is_not_begun_again(void **state)
{
  (void)state;
  static const struct {
    const char *settings;
    const char *last; /* of the exchanges */
    const char *reason;
  } rows[] = {
    {"limits.attempts=2", BUSY, "attempts-exhausted"},
    {"limits.waiting=1s", BUSY, "waiting-exhausted"},
    {"limits.deadline=1s", BUSY, "deadline"},
    {NULL, "503|Retry-After: 3600", "retry-after-over-cap"},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct scene *scene = scene_new_by(&repeater, rows[i].settings);
    scene_play(scene, BUSY);
    scene_play(scene, rows[i].last);
    assert_int_equal(scene_perform(scene), CURLE_OK);
    assert_string_equal(end_of(scene), rows[i].reason);
    assert_int_equal(sends(scene, BUSY), 1);
    assert_string_equal(end_of(scene), "given-up-before");
    be_done(scene);
  }
}

/* It has used nothing up, and may be all that the program wants to know. */
static void what_was_not_repeated_has_its_allowance(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);

  scene_set(scene, CURLOPT_URL, SCENE_URL);
  assert_int_equal(sends(scene, "503|Retry-After: 3600|Content-Length: 0"), 1);
  assert_int_equal(sends(scene, "404|Content-Length: 0"), 1);
  assert_int_equal(sends(scene, "send;end 23"), 1);
  assert_int_equal(sends(scene, BUSY), 4);
  be_done(scene);

  scene = scene_new_by(&repeater, "limits.attempts=1");
  scene_set(scene, CURLOPT_URL, SCENE_URL);
  assert_int_equal(sends(scene, BUSY), 1);
  assert_string_equal(end_of(scene), "attempts-exhausted");
  scene_set_policy(scene, policy_with(curlew_policy_builtin("default"),
                                      "backoff.jitter=none"));
  assert_int_equal(sends(scene, BUSY), 4);
  be_done(scene);
}

static void a_pass_gives_everything_back(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);

  give_up(scene);
  assert_int_equal(sends(scene, OK), 1);
  assert_string_equal(scene->body.data, "ok");
  assert_int_equal(sends(scene, BUSY), 4);
  assert_int_equal(sends(scene, BUSY), 1);

  /* a status that the policy fails is no better */
  assert_int_equal(sends(scene, "404|Content-Length: 0"), 1);
  assert_int_equal(sends(scene, BUSY), 1);
  be_done(scene);
}

static void it_is_forgotten_in_time(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);

  give_up(scene);
  stage_pass(&scene->stage, CW_ALLOWANCE_MS - 1);
  assert_int_equal(sends(scene, BUSY), 1);
  /* from the last time on */
  stage_pass(&scene->stage, CW_ALLOWANCE_MS - 1);
  assert_int_equal(sends(scene, BUSY), 1);
  stage_pass(&scene->stage, CW_ALLOWANCE_MS);
  assert_int_equal(sends(scene, BUSY), 4);
  be_done(scene);
}

static void a_new_handle_of_the_thread_is_known(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);

  give_up(scene);
  scene_renew(scene);
  assert_int_equal(sends(scene, BUSY), 1);
  CURL *copy = curlew_easy_duphandle(scene->curl);
  assert_non_null(copy);
  curlew_easy_cleanup(scene->curl);
  scene->curl = copy;
  assert_int_equal(sends(scene, BUSY), 1);
  curlew_easy_reset(scene->curl);
  scene_set_policy(scene, policy_with(curlew_policy_builtin("default"),
                                      "backoff.jitter=none"));
  scene_set(scene, CURLOPT_URL, SCENE_URL);
  assert_int_equal(sends(scene, BUSY), 1);
  be_done(scene);
}

static void another_request_is_not_affected(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);

  give_up(scene);
  scene_set(scene, CURLOPT_URL, "http://a/b");
  assert_int_equal(sends(scene, BUSY), 4);
  assert_int_equal(sends(scene, BUSY), 1);
  scene_set(scene, CURLOPT_URL, SCENE_URL);
  assert_int_equal(sends(scene, BUSY), 1);
  scene_set(scene, CURLOPT_NOBODY, 1L);
  assert_int_equal(sends(scene, BUSY), 4);
  scene_set(scene, CURLOPT_HTTPGET, 1L);
  scene_set(scene, CURLOPT_CUSTOMREQUEST, "PUT");
  assert_int_equal(sends(scene, BUSY), 4);
  scene_set(scene, CURLOPT_CUSTOMREQUEST, NULL);

  /* a pass of another gives nothing back */
  scene_set(scene, CURLOPT_URL, "http://a/b");
  assert_int_equal(sends(scene, OK), 1);
  scene_set(scene, CURLOPT_URL, SCENE_URL);
  assert_int_equal(sends(scene, BUSY), 1);
  be_done(scene);
}

/* A loop that is about many: who comes round again is known, but not for ever
   more of them. */
static void so_many_requests_are_remembered(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);
  char url[32];

  for(unsigned round = 0; round < 2; round++) {
    for(unsigned i = 0; i < CW_ALLOWANCE_MAX; i++) {
      snprintf(url, sizeof(url), "http://a/%u", i);
      scene_set(scene, CURLOPT_URL, url);
      assert_int_equal(sends(scene, BUSY), round ? 1 : 4);
    }
  }
  give_up(scene); /* takes the place of the first */
  scene_set(scene, CURLOPT_URL, "http://a/1");
  assert_int_equal(sends(scene, BUSY), 1);
  scene_set(scene, CURLOPT_URL, "http://a/0");
  assert_int_equal(sends(scene, BUSY), 4);
  be_done(scene);
}

struct elsewhere {
  struct scene *scene;
  unsigned sends;
};

static void *perform_elsewhere(void *user)
{
  struct elsewhere *elsewhere = user;
  elsewhere->sends = sends(elsewhere->scene, BUSY);
  return NULL;
}

/* The same in a new thread. */
static unsigned sends_elsewhere(struct scene *scene)
{
  struct elsewhere elsewhere = {.scene = scene, .sends = 0};
  pthread_t thread;

  assert_int_equal(
    pthread_create(&thread, NULL, perform_elsewhere, &elsewhere), 0);
  pthread_join(thread, NULL);
  return elsewhere.sends;
}

static void another_thread_is_affected_by_the_handle_alone(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);

  give_up(scene);
  assert_int_equal(sends_elsewhere(scene), 1);
  scene_renew(scene);
  assert_int_equal(sends_elsewhere(scene), 4);
  scene_renew(scene);
  assert_int_equal(sends(scene, BUSY), 1);
  be_done(scene);
}

static void a_library_handle_is_never_affected(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);

  give_up(scene);
  scene->standard = &cw_standard_library;
  scene_renew(scene);
  for(unsigned i = 0; i < 3; i++)
    assert_int_equal(sends(scene, BUSY), 4);
  assert_int_equal(sends(scene, OK), 1);

  /* nor does it give back */
  scene->standard = &repeater;
  scene_renew(scene);
  assert_int_equal(sends(scene, BUSY), 1);
  be_done(scene);
}

/* An operation that begins asleep would be woken by a 503, and not ask. */
static void the_usual_operation_is_woken_right(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);

  scene_set(scene, CURLOPT_URL, SCENE_URL);
  assert_int_equal(sends(scene, OK), 1);
  assert_int_equal(sends(scene, OK), 1);
  assert_int_equal(scene->stage.looks, 0); /* it sleeps now */
  assert_int_equal(sends(scene, BUSY), 4);
  assert_int_equal(sends(scene, BUSY), 1);
  assert_int_equal(sends(scene, OK), 1);
  assert_true(scene->stage.looks > 0); /* while anything is watched */
  assert_int_equal(sends(scene, OK), 1);
  assert_int_equal(scene->stage.looks, 0);
  assert_int_equal(sends(scene, BUSY), 4);

  /* where another handle of the thread has given up */
  scene_renew(scene);
  scene_set(scene, CURLOPT_URL, "http://a/b");
  assert_int_equal(sends(scene, OK), 1);
  assert_int_equal(sends(scene, OK), 1);
  assert_true(scene->stage.looks > 0);
  assert_int_equal(sends(scene, BUSY), 4);
  be_done(scene);
}

/* What the application set is asked for, not where it led. */
static void a_chain_is_known_by_its_beginning(void **state)
{
  (void)state;
  struct scene *scene = scene_new_by(&repeater, NULL);

  scene_set(scene, CURLOPT_URL, SCENE_URL);
  scene_mark(scene);
  scene_play(scene, "302|Location: http://b/|Content-Length: 0");
  for(unsigned i = 0; i < 4; i++)
    scene_play(scene, BUSY);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  scene_mark(scene);
  scene_play(scene, "302|Location: http://b/|Content-Length: 0");
  scene_play(scene, BUSY);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(end_of(scene), "given-up-before");
  scene_set(scene, CURLOPT_URL, "http://b/");
  assert_int_equal(sends(scene, BUSY), 4);
  be_done(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_programs_own_retries_are_one_attempt_each),
    cmocka_unit_test(errors_count_as_statuses_do),
    cmocka_unit_test(whatever_ended_the_repetition_it_is_not_begun_again),
    cmocka_unit_test(what_was_not_repeated_has_its_allowance),
    cmocka_unit_test(a_pass_gives_everything_back),
    cmocka_unit_test(it_is_forgotten_in_time),
    cmocka_unit_test(a_new_handle_of_the_thread_is_known),
    cmocka_unit_test(another_request_is_not_affected),
    cmocka_unit_test(so_many_requests_are_remembered),
    cmocka_unit_test(another_thread_is_affected_by_the_handle_alone),
    cmocka_unit_test(a_library_handle_is_never_affected),
    cmocka_unit_test(the_usual_operation_is_woken_right),
    cmocka_unit_test(a_chain_is_known_by_its_beginning),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
