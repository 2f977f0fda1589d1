/* desk.h - a trace file in a folder of its own, for tests of the journal. */
#ifndef DESK_H
#define DESK_H

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

#include "journal.h"
#include "json.h"

#define LINES_MAX 16
#define PATH_SIZE 64

/* A folder of its own for each test, and a journal in it. */
struct desk {
  char folder[32];
  char path[PATH_SIZE];
  struct cw_journal journal;
  char text[65536]; /* what the file holds */
  char *line[LINES_MAX];
  unsigned count;
};

static inline int desk_setup(void **state)
{
  static struct desk desk;

  desk = (struct desk){.folder = "/tmp/curlew-XXXXXX"};
  if(!mkdtemp(desk.folder))
    return -1;
  snprintf(desk.path, sizeof(desk.path), "%s/trace", desk.folder);
  *state = &desk;
  return 0;
}

static inline int desk_teardown(void **state)
{
  struct desk *desk = *state;

  free(desk->journal.path);
  (void)unlink(desk->path);
  return chdir("/") || rmdir(desk->folder);
}

static inline void open_journal(struct desk *desk)
{
  assert_true(cw_journal_open(&desk->journal, desk->path));
}

static inline void write_url(struct desk *desk, const char *url)
{
  const struct curlew_event event = {
    .kind = CURLEW_EVENT_ATTEMPT,
    .operation = 1,
    .attempt = 1,
    .method = "GET",
    .url = url,
    .reason = CURLEW_REASON_FIRST,
  };

  cw_journal_write(&event, &desk->journal);
}

/* Reads the file, line by line; what is no whole line counts too. */
static inline void read_lines(struct desk *desk)
{
  FILE *file = fopen(desk->path, "r");

  assert_non_null(file);
  const size_t length = fread(desk->text, 1, sizeof(desk->text) - 1, file);
  fclose(file);
  desk->text[length] = '\0';
  desk->count = 0;
  char *next = desk->text;
  while(*next) {
    assert_true(desk->count < LINES_MAX);
    desk->line[desk->count++] = next;
    char *end = strchr(next, '\n');
    if(!end)
      break;
    *end = '\0';
    next = end + 1;
  }
}

static inline void assert_lines(struct desk *desk, unsigned count)
{
  read_lines(desk);
  assert_int_equal(desk->count, count);
  for(unsigned i = 0; i < count; i++)
    assert_true(json_is_line(desk->line[i], ""));
}

/* How a process ended that did |act|; 0: well. */
static inline int status_of(void (*act)(struct desk *desk), struct desk *desk)
{
  int status = 0;
  const pid_t pid = fork();

  assert_true(pid >= 0);
  if(!pid) {
    alarm(10);
    act(desk);
    _exit(0);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return status;
}

#endif
