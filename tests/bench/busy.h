/*
 * busy.h - a server in a process of its own, which says 200. Once it is busy,
 * it first says 503 to each path, with a Retry-After that ends for all at about
 * the same time. It closes each connection. Loopback only.
 */
#ifndef CW_BENCH_BUSY_H
#define CW_BENCH_BUSY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct busy_visit {
  int64_t floor_ns; /* before this nobody may come again */
  bool is_refused;
};

/* Shared by both processes. */
struct busy {
  pid_t child;
  int leash; /* the server ends when this is closed */
  unsigned port;
  size_t size;
  _Atomic int64_t until_ns; /* it is busy until then; 0: it is not */
  atomic_uint refused;
  struct busy_visit visit[]; /* of the paths /0, /1, ... */
};

/* By the clock CLOCK_MONOTONIC. */
int64_t busy_now_ns(void);

/* Begins to serve |paths| paths, or exits the program. */
struct busy *busy_begin(unsigned paths);

void busy_end(struct busy *busy);

#endif
