/* Scenarios of the blocking driver: hops. */

#include "act.h"

#include "policies.h"

#define TO(status, where) #status "|Location: " where "|Content-Length: 0"

static void set_follow(struct scene *scene)
{
  scene_set(scene, CURLOPT_FOLLOWLOCATION, 1L);
}

static void set_post(struct scene *scene)
{
  scene_post(scene, "a=b");
}

static void set_post_to_keep(struct scene *scene)
{
  scene_post(scene, "a=b");
  scene_set(scene, CURLOPT_POSTREDIR, CURL_REDIR_POST_301);
}

static void set_custom(struct scene *scene)
{
  scene_set(scene, CURLOPT_CUSTOMREQUEST, "PUT");
}

static void set_head(struct scene *scene)
{
  scene_set(scene, CURLOPT_NOBODY, 1L);
}

static void the_method_changes_by_the_table(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "301",
     .prepare = set_post,
     .exchange = {TO(301, "/b"), "200"},
     .requests = "POST http://a/\nGET http://a/b"},
    {.name = "302",
     .prepare = set_post,
     .exchange = {TO(302, "/b"), "200"},
     .requests = "POST http://a/\nGET http://a/b"},
    {.name = "303",
     .prepare = set_post,
     .exchange = {TO(303, "/b"), "200"},
     .requests = "POST http://a/\nGET http://a/b"},
    {.name = "307 and 308",
     .prepare = set_post,
     .exchange = {TO(307, "/b"), TO(308, "/c"), "200"},
     .requests = "POST http://a/\nPOST http://a/b\nPOST http://a/c"},
    {.name = "what became a GET stays one",
     .prepare = set_post,
     .exchange = {TO(302, "/b"), TO(307, "/c"), "200"},
     .requests = "POST http://a/\nGET http://a/b\nGET http://a/c"},
    {.name = "POSTREDIR",
     .prepare = set_post_to_keep,
     .exchange = {TO(301, "/b"), TO(302, "/c"), "200"},
     .requests = "POST http://a/\nPOST http://a/b\nGET http://a/c"},
    {.name = "a custom method stays but for 303",
     .prepare = set_custom,
     .exchange = {TO(302, "/b"), TO(303, "/c"), "200"},
     .requests = "PUT http://a/\nPUT http://a/b\nGET http://a/c"},
    {.name = "HEAD",
     .prepare = set_head,
     .exchange = {TO(303, "/b"), "200"},
     .requests = "HEAD http://a/\nHEAD http://a/b"},
    {.name = "300, 304, 305 and 306 are no hops",
     .exchange = {TO(305, "/b")},
     .requests = "GET http://a/",
     .reason = "passed"},
  };
  ACT_ALL(acts);
}

static const struct act refused_hops[] = {
  {.name = "without a target",
   .exchange = {"302|Content-Length: 0"},
   .reason = "no-location"},
  {.name = "with an empty one",
   .prepare = set_follow,
   .exchange = {TO(302, "")},
   .reason = "no-location"},
  {.name = "to itself", .exchange = {TO(302, "/")}, .reason = "redirect-loop"},
  {.name = "in a circle",
   .prepare = set_follow,
   .exchange = {TO(302, "/b"), TO(302, "/")},
   .result = CURLE_TOO_MANY_REDIRECTS,
   .reason = "redirect-loop"},
  {.name = "too many",
   .settings = "limits.redirects=2",
   .exchange = {TO(302, "/b"), TO(302, "/c"), TO(302, "/d")},
   .reason = "too-many-redirects"},
  {.name = "too many, where they were asked for",
   .settings = "limits.redirects=1",
   .prepare = set_follow,
   .exchange = {TO(302, "/b"), TO(302, "/c")},
   .result = CURLE_TOO_MANY_REDIRECTS,
   .reason = "too-many-redirects"},
  {.name = "to another scheme",
   .exchange = {TO(302, "ftp://a/")},
   .reason = "scheme-refused"},
  {.name = "to another scheme, where they were asked for",
   .prepare = set_follow,
   .exchange = {TO(302, "file:///etc/passwd")},
   .result = CURLE_UNSUPPORTED_PROTOCOL,
   .reason = "scheme-refused"},
  {.name = "to no URL",
   .prepare = set_follow,
   .exchange = {TO(302, "http://[x/")},
   .result = CURLE_URL_MALFORMAT,
   .reason = "bad-location"},
  {.name = "down from https",
   .prepare = set_follow,
   .exchange = {TO(302, "https://a/"), TO(302, "http://a/b")},
   .result = CURLE_UNSUPPORTED_PROTOCOL,
   .reason = "downgrade-refused"},
  {.name = "down from https, where the policy allows it",
   .settings = "redirect.downgrade=allow",
   .exchange = {TO(302, "https://a/"), TO(302, "http://a/b"), "200"},
   .reason = "passed"},
  {.name = "down from where HSTS led",
   .exchange = {"send;url https://a/;" TO(302, "http://a/b")},
   .reason = "downgrade-refused"},
  {.name = "nowhere, by the policy",
   .settings = "redirect.when=asked",
   .exchange = {TO(302, "/b")},
   .reason = "redirects-off"},
};

static void some_hops_are_not_made(void **state)
{
  (void)state;
  ACT_ALL(refused_hops);
}

static void a_hop_that_is_refused_is_delivered_where_nobody_asked(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "the response as it is",
     .exchange = {"302|Location: ftp://a/|Content-Length: 5;body there"},
     .heads = "HTTP/1.1 302\r\nLocation: ftp://a/\r\n"
              "Content-Length: 5\r\n\r\n",
     .body = "there"},
    {.name = "and not its body where they were asked for",
     .prepare = set_follow,
     .exchange = {"302|Location: ftp://a/|Content-Length: 5;body there"},
     .result = CURLE_UNSUPPORTED_PROTOCOL,
     .heads = "HTTP/1.1 302\r\nLocation: ftp://a/\r\n"
              "Content-Length: 5\r\n\r\n",
     .body = ""},
  };
  ACT_ALL(acts);
}

static void each_hop_can_be_retried(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "out of one allowance",
     .exchange = {"503|Content-Length: 0", TO(302, "/b"),
                  "503|Content-Length: 0", TO(302, "/c"),
                  "503|Content-Length: 0", "503|Content-Length: 0"},
     .requests = "GET http://a/\nGET http://a/\nGET http://a/b\n"
                 "GET http://a/b\nGET http://a/c\nGET http://a/c",
     .sleeps = "0-500 500-1500 1500-3500",
     .reason = "attempts-exhausted"},
    {.name = "on a fresh connection, but only there",
     .exchange = {"408|Content-Length: 0", TO(302, "/b"), "200"},
     .aborts = 1,
     .requests = "GET http://a/\nGET http://a/ fresh\nGET http://a/b"},
  };
  ACT_ALL(acts);
}

static void the_rules_are_those_of_the_host(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_set_policy(scene, policy_of("extends = default\n"
                                    "[backoff]\njitter = none\n"
                                    "[host b]\nstatus.503 = fail\n"
                                    "[host c]\nlimits.deadline = 10s\n"
                                    "limits.attempt-timeout = 1s\n"
                                    "status.404 = retry\n"));
  scene_play(scene, "503|Content-Length: 0");
  scene_play(scene, TO(302, "http://c/"));
  scene_play(scene, "404|Content-Length: 0");
  scene_play(scene, TO(302, "http://b/"));
  scene_play(scene, "503|Content-Length: 0");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_requests(scene, "GET http://a/\nGET http://a/\n"
                         "GET http://c/ timeout=1000\n"
                         "GET http://c/ timeout=1000\n"
                         "GET http://b/ timeout=8500");
  assert_sleeps(scene, "0-500 500-1500");
  assert_outcome(scene, "failed 0 3/2 1500\n"
                        "+0 GET http://a/ 503 0 first\n"
                        "+500 GET http://a/ 302 0 retried\n"
                        "+0 GET http://c/ 404 0 followed\n"
                        "+1000 GET http://c/ 302 0 retried\n"
                        "+0 GET http://b/ 503 0 followed");
  scene_free(scene);
}

/* ---- figures ---- */

static long get_long(struct scene *scene, CURLINFO info)
{
  long number = -1;
  assert_int_equal(curlew_easy_getinfo(scene->curl, info, &number), CURLE_OK);
  return number;
}

static curl_off_t get_time(struct scene *scene, CURLINFO info)
{
  curl_off_t time_us = -1;
  assert_int_equal(curlew_easy_getinfo(scene->curl, info, &time_us), CURLE_OK);
  return time_us;
}

static const char *get_text(struct scene *scene, CURLINFO info)
{
  const char *text = NULL;
  assert_int_equal(curlew_easy_getinfo(scene->curl, info, &text), CURLE_OK);
  return text;
}

static void figures_are_those_of_the_chain(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_post(scene, "a=b");
  scene_set(scene, CURLOPT_AUTOREFERER, 1L);
  scene_play(scene, "send;pass 10;" TO(303, "/b?c"));
  scene_play(scene, "send;pass 500;503|Content-Length: 0"); /* not counted */
  scene_play(scene, "send;lost;send;pass 30;" TO(302, "/d"));
  scene_play(scene, "send;pass 7;200|A: b");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(get_long(scene, CURLINFO_RESPONSE_CODE), 200);
  assert_int_equal(get_long(scene, CURLINFO_REDIRECT_COUNT), 2);
  assert_int_equal(get_long(scene, CURLINFO_NUM_CONNECTS), 2);
  assert_int_equal(get_long(scene, CURLINFO_REQUEST_SIZE), 400);
  assert_int_equal(get_long(scene, CURLINFO_HEADER_SIZE),
                   strlen("HTTP/1.1 303\r\nLocation: /b?c\r\n"
                          "Content-Length: 0\r\n\r\n"
                          "HTTP/1.1 302\r\nLocation: /d\r\n"
                          "Content-Length: 0\r\n\r\n"
                          "HTTP/1.1 200\r\nA: b\r\n\r\n"));
  assert_int_equal(get_time(scene, CURLINFO_TOTAL_TIME_T), 47000);
  assert_int_equal(get_time(scene, CURLINFO_REDIRECT_TIME_T), 40000);
  double seconds = 0;
  assert_int_equal(
    curlew_easy_getinfo(scene->curl, CURLINFO_TOTAL_TIME, &seconds), CURLE_OK);
  assert_true(seconds > 0.0469 && seconds < 0.0471);
  assert_string_equal(get_text(scene, CURLINFO_EFFECTIVE_URL), "http://a/d");
  assert_string_equal(get_text(scene, CURLINFO_EFFECTIVE_METHOD), "GET");
  assert_string_equal(get_text(scene, CURLINFO_REFERER), "http://a/b?c");
  scene_free(scene);
}

static void the_next_hop_is_told_where_there_were_too_many(void **state)
{
  (void)state;
  struct scene *scene = scene_new("limits.redirects=1");

  set_follow(scene);
  scene_play(scene, TO(302, "/b"));
  scene_play(scene, TO(302, "/c"));
  assert_int_equal(scene_perform(scene), CURLE_TOO_MANY_REDIRECTS);
  assert_string_equal(get_text(scene, CURLINFO_REDIRECT_URL), "http://a/c");
  assert_string_equal(get_text(scene, CURLINFO_EFFECTIVE_URL), "http://a/b");
  assert_string_equal(scene->error, "Maximum (1) redirects followed");
  scene_free(scene);
}

static size_t stop_following(char *line, size_t size, size_t count, void *user)
{
  struct scene *scene = user;

  if(!strncmp(line, "Location:", 9))
    scene_set(scene, CURLOPT_FOLLOWLOCATION, 0L);
  return size * count;
}

/* libcurl looks at the option when it sees the Location. */
static void a_header_callback_may_turn_it_off(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  set_follow(scene);
  scene_set(scene, CURLOPT_HEADERFUNCTION, stop_following);
  scene_set(scene, CURLOPT_HEADERDATA, scene);
  scene_play(scene, "302|Location: /b|Content-Length: 5;body moved");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->body.data, "moved");
  assert_outcome(scene, "redirects-off 0 1/0 0\n"
                        "+0 GET http://a/ 302 0 first");
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_method_changes_by_the_table),
    cmocka_unit_test(some_hops_are_not_made),
    cmocka_unit_test(a_hop_that_is_refused_is_delivered_where_nobody_asked),
    cmocka_unit_test(each_hop_can_be_retried),
    cmocka_unit_test(the_rules_are_those_of_the_host),
    cmocka_unit_test(figures_are_those_of_the_chain),
    cmocka_unit_test(the_next_hop_is_told_where_there_were_too_many),
    cmocka_unit_test(a_header_callback_may_turn_it_off),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
