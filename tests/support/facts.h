/* facts.h - what curl_easy_getinfo() tells of a transfer, as a text. */
#ifndef CW_TEST_FACTS_H
#define CW_TEST_FACTS_H

#include "api.h"

static const struct {
  CURLINFO info;
  const char *name;
} facts[] = {
  {CURLINFO_RESPONSE_CODE, "response code"},
  {CURLINFO_HTTP_CONNECTCODE, "connect code"},
  {CURLINFO_REDIRECT_COUNT, "redirects"},
  {CURLINFO_NUM_CONNECTS, "connects"},
  {CURLINFO_HEADER_SIZE, "header size"},
  {CURLINFO_REQUEST_SIZE, "request size"},
  {CURLINFO_SIZE_DOWNLOAD_T, "download"},
  {CURLINFO_SIZE_UPLOAD_T, "upload"},
  {CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, "length"},
  {CURLINFO_EFFECTIVE_URL, "url"},
  {CURLINFO_EFFECTIVE_METHOD, "method"},
  {CURLINFO_REDIRECT_URL, "redirect url"},
  {CURLINFO_CONTENT_TYPE, "type"},
  {CURLINFO_REFERER, "referer"},
};

/* All of them as text, a line each. */
static inline const char *facts_of(const struct api *api, struct wire *wire,
                                   CURL *curl)
{
  const char *all = "";

  for(size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
    const CURLINFO info = facts[i].info;
    char *text = NULL;
    curl_off_t offset = 0;
    long number = 0;
    switch(info & CURLINFO_TYPEMASK) {
    case CURLINFO_STRING:
      api->getinfo(curl, info, &text);
      break;
    case CURLINFO_OFF_T:
      api->getinfo(curl, info, &offset);
      break;
    default:
      api->getinfo(curl, info, &number);
    }
    all = wire_text(wire, "%s%s: %s %ld\n", all, facts[i].name,
                    text ? text : "", number + (long)offset);
  }
  return all;
}

#endif
