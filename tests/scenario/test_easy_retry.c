/* Scenarios of the blocking driver: which attempts are made, and how long it
   backs off between them. */

#include "act.h"

static void set_post(struct scene *scene)
{
  scene_post(scene, "a=b");
}

static void set_post_with_key(struct scene *scene)
{
  scene_post(scene, "a=b");
  scene_field(scene, "Idempotency-Key: 1");
}

static void set_patch(struct scene *scene)
{
  scene_set(scene, CURLOPT_CUSTOMREQUEST, "PATCH");
}

static void set_delete(struct scene *scene)
{
  scene_set(scene, CURLOPT_CUSTOMREQUEST, "DELETE");
}

static void set_expected(struct scene *scene)
{
  assert_int_equal(curlew_easy_set_expect(scene->curl, true), CURLE_OK);
}

static const struct act attempts[] = {
  {.name = "an answer that passes is the first and last",
   .exchange = {"200|Content-Length: 2;body ok"},
   .requests = "GET http://a/",
   .sleeps = "",
   .body = "ok",
   .reason = "passed"},
  {.name = "a 503 that recovers",
   .exchange = {"503|Content-Length: 4;body busy",
                "200|Content-Length: 2;body ok"},
   .requests = "GET http://a/\nGET http://a/",
   .sleeps = "0-500",
   .body = "ok",
   .heads = "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n",
   .reason = "passed"},
  {.name = "a 503 that stays is delivered",
   .exchange = {"503|Content-Length: 1;body 1", "503|Content-Length: 1;body 2",
                "503|Content-Length: 1;body 3",
                "503|Content-Length: 1;body 4"},
   .sleeps = "0-500 500-1500 1500-3500",
   .body = "4",
   .heads = "HTTP/1.1 503\r\nContent-Length: 1\r\n\r\n",
   .reason = "attempts-exhausted"},
  {.name = "one attempt",
   .settings = "limits.attempts=1",
   .exchange = {"503|Content-Length: 1;body 1"},
   .sleeps = "",
   .body = "1",
   .reason = "attempts-exhausted"},
  {.name = "what must change is not sent again",
   .exchange = {"403|Content-Length: 4;body none"},
   .sleeps = "",
   .body = "none",
   .reason = "failed"},
  {.name = "different failures share the attempts",
   .exchange = {"end 7", "502|Content-Length: 0", "send;end 52",
                "500|Content-Length: 0"},
   .sleeps = "0-500 500-1500 1500-3500",
   .reason = "attempts-exhausted"},
  {.name = "a resource that is expected may appear",
   .prepare = set_expected,
   .exchange = {"404|Content-Length: 0", "404|Content-Length: 0", "200"},
   .sleeps = "0-500 500-1500",
   .reason = "passed"},
  {.name = "one that is not is not waited for",
   .exchange = {"404|Content-Length: 0"},
   .sleeps = "",
   .reason = "not-expected"},
  {.name = "once is once",
   .exchange = {"425|Content-Length: 0", "425|Content-Length: 0"},
   .sleeps = "0-500",
   .reason = "once"},
  {.name = "the wrong connection is tried once more, on another one",
   .exchange = {"421|Content-Length: 0", "421|Content-Length: 0"},
   .aborts = 1,
   .requests = "GET http://a/\nGET http://a/ fresh",
   .sleeps = "0-500",
   .reason = "once"},
  {.name = "only the attempt after a 408 is on a fresh connection",
   .exchange = {"408|Content-Length: 0", "503|Content-Length: 0", "200"},
   .aborts = 1,
   .requests = "GET http://a/\nGET http://a/ fresh\nGET http://a/",
   .reason = "passed"},
};

static void attempts_are_made_until_they_are_used_up(void **state)
{
  (void)state;
  ACT_ALL(attempts);
}

static void errors_are_repeated_as_the_policy_says(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "an error that recovers",
     .exchange = {"end 7", "send;end 56", "200"},
     .requests = "GET http://a/\nGET http://a/\nGET http://a/",
     .sleeps = "0-500 500-1500",
     .reason = "passed"},
    {.name = "an error that stays",
     .settings = "limits.attempts=2",
     .exchange = {"end 7", "end 6"},
     .result = CURLE_COULDNT_RESOLVE_HOST,
     .sleeps = "0-500",
     .reason = "attempts-exhausted"},
    {.name = "an error that no attempt mends",
     .exchange = {"end 60"},
     .result = CURLE_PEER_FAILED_VERIFICATION,
     .sleeps = "",
     .reason = "error-kept"},
    {.name = "an error that has no rule",
     .exchange = {"end 3"},
     .result = CURLE_URL_MALFORMAT,
     .sleeps = "",
     .reason = "error-kept"},
    {.name = "a POST that was not sent",
     .prepare = set_post,
     .exchange = {"end 6", "end 7", "end 35", "200"},
     .sleeps = "0-500 500-1500 1500-3500",
     .reason = "passed"},
    {.name = "a POST that was sent and lost",
     .prepare = set_post,
     .exchange = {"send;end 56"},
     .result = CURLE_RECV_ERROR,
     .sleeps = "",
     .reason = "method-not-repeatable"},
    {.name = "a POST that timed out before it was sent",
     .prepare = set_post,
     .exchange = {"end 28", "200"},
     .sleeps = "0-500",
     .reason = "passed"},
    {.name = "a POST that timed out after it was sent",
     .prepare = set_post,
     .exchange = {"send;end 28"},
     .result = CURLE_OPERATION_TIMEDOUT,
     .sleeps = "",
     .reason = "method-not-repeatable"},
  };
  ACT_ALL(acts);
}

static void methods_that_are_not_idempotent_are_not_repeated(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "a POST",
     .prepare = set_post,
     .exchange = {"500|Content-Length: 1;body 1"},
     .body = "1",
     .reason = "method-not-repeatable"},
    {.name = "a POST with a key",
     .prepare = set_post_with_key,
     .exchange = {"500|Content-Length: 0", "200"},
     .requests = "POST http://a/\nPOST http://a/",
     .reason = "passed"},
    {.name = "a PATCH",
     .prepare = set_patch,
     .exchange = {"502|Content-Length: 0"},
     .requests = "PATCH http://a/",
     .reason = "method-not-repeatable"},
    {.name = "a DELETE",
     .prepare = set_delete,
     .exchange = {"502|Content-Length: 0", "204"},
     .requests = "DELETE http://a/\nDELETE http://a/",
     .reason = "passed"},
    {.name = "a POST that was turned away unread",
     .prepare = set_post,
     .exchange = {"429|Content-Length: 0", "408|Content-Length: 0",
                  "421|Content-Length: 0", "200"},
     .aborts = 2,
     .reason = "passed"},
    {.name = "a POST that the policy lets go out again",
     .prepare = set_post,
     .settings = "status.500=retry, any-method",
     .exchange = {"500|Content-Length: 0", "200"},
     .reason = "passed"},
  };
  ACT_ALL(acts);
}

/* ---- jitter ---- */

static void throw_all(struct scene *scene)
{
  static const uint64_t throws[] = {LOWEST, MIDDLE, HIGHEST};
  scene->stage.dice = (struct dice){.throws = throws, .left = 3};
}

static void throw_high(struct scene *scene)
{
  static const uint64_t throws[] = {HIGHEST, HIGHEST, LOWEST};
  scene->stage.dice = (struct dice){.throws = throws, .left = 3};
}

#define BUSY     "503|Content-Length: 0"
#define BUSY_FOR "503|Content-Length: 0|Retry-After: 3"

static void jitter_spreads_the_waits(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "full: from nothing to the ceiling",
     .settings = "backoff.jitter=full",
     .prepare = throw_all,
     .exchange = {BUSY, BUSY, BUSY, BUSY},
     .sleeps = "0-500 500-2500"},
    {.name = "equal: from half the ceiling to all of it",
     .settings = "backoff.jitter=equal",
     .prepare = throw_all,
     .exchange = {BUSY, BUSY, BUSY, BUSY},
     .sleeps = "0-250 250-1000 1000-3000"},
    {.name = "decorrelated: from the base to three times the wait before",
     .settings = "backoff.jitter=decorrelated",
     .prepare = throw_high,
     .exchange = {BUSY, BUSY, BUSY, BUSY},
     .sleeps = "0-1500 1500-6000 6000-6500"},
    {.name = "none: the ceiling, up to the cap",
     .settings = "backoff.cap=800ms",
     .exchange = {BUSY, BUSY, BUSY, BUSY},
     .sleeps = "0-500 500-1300 1300-2100"},
    {.name = "a factor",
     .settings = "backoff.factor=3; backoff.base=100ms",
     .exchange = {BUSY, BUSY, BUSY, BUSY},
     .sleeps = "0-100 100-400 400-1300"},
    {.name = "a wait of nothing is none",
     .settings = "backoff.base=0ms",
     .exchange = {BUSY, BUSY, BUSY, BUSY},
     .sleeps = ""},
    {.name = "full, on top of what the server asks for",
     .settings = "backoff.jitter=full",
     .prepare = throw_all,
     .exchange = {BUSY_FOR, BUSY_FOR, BUSY_FOR, BUSY_FOR},
     .sleeps = "0-3000 3000-6500 6500-11500"},
    {.name = "equal, on top of the longer of both",
     .settings = "backoff.jitter=equal; backoff.base=8s",
     .prepare = throw_all,
     .exchange = {BUSY_FOR, BUSY_FOR, BUSY_FOR, BUSY_FOR},
     .sleeps = "0-4000 4000-16000 16000-46000"},
  };
  ACT_ALL(acts);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(attempts_are_made_until_they_are_used_up),
    cmocka_unit_test(errors_are_repeated_as_the_policy_says),
    cmocka_unit_test(methods_that_are_not_idempotent_are_not_repeated),
    cmocka_unit_test(jitter_spreads_the_waits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
