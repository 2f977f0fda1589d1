/* plain.h - transfers with plain libcurl, from the loopback server. */
#ifndef CW_TEST_PLAIN_H
#define CW_TEST_PLAIN_H

#include <curl/curl.h>

#include "answer.h"
#include "wire.h"

/* A handle that trusts the server and gives up after five seconds. */
static inline CURL *plain_new(const struct wire *wire)
{
  CURL *curl = curl_easy_init();
  assert_non_null(curl);
  curl_easy_setopt(curl, CURLOPT_CAINFO, wire->ca);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 5000L);
  return curl;
}

static inline struct answer plain_perform(CURL *curl, const char *url)
{
  struct answer answer = {.result = CURLE_OK};

  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, answer_take_head);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, answer_take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  answer.result = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &answer.connects);
  curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME_T, &answer.total_us);
  return answer;
}

#endif
