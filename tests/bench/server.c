/*
 * server.c - a server that answers quickly, for what is timed.
 *
 *     server      prints its port, and serves until its standard input ends
 *
 * /DELAY/KIND is answered after DELAY milliseconds, by KIND:
 *
 *     ok          200 with a few bytes
 *     retry       503 and 200 by turns, on each connection
 *     redirect    302 to /DELAY/ok
 *     body        200 with 64 MiB
 *
 * A thread for each connection, and no more work than that: what it does takes
 * its turn with what is timed. Loopback only; GET only.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "loopback.h"

#define HEAD                                                                  \
  "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\nServer: bench\r\n"                  \
  "Content-Type: text/plain\r\n"
#define BODY_SIZE (64u << 20)
#define PIECE     (1u << 16)

static const char zeros[PIECE];

static bool send_all(int connection, const char *data, size_t size)
{
  while(size) {
    const ssize_t sent = write(connection, data, size);
    if(sent <= 0)
      return false;
    data += sent;
    size -= (size_t)sent;
  }
  return true;
}

static bool send_large(int connection)
{
  for(size_t sent = 0; sent < BODY_SIZE; sent += PIECE)
    if(!send_all(connection, zeros, PIECE))
      return false;
  return true;
}

static void wait_ms(long delay_ms)
{
  const struct timespec delay = {delay_ms / 1000, delay_ms % 1000 * 1000000};

  if(delay_ms > 0)
    (void)nanosleep(&delay, NULL);
}

/* Answers the |number|th request of a connection, from 0. */
static bool answer(int connection, const char *request, unsigned number)
{
  char text[512];
  char kind[16] = "";
  long delay_ms = 0;
  int length = 0;

  (void)sscanf(request, "GET /%ld/%15[a-z]", &delay_ms, kind);
  if(!strcmp(kind, "body"))
    length = snprintf(text, sizeof(text),
                      "HTTP/1.1 200 OK\r\n" HEAD "Content-Length: %u\r\n\r\n",
                      BODY_SIZE);
  else if(!strcmp(kind, "redirect"))
    length = snprintf(text, sizeof(text),
                      "HTTP/1.1 302 Found\r\n" HEAD "Location: /%ld/ok\r\n"
                      "Content-Length: 6\r\n\r\nthere\n",
                      delay_ms);
  else if(!strcmp(kind, "retry") && number % 2 == 0)
    length = snprintf(text, sizeof(text),
                      "HTTP/1.1 503 Service Unavailable\r\n" HEAD
                      "Content-Length: 5\r\n\r\nbusy\n");
  else
    length =
      snprintf(text, sizeof(text),
               "HTTP/1.1 200 OK\r\n" HEAD "Content-Length: 5\r\n\r\nfine\n");
  wait_ms(delay_ms);
  return send_all(connection, text, (size_t)length) &&
         (strcmp(kind, "body") || send_large(connection));
}

/* The more of a body is under way, the less of it the client still finds in
   the cache: by chance that doubles its time. So not much is. */
static void set_up(int connection)
{
  const int on = 1;
  const int size = PIECE;

  (void)setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  (void)setsockopt(connection, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static void *serve(void *user)
{
  const int connection = (int)(intptr_t)user;
  char request[4096];
  size_t size = 0;
  unsigned number = 0;

  set_up(connection);
  while(size < sizeof(request) - 1) {
    const ssize_t got =
      read(connection, request + size, sizeof(request) - 1 - size);
    if(got <= 0)
      break;
    size += (size_t)got;
    request[size] = '\0';
    if(!strstr(request, "\r\n\r\n"))
      continue;
    size = 0;
    if(!answer(connection, request, number++))
      break;
  }
  (void)close(connection);
  return NULL;
}

static void *accept_all(void *user)
{
  const int *listener = user;

  for(;;) {
    pthread_t thread;
    const int connection = accept(*listener, NULL, NULL);
    if(connection < 0)
      continue;
    if(pthread_create(&thread, NULL, serve, (void *)(intptr_t)connection))
      (void)close(connection);
    else
      (void)pthread_detach(thread);
  }
  return NULL;
}

int main(void)
{
  unsigned port = 0;
  int listener = loopback_listen(&port);
  pthread_t thread;

  (void)signal(SIGPIPE, SIG_IGN);
  if(pthread_create(&thread, NULL, accept_all, &listener))
    return 2;
  printf("%u\n", port);
  (void)fflush(stdout);
  while(getchar() != EOF)
    ;
  return 0;
}
