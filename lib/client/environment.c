#define _GNU_SOURCE /* secure_getenv */
#include "environment.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal.h"
#include "lineage.h"

static struct curlew_policy *policy_of(CURLcode *failure);

/* Nothing changes any more, and nobody needs the lock. */
static atomic_bool is_ready;

static struct {
  pthread_mutex_t mutex;
  bool is_traced;  /* CURLEW_TRACE was read; before it the policy is not */
  bool is_settled; /* the policy is there, or will never be */
  CURLcode failure;
  struct curlew_policy *policy;
  struct cw_journal journal;
  struct cw_standard standard;
} locked = {
  .mutex = PTHREAD_MUTEX_INITIALIZER,
  .failure = CURLE_OUT_OF_MEMORY,
  .standard = {.policy = policy_of, .may_repeat = true},
};

void cw_environment_lock(void)
{
  (void)pthread_mutex_lock(&locked.mutex);
}

void cw_environment_unlock(void)
{
  (void)pthread_mutex_unlock(&locked.mutex);
}

/* An empty variable is none. */
static const char *variable(const char *name)
{
  const char *value = secure_getenv(name);
  return value && *value ? value : NULL;
}

static CURLcode read_policy(struct curlew_policy_error *error)
{
  const char *name = variable("CURLEW_POLICY");
  const char *settings = variable("CURLEW_SET");
  const struct cw_spot spot = {.file = "CURLEW_POLICY", .error = error};
  struct curlew_policy *base = NULL;
  CURLcode result = cw_lineage_named(name ? name : "dropin", &spot, &base);

  if(result || !settings) {
    locked.policy = base;
    return result;
  }
  result = curlew_policy_set(base, settings, &locked.policy, error);
  curlew_policy_unref(base);
  return result;
}

static void settle_policy(void)
{
  struct curlew_policy_error error;
  const CURLcode result = read_policy(&error);

  locked.failure =
    result && result != CURLE_OUT_OF_MEMORY ? CURLE_FAILED_INIT : result;
  locked.is_settled = result != CURLE_OUT_OF_MEMORY;
  if(locked.failure == CURLE_FAILED_INIT)
    (void)fprintf(stderr, "curlew: %s\n", error.text);
}

static void settle_trace(void)
{
  const char *where = variable("CURLEW_TRACE");

  if(where && cw_journal_open(&locked.journal, where)) {
    locked.standard.trace = cw_journal_write;
    locked.standard.trace_user = &locked.journal;
  }
  else if(where && errno == ENOMEM)
    return;
  else if(where)
    (void)fprintf(stderr, "curlew: CURLEW_TRACE: cannot append to %s: %s\n",
                  where, strerror(errno));
  locked.is_traced = true;
}

const struct cw_standard *cw_environment(void)
{
  if(atomic_load_explicit(&is_ready, memory_order_acquire))
    return &locked.standard;
  cw_environment_lock();
  if(!locked.is_traced)
    settle_trace();
  if(locked.is_traced && !locked.is_settled)
    settle_policy();
  if(locked.is_settled)
    atomic_store_explicit(&is_ready, true, memory_order_release);
  cw_environment_unlock();
  return &locked.standard;
}

static struct curlew_policy *policy_of(CURLcode *failure)
{
  if(!atomic_load_explicit(&is_ready, memory_order_acquire)) {
    *failure = CURLE_OUT_OF_MEMORY;
    return NULL;
  }
  struct curlew_policy *policy = curlew_policy_ref(locked.policy);
  if(!policy)
    *failure = locked.failure;
  return policy;
}
