/*
 * client.c - one handle, the same operation again and again, to be measured.
 *
 *     client WAY COUNT URL
 *
 * WAY is `bare` (curl_easy_perform alone), `new` (with a handle for each), `loop`
 * (the retry loop that people write by hand), `follow` (libcurl follows
 * redirects), or `curlew`. Prints the
 * number of operations that ended in a 200, and exits with 1 if not all did.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curlew/curlew.h>

#define WARM_UP 10

static size_t swallow(char *data, size_t size, size_t count, void *user)
{
  unsigned long long *total = user;

  (void)data;
  *total += size * count;
  return size * count;
}

static long bare_status(CURL *curl)
{
  long status = 0;
  if(curl_easy_perform(curl))
    return 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

static long loop_status(CURL *curl)
{
  long status = 0;
  for(int tries = 0; tries < 4; tries++) {
    status = bare_status(curl);
    if(status && status < 500)
      break;
  }
  return status;
}

static long curlew_status(CURL *curl)
{
  long status = 0;
  if(curlew_easy_perform(curl))
    return 0;
  curlew_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

static CURL *make_bare(const char *url, const char *way, void *total)
{
  CURL *curl = curl_easy_init();
  if(curl) {
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, total);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION,
                     (long)!strcmp(way, "follow"));
  }
  return curl;
}

/* Waits would be measured as waits: there are none here. */
static CURL *make_curlew(const char *url, void *total)
{
  struct curlew_policy *usual = curlew_policy_builtin("default");
  struct curlew_policy *policy = NULL;
  CURL *curl = curlew_easy_init();

  if(!curl || !usual ||
     curlew_policy_set(usual, "backoff.base=0ms; backoff.jitter=none", &policy,
                       NULL))
    exit(2);
  curlew_easy_setopt(curl, CURLOPT_URL, url);
  curlew_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
  curlew_easy_setopt(curl, CURLOPT_WRITEDATA, total);
  curlew_easy_set_policy(curl, policy);
  curlew_policy_unref(policy);
  curlew_policy_unref(usual);
  return curl;
}

static long new_status(const char *url, void *total)
{
  CURL *curl = make_bare(url, "", total);
  const long status = curl ? bare_status(curl) : 0;

  curl_easy_cleanup(curl);
  return status;
}

int main(int argc, char **argv)
{
  const char *way = argc == 4 ? argv[1] : "";
  const long count = argc == 4 ? atol(argv[2]) : 0;
  const int is_curlew = !strcmp(way, "curlew");
  const int is_new = !strcmp(way, "new");
  long (*status)(CURL *) = is_curlew              ? curlew_status
                           : !strcmp(way, "loop") ? loop_status
                                                  : bare_status;
  unsigned long long total = 0;
  long fine = 0;

  if(count < 1) {
    fprintf(stderr, "usage: client bare|new|loop|follow|curlew COUNT URL\n");
    return 2;
  }
  if(curl_global_init(CURL_GLOBAL_ALL))
    return 2;
  /* both handles on both sides, so that the heap looks the same */
  CURL *bare = make_bare(argv[3], way, &total);
  CURL *ours = make_curlew(argv[3], &total);
  CURL *curl = is_curlew ? ours : bare;
  if(!bare)
    return 2;
  for(long i = 0; i < WARM_UP + count; i++)
    fine += (is_new ? new_status(argv[3], &total) : status(curl)) == 200;
  printf("%ld operations, %llu bytes\n", fine, total);
  curlew_easy_cleanup(ours);
  curl_easy_cleanup(bare);
  curl_global_cleanup();
  return fine != WARM_UP + count;
}
