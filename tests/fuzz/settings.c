/* settings.c - fuzzes what CURLEW_SET may say: settings over each of the
   built-in policies. */
#include "fuzz.h"

#include <string.h>

#include "sound.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char *const names[] = {"none",    "default", "integration",
                                      "patient", "dropin",  "curl"};
  static struct curlew_policy *bases[sizeof(names) / sizeof(*names)];
  struct curlew_policy_error error = {.line = 0};
  struct curlew_policy *policy = NULL;

  if(!size)
    return 0;
  const size_t which = data[0] % (sizeof(names) / sizeof(*names));
  if(!bases[which])
    bases[which] = curlew_policy_builtin(names[which]);
  struct curlew_policy *base = bases[which];
  char *settings = strndup((const char *)data + 1, size - 1);
  fuzz_promise(base && settings);
  const CURLcode result = curlew_policy_set(base, settings, &policy, &error);
  if(result) {
    fuzz_promise(!policy);
    mistake_is_sound(&error, result, size);
  }
  else
    policy_comes_back(policy);
  free(settings);
  curlew_policy_unref(policy);
  return 0;
}
