/* Tests of what threads may share: a policy, what is remembered, and the right
   to cancel. They say the most under ThreadSanitizer. */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "caller.h"
#include "wire.h"

#define THREADS 4
#define ROUNDS 12

/* All threads use the same; what a thread finds wrong is told when it is over,
   since cmocka knows one thread only. */
struct scene {
  struct curlew_share *share;
  struct curlew_policy *policy;
  const char *ca;
  const char *moved; /* to where all is well */
  const char *busy;  /* 503 now and then */
  const char *fine;
  atomic_uint wrong;
};

static void expect(struct scene *scene, bool is_right)
{
  if(!is_right)
    atomic_fetch_add(&scene->wrong, 1);
}

static size_t forget_body(char *data, size_t size, size_t count, void *user)
{
  (void)data;
  (void)user;
  return size * count;
}

static CURL *handle_new(const struct scene *scene)
{
  CURL *curl = curlew_easy_init();
  if(!curl)
    return NULL;
  curlew_easy_setopt(curl, CURLOPT_CAINFO, scene->ca);
  curlew_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, forget_body);
  curlew_easy_set_policy(curl, scene->policy);
  curlew_easy_set_share(curl, scene->share);
  return curl;
}

static void get(struct scene *scene, CURL *curl, const char *url)
{
  long status = 0;

  curlew_easy_setopt(curl, CURLOPT_URL, url);
  expect(scene, curlew_easy_perform(curl) == CURLE_OK);
  curlew_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  expect(scene, status == 200);
  const struct curlew_outcome *outcome = curlew_easy_outcome(curl);
  expect(scene, outcome && outcome->result == CURLE_OK);
}

static void *perform_all(void *user)
{
  struct scene *scene = user;
  CURL *curl = handle_new(scene);

  for(unsigned i = 0; curl && i < ROUNDS; i++) {
    get(scene, curl, scene->moved);
    get(scene, curl, scene->busy);
    get(scene, curl, scene->fine);
    if(i % 5 == 4)
      curlew_share_clear(scene->share);
  }
  expect(scene, curl != NULL);
  curlew_easy_cleanup(curl);
  return NULL;
}

static struct scene scene_new(struct wire *wire)
{
  const char *steps[2 * THREADS * ROUNDS + 1];
  const size_t count = sizeof(steps) / sizeof(steps[0]) - 1;

  /* never two in a row, and one in three: no operation runs out of attempts */
  for(size_t i = 0; i < count; i++)
    steps[i] = i % 8 ? "200" : "503";
  steps[count] = NULL;
  return (struct scene){
    .share = curlew_share_new(),
    .policy = caller_policy(wire, "limits.attempts=100"),
    .ca = wire->ca,
    .moved = wire_url(wire, WIRE_PLAIN, "/script/moved",
                      STEPS("301;Location=/script/target")),
    .busy = wire_url(wire, WIRE_TLS, "/script/busy", steps),
    .fine = wire_url(wire, WIRE_PLAIN_B, "/script/fine", STEPS("200")),
  };
}

static void scene_free(struct scene *scene)
{
  curlew_share_unref(scene->share);
  curlew_policy_unref(scene->policy);
}

static void threads_share_what_is_remembered(void **state)
{
  struct wire *wire = *state;
  struct scene scene = scene_new(wire);
  pthread_t threads[THREADS];

  for(unsigned i = 0; i < THREADS; i++)
    assert_int_equal(
      pthread_create(&threads[i], NULL, perform_all, &scene), 0);
  for(unsigned i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);

  assert_int_equal(atomic_load(&scene.wrong), 0);
  assert_true(wire_count(wire, "moved") < THREADS * ROUNDS);
  assert_int_equal(wire_count(wire, "target"), THREADS * ROUNDS);
  assert_int_equal(wire_count(wire, "fine"), THREADS * ROUNDS);
  assert_true(wire_count(wire, "busy") > THREADS * ROUNDS);
  scene_free(&scene);
}

/* A handle that another thread cancels until it is told to stop. */
struct victim {
  CURL *curl;
  atomic_bool is_over;
};

static void rest(long ms)
{
  const struct timespec time = {.tv_sec = 0, .tv_nsec = ms * 1000000};
  nanosleep(&time, NULL);
}

static void *cancel_again_and_again(void *user)
{
  struct victim *victim = user;

  while(!atomic_load(&victim->is_over)) {
    curlew_easy_cancel(victim->curl);
    rest(2);
  }
  return NULL;
}

static long ms_since(const struct timespec *start)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - start->tv_sec) * 1000 +
         (now.tv_nsec - start->tv_nsec) / 1000000;
}

static int show_nothing(void *user, curl_off_t total, curl_off_t now,
                        curl_off_t up_total, curl_off_t up)
{
  (void)user;
  (void)total;
  (void)now;
  (void)up_total;
  (void)up;
  return 0;
}

/* In a wait, in a body, and, where libcurl tells of its progress, anywhere: it
   is over long before the server would have it. */
static void any_thread_may_cancel(void **state)
{
  static const struct {
    const char *step;
    long no_progress;
  } slow[] = {
    {"503;Retry-After=60", 1}, {"302;Location=?b;Retry-After=60", 1},
    {"200;size=2000;drip=1:30", 1}, {"200;delay=60000", 0},
    {"200;size=30;stall", 0}, {"hang", 0},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++) {
    struct victim victim = {.curl = caller_new(wire, NULL)};
    struct timespec start;
    pthread_t thread;

    curlew_easy_setopt(victim.curl, CURLOPT_NOSIGNAL, 1L);
    curlew_easy_setopt(victim.curl, CURLOPT_TIMEOUT_MS, 0L);
    curlew_easy_setopt(victim.curl, CURLOPT_NOPROGRESS, slow[i].no_progress);
    curlew_easy_setopt(victim.curl, CURLOPT_XFERINFOFUNCTION, show_nothing);
    assert_int_equal(
      pthread_create(&thread, NULL, cancel_again_and_again, &victim), 0);
    clock_gettime(CLOCK_MONOTONIC, &start);
    const struct answer answer = caller_perform(
      victim.curl, wire_url(wire, WIRE_PLAIN,
                            wire_text(wire, "/script/slow%zu", i),
                            STEPS(slow[i].step)));
    const long took_ms = ms_since(&start);
    atomic_store(&victim.is_over, true);
    pthread_join(thread, NULL);

    assert_int_equal(answer.result, CURLE_ABORTED_BY_CALLBACK);
    assert_string_equal(caller_end(victim.curl), "cancelled");
    assert_true(took_ms < 3000);
    curlew_easy_cleanup(victim.curl);
  }
}

/* Takes and gives references while others do. */
static void *juggle(void *user)
{
  struct scene *scene = user;

  for(unsigned i = 0; i < 2000; i++) {
    struct curlew_policy *policy = curlew_policy_ref(scene->policy);
    struct curlew_share *share = curlew_share_ref(scene->share);
    CURL *curl = i % 50 ? NULL : handle_new(scene);
    struct curlew_policy *builtin =
      i % 20 ? NULL : curlew_policy_builtin("default");

    expect(scene, policy == scene->policy && share == scene->share);
    curlew_easy_cleanup(curl);
    curlew_policy_unref(builtin);
    curlew_share_unref(share);
    curlew_policy_unref(policy);
  }
  return NULL;
}

static void references_are_counted_across_threads(void **state)
{
  struct wire *wire = *state;
  struct scene scene = scene_new(wire);
  pthread_t threads[THREADS];

  for(unsigned i = 0; i < THREADS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, juggle, &scene), 0);
  for(unsigned i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  assert_int_equal(atomic_load(&scene.wrong), 0);
  scene_free(&scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(threads_share_what_is_remembered),
    cmocka_unit_test(any_thread_may_cancel),
    cmocka_unit_test(references_are_counted_across_threads),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
