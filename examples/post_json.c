/*
 * post_json URL JSON [IDEMPOTENCY-KEY] - post JSON, say how it went.
 *
 * A POST is sent again only where that can do nothing twice: the status proves
 * that it was not processed, or it has a key by which the server knows it.
 */
#include <inttypes.h>
#include <stdio.h>

#include <curlew/curlew.h>

static CURLcode add(struct curl_slist **headers, const char *line)
{
  struct curl_slist *longer = curl_slist_append(*headers, line);

  if(!longer)
    return CURLE_OUT_OF_MEMORY;
  *headers = longer;
  return CURLE_OK;
}

static CURLcode post(CURL *curl, const char *url, const char *json,
                     const char *key)
{
  struct curl_slist *headers = NULL;
  char line[256];
  CURLcode result = add(&headers, "Content-Type: application/json");

  if(!result && key) {
    const int need = snprintf(line, sizeof(line), "Idempotency-Key: %s", key);
    /* half a key would be another key */
    result = need < (int)sizeof(line) ? add(&headers, line)
                                      : CURLE_BAD_FUNCTION_ARGUMENT;
  }
  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_URL, url);
  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, json);
  if(!result)
    result = curlew_easy_perform(curl); /* the answer's body goes to stdout */
  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
  curl_slist_free_all(headers);
  return result;
}

static int tell(CURL *curl, CURLcode result)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(curl);
  long status = 0;

  curlew_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if(result)
    printf("%s", curl_easy_strerror(result));
  else
    printf("%ld %s", status, curlew_status_info((unsigned)status).name);
  if(outcome)
    printf("; attempts: %u, waited: %" PRIu64 " ms; %s", outcome->attempts,
           outcome->waited_ms, curlew_reason_text(outcome->reason));
  printf("\n");
  return !result && status / 100 == 2 ? 0 : 1;
}

int main(int argc, char **argv)
{
  int status = 1;

  if(argc < 3 || argc > 4)
    fprintf(stderr, "usage: post_json URL JSON [IDEMPOTENCY-KEY]\n");
  if(argc < 3 || argc > 4 || curl_global_init(CURL_GLOBAL_DEFAULT))
    return 2;
  CURL *curl = curlew_easy_init();
  if(curl) /* argv[3] is NULL where there is no key */
    status = tell(curl, post(curl, argv[1], argv[2], argv[3]));
  curlew_easy_cleanup(curl);
  curl_global_cleanup();
  return status;
}
