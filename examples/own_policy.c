/*
 * own_policy POLICY.ini URL - fetch a URL as a policy of one's own says, and
 * tell the whole story.
 */
#include <inttypes.h>
#include <stdio.h>

#include <curlew/curlew.h>

static struct curlew_policy *load(const char *path)
{
  struct curlew_policy_error error = {0};
  struct curlew_policy *policy = NULL;
  const CURLcode result = curlew_policy_load(path, &policy, &error);

  if(result) /* error.text names file, line and what is allowed there */
    fprintf(stderr, "%s\n",
            error.text[0] ? error.text : curl_easy_strerror(result));
  return policy;
}

static CURLcode fetch(CURL *curl, struct curlew_policy *policy,
                      const char *url)
{
  CURLcode result = curlew_easy_set_policy(curl, policy);

  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_URL, url);
  if(!result)
    result = curlew_easy_perform(curl);
  return result;
}

/* A row for each attempt, then why there was no other. */
static void tell(CURL *curl)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(curl);

  for(size_t i = 0; outcome && i < outcome->count; i++) {
    const struct curlew_attempt *attempt = &outcome->attempt[i];
    if(attempt->wait_ms)
      printf("waited %" PRIu64 " ms\n", attempt->wait_ms);
    printf("%s %s: ", attempt->method, attempt->url);
    if(attempt->result)
      printf("%s\n", curl_easy_strerror(attempt->result));
    else
      printf("%u\n", attempt->status);
  }
  if(outcome)
    printf("%s\n", curlew_reason_text(outcome->reason));
}

int main(int argc, char **argv)
{
  CURLcode result = CURLE_FAILED_INIT;

  if(argc != 3) {
    fprintf(stderr, "usage: own_policy POLICY.ini URL\n");
    return 2;
  }
  struct curlew_policy *policy = load(argv[1]);
  if(!policy)
    return 1;
  if(!curl_global_init(CURL_GLOBAL_DEFAULT)) {
    CURL *curl = curlew_easy_init();
    if(curl) {
      result = fetch(curl, policy, argv[2]);
      tell(curl);
    }
    curlew_easy_cleanup(curl);
    curl_global_cleanup();
  }
  curlew_policy_unref(policy);
  if(result)
    fprintf(stderr, "%s\n", curl_easy_strerror(result));
  return result ? 1 : 0;
}
