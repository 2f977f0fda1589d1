/* Tests of a program that gets a signal every millisecond, and whose calls are
   interrupted by it: what waits does so to its end, and ends well. */

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop.h"

#define WAIT    "200" /* milliseconds */
#define WAIT_MS 200
#define SOON_MS 10000
#define FEW     3 /* signals; a busy machine may merge most of them */

static atomic_uint signals;

static void take_signal(int number)
{
  (void)number;
  atomic_fetch_add(&signals, 1);
}

static void ring_each_ms(long us)
{
  const struct itimerval timer = {
    .it_interval = {.tv_usec = us},
    .it_value = {.tv_usec = us},
  };

  assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

static void begin_storm(void)
{
  struct sigaction action = {.sa_handler = take_signal}; /* no SA_RESTART */

  (void)sigemptyset(&action.sa_mask);
  assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
  atomic_store(&signals, 0);
  ring_each_ms(1000);
}

static void end_storm(void)
{
  ring_each_ms(0);
  assert_true(atomic_load(&signals) >= FEW);
}

static const char *script(struct wire *wire, const char *name)
{
  return wire_url(
    wire, WIRE_PLAIN, wire_text(wire, "/script/%s", name),
    STEPS("503;retry-after-ms=" WAIT, "302;Location=?b", "200;body=fine"));
}

/* The server was not asked before it said. */
static void assert_waited(struct wire *wire, const char *name)
{
  assert_int_equal(wire_count(wire, name), 3);
  assert_true(wire_number(wire, name, 2, "at") -
                wire_number(wire, name, 1, "at") >=
              WAIT_MS);
}

static void a_blocking_wait_is_not_shortened(void **state)
{
  struct wire *wire = *state;

  for(long hides = 0; hides < 2; hides++) {
    const char *name = wire_text(wire, "interrupted-easy%ld", hides);
    const char *url = script(wire, name);
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curlew_easy_setopt(curl, CURLOPT_NOPROGRESS, hides);
    curlew_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, view_resume);
    curlew_easy_setopt(curl, CURLOPT_XFERINFODATA, &(struct view){.calls = 0});
    begin_storm();
    const struct answer answer = caller_perform(curl, url);
    end_storm();
    assert_int_equal(answer.result, CURLE_OK);
    assert_string_equal(answer.body, "fine");
    assert_waited(wire, name);
    curlew_easy_cleanup(curl);
  }
}

typedef CURLMcode(sleep_fn)(CURLM *multi, struct curl_waitfd extra[],
                            unsigned count, int timeout_ms, int *ready);

static CURLcode drive(CURLM *multi, sleep_fn *sleep_in)
{
  int running = 1;
  int left = 0;

  while(running) {
    assert_int_equal(curlew_multi_perform(multi, &running), CURLM_OK);
    if(running)
      assert_int_equal(sleep_in(multi, NULL, 0, LOOP_PATIENCE_MS, NULL),
                       CURLM_OK);
  }
  const CURLMsg *message = curlew_multi_info_read(multi, &left);
  assert_non_null(message);
  return message->data.result;
}

static void nor_is_one_in_a_multi_handle(void **state)
{
  static sleep_fn *const sleeps[] = {curlew_multi_poll, curlew_multi_wait};
  struct wire *wire = *state;

  for(size_t i = 0; i < 2; i++) {
    const char *name = wire_text(wire, "interrupted-multi%zu", i);
    CURL *curl = caller_new(wire, NULL);
    CURLM *multi = curlew_multi_init();
    struct answer answer = {.result = CURLE_OK};
    curlew_easy_setopt(curl, CURLOPT_URL, script(wire, name));
    curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, answer_take_body);
    curlew_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    assert_int_equal(curlew_multi_add_handle(multi, curl), CURLM_OK);
    begin_storm();
    const CURLcode result = drive(multi, sleeps[i]);
    end_storm();
    assert_int_equal(result, CURLE_OK);
    assert_string_equal(answer.body, "fine");
    assert_waited(wire, name);
    curlew_easy_cleanup(curl);
    assert_int_equal(curlew_multi_cleanup(multi), CURLM_OK);
  }
}

/* ---- another thread cancels ---- */

static void *cancel(void *curl)
{
  const struct timespec time = {.tv_nsec = 50000000};

  while(nanosleep(&time, NULL) && atomic_load(&signals) < FEW)
    ;
  (void)curlew_easy_cancel(curl);
  return NULL;
}

static void whoever_cancels_is_heard(void **state)
{
  struct wire *wire = *state;

  for(unsigned is_multi = 0; is_multi < 2; is_multi++) {
    const char *name = wire_text(wire, "interrupted-cancel%u", is_multi);
    CURL *curl = caller_new(wire, NULL);
    CURLM *multi = curlew_multi_init();
    pthread_t thread;
    curlew_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 0L);
    curlew_easy_setopt(curl, CURLOPT_URL,
                       wire_url(wire, WIRE_PLAIN,
                                wire_text(wire, "/script/%s", name),
                                STEPS("503;Retry-After=60")));
    if(is_multi)
      assert_int_equal(curlew_multi_add_handle(multi, curl), CURLM_OK);
    const int64_t start_ms = loop_now_ms();
    begin_storm();
    assert_int_equal(pthread_create(&thread, NULL, cancel, curl), 0);
    const CURLcode result =
      is_multi ? drive(multi, curlew_multi_poll) : curlew_easy_perform(curl);
    assert_int_equal(pthread_join(thread, NULL), 0);
    end_storm();
    assert_int_equal(result, CURLE_ABORTED_BY_CALLBACK);
    assert_true(loop_now_ms() - start_ms < SOON_MS);
    curlew_easy_cleanup(curl);
    assert_int_equal(curlew_multi_cleanup(multi), CURLM_OK);
  }
}

/* ---- a policy comes through a pipe ---- */

static void nap(void)
{
  struct timespec left = {.tv_nsec = 30000000};

  while(nanosleep(&left, &left))
    ;
}

/* In pieces, and not at once. */
static void *write_policy(void *path)
{
  static const char *const pieces[] = {"extends = default\n", "[limits]\n",
                                       "attempts = 7\n"};
  FILE *file = NULL;

  nap();
  while(!file)
    file = fopen(path, "w");
  for(size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
    nap();
    while(fputs(pieces[i], file) < 0 || fflush(file))
      clearerr(file);
  }
  (void)fclose(file);
  return NULL;
}

static void a_policy_is_read_to_its_end(void **state)
{
  char folder[] = "/tmp/curlew-interrupted-XXXXXX";
  char path[64];
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.text = ""};
  char *text = NULL;
  pthread_t thread;

  (void)state;
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof(path), "%s/policy", folder);
  assert_int_equal(mkfifo(path, 0600), 0);
  assert_int_equal(pthread_create(&thread, NULL, write_policy, path), 0);
  begin_storm();
  const CURLcode result = curlew_policy_load(path, &policy, &error);
  ring_each_ms(0);
  FILE *pipe = fopen(path, "r+"); /* who writes is to end in any case */
  assert_non_null(pipe);
  assert_int_equal(pthread_join(thread, NULL), 0);
  fclose(pipe);
  assert_true(unlink(path) == 0 && rmdir(folder) == 0);
  assert_string_equal(error.text, "");
  assert_int_equal(result, CURLE_OK);
  assert_int_equal(curlew_policy_dump(policy, &text), CURLE_OK);
  assert_non_null(strstr(text, "attempts = 7"));
  free(text);
  curlew_policy_unref(policy);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_blocking_wait_is_not_shortened),
    cmocka_unit_test(nor_is_one_in_a_multi_handle),
    cmocka_unit_test(whoever_cancels_is_heard),
    cmocka_unit_test(a_policy_is_read_to_its_end),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
