/*
 * uv_fetch URL... - fetch all of them at once, on libuv's event loop, and tell
 * of each when it is over. Bodies are only counted.
 *
 * libcurl says which sockets are to be watched and for what, and when it wants
 * to be called in any case; the loop calls curlew_multi_socket_action().
 * curlew uses no more than that: for a transfer that waits before it goes on
 * there is no socket to watch, but a time to which the timer is set.
 *
 * The exit status is 0 if all were fetched with a status below 400, 1 if not,
 * 2 for wrong usage.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <curlew/curlew.h>
#include <uv.h>

struct program {
  CURLM *multi;
  uv_loop_t loop;
  uv_timer_t timer;
  uint64_t begin_ms;
  CURLMcode failure;
  int fetched;
};

/* A socket of libcurl's, from its first CURL_POLL_IN or _OUT until
   CURL_POLL_REMOVE. */
struct watch {
  uv_poll_t poll;
  struct program *program;
  curl_socket_t socket;
  int events;
};

struct fetch {
  CURL *curl;
  const char *url;
  curl_off_t bytes;
  char error[CURL_ERROR_SIZE];
};

/* ---- transfers ---- */

/* Gets the body of the last attempt alone. */
static size_t count_body(char *data, size_t size, size_t count, void *user)
{
  struct fetch *fetch = user;

  (void)data;
  fetch->bytes += (curl_off_t)(size * count);
  return size * count;
}

static CURLcode prepare(struct fetch *fetch)
{
  CURLcode result = CURLE_FAILED_INIT;

  fetch->curl = curlew_easy_init();
  if(fetch->curl)
    result = curlew_easy_setopt(fetch->curl, CURLOPT_URL, fetch->url);
  if(!result)
    result = curlew_easy_setopt(fetch->curl, CURLOPT_PRIVATE, fetch);
  if(!result)
    result =
      curlew_easy_setopt(fetch->curl, CURLOPT_ERRORBUFFER, fetch->error);
  if(!result)
    result =
      curlew_easy_setopt(fetch->curl, CURLOPT_WRITEFUNCTION, count_body);
  if(!result)
    result = curlew_easy_setopt(fetch->curl, CURLOPT_WRITEDATA, fetch);
  return result;
}

static void tell(struct program *program, struct fetch *fetch, CURLcode result)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(fetch->curl);
  long status = 0;

  curlew_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &status);
  printf("%5" PRIu64 " ms  ", uv_now(&program->loop) - program->begin_ms);
  if(result)
    printf("%s", fetch->error[0] ? fetch->error : curl_easy_strerror(result));
  else
    printf("%ld, %" CURL_FORMAT_CURL_OFF_T " bytes", status, fetch->bytes);
  if(outcome)
    printf("; attempts: %u, waited: %" PRIu64 " ms", outcome->attempts,
           outcome->waited_ms);
  printf("  %s\n", fetch->url);
  if(!result && status < 400)
    program->fetched++;
}

static CURLMcode collect(struct program *program)
{
  CURLMcode failure = CURLM_OK;
  const CURLMsg *message;
  int left;

  while(!failure &&
        (message = curlew_multi_info_read(program->multi, &left))) {
    CURL *curl = message->easy_handle; /* |message| goes when it is removed */
    const CURLcode result = message->data.result;
    char *user = NULL;

    if(message->msg != CURLMSG_DONE)
      continue;
    failure = curlew_multi_remove_handle(program->multi, curl);
    curlew_easy_getinfo(curl, CURLINFO_PRIVATE, &user);
    tell(program, (void *)user, result);
  }
  return failure;
}

/* ---- the loop calls libcurl ---- */

static void act(struct program *program, curl_socket_t socket, int events)
{
  int running;

  if(program->failure)
    return; /* uv_stop() lets the loop finish its round */
  program->failure =
    curlew_multi_socket_action(program->multi, socket, events, &running);
  if(!program->failure)
    program->failure = collect(program);
  if(program->failure)
    uv_stop(&program->loop);
}

static void on_time(uv_timer_t *timer)
{
  act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static void on_ready(uv_poll_t *poll, int status, int ready)
{
  struct watch *watch = poll->data;
  int events = 0; /* if there was an error, libcurl finds out which */

  if(ready & UV_READABLE)
    events |= CURL_CSELECT_IN;
  if(ready & UV_WRITABLE)
    events |= CURL_CSELECT_OUT;
  act(watch->program, watch->socket, events);
  /* After an error libuv has stopped watching, which libcurl does not know. If
     it has done with the socket, the watch is closing, but not gone yet. */
  if(status && !uv_is_closing((uv_handle_t *)poll) &&
     uv_poll_start(poll, watch->events, on_ready)) {
    watch->program->failure = CURLM_INTERNAL_ERROR;
    uv_stop(&watch->program->loop);
  }
}

/* ---- libcurl tells the loop ---- */

/* 0 is the loop's next round: socket_action() must not be called in here. */
static int set_timer(CURLM *multi, long timeout_ms, void *user)
{
  struct program *program = user;

  (void)multi;
  uv_update_time(&program->loop); /* it is from now that the time counts */
  const int error = timeout_ms < 0 ? uv_timer_stop(&program->timer)
                                   : uv_timer_start(&program->timer, on_time,
                                                    (uint64_t)timeout_ms, 0);
  return error ? -1 : 0;
}

static void free_watch(uv_handle_t *poll)
{
  free(poll->data);
}

static struct watch *new_watch(struct program *program, curl_socket_t socket)
{
  struct watch *watch = calloc(1, sizeof(*watch));

  if(!watch)
    return NULL;
  if(uv_poll_init_socket(&program->loop, &watch->poll, socket)) {
    free(watch);
    return NULL;
  }
  watch->poll.data = watch;
  watch->program = program;
  watch->socket = socket;
  if(curlew_multi_assign(program->multi, socket, watch)) {
    uv_close((uv_handle_t *)&watch->poll, free_watch);
    return NULL;
  }
  return watch;
}

static int set_watch(CURL *curl, curl_socket_t socket, int what, void *user,
                     void *assigned)
{
  struct watch *watch = assigned;

  (void)curl;
  if(what == CURL_POLL_REMOVE) {
    /* libuv holds it until the loop's next round: it is freed then. What
       libcurl opens under the same number before that gets another. */
    if(watch)
      uv_close((uv_handle_t *)&watch->poll, free_watch);
    return 0;
  }
  if(!watch)
    watch = new_watch(user, socket);
  if(!watch)
    return -1;
  watch->events = (what & CURL_POLL_IN ? UV_READABLE : 0) |
                  (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
  return uv_poll_start(&watch->poll, watch->events, on_ready) ? -1 : 0;
}

/* ---- all of it ---- */

static CURLMcode open_multi(struct program *program)
{
  CURLMcode failure = CURLM_OUT_OF_MEMORY;

  program->multi = curlew_multi_init();
  CURLM *multi = program->multi;
  if(multi)
    failure = curlew_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, set_watch);
  if(!failure)
    failure = curlew_multi_setopt(multi, CURLMOPT_SOCKETDATA, program);
  if(!failure)
    failure = curlew_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
  if(!failure)
    failure = curlew_multi_setopt(multi, CURLMOPT_TIMERDATA, program);
  return failure;
}

/* Runs until there is nothing left to wait for. */
static void run(struct program *program, struct fetch *fetches, int count)
{
  program->failure = open_multi(program);
  for(int i = 0; i < count && !program->failure; i++) {
    const CURLcode result = prepare(&fetches[i]);
    if(result)
      program->failure = CURLM_OUT_OF_MEMORY;
    else /* sets the timer to 0, which begins it all */
      program->failure =
        curlew_multi_add_handle(program->multi, fetches[i].curl);
  }
  if(!program->failure)
    uv_run(&program->loop, UV_RUN_DEFAULT);
  if(program->failure)
    fprintf(stderr, "%s\n", curlew_multi_strerror(program->failure));
}

/* Connections that were kept are closed with the multi handle, and their
   watches with them: the loop has to run once more. */
static void clean_up(struct program *program, struct fetch *fetches, int count)
{
  for(int i = 0; i < count; i++) {
    if(fetches[i].curl)
      curlew_multi_remove_handle(program->multi, fetches[i].curl);
    curlew_easy_cleanup(fetches[i].curl);
  }
  curlew_multi_cleanup(program->multi);
  uv_close((uv_handle_t *)&program->timer, NULL);
  uv_run(&program->loop, UV_RUN_DEFAULT);
  uv_loop_close(&program->loop);
}

int main(int argc, char **argv)
{
  const int count = argc - 1;
  struct program program = {0};

  if(count < 1) {
    fprintf(stderr, "usage: uv_fetch URL...\n");
    return 2;
  }
  struct fetch *fetches = calloc((size_t)count, sizeof(*fetches));
  if(fetches && !curl_global_init(CURL_GLOBAL_DEFAULT)) {
    for(int i = 0; i < count; i++)
      fetches[i].url = argv[i + 1];
    if(!uv_loop_init(&program.loop)) {
      uv_timer_init(&program.loop, &program.timer); /* never fails */
      program.timer.data = &program;
      program.begin_ms = uv_now(&program.loop);
      run(&program, fetches, count);
      clean_up(&program, fetches, count);
    }
    curl_global_cleanup();
  }
  free(fetches);
  return program.fetched == count ? 0 : 1;
}
