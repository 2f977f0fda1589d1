/*
 * forker.c - forks while other threads make handles and clean them up, and
 * performs in the children.
 *
 *     forker COUNT URL...
 *
 * Without a URL the children make handles themselves. With URLs each has one
 * child, and a handle that was made before, every other a multi handle too: a
 * real libcurl takes a lock of its own to make one, which may be held when it
 * forks.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "transfer.h"

#define PATIENCE 5 /* seconds; a child that hangs is ended by SIGALRM */

/* Its allocator cannot stand a fork while another thread is in it. */
#if defined(__SANITIZE_ADDRESS__)
#define MAKES_HANDLES false
#else
#define MAKES_HANDLES true
#endif

static atomic_bool is_over;

static void *make_handles(void *user)
{
  (void)user;
  while(MAKES_HANDLES && !atomic_load(&is_over)) {
    CURL *curl = curl_easy_init();
    CURLM *multi = curl_multi_init();
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_multi_add_handle(multi, curl);
    curl_multi_cleanup(multi);
    curl_easy_cleanup(curl);
  }
  return NULL;
}

/* What is no handle of ours makes us ask the loader who calls. */
static void *use_none(void *user)
{
  long timeout_ms = 0;

  (void)user;
  while(!atomic_load(&is_over)) {
    curl_easy_setopt(NULL, CURLOPT_NOSIGNAL, 1L);
    curl_multi_timeout(NULL, &timeout_ms);
  }
  return NULL;
}

/* True if it was retried. */
static int perform(CURL *curl, CURLM *multi, const char *url)
{
  struct transfer transfer;
  long status = 0;

  transfer_begin(&transfer, curl, url);
  if(multi) {
    curl_multi_add_handle(multi, curl);
    transfer_drive(multi);
    curl_multi_remove_handle(multi, curl);
    curl_multi_cleanup(multi);
  }
  else
    (void)curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(curl);
  return status == 200;
}

/* Exit statuses, as waitpid() has them. */
static int fork_once(CURL *curl, CURLM *multi, const char *url)
{
  int status = -1;
  const pid_t pid = fork();

  if(!pid) {
    alarm(PATIENCE);
    _exit(perform(curl ? curl : curl_easy_init(), multi, url) &&
              (curl || perform(curl_easy_init(), curl_multi_init(), url))
            ? 0
            : 1);
  }
  if(pid > 0)
    waitpid(pid, &status, 0);
  curl_easy_cleanup(curl);
  if(multi)
    curl_multi_cleanup(multi);
  return status;
}

int main(int argc, char **argv)
{
  const int count = argc > 1 ? atoi(argv[1]) : 0;
  pthread_t threads[2];
  int status = 0;

  curl_easy_setopt(NULL, CURLOPT_NOSIGNAL, 1L); /* takes memory once */
  if(pthread_create(&threads[0], NULL, make_handles, NULL) ||
     pthread_create(&threads[1], NULL, use_none, NULL))
    return 1;
  for(int i = 0; i < count && !status; i++)
    status = argc > 2
               ? fork_once(curl_easy_init(), i % 2 ? curl_multi_init() : NULL,
                           argv[2 + i])
               : fork_once(NULL, NULL, "http://fake.test/");
  atomic_store(&is_over, true);
  for(int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  if(status)
    printf("a child hung or failed: %#x\n", (unsigned)status);
  else
    puts("all children performed");
  return 0;
}
