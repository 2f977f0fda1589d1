/* Tests of traces that cannot be written, or not to their end: the program does
   not notice, and what is there is whole lines. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "dropin.h"
#include "json.h"

#define LINES_MAX 64

static char path[] = "/tmp/curlew-lost-XXXXXX";
static char variable[64]; /* of the environment, with that path */

static int setup(void **state)
{
  const int fd = mkstemp(path);

  if(fd < 0 || close(fd))
    return -1;
  snprintf(variable, sizeof(variable), "CURLEW_TRACE=%s", path);
  return wire_setup(state);
}

static int teardown(void **state)
{
  (void)unlink(path);
  return wire_teardown(state);
}

/* The trace as lines; the last one may be cut. */
struct trace {
  char text[65536];
  char *line[LINES_MAX];
  unsigned count;
};

static void read_trace(struct trace *trace)
{
  FILE *file = fopen(path, "r");

  assert_non_null(file);
  trace->text[fread(trace->text, 1, sizeof(trace->text) - 1, file)] = '\0';
  fclose(file);
  trace->count = 0;
  for(char *at = trace->text; *at; trace->count++) {
    assert_true(trace->count < LINES_MAX);
    trace->line[trace->count] = at;
    at += strcspn(at, "\n");
    if(*at)
      *at++ = '\0';
  }
}

static void empty_trace(void)
{
  assert_int_equal(truncate(path, 0), 0);
}

/* Each way a client has, which is retried and says nothing on stderr. */
static void expect_retried(struct wire *wire, const char *trace,
                           const char *err)
{
  struct process process = {
    .program = PROGRAM("client"),
    .env = LIST(NO_WAITS, trace),
    .preload = DROPIN,
  };

  process.args = LIST(dropin_url(wire), dropin_url(wire));
  process_expect(&process, "OpenSSL " RETRIED "OpenSSL " RETRIED, err);
  process.args = LIST("-m", dropin_url(wire));
  process_expect(&process, "OpenSSL " RETRIED, err);
}

static void a_full_disk_is_not_noticed(void **state)
{
  expect_retried(*state, "CURLEW_TRACE=/dev/full", NULL);
}

/* Runs it where no file may be longer than |most| bytes; nothing may be printed
   here meanwhile. */
static void run_limited(struct process *process, rlim_t most)
{
  struct rlimit before;

  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit limit = {.rlim_cur = most, .rlim_max = before.rlim_max};
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
  process_run(process);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
}

/* As a full disk, but for the signal, which ends who does not expect it. */
static void a_file_that_may_not_grow_is_not_noticed(void **state)
{
  struct trace trace;
  struct process process = {
    .program = PROGRAM("client"),
    .args = LIST(dropin_url(*state), dropin_url(*state)),
    .env = LIST(NO_WAITS, variable),
    .preload = DROPIN,
  };

  empty_trace();
  run_limited(&process, 700);
  assert_int_equal(process.status, 0);
  assert_string_equal(process.err, "");
  assert_string_equal(process.out, "OpenSSL " RETRIED "OpenSSL " RETRIED);
  read_trace(&trace);
  assert_in_range(trace.count, 2, 5);
  for(unsigned i = 0; i + 1 < trace.count; i++)
    assert_true(json_is_line(trace.line[i], ""));
}

/* One line says so, once for each process. */
static void a_pipe_that_nobody_reads_is_told(void **state)
{
  static char fifo[sizeof(variable) + 8];

  snprintf(fifo, sizeof(fifo), "%s.fifo", variable);
  const char *name = strchr(fifo, '=') + 1;
  assert_int_equal(mkfifo(name, 0600), 0);
  expect_retried(*state, fifo, "curlew: CURLEW_TRACE: cannot append to ");
  assert_int_equal(unlink(name), 0);
}

/* ---- processes that fork ---- */

static long process_of(const char *line)
{
  const char *at = strstr(line, "\"process.pid\":");

  assert_non_null(at);
  return strtol(at + strlen("\"process.pid\":"), NULL, 10);
}

/* Each line is of the process that wrote it, and none is written twice. */
static void a_child_traces_as_itself(void **state)
{
  struct trace trace;
  unsigned others = 0;
  struct process process = {
    .program = PROGRAM("forker"),
    .args = LIST("2", dropin_url(*state), dropin_url(*state)),
    .env = LIST(NO_WAITS, variable),
    .preload = DROPIN,
  };

  empty_trace();
  process_expect(&process, "all children performed\n", NULL);
  read_trace(&trace);
  assert_true(trace.count >= 12);
  for(unsigned i = 0; i < trace.count; i++) {
    assert_true(json_is_line(trace.line[i], ""));
    others += process_of(trace.line[i]) != process_of(trace.line[0]);
    for(unsigned j = 0; j < i; j++)
      assert_string_not_equal(trace.line[i], trace.line[j]);
  }
  assert_int_equal(others, trace.count / 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_full_disk_is_not_noticed),
    cmocka_unit_test(a_file_that_may_not_grow_is_not_noticed),
    cmocka_unit_test(a_pipe_that_nobody_reads_is_told),
    cmocka_unit_test(a_child_traces_as_itself),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
