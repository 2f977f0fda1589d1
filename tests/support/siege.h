/*
 * siege.h - an attack of the hostile server (hostile.py), and what came of it.
 *
 * Each is met by a process of its own, which is watched: whether it ends well
 * and in time, and how much memory it had at most.
 */
#ifndef CW_TEST_SIEGE_H
#define CW_TEST_SIEGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api.h"

#define SIEGE_PATIENCE_S 60

/* Where sanitizers are, memory that was freed stays for long. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SIEGE_KIB(kib) ((kib) + 600 * 1024)
#else
#define SIEGE_KIB(kib) (kib)
#endif

/* How the application stands. */
enum siege_stand {
  SIEGE_EASY,
  SIEGE_EASY_HEADS, /* with a header callback */
  SIEGE_MULTI,
  SIEGE_MULTI_HEADS,
  SIEGE_STANDS,
  SIEGE_BARE = SIEGE_STANDS, /* with libcurl alone, for comparison */
  SIEGE_BARE_HEADS
};

/* Two of them, in turn others: both interfaces, one with a callback. */
static inline enum siege_stand siege_stand_of(size_t turn, size_t n)
{
  static const enum siege_stand stands[2][2] = {
    {SIEGE_EASY, SIEGE_MULTI_HEADS},
    {SIEGE_EASY_HEADS, SIEGE_MULTI},
  };
  return stands[turn % 2][n];
}

struct siege {
  const char *name; /* a key on the server too */
  const char *const *steps;
  const char *settings;        /* of the policy; may be NULL */
  void (*prepare)(CURL *curl); /* sets options; may be NULL */
  long timeout_ms;             /* CURLOPT_TIMEOUT_MS; 0: half a minute */
  enum wire_port port;
};

struct fall {
  CURLcode result;
  long status;
  unsigned attempts;
  unsigned redirects;
  unsigned requests; /* as the server counted them */
  size_t size;       /* of the body that was delivered */
  size_t head_size;  /* of the heads */
  unsigned heads;    /* how many of them, with a status that is not 1xx */
  long peak_kib;     /* memory, beyond what there was before */
  long ms;
  char end[32]; /* curlew's reason */
  char body[128];
};

static bool siege_tells_figures;

static inline long siege_now_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A figure of this process: "VmRSS:" is the memory that it has, "VmHWM:" what
   it had at most. */
static inline long siege_memory_kib(const char *name)
{
  char line[256];
  long kib = 0;
  FILE *file = fopen("/proc/self/status", "r");

  while(file && fgets(line, sizeof(line), file))
    if(!strncmp(line, name, strlen(name)))
      kib = strtol(line + strlen(name), NULL, 10);
  if(file)
    fclose(file);
  return kib;
}

static inline size_t siege_take_head(char *data, size_t size, size_t count,
                                     void *user)
{
  struct fall *fall = user;

  fall->head_size += size * count;
  if(size * count > 10 && !strncmp(data, "HTTP/", 5) && data[9] != '1')
    fall->heads++;
  return size * count;
}

static inline size_t siege_take_body(char *data, size_t size, size_t count,
                                     void *user)
{
  struct fall *fall = user;

  fall->size += size * count;
  answer_append(fall->body, sizeof(fall->body), data, size * count);
  return size * count;
}

static inline CURLcode siege_perform_multi(CURL *curl)
{
  CURLM *multi = curlew_multi_init();
  CURLcode result = CURLE_FAILED_INIT;
  int running = 1;
  int left = 0;

  curlew_multi_add_handle(multi, curl);
  while(running && !curlew_multi_perform(multi, &running))
    if(running)
      curlew_multi_poll(multi, NULL, 0, 1000, NULL);
  const CURLMsg *message = curlew_multi_info_read(multi, &left);
  if(message)
    result = message->data.result;
  curlew_multi_remove_handle(multi, curl);
  curlew_multi_cleanup(multi);
  return result;
}

static inline void siege_tell_outcome(CURL *curl, struct fall *fall)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(curl);

  if(!outcome)
    return;
  fall->attempts = outcome->attempts;
  fall->redirects = outcome->redirects;
  answer_append(fall->end, sizeof(fall->end),
                curlew_reason_name(outcome->reason),
                strlen(curlew_reason_name(outcome->reason)));
}

static inline struct fall siege_meet(struct wire *wire,
                                     const struct siege *siege,
                                     const char *url, enum siege_stand stand)
{
  const struct api *api = stand < SIEGE_BARE ? &api_curlew : &api_plain;
  struct fall fall = {.result = CURLE_OK};
  const long before_kib = siege_memory_kib("VmRSS:");
  const long start_ms = siege_now_ms();
  CURL *curl = api_new(api, wire);

  if(stand < SIEGE_BARE)
    caller_set(wire, curl, siege->settings);
  api->setopt(curl, CURLOPT_URL, url);
  api->setopt(curl, CURLOPT_TIMEOUT_MS,
              siege->timeout_ms ? siege->timeout_ms : 30000L);
  api->setopt(curl, CURLOPT_WRITEFUNCTION, siege_take_body);
  api->setopt(curl, CURLOPT_WRITEDATA, &fall);
  if(stand == SIEGE_EASY_HEADS || stand == SIEGE_MULTI_HEADS ||
     stand == SIEGE_BARE_HEADS) {
    api->setopt(curl, CURLOPT_HEADERFUNCTION, siege_take_head);
    api->setopt(curl, CURLOPT_HEADERDATA, &fall);
  }
  if(siege->prepare)
    siege->prepare(curl);
  fall.result = stand == SIEGE_MULTI || stand == SIEGE_MULTI_HEADS
                  ? siege_perform_multi(curl)
                  : api->perform(curl);
  api->getinfo(curl, CURLINFO_RESPONSE_CODE, &fall.status);
  if(stand < SIEGE_BARE)
    siege_tell_outcome(curl, &fall);
  api->cleanup(curl);
  fall.ms = siege_now_ms() - start_ms;
  fall.peak_kib = siege_memory_kib("VmHWM:") - before_kib;
  return fall;
}

static inline void siege_tell_figures(struct wire *wire, const char *name,
                                      const char *key, enum siege_stand stand,
                                      const struct fall *fall)
{
  static const char *const stands[] = {"easy",         "easy, heads",
                                       "multi",        "multi, heads",
                                       "bare libcurl", "bare, heads"};
  unsigned long sent = 0;

  if(!siege_tells_figures)
    return;
  for(unsigned n = 1; n <= fall->requests && n <= 200; n++)
    sent += wire_number(wire, key, n, "sent");
  printf("| %s | %s | %lu | %u | %d | %s | %zu | %ld | %ld |\n", name,
         stands[stand], sent / 1024, fall->requests, (int)fall->result,
         fall->end, fall->size, fall->peak_kib, fall->ms);
}

/* Has a process of its own met |siege|, and says what came of it. */
static inline struct fall siege_begin(struct wire *wire,
                                      const struct siege *siege,
                                      enum siege_stand stand)
{
  const char *key = wire_text(wire, "%s-%d", siege->name, (int)stand);
  const char *url = wire_url(wire, siege->port,
                             wire_text(wire, "/play/%s", key), siege->steps);
  struct fall fall = {.result = CURLE_OK};
  int ends[2];
  int status = 0;

  fflush(NULL);
  assert_int_equal(pipe(ends), 0);
  const pid_t pid = fork();
  assert_true(pid >= 0);
  if(!pid) {
    alarm(SIEGE_PATIENCE_S);
    fall = siege_meet(wire, siege, url, stand);
    exit(write(ends[1], &fall, sizeof(fall)) != sizeof(fall));
  }
  close(ends[1]);
  const ssize_t got = read(ends[0], &fall, sizeof(fall));
  close(ends[0]);
  waitpid(pid, &status, 0);
  if(status)
    fail_msg("%s, as %d: ended by %s %d", siege->name, (int)stand,
             WIFSIGNALED(status) ? "signal" : "status",
             WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  assert_int_equal(got, sizeof(fall));
  fall.requests = wire_count(wire, key);
  siege_tell_figures(wire, siege->name, key, stand, &fall);
  return fall;
}

/* Runs |tests|, with figures where asked for. */
#define siege_main(argc, argv, tests)                                         \
  (siege_begin_figures((argc), (argv)),                                       \
   cmocka_run_group_tests((tests), wire_setup, wire_teardown))

static inline void siege_begin_figures(int argc, char **argv)
{
  siege_tells_figures = argc > 1 && !strcmp(argv[1], "--figures");
  if(siege_tells_figures)
    puts("| attack | met by | KiB sent | requests | CURLcode | end | body | "
         "peak KiB | ms |\n|---|---|---|---|---|---|---|---|---|");
}

#endif
