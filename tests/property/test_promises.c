/*
 * test_promises.c - plays tales (tale.h) by the thousand, and looks for one in
 * which a promise is broken.
 *
 *   test_promises [--count N] [--seed S]   N tales from that seed on; without
 *                                          one, half of them from a fresh seed
 *   test_promises --replay HEX             one tale
 *
 * PROMISES in the environment is the count where none is given. What fails is
 * made smaller as long as it fails, and told as a script and as a command.
 * Each try has a process of its own, so that one that crashes, hangs or fails
 * an assertion can be made smaller too.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "tale.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SIZE_OF_TALE 400
#define USUAL_COUNT  3000
#define FIRST_SEED   1
#define TRIES_MAX    10000 /* to make a failure smaller */
#define SMALLER_MAX  60    /* and seconds for that */
#define SECONDS_MAX  20    /* for one tale, on any machine */

struct row {
  uint8_t data[SIZE_OF_TALE];
  size_t size;
};

/* What the process at work is at, for the one that waits for it. */
static struct {
  struct row row;
  char promise[80]; /* that was broken; empty where it died */
} * at_work;

static struct tale tale;

/* ---- tales by number ---- */

static uint64_t mix(uint64_t *state)
{
  *state += UINT64_C(0x9e3779b97f4a7c15);
  uint64_t mixed = *state;
  mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
  return mixed ^ mixed >> 31;
}

/* Zeros are frequent, in some tales more than in others: so most of a tale is
   plain, and what is not is looked at closely. */
static void make(struct row *row, uint64_t seed)
{
  uint64_t state = seed;
  const unsigned plainness = (unsigned)(mix(&state) % 8);

  row->size = 20 + mix(&state) % (SIZE_OF_TALE - 20);
  for(size_t i = 0; i < row->size; i++) {
    const uint64_t drawn = mix(&state);
    row->data[i] = (drawn >> 32) % 8 < plainness ? 0 : (uint8_t)drawn;
  }
}

/* ---- one tale ---- */

static void print_hex(const struct row *row)
{
  printf("replay with --replay ");
  for(size_t i = 0; i < row->size; i++)
    printf("%02x", row->data[i]);
  printf("%s\n", row->size ? "" : "00");
}

/* True if all promises were kept. */
static bool play(const struct row *row)
{
  tale_read(&tale, row->data, row->size);
  char *broken = tale_play(&tale);
  const bool is_kept = !broken;

  if(broken) {
    printf("broken promise: %s\n", broken);
    (void)snprintf(at_work->promise, sizeof(at_work->promise), "%.*s",
                   (int)strcspn(broken, ":("), broken);
  }
  free(broken);
  return is_kept;
}

/* The same in a process of its own, which says nothing where it is |quiet|. */
static bool try_it(const struct row *row, bool is_quiet)
{
  int status = 0;

  fflush(NULL);
  at_work->promise[0] = '\0';
  const pid_t child = fork();
  if(!child) {
    if(is_quiet && (!freopen("/dev/null", "w", stdout) ||
                    !freopen("/dev/null", "w", stderr)))
      _exit(1);
    alarm(SECONDS_MAX);
    const bool is_kept = play(row);
    fflush(NULL);
    _exit(is_kept ? 0 : 1);
  }
  if(child < 0 || waitpid(child, &status, 0) != child)
    return true;
  return !status;
}

/* ---- smaller ---- */

static unsigned tries;
static struct timespec smaller_from;

static double seconds_since(const struct timespec *begin)
{
  struct timespec now;

  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - begin->tv_sec) +
         (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

static bool may_try(void)
{
  return ++tries <= TRIES_MAX && seconds_since(&smaller_from) < SMALLER_MAX;
}

/* Takes |smaller| for |row| if the same promise is broken by it. */
static bool take(struct row *row, const struct row *smaller)
{
  char promise[sizeof(at_work->promise)];

  memcpy(promise, at_work->promise, sizeof(promise));
  const bool is_kept = !may_try() || try_it(smaller, true);
  const bool is_same = !is_kept && !strcmp(promise, at_work->promise);
  memcpy(at_work->promise, promise, sizeof(promise));
  if(!is_same)
    return false;
  *row = *smaller;
  return true;
}

static bool cut_chunks(struct row *row, size_t length)
{
  bool is_smaller = false;

  for(size_t at = 0; at + length <= row->size;) {
    struct row smaller = *row;
    memmove(smaller.data + at, smaller.data + at + length,
            row->size - at - length);
    smaller.size -= length;
    if(take(row, &smaller))
      is_smaller = true;
    else
      at++;
  }
  return is_smaller;
}

static bool zero_chunks(struct row *row, size_t length)
{
  bool is_smaller = false;

  for(size_t at = 0; at + length <= row->size; at += length) {
    struct row smaller = *row;
    memset(smaller.data + at, 0, length);
    if(memcmp(smaller.data, row->data, row->size) != 0)
      is_smaller = take(row, &smaller) || is_smaller;
  }
  return is_smaller;
}

static bool lower_bytes(struct row *row)
{
  bool is_smaller = false;

  for(size_t at = 0; at < row->size; at++)
    for(unsigned value = 0; value < row->data[at] && value < 32; value++) {
      struct row smaller = *row;
      smaller.data[at] = (uint8_t)value;
      if(take(row, &smaller)) {
        is_smaller = true;
        break;
      }
    }
  return is_smaller;
}

static void make_smaller(struct row *row)
{
  bool is_smaller = true;

  tries = 0;
  (void)clock_gettime(CLOCK_MONOTONIC, &smaller_from);
  while(is_smaller && may_try()) {
    is_smaller = false;
    for(size_t length = 64; length; length -= length > 24 ? 8 : 1)
      is_smaller = cut_chunks(row, length) || is_smaller;
    for(size_t length = 64; length; length /= 2)
      is_smaller = zero_chunks(row, length) || is_smaller;
    is_smaller = lower_bytes(row) || is_smaller;
  }
}

static void tell(struct row *row)
{
  make_smaller(row);
  printf("made smaller in %u tries\n", tries);
  tale_read(&tale, row->data, row->size);
  tale_print(&tale, stdout);
  (void)try_it(row, false);
  print_hex(row);
}

/* ---- many ---- */

static void play_all(uint64_t seed, unsigned long count)
{
  for(unsigned long i = 0; i < count; i++) {
    make(&at_work->row, seed + i);
    alarm(SECONDS_MAX);
    if(!play(&at_work->row)) {
      fflush(NULL);
      _exit(1);
    }
  }
}

/* |count| tales in another process; true if all was well with them. */
static bool look(uint64_t seed, unsigned long count)
{
  int status = 0;

  printf("%lu tales from seed %" PRIu64 "\n", count, seed);
  fflush(NULL);
  const pid_t child = fork();
  if(!child) {
    play_all(seed, count);
    exit(0); /* here leaks are looked for */
  }
  if(child < 0 || waitpid(child, &status, 0) != child) {
    perror("fork");
    return false;
  }
  if(!status)
    return true;
  struct row row = at_work->row;
  if(try_it(&row, true))
    printf("status %#x, but no tale by itself fails: a leak?\n",
           (unsigned)status);
  else
    tell(&row);
  return false;
}

static int replay(const char *hex)
{
  struct row row = {.size = 0};
  unsigned value = 0;

  for(; row.size < SIZE_OF_TALE && sscanf(hex, "%2x", &value) == 1; hex += 2) {
    row.data[row.size++] = (uint8_t)value;
    if(!hex[1])
      break;
  }
  tale_read(&tale, row.data, row.size);
  tale_print(&tale, stdout);
  return play(&row) ? 0 : 1;
}

int main(int argc, char **argv)
{
  const char *wanted = getenv("PROMISES");
  unsigned long count = wanted ? strtoul(wanted, NULL, 10) : USUAL_COUNT;
  const char *seed = NULL;
  struct timespec begin;

  setenv("CMOCKA_TEST_ABORT", "1", 1); /* or it says nothing */
  at_work = mmap(NULL, sizeof(*at_work), PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if(at_work == MAP_FAILED)
    return 1;
  for(int i = 1; i + 1 < argc; i += 2) {
    if(!strcmp(argv[i], "--replay"))
      return replay(argv[i + 1]);
    if(!strcmp(argv[i], "--count"))
      count = strtoul(argv[i + 1], NULL, 10);
    else if(!strcmp(argv[i], "--seed"))
      seed = argv[i + 1];
  }
  (void)clock_gettime(CLOCK_MONOTONIC, &begin);
  bool is_fine = true;
  if(seed)
    is_fine = look(strtoull(seed, NULL, 10), count);
  else
    is_fine =
      look(FIRST_SEED, count / 2) &&
      look((uint64_t)time(NULL) << 20 | (uint64_t)getpid(), count - count / 2);
  if(is_fine)
    printf("%.0f tales a second\n", (double)count / seconds_since(&begin));
  return is_fine ? 0 : 1;
}
