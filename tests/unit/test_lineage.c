/* Unit tests of lib/policy/lineage.c: what extends what. */

#include "policies.h"

#include <unistd.h>

#include "compile.h"
#include "lineage.h"

static char folder[64];
static unsigned written; /* files, 0.ini and so on */

static int make_folder(void **state)
{
  (void)state;
  snprintf(folder, sizeof(folder), "/tmp/curlew-test-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
  (void)state;
  char path[128];
  for(unsigned i = 0; i < written; i++) {
    snprintf(path, sizeof(path), "%s/%u.ini", folder, i);
    unlink(path);
  }
  return rmdir(folder);
}

/* Writes another file and tells its path, which is good until the next. */
static const char *write_next(const char *text)
{
  static char path[128];
  snprintf(path, sizeof(path), "%s/%u.ini", folder, written++);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
  return path;
}

/* The policy of |text|, which extends the file at |path|. */
static CURLcode extend(const char *path, const char *text,
                       struct curlew_policy **policy,
                       struct curlew_policy_error *error)
{
  const size_t size = strlen(path) + strlen(text) + 32;
  char *whole = malloc(size);
  assert_non_null(whole);
  snprintf(whole, size, "extends = %s\n%s", path, text);
  const CURLcode result =
    curlew_policy_parse(whole, strlen(whole), "test.ini", policy, error);
  free(whole);
  return result;
}

static void a_text_may_extend_a_file(void **state)
{
  (void)state;
  struct curlew_policy *policy = NULL;
  const char *path = write_next("[limits]\nattempts = 7\n");

  assert_int_equal(extend(path, "[limits]\nredirects = 3\n", &policy, NULL),
                   CURLE_OK);
  assert_int_equal(everywhere(policy)->limits.attempts, 7);
  assert_int_equal(everywhere(policy)->limits.redirects, 3);
  curlew_policy_unref(policy);
}

static void a_text_takes_it_from_the_folder_one_is_in(void **state)
{
  (void)state;
  char before[1024];
  struct curlew_policy *policy = NULL;
  assert_non_null(getcwd(before, sizeof(before)));
  const char *name = strrchr(write_next("[limits]\nattempts = 8\n"), '/') + 1;

  assert_int_equal(extend(name, "", &policy, NULL),
                   CURLE_FILE_COULDNT_READ_FILE);
  assert_int_equal(chdir(folder), 0);
  const CURLcode result = extend(name, "", &policy, NULL);
  assert_int_equal(chdir(before), 0);
  assert_int_equal(result, CURLE_OK);
  assert_int_equal(everywhere(policy)->limits.attempts, 8);
  curlew_policy_unref(policy);
}

/* A path that begins with a slash is whole, whoever extends it. */
static void a_file_may_extend_a_file_elsewhere(void **state)
{
  (void)state;
  char text[256];
  struct curlew_policy *policy = NULL;
  snprintf(text, sizeof(text), "extends = %s\n",
           write_next("[limits]\nattempts = 9\n"));

  assert_int_equal(curlew_policy_load(write_next(text), &policy, NULL),
                   CURLE_OK);
  assert_int_equal(everywhere(policy)->limits.attempts, 9);
  curlew_policy_unref(policy);
}

static void a_host_that_is_inherited_may_be_given_again(void **state)
{
  (void)state;
  struct curlew_policy *policy = NULL;
  const char *path = write_next("[host a]\nlimits.attempts = 2\n"
                                "limits.redirects = 2\n[host c]\n");

  assert_int_equal(
    extend(path, "[host A]\nlimits.redirects = 5\n[host b]\n", &policy, NULL),
    CURLE_OK);
  assert_int_equal(cw_policy_rules(policy)->count, 3);
  assert_int_equal(rules_for(policy, "a")->limits.attempts, 2);
  assert_int_equal(rules_for(policy, "a")->limits.redirects, 5);
  curlew_policy_unref(policy);
}

/* A policy with |count| hosts, to be freed. */
static char *hosts(unsigned count)
{
  char *text = malloc((size_t)count * 16 + 1);
  assert_non_null(text);
  char *end = text;
  *end = '\0';
  for(unsigned i = 0; i < count; i++)
    end += sprintf(end, "[host h%u]\n", i);
  return text;
}

static void hosts_that_are_inherited_count(void **state)
{
  (void)state;
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};
  char *text = hosts(CW_COMPILE_HOSTS_MAX - 1);
  const char *path = write_next(text);
  free(text);

  assert_int_equal(extend(path, "[host h0]\n[host a]\n", &policy, &error),
                   CURLE_OK);
  curlew_policy_unref(policy);
  policy = NULL;
  assert_int_equal(extend(path, "[host a]\n[host b]\n", &policy, &error),
                   CURLE_BAD_FUNCTION_ARGUMENT);
  assert_null(policy);
  assert_string_equal(
    error.text,
    "test.ini:3: more than 1024 hosts with those that are inherited");
}

/* The text is one of them. */
static void only_so_many_extend_each_other(void **state)
{
  (void)state;
  char text[256] = "[limits]\nattempts = 5\n";
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};
  const char *path = NULL;

  for(unsigned i = 0; i < CW_LINEAGE_MAX - 1; i++) {
    path = write_next(text);
    snprintf(text, sizeof(text), "extends = %s\n", path);
  }
  assert_int_equal(extend(path, "", &policy, &error), CURLE_OK);
  assert_int_equal(everywhere(policy)->limits.attempts, 5);
  curlew_policy_unref(policy);
  policy = NULL;

  assert_int_equal(extend(write_next(text), "", &policy, &error),
                   CURLE_BAD_FUNCTION_ARGUMENT);
  assert_null(policy);
  assert_non_null(
    strstr(error.text, "more than 16 policies extend each other"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_text_may_extend_a_file),
    cmocka_unit_test(a_text_takes_it_from_the_folder_one_is_in),
    cmocka_unit_test(a_file_may_extend_a_file_elsewhere),
    cmocka_unit_test(a_host_that_is_inherited_may_be_given_again),
    cmocka_unit_test(hosts_that_are_inherited_count),
    cmocka_unit_test(only_so_many_extend_each_other),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
