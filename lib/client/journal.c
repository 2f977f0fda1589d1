#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

#define USUAL_LINE 1024 /* bytes; a longer one takes memory */
#define PREFIX_MAX 96

/* The file is opened for each line. Between two of them the program may close
   what it does not know, or give the number to another file, which must not be
   written into. */
static int open_it(const char *path)
{
  return open(path,
              O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY |
                O_NONBLOCK, /* of a pipe that nobody reads */
              0666);
}

/* The program may change its directory. */
static char *absolute(const char *path)
{
  char folder[4096];
  char *text = NULL;

  if(path[0] == '/')
    return strdup(path);
  if(!getcwd(folder, sizeof(folder)))
    return NULL;
  const size_t size = strlen(folder) + strlen(path) + 2;
  text = malloc(size);
  if(text)
    (void)snprintf(text, size, "%s/%s", folder, path);
  return text;
}

bool cw_journal_open(struct cw_journal *journal, const char *where)
{
  journal->path = NULL;
  if(!strcmp(where, "stderr"))
    return true;
  journal->path = absolute(where);
  const int fd = journal->path ? open_it(journal->path) : -1;
  if(fd < 0) {
    const int cause = errno;
    free(journal->path);
    journal->path = NULL;
    errno = cause;
    return false;
  }
  (void)close(fd);
  return true;
}

/* Takes a signal back that was not waiting before. */
static void take_back(int number, const sigset_t *before)
{
  const struct timespec at_once = {0, 0};
  sigset_t set;

  if(sigismember(before, number))
    return;
  (void)sigemptyset(&set);
  (void)sigaddset(&set, number);
  (void)sigtimedwait(&set, NULL, &at_once);
}

/* write() without the signal that a pipe without a reader sends, or a file that
   may not grow: it is not for us to end the program. */
static ssize_t write_quietly(int fd, const char *line, size_t length)
{
  sigset_t loud;
  sigset_t mask;
  sigset_t pending;
  ssize_t written = 0;

  (void)sigemptyset(&loud);
  (void)sigaddset(&loud, SIGPIPE);
  (void)sigaddset(&loud, SIGXFSZ);
  (void)sigemptyset(&pending);
  (void)sigpending(&pending);
  (void)pthread_sigmask(SIG_BLOCK, &loud, &mask);
  do
    written = write(fd, line, length);
  while(written < 0 && errno == EINTR);
  if(written < 0 && errno == EPIPE)
    take_back(SIGPIPE, &pending);
  else if(written < 0 && errno == EFBIG)
    take_back(SIGXFSZ, &pending);
  (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
  return written;
}

/* Appends the line in one piece, so that those of others do not mix with it.
   Where the disk was full in the middle of one, the next begins anew. |line|
   has room for that before it. */
static void append(int fd, char *line, size_t length)
{
  static atomic_bool was_cut;
  const size_t more = atomic_load(&was_cut) ? 1 : 0;

  line[-1] = '\n';
  const ssize_t written = write_quietly(fd, line - more, length + more);
  if(written >= 0)
    atomic_store(&was_cut,
                 (size_t)written < length + more && (size_t)written > more);
}

struct date {
  unsigned year;
  unsigned month; /* 1 to 12 */
  unsigned day;
};

/* Not gmtime_r(), which takes memory, and a lock that the child of a fork may
   find closed. Years begin in March here, so that leap days end them. */
static struct date date_of(uint64_t days_since_1970)
{
  const uint64_t days = days_since_1970 + 719468;    /* since 1 March 0 */
  const unsigned of_era = (unsigned)(days % 146097); /* of 400 years */
  const unsigned year =
    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
  const unsigned month = (5 * of_year + 2) / 153; /* 0: March */

  return (struct date){
    .year = (unsigned)(days / 146097) * 400 + year + (month >= 10),
    .month = month < 10 ? month + 3 : month - 9,
    .day = of_year - (153 * month + 2) / 5 + 1,
  };
}

/* What stands before the event's own keys: when, and who. */
static size_t write_prefix(char *text, size_t size)
{
  const uint64_t wall_ms = cw_world_wall_ms();
  const unsigned of_day = (unsigned)(wall_ms / 1000 % 86400);
  const struct date date = date_of(wall_ms / 86400000);

  return (size_t)snprintf(text, size,
                          "{\"timestamp\":\"%04u-%02u-%02uT%02u:%02u:%02u."
                          "%03uZ\",\"process.pid\":%ld",
                          date.year, date.month, date.day, of_day / 3600,
                          of_day / 60 % 60, of_day % 60,
                          (unsigned)(wall_ms % 1000), (long)getpid());
}

/* Writes the line, with its end, into |line|, which has room for it. */
static size_t write_line(const struct curlew_event *event, char *line,
                         size_t size)
{
  size_t length = write_prefix(line, PREFIX_MAX);
  char *own = line + length;

  length += curlew_event_json(event, own, size - length);
  own[0] = ','; /* in place of its brace */
  line[length++] = '\n';
  return length;
}

void cw_journal_write(const struct curlew_event *event, void *user)
{
  const struct cw_journal *journal = user;
  const size_t size = PREFIX_MAX + curlew_event_json(event, NULL, 0) + 2;
  char usual[USUAL_LINE];
  char *memory = size > sizeof(usual) ? malloc(size) : NULL;
  char *line = memory ? memory : usual;

  if(size > sizeof(usual) && !memory)
    return;
  const size_t length = write_line(event, line + 1, size - 1);
  const int fd = journal->path ? open_it(journal->path) : STDERR_FILENO;
  if(fd >= 0)
    append(fd, line + 1, length);
  if(journal->path && fd >= 0)
    (void)close(fd);
  free(memory);
}
