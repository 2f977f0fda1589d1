/*
 * trace [--json] URL - fetch a URL, tell on stderr what happens as it happens:
 * a line for each event, for people or as JSON for a log.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <curlew/curlew.h>

static void print_json(const struct curlew_event *event, void *user)
{
  FILE *out = user;
  char line[4096]; /* a URL can be long; what does not fit is cut */

  curlew_event_json(event, line, sizeof(line));
  fprintf(out, "%s\n", line);
}

static void print_text(const struct curlew_event *event, void *user)
{
  const char *reason = curlew_reason_text(event->reason);
  FILE *out = user;

  if(event->kind == CURLEW_EVENT_WAIT && !event->wait_ms)
    return; /* most redirects wait for nothing */
  fprintf(out, "%5" PRIu64 " ms  ", event->at_ms);
  switch(event->kind) {
  case CURLEW_EVENT_ATTEMPT:
    fprintf(out, "%s %s: %s\n", event->method, event->url, reason);
    break;
  case CURLEW_EVENT_ANSWER:
    if(event->result)
      fprintf(out, "%s\n", curl_easy_strerror(event->result));
    else
      fprintf(out, "%u %s\n", event->status,
              curlew_status_info(event->status).name);
    break;
  case CURLEW_EVENT_WAIT:
    fprintf(out, "waiting %" PRIu64 " ms\n", event->wait_ms);
    break;
  case CURLEW_EVENT_END:
    fprintf(out, "the end: %s\n", reason);
    break;
  }
}

static CURLcode fetch(CURL *curl, const char *url, curlew_trace_fn *print)
{
  CURLcode result = curlew_easy_set_trace(curl, print, stderr);

  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_URL, url);
  if(!result)
    result = curlew_easy_perform(curl);
  return result;
}

int main(int argc, char **argv)
{
  CURLcode result = CURLE_FAILED_INIT;
  const int is_json = argc == 3 && !strcmp(argv[1], "--json");

  if(argc != (is_json ? 3 : 2)) {
    fprintf(stderr, "usage: trace [--json] URL\n");
    return 2;
  }
  if(!curl_global_init(CURL_GLOBAL_DEFAULT)) {
    CURL *curl = curlew_easy_init();
    if(curl)
      result = fetch(curl, argv[argc - 1], is_json ? print_json : print_text);
    curlew_easy_cleanup(curl);
    curl_global_cleanup();
  }
  if(result)
    fprintf(stderr, "%s\n", curl_easy_strerror(result));
  return result ? 1 : 0;
}
