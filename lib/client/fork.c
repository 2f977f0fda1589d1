#include "fork.h"

#include <pthread.h>

#include "environment.h"
#include "multis.h"
#include "registry.h"
#include "share.h"
#include "standard.h"

/* In the order in which they are taken where one is held already. */
static void before(void)
{
  cw_environment_lock();
  cw_standard_lock();
  cw_multis_lock();
  cw_registry_lock();
  cw_share_lock_all();
}

static void after(void)
{
  cw_share_unlock_all();
  cw_registry_unlock();
  cw_multis_unlock();
  cw_standard_unlock();
  cw_environment_unlock();
}

static void install(void)
{
  /* without memory a fork is as dangerous as it is without this */
  (void)pthread_atfork(before, after, after);
}

void cw_fork_guard(void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  (void)pthread_once(&once, install);
}

/* A look-up takes a lock too, and may come before the first handle. */
#if defined(__GNUC__)
__attribute__((constructor)) static void guard_from_the_start(void)
{
  cw_fork_guard();
}
#endif
