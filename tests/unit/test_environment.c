/* Unit tests of lib/client/environment.c. It is read once in a process, so each
   is tried in a process of its own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "environment.h"
#include "hunger.h"
#include "journal.h"
#include "policy.h"

/* A process with these variables; NULL: not set. */
struct trial {
  const char *policy;
  const char *set;
  const char *trace;
  void (*act)(FILE *out); /* writes down what it sees */

  int status;
  char out[1024];
  char err[1024];
};

static void set_variable(const char *name, const char *value)
{
  if(value ? setenv(name, value, 1) : unsetenv(name))
    _exit(3);
}

static void be_tried(const struct trial *trial, FILE *out, FILE *err)
{
  set_variable("CURLEW_POLICY", trial->policy);
  set_variable("CURLEW_SET", trial->set);
  set_variable("CURLEW_TRACE", trial->trace);
  if(dup2(fileno(err), STDERR_FILENO) < 0)
    _exit(3);
  trial->act(out);
  fflush(out);
  fflush(stderr);
  _exit(0);
}

static void read_all(FILE *file, char *text, size_t size)
{
  rewind(file);
  text[fread(text, 1, size - 1, file)] = '\0';
  fclose(file);
}

static void try(struct trial *trial)
{
  FILE *out = tmpfile();
  FILE *err = tmpfile();

  assert_true(out && err);
  const pid_t pid = fork();
  assert_true(pid >= 0);
  if(!pid)
    be_tried(trial, out, err);
  assert_int_equal(waitpid(pid, &trial->status, 0), pid);
  assert_int_equal(trial->status, 0);
  read_all(out, trial->out, sizeof(trial->out));
  read_all(err, trial->err, sizeof(trial->err));
}

#define assert_trial(trial, its_out, its_err)                                 \
  do {                                                                        \
    try(trial);                                                               \
    assert_string_equal((trial)->err, its_err);                               \
    assert_string_equal((trial)->out, its_out);                               \
  } while(0)

/* What tells the built-in policies apart, and what may be set. */
static void tell_policy(FILE *out)
{
  CURLcode failure = CURLE_OK;
  struct curlew_policy *policy = cw_environment()->policy(&failure);

  if(!policy) {
    fprintf(out, "failure %d\n", (int)failure);
    return;
  }
  const struct cw_rules *rules = cw_policy_rules(policy)->everywhere;
  fprintf(out, "attempts %u, waiting %u s%s\n", rules->limits.attempts,
          (unsigned)(rules->limits.waiting_ms / 1000),
          rules->inert ? ", inert" : "");
  curlew_policy_unref(policy);
}

static void tell_all(FILE *out)
{
  const struct cw_standard *standard = cw_environment();

  tell_policy(out);
  fprintf(out, "%s, %s\n", standard->trace ? "traced" : "not traced",
          standard->may_repeat ? "may repeat" : "may not repeat");
}

static void without_variables_it_is_the_drop_ins_own(void **state)
{
  (void)state;
  const char *expected = "attempts 4, waiting 60 s\nnot traced, may repeat\n";
  struct trial unset = {.act = tell_all};
  struct trial empty = {.policy = "", .set = "", .trace = "", .act = tell_all};

  assert_trial(&unset, expected, "");
  assert_trial(&empty, expected, "");
}

static void a_policy_is_named(void **state)
{
  (void)state;
  struct trial named = {.policy = "default", .act = tell_policy};
  struct trial none = {.policy = "none", .act = tell_policy};

  assert_trial(&named, "attempts 4, waiting 120 s\n", "");
  try(&none);
  assert_non_null(strstr(none.out, "inert"));
  assert_string_equal(none.err, "");
}

static void settings_stand_over_the_policy(void **state)
{
  (void)state;
  struct trial alone = {.set = "limits.attempts=6", .act = tell_policy};
  struct trial both = {.policy = "default",
                       .set = "limits.attempts=2; limits.waiting=5s",
                       .act = tell_policy};

  assert_trial(&alone, "attempts 6, waiting 60 s\n", "");
  assert_trial(&both, "attempts 2, waiting 5 s\n", "");
}

/* A file in a folder of its own, "./own.ini" from there. */
struct place {
  char folder[32];
  char path[64];
};

static struct place place_new(const char *text)
{
  struct place place = {.folder = "/tmp/curlew-XXXXXX"};

  assert_non_null(mkdtemp(place.folder));
  snprintf(place.path, sizeof(place.path), "%s/own.ini", place.folder);
  FILE *file = fopen(place.path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
  assert_int_equal(chdir(place.folder), 0);
  return place;
}

static void place_free(const struct place *place)
{
  assert_int_equal(chdir("/"), 0);
  assert_int_equal(unlink(place->path), 0);
  assert_int_equal(rmdir(place->folder), 0);
}

static void a_policy_may_be_a_file(void **state)
{
  (void)state;
  const struct place place =
    place_new("extends = default\n[limits]\nattempts = 3\n");
  struct trial absolute = {.policy = place.path, .act = tell_policy};
  struct trial relative = {
    .policy = "./own.ini", .set = "limits.waiting=7s", .act = tell_policy};
  struct trial bare = {.policy = "own.ini", .act = tell_policy};

  assert_trial(&absolute, "attempts 3, waiting 120 s\n", "");
  assert_trial(&relative, "attempts 3, waiting 7 s\n", "");
  assert_trial(&bare, "attempts 3, waiting 120 s\n", "");
  place_free(&place);
}

/* One line that says where, what and what is allowed; no half-read policy. */
static void a_mistake_is_told_in_one_line(void **state)
{
  (void)state;
  const struct place place =
    place_new("extends = default\n\n[status]\n409 = retri\n");
  struct {
    struct trial trial;
    const char *err;
  } rows[] = {
    {{.policy = "nothing"},
     "curlew: CURLEW_POLICY: there is no policy \"nothing\"; allowed: curl, "
     "default, dropin, integration, none, patient, or a file: ./my, my.ini\n"},
    {{.policy = "./own.ini"},
     "curlew: ./own.ini:4: unknown action \"retri\"; allowed: pass, fail, "
     "retry\n"},
    {{.set = "limits.attempts"}, NULL},
    {{.set = "limits.attempts=none; limits.waiting=5s"}, NULL},
    {{.policy = "/nowhere/own.ini"}, NULL},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct trial *trial = &rows[i].trial;
    trial->act = tell_policy;
    try(trial);
    assert_string_equal(trial->out, "failure 2\n");
    assert_memory_equal(trial->err, "curlew: ", 8);
    assert_ptr_equal(strchr(trial->err, '\n'),
                     trial->err + strlen(trial->err) - 1);
    if(rows[i].err)
      assert_string_equal(trial->err, rows[i].err);
  }
  place_free(&place);
}

static void a_trace_that_cannot_be_written_is_told(void **state)
{
  (void)state;
  struct trial trial = {.trace = "/nowhere/trace", .act = tell_all};
  struct trial named = {.trace = "stderr", .act = tell_all};

  assert_trial(&trial, "attempts 4, waiting 60 s\nnot traced, may repeat\n",
               "curlew: CURLEW_TRACE: cannot append to /nowhere/trace: No "
               "such file or directory\n");
  assert_trial(&named, "attempts 4, waiting 60 s\ntraced, may repeat\n", "");
}

static void change_and_tell(FILE *out)
{
  tell_all(out);
  set_variable("CURLEW_POLICY", "nothing");
  set_variable("CURLEW_SET", "limits.attempts=9");
  set_variable("CURLEW_TRACE", "stderr");
  tell_all(out);
}

static void it_is_read_once(void **state)
{
  (void)state;
  struct trial good = {.set = "limits.attempts=5", .act = change_and_tell};
  struct trial bad = {.policy = "bad", .act = change_and_tell};

  assert_trial(&good,
               "attempts 5, waiting 60 s\nnot traced, may repeat\n"
               "attempts 5, waiting 60 s\nnot traced, may repeat\n",
               "");
  try(&bad);
  assert_string_equal(bad.out, "failure 2\nnot traced, may repeat\n"
                               "failure 2\nnot traced, may repeat\n");
  assert_ptr_equal(strchr(bad.err, '\n'), bad.err + strlen(bad.err) - 1);
}

/* Whichever allocation fails: there is no memory, which is no mistake, and the
   next call finds all that there is. */
static void starve_and_tell(FILE *out)
{
  unsigned granted = 0;
  CURLcode failure = CURLE_OK;
  struct curlew_policy *policy = NULL;

  for(; !policy && granted < 5000; granted++) {
    hunger_begin(granted);
    policy = cw_environment()->policy(&failure);
    (void)hunger_end();
    if(!policy && failure != CURLE_OUT_OF_MEMORY)
      fprintf(out, "failure %d\n", (int)failure);
  }
  fprintf(out, "%s\n", granted > 10 ? "late" : "at once");
  curlew_policy_unref(policy);
  tell_all(out);
}

static void without_memory_the_next_call_tries_again(void **state)
{
  (void)state;
  struct trial trial = {.policy = "default",
                        .set = "limits.attempts=5",
                        .trace = "/dev/null",
                        .act = starve_and_tell};

  assert_trial(&trial, "late\nattempts 5, waiting 120 s\ntraced, may repeat\n",
               "");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(without_variables_it_is_the_drop_ins_own),
    cmocka_unit_test(a_policy_is_named),
    cmocka_unit_test(settings_stand_over_the_policy),
    cmocka_unit_test(a_policy_may_be_a_file),
    cmocka_unit_test(a_mistake_is_told_in_one_line),
    cmocka_unit_test(a_trace_that_cannot_be_written_is_told),
    cmocka_unit_test(it_is_read_once),
    cmocka_unit_test(without_memory_the_next_call_tries_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
