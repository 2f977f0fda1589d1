/* Unit tests of lib/policy/dump.c: parse(dump(x)) is x. */

#include "policies.h"

/* Gives |policy| back. */
static void assert_round_trip(struct curlew_policy *policy)
{
  char *text = dump_of(policy);
  struct curlew_policy *again = policy_of(text);
  char *same = dump_of(again);

  assert_string_equal(text, same);
  assert_int_equal(cw_policy_rules(policy)->count,
                   cw_policy_rules(again)->count);
  for(size_t i = 0; i <= cw_policy_rules(policy)->count; i++) {
    const bool is_host = i < cw_policy_rules(policy)->count;
    const struct cw_rules *a =
      is_host ? cw_policy_rules(policy)->host[i].rules : everywhere(policy);
    const struct cw_rules *b =
      is_host ? cw_policy_rules(again)->host[i].rules : everywhere(again);
    assert_memory_equal(a->rule, b->rule, sizeof(a->rule));
    assert_memory_equal(a->status, b->status, sizeof(a->status));
    assert_memory_equal(a->error, b->error, sizeof(a->error));
    assert_memory_equal(&a->limits, &b->limits, sizeof(a->limits));
    assert_int_equal(a->inert, b->inert);
  }
  free(text);
  free(same);
  curlew_policy_unref(again);
  curlew_policy_unref(policy);
}

static void all_that_are_built_in_come_back_the_same(void **state)
{
  (void)state;
  static const char *const names[] = {"default", "integration", "patient",
                                      "curl",    "dropin",      "none"};

  for(unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    assert_round_trip(curlew_policy_builtin(names[i]));
}

static const char with_hosts[] =
  "extends = default\n"
  "[host *.com]\n"
  "limits.attempts = 9\nstatus.5xx = fail\nstatus.404 = retry\n"
  "[host *.example.com]\n"
  "redirect.headers = Accept\nerror.send = fail\nstatus.503 = retry\n"
  "[host api.example.com]\n"
  "limits.attempts = 4\nstatus.400-410 = pass\nmethods.idempotent =\n"
  "backoff.factor = 1.5\nstatus.600-999 = fail\n"
  "[host other.org]\n";

static void hosts_come_back_the_same(void **state)
{
  (void)state;

  assert_round_trip(policy_of(with_hosts));
  assert_round_trip(policy_with(policy_of(with_hosts),
                                "status.4xx=retry, any-method; "
                                "redirect.headers=Range; "
                                "limits.attempts=4"));
}

static void a_host_may_differ_in_a_whole_class(void **state)
{
  (void)state;
  struct curlew_policy *policy =
    policy_of("[status]\n5xx = retry\n"
              "[host a]\nstatus.5xx = fail\nstatus.600-699 = fail\n"
              "[host b]\nstatus.650-749 = fail\n");
  char *text = dump_of(policy);
  const char *hosts = strstr(text, "\n[host ");

  assert_non_null(hosts);
  assert_string_equal(hosts, "\n[host a]\n"
                             "status.5xx = fail\n"
                             "status.600-699 = fail\n"
                             "\n[host b]\n"
                             "status.650-749 = fail\n");
  free(text);
  assert_round_trip(policy);
}

/* Also where there are as many names in both. */
static void a_host_has_a_list_that_differs_in_a_name(void **state)
{
  (void)state;
  struct curlew_policy *policy =
    policy_of("[methods]\nidempotent = GET PUT\n"
              "[host a]\nmethods.idempotent = GET POST\n"
              "[host b]\nmethods.idempotent = GET PUT\n");
  char *text = dump_of(policy);
  const char *hosts = strstr(text, "\n[host ");

  assert_non_null(hosts);
  assert_string_equal(hosts, "\n[host a]\n"
                             "methods.idempotent = GET POST\n"
                             "\n[host b]\n");
  free(text);
  curlew_policy_unref(policy);
}

static void a_host_has_only_what_differs(void **state)
{
  (void)state;
  struct curlew_policy *policy = policy_of(with_hosts);
  char *text = dump_of(policy);
  const char *hosts = strstr(text, "\n[host ");

  assert_non_null(hosts);
  assert_string_equal(hosts, "\n[host *.com]\n"
                             "limits.attempts = 9\n"
                             "status.404 = retry\n"
                             "status.500 507 509 = fail\n"
                             "status.502-504 = fail\n"
                             "status.512-599 = fail\n"
                             "\n[host *.example.com]\n"
                             "redirect.headers = Accept\n"
                             "status.503 = retry\n"
                             "error.send = fail\n"
                             "\n[host api.example.com]\n"
                             "limits.attempts = 4\n"
                             "backoff.factor = 1.5\n"
                             "methods.idempotent =\n"
                             "status.400-410 = pass\n"
                             "status.600-999 = fail\n"
                             "\n[host other.org]\n");
  free(text);
  curlew_policy_unref(policy);
}

/* All rules that can be written, and no two neighbours alike. */
static void every_kind_of_rule_comes_back_the_same(void **state)
{
  (void)state;
  static const char *const any[] = {"", ", any-method",
                                    ", any-method=retry-after"};
  static const char *const condition[] = {"", ", if=retry-after",
                                          ", if=expected"};
  static const char *const once[] = {"", ", once"};
  static const char *const connection[] = {"", ", fresh-connection"};
  static const char *const repair[] = {
    "", ", with=content-length", ", with=no-expect", ", with=credentials"};
  char text[16384] = "[status]\n300 = fail\n301 = follow, method=get\n"
                     "302 = follow, remember\n303 = follow, method=keep\n"
                     "304 = follow, method=post-to-get, remember\n";
  char *end = text + strlen(text);

  for(unsigned i = 0; i < 3 * 3 * 2 * 2 * 4; i++)
    end += sprintf(end, "%u = retry%s%s%s%s%s\n", 400 + i, any[i % 3],
                   condition[i / 3 % 3], once[i / 9 % 2],
                   connection[i / 18 % 2], repair[i / 36 % 4]);
  assert_round_trip(policy_of(text));
}

/* The most ranges and lists that a class can need. */
static void scattered_rules_come_back_the_same(void **state)
{
  (void)state;
  static const char *const periods[] = {"001",   "0001", "01",
                                        "00011", "0120", "000111222"};

  for(unsigned i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
    static const char *const action[] = {"fail", "retry", "retry, once"};
    char text[32768] = "[status]\n";
    char *end = text + strlen(text);
    for(unsigned code = 200; code < 1000; code++) {
      const char which = periods[i][code % strlen(periods[i])];
      end += sprintf(end, "%u = %s\n", code, action[which - '0']);
    }
    assert_round_trip(policy_of(text));

    char host[32768] = "[host a.b]\n";
    end = host + strlen(host);
    for(unsigned code = 200; code < 1000; code++) {
      const char which = periods[i][code % strlen(periods[i])];
      end += sprintf(end, "status.%u = %s\n", code, action[which - '0']);
    }
    assert_round_trip(policy_of(host));
  }
}

static void values_of_every_shape_come_back_the_same(void **state)
{
  (void)state;

  assert_round_trip(policy_with(
    curlew_policy_builtin("default"),
    "limits.drain=1023B; limits.hold-body=1GiB; backoff.factor=1.125; "
    "backoff.base=0ms; backoff.cap=90s; limits.deadline=366d; "
    "limits.waiting=none; redirect.headers=; limits.attempt-timeout=61s"));
}

static void long_lists_are_broken_into_lines_that_can_be_read(void **state)
{
  (void)state;
  char text[16384] = "[redirect]\nheaders =\n";
  char *end = text + strlen(text);
  for(unsigned i = 0; i < 128; i++)
    end += sprintf(end, "  %064u\n", i);
  sprintf(end, "[host a.b]\nredirect.headers = %064u\n  %064u\n", 1u, 2u);

  assert_round_trip(policy_of(text));
}

static void the_default_is_the_golden_one(void **state)
{
  (void)state;
  static char golden[16384];
  FILE *file = fopen(GOLDEN, "rb");
  assert_non_null(file);
  const size_t length = fread(golden, 1, sizeof(golden) - 1, file);
  assert_int_equal(fclose(file), 0);
  golden[length] = '\0';

  struct curlew_policy *policy = curlew_policy_builtin("default");
  char *text = dump_of(policy);
  assert_string_equal(text, golden);
  free(text);
  curlew_policy_unref(policy);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_that_are_built_in_come_back_the_same),
    cmocka_unit_test(hosts_come_back_the_same),
    cmocka_unit_test(a_host_may_differ_in_a_whole_class),
    cmocka_unit_test(a_host_has_a_list_that_differs_in_a_name),
    cmocka_unit_test(a_host_has_only_what_differs),
    cmocka_unit_test(every_kind_of_rule_comes_back_the_same),
    cmocka_unit_test(scattered_rules_come_back_the_same),
    cmocka_unit_test(values_of_every_shape_come_back_the_same),
    cmocka_unit_test(long_lists_are_broken_into_lines_that_can_be_read),
    cmocka_unit_test(the_default_is_the_golden_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
