/* easy.c - a whole tale: policies, applications and servers at random, through
   all drivers, see tests/support/tale.h. */
#include "fuzz.h"

#include "tale.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct tale tale;

  /* or an assertion of the scripted libcurl's says nothing */
  (void)setenv("CMOCKA_TEST_ABORT", "1", 1);
  tale_read(&tale, data, size);
  char *broken = tale_play(&tale);
  if(broken) {
    fprintf(stderr, "broken promise: %s\n", broken);
    tale_print(&tale, stderr);
    abort();
  }
  return 0;
}
