/* sound.h - what holds for any policy that was read, and for what is said of a
   text that is none. */
#ifndef SOUND_H
#define SOUND_H

#include "fuzz.h"

#include <string.h>

#include "policy.h"

/* Text that a terminal can show: no control characters but those of UTF-8. */
static inline void is_plain(const char *text, size_t room)
{
  const size_t length = strnlen(text, room);

  fuzz_promise(length < room);
  for(size_t i = 0; i < length; i++)
    fuzz_promise((unsigned char)text[i] >= ' ' && text[i] != 0x7f);
}

/* |size| bytes were refused with |result|. */
static inline void mistake_is_sound(const struct curlew_policy_error *error,
                                    CURLcode result, size_t size)
{
  fuzz_promise(result == CURLE_BAD_FUNCTION_ARGUMENT ||
               result == CURLE_FILE_COULDNT_READ_FILE);
  is_plain(error->file, sizeof(error->file));
  is_plain(error->found, sizeof(error->found));
  is_plain(error->allowed, sizeof(error->allowed));
  is_plain(error->text, sizeof(error->text));
  fuzz_promise(error->text[0]);
  fuzz_promise(error->line <= size + 1);
}

/* The rules of |policy| are within what the engine takes them to be. */
static inline void is_in_range(const struct cw_rules *rules)
{
  fuzz_promise(rules->limits.attempts >= 1 && rules->limits.attempts <= 1000);
  fuzz_promise(rules->limits.redirects <= 1000);
  fuzz_promise(rules->backoff.cap_ms <= CW_BACKOFF_CAP_MAX_MS);
  fuzz_promise(rules->backoff.base_ms <= rules->backoff.cap_ms);
  fuzz_promise(rules->backoff.factor_permille >= 1000 &&
               rules->backoff.factor_permille <= 10000);
}

/* |policy| is printed as a text that says the same. */
static inline void policy_comes_back(const struct curlew_policy *policy)
{
  struct curlew_policy_error error = {.line = 0};
  struct curlew_policy *again = NULL;
  char *text = NULL;
  char *same = NULL;

  is_in_range(cw_policy_rules(policy)->everywhere);
  fuzz_promise(!curlew_policy_dump(policy, &text));
  if(curlew_policy_parse(text, strlen(text), "dump", &again, &error))
    fprintf(stderr, "%s\n%s\n", text, error.text);
  fuzz_promise(again);
  fuzz_promise(!curlew_policy_dump(again, &same));
  fuzz_promise(!strcmp(text, same));
  free(text);
  free(same);
  curlew_policy_unref(again);
}

#endif
