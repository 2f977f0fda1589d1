#include "busy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "loopback.h"

#define SECOND_NS INT64_C(1000000000)
#define EVENTS    256

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS 0x20 /* POSIX.1-2008 does not have it yet */
#endif

int64_t busy_now_ns(void)
{
  struct timespec t = {0, 0};

  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * SECOND_NS + t.tv_nsec;
}

static void must(int is_fine, const char *what)
{
  if(!is_fine) {
    perror(what);
    exit(2);
  }
}

/* ---- the server ---- */

static int refuse(struct busy *busy, struct busy_visit *visit, char *text,
                  size_t size)
{
  const int64_t now_ns = busy_now_ns();
  const int64_t left_ns = busy->until_ns - now_ns;
  const int64_t wait_s =
    left_ns > SECOND_NS ? (left_ns + SECOND_NS - 1) / SECOND_NS : 1;

  /* what the client hears it hears later than now */
  visit->is_refused = true;
  visit->floor_ns = now_ns + wait_s * SECOND_NS;
  atomic_fetch_add(&busy->refused, 1);
  return snprintf(text, size,
                  "HTTP/1.1 503 Busy\r\nRetry-After: %lld\r\n"
                  "Content-Length: 5\r\nConnection: close\r\n\r\nbusy\n",
                  (long long)wait_s);
}

static void answer(struct busy *busy, unsigned paths, int connection)
{
  char text[2048];
  const ssize_t size = read(connection, text, sizeof(text) - 1);

  if(size > 0) {
    text[size] = '\0';
    const char *path = strchr(text, '/');
    const unsigned long at = path ? strtoul(path + 1, NULL, 10) : paths;
    int length = 0;
    if(busy->until_ns && at < paths && !busy->visit[at].is_refused)
      length = refuse(busy, &busy->visit[at], text, sizeof(text));
    else
      length = snprintf(text, sizeof(text),
                        "HTTP/1.1 200 OK\r\n"
                        "Content-Length: 5\r\n"
                        "Connection: close\r\n\r\nfine\n");
    if(write(connection, text, (size_t)length) != length)
      perror("write");
  }
  (void)close(connection);
}

static void watch(int epoll, int fd)
{
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  must(!epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static void serve(struct busy *busy, unsigned paths, int listener, int leash)
{
  const int epoll = epoll_create1(0);

  must(epoll >= 0, "epoll_create1");
  watch(epoll, listener);
  watch(epoll, leash);
  for(;;) {
    struct epoll_event events[EVENTS];
    const int count = epoll_wait(epoll, events, EVENTS, -1);
    for(int i = 0; i < count; i++) {
      const int fd = events[i].data.fd;
      if(fd == leash)
        _exit(0);
      if(fd != listener) {
        answer(busy, paths, fd);
        continue;
      }
      const int connection = accept(listener, NULL, NULL);
      if(connection >= 0)
        watch(epoll, connection);
    }
  }
}

/* ---- where it is asked for ---- */

struct busy *busy_begin(unsigned paths)
{
  const size_t size = sizeof(struct busy) + paths * sizeof(struct busy_visit);
  struct busy *busy = mmap(NULL, size, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int leash[2];

  must(busy != MAP_FAILED, "mmap");
  must(!pipe(leash), "pipe");
  const int listener = loopback_listen(&busy->port);
  busy->size = size;
  busy->leash = leash[1];
  busy->child = fork();
  must(busy->child >= 0, "fork");
  if(!busy->child) {
    (void)close(leash[1]);
    serve(busy, paths, listener, leash[0]);
  }
  (void)close(leash[0]);
  (void)close(listener);
  return busy;
}

void busy_end(struct busy *busy)
{
  (void)close(busy->leash);
  (void)waitpid(busy->child, NULL, 0);
  (void)munmap(busy, busy->size);
}
