#include "flavour.h"

#include <pthread.h>
#include <stdlib.h>

#include "scope.h"

#define CALLERS_MAX 64 /* that are remembered; more are found anew */

/* What is known of a caller: an object, and the node that it calls under. */
struct user {
  uintptr_t begin;
  uintptr_t end;
  enum cw_node node;
  bool is_left_alone;
  const struct cw_flavour *flavour;
};

/* No function of the loader is called under this lock: a thread that has the
   loader's may be waiting for it. */
static struct {
  pthread_mutex_t mutex;
  struct cw_flavour *first; /* never freed: handles point at them */
  uint64_t changes;         /* of the objects, when the users were found */
  unsigned count;
  struct user user[CALLERS_MAX];
} locked = {.mutex = PTHREAD_MUTEX_INITIALIZER};

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
    *user = locked.user[i];
    is_known = user->node == caller->node &&
               cw_object_has(user->begin, user->end, caller->address);
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

/* The flavour that is known by that code already, or |found| as a new one. */
static const struct cw_flavour *join(const struct cw_flavour *found)
{
  struct cw_flavour *flavour = NULL;

  lock();
  for(flavour = locked.first; flavour; flavour = flavour->next)
    if(flavour->libcurl.easy_perform == found->libcurl.easy_perform &&
       flavour->begin == found->begin)
      break;
  if(!flavour) {
    flavour = malloc(sizeof(*flavour));
    if(flavour) {
      *flavour = *found;
      flavour->next = locked.first;
      locked.first = flavour;
    }
  }
  unlock();
  return flavour;
}

const struct cw_flavour *cw_flavour_of(const struct cw_caller *caller,
                                       bool *is_left_alone)
{
  const uint64_t changes = cw_object_changes();
  struct cw_flavour found = {.begin = 0};
  struct user user;

  if(!recall(caller, changes, &user)) {
    user = (struct user){.node = caller->node};
    struct cw_scope scope;
    cw_scope_open(&scope, caller);
    user.begin = scope.object.begin;
    user.end = scope.object.end;
    user.is_left_alone = scope.is_curlew;
    if(cw_scope_find(&scope, &found))
      user.flavour = join(&found);
    cw_scope_close(&scope);
    if(user.flavour)
      remember(&user, changes);
  }
  *is_left_alone = user.is_left_alone;
  return user.flavour;
}
