/* Tests of processes that fork in between: before an operation, in the middle
   of a wait, with a share, in a multi handle. Parent and child each go on by
   themselves.

   No connection is kept over a fork: libcurl would use it in both. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop.h"

#define PATIENCE 20 /* seconds; a child that hangs is ended by SIGALRM */
#define LONG     "503;close;Retry-After=120"

/* An exit status of a child. */
enum { WELL = 40, ILL };

static void assert_child(pid_t pid, int expected)
{
  int status = 0;

  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), expected);
}

/* 0 in the child, which must leave by _exit(). */
static pid_t fork_now(void)
{
  const pid_t pid = fork();

  assert_true(pid >= 0);
  if(!pid)
    (void)alarm(PATIENCE);
  return pid;
}

/* ---- in the middle of a wait ---- */

/* What a callback does that forks. */
struct forker {
  pid_t pid; /* -1: not yet; 0: this is the child */
  CURL *curl;
  bool cancels; /* in the child */
};

static void take_event(const struct curlew_event *event, void *user)
{
  struct forker *forker = user;

  if(event->kind != CURLEW_EVENT_WAIT || forker->pid >= 0)
    return;
  forker->pid = fork_now();
  if(!forker->pid && forker->cancels)
    (void)curlew_easy_cancel(forker->curl);
}

static bool is_fine(const struct answer *answer)
{
  return !answer->result && answer->status == 200 &&
         !strcmp(answer->body, "fine");
}

static const char *script(struct wire *wire, const char *name,
                          const char *const *steps)
{
  return wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", name),
                  steps);
}

static CURL *forking(struct wire *wire, struct forker *forker, const char *set)
{
  CURL *curl = caller_new(wire, set);

  *forker = (struct forker){.pid = -1, .curl = curl};
  assert_int_equal(curlew_easy_set_trace(curl, take_event, forker), CURLE_OK);
  return curl;
}

static void both_go_on_after_a_wait(void **state)
{
  struct wire *wire = *state;
  struct forker forker;
  CURL *curl = forking(wire, &forker, NULL);
  const struct answer answer = caller_perform(
    curl, script(wire, "fork-wait",
                 STEPS("503;close;retry-after-ms=50", "200;close;body=fine",
                       "200;close;body=fine")));

  if(!forker.pid)
    _exit(is_fine(&answer) ? WELL : ILL);
  assert_child(forker.pid, WELL);
  assert_true(is_fine(&answer));
  assert_int_equal(wire_count(wire, "fork-wait"), 3);
  curlew_easy_cleanup(curl);
}

/* What rings in one of them is not heard in the other. */
static void cancelling_in_the_child_is_the_childs_affair(void **state)
{
  struct wire *wire = *state;
  struct forker forker;
  CURL *curl = forking(wire, &forker, NULL);

  forker.cancels = true;
  const struct answer answer = caller_perform(
    curl, script(wire, "fork-cancel",
                 STEPS("503;close;retry-after-ms=200", "200;body=fine")));
  if(!forker.pid)
    _exit(answer.result == CURLE_ABORTED_BY_CALLBACK ? WELL : ILL);
  assert_child(forker.pid, WELL);
  assert_true(is_fine(&answer));
  curlew_easy_cleanup(curl);
}

/* Chance is not copied: they do not come back at one time. */
static void chance_is_another_in_the_child(void **state)
{
  struct wire *wire = *state;
  struct forker forker;
  CURL *curl = forking(wire, &forker, "methods.idempotency-key=auto");

  forker.pid = 0; /* not in a callback */
  assert_int_equal(curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b"),
                   CURLE_OK);
  const char *url =
    script(wire, "fork-chance", STEPS("200;close;body=fine", "200;close"));
  const pid_t pid = fork_now();
  if(pid)
    assert_child(pid, WELL);
  const struct answer answer = caller_perform(curl, url);
  if(!pid)
    _exit(is_fine(&answer) ? WELL : ILL);
  const char *first = wire_text(
    wire, "%s", wire_header(wire, "fork-chance", 1, "Idempotency-Key"));
  const char *second = wire_header(wire, "fork-chance", 2, "Idempotency-Key");
  assert_true(first && second && strlen(second) > 30);
  assert_string_not_equal(first, second);
  curlew_easy_cleanup(curl);
}

/* ---- with a share ---- */

static void what_the_child_remembers_the_parent_does_not(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  struct curlew_share *share = curlew_share_new();
  const char *url =
    script(wire, "fork-share",
           STEPS("301;close;Location=?moved", "200;close;body=fine",
                 "200;close;body=fine", "301;close;Location=?moved",
                 "200;close;body=fine"));

  assert_int_equal(curlew_easy_set_share(curl, share), CURLE_OK);
  const pid_t pid = fork_now();
  if(!pid) {
    const struct answer first = caller_perform(curl, url);
    const struct answer second = caller_again(curl);
    _exit(is_fine(&first) && is_fine(&second) ? WELL : ILL);
  }
  assert_child(pid, WELL);
  assert_int_equal(wire_count(wire, "fork-share"), 3);
  const struct answer answer = caller_perform(curl, url);
  assert_true(is_fine(&answer));
  assert_int_equal(wire_count(wire, "fork-share"), 5);
  curlew_easy_cleanup(curl);
  curlew_share_unref(share);
}

/* ---- in a multi handle ---- */

struct crossing {
  struct loop loop;
  CURL *curl;
  struct forker forker;
  struct answer answer;
};

static void begin_crossing(struct wire *wire, struct crossing *crossing,
                           enum loop_style style, const char *const *steps)
{
  static unsigned n;

  memset(crossing, 0, sizeof(*crossing));
  crossing->curl = forking(wire, &crossing->forker, NULL);
  curlew_easy_setopt(
    crossing->curl, CURLOPT_URL,
    script(wire, wire_text(wire, "fork-multi%u", n++), steps));
  curlew_easy_setopt(crossing->curl, CURLOPT_WRITEFUNCTION, answer_take_body);
  curlew_easy_setopt(crossing->curl, CURLOPT_WRITEDATA, &crossing->answer);
  loop_open(&crossing->loop, &multi_curlew, style);
  assert_int_equal(
    curlew_multi_add_handle(crossing->loop.multi, crossing->curl), CURLM_OK);
}

static bool end_crossing(struct crossing *crossing)
{
  struct answer *answer = &crossing->answer;

  answer->result = loop_end(&crossing->loop, crossing->curl);
  curlew_easy_getinfo(crossing->curl, CURLINFO_RESPONSE_CODE, &answer->status);
  return is_fine(answer);
}

static void leave(struct crossing *crossing)
{
  curlew_easy_cleanup(crossing->curl);
  loop_close(&crossing->loop);
}

/* A timer is due in both, whose loops sleep each by itself. */
static void both_drive_what_waits(void **state)
{
  struct wire *wire = *state;
  static const enum loop_style styles[] = {LOOP_POLL, LOOP_SELECT};

  for(size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
    struct crossing crossing;
    begin_crossing(wire, &crossing, styles[i],
                   STEPS("503;close;retry-after-ms=50", "200;close;body=fine",
                         "200;close;body=fine"));
    const bool is = end_crossing(&crossing);
    if(!crossing.forker.pid) {
      leave(&crossing);
      _exit(is ? WELL : ILL);
    }
    assert_child(crossing.forker.pid, WELL);
    assert_true(is);
    leave(&crossing);
  }
}

/* It may clean up what it has no use for: the parent's is its own. */
static void the_child_may_clean_up_what_its_parent_waits_for(void **state)
{
  struct wire *wire = *state;
  struct crossing crossing;

  begin_crossing(wire, &crossing, LOOP_POLL,
                 STEPS("503;close;retry-after-ms=50", "200;body=fine"));
  do
    loop_turn(&crossing.loop);
  while(crossing.forker.pid < 0);
  if(!crossing.forker.pid) {
    leave(&crossing);
    _exit(WELL);
  }
  assert_child(crossing.forker.pid, WELL);
  assert_true(end_crossing(&crossing));
  leave(&crossing);
}

static void a_long_wait_ends_where_it_is_cancelled(void **state)
{
  struct wire *wire = *state;
  struct crossing crossing;

  begin_crossing(wire, &crossing, LOOP_POLL,
                 STEPS(LONG, "200;body=fine", "200;body=fine"));
  curlew_easy_setopt(crossing.curl, CURLOPT_TIMEOUT_MS, 0L);
  crossing.forker.cancels = true;
  do
    loop_turn(&crossing.loop);
  while(crossing.forker.pid < 0);
  if(!crossing.forker.pid) {
    const CURLcode result = loop_end(&crossing.loop, crossing.curl);
    _exit(result == CURLE_ABORTED_BY_CALLBACK ? WELL : ILL);
  }
  assert_child(crossing.forker.pid, WELL);
  int left = 0;
  loop_turn(&crossing.loop); /* it may have been woken; no more */
  assert_null(curlew_multi_info_read(crossing.loop.multi, &left));
  assert_int_equal(crossing.loop.running, 1);
  leave(&crossing);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(both_go_on_after_a_wait),
    cmocka_unit_test(cancelling_in_the_child_is_the_childs_affair),
    cmocka_unit_test(chance_is_another_in_the_child),
    cmocka_unit_test(what_the_child_remembers_the_parent_does_not),
    cmocka_unit_test(both_drive_what_waits),
    cmocka_unit_test(the_child_may_clean_up_what_its_parent_waits_for),
    cmocka_unit_test(a_long_wait_ends_where_it_is_cancelled),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
