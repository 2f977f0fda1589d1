/* Test of the version nodes: each leads to the libcurl that has it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dropin.h"

static void each_function_reaches_the_libcurl_of_its_node(void **state)
{
  struct process process = {
    .program = PROGRAM("nodes"),
    .env = LIST(NO_WAITS),
    .preload = DROPIN,
  };
  (void)state;
  process_expect(&process,
#define CW_NODE(name) #name "\n"
#include "nodes.def"
#undef CW_NODE
                 , NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_function_reaches_the_libcurl_of_its_node),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
