/* Tests of policies that are wrong: nothing is performed, and one line says
   why. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "dropin.h"

static void expect(const char *const *env, const char *err)
{
  struct process process = {
    .program = PROGRAM("client"),
    .args = LIST("http://127.0.0.1:1/", "http://127.0.0.1:1/"),
    .env = env,
    .preload = DROPIN,
  };
  process_expect(&process, "OpenSSL error 2\nOpenSSL error 2\n", err);
}

static void a_setting_may_be_wrong(void **state)
{
  (void)state;
  expect(LIST("CURLEW_SET=limits.attempts=2; limits.tries=3"),
         "curlew: CURLEW_SET:2: unknown key \"tries\" in [limits]");
}

static void a_policy_may_be_missing(void **state)
{
  (void)state;
  expect(LIST("CURLEW_POLICY=/nonexistent/policy.ini"),
         "curlew: /nonexistent/policy.ini");
}

static void a_policy_may_be_wrong(void **state)
{
  char path[] = "/tmp/curlew-policy-XXXXXX";
  char variable[64];
  char line[128];
  const int fd = mkstemp(path);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

  (void)state;
  assert_non_null(file);
  fputs("extends = default\n[status]\n503 = perhaps\n", file);
  fclose(file);
  snprintf(variable, sizeof(variable), "CURLEW_POLICY=%s", path);
  snprintf(line, sizeof(line), "curlew: %s:3: ", path);
  expect(LIST(variable), line);
  assert_int_equal(unlink(path), 0);
}

static void threads_are_told_once(void **state)
{
  struct process process = {
    .program = PROGRAM("client"),
    .args = LIST("-t", "http://127.0.0.1:1/", "http://127.0.0.1:1/",
                 "http://127.0.0.1:1/", "http://127.0.0.1:1/"),
    .env = LIST("CURLEW_SET=limits.attempts=none"),
    .preload = DROPIN,
  };
  (void)state;
  process_expect(&process,
                 "OpenSSL error 2\nOpenSSL error 2\n"
                 "OpenSSL error 2\nOpenSSL error 2\n",
                 "curlew: CURLEW_SET:1: limits.attempts cannot be \"none\"");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_setting_may_be_wrong),
    cmocka_unit_test(a_policy_may_be_missing),
    cmocka_unit_test(a_policy_may_be_wrong),
    cmocka_unit_test(threads_are_told_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
