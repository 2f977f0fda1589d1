/* Unit tests of lib/client/journal.c: lines, and files that do not take them.
   (Pipes: test_journal_pipe.c. Processes that append at once: tests/dropin.) */

#include "desk.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>

#include "hunger.h"

static void each_event_is_a_line(void **state)
{
  struct desk *desk = *state;
  char own[64];

  open_journal(desk);
  write_url(desk, "http://a/");
  write_url(desk, "http://b/\"\\\n\xff");
  write_url(desk, "http://c/");
  assert_lines(desk, 3);
  snprintf(own, sizeof(own), "\",\"process.pid\":%ld,\"curlew.event\":\"att",
           (long)getpid());
  assert_non_null(strstr(desk->line[0], own));
  assert_non_null(strstr(desk->line[2], "\"url.full\":\"http://c/\""));
}

static uint64_t wall_ms; /* what the world says it is */

__attribute__((used)) uint64_t __wrap_cw_world_wall_ms(void);
uint64_t __wrap_cw_world_wall_ms(void)
{
  return wall_ms;
}

static void it_begins_with_the_time(void **state)
{
  struct desk *desk = *state;

  open_journal(desk);
  for(unsigned day = 0; day < 150000; day += day % 3 ? 1 : 911) {
    const time_t seconds = (time_t)day * 86400 + day % 86400;
    struct tm utc;
    char expected[64];

    wall_ms = (uint64_t)seconds * 1000 + day % 1000;
    assert_non_null(gmtime_r(&seconds, &utc));
    const size_t length = strftime(expected, sizeof(expected),
                                   "{\"timestamp\":\"%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(expected + length, sizeof(expected) - length, ".%03uZ\",",
             day % 1000);
    assert_int_equal(truncate(desk->path, 0), 0);
    write_url(desk, "http://a/");
    assert_lines(desk, 1);
    assert_memory_equal(desk->line[0], expected, strlen(expected));
  }
}

/* Lengths around that up to which no memory is taken, and far beyond. */
static void a_long_line_is_whole(void **state)
{
  static char url[20001];
  struct desk *desk = *state;
  unsigned count = 0;

  memset(url, 'x', sizeof(url) - 1);
  for(size_t length = 600; length <= 1200; length++) {
    url[length] = '\0';
    (void)unlink(desk->path);
    free(desk->journal.path);
    open_journal(desk);
    write_url(desk, url);
    url[length] = 'x';
    assert_lines(desk, 1);
    count += strlen(desk->line[0]) > 1024;
  }
  assert_true(count > 100 && count < 500);
  write_url(desk, url);
  assert_lines(desk, 2);
  assert_non_null(strstr(desk->line[1], url));
}

static void without_memory_only_long_lines_are_lost(void **state)
{
  static char url[3001];
  struct desk *desk = *state;

  memset(url, 'x', sizeof(url) - 1);
  open_journal(desk);
  hunger_begin(0);
  write_url(desk, "http://a/");
  assert_false(hunger_end());
  hunger_begin(0);
  write_url(desk, url);
  assert_true(hunger_end());
  write_url(desk, "http://b/");
  assert_lines(desk, 2);
}

static void without_memory_it_is_not_opened(void **state)
{
  struct desk *desk = *state;
  struct cw_journal journal = {.path = NULL};

  hunger_begin(0);
  assert_false(cw_journal_open(&journal, desk->path));
  assert_int_equal(errno, ENOMEM);
  assert_true(hunger_end());
  hunger_begin(0);
  assert_false(cw_journal_open(&journal, "curlew-trace"));
  assert_int_equal(errno, ENOMEM);
  assert_true(hunger_end());
  assert_null(journal.path);
  hunger_begin(0);
  assert_true(cw_journal_open(&journal, "stderr"));
  assert_false(hunger_end());
}

static void a_relative_path_stays_right(void **state)
{
  struct desk *desk = *state;

  assert_int_equal(chdir(desk->folder), 0);
  assert_true(cw_journal_open(&desk->journal, "trace"));
  write_url(desk, "http://a/");
  assert_int_equal(chdir("/"), 0);
  write_url(desk, "http://b/");
  assert_lines(desk, 2);
}

static void what_cannot_be_written_is_not_opened(void **state)
{
  struct desk *desk = *state;
  static const struct {
    const char *path;
    int cause;
  } rows[] = {
    {"/nowhere/trace", ENOENT},
    {"/tmp", EISDIR},
    {"/dev/null/trace", ENOTDIR},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    assert_false(cw_journal_open(&desk->journal, rows[i].path));
    assert_int_equal(errno, rows[i].cause);
    assert_null(desk->journal.path);
  }
}

static void close_all(struct desk *desk)
{
  write_url(desk, "http://a/");
  for(int fd = 0; fd < 64; fd++)
    (void)close(fd);
  write_url(desk, "http://b/");
  /* what the program opens now is its own */
  const int own = open("/dev/null", O_RDWR);
  write_url(desk, "http://c/");
  if(own != 0 || fcntl(own, F_GETFD) < 0)
    _exit(1);
}

static void a_program_may_close_what_it_does_not_know(void **state)
{
  struct desk *desk = *state;

  open_journal(desk);
  assert_int_equal(status_of(close_all, desk), 0);
  assert_lines(desk, 3);
}

static void fill_up(struct desk *desk)
{
  struct rlimit limit = {.rlim_cur = 330, .rlim_max = RLIM_INFINITY};

  write_url(desk, "http://a/"); /* takes some 220 bytes */
  if(setrlimit(RLIMIT_FSIZE, &limit))
    _exit(1);
  write_url(desk, "http://cut/");
  write_url(desk, "http://lost/");
  write_url(desk, "http://lost/");
  limit.rlim_cur = RLIM_INFINITY;
  if(setrlimit(RLIMIT_FSIZE, &limit))
    _exit(1);
  write_url(desk, "http://b/");
  write_url(desk, "http://c/");
}

/* Nor does the signal of a file that may not grow end the program. */
static void after_a_line_that_was_cut_the_next_begins_anew(void **state)
{
  struct desk *desk = *state;

  open_journal(desk);
  assert_int_equal(status_of(fill_up, desk), 0);
  read_lines(desk);
  assert_int_equal(desk->count, 4);
  for(unsigned i = 0; i < 4; i++)
    assert_int_equal(json_is_line(desk->line[i], ""), i != 1);
  assert_non_null(strstr(desk->line[2], "http://b/"));
  assert_non_null(strstr(desk->line[3], "http://c/"));
}

static void a_full_disk_does_no_harm(void **state)
{
  struct desk *desk = *state;

  assert_true(cw_journal_open(&desk->journal, "/dev/full"));
  write_url(desk, "http://a/");
  write_url(desk, "http://a/");
}

#define TEST(name)                                                            \
  cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(each_event_is_a_line),
    TEST(it_begins_with_the_time),
    TEST(a_long_line_is_whole),
    TEST(without_memory_only_long_lines_are_lost),
    TEST(without_memory_it_is_not_opened),
    TEST(a_relative_path_stays_right),
    TEST(what_cannot_be_written_is_not_opened),
    TEST(a_program_may_close_what_it_does_not_know),
    TEST(after_a_line_that_was_cut_the_next_begins_anew),
    TEST(a_full_disk_does_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
