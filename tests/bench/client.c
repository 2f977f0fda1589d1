/*
 * client.c - does the same in several ways by turns, to be measured.
 *
 *     client ROUNDS COUNT URL WAY...
 *
 * In each of ROUNDS rounds each WAY (ways.h) does COUNT operations on URL,
 * and a line is printed:
 *
 *     WAY CPU-NS WALL-NS PERFORMS
 *
 * the time that an operation took of the process and of the wall clock, and
 * how often a multi handle was asked to perform. Each round begins with
 * another way, so that none always follows the same one. Exits with 1 if an operation
 * did not end in a 200.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ways.h"

#define WAYS_MAX 4

static int64_t now_ns(clockid_t clock)
{
  struct timespec t = {0, 0};

  (void)clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Returns how many operations did not end in a 200. */
static long measure(struct way *way, long count)
{
  const long performs = way->performs;
  const int64_t wall_ns = now_ns(CLOCK_MONOTONIC);
  const int64_t cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
  const long fine = way_do(way, count);
  const int64_t cpu_end_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
  const int64_t wall_end_ns = now_ns(CLOCK_MONOTONIC);

  printf("%s %lld %lld %ld\n", way->name,
         (long long)(cpu_end_ns - cpu_ns) / count,
         (long long)(wall_end_ns - wall_ns) / count, way->performs - performs);
  return count - fine;
}

int main(int argc, char **argv)
{
  const long rounds = argc > 4 ? atol(argv[1]) : 0;
  const long count = argc > 4 ? atol(argv[2]) : 0;
  const int ways = argc - 4;
  struct way way[WAYS_MAX];
  long failed = 0;

  if(rounds < 1 || count < 1 || ways > WAYS_MAX) {
    fprintf(stderr, "usage: client ROUNDS COUNT URL WAY...\n");
    return 2;
  }
  if(curl_global_init(CURL_GLOBAL_ALL))
    return 2;
  for(int i = 0; i < ways; i++)
    way_begin(&way[i], argv[4 + i], argv[3]);
  for(long round = 0; round < rounds; round++)
    for(int i = 0; i < ways; i++)
      failed += measure(&way[(round + i) % ways], count);
  for(int i = 0; i < ways; i++)
    way_end(&way[i]);
  curl_global_cleanup();
  return failed != 0;
}
