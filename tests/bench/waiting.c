/*
 * waiting.c - what many transfers cost that wait at once.
 *
 *     waiting curlew|bare COUNT [SETTINGS]
 *
 * COUNT handles have a transfer each that is answered 200; then each has one
 * that is told 503 and when to come again. Tells their heap and their sockets
 * while they wait, the CPU time that waiting takes, and when they came again.
 * SETTINGS are of the policy. With `bare` they are libcurl's and do not come
 * again: what is told of their heap is to compare with. Exits with 1 if one came
 * too early or not at all, or waiting takes more than HEAP_MAX.
 */
#include <dirent.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <curlew/curlew.h>

#include "busy.h"

#define SECOND_NS   INT64_C(1000000000)
#define CONNECTIONS 200L /* at once, while all begin */
#define BUSY_S      15   /* how long the server says that it is busy */
#define WATCHED_S   3
#define HEAP_MAX    512.0 /* bytes of a transfer that waits */

struct transfer {
  CURL *curl;
  int64_t begun_ns; /* its last attempt */
  unsigned begins;
};

struct crowd {
  bool is_curlew;
  unsigned count;
  struct transfer *transfer;
  struct busy *busy;
  CURLM *multi;
  unsigned fine; /* ended with a 200 */
  size_t heap;   /* when it was told last */
};

static void must(bool is_fine, const char *what)
{
  if(!is_fine) {
    fprintf(stderr, "waiting: %s\n", what);
    exit(2);
  }
}

/* ---- what is measured ---- */

static size_t heap(void)
{
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/* What there is more of it than when it was told last. */
static double tell_heap(struct crowd *crowd, const char *when)
{
  const size_t now = heap();
  const double more = ((double)now - (double)crowd->heap) / crowd->count;

  printf("  heap %-36s %+8.0f bytes each\n", when, more);
  crowd->heap = now;
  return more;
}

static unsigned open_files(void)
{
  unsigned count = 0;
  DIR *folder = opendir("/proc/self/fd");

  must(folder, "no /proc");
  while(readdir(folder))
    count++;
  closedir(folder);
  return count;
}

static double cpu_ms(void)
{
  struct rusage usage;

  (void)getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

/* ---- the transfers ---- */

static size_t swallow(char *data, size_t size, size_t count, void *user)
{
  (void)data, (void)user;
  return size * count;
}

/* Called as soon as an attempt begins, since each has a connection of its
   own. */
static curl_socket_t note_begin(void *user, curlsocktype purpose,
                                struct curl_sockaddr *address)
{
  struct transfer *transfer = user;

  (void)purpose;
  transfer->begun_ns = busy_now_ns();
  transfer->begins++;
  return socket(address->family, address->socktype, address->protocol);
}

static void set_up(const struct crowd *crowd, unsigned at,
                   struct curlew_policy *policy)
{
  struct transfer *transfer = &crowd->transfer[at];
  CURL *curl = crowd->is_curlew ? curlew_easy_init() : curl_easy_init();
  char url[64];

  must(curl, "no handle");
  transfer->curl = curl;
  snprintf(url, sizeof(url), "http://127.0.0.1:%u/%u", crowd->busy->port, at);
  /* of libcurl's own handles curlew passes it all on */
  curlew_easy_setopt(curl, CURLOPT_URL, url);
  curlew_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
  curlew_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, note_begin);
  curlew_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer);
  if(crowd->is_curlew)
    must(!curlew_easy_set_policy(curl, policy), "no policy");
}

static struct curlew_policy *make_policy(const char *settings)
{
  struct curlew_policy *usual = curlew_policy_builtin("default");
  struct curlew_policy *policy = NULL;

  must(usual && !curlew_policy_set(usual, settings, &policy, NULL),
       "these settings are none");
  curlew_policy_unref(usual);
  return policy;
}

static void gather(struct crowd *crowd, const char *settings)
{
  struct curlew_policy *policy = make_policy(settings);

  crowd->busy = busy_begin(crowd->count);
  crowd->transfer = calloc(crowd->count, sizeof(*crowd->transfer));
  crowd->multi = crowd->is_curlew ? curlew_multi_init() : curl_multi_init();
  must(crowd->transfer && crowd->multi, "no memory");
  curlew_multi_setopt(crowd->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      CONNECTIONS);
  printf("%u handles, %s\n", crowd->count,
         crowd->is_curlew ? "curlew" : "libcurl alone");
  crowd->heap = heap();
  for(unsigned i = 0; i < crowd->count; i++)
    set_up(crowd, i, policy);
  (void)tell_heap(crowd, "of a handle that is set up");
  curlew_policy_unref(policy);
}

static int take_turn(struct crowd *crowd, int timeout_ms)
{
  int running = 0;
  int left = 0;
  const CURLMsg *message = NULL;

  must(!curlew_multi_poll(crowd->multi, NULL, 0, timeout_ms, NULL), "poll");
  must(!curlew_multi_perform(crowd->multi, &running), "perform");
  while((message = curlew_multi_info_read(crowd->multi, &left))) {
    CURL *curl = message->easy_handle;
    long status = 0;
    curlew_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    crowd->fine += status == 200;
    must(!curlew_multi_remove_handle(crowd->multi, curl), "remove");
  }
  return running;
}

static void begin_all(struct crowd *crowd)
{
  crowd->fine = 0;
  for(unsigned i = 0; i < crowd->count; i++) {
    crowd->transfer[i].begins = 0;
    must(!curlew_multi_add_handle(crowd->multi, crowd->transfer[i].curl),
         "add");
  }
}

/* After its first transfer a handle keeps what libcurl leaves in it. */
static void welcome_all(struct crowd *crowd)
{
  begin_all(crowd);
  while(take_turn(crowd, 100))
    ;
  must(crowd->fine == crowd->count, "not all were answered");
}

/* Until all have been refused and have no connection any more. */
static void refuse_all(struct crowd *crowd)
{
  const unsigned files = open_files();
  const int64_t start_ns = busy_now_ns();

  crowd->busy->until_ns = start_ns + BUSY_S * SECOND_NS;
  begin_all(crowd);
  while(atomic_load(&crowd->busy->refused) < crowd->count)
    (void)take_turn(crowd, 100);
  do
    (void)take_turn(crowd, 20);
  while(open_files() > files &&
        busy_now_ns() < crowd->busy->until_ns - WATCHED_S * SECOND_NS);
  printf("  all refused after %.1f s; open sockets then: %d\n",
         (double)(busy_now_ns() - start_ns) / 1e9,
         (int)(open_files() - files));
}

static void watch(struct crowd *crowd)
{
  const int64_t start_ns = busy_now_ns();
  const double before_ms = cpu_ms();
  unsigned turns = 0;

  while(busy_now_ns() - start_ns < WATCHED_S * SECOND_NS) {
    (void)take_turn(crowd, 1000);
    turns++;
  }
  const double used_ms = cpu_ms() - before_ms;
  printf("  CPU time in %.1f s of waiting: %.2f ms, in %u turns\n",
         (double)(busy_now_ns() - start_ns) / 1e9, used_ms, turns);
  must(busy_now_ns() < crowd->busy->until_ns,
       "this machine is too slow for so many");
}

/* ---- how they came again ---- */

static int by_size(const void *a, const void *b)
{
  const int64_t x = *(const int64_t *)a;
  const int64_t y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static void tell_spread(const char *what, int64_t *ns, unsigned count)
{
  qsort(ns, count, sizeof(*ns), by_size);
  printf("  %-34s min %.1f, median %.1f, max %.1f ms\n", what,
         (double)ns[0] / 1e6, (double)ns[count / 2] / 1e6,
         (double)ns[count - 1] / 1e6);
}

static void tell_histogram(const int64_t *late_ns, unsigned count)
{
  const int64_t step_ns = 50000000;
  unsigned at = 0;

  for(int64_t from_ns = 0; at < count; from_ns += step_ns) {
    const unsigned first = at;
    while(at < count && late_ns[at] < from_ns + step_ns)
      at++;
    if(at > first)
      printf("    %4d ms %6u\n", (int)(from_ns / 1000000), at - first);
  }
}

static unsigned most_within(const int64_t *ns, unsigned count, int64_t span_ns)
{
  unsigned most = 0;

  for(unsigned first = 0, at = 0; at < count; at++) {
    while(ns[at] - ns[first] >= span_ns)
      first++;
    if(at - first + 1 > most)
      most = at - first + 1;
  }
  return most;
}

static bool tell_returns(const struct crowd *crowd)
{
  int64_t *ns = calloc(crowd->count, sizeof(*ns));
  unsigned early = 0;
  unsigned again = 0;

  must(ns, "no memory");
  for(unsigned i = 0; i < crowd->count; i++) {
    ns[i] = crowd->transfer[i].begun_ns - crowd->busy->visit[i].floor_ns;
    early += ns[i] < 0;
    again += crowd->transfer[i].begins == 2;
  }
  printf("  came again %u, before their time %u, ended in a 200 %u\n", again,
         early, crowd->fine);
  tell_spread("after their Retry-After was over:", ns, crowd->count);
  tell_histogram(ns, crowd->count);
  for(unsigned i = 0; i < crowd->count; i++)
    ns[i] = crowd->transfer[i].begun_ns - crowd->busy->until_ns;
  tell_spread("by the clock, from one instant on:", ns, crowd->count);
  printf("  the most within 10 ms: %u\n",
         most_within(ns, crowd->count, 10000000));
  free(ns);
  return !early && again == crowd->count && crowd->fine == crowd->count;
}

/* As many at once as there may be: who waits for one of few connections does
   not begin when its time has come. */
static void allow_many_connections(const struct crowd *crowd)
{
  struct rlimit files;

  (void)getrlimit(RLIMIT_NOFILE, &files);
  const bool is_enough = files.rlim_cur > crowd->count + 100;
  curlew_multi_setopt(crowd->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      is_enough ? 0L : CONNECTIONS);
  if(!is_enough)
    printf("  NOTE: they wait for one of %ld connections too\n", CONNECTIONS);
}

static bool come_again(struct crowd *crowd)
{
  const double before_ms = cpu_ms();

  allow_many_connections(crowd);
  while(take_turn(crowd, 1000))
    ;
  printf("  CPU time of coming again: %.0f ms\n", cpu_ms() - before_ms);
  return tell_returns(crowd);
}

int main(int argc, char **argv)
{
  struct crowd crowd = {.multi = NULL};
  bool is_fine = true;

  must(argc == 3 || argc == 4, "usage: waiting curlew|bare COUNT [SETTINGS]");
  crowd.is_curlew = !strcmp(argv[1], "curlew");
  crowd.count = (unsigned)strtoul(argv[2], NULL, 10);
  must(crowd.count, "how many?");
  must(!curl_global_init(CURL_GLOBAL_ALL), "no libcurl");
  gather(&crowd, argc == 4 ? argv[3] : "");
  welcome_all(&crowd);
  (void)tell_heap(&crowd, "more after its first transfer");
  refuse_all(&crowd);
  if(crowd.is_curlew) {
    is_fine = tell_heap(&crowd, "more while it waits") <= HEAP_MAX;
    watch(&crowd);
    is_fine = come_again(&crowd) && is_fine;
  }
  (void)tell_heap(&crowd, "more after its second transfer");
  for(unsigned i = 0; i < crowd.count; i++)
    curlew_easy_cleanup(crowd.transfer[i].curl);
  curlew_multi_cleanup(crowd.multi);
  free(crowd.transfer);
  busy_end(crowd.busy);
  curl_global_cleanup();
  return !is_fine;
}
