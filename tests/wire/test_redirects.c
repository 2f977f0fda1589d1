/* Tests of following over real HTTP: when, how far, and what is seen of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "caller.h"
#include "hosts.h"
#include "wire.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* A GET of /script/|key| on a handle of its own, under |settings|;
   FOLLOWLOCATION is not set where |follow| is UNSET. |end| is why it ended. */
struct visit {
  const char *key;
  const char *settings;
  long follow;
  const char *end;
  char next[1024]; /* REDIRECT_URL */
  long redirects;
};

#define UNSET (-1L)

static struct answer visit(struct wire *wire, struct visit *visit,
                           const char *const *steps)
{
  const char *next = NULL;
  CURL *curl = caller_new(wire, visit->settings);

  if(visit->follow >= 0)
    curlew_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, visit->follow);
  const struct answer answer = caller_perform(
    curl, wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", visit->key),
                   steps));
  curlew_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &next);
  curlew_easy_getinfo(curl, CURLINFO_REDIRECT_COUNT, &visit->redirects);
  (void)snprintf(visit->next, sizeof(visit->next), "%s", next ? next : "");
  visit->end = caller_end(curl);
  curlew_easy_cleanup(curl);
  return answer;
}

/* Heads of hops are shown where the application asked for redirects. */
static void the_policy_and_the_application_say_whether_to_follow(void **state)
{
  static const struct {
    const char *settings;
    long follow;
    unsigned requests;
    unsigned heads;
  } cases[] = {
    {"redirect.when=always", UNSET, 2, 1},
    {"redirect.when=always", 0, 1, 1},
    {"redirect.when=always", 1, 2, 2},
    {"redirect.when=asked", UNSET, 1, 1},
    {"redirect.when=asked", 0, 1, 1},
    {"redirect.when=asked", 1, 2, 2},
    {"redirect.when=never", UNSET, 1, 1},
    {"redirect.when=never", 0, 1, 1},
    {"redirect.when=never", 1, 2, 2},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(cases); i++) {
    struct visit way = {.key = wire_text(wire, "when%zu", i),
                        .settings = cases[i].settings,
                        .follow = cases[i].follow};
    const struct answer answer =
      visit(wire, &way, STEPS("302;Location=?b;body=moved", "200;body=here"));

    assert_int_equal(answer.result, CURLE_OK);
    assert_int_equal(wire_count(wire, way.key), cases[i].requests);
    assert_string_equal(answer.body,
                        cases[i].requests > 1 ? "here" : "moved");
    assert_int_equal(answer.status, cases[i].requests > 1 ? 200 : 302);
    assert_int_equal(way.redirects, cases[i].requests - 1);
    unsigned heads = 0;
    for(const char *at = strstr(answer.heads, "HTTP/1.1"); at;
        at = strstr(at + 1, "HTTP/1.1"))
      heads++;
    assert_int_equal(heads, cases[i].heads);
  }
}

static void these_are_never_followed(void **state)
{
  static const char *const steps[] = {
    "300;Location=/x;body=it", "304;Location=/x", "305;Location=/x;body=it",
    "306;Location=/x;body=it", "309;Location=/x;body=it", "201;Location=/x",
    "301;body=it", "302;Location=;body=it", "307;Location= ;body=it",
    "308;body=it"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(steps); i++)
    for(long follow = UNSET; follow <= 1; follow++) {
      struct visit way = {
        .key = wire_text(wire, "never%zu-%ld", i, follow + 1),
        .follow = follow};
      const struct answer answer = visit(wire, &way, STEPS(steps[i]));
      assert_int_equal(answer.result, CURLE_OK);
      assert_int_equal(answer.status / 10, (steps[i][0] - '0') * 10);
      assert_true(answer.status == 304 || answer.size > 0);
      assert_int_equal(wire_count(wire, way.key), 1);
    }
}

static void the_body_of_a_hop_is_never_delivered(void **state)
{
  static const char *const hops[] = {
    "302;Location=?b;body=wrong", "302;Location=?b;body=wrong;nolength",
    "302;Location=?b;body=wrong;chunked;trailer=X-T: 1",
    "302;Location=?b;body=wrong;Connection=close",
    "302;Location=?b;body=wrong;http10", "302;Location=?b;size=70000",
    "302;Location=?b;size=5000000", "302;Location=?b;size=90;cut=3",
    "302;Location=?b;size=90;cut=3;reset", "302;Location=?b;size=90;stall",
    "302;Location=?b;size=90;hang", "302;Location=?b;nolength;size=90;hang",
    "302;Location=?b;body=", "307;Location=?b;chunked;size=90;cut=3",
    "302;Location=?b;Content-Encoding=gzip;body=wrong",
    "302;Location=?b;Connection=close;hang"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(hops); i++)
    for(long follow = UNSET; follow <= 1; follow += 2) {
      struct visit way = {.key = wire_text(wire, "body%zu-%ld", i, follow + 1),
                          .follow = follow};
      const struct answer answer =
        visit(wire, &way, STEPS(hops[i], "200;body=right"));

      if(answer.result)
        fail_msg("%s: %d", hops[i], (int)answer.result);
      assert_int_equal(answer.status, 200);
      assert_string_equal(answer.body, "right");
      if(answer.total_us > 1500000)
        fail_msg("%s took %ld ms", hops[i], (long)answer.total_us / 1000);
    }
}

static void a_chain_may_end_in_any_way(void **state)
{
  static const struct {
    const char *step;
    CURLcode result;
    long status;
    unsigned requests;
  } ends[] = {
    {"404;body=none", CURLE_OK, 404, 3},
    {"500;body=none", CURLE_OK, 500, 6},
    {"204", CURLE_OK, 204, 3},
    {"304", CURLE_OK, 304, 3},
    /* one of them is libcurl's own, on the connection that was kept */
    {"close", CURLE_GOT_NOTHING, 307, 7}, /* as libcurl says it too */
    {"200;size=9;cut=4", CURLE_PARTIAL_FILE, 200, 3},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(ends); i++) {
    struct visit way = {.key = wire_text(wire, "end%zu", i), .follow = UNSET};
    const struct answer answer =
      visit(wire, &way, STEPS("301;Location=?b", "307;Location=?c",
                              ends[i].step));
    assert_int_equal(answer.result, ends[i].result);
    assert_int_equal(answer.status, ends[i].status);
    assert_int_equal(wire_count(wire, way.key), ends[i].requests);
    assert_int_equal(way.redirects, 2);
  }
}

/* ---- waits and retries ---- */

static void a_hop_waits_as_long_as_the_server_says(void **state)
{
  struct wire *wire = *state;
  struct visit way = {.key = "waits", .follow = 1};
  const struct answer answer =
    visit(wire, &way, STEPS("302;Location=?b;Retry-After=1", "200"));

  assert_int_equal(answer.status, 200);
  assert_true(wire_number(wire, "waits", 2, "at") >=
              wire_number(wire, "waits", 1, "at") + 990);
}

static void a_wait_past_the_cap_is_not_begun(void **state)
{
  struct wire *wire = *state;

  for(long follow = UNSET; follow <= 1; follow += 2) {
    struct visit way = {.key = wire_text(wire, "cap%ld", follow + 1),
                        .follow = follow};
    const struct answer answer = visit(
      wire, &way, STEPS("302;Location=?b;Retry-After=999;body=later", "200"));

    assert_int_equal(answer.result, CURLE_OK);
    assert_int_equal(answer.status, 302);
    assert_string_equal(answer.body, "later");
    assert_string_equal(way.end, "retry-after-over-cap");
    assert_int_equal(wire_count(wire, way.key), 1);
  }
}

static void a_failure_is_retried_on_its_hop(void **state)
{
  struct wire *wire = *state;
  struct visit way = {.key = "hop503", .follow = UNSET};
  const struct answer answer =
    visit(wire, &way, STEPS("503", "302;Location=?b", "503", "close",
                            "302;Location=?c", "200"));

  assert_int_equal(answer.status, 200);
  assert_has(wire_field(wire, "hop503", 1, "target"), "?do=");
  assert_has(wire_field(wire, "hop503", 2, "target"), "?do=");
  for(unsigned n = 3; n <= 5; n++)
    assert_string_equal(wire_field(wire, "hop503", n, "target"),
                        "/script/hop503?b");
  assert_string_equal(wire_field(wire, "hop503", 6, "target"),
                      "/script/hop503?c");
  assert_int_equal(way.redirects, 2);
}

static void all_hops_retry_out_of_one_allowance(void **state)
{
  struct wire *wire = *state;
  struct visit way = {.key = "allowance", .follow = UNSET};
  const struct answer answer =
    visit(wire, &way, STEPS("503", "302;Location=?b", "503",
                            "302;Location=?c", "503", "503", "200"));

  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 503);
  assert_string_equal(way.end, "attempts-exhausted");
  assert_int_equal(wire_count(wire, "allowance"), 6);
}

/* ---- hosts ---- */

static void the_rules_of_the_new_host_hold_there(void **state)
{
  static const char text[] = "extends = default\n"
                             "[backoff]\nbase = 0ms\njitter = none\n"
                             "[host b.curlew.test]\n"
                             "status.404 = retry\n"
                             "[host *.curlew.test]\n"
                             "status.503 = fail\n";
  struct wire *wire = *state;
  struct curlew_policy *policy = NULL;
  struct curl_slist *names = hosts_new(wire);
  CURL *curl = caller_new(wire, NULL);
  const char *away =
    wire_url_on(wire, WIRE_PLAIN, "b.curlew.test", "/script/rules/b", NULL);
  const char *back =
    wire_url_on(wire, WIRE_PLAIN, "a.curlew.test", "/script/rules/c", NULL);

  assert_int_equal(curlew_policy_parse(text, sizeof(text) - 1, "rules.ini",
                                       &policy, NULL), CURLE_OK);
  curlew_easy_set_policy(curl, policy);
  curlew_policy_unref(policy);
  curlew_easy_setopt(curl, CURLOPT_RESOLVE, names);
  const struct answer answer = caller_perform(
    curl, wire_url(wire, WIRE_PLAIN, "/script/rules",
                   STEPS("503", wire_text(wire, "302;Location=%s", away),
                         "404", wire_text(wire, "302;Location=%s", back),
                         "503;body=no", "200")));
  assert_int_equal(answer.status, 503);
  assert_string_equal(answer.body, "no");
  assert_string_equal(caller_end(curl), "failed");
  assert_int_equal(wire_count(wire, "rules"), 5);

  /* and at the first host those of the first host again */
  assert_int_equal(caller_perform(curl, wire_url(wire, WIRE_PLAIN,
                                                 "/script/first",
                                                 STEPS("404", "200"))).status,
                   404);
  curlew_easy_cleanup(curl);
  curl_slist_free_all(names);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_policy_and_the_application_say_whether_to_follow),
    cmocka_unit_test(these_are_never_followed),
    cmocka_unit_test(the_body_of_a_hop_is_never_delivered),
    cmocka_unit_test(a_chain_may_end_in_any_way),
    cmocka_unit_test(a_hop_waits_as_long_as_the_server_says),
    cmocka_unit_test(a_wait_past_the_cap_is_not_begun),
    cmocka_unit_test(a_failure_is_retried_on_its_hop),
    cmocka_unit_test(all_hops_retry_out_of_one_allowance),
    cmocka_unit_test(the_rules_of_the_new_host_hold_there),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
