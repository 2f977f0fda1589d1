/*
 * multi_fetch [-n N] [-o DIR] FILE - fetch the URLs of a list, N at a time
 * (default 8), in one thread. FILE has a URL a line; empty lines and those
 * that begin with # are skipped; - is stdin. The body of the nth URL goes to
 * DIR/n, if it was fetched and is not empty; without DIR bodies are only
 * counted.
 *
 * The loop is that of any program on libcurl's multi interface. What curlew
 * repeats, redirects or lets wait just runs for longer, and each transfer has
 * one message, at its very end. One that waits holds up no other, but keeps
 * its place among the N.
 *
 * The exit status is 0 if all were fetched with a status below 400, 1 if not,
 * 2 for wrong usage.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <curlew/curlew.h>

/* A handle, used for one URL after the other. */
struct slot {
  struct program *program;
  CURL *curl;
  const char *url;
  char name[24]; /* of |file|: the number of the URL */
  FILE *file;
  curl_off_t bytes;
  bool is_waiting;
  char error[CURL_ERROR_SIZE];
};

struct program {
  const char *dir;
  char *list; /* the URLs, each 0-terminated, one behind the other */
  size_t list_size;
  size_t next; /* in |list| */
  CURLM *multi;
  struct slot *slots;
  size_t limit; /* number of |slots| */
  bool is_terminal;
  time_t shown; /* when progress was told last */
  size_t urls, started, running, fetched, failed, requests;
  curl_off_t bytes;
  uint64_t waited_ms;
};

/* All of it is read before the first URL is fetched: progress is told of a
   total, and reading from a pipe may block, which the loop must not. */
static bool read_list(FILE *file, struct program *program)
{
  FILE *list = open_memstream(&program->list, &program->list_size);
  bool is_fine = list != NULL;
  char *line = NULL;
  size_t size = 0;

  while(is_fine && getline(&line, &size, file) > 0) {
    line[strcspn(line, "\r\n")] = '\0';
    if(line[0] && line[0] != '#') {
      is_fine = fwrite(line, strlen(line) + 1, 1, list) == 1;
      program->urls++;
    }
  }
  free(line);
  if(list && fclose(list)) /* |program->list| is good from here on */
    is_fine = false;
  return is_fine && feof(file);
}

static void clear_progress(struct program *program)
{
  if(program->is_terminal)
    fprintf(stderr, "\r\033[K");
  program->shown = 0;
}

/* Once a second, and after each line on stdout. */
static void show_progress(struct program *program)
{
  const time_t now = time(NULL);
  size_t waiting = 0;

  if(!program->is_terminal || now == program->shown)
    return;
  program->shown = now;
  for(size_t i = 0; i < program->limit; i++)
    waiting += program->slots[i].is_waiting;
  fprintf(stderr,
          "\r\033[K%zu of %zu, %zu running, %zu of these waiting, %ju bytes",
          program->fetched + program->failed, program->urls, program->running,
          waiting, (uintmax_t)program->bytes);
}

/* That a transfer waits is told by its trace, and by nothing else. */
static void note_wait(const struct curlew_event *event, void *user)
{
  struct slot *slot = user;

  slot->is_waiting = event->kind == CURLEW_EVENT_WAIT;
}

/* Gets the body of the last attempt alone: nothing has to be taken back. */
static size_t take(char *data, size_t size, size_t count, void *user)
{
  struct slot *slot = user;
  struct program *program = slot->program;

  if(program->dir && !slot->file) {
    slot->file = fopen(slot->name, "wb");
    if(!slot->file)
      return 0; /* ends it with CURLE_WRITE_ERROR */
  }
  if(slot->file && fwrite(data, size, count, slot->file) != count)
    return 0;
  slot->bytes += (curl_off_t)(size * count);
  program->bytes += (curl_off_t)(size * count);
  return size * count;
}

/* Half of a body is not left behind, nor is an error page. */
static CURLcode close_file(struct slot *slot, bool is_kept)
{
  CURLcode result = CURLE_OK;

  if(slot->file && fclose(slot->file))
    result = CURLE_WRITE_ERROR;
  if(slot->file && (result || !is_kept))
    remove(slot->name);
  slot->file = NULL;
  return result;
}

static CURLMcode start_next(struct slot *slot)
{
  struct program *program = slot->program;

  if(program->next == program->list_size)
    return CURLM_OK;
  slot->url = program->list + program->next;
  program->next += strlen(slot->url) + 1;
  program->running++;
  snprintf(slot->name, sizeof(slot->name), "%zu", ++program->started);
  slot->bytes = 0;
  slot->error[0] = '\0';
  if(curlew_easy_setopt(slot->curl, CURLOPT_URL, slot->url))
    return CURLM_OUT_OF_MEMORY;
  return curlew_multi_add_handle(program->multi, slot->curl);
}

static void finish(struct slot *slot, CURLcode result)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(slot->curl);
  const unsigned attempts = outcome ? outcome->attempts : 0;
  struct program *program = slot->program;
  long status = 0;

  clear_progress(program);
  curlew_easy_getinfo(slot->curl, CURLINFO_RESPONSE_CODE, &status);
  const CURLcode closed = close_file(slot, !result && status < 400);
  result = result ? result : closed;
  const bool is_fetched = !result && status < 400;

  printf("%3ld %9ju  %u attempt%s  %s", result ? 0 : status,
         (uintmax_t)slot->bytes, attempts, attempts == 1 ? " " : "s",
         slot->url);
  if(result)
    printf(": %s", slot->error[0] ? slot->error : curl_easy_strerror(result));
  if(outcome && !is_fetched)
    printf(": %s", curlew_reason_text(outcome->reason));
  printf("\n");

  program->running--;
  program->fetched += is_fetched;
  program->failed += !is_fetched;
  if(outcome) {
    program->requests += outcome->count;
    program->waited_ms += outcome->waited_ms;
  }
}

/* Each slot that is over gets the next URL. */
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
    struct slot *slot = (void *)user;
    finish(slot, result);
    if(!failure)
      failure = start_next(slot);
  }
  return failure;
}

static CURLMcode loop(struct program *program)
{
  CURLMcode failure = CURLM_OK;
  int running; /* does not count those that collect() has started */

  for(size_t i = 0; i < program->limit && !failure; i++)
    failure = start_next(&program->slots[i]);
  while(!failure && program->running) {
    failure = curlew_multi_perform(program->multi, &running);
    if(!failure)
      failure = collect(program);
    show_progress(program);
    if(!failure && program->running) /* it ends with the next wait */
      failure = curlew_multi_poll(program->multi, NULL, 0, 1000, NULL);
  }
  clear_progress(program);
  return failure;
}

static CURLcode prepare(struct slot *slot)
{
  CURLcode result = CURLE_FAILED_INIT;

  slot->curl = curlew_easy_init();
  if(slot->curl)
    result = curlew_easy_setopt(slot->curl, CURLOPT_PRIVATE, slot);
  if(!result)
    result = curlew_easy_setopt(slot->curl, CURLOPT_ERRORBUFFER, slot->error);
  if(!result)
    result = curlew_easy_setopt(slot->curl, CURLOPT_WRITEFUNCTION, take);
  if(!result)
    result = curlew_easy_setopt(slot->curl, CURLOPT_WRITEDATA, slot);
  if(!result)
    result = curlew_easy_set_trace(slot->curl, note_wait, slot);
  return result;
}

static CURLMcode fetch_all(struct program *program)
{
  CURLMcode failure = CURLM_OUT_OF_MEMORY;

  program->multi = curlew_multi_init();
  program->slots = calloc(program->limit, sizeof(*program->slots));
  if(program->multi && program->slots)
    failure = CURLM_OK;
  for(size_t i = 0; i < program->limit && !failure; i++) {
    program->slots[i].program = program;
    failure = prepare(&program->slots[i]) ? CURLM_OUT_OF_MEMORY : CURLM_OK;
  }
  if(!failure)
    failure = loop(program);
  for(size_t i = 0; program->slots && i < program->limit; i++) {
    struct slot *slot = &program->slots[i];
    if(slot->curl)
      curlew_multi_remove_handle(program->multi, slot->curl);
    close_file(slot, false);
    curlew_easy_cleanup(slot->curl);
  }
  free(program->slots);
  curlew_multi_cleanup(program->multi);
  return failure;
}

/* false where they are wrong */
static bool read_options(int argc, char **argv, struct program *program)
{
  int option;

  while((option = getopt(argc, argv, "n:o:")) != -1) {
    if(option == 'n')
      program->limit = strtoul(optarg, NULL, 10);
    else if(option == 'o')
      program->dir = optarg;
    else
      return false;
  }
  return optind == argc - 1 && program->limit >= 1 && program->limit <= 1000;
}

/* Reads the list, and goes to where the bodies are to be. */
static bool begin(const char *name, struct program *program)
{
  FILE *file = strcmp(name, "-") ? fopen(name, "r") : stdin;
  const bool is_read = file && read_list(file, program);

  if(!is_read)
    perror(name);
  if(file && file != stdin)
    fclose(file);
  if(!is_read || !program->dir || !chdir(program->dir))
    return is_read;
  perror(program->dir);
  return false;
}

int main(int argc, char **argv)
{
  struct program program = {.limit = 8, .is_terminal = isatty(STDERR_FILENO)};
  CURLMcode failure = CURLM_INTERNAL_ERROR;

  if(!read_options(argc, argv, &program)) {
    fprintf(stderr, "usage: multi_fetch [-n 1..1000] [-o DIR] FILE\n");
    return 2;
  }
  if(begin(argv[optind], &program) && !curl_global_init(CURL_GLOBAL_DEFAULT)) {
    failure = fetch_all(&program);
    if(failure)
      fprintf(stderr, "%s\n", curlew_multi_strerror(failure));
    printf("%zu URLs: %zu fetched, %zu failed; %zu requests, %.1f s waited\n",
           program.urls, program.fetched, program.failed, program.requests,
           (double)program.waited_ms / 1000);
    curl_global_cleanup();
  }
  free(program.list);
  return failure || program.failed ? 1 : 0;
}
