/* Unit tests of lib/client/journal.c: a trace into a pipe, or to stderr. */

#include "desk.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

static void make_fifo(const struct desk *desk)
{
  assert_int_equal(mkfifo(desk->path, 0600), 0);
}

static int open_reader(const struct desk *desk)
{
  const int reader = open(desk->path, O_RDONLY | O_NONBLOCK);

  assert_true(reader >= 0);
  return reader;
}

static void assert_line_in(int reader, const char *part)
{
  char line[4096];
  const ssize_t length = read(reader, line, sizeof(line) - 1);

  assert_true(length > 0);
  line[length] = '\0';
  assert_true(json_is_line(line, "\n"));
  assert_non_null(strstr(line, part));
}

/* Does the program still get the signal for what it does itself? */
static bool is_loud(void)
{
  sigset_t mask;
  sigset_t pending;

  return !pthread_sigmask(SIG_SETMASK, NULL, &mask) && !sigpending(&pending) &&
         !sigismember(&mask, SIGPIPE) && !sigismember(&pending, SIGPIPE);
}

static void open_and_write(struct desk *desk)
{
  if(cw_journal_open(&desk->journal, desk->path) || errno != ENXIO)
    _exit(1);
}

static void a_pipe_that_nobody_reads_is_not_waited_for(void **state)
{
  struct desk *desk = *state;

  make_fifo(desk);
  assert_int_equal(status_of(open_and_write, desk), 0);
}

static void write_one(struct desk *desk)
{
  write_url(desk, "http://nobody/");
  if(!is_loud())
    _exit(1);
}

static void a_reader_may_come_and_go(void **state)
{
  struct desk *desk = *state;

  make_fifo(desk);
  int reader = open_reader(desk);
  open_journal(desk);
  write_url(desk, "http://a/");
  assert_line_in(reader, "http://a/");
  close(reader);
  assert_int_equal(status_of(write_one, desk), 0);
  reader = open_reader(desk);
  write_url(desk, "http://b/");
  assert_line_in(reader, "http://b/");
  close(reader);
}

static void write_many(struct desk *desk)
{
  for(unsigned i = 0; i < 5000; i++)
    write_url(desk, "http://a/");
}

static void a_reader_that_sleeps_is_not_waited_for(void **state)
{
  struct desk *desk = *state;

  make_fifo(desk);
  const int reader = open_reader(desk);
  open_journal(desk);
  assert_int_equal(status_of(write_many, desk), 0);
  close(reader);
}

/* ---- stderr ---- */

static int stderr_pipe[2];

static void write_to_stderr(struct desk *desk)
{
  if(dup2(stderr_pipe[1], STDERR_FILENO) < 0 || close(stderr_pipe[0]) ||
     close(stderr_pipe[1]) || !cw_journal_open(&desk->journal, "stderr"))
    _exit(1);
  write_one(desk);
}

static void stderr_is_a_name(void **state)
{
  struct desk *desk = *state;

  assert_int_equal(pipe(stderr_pipe), 0);
  assert_int_equal(status_of(write_to_stderr, desk), 0);
  assert_line_in(stderr_pipe[0], "http://nobody/");
  close(stderr_pipe[0]);
  close(stderr_pipe[1]);
}

static void write_to_nobody(struct desk *desk)
{
  if(close(stderr_pipe[0]) || dup2(stderr_pipe[1], STDERR_FILENO) < 0 ||
     !cw_journal_open(&desk->journal, "stderr"))
    _exit(1);
  for(unsigned i = 0; i < 3; i++)
    write_one(desk);
  (void)close(STDERR_FILENO);
  write_one(desk);
}

static void nobody_dies_of_a_stderr_that_nobody_reads(void **state)
{
  struct desk *desk = *state;

  assert_int_equal(pipe(stderr_pipe), 0);
  close(stderr_pipe[0]);
  stderr_pipe[0] = open("/dev/null", O_RDONLY); /* for the child to close */
  assert_int_equal(status_of(write_to_nobody, desk), 0);
  close(stderr_pipe[0]);
  close(stderr_pipe[1]);
}

/* A signal of the program's own, which waits, is not ours to take. */
static void write_with_a_signal_waiting(struct desk *desk)
{
  sigset_t set;

  (void)sigemptyset(&set);
  (void)sigaddset(&set, SIGPIPE);
  (void)sigprocmask(SIG_BLOCK, &set, NULL);
  (void)raise(SIGPIPE);
  if(dup2(stderr_pipe[1], STDERR_FILENO) < 0 ||
     !cw_journal_open(&desk->journal, "stderr"))
    _exit(1);
  write_url(desk, "http://nobody/");
  if(sigpending(&set) || !sigismember(&set, SIGPIPE))
    _exit(1);
}

static void a_signal_of_the_programs_own_goes_on_waiting(void **state)
{
  struct desk *desk = *state;

  assert_int_equal(pipe(stderr_pipe), 0);
  close(stderr_pipe[0]);
  assert_int_equal(status_of(write_with_a_signal_waiting, desk), 0);
  close(stderr_pipe[1]);
}

#define TEST(name)                                                            \
  cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(a_pipe_that_nobody_reads_is_not_waited_for),
    TEST(a_reader_may_come_and_go),
    TEST(a_reader_that_sleeps_is_not_waited_for),
    TEST(stderr_is_a_name),
    TEST(nobody_dies_of_a_stderr_that_nobody_reads),
    TEST(a_signal_of_the_programs_own_goes_on_waiting),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
