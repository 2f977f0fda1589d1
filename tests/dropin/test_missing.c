/* Tests of programs whose libcurl is not what curlew needs. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dropin.h"

#define FOLDER "/tmp/curlew-missing-XXXXXX"

static void an_old_libcurl_is_left_alone(void **state)
{
  struct process process = {
    .program = PROGRAM("client-old"),
    .args = LIST("http://a/", "http://b/", "http://c/"),
    .env = LIST(NO_WAITS),
    .preload = DROPIN,
  };
  (void)state;
  process_expect(&process, "OLD " ALONE "OLD " ALONE "OLD " ALONE,
                 "curlew: this libcurl is too old: it is left alone\n");
  process.args = LIST("-m", "http://a/", "http://b/", "http://c/");
  process_expect(&process, "OLD " ALONE "OLD " ALONE "OLD " ALONE,
                 "curlew: this libcurl is too old: it is left alone\n");
}

static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4",
                                    "libcurl-nss.so.4"};
#define NAMES (sizeof(names) / sizeof(names[0]))

/* A folder in which each of them is there, and empty: none can be loaded. */
static void make_empty_ones(char *folder)
{
  assert_non_null(mkdtemp(folder));
  for(size_t i = 0; i < NAMES; i++) {
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
  }
}

static void remove_them(const char *folder)
{
  for(size_t i = 0; i < NAMES; i++) {
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
    assert_int_equal(unlink(path), 0);
  }
  assert_int_equal(rmdir(folder), 0);
}

static void without_any_libcurl_there_are_no_handles(void **state)
{
  char folder[] = FOLDER;
  char variable[128];

  (void)state;
  make_empty_ones(folder);
  snprintf(variable, sizeof(variable), "LD_LIBRARY_PATH=%s", folder);
  struct process process = {
    .program = PROGRAM("lonely"),
    .env = LIST(variable),
    .preload = DROPIN,
  };
  process_run(&process);
  remove_them(folder);
  assert_int_equal(process.status, 0);
  assert_string_equal(process.out, "no handle\n2\n2\n2\n7\n0\n0\n"
                                   "no multi handle\n4444444444\nnone of 0\n");
  assert_string_equal(process.err,
                      "curlew: no libcurl was found for this program\n");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_old_libcurl_is_left_alone),
    cmocka_unit_test(without_any_libcurl_there_are_no_handles),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
