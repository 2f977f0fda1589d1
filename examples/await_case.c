/*
 * await_case BASE-URL - what an integration client does: post a case, then
 * fetch it from BASE-URL/42, though the server may take a while to make it.
 *
 * A 404 is usually final. Here it means "not yet": that is something only the
 * client knows, and says with curlew_easy_set_expect().
 */
#include <stdio.h>

#include <curlew/curlew.h>

static CURLcode perform(CURL *curl, const char *url, long *status)
{
  CURLcode result = curlew_easy_setopt(curl, CURLOPT_URL, url);

  if(!result)
    result = curlew_easy_perform(curl);
  if(!result)
    result = curlew_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
  return result;
}

/* The key makes it safe to post again where the first answer got lost. */
static CURLcode post_case(CURL *curl, const char *url, long *status)
{
  struct curl_slist *headers =
    curl_slist_append(NULL, "Idempotency-Key: case-42");
  CURLcode result = headers ? CURLE_OK : CURLE_OUT_OF_MEMORY;

  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "case=42");
  if(!result)
    result = perform(curl, url, status);
  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
  curl_slist_free_all(headers);
  return result;
}

static CURLcode fetch_case(CURL *curl, const char *url, long *status)
{
  CURLcode result = curlew_easy_setopt(curl, CURLOPT_HTTPGET, 1L);

  if(!result)
    result = curlew_easy_set_expect(curl, true);
  if(!result)
    result = perform(curl, url, status);
  return result;
}

int main(int argc, char **argv)
{
  CURLcode result = CURLE_FAILED_INIT;
  char url[1024];
  long status = 0;

  if(argc != 2 ||
     snprintf(url, sizeof(url), "%s/42", argv[1]) >= (int)sizeof(url)) {
    fprintf(stderr, "usage: await_case BASE-URL\n");
    return 2;
  }
  if(!curl_global_init(CURL_GLOBAL_DEFAULT)) {
    CURL *curl = curlew_easy_init();
    if(curl)
      result = post_case(curl, argv[1], &status);
    if(!result && status / 100 == 2)
      result = fetch_case(curl, url, &status);
    curlew_easy_cleanup(curl);
    curl_global_cleanup();
  }
  if(result)
    fprintf(stderr, "%s\n", curl_easy_strerror(result));
  else
    printf("%ld %s\n", status, curlew_status_info((unsigned)status).name);
  return !result && status / 100 == 2 ? 0 : 1;
}
