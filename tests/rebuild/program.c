/*
 * program.c - an ordinary program of libcurl's, in the C that is C++ too. It
 * knows nothing of curlew; checks/rebuild.sh compiles it with <curlew/dropin.h>.
 *
 *     program get URL...       by the functions' names
 *     program pointers URL...  by pointers to them
 *     program follow URL...    where libcurl is asked to follow
 *     program multi URL...     in a multi handle
 *
 * Prints a line for each URL: the CURLcode, the status, the value of X-Last,
 * how many headers there were, and the body.
 */
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

struct answer {
  size_t length;
  char body[256];
};

static size_t take(char *data, size_t size, size_t count, void *user)
{
  struct answer *answer = (struct answer *)user;
  const size_t left = sizeof(answer->body) - answer->length - 1;
  const size_t length = size * count < left ? size * count : left;

  memcpy(answer->body + answer->length, data, length);
  answer->length += length;
  return size * count;
}

/* Options of each type: function, object, long, string, list, offset, blob. */
static void set_up(CURL *curl, struct answer *answer,
                   struct curl_slist *fields)
{
  static char nothing[] = "x";
  struct curl_blob blob;

  blob.data = nothing;
  blob.len = 1;
  blob.flags = CURL_BLOB_COPY;
  memset(answer, 0, sizeof(*answer));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 9000L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "program");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)1000000);
  curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
}

static void tell(CURL *curl, CURLcode result, const struct answer *answer)
{
  struct curl_header *last = NULL;
  struct curl_header *each = NULL;
  char *url = NULL;
  double seconds = -1;
  curl_off_t size = -1;
  long status = 0;
  unsigned count = 0;

  if(curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) ||
     curl_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &url) || !url ||
     curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME, &seconds) || seconds < 0 ||
     curl_easy_getinfo(curl, CURLINFO_SIZE_DOWNLOAD_T, &size) || size < 0)
    puts("getinfo fails");
  while((each = curl_easy_nextheader(curl, CURLH_HEADER, -1, each)) != NULL)
    count++;
  if(curl_easy_header(curl, "X-Last", 0, CURLH_HEADER, -1, &last))
    last = NULL;
  printf("%d %ld %s %u %s\n", (int)result, status, last ? last->value : "-",
         count, answer->body);
}

static void get(const char *url, struct curl_slist *fields, long follow)
{
  struct answer answer;
  CURL *first = curl_easy_init();
  CURL *curl = NULL;

  set_up(first, &answer, fields);
  if(follow)
    curl_easy_setopt(first, CURLOPT_FOLLOWLOCATION, follow);
  curl_easy_setopt(first, CURLOPT_URL, url);
  curl = curl_easy_duphandle(first);
  curl_easy_reset(first);
  curl_easy_cleanup(first);
  tell(curl, curl_easy_perform(curl), &answer);
  curl_easy_cleanup(curl);
}

/* What a program that loads libcurl late, or wraps it, has. */
struct functions {
  CURL *(*init)(void);
  void (*cleanup)(CURL *curl);
  CURLcode (*setopt)(CURL *curl, CURLoption option, ...);
  CURLcode (*perform)(CURL *curl);
  CURLcode (*getinfo)(CURL *curl, CURLINFO info, ...);
  CURL *(*duphandle)(CURL *curl);
  void (*reset)(CURL *curl);
  CURLMcode (*add)(CURLM *multi, CURL *curl);
};

static const struct functions functions = {
  curl_easy_init,    curl_easy_cleanup,     (curl_easy_setopt),
  curl_easy_perform, (curl_easy_getinfo),   curl_easy_duphandle,
  &curl_easy_reset,  curl_multi_add_handle,
};

static void get_by_pointers(const char *url, struct curl_slist *fields)
{
  struct answer answer;
  CURL *curl = functions.init();
  CURL *copy = NULL;
  long status = 0;

  functions.reset(curl);
  set_up(curl, &answer, fields);
  functions.setopt(curl, CURLOPT_URL, url);
  copy = functions.duphandle(curl);
  functions.cleanup(curl);
  const CURLcode result = functions.perform(copy);
  functions.getinfo(copy, CURLINFO_RESPONSE_CODE, &status);
  tell(copy, result, &answer);
  functions.cleanup(copy);
}

static void get_by_multi(const char *url, struct curl_slist *fields)
{
  struct answer answer;
  CURLM *multi = curl_multi_init();
  CURL *curl = curl_easy_init();
  CURLcode result = CURLE_OK;
  CURLMsg *message = NULL;
  int running = 0;
  int left = 0;

  set_up(curl, &answer, fields);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_multi_add_handle(multi, curl);
  while(!curl_multi_perform(multi, &running) && running)
    curl_multi_poll(multi, NULL, 0, 1000, NULL);
  message = curl_multi_info_read(multi, &left);
  result = message ? message->data.result : CURLE_FAILED_INIT;
  curl_multi_remove_handle(multi, curl);
  tell(curl, result, &answer);
  curl_easy_cleanup(curl);
  curl_multi_cleanup(multi);
}

int main(int argc, char **argv)
{
  struct curl_slist *fields = curl_slist_append(NULL, "X-Field: value");

  if(argc < 3 || curl_global_init(CURL_GLOBAL_DEFAULT))
    return 2;
  for(int i = 2; i < argc; i++) {
    if(!strcmp(argv[1], "multi"))
      get_by_multi(argv[i], fields);
    else if(!strcmp(argv[1], "pointers"))
      get_by_pointers(argv[i], fields);
    else
      get(argv[i], fields, !strcmp(argv[1], "follow"));
  }
  curl_slist_free_all(fields);
  curl_global_cleanup();
  return 0;
}
