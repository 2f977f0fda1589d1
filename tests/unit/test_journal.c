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

/* ---- processes ---- */

static void write_as_a_child(struct desk *desk)
{
  write_url(desk, "http://child/");
}

static long process_of(const char *line)
{
  static const char key[] = "\"process.pid\":";
  const char *at = strstr(line, key);

  assert_non_null(at);
  return strtol(at + strlen(key), NULL, 10);
}

static void a_child_writes_as_itself(void **state)
{
  struct desk *desk = *state;

  open_journal(desk);
  write_url(desk, "http://a/");
  assert_int_equal(status_of(write_as_a_child, desk), 0);
  write_url(desk, "http://b/");
  assert_lines(desk, 3);
  assert_int_equal(process_of(desk->line[0]), getpid());
  assert_int_not_equal(process_of(desk->line[1]), getpid());
  assert_int_equal(process_of(desk->line[2]), getpid());
}

/* ---- a write() that does less than it should ---- */

ssize_t __real_write(int fd, const void *data, size_t length);
__attribute__((used)) ssize_t __wrap_write(int fd, const void *data,
                                           size_t length);

static struct {
  unsigned interrupted; /* so many calls are */
  size_t short_by; /* by so much is the next one short, as on a full disk */
} odd;

ssize_t __wrap_write(int fd, const void *data, size_t length)
{
  const size_t short_by = odd.short_by < length ? odd.short_by : length;

  if(odd.interrupted) {
    odd.interrupted--;
    errno = EINTR;
    return -1;
  }
  odd.short_by = 0;
  return __real_write(fd, data, length - short_by);
}

static void a_signal_in_between_loses_no_line(void **state)
{
  struct desk *desk = *state;

  open_journal(desk);
  odd.interrupted = 3;
  write_url(desk, "http://a/");
  assert_int_equal(odd.interrupted, 0);
  write_url(desk, "http://b/");
  assert_lines(desk, 2);
}

/* Wherever a line is cut, also at its very end: those after it are whole. */
static void wherever_a_line_is_cut_the_next_is_whole(void **state)
{
  struct desk *desk = *state;
  bool is_cut = true;

  open_journal(desk);
  for(size_t by = 1; is_cut; by++) {
    assert_int_equal(truncate(desk->path, 0), 0);
    odd.short_by = by;
    write_url(desk, "http://a/");
    write_url(desk, "http://b/");
    write_url(desk, "http://c/");
    read_lines(desk);
    const unsigned whole = desk->count - 2;
    assert_in_range(whole, 0, 1);
    assert_true(json_is_line(desk->line[whole], ""));
    assert_true(json_is_line(desk->line[whole + 1], ""));
    assert_non_null(strstr(desk->line[whole], "http://b/"));
    is_cut = whole;
    assert_true(by < 400);
  }
}

/* Who rotates traces moves the file away; and the folder may be gone. */
static void a_file_may_vanish(void **state)
{
  struct desk *desk = *state;
  char away[sizeof(desk->folder) + 8];

  snprintf(away, sizeof(away), "%s.away", desk->folder);
  open_journal(desk);
  write_url(desk, "http://a/");
  assert_int_equal(unlink(desk->path), 0);
  write_url(desk, "http://b/");
  assert_lines(desk, 1);
  assert_int_equal(rename(desk->folder, away), 0);
  write_url(desk, "http://lost/");
  assert_int_equal(rename(away, desk->folder), 0);
  write_url(desk, "http://c/");
  assert_lines(desk, 2);
  assert_non_null(strstr(desk->line[1], "http://c/"));
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
    TEST(a_child_writes_as_itself),
    TEST(a_signal_in_between_loses_no_line),
    TEST(wherever_a_line_is_cut_the_next_is_whole),
    TEST(a_file_may_vanish),
    TEST(a_full_disk_does_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
