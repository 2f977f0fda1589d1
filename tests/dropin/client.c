/*
 * client.c - a GET of each URL, by one libcurl.
 *
 *     client [-t] [-m] URL...
 *
 * With -t each has a thread of its own, with -m a multi handle.
 */
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "transfer.h"

#define THREADS_MAX 16

static bool is_multi;

static void get(const char *url)
{
  struct transfer transfer;

  transfer_begin(&transfer, curl_easy_init(), url);
  if(is_multi)
    transfer_enter(&transfer);
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
  int first = 1;
  const bool is_threaded = argc > first && !strcmp(argv[first], "-t");

  first += is_threaded;
  is_multi = argc > first && !strcmp(argv[first], "-m");
  first += is_multi;
  if(is_threaded)
    get_in_threads(argv + first, argc - first);
  else
    for(int i = first; i < argc; i++)
      get(argv[i]);
  return 0;
}
