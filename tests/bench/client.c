/*
 * client.c - one handle, the same operation again and again, to be measured.
 *
 *     client WAY COUNT URL
 *
 * WAY is `bare` (curl_easy_perform alone), `new` (with a handle for each),
 * `loop` (the retry loop that people write by hand), `follow` (libcurl follows
 * redirects) or `multi` (in and out of one multi handle); `curlew` or
 * `multi-curlew`. Prints the number of operations that ended in a 200, and how
 * often a multi handle was asked to perform. Exits with 1 if not all operations
 * ended so.
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

/* libcurl's multi interface or ours: both are called in the same way, so that
   the calls themselves cost the same. */
struct interface {
  CURLMcode (*add)(CURLM *multi, CURL *curl);
  CURLMcode (*perform)(CURLM *multi, int *running);
  CURLMcode (*poll)(CURLM *multi, struct curl_waitfd *extra, unsigned count,
                    int timeout_ms, int *ready);
  CURLMsg *(*read)(CURLM *multi, int *left);
  CURLMcode (*remove)(CURLM *multi, CURL *curl);
  CURLcode (*getinfo)(CURL *curl, CURLINFO what, ...);
  CURLM *multi;
  long performs;
};

static struct interface multi_bare = {
  .add = curl_multi_add_handle,
  .perform = curl_multi_perform,
  .poll = curl_multi_poll,
  .read = curl_multi_info_read,
  .remove = curl_multi_remove_handle,
  .getinfo = curl_easy_getinfo,
};

static struct interface multi_curlew = {
  .add = curlew_multi_add_handle,
  .perform = curlew_multi_perform,
  .poll = curlew_multi_poll,
  .read = curlew_multi_info_read,
  .remove = curlew_multi_remove_handle,
  .getinfo = curlew_easy_getinfo,
};

static long multi_status(struct interface *multi, CURL *curl)
{
  long status = 0;
  int running = 1;
  int left = 0;

  if(multi->add(multi->multi, curl))
    return 0;
  for(;;) {
    multi->performs++;
    if(multi->perform(multi->multi, &running) || !running)
      break;
    if(multi->poll(multi->multi, NULL, 0, 1000, NULL))
      break;
  }
  const CURLMsg *message = multi->read(multi->multi, &left);
  if(message && !message->data.result)
    multi->getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return multi->remove(multi->multi, curl) ? 0 : status;
}

static long multi_bare_status(CURL *curl)
{
  return multi_status(&multi_bare, curl);
}

static long multi_curlew_status(CURL *curl)
{
  return multi_status(&multi_curlew, curl);
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

typedef long status_fn(CURL *curl);

static status_fn *operation_of(const char *way)
{
  static const struct {
    const char *way;
    status_fn *status;
  } other[] = {
    {"curlew", curlew_status},
    {"loop", loop_status},
    {"multi", multi_bare_status},
    {"multi-curlew", multi_curlew_status},
  };

  for(size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
    if(!strcmp(way, other[i].way))
      return other[i].status;
  return bare_status;
}

int main(int argc, char **argv)
{
  const char *way = argc == 4 ? argv[1] : "";
  const long count = argc == 4 ? atol(argv[2]) : 0;
  const int is_new = !strcmp(way, "new");
  status_fn *status = operation_of(way);
  unsigned long long total = 0;
  long fine = 0;

  if(count < 1) {
    fprintf(stderr, "usage: client bare|new|loop|follow|multi|curlew|"
                    "multi-curlew COUNT URL\n");
    return 2;
  }
  if(curl_global_init(CURL_GLOBAL_ALL))
    return 2;
  /* both handles on both sides, so that the heap looks the same */
  CURL *bare = make_bare(argv[3], way, &total);
  CURL *ours = make_curlew(argv[3], &total);
  CURL *curl = strstr(way, "curlew") ? ours : bare;
  multi_bare.multi = curl_multi_init();
  multi_curlew.multi = curlew_multi_init();
  if(!bare || !multi_bare.multi || !multi_curlew.multi)
    return 2;
  for(long i = 0; i < WARM_UP + count; i++)
    fine += (is_new ? new_status(argv[3], &total) : status(curl)) == 200;
  printf("%ld operations, %llu bytes, %ld performs\n", fine, total,
         multi_bare.performs + multi_curlew.performs);
  curlew_multi_cleanup(multi_curlew.multi);
  curl_multi_cleanup(multi_bare.multi);
  curlew_easy_cleanup(ours);
  curl_easy_cleanup(bare);
  curl_global_cleanup();
  return fine != WARM_UP + count;
}
