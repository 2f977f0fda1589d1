#include "figures.h"

#include <setjmp.h>

#include <cmocka.h>

static long get_long(const struct exchange *last, CURLINFO info)
{
  switch((int)info) {
  case CURLINFO_RESPONSE_CODE:
    return last->status;
  case CURLINFO_NUM_CONNECTS:
    return last->connects;
  case CURLINFO_LOCAL_PORT:
    return last->port;
  case CURLINFO_HEADER_SIZE:
    return last->head_size;
  case CURLINFO_REQUEST_SIZE:
    return last->request_size;
  case CURLINFO_REDIRECT_COUNT:
  case CURLINFO_HTTP_CONNECTCODE:
    return 0;
  case CURLINFO_HTTP_VERSION:
    return CURL_HTTP_VERSION_1_1;
  default:
    fail_msg("getinfo of the long %d", (int)info);
  }
  return 0;
}

static curl_off_t get_time(const struct exchange *last, CURLINFO info)
{
  switch((int)info) {
  case CURLINFO_PRETRANSFER_TIME_T:
    return (curl_off_t)last->sent_ms * 1000;
  case CURLINFO_TOTAL_TIME_T:
    return (curl_off_t)last->end_ms * 1000;
  case CURLINFO_REDIRECT_TIME_T:
    return 0;
  default:
    fail_msg("getinfo of the time %d", (int)info);
  }
  return 0;
}

static const char *effective_url(const struct exchange *last,
                                 const struct options *options)
{
  const char *url = last->url ? last->url : options_text(options, CURLOPT_URL);
  return url ? url : "";
}

static const char *get_text(const struct exchange *last,
                            const struct options *options, CURLINFO info)
{
  switch((int)info) {
  case CURLINFO_EFFECTIVE_URL:
    return effective_url(last, options);
  case CURLINFO_EFFECTIVE_METHOD:
    return last->method ? last->method : "GET";
  case CURLINFO_REFERER:
    return options_text(options, CURLOPT_REFERER);
  case CURLINFO_REDIRECT_URL:
    return NULL;
  default:
    fail_msg("getinfo of the text %d", (int)info);
  }
  return NULL;
}

void figures_get(const struct exchange *last, const struct options *options,
                 CURLINFO info, void *result)
{
  switch((int)info & CURLINFO_TYPEMASK) {
  case CURLINFO_LONG:
    *(long *)result = get_long(last, info);
    break;
  case CURLINFO_OFF_T:
    *(curl_off_t *)result = get_time(last, info);
    break;
  case CURLINFO_DOUBLE:
    assert_int_equal(info, CURLINFO_TOTAL_TIME);
    *(double *)result = (double)last->end_ms / 1000.0;
    break;
  default:
    *(const char **)result = get_text(last, options, info);
    break;
  }
}
