#include "standard.h"

#include <pthread.h>

static struct {
  pthread_mutex_t mutex;
  struct curlew_policy *policy;
} locked = {.mutex = PTHREAD_MUTEX_INITIALIZER};

struct curlew_policy *cw_standard_policy(void)
{
  (void)pthread_mutex_lock(&locked.mutex);
  if(!locked.policy)
    locked.policy = curlew_policy_builtin("default");
  struct curlew_policy *policy = curlew_policy_ref(locked.policy);
  (void)pthread_mutex_unlock(&locked.mutex);
  return policy;
}
