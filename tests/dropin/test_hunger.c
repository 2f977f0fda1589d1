/* Tests of a program that is linked to the drop-in and runs out of memory:
   whichever allocation fails, the program's, libcurl's or the drop-in's, each
   call ends with a CURLcode, nothing is lost, and the next is like any other.

   The same without the drop-in (HAS_DROPIN=0) shows that libcurl alone does so
   too: what fails here is ours. Each trial is a process of its own, since much
   is only done at the first call in one. */

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "wire.h"

#define WORKERS    8
#define TRIALS_MAX 4000
#define LATE_S     20

/* ---- memory ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static struct {
  bool is_on;
  bool is_once;
  unsigned left; /* allocations that are granted */
  bool was_felt;
  atomic_long live; /* allocations that were not given back */
} memory;

static bool is_granted(void)
{
  if(!memory.is_on)
    return true;
  if(memory.left) {
    memory.left--;
    return true;
  }
  memory.was_felt = true;
  memory.is_on = !memory.is_once;
  errno = ENOMEM;
  return false;
}

static void *count(void *given)
{
  if(given)
    atomic_fetch_add(&memory.live, 1);
  return given;
}

void *malloc(size_t size)
{
  return is_granted() ? count(__libc_malloc(size)) : NULL;
}

void *calloc(size_t number, size_t size)
{
  return is_granted() ? count(__libc_calloc(number, size)) : NULL;
}

void *realloc(void *old, size_t size)
{
  if(!old)
    return malloc(size);
  return is_granted() ? __libc_realloc(old, size) : NULL;
}

void *aligned_alloc(size_t alignment, size_t size)
{
  return is_granted() ? count(__libc_memalign(alignment, size)) : NULL;
}

void free(void *old)
{
  if(old)
    atomic_fetch_sub(&memory.live, 1);
  __libc_free(old);
}

/* ---- a program ---- */

struct task {
  bool is_multi; /* by a multi handle that is made for each */
  const char *fine;
  const char *busy;  /* 503, then 200 */
  const char *moved; /* 302, then 200 */
};

static size_t take(char *data, size_t size, size_t number, void *user)
{
  (void)data, (void)user;
  return size * number;
}

static CURLcode set_up(CURL *curl, struct curl_slist *fields)
{
  CURLcode result = curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);

  if(!result)
    result = curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 50L);
  if(!result)
    result = curl_easy_setopt(curl, CURLOPT_USERAGENT, "hungry");
  if(!result)
    result = curl_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
  if(!result)
    result = curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  if(!result)
    result = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  if(!result)
    result = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take);
  return result;
}

static void check(CURLMcode code)
{
  if((int)code < CURLM_OK || code >= CURLM_LAST)
    _exit(2); /* no CURLMcode */
}

static CURLcode drive(CURLM *multi)
{
  CURLcode result = CURLE_OUT_OF_MEMORY;
  const CURLMsg *message = NULL;
  int running = 1;
  int left = 0;

  while(running) {
    check(curl_multi_perform(multi, &running));
    if(running)
      check(curl_multi_poll(multi, NULL, 0, 1000, NULL));
  }
  while((message = curl_multi_info_read(multi, &left)) != NULL)
    result = message->data.result;
  return result;
}

static CURLcode perform(const struct task *task, CURL *curl)
{
  CURLcode result = CURLE_OUT_OF_MEMORY;

  if(!task->is_multi)
    return curl_easy_perform(curl);
  CURLM *multi = curl_multi_init();
  if(multi && !curl_multi_add_handle(multi, curl)) {
    result = drive(multi);
    check(curl_multi_remove_handle(multi, curl));
  }
  check(curl_multi_cleanup(multi));
  return result;
}

/* A status, or what ended it: the CURLcode, negative. */
static long get(const struct task *task, CURL *curl, const char *url)
{
  long status = 0;
  CURLcode result = curl_easy_setopt(curl, CURLOPT_URL, url);

  if(!result)
    result = perform(task, curl);
  if(!result)
    result = curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if((int)result < 0 || result >= CURL_LAST)
    _exit(2); /* no CURLcode */
  return result ? -(long)result : status;
}

static bool is_good(long status)
{
  return status == 200 || (!HAS_DROPIN && status == 503);
}

/* From beginning to end; true if all went well. */
static bool work(const struct task *task)
{
  struct curl_slist *fields = curl_slist_append(NULL, "X-Field: value");
  CURL *curl = fields ? curl_easy_init() : NULL;
  bool is_well = curl && !set_up(curl, fields);

  if(is_well) {
    const long status[] = {
      get(task, curl, task->fine), get(task, curl, task->busy),
      get(task, curl, task->moved), get(task, curl, task->fine)};
    for(size_t i = 0; i < sizeof(status) / sizeof(status[0]); i++)
      is_well = is_well && is_good(status[i]);
  }
  curl_easy_cleanup(curl);
  curl_slist_free_all(fields);
  return is_well;
}

/* ---- trials ---- */

/* What libcurl 7.88.1 itself loses, at three places of each connection, which a
   multi handle has of its own. And the loader keeps a block for each library
   that was looked into, which are more where the first one could not be. */
#define LOST_MAX(is_multi) (((is_multi) ? 12 : 3) + (HAS_DROPIN ? 2 : 0))

#define UNFELT LONG_MIN
#define ILL    LONG_MAX

/* In a process that did nothing yet: how many allocations are left in the end
   that were not there before, or one of the above. */
static long be_tried(const struct task *task, unsigned granted, bool is_once)
{
  const long before = atomic_load(&memory.live);

  (void)alarm(LATE_S);
  memory.left = granted;
  memory.is_once = is_once;
  memory.is_on = true;
  const bool was_well = work(task);
  memory.is_on = false;
  /* all is as if nothing had been; what is made once has been made then */
  if(!work(task) || (!memory.was_felt && !was_well))
    return ILL;
  if(!memory.was_felt && granted < TRIALS_MAX)
    return UNFELT;
  return atomic_load(&memory.live) - before;
}

/* The same in a new process; ILL if it dies. */
static long try_it(const struct task *task, unsigned granted, bool is_once)
{
  int ends[2];
  int status = 0;
  long answer = ILL;

  if(pipe(ends))
    return ILL;
  const pid_t pid = fork();
  if(!pid) {
    answer = be_tried(task, granted, is_once);
    _exit(write(ends[1], &answer, sizeof(answer)) != sizeof(answer));
  }
  (void)close(ends[1]);
  if(read(ends[0], &answer, sizeof(answer)) != sizeof(answer))
    answer = ILL;
  (void)close(ends[0]);
  if(pid < 0 || waitpid(pid, &status, 0) != pid || status)
    answer = ILL;
  return answer;
}

/* What was lost in a trial after which |live| are left when all goes well. */
static unsigned lost_by(long answer, unsigned granted, bool is_once, long live)
{
  if(answer == UNFELT || answer == live)
    return 0;
  (void)fprintf(stderr, "allocation %u%s: ", granted + 1,
                is_once ? "" : " and all after it");
  if(answer == ILL || answer < live)
    (void)fputs("it ends badly\n", stderr);
  else
    (void)fprintf(stderr, "%ld lost\n", answer - live);
  return answer == ILL || answer < live ? 100 : (unsigned)(answer - live);
}

/* Every WORKERSth trial, beginning with the |worker|th. */
static unsigned try_some(const struct task *task, unsigned worker, long live)
{
  unsigned lost = 0;

  /* where all after it fail the multi handle is hardly reached */
  for(int once = task->is_multi; once < 2; once++) {
    long answer = live;
    unsigned granted = worker;
    for(; answer != UNFELT && granted < TRIALS_MAX; granted += WORKERS) {
      answer = try_it(task, granted, once);
      lost += lost_by(answer, granted, once, live);
    }
    if(answer != UNFELT || granted < 20)
      lost += 100;
  }
  return lost < 255 ? lost : 255;
}

static struct task task_new(struct wire *wire, bool is_multi, unsigned worker)
{
  static const char *const kinds[] = {"fine", "busy", "moved"};
  static const char *const first[] = {"200;body=ok", "503;body=no",
                                      "302;Location=?x;body=no"};
  const char *url[3];

  for(unsigned i = 0; i < 3; i++)
    url[i] = wire_text(
      wire, "%s&again",
      wire_url(wire, WIRE_PLAIN,
               wire_text(wire, "/script/%s%u-%d", kinds[i], worker, is_multi),
               STEPS(first[i], "200;body=ok")));
  return (struct task){
    .is_multi = is_multi, .fine = url[0], .busy = url[1], .moved = url[2]};
}

static void try_each(struct wire *wire, bool is_multi)
{
  const struct task first = task_new(wire, is_multi, WORKERS);
  const long live = try_it(&first, TRIALS_MAX, false);
  pid_t pid[WORKERS];
  unsigned lost = 0;

  assert_in_range(live, 0, 100);
  for(unsigned i = 0; i < WORKERS; i++) {
    const struct task task = task_new(wire, is_multi, i);
    pid[i] = fork();
    assert_true(pid[i] >= 0);
    if(!pid[i])
      _exit((int)try_some(&task, i, live));
  }
  for(unsigned i = 0; i < WORKERS; i++) {
    int status = 0;
    assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
    lost += WIFEXITED(status) ? (unsigned)WEXITSTATUS(status) : 255;
  }
  assert_in_range(lost, 0, LOST_MAX(is_multi));
}

static void whichever_allocation_fails_it_ends_well(void **state)
{
  try_each(*state, false);
}

static void so_it_does_through_a_multi_handle(void **state)
{
  try_each(*state, true);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(whichever_allocation_fails_it_ends_well),
    cmocka_unit_test(so_it_does_through_a_multi_handle),
  };

  if(setenv("CURLEW_SET", "backoff.base=0ms; backoff.jitter=none", 1) ||
     setenv("CURLEW_TRACE", "/dev/null", 1) ||
     curl_global_init(CURL_GLOBAL_DEFAULT))
    return 1;
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
