/* Tests of threads under the drop-in, which this program is linked to ahead of
   libcurl. They say the most under ThreadSanitizer. */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "dropin.h"

#define THREADS 8
#define ROUNDS  5

/* What a thread finds wrong is told when it is over, since cmocka knows one
   thread only. */
struct scene {
  const char *url; /* 503 and 200 in turn */
  CURL *curl[THREADS];
  pthread_barrier_t barrier;
  atomic_uint wrong;
};

struct part {
  struct scene *scene;
  unsigned number;
};

static size_t forget_body(char *data, size_t size, size_t count, void *user)
{
  (void)data;
  (void)user;
  return size * count;
}

static CURL *handle_new(const char *url)
{
  CURL *curl = curl_easy_init();

  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, forget_body);
  return curl;
}

static void get(struct scene *scene, CURL *curl)
{
  long status = 0;
  const CURLcode result = curl_easy_perform(curl);

  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if(result || status != 200)
    atomic_fetch_add(&scene->wrong, 1);
}

/* Handles of its own. */
static void *use_own(void *user)
{
  const struct part *part = user;

  for(unsigned i = 0; i < ROUNDS; i++) {
    CURL *curl = handle_new(part->scene->url);
    get(part->scene, curl);
    CURL *copy = curl_easy_duphandle(curl);
    curl_easy_cleanup(curl);
    get(part->scene, copy);
    curl_easy_cleanup(copy);
  }
  return NULL;
}

/* Each handle goes from thread to thread, and is in one at a time. */
static void *use_each(void *user)
{
  const struct part *part = user;
  struct scene *scene = part->scene;

  for(unsigned i = 0; i < THREADS; i++) {
    const unsigned mine = (part->number + i) % THREADS;
    get(scene, scene->curl[mine]);
    if(i % 3 == 2) {
      curl_easy_cleanup(scene->curl[mine]);
      scene->curl[mine] = handle_new(scene->url);
    }
    pthread_barrier_wait(&scene->barrier);
  }
  return NULL;
}

/* A multi handle of its own, while others perform without. */
static void use_multi(struct scene *scene)
{
  CURLM *multi = curl_multi_init();
  CURL *curl = handle_new(scene->url);
  long status = 0;
  int running = 1;

  curl_multi_add_handle(multi, curl);
  while(running && !curl_multi_perform(multi, &running))
    if(running && curl_multi_poll(multi, NULL, 0, 1000, NULL))
      break;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if(running || status != 200)
    atomic_fetch_add(&scene->wrong, 1);
  curl_multi_remove_handle(multi, curl);
  curl_multi_cleanup(multi);
  curl_easy_cleanup(curl);
}

static void *use_either(void *user)
{
  const struct part *part = user;

  for(unsigned i = 0; i < ROUNDS; i++) {
    if((part->number + i) % 2)
      use_multi(part->scene);
    else
      get(part->scene, part->scene->curl[part->number]);
  }
  return NULL;
}

static void run(struct wire *wire, const char *key, void *(*act)(void *user))
{
  struct scene scene = {
    .url = wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s?again", key),
                    STEPS("503", "200", "200")),
  };
  struct part part[THREADS];
  pthread_t threads[THREADS];

  pthread_barrier_init(&scene.barrier, NULL, THREADS);
  for(unsigned i = 0; i < THREADS; i++)
    scene.curl[i] = handle_new(scene.url);
  for(unsigned i = 0; i < THREADS; i++) {
    part[i] = (struct part){&scene, i};
    assert_int_equal(pthread_create(&threads[i], NULL, act, &part[i]), 0);
  }
  for(unsigned i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  for(unsigned i = 0; i < THREADS; i++)
    curl_easy_cleanup(scene.curl[i]);
  pthread_barrier_destroy(&scene.barrier);
  assert_int_equal(atomic_load(&scene.wrong), 0);
}

static void threads_have_handles_of_their_own(void **state)
{
  run(*state, "own", use_own);
  assert_true(wire_count(*state, "own") > 2 * THREADS * ROUNDS);
}

static void a_handle_may_go_from_thread_to_thread(void **state)
{
  run(*state, "each", use_each);
  assert_true(wire_count(*state, "each") > THREADS * THREADS);
}

static void some_may_have_multi_handles(void **state)
{
  run(*state, "either", use_either);
  assert_true(wire_count(*state, "either") > THREADS * ROUNDS);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(threads_have_handles_of_their_own),
    cmocka_unit_test(a_handle_may_go_from_thread_to_thread),
    cmocka_unit_test(some_may_have_multi_handles),
  };
  setenv("CURLEW_SET",
         "backoff.base=0ms; backoff.jitter=none; limits.attempts=100", 1);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
