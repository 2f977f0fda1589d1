/* Unit tests of lib/policy/policy.c and lineage.c: the public functions. */

#include <unistd.h>

#include "hunger.h"
#include "policies.h"

static char folder[64];

static int make_folder(void **state)
{
  (void)state;
  snprintf(folder, sizeof(folder), "/tmp/curlew-test-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static const char *const files[] = {"a.ini", "b.ini", "c.ini", "plain"};

static int remove_folder(void **state)
{
  (void)state;
  char path[128];
  for(unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
    snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
    unlink(path);
  }
  return rmdir(folder);
}

static void write_file(const char *name, const char *text)
{
  char path[128];
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
}

static CURLcode load(const char *name, struct curlew_policy **policy,
                     struct curlew_policy_error *error)
{
  char path[128];
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  return curlew_policy_load(path, policy, error);
}

/* |expected| has %s wherever the folder stands. */
static void assert_not_loaded(const char *name, CURLcode expected_result,
                              const char *expected)
{
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};
  char text[1024] = "";

  for(const char *from = expected; *from; from++) {
    const bool is_folder = from[0] == '%';
    const size_t length = strlen(text);
    snprintf(text + length, sizeof(text) - length, "%.*s",
             is_folder ? (int)strlen(folder) : 1, is_folder ? folder : from);
  }
  assert_int_equal(load(name, &policy, &error), expected_result);
  assert_null(policy);
  assert_string_equal(error.text, text);
}

static void a_file_is_a_policy(void **state)
{
  (void)state;
  struct curlew_policy *policy = NULL;
  write_file("a.ini", "extends = default\n[limits]\nattempts = 7\n");

  assert_int_equal(load("a.ini", &policy, NULL), CURLE_OK);
  assert_int_equal(everywhere(policy)->limits.attempts, 7);
  assert_int_equal(everywhere(policy)->limits.redirects, 20);
  curlew_policy_unref(policy);
}

static void files_extend_files_beside_them(void **state)
{
  (void)state;
  struct curlew_policy *policy = NULL;
  write_file("a.ini", "extends = b.ini\n[limits]\nattempts = 7\n");
  write_file("b.ini", "extends = ./plain\n"
                      "[limits]\nattempts = 6\nredirects = 6\n");
  write_file("plain", "extends = patient\n"
                      "[limits]\nattempts = 5\nredirects = 5\ndrain = 5B\n");

  assert_int_equal(load("a.ini", &policy, NULL), CURLE_OK);
  assert_int_equal(everywhere(policy)->limits.attempts, 7);
  assert_int_equal(everywhere(policy)->limits.redirects, 6);
  assert_int_equal(everywhere(policy)->limits.drain, 5);
  assert_int_equal(everywhere(policy)->limits.waiting_ms, 6 * 3600000);
  curlew_policy_unref(policy);
}

static void a_file_goes_over_the_hosts_of_what_it_extends(void **state)
{
  (void)state;
  struct curlew_policy *policy = NULL;
  write_file("b.ini", "[host x.y.z]\nlimits.attempts = 3\n"
                      "limits.redirects = 3\nlimits.drain = 3B\n"
                      "[host *.z]\nlimits.hold-body = 3B\n");
  write_file("a.ini", "extends = b.ini\n[limits]\nattempts = 7\n"
                      "[host *.y.z]\nlimits.redirects = 8\n");
  assert_int_equal(load("a.ini", &policy, NULL), CURLE_OK);

  const struct cw_rules *rules = rules_for(policy, "x.y.z");
  assert_int_equal(rules->limits.attempts, 7);
  assert_int_equal(rules->limits.redirects, 8);
  assert_int_equal(rules->limits.drain, 3);
  assert_int_equal(rules->limits.hold_body, 3);

  rules = rules_for(policy, "w.y.z");
  assert_int_equal(rules->limits.redirects, 8);
  assert_int_equal(rules->limits.hold_body, 3);
  assert_int_equal(rules_for(policy, "w.z")->limits.hold_body, 3);
  curlew_policy_unref(policy);
}

static void a_circle_is_named(void **state)
{
  (void)state;
  write_file("a.ini", "extends = a.ini\n");
  assert_not_loaded("a.ini", CURLE_BAD_FUNCTION_ARGUMENT,
                    "%/a.ini:1: extends goes round in a circle: %/a.ini -> "
                    "%/a.ini");

  write_file("a.ini", "; first\nextends = b.ini\n");
  write_file("b.ini", "extends = ./c.ini\n");
  write_file("c.ini", "\n\nextends = b.ini\n");
  assert_not_loaded("a.ini", CURLE_BAD_FUNCTION_ARGUMENT,
                    "%/./c.ini:3: extends goes round in a circle: %/b.ini -> "
                    "%/./c.ini -> %/./b.ini");
}

static void mistakes_tell_the_file_they_are_in(void **state)
{
  (void)state;
  write_file("a.ini", "extends = b.ini\n");
  write_file("b.ini", "[limits]\n\nattempts = x\n");
  assert_not_loaded("a.ini", CURLE_BAD_FUNCTION_ARGUMENT,
                    "%/b.ini:3: limits.attempts cannot be \"x\"; allowed: a "
                    "whole number from 1 to 1000");
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
  (void)state;
  write_file("a.ini", "\nextends = missing.ini\n");

  assert_not_loaded("a.ini", CURLE_FILE_COULDNT_READ_FILE,
                    "%/a.ini:2: cannot read \"%/missing.ini\": No such file "
                    "or directory");
  assert_not_loaded("missing.ini", CURLE_FILE_COULDNT_READ_FILE,
                    "%/missing.ini: cannot be read: No such file or "
                    "directory");
  assert_not_loaded(".", CURLE_FILE_COULDNT_READ_FILE,
                    "%/.: cannot be read: Is a directory");
}

static void a_file_without_end_is_refused(void **state)
{
  (void)state;
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};

  assert_int_equal(curlew_policy_load("/dev/zero", &policy, &error),
                   CURLE_BAD_FUNCTION_ARGUMENT);
  assert_string_equal(error.text, "/dev/zero: \"/dev/zero\" is larger than "
                                  "the 1048576 bytes allowed");
}

static void extends_stands_at_the_top_once_and_names_something(void **state)
{
  (void)state;
  static const struct mistake list[] = {
    {"extends = nothing",
     "1: there is no policy \"nothing\"; allowed: curl, default, dropin, "
     "integration, none, patient, or a file: ./my, my.ini"},
    {"extends =",
     "1: extends names nothing; allowed: the name of a policy, or a file"},
    {"extends = none\nextends = default",
     "2: extends is given twice, first in line 1"},
    {"[limits]\nextends = default",
     "2: extends must stand before the first section"},
    {"[host a.b]\nextends = default",
     "2: extends must stand before the first section"},
    {"attempts = 3",
     "1: \"attempts\" stands before the first section; allowed: extends"},
    {"extends = default\n  none",
     "2: the line is indented, but there is no list above it; allowed: a line "
     "that begins without a blank"},
  };

  assert_mistakes(list, sizeof(list) / sizeof(list[0]));
}

static void settings_go_over_a_policy(void **state)
{
  (void)state;
  struct curlew_policy *policy = policy_with(
    curlew_policy_builtin("default"),
    " limits.attempts = 6;status.404=retry ;; error.resolve connect=fail;\n"
    "status.500 502 = fail; redirect.headers = Accept Range; ");
  const struct cw_rules *rules = everywhere(policy);

  assert_int_equal(rules->limits.attempts, 6);
  assert_int_equal(cw_rules_status(rules, 404)->condition, CW_IF_ALWAYS);
  assert_int_equal(rules->error[CW_ERROR_CONNECT].action, CW_ACTION_FAIL);
  assert_int_equal(action_of(rules, 502), CW_ACTION_FAIL);
  assert_int_equal(rules->cross_origin.count, 2);
  curlew_policy_unref(policy);
}

static void settings_that_are_wrong_are_counted(void **state)
{
  (void)state;
  static const struct mistake list[] = {
    {"limits.redirects=6; limits.attempts=x",
     "2: limits.attempts cannot be \"x\"; allowed: a whole number from 1 to "
     "1000"},
    {"limits.attempts=6;limits.attempts=7",
     "2: limits.attempts is given twice, first in line 1"},
    {"limits.attempts", "1: \"limits.attempts\" has no \"=\"; allowed: "
                        "section.key=value"},
    {"; attempts=6",
     "2: \"attempts\" names no section and key; allowed: section.key"},
    {"=6", "1: \"\" names no section and key; allowed: section.key"},
    {"host a.com.limits=6",
     "1: unknown section \"host a\"; allowed: limits, backoff, redirect, "
     "methods, status, error"},
    {"extends=none",
     "1: \"extends\" names no section and key; allowed: section.key"},
    {"backoff.cap=1s; ;backoff.base=2s",
     "3: backoff.base is 2s and backoff.cap 1s; allowed: a base that is not "
     "above the cap"},
  };
  struct curlew_policy *base = curlew_policy_builtin("default");

  for(unsigned i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
    struct curlew_policy *policy = NULL;
    struct curlew_policy_error error = {.line = 0};
    char expected[1024];
    snprintf(expected, sizeof(expected), "CURLEW_SET:%s", list[i].expected);
    assert_int_equal(curlew_policy_set(base, list[i].text, &policy, &error),
                     CURLE_BAD_FUNCTION_ARGUMENT);
    assert_null(policy);
    assert_string_equal(error.text, expected);
  }
  curlew_policy_unref(base);
}

static void an_error_has_all_its_parts(void **state)
{
  (void)state;
  static const char text[] = "\n[limits]\nattempts = 4\x01\n";
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};

  assert_int_equal(curlew_policy_parse("\n[limits]\nattemps = 3\n", 23,
                                       "a\nb.ini", &policy, &error),
                   CURLE_BAD_FUNCTION_ARGUMENT);
  assert_string_equal(error.file, "a?b.ini");
  assert_int_equal(error.line, 3);
  assert_string_equal(error.found, "attemps");
  assert_string_equal(error.allowed, "attempts, redirects, deadline, waiting, "
                                     "attempt-timeout, drain, hold-body");
  assert_int_equal(curlew_policy_parse(text, strlen(text), "x", &policy, NULL),
                   CURLE_BAD_FUNCTION_ARGUMENT);
  assert_null(policy);
}

static void what_does_not_fit_into_an_error_is_cut(void **state)
{
  (void)state;
  char name[2000];
  struct curlew_policy *policy = NULL;
  struct curlew_policy_error error = {.line = 0};
  memset(name, 'n', sizeof(name) - 1);
  name[sizeof(name) - 1] = '\0';

  assert_int_equal(curlew_policy_parse("#", 1, name, &policy, &error),
                   CURLE_BAD_FUNCTION_ARGUMENT);
  assert_int_equal(strlen(error.file), sizeof(error.file) - 1);
  assert_non_null(strstr(error.text, ":1: a \"#\" does not"));
}

static void an_argument_that_is_missing_is_told(void **state)
{
  (void)state;
  struct curlew_policy *policy = curlew_policy_builtin("none");
  struct curlew_policy *made = NULL;
  struct curlew_policy_error error = {.line = 0};
  char *text = NULL;
  const CURLcode bad = CURLE_BAD_FUNCTION_ARGUMENT;

  assert_int_equal(curlew_policy_load(NULL, &made, &error), bad);
  assert_string_equal(error.text, "curlew: the argument \"path\" is NULL");
  assert_int_equal(curlew_policy_load("x", NULL, NULL), bad);
  assert_int_equal(curlew_policy_parse(NULL, 0, "x", &made, NULL), bad);
  assert_int_equal(curlew_policy_parse("", 0, NULL, &made, NULL), bad);
  assert_int_equal(curlew_policy_parse("", 0, "x", NULL, NULL), bad);
  assert_int_equal(curlew_policy_set(NULL, "", &made, NULL), bad);
  assert_int_equal(curlew_policy_set(policy, NULL, &made, NULL), bad);
  assert_int_equal(curlew_policy_set(policy, "", NULL, NULL), bad);
  assert_int_equal(curlew_policy_dump(NULL, &text), bad);
  assert_int_equal(curlew_policy_dump(policy, NULL), bad);
  assert_null(made);
  assert_null(text);
  curlew_policy_unref(policy);
}

static void the_last_reference_frees_it(void **state)
{
  (void)state;
  struct curlew_policy *policy = curlew_policy_builtin("default");

  assert_ptr_equal(curlew_policy_ref(policy), policy);
  curlew_policy_unref(policy);
  assert_int_equal(everywhere(policy)->limits.attempts, 4);
  curlew_policy_unref(policy);
  curlew_policy_unref(NULL);
  assert_null(curlew_policy_ref(NULL));
}

/* Everything that allocates, once. */
static CURLcode exercise(void)
{
  struct curlew_policy *policy = NULL;
  struct curlew_policy *changed = NULL;
  struct curlew_policy_error error;
  char *text = NULL;

  CURLcode result = load("a.ini", &policy, &error);
  if(!result)
    result =
      curlew_policy_set(policy, "redirect.headers=Accept", &changed, &error);
  if(!result)
    result = curlew_policy_dump(changed, &text);
  free(text);
  curlew_policy_unref(policy);
  curlew_policy_unref(changed);
  return result;
}

static void memory_may_run_out_at_any_time(void **state)
{
  (void)state;
  write_file("a.ini", "extends = b.ini\n[status]\n4xx = fail\n"
                      "[host a.b]\nlimits.attempts = 3\n"
                      "[host *.b]\nmethods.idempotent = GET\n  PUT\n");
  write_file("b.ini", "extends = integration\n[host c.d]\n"
                      "status.500 = fail\n");
  unsigned granted = 0;

  for(;; granted++) {
    hunger_begin(granted);
    const CURLcode result = exercise();
    if(!hunger_end()) {
      assert_int_equal(result, CURLE_OK);
      break;
    }
    assert_int_equal(result, CURLE_OUT_OF_MEMORY);
  }
  assert_true(granted > 50);

  hunger_begin(3);
  assert_null(curlew_policy_builtin("default"));
  assert_true(hunger_end());
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_file_is_a_policy),
    cmocka_unit_test(files_extend_files_beside_them),
    cmocka_unit_test(a_file_goes_over_the_hosts_of_what_it_extends),
    cmocka_unit_test(a_circle_is_named),
    cmocka_unit_test(mistakes_tell_the_file_they_are_in),
    cmocka_unit_test(a_file_that_cannot_be_read_is_told),
    cmocka_unit_test(a_file_without_end_is_refused),
    cmocka_unit_test(extends_stands_at_the_top_once_and_names_something),
    cmocka_unit_test(settings_go_over_a_policy),
    cmocka_unit_test(settings_that_are_wrong_are_counted),
    cmocka_unit_test(an_error_has_all_its_parts),
    cmocka_unit_test(what_does_not_fit_into_an_error_is_cut),
    cmocka_unit_test(an_argument_that_is_missing_is_told),
    cmocka_unit_test(the_last_reference_frees_it),
    cmocka_unit_test(memory_may_run_out_at_any_time),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
