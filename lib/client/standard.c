#include "standard.h"

#include <pthread.h>
#include <stddef.h>

static struct {
  pthread_mutex_t mutex;
  struct curlew_policy *policy;
} locked = {.mutex = PTHREAD_MUTEX_INITIALIZER};

void cw_standard_lock(void)
{
  (void)pthread_mutex_lock(&locked.mutex);
}

void cw_standard_unlock(void)
{
  (void)pthread_mutex_unlock(&locked.mutex);
}

struct curlew_policy *cw_standard_policy(void)
{
  cw_standard_lock();
  if(!locked.policy)
    locked.policy = curlew_policy_builtin("default");
  struct curlew_policy *policy = curlew_policy_ref(locked.policy);
  cw_standard_unlock();
  return policy;
}

static struct curlew_policy *library_policy(CURLcode *failure)
{
  struct curlew_policy *policy = cw_standard_policy();

  if(!policy)
    *failure = CURLE_OUT_OF_MEMORY;
  return policy;
}

const struct cw_standard cw_standard_library = {
  .policy = library_policy,
  .trace = NULL,
  .trace_user = NULL,
  .may_repeat = false,
};
