/*
 * get URL - fetch a URL: its body goes to stdout.
 *
 * What a program that uses libcurl has to change is the names of the calls on
 * the handle. Redirects, retries and waits come with them.
 */
#include <stdio.h>

#include <curlew/curlew.h>

static CURLcode fetch(CURL *curl, const char *url)
{
  CURLcode result = curlew_easy_setopt(curl, CURLOPT_URL, url);

  if(!result) /* a FILE *, as long as there is no CURLOPT_WRITEFUNCTION */
    result = curlew_easy_setopt(curl, CURLOPT_WRITEDATA, stdout);
  if(!result)
    result = curlew_easy_perform(curl);
  return result;
}

/* As with libcurl, CURLE_OK says that there was a response. Whether it is the
   one that was hoped for is for the program to judge. */
static int judge(CURL *curl)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(curl);
  long status = 0;

  curlew_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if(status / 100 == 2)
    return 0;
  fprintf(stderr, "%ld %s", status, curlew_status_info((unsigned)status).name);
  if(outcome)
    fprintf(stderr, ": %s", curlew_reason_text(outcome->reason));
  fprintf(stderr, "\n");
  return 1;
}

int main(int argc, char **argv)
{
  int status = 1;

  if(argc != 2) {
    fprintf(stderr, "usage: get URL\n");
    return 2;
  }
  if(curl_global_init(CURL_GLOBAL_DEFAULT))
    return 1;
  CURL *curl = curlew_easy_init();
  if(curl) {
    const CURLcode result = fetch(curl, argv[1]);
    fflush(stdout);
    if(result)
      fprintf(stderr, "%s\n", curl_easy_strerror(result));
    else
      status = judge(curl);
  }
  curlew_easy_cleanup(curl);
  curl_global_cleanup();
  return status;
}
