#include "flavour.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "registry.h"
#include "scope.h"

#define CALLERS_MAX 64 /* that are remembered; more are found anew */

/* What is known of a caller: an object, and the node that it calls under. */
struct user {
  uintptr_t begin;
  uintptr_t end;
  enum cw_node node;
  bool is_left_alone;
  bool is_permanent; /* it is the program itself, which is never unloaded */
  const struct cw_flavour *flavour;
};

/* All that are known; added to under the lock, read without, never freed:
   handles point at them. */
static _Atomic(struct cw_flavour *) flavours;

/* No function of the loader is called under this lock: a thread that has the
   loader's may be waiting for it. */
static struct {
  pthread_mutex_t mutex;
  uint64_t changes; /* of the objects, when the users were found */
  unsigned count;
  struct user user[CALLERS_MAX];
} locked = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* The last one that this thread asked about. */
static CW_TLS_NEAR _Thread_local struct {
  uint64_t changes;
  struct user user;
} last;

static void lock(void)
{
  (void)pthread_mutex_lock(&locked.mutex);
}

static void unlock(void)
{
  (void)pthread_mutex_unlock(&locked.mutex);
}

__attribute__((constructor)) static void guard_fork(void)
{
  (void)pthread_atfork(lock, unlock, unlock);
}

static bool is_user(const struct user *user, const struct cw_caller *caller)
{
  return user->flavour && user->node == caller->node &&
         cw_object_has(user->begin, user->end, caller->address);
}

/* An address may belong to somebody else after something was unloaded. */
static bool recall(const struct cw_caller *caller, uint64_t changes,
                   struct user *user)
{
  bool is_known = false;

  lock();
  if(locked.changes != changes) {
    locked.changes = changes;
    locked.count = 0;
  }
  for(unsigned i = 0; i < locked.count && i < CALLERS_MAX && !is_known; i++) {
    is_known = is_user(&locked.user[i], caller);
    if(is_known)
      *user = locked.user[i];
  }
  unlock();
  return is_known;
}

static void remember(const struct user *user, uint64_t changes)
{
  lock();
  if(locked.changes == changes)
    locked.user[locked.count++ % CALLERS_MAX] = *user;
  unlock();
}

static struct cw_flavour *first(void)
{
  return atomic_load_explicit(&flavours, memory_order_acquire);
}

/* The flavour that is known by that code already, or |found| as a new one. */
static const struct cw_flavour *join(const struct cw_flavour *found)
{
  struct cw_flavour *flavour = NULL;

  lock();
  for(flavour = first(); flavour; flavour = flavour->next)
    if(flavour->libcurl.easy_perform == found->libcurl.easy_perform &&
       flavour->begin == found->begin)
      break;
  if(!flavour) {
    flavour = malloc(sizeof(*flavour));
    if(flavour) {
      *flavour = *found;
      flavour->next = first();
      atomic_store_explicit(&flavours, flavour, memory_order_release);
    }
  }
  unlock();
  return flavour;
}

static struct user find(const struct cw_caller *caller, uint64_t changes)
{
  struct user user = {.node = caller->node};
  struct cw_flavour found = {.begin = 0};
  struct cw_scope scope;

  cw_scope_open(&scope, caller);
  user.begin = scope.object.begin;
  user.end = scope.object.end;
  user.is_left_alone = scope.is_curlew;
  user.is_permanent = user.end && !scope.object.name[0];
  if(cw_scope_find(&scope, &found))
    user.flavour = join(&found);
  cw_scope_close(&scope);
  if(user.flavour && user.end)
    remember(&user, changes);
  return user;
}

const struct cw_flavour *cw_flavour_of(const struct cw_caller *caller,
                                       bool *is_left_alone)
{
  for(const struct cw_flavour *flavour = first(); flavour;
      flavour = flavour->next)
    if(cw_flavour_is_inner(flavour, caller)) {
      *is_left_alone = true;
      return flavour;
    }

  if(last.user.is_permanent && is_user(&last.user, caller)) {
    *is_left_alone = last.user.is_left_alone;
    return last.user.flavour;
  }
  const uint64_t changes = cw_object_changes();
  if(last.changes != changes || !is_user(&last.user, caller)) {
    if(!recall(caller, changes, &last.user))
      last.user = find(caller, changes);
    last.changes = changes;
  }
  *is_left_alone = last.user.is_left_alone;
  return last.user.flavour;
}
