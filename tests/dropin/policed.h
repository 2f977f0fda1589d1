/* policed.h - libcurl's functions are curlew's, as when `curl_easy_` was
   changed to `curlew_easy_`; and nothing waits. */
#ifndef CW_TEST_POLICED_H
#define CW_TEST_POLICED_H

#include <curlew/curlew.h>

static inline CURL *policed_init(void)
{
  struct curlew_policy *base = curlew_policy_builtin("default");
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error;
  CURL *curl = curlew_easy_init();

  if(!curlew_policy_set(base, "backoff.base=0ms; backoff.jitter=none", &policy,
                        &error))
    curlew_easy_set_policy(curl, policy);
  curlew_policy_unref(policy);
  curlew_policy_unref(base);
  return curl;
}

#undef curl_easy_setopt
#undef curl_easy_getinfo
#define curl_easy_init    policed_init
#define curl_easy_perform curlew_easy_perform
#define curl_easy_cleanup curlew_easy_cleanup
#define curl_easy_setopt  curlew_easy_setopt
#define curl_easy_getinfo curlew_easy_getinfo

#define curl_multi_init          curlew_multi_init
#define curl_multi_cleanup       curlew_multi_cleanup
#define curl_multi_add_handle    curlew_multi_add_handle
#define curl_multi_remove_handle curlew_multi_remove_handle
#define curl_multi_perform       curlew_multi_perform
#define curl_multi_poll          curlew_multi_poll
#define curl_multi_info_read     curlew_multi_info_read

#endif
