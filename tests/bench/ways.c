#include "ways.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WARM_UP      10
#define TRIES        4
#define BASE_WAIT_MS 0 /* waits would be measured as waits: there are none */

/* How a way has its handle, and does an operation. */
struct kind {
  const char *name;
  long (*status)(struct way *way); /* that it ended in; 0 for an error */
  CURL *(*make)(struct way *way);
  const struct interface *interface; /* of a way with a multi handle */
};

static void must(bool is_fine, const char *what)
{
  if(!is_fine) {
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
  }
}

/* ---- libcurl ---- */

static size_t swallow(char *data, size_t size, size_t count, void *user)
{
  struct way *way = user;

  (void)data;
  way->bytes += size * count;
  return size * count;
}

static CURL *make_bare(struct way *way)
{
  CURL *curl = curl_easy_init();

  must(curl, "no handle");
  curl_easy_setopt(curl, CURLOPT_URL, way->url);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, way);
  return curl;
}

static CURL *make_follow(struct way *way)
{
  CURL *curl = make_bare(way);

  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 20L);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  return curl;
}

static long perform_bare(CURL *curl)
{
  long status = 0;

  if(curl_easy_perform(curl))
    return 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

static long bare_status(struct way *way)
{
  return perform_bare(way->curl);
}

static long twice_status(struct way *way)
{
  (void)curl_easy_perform(way->curl);
  return perform_bare(way->curl);
}

static long new_status(struct way *way)
{
  CURL *curl = make_bare(way);
  const long status = perform_bare(curl);

  curl_easy_cleanup(curl);
  return status;
}

/* ---- a loop as a good program has it ---- */

static bool may_pass(CURLcode result, long status)
{
  switch((int)result) {
  case CURLE_OK:
    return status == 429 || status >= 500;
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_CONNECT:
  case CURLE_GOT_NOTHING:
  case CURLE_OPERATION_TIMEDOUT:
  case CURLE_RECV_ERROR:
  case CURLE_SEND_ERROR:
    return true;
  default:
    return false;
  }
}

/* The body of what will be sent again is not for the program. */
static size_t swallow_last(char *data, size_t size, size_t count, void *user)
{
  struct way *way = user;
  long status = 0;

  curl_easy_getinfo(way->curl, CURLINFO_RESPONSE_CODE, &status);
  if(!way->is_last && may_pass(CURLE_OK, status))
    return size * count;
  return swallow(data, size, count, user);
}

static CURL *make_loop(struct way *way)
{
  CURL *curl = make_follow(way);

  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow_last);
  return curl;
}

static void back_off(CURL *curl, unsigned tries)
{
  long wait_ms = (long)BASE_WAIT_MS << tries;
  curl_off_t asked_s = 0;

  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &asked_s);
  if(asked_s * 1000 > wait_ms)
    wait_ms = (long)asked_s * 1000;
  if(wait_ms > 0) {
    const struct timespec wait = {wait_ms / 1000, wait_ms % 1000 * 1000000};
    (void)nanosleep(&wait, NULL);
  }
}

static long loop_status(struct way *way)
{
  for(unsigned tries = 1;; tries++) {
    long status = 0;

    way->is_last = tries == TRIES;
    const CURLcode result = curl_easy_perform(way->curl);
    curl_easy_getinfo(way->curl, CURLINFO_RESPONSE_CODE, &status);
    if(way->is_last || !may_pass(result, status))
      return result ? 0 : status;
    back_off(way->curl, tries);
  }
}

/* ---- curlew ---- */

static CURL *make_curlew(struct way *way)
{
  struct curlew_policy *usual = curlew_policy_builtin("default");
  struct curlew_policy *policy = NULL;
  CURL *curl = curlew_easy_init();

  must(curl && usual &&
         !curlew_policy_set(usual, "backoff.base=0ms; backoff.jitter=none",
                            &policy, NULL),
       "no handle");
  curlew_easy_setopt(curl, CURLOPT_URL, way->url);
  curlew_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
  curlew_easy_setopt(curl, CURLOPT_WRITEDATA, way);
  curlew_easy_set_policy(curl, policy);
  curlew_policy_unref(policy);
  curlew_policy_unref(usual);
  return curl;
}

static long curlew_status(struct way *way)
{
  long status = 0;

  if(curlew_easy_perform(way->curl))
    return 0;
  curlew_easy_getinfo(way->curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

/* ---- in a multi handle ---- */

static const struct interface libcurl = {
  .init = curl_multi_init,
  .cleanup = curl_multi_cleanup,
  .add = curl_multi_add_handle,
  .perform = curl_multi_perform,
  .poll = curl_multi_poll,
  .read = curl_multi_info_read,
  .remove = curl_multi_remove_handle,
  .getinfo = curl_easy_getinfo,
};

static const struct interface ours = {
  .init = curlew_multi_init,
  .cleanup = curlew_multi_cleanup,
  .add = curlew_multi_add_handle,
  .perform = curlew_multi_perform,
  .poll = curlew_multi_poll,
  .read = curlew_multi_info_read,
  .remove = curlew_multi_remove_handle,
  .getinfo = curlew_easy_getinfo,
};

/* In, until it is done, and out again. */
static CURLcode transfer(struct way *way, long *status)
{
  const struct interface *interface = way->kind->interface;
  CURLcode result = CURLE_FAILED_INIT;
  int running = 1;
  int left = 0;

  if(interface->add(way->multi, way->curl))
    return result;
  for(;;) {
    way->performs++;
    if(interface->perform(way->multi, &running) || !running)
      break;
    if(interface->poll(way->multi, NULL, 0, 1000, NULL))
      break;
  }
  const CURLMsg *message = interface->read(way->multi, &left);
  if(message) {
    result = message->data.result;
    interface->getinfo(way->curl, CURLINFO_RESPONSE_CODE, status);
  }
  return interface->remove(way->multi, way->curl) ? CURLE_FAILED_INIT : result;
}

static long multi_status(struct way *way)
{
  long status = 0;
  return transfer(way, &status) ? 0 : status;
}

static long multi_loop_status(struct way *way)
{
  for(unsigned tries = 1;; tries++) {
    long status = 0;

    way->is_last = tries == TRIES;
    const CURLcode result = transfer(way, &status);
    if(way->is_last || !may_pass(result, status))
      return result ? 0 : status;
    back_off(way->curl, tries);
  }
}

/* ---- all of them ---- */

static const struct kind kinds[] = {
  {"bare", bare_status, make_bare, NULL},
  {"twice", twice_status, make_bare, NULL},
  {"follow", bare_status, make_follow, NULL},
  {"new", new_status, make_bare, NULL},
  {"loop", loop_status, make_loop, NULL},
  {"curlew", curlew_status, make_curlew, NULL},
  {"multi", multi_status, make_bare, &libcurl},
  {"multi-loop", multi_loop_status, make_loop, &libcurl},
  {"multi-curlew", multi_status, make_curlew, &ours},
};

long way_do(struct way *way, long count)
{
  long fine = 0;

  for(long i = 0; i < count; i++)
    fine += way->kind->status(way) == 200;
  return fine;
}

void way_begin(struct way *way, const char *name, const char *url)
{
  *way = (struct way){.name = name, .url = url};
  for(size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
    if(!strcmp(name, kinds[i].name))
      way->kind = &kinds[i];
  must(way->kind, "no such way");
  way->curl = way->kind->make(way);
  if(way->kind->interface) {
    way->multi = way->kind->interface->init();
    must(way->multi, "no multi handle");
  }
  for(int i = 0; i < WARM_UP; i++)
    must(way->kind->status(way) == 200, "the server does not answer");
}

void way_end(struct way *way)
{
  if(way->kind->make == make_curlew)
    curlew_easy_cleanup(way->curl);
  else
    curl_easy_cleanup(way->curl);
  if(way->multi)
    way->kind->interface->cleanup(way->multi);
}
