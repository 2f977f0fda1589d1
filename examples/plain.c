/*
 * plain URL - fetch a URL with libcurl, and nothing else: its body goes to
 * stdout, what went wrong to stderr.
 *
 * A program like many, that knows nothing of curlew. "curlew run plain URL"
 * gives it the policy all the same.
 */
#include <stdio.h>

#include <curl/curl.h>

static int fetch(CURL *curl, const char *url)
{
  long status = 0;

  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  const CURLcode result = curl_easy_perform(curl);
  fflush(stdout);
  if(result) {
    fprintf(stderr, "%s\n", curl_easy_strerror(result));
    return 1;
  }
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if(status >= 400)
    fprintf(stderr, "%ld\n", status);
  return status >= 400;
}

int main(int argc, char **argv)
{
  int status = 1;

  if(argc != 2) {
    fprintf(stderr, "usage: plain URL\n");
    return 2;
  }
  if(curl_global_init(CURL_GLOBAL_DEFAULT))
    return 1;
  CURL *curl = curl_easy_init();
  if(curl)
    status = fetch(curl, argv[1]);
  curl_easy_cleanup(curl);
  curl_global_cleanup();
  return status;
}
