/* Unit tests of lib/client/share.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "hunger.h"
#include "instant.h"
#include "share.h"

static bool knows(struct curlew_share *share, const char *url)
{
  struct cw_text to = {.data = NULL};
  const bool is_known = cw_memory_get(cw_share_open(share, NULL), url, 0, &to);

  cw_share_close(share);
  cw_text_clear(&to);
  return is_known;
}

static void put(struct curlew_share *share, const char *from)
{
  cw_memory_put(cw_share_open(share, NULL), from, "http://b/", CW_FOREVER);
  cw_share_close(share);
}

static void it_lives_as_long_as_somebody_holds_it(void **state)
{
  (void)state;
  struct curlew_share *share = curlew_share_new();

  assert_non_null(share);
  assert_ptr_equal(curlew_share_ref(share), share);
  put(share, "http://a/");
  curlew_share_unref(share);
  assert_true(knows(share, "http://a/"));
  curlew_share_unref(share);
}

static void nothing_is_a_share_too(void **state)
{
  (void)state;
  struct cw_memory *own = cw_memory_new(1);

  assert_null(curlew_share_ref(NULL));
  curlew_share_unref(NULL);
  curlew_share_clear(NULL);
  assert_ptr_equal(cw_share_open(NULL, own), own);
  assert_null(cw_share_open(NULL, NULL));
  cw_share_close(NULL);
  cw_memory_free(own);
}

static void its_memory_stands_before_the_handles(void **state)
{
  (void)state;
  struct curlew_share *share = curlew_share_new();
  struct cw_memory *own = cw_memory_new(1);

  assert_ptr_not_equal(cw_share_open(share, own), own);
  cw_share_close(share);
  cw_memory_free(own);
  curlew_share_unref(share);
}

static void it_can_be_cleared(void **state)
{
  (void)state;
  struct curlew_share *share = curlew_share_new();

  put(share, "http://a/");
  curlew_share_clear(share);
  assert_false(knows(share, "http://a/"));
  put(share, "http://a/");
  assert_true(knows(share, "http://a/"));
  curlew_share_unref(share);
}

static void without_memory_there_is_none(void **state)
{
  (void)state;
  unsigned granted = 0;
  struct curlew_share *share = NULL;

  do {
    hunger_begin(granted++);
    share = curlew_share_new();
    assert_int_equal(hunger_end(), share == NULL);
  } while(!share);
  assert_true(granted > 1);
  curlew_share_unref(share);
}

/* ---- two threads ---- */

static void *use(void *user)
{
  struct curlew_share *share = curlew_share_ref(user);

  for(unsigned i = 0; i < 2000; i++) {
    char url[32];
    snprintf(url, sizeof(url), "http://a/%u", i % 50);
    put(share, url);
    (void)knows(share, url);
    if(i % 100 == 0)
      curlew_share_clear(share);
  }
  curlew_share_unref(share);
  return NULL;
}

static void threads_may_use_it_at_once(void **state)
{
  (void)state;
  struct curlew_share *share = curlew_share_new();
  pthread_t threads[4];

  for(size_t i = 0; i < 4; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, use, share), 0);
  for(size_t i = 0; i < 4; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
  put(share, "http://a/");
  assert_true(knows(share, "http://a/"));
  curlew_share_unref(share);
}

/* ---- two processes ---- */

#define FORKS    20
#define PATIENCE 4 /* seconds; a child that hangs is ended by SIGALRM */

static atomic_bool is_over;

/* Holds it for about half of the time. */
static void *go_on_using(void *user)
{
  const struct timespec a_while = {.tv_nsec = 50000};

  while(!atomic_load(&is_over)) {
    (void)cw_share_open(user, NULL);
    (void)nanosleep(&a_while, NULL);
    cw_share_close(user);
    (void)nanosleep(&a_while, NULL);
  }
  return NULL;
}

/* Whatever the other threads of its parent were at. */
static void a_child_finds_it_open(void **state)
{
  (void)state;
  struct curlew_share *share = curlew_share_new();
  struct curlew_share *gone = curlew_share_new();
  struct curlew_share *last = curlew_share_new();
  pthread_t thread;
  int status = 0;

  assert_true(share && gone && last);
  curlew_share_unref(gone);
  assert_int_equal(pthread_create(&thread, NULL, go_on_using, share), 0);
  for(unsigned i = 0; i < FORKS && !status; i++) {
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if(!pid) {
      (void)alarm(PATIENCE);
      curlew_share_clear(share);
      curlew_share_clear(last);
      _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
  }
  atomic_store(&is_over, true);
  assert_int_equal(pthread_join(thread, NULL), 0);
  curlew_share_unref(share);
  curlew_share_unref(last);
  assert_int_equal(status, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(it_lives_as_long_as_somebody_holds_it),
    cmocka_unit_test(nothing_is_a_share_too),
    cmocka_unit_test(its_memory_stands_before_the_handles),
    cmocka_unit_test(it_can_be_cleared),
    cmocka_unit_test(without_memory_there_is_none),
    cmocka_unit_test(threads_may_use_it_at_once),
    cmocka_unit_test(a_child_finds_it_open),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
