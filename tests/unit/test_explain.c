/* Unit tests of lib/client/explain.c: what is asked, and what is answered. */

#include <curlew/easy.h>
#include <curlew/explain.h>

#include "hunger.h"
#include "policies.h"

#define DELIVER CURLEW_DELIVER
#define FOLLOW  CURLEW_FOLLOW
#define RETRY   CURLEW_RETRY
#define R(name) CURLEW_REASON_##name

static struct curlew_decision explain(const struct curlew_policy *policy,
                                      struct curlew_what_if what_if)
{
  struct curlew_decision decision = {.method = NULL};
  const CURLcode result = curlew_explain(policy, &what_if, &decision);

  assert_int_equal(result, CURLE_OK);
  return decision;
}

static void no_policy_is_the_default(void **state)
{
  (void)state;
  const struct curlew_decision decision =
    explain(NULL, (struct curlew_what_if){.status = 503});

  assert_int_equal(decision.action, RETRY);
  assert_string_equal(decision.method, "GET");
}

static void the_method_after_a_redirect_is_told(void **state)
{
  (void)state;
  static const struct {
    unsigned status;
    const char *method;
    const char *next;
    bool drops_body;
  } rows[] = {
    {301, "GET", "GET", false},  {301, "POST", "GET", true},
    {302, "POST", "GET", true},  {302, "PUT", "PUT", false},
    {303, "POST", "GET", true},  {303, "PUT", "GET", true},
    {303, "HEAD", "HEAD", true}, {307, "POST", "POST", false},
    {308, "POST", "POST", false},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct curlew_decision decision =
      explain(NULL, (struct curlew_what_if){
                      .status = rows[i].status,
                      .method = rows[i].method,
                      .location = "next",
                    });
    assert_int_equal(decision.action, FOLLOW);
    assert_string_equal(decision.method, rows[i].next);
    assert_int_equal(decision.drops_body, rows[i].drops_body);
  }
}

/* A case in the words of the interface, and what the default does. */
struct example {
  struct curlew_what_if what_if;
  enum curlew_action action;
  enum curlew_reason reason;
};

static void assert_examples(const struct example *example, size_t count)
{
  struct curlew_policy *policy = curlew_policy_builtin("default");

  for(size_t i = 0; i < count; i++) {
    const struct curlew_decision decision =
      explain(policy, example[i].what_if);
    if(decision.action != example[i].action ||
       decision.reason != example[i].reason)
      fail_msg("example %zu: action %u (%s), not %u (%s)", i,
               (unsigned)decision.action, curlew_reason_name(decision.reason),
               (unsigned)example[i].action,
               curlew_reason_name(example[i].reason));
  }
  curlew_policy_unref(policy);
}

static void what_is_said_of_the_request_counts(void **state)
{
  (void)state;
  static const struct example examples[] = {
    {{.status = 401, .has_credentials = true}, RETRY, R(REPAIRED)},
    {{.status = 407, .has_credentials = true, .method = "POST"},
     RETRY, R(REPAIRED)},
    {{.status = 401, .has_credentials = true, .attempt = 2}, DELIVER, R(ONCE)},
    {{.status = 404, .expected = true}, RETRY, R(RETRIED)},
    {{.status = 404, .expected = true, .method = "POST"}, DELIVER, R(METHOD)},
    {{.status = 417, .sent_expect = true}, RETRY, R(REPAIRED)},
    {{.status = 417, .sent_expect = true, .attempt = 2}, DELIVER, R(ONCE)},
    {{.status = 411, .method = "PUT", .spent_body = true}, RETRY, R(REPAIRED)},
    {{.status = 411, .attempt = 2}, DELIVER, R(ONCE)},
    {{.status = 421, .attempt = 2}, DELIVER, R(ONCE)},
    {{.status = 425, .attempt = 2}, DELIVER, R(ONCE)},
    {{.status = 500, .method = "POST", .idempotency_key = true},
     RETRY, R(RETRIED)},
    {{.status = 500, .method = "PUT", .spent_body = true}, DELIVER, R(BODY)},
    {{.status = 307, .method = "PUT", .spent_body = true, .location = "b"},
     DELIVER, R(REWIND)},
    {{.status = 303, .method = "PUT", .spent_body = true, .location = "b"},
     FOLLOW, R(FOLLOWED)},
    {{.status = 503, .attempt = 3}, RETRY, R(RETRIED)},
    {{.status = 503, .attempt = 4}, DELIVER, R(ATTEMPTS)},
    {{.status = 503, .attempt = UINT32_MAX}, DELIVER, R(ATTEMPTS)},
    {{.status = 503, .attempt = 3, .retry_after = "60"}, DELIVER, R(WAITING)},
  };

  assert_examples(examples, sizeof(examples) / sizeof(examples[0]));
}

static void what_retry_after_says_counts(void **state)
{
  (void)state;
  static const struct example examples[] = {
    {{.status = 429, .retry_after = "120"}, RETRY, R(RETRIED_AFTER)},
    {{.status = 429, .retry_after = "121"}, DELIVER, R(RETRY_AFTER_CAP)},
    {{.status = 429, .retry_after = "Fri, 31 Dec 9999 23:59:59 GMT"},
     DELIVER, R(RETRY_AFTER_CAP)},
    {{.status = 429, .retry_after = "Fri, 31 Dec 1999 23:59:59 GMT"},
     RETRY, R(RETRIED_AFTER)},
    {{.status = 429, .retry_after = "soon"}, RETRY, R(RETRIED)},
    {{.status = 429, .retry_after = ""}, RETRY, R(RETRIED)},
    {{.status = 413, .retry_after = "soon"}, DELIVER, R(NO_RETRY_AFTER)},
    {{.status = 302, .location = "b", .retry_after = "121"},
     DELIVER, R(RETRY_AFTER_CAP)},
  };

  assert_examples(examples, sizeof(examples) / sizeof(examples[0]));
}

static void where_a_redirect_leads_counts(void **state)
{
  (void)state;
  static const struct example examples[] = {
    {{.status = 308}, DELIVER, R(NO_LOCATION)},
    {{.status = 301, .location = ""}, DELIVER, R(NO_LOCATION)},
    {{.status = 301, .location = "http://[::1/"}, DELIVER, R(BAD_LOCATION)},
    {{.status = 301, .location = "ftp://a/"}, DELIVER, R(SCHEME)},
    {{.status = 301, .location = "http://example.com/"},
     DELIVER, R(DOWNGRADE)},
    {{.status = 301, .location = "/"}, DELIVER, R(LOOP)},
    {{.status = 301, .location = "/", .url = "https://example.com"},
     DELIVER, R(LOOP)},
    {{.status = 303, .location = "/", .method = "POST"}, FOLLOW, R(FOLLOWED)},
    {{.status = 300, .location = "b"}, DELIVER, R(PASSED)},
    {{.status = 304, .location = "b"}, DELIVER, R(PASSED)},
    {{.status = 305, .location = "b"}, DELIVER, R(PASSED)},
    {{.status = 200, .location = "b"}, DELIVER, R(PASSED)},
  };

  assert_examples(examples, sizeof(examples) / sizeof(examples[0]));
}

static void an_error_is_explained_too(void **state)
{
  (void)state;
  static const struct example examples[] = {
    {{.error = CURLE_COULDNT_RESOLVE_HOST, .method = "POST"},
     RETRY, R(RETRIED)},
    {{.error = CURLE_COULDNT_CONNECT, .method = "POST"}, RETRY, R(RETRIED)},
    {{.error = CURLE_SSL_CONNECT_ERROR, .method = "POST"}, RETRY, R(RETRIED)},
    {{.error = CURLE_PEER_FAILED_VERIFICATION}, DELIVER, R(ERROR_KEPT)},
    {{.error = CURLE_OPERATION_TIMEDOUT}, RETRY, R(RETRIED)},
    {{.error = CURLE_OPERATION_TIMEDOUT, .method = "POST"},
     DELIVER, R(METHOD)},
    {{.error = CURLE_SEND_ERROR}, RETRY, R(RETRIED)},
    {{.error = CURLE_RECV_ERROR, .method = "POST"}, DELIVER, R(METHOD)},
    {{.error = CURLE_GOT_NOTHING}, RETRY, R(RETRIED)},
    {{.error = CURLE_GOT_NOTHING, .attempt = 4}, DELIVER, R(ATTEMPTS)},
    {{.error = CURLE_WRITE_ERROR}, DELIVER, R(ERROR_KEPT)},
    {{.error = CURLE_ABORTED_BY_CALLBACK}, DELIVER, R(ABORTED)},
    {{.status = 200, .error = CURLE_RECV_ERROR}, DELIVER, R(PASSED)},
    {{.status = 0}, DELIVER, R(PASSED)},
  };

  assert_examples(examples, sizeof(examples) / sizeof(examples[0]));
}

static void the_wait_is_told_as_chance_will_have_it(void **state)
{
  (void)state;
  static const struct {
    const char *settings;
    unsigned attempt;
    const char *retry_after;
    uint64_t min_ms;
    uint64_t max_ms;
  } rows[] = {
    {"backoff.jitter=full", 0, NULL, 0, 500},
    {"backoff.jitter=full", 1, NULL, 0, 500},
    {"backoff.jitter=full", 3, NULL, 0, 2000},
    {"backoff.jitter=full", 1, "10", 10000, 10500},
    {"backoff.jitter=equal", 2, NULL, 500, 1000},
    {"backoff.jitter=none", 3, NULL, 2000, 2000},
    {"backoff.jitter=none", 3, "9", 9000, 9000},
    {"backoff.jitter=decorrelated", 1, NULL, 500, 1500},
    {"backoff.jitter=decorrelated", 2, NULL, 500, 4500},
    {"limits.waiting=1s", 3, NULL, 0, 1000},
    {"limits.waiting=10s", 1, "9", 9000, 9500},
    {"limits.waiting=9100ms", 1, "9", 9000, 9100},
    {"limits.deadline=1s", 3, NULL, 0, 999},
    {"limits.deadline=9100ms", 1, "9", 9000, 9099},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct curlew_policy *policy =
      policy_with(curlew_policy_builtin("default"), rows[i].settings);
    const struct curlew_decision decision =
      explain(policy, (struct curlew_what_if){
                        .status = 503,
                        .attempt = rows[i].attempt,
                        .retry_after = rows[i].retry_after,
                      });
    assert_int_equal(decision.action, RETRY);
    assert_int_equal(decision.wait_min_ms, rows[i].min_ms);
    assert_int_equal(decision.wait_max_ms, rows[i].max_ms);
    curlew_policy_unref(policy);
  }
}

static void a_key_that_curlew_adds_counts(void **state)
{
  (void)state;
  struct curlew_policy *policy = policy_with(
    curlew_policy_builtin("default"), "methods.idempotency-key=auto");
  struct curlew_what_if what_if = {.status = 500, .method = "POST"};

  assert_int_equal(explain(policy, what_if).action, RETRY);
  what_if.method = "LOCK";
  assert_int_equal(explain(policy, what_if).reason, CURLEW_REASON_METHOD);
  curlew_policy_unref(policy);
}

static void the_host_picks_the_rules(void **state)
{
  (void)state;
  struct curlew_policy *policy =
    policy_of("extends = default\n[host *.example.com]\nstatus.404 = retry\n");
  struct curlew_what_if what_if = {
    .status = 404, .url = "http://user@API.example.com:8080/x?y"};

  assert_int_equal(explain(policy, what_if).action, RETRY);
  what_if.url = "example.com";
  assert_int_equal(explain(policy, what_if).action, DELIVER);
  curlew_policy_unref(policy);
}

static void what_makes_no_sense_is_refused(void **state)
{
  (void)state;
  static const struct {
    struct curlew_what_if what_if;
    CURLcode result;
  } rows[] = {
    {{.status = 99}, CURLE_BAD_FUNCTION_ARGUMENT},
    {{.status = 1000}, CURLE_BAD_FUNCTION_ARGUMENT},
    {{.status = 200, .url = "ftp://a/"}, CURLE_URL_MALFORMAT},
    {{.status = 200, .url = "http://"}, CURLE_URL_MALFORMAT},
    {{.status = 200, .url = ""}, CURLE_URL_MALFORMAT},
  };
  struct curlew_decision decision = {.wait_max_ms = 7};
  const struct curlew_what_if fine = {.status = 200};

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_int_equal(curlew_explain(NULL, &rows[i].what_if, &decision),
                     rows[i].result);
  assert_int_equal(decision.wait_max_ms, 7);
  assert_int_equal(curlew_explain(NULL, NULL, &decision),
                   CURLE_BAD_FUNCTION_ARGUMENT);
  assert_int_equal(curlew_explain(NULL, &fine, NULL),
                   CURLE_BAD_FUNCTION_ARGUMENT);
}

/* Neither of ours nor of libcurl's: nothing is answered then. */
static void without_memory_it_says_so(void **state)
{
  (void)state;
  static const struct curlew_what_if rows[] = {
    {.status = 503, .url = "http://a.b/?c"},
    {.status = 301, .location = "../x/./y?z#f"},
    {.status = 302, .location = "https://u:p@c.d/"},
  };
  struct curlew_policy *policy = curlew_policy_builtin("integration");
  unsigned total = 0;

  for(size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
    bool was_felt = true;
    unsigned granted = 0;
    for(; was_felt; granted++) {
      struct curlew_decision decision = {.wait_max_ms = 7};
      hunger_begin(granted);
      const CURLcode result =
        curlew_explain(i % 2 ? policy : NULL, &rows[i / 2], &decision);
      was_felt = hunger_end();
      /* libcurl may take a URL for bad that it has no memory for */
      if(was_felt && decision.reason == CURLEW_REASON_BAD_LOCATION)
        continue;
      assert_int_equal(result, was_felt ? CURLE_OUT_OF_MEMORY : CURLE_OK);
      assert_int_equal(decision.wait_max_ms == 7, was_felt);
    }
    total += granted;
  }
  assert_true(total > 100);
  curlew_policy_unref(policy);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(no_policy_is_the_default),
    cmocka_unit_test(the_method_after_a_redirect_is_told),
    cmocka_unit_test(what_is_said_of_the_request_counts),
    cmocka_unit_test(what_retry_after_says_counts),
    cmocka_unit_test(where_a_redirect_leads_counts),
    cmocka_unit_test(an_error_is_explained_too),
    cmocka_unit_test(the_wait_is_told_as_chance_will_have_it),
    cmocka_unit_test(a_key_that_curlew_adds_counts),
    cmocka_unit_test(the_host_picks_the_rules),
    cmocka_unit_test(what_makes_no_sense_is_refused),
    cmocka_unit_test(without_memory_it_says_so),
  };

  if(curl_global_init_mem(CURL_GLOBAL_DEFAULT, __wrap_malloc, free,
                          __wrap_realloc, __wrap_strdup, __wrap_calloc))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
