#include "allowance.h"

#include "handle.h"

/* The last ones that were given up; a loop may be about more than one. */
CW_TLS_NEAR _Thread_local bool cw_allowance_is_any;
static CW_TLS_NEAR _Thread_local struct {
  unsigned next;
  struct cw_used used[CW_ALLOWANCE_MAX];
} of_thread;

/* FNV-1a; two requests that look alike cost one of them its repetition. */
static uint64_t hash(uint64_t key, const char *text)
{
  do {
    key ^= (unsigned char)*text;
    key *= UINT64_C(0x100000001B3);
  } while(*text++);
  return key;
}

static uint64_t key_of(const struct cw_handle *handle)
{
  const struct cw_operation *op = &handle->op;
  const char *url = op->given.length ? op->given.data : cw_handle_url(handle);
  const uint64_t key =
    hash(hash(UINT64_C(0xCBF29CE484222325), cw_notes_method(&handle->notes)),
         url ? url : "");

  return key ? key : 1;
}

static bool is_used(struct cw_used *used, uint64_t key, uint64_t now_ms)
{
  /* or the clock went back */
  if(now_ms >= used->until_ms || used->until_ms - now_ms > CW_ALLOWANCE_MS)
    used->key = 0;
  return used->key == key;
}

static bool is_used_by_thread(uint64_t key, uint64_t now_ms)
{
  bool is_found = false;

  cw_allowance_is_any = false;
  for(unsigned i = 0; i < CW_ALLOWANCE_MAX; i++) {
    is_found = is_used(&of_thread.used[i], key, now_ms) || is_found;
    cw_allowance_is_any = cw_allowance_is_any || of_thread.used[i].key;
  }
  return is_found;
}

bool cw_allowance_is_used(struct cw_handle *handle, uint64_t now_ms)
{
  if(!cw_allowance_is_watched(&handle->used) || !handle->standard->may_repeat)
    return false;
  const uint64_t key = key_of(handle);
  const bool is_threads = is_used_by_thread(key, now_ms);
  return is_used(&handle->used, key, now_ms) || is_threads;
}

/* Would there have been one more attempt, but for a limit? */
static bool is_at_a_limit(enum curlew_reason reason)
{
  return reason == CURLEW_REASON_ATTEMPTS || reason == CURLEW_REASON_WAITING ||
         reason == CURLEW_REASON_DEADLINE ||
         reason == CURLEW_REASON_RETRY_AFTER_CAP;
}

static bool is_given_up(const struct cw_handle *handle,
                        enum curlew_reason reason)
{
  return reason == CURLEW_REASON_GIVEN_UP ||
         (handle->op.engine.attempts > 1 && is_at_a_limit(reason));
}

static void forget(struct cw_used *used, uint64_t key)
{
  if(used->key == key)
    used->key = 0;
}

static void forget_by_thread(uint64_t key)
{
  cw_allowance_is_any = false;
  for(unsigned i = 0; i < CW_ALLOWANCE_MAX; i++) {
    forget(&of_thread.used[i], key);
    cw_allowance_is_any = cw_allowance_is_any || of_thread.used[i].key;
  }
}

/* In the place of what was noted of the same request, or of the oldest. */
static void note(const struct cw_used *used)
{
  forget_by_thread(used->key);
  of_thread.used[of_thread.next++ % CW_ALLOWANCE_MAX] = *used;
  cw_allowance_is_any = true;
}

void cw_allowance_note(struct cw_handle *handle, enum curlew_reason reason)
{
  if(!handle->standard->may_repeat)
    return;
  if(is_given_up(handle, reason)) {
    const uint64_t now_ms = handle->world->now(handle->world->user).mono_ms;
    handle->used = (struct cw_used){
      .key = key_of(handle),
      .until_ms = cw_ms_add(now_ms, CW_ALLOWANCE_MS),
    };
    note(&handle->used);
  }
  else if(reason == CURLEW_REASON_PASSED &&
          cw_allowance_is_watched(&handle->used)) {
    const uint64_t key = key_of(handle);
    forget(&handle->used, key);
    forget_by_thread(key);
  }
}
