/*
 * client.c - a GET of each URL, by one libcurl.
 *
 *     client [-t] URL...
 *
 * With -t each has a thread of its own.
 */
#include <pthread.h>
#include <string.h>

#include "transfer.h"

#define THREADS_MAX 16

static void get(const char *url)
{
  struct transfer transfer;

  transfer_begin(&transfer, curl_easy_init(), url);
  transfer_end(&transfer);
}

static void *get_it(void *user)
{
  get(user);
  return NULL;
}

static void get_in_threads(char *const *urls, int count)
{
  pthread_t threads[THREADS_MAX];

  for(int i = 0; i < count && i < THREADS_MAX; i++)
    if(pthread_create(&threads[i], NULL, get_it, urls[i]))
      return;
  for(int i = 0; i < count && i < THREADS_MAX; i++)
    pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
  if(argc > 1 && !strcmp(argv[1], "-t")) {
    get_in_threads(argv + 2, argc - 2);
    return 0;
  }
  for(int i = 1; i < argc; i++)
    get(argv[i]);
  return 0;
}
