/* Scenarios of the blocking driver: which heads the application sees, and that
   it may pause anywhere. */

#include "act.h"

#include <stdlib.h>

#define OK_HEAD   "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n"
#define BUSY_HEAD "HTTP/1.1 503\r\nContent-Length: 4\r\n\r\n"
#define HOP_HEAD  "HTTP/1.1 302\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
#define OK        "200|Content-Length: 2;body ok"
#define BUSY      "503|Content-Length: 4;body busy"
#define HOP       "302|Location: /b|Content-Length: 0"

static void set_follow(struct scene *scene)
{
  scene_set(scene, CURLOPT_FOLLOWLOCATION, 1L);
}

static void set_no_follow(struct scene *scene)
{
  scene_set(scene, CURLOPT_FOLLOWLOCATION, 0L);
}

static void heads_of_what_is_withheld_are_not_seen(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "those of retries",
     .exchange = {BUSY, BUSY, OK},
     .heads = OK_HEAD},
    {.name = "those of hops nobody asked for",
     .exchange = {HOP, OK},
     .requests = "GET http://a/\nGET http://a/b",
     .heads = OK_HEAD},
    {.name = "those of hops that were asked for are",
     .prepare = set_follow,
     .exchange = {HOP, OK},
     .heads = HOP_HEAD OK_HEAD},
    {.name = "but not of the retries between",
     .prepare = set_follow,
     .exchange = {BUSY, HOP, BUSY, OK},
     .requests =
       "GET http://a/\nGET http://a/\nGET http://a/b\nGET http://a/b",
     .heads = HOP_HEAD OK_HEAD},
    {.name = "those of hops that were forbidden are the answer",
     .prepare = set_no_follow,
     .exchange = {HOP},
     .requests = "GET http://a/",
     .heads = HOP_HEAD,
     .reason = "redirects-off"},
  };
  ACT_ALL(acts);
}

static const struct act heads_of_one_attempt[] = {
  {.name = "interim heads go with what follows",
   .exchange = {"100;103|Link: a;" BUSY, "103|Link: b;" OK},
   .heads = "HTTP/1.1 103\r\nLink: b\r\n\r\n" OK_HEAD,
   .body = "ok"},
  {.name = "a proxy's answer to CONNECT is no answer",
   .exchange = {"tunnel 503|Content-Length: 0;" OK},
   .requests = "GET http://a/",
   .heads = "HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n" OK_HEAD,
   .body = "ok",
   .reason = "passed"},
  {.name = "it goes with what follows",
   .exchange = {"tunnel 200|A: b;" BUSY, OK},
   .heads = OK_HEAD},
  {.name = "the rounds of a login are shown together",
   .exchange = {"401|WWW-Authenticate: Digest|Content-Length: 0;send;" OK},
   .heads = "HTTP/1.1 401\r\nWWW-Authenticate: Digest\r\n"
            "Content-Length: 0\r\n\r\n" OK_HEAD,
   .body = "ok"},
  {.name = "or dropped together",
   .exchange = {"401|WWW-Authenticate: Digest|Content-Length: 0;send;" BUSY,
                OK},
   .heads = OK_HEAD,
   .body = "ok"},
  {.name = "a login that fails",
   .exchange = {"401|WWW-Authenticate: Basic|Content-Length: 2;body no"},
   .heads = "HTTP/1.1 401\r\nWWW-Authenticate: Basic\r\n"
            "Content-Length: 2\r\n\r\n",
   .body = "no",
   .reason = "no-credentials"},
  {.name = "libcurl's own answer to a 417",
   .exchange = {"417|Content-Length: 0;send;" OK},
   .heads = "HTTP/1.1 417\r\nContent-Length: 0\r\n\r\n" OK_HEAD,
   .body = "ok"},
  {.name = "a trailer is passed on",
   .exchange = {"200|Transfer-Encoding: chunked;body ok;trailer X: y"},
   .heads = "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\nX: y\r\n",
   .body = "ok"},
  {.name = "another protocol",
   .exchange = {"101|Upgrade: x"},
   .heads = "HTTP/1.1 101\r\nUpgrade: x\r\n\r\n",
   .reason = "passed"},
  {.name = "a head without a body",
   .exchange = {"204|A: b"},
   .heads = "HTTP/1.1 204\r\nA: b\r\n\r\n",
   .reason = "passed"},
};

static void the_heads_of_one_attempt_stay_together(void **state)
{
  (void)state;
  ACT_ALL(heads_of_one_attempt);
}

/* |moves| with a field of |size| bytes in the place of its %s. */
static char *moves_with(const char *moves, size_t size)
{
  char *field = malloc(size + 1);
  char *text = malloc(strlen(moves) + size + 1);

  assert_non_null(field);
  assert_non_null(text);
  memset(field, 'x', size);
  field[size] = '\0';
  const char *at = strstr(moves, "%s");
  assert_non_null(at);
  memcpy(text, moves, (size_t)(at - moves));
  memcpy(text + (at - moves), field, size);
  strcpy(text + (at - moves) + size, at + 2);
  free(field);
  return text;
}

static void a_head_that_is_too_large_to_be_held_is_passed(void **state)
{
  (void)state;
  char *fits = moves_with("503|X: %s|Content-Length: 0", 100u * 1024);
  char *large =
    moves_with("503|A: b|X: %s|Content-Length: 4;body busy", 257u * 1024);
  const struct act acts[] = {
    {.name = "one that fits",
     .exchange = {fits, OK},
     .heads = OK_HEAD,
     .reason = "passed"},
    {.name = "one that does not",
     .exchange = {large},
     .body = "busy",
     .reason = "head-too-large"},
  };
  ACT_ALL(acts);

  struct scene *scene = scene_new(NULL);
  scene_play(scene, large);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_memory_equal(scene->heads.data, "HTTP/1.1 503\r\nA: b\r\nX: xxx", 26);
  assert_int_equal(scene->heads.length, 14 + 6 + 3 + 257u * 1024 + 2 + 19 + 2);
  scene_free(scene);
  free(fits);
  free(large);
}

static void option_header_writes_heads_into_the_body(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_set(scene, CURLOPT_HEADER, 1L);
  scene_play(scene, BUSY);
  scene_play(scene, "103|Link: b;" OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->body.data,
                      "HTTP/1.1 103\r\nLink: b\r\n\r\n" OK_HEAD "ok");
  assert_string_equal(scene->heads.data,
                      "HTTP/1.1 103\r\nLink: b\r\n\r\n" OK_HEAD);
  scene_free(scene);
}

/* ---- pauses ---- */

/* Plays |exchange| with pauses: the application sees the same. Returns how
   often its callbacks were called. */
static unsigned play_paused(void (*prepare)(struct scene *scene),
                            const char *const exchange[3], unsigned at,
                            unsigned every, const char *const seen[2])
{
  struct scene *scene = scene_new(NULL);

  if(prepare)
    prepare(scene);
  scene->pause_head_at = at;
  scene->pause_body_at = at;
  scene->pause_every = every;
  for(size_t i = 0; i < 3 && exchange[i]; i++)
    scene_play(scene, exchange[i]);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->heads.data, seen[0]);
  assert_string_equal(scene->body.data, seen[1]);
  const unsigned calls = scene->heads.calls + scene->body.calls;
  scene_free(scene);
  return calls;
}

/* Whatever line or piece the application pauses at, and however often. */
static void assert_pauses_change_nothing(void (*prepare)(struct scene *scene),
                                         const char *const exchange[3],
                                         const char *heads, const char *body)
{
  const char *const seen[2] = {heads, body};
  const unsigned calls = play_paused(prepare, exchange, 0, 0, seen);

  for(unsigned at = 1; at <= calls; at++)
    (void)play_paused(prepare, exchange, at, 0, seen);
  for(unsigned every = 2; every <= calls; every++) {
    assert_true(play_paused(prepare, exchange, 0, every, seen) > calls ||
                every > calls / 2);
    (void)play_paused(prepare, exchange, 1, every, seen);
  }
}

static void set_header(struct scene *scene)
{
  scene_set(scene, CURLOPT_HEADER, 1L);
}

static void the_application_may_pause_at_any_line(void **state)
{
  (void)state;
  static const char *const plain[3] = {"103|Link: b;" OK};
  static const char *const retried[3] = {BUSY, "103|Link: b;" OK};
  static const char *const followed[3] = {HOP, "103|Link: b;" OK};
  static const char *const kept[3] = {"103|Link: b;501|Content-Length: 2"
                                      ";body no"};
  static const char *const login[3] = {
    "401|WWW-Authenticate: Digest|Content-Length: 0;send;" OK};
  static const char link[] = "HTTP/1.1 103\r\nLink: b\r\n\r\n";

  assert_pauses_change_nothing(
    NULL, plain, "HTTP/1.1 103\r\nLink: b\r\n\r\n" OK_HEAD, "ok");
  assert_pauses_change_nothing(
    NULL, retried, "HTTP/1.1 103\r\nLink: b\r\n\r\n" OK_HEAD, "ok");
  assert_pauses_change_nothing(
    set_follow, followed, HOP_HEAD "HTTP/1.1 103\r\nLink: b\r\n\r\n" OK_HEAD,
    "ok");
  assert_pauses_change_nothing(NULL, kept,
                               "HTTP/1.1 103\r\nLink: b\r\n\r\n"
                               "HTTP/1.1 501\r\nContent-Length: 2\r\n\r\n",
                               "no");
  assert_pauses_change_nothing(NULL, login,
                               "HTTP/1.1 401\r\nWWW-Authenticate: Digest\r\n"
                               "Content-Length: 0\r\n\r\n" OK_HEAD,
                               "ok");
  static const char *const trailing[3] = {
    "200|Content-Length: 2;body ok;trailer X: y;trailer Z: a"};
  assert_pauses_change_nothing(NULL, trailing, OK_HEAD "X: y\r\nZ: a\r\n",
                               "ok");
  char body[200];
  snprintf(body, sizeof(body), "%s%sok", link, OK_HEAD);
  char heads[200];
  snprintf(heads, sizeof(heads), "%s%s", link, OK_HEAD);
  assert_pauses_change_nothing(set_header, retried, heads, body);
}

static void the_last_503_may_be_paused_at_too(void **state)
{
  (void)state;

  for(unsigned at = 1; at <= 3; at++) {
    struct scene *scene = scene_new("limits.attempts=2");
    scene->pause_head_at = at;
    scene_play(scene, BUSY);
    scene_play(scene, BUSY);
    assert_int_equal(scene_perform(scene), CURLE_OK);
    assert_string_equal(scene->heads.data, BUSY_HEAD);
    assert_string_equal(scene->body.data, "busy");
    scene_free(scene);
  }
}

/* There is nothing left to pause then: each line that is paused at is told
   once more. */
static void it_may_pause_in_a_head_that_was_held_to_the_end(void **state)
{
  (void)state;
  static const char *const asks[3] = {
    "401|WWW-Authenticate: Basic|A: b|C: d|Content-Length: 0"};
  static const char *const seen[2] = {
    "HTTP/1.1 401\r\nWWW-Authenticate: Basic\r\nA: b\r\nC: d\r\n"
    "Content-Length: 0\r\n\r\n",
    ""};

  for(unsigned every = 2; every <= 6; every++)
    (void)play_paused(NULL, asks, 0, every, seen);
}

static void the_application_may_refuse_any_line(void **state)
{
  (void)state;

  for(unsigned at = 1; at <= 3; at++) {
    struct scene *scene = scene_new(NULL);
    scene->abort_head_at = at;
    scene_play(scene, BUSY);
    scene_play(scene, OK);
    assert_int_equal(scene_perform(scene), CURLE_WRITE_ERROR);
    assert_int_equal(scene->heads.calls, at);
    assert_int_equal(scene->body.calls, 0);
    scene_free(scene);
  }

  struct scene *scene = scene_new(NULL);
  scene->abort_body_at = 1;
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_WRITE_ERROR);
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(heads_of_what_is_withheld_are_not_seen),
    cmocka_unit_test(the_heads_of_one_attempt_stay_together),
    cmocka_unit_test(a_head_that_is_too_large_to_be_held_is_passed),
    cmocka_unit_test(option_header_writes_heads_into_the_body),
    cmocka_unit_test(the_application_may_pause_at_any_line),
    cmocka_unit_test(the_last_503_may_be_paused_at_too),
    cmocka_unit_test(it_may_pause_in_a_head_that_was_held_to_the_end),
    cmocka_unit_test(the_application_may_refuse_any_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
