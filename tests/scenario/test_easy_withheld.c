/* Scenarios of the blocking driver: what becomes of a body that nobody is to
   see. */

#include "act.h"
#include "drive.h"

#define AGAIN "200|Content-Length: 2;body ok"

static void a_body_is_drained_where_that_is_cheap(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "up to the limit",
     .exchange = {"503|Content-Length: 65536;bytes 65535;bytes 1", AGAIN},
     .body = "ok"},
    {.name = "not beyond it",
     .exchange = {"503|Content-Length: 65537;bytes 65537", AGAIN},
     .aborts = 1,
     .body = "ok"},
    {.name = "a limit of the policy's own",
     .settings = "limits.drain=10B",
     .exchange = {"503|Content-Length: 10;bytes 10",
                  "503|Content-Length: 11;bytes 11", AGAIN},
     .aborts = 1,
     .body = "ok"},
    {.name = "nothing",
     .settings = "limits.drain=0B",
     .exchange = {"503|Content-Length: 0", "503|Content-Length: 1;bytes 1",
                  AGAIN},
     .aborts = 1,
     .body = "ok"},
    {.name = "not where the connection goes anyway",
     .exchange = {"503|Connection: close|Content-Length: 1;bytes 1",
                  "HTTP/1.0 503 Busy|Content-Length: 1;bytes 1", AGAIN},
     .aborts = 2,
     .body = "ok"},
    {.name = "an old server that keeps the connection",
     .exchange = {"HTTP/1.0 503 Busy|Connection: keep-alive|Content-Length: 1"
                  ";bytes 1",
                  AGAIN},
     .body = "ok"},
    {.name = "not where the length is not known",
     .exchange = {"503 Busy;bytes 1", "503|Transfer-Encoding: chunked;bytes 1",
                  "503|Content-Length: 1|Content-Length: 2;bytes 1", AGAIN},
     .aborts = 3,
     .body = "ok"},
    {.name = "of a hop",
     .exchange = {"302|Location: /b|Content-Length: 65536;bytes 65536",
                  "302|Location: /c|Content-Length: 65537;bytes 65537", AGAIN},
     .requests = "GET http://a/\nGET http://a/b\nGET http://a/c",
     .aborts = 1,
     .body = "ok"},
  };
  ACT_ALL(acts);
}

static void set_head(struct scene *scene)
{
  scene_set(scene, CURLOPT_NOBODY, 1L);
}

static void what_has_no_body_is_not_aborted(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "an answer to HEAD",
     .prepare = set_head,
     .exchange = {"503|Content-Length: 5000000", "503|Connection: close",
                  "302|Location: /b", "200"},
     .requests = "HEAD http://a/\nHEAD http://a/\nHEAD http://a/\n"
                 "HEAD http://a/b"},
    {.name = "a body of nothing",
     .exchange = {"302|Location: /b|Content-Length: 0", "200"}},
  };
  ACT_ALL(acts);
}

static void a_server_that_stalls_is_not_waited_for(void **state)
{
  (void)state;
  /* in a multi handle a timer sees to that, see test_multi.c */
  const unsigned aborts = drive_is_multi() ? 0 : 1;
  const struct act acts[] = {
    {.name = "half a second is given",
     .exchange = {"503|Content-Length: 9|Retry-After: 1;bytes 4;pass 499"
                  ";bytes 5",
                  AGAIN},
     .sleeps = "499-1000",
     .body = "ok"},
    {.name = "but no more, where nothing comes",
     .exchange = {"503|Content-Length: 9|Retry-After: 1;bytes 4;pass 499"
                  ";pass 1;bytes 5",
                  AGAIN},
     .aborts = aborts,
     .sleeps = "500-1000",
     .body = "ok"},
    {.name = "nor where it trickles",
     .exchange = {"503|Content-Length: 9|Retry-After: 1;bytes 4;pass 400"
                  ";bytes 1;pass 100;bytes 1;bytes 3",
                  AGAIN},
     .aborts = 1,
     .sleeps = "500-1000",
     .body = "ok"},
    {.name = "a hop is made at once then",
     .exchange = {"302|Location: /b|Content-Length: 9;pass 600", AGAIN},
     .aborts = aborts,
     .sleeps = "",
     .body = "ok"},
  };
  ACT_ALL(acts);
}

static void what_goes_wrong_with_it_does_not_count(void **state)
{
  (void)state;
  static const char *const codes[] = {"18", "22", "23", "33", "56",
                                      "61", "63", "92", "95"};

  for(size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
    char busy[64];
    char moved[80];
    snprintf(busy, sizeof(busy), "503|Content-Length: 9;bytes 4;end %s",
             codes[i]);
    snprintf(moved, sizeof(moved), "302|Location: /b|Content-Length: 9;end %s",
             codes[i]);
    const struct act acts[] = {
      {.name = busy, .exchange = {busy, busy, AGAIN}, .body = "ok"},
      {.name = moved,
       .exchange = {moved, AGAIN},
       .requests = "GET http://a/\nGET http://a/b",
       .body = "ok"},
    };
    ACT_ALL(acts);
  }
}

static void failonerror_ends_a_head_before_its_blank_line(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "a 503 is decided all the same",
     .exchange = {"503|Retry-After: 2|-;end 22", "200"},
     .sleeps = "0-2000",
     .reason = "passed"},
    {.name = "and delivered when nothing is left to try",
     .settings = "limits.attempts=1",
     .exchange = {"503|Retry-After: 2|-;end 22"},
     .result = CURLE_HTTP_RETURNED_ERROR,
     .heads = "HTTP/1.1 503\r\nRetry-After: 2\r\n",
     .reason = "attempts-exhausted"},
    {.name = "what must change",
     .exchange = {"403|A: b|-;end 22"},
     .result = CURLE_HTTP_RETURNED_ERROR,
     .heads = "HTTP/1.1 403\r\nA: b\r\n",
     .reason = "failed"},
  };
  ACT_ALL(acts);
}

static void an_abort_of_the_application_does_count(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_watch(scene);
  scene->abort_progress_at = 2;
  scene_play(scene, "503|Content-Length: 9;bytes 4;pass 1;pass 1;bytes 5");
  assert_int_equal(scene_perform(scene), CURLE_ABORTED_BY_CALLBACK);
  assert_string_equal(scene->body.data, "");
  assert_outcome(scene, "aborted 42 1/0 0\n"
                        "+0 GET http://a/ 503 42 first");
  scene_free(scene);
}

static void a_response_that_was_begun_is_the_last(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "a body that breaks off",
     .exchange = {"200|Content-Length: 9;body half;end 18"},
     .result = CURLE_PARTIAL_FILE,
     .body = "half",
     .reason = "streamed"},
    {.name = "one that does not begin, where the head was seen",
     .exchange = {"200|Content-Length: 9;end 56"},
     .result = CURLE_RECV_ERROR,
     .reason = "streamed"},
    {.name = "a head that breaks off",
     .exchange = {"200|Content-Length: 9|-;end 56"},
     .result = CURLE_RECV_ERROR,
     .reason = "streamed"},
    {.name = "a head that breaks off while it is held",
     .exchange = {"503|Content-Length: 9|-;end 56", "200"},
     .sleeps = "0-500",
     .reason = "passed"},
  };
  ACT_ALL(acts);
}

static void what_nobody_saw_may_be_asked_for_again(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_set(scene, CURLOPT_HEADERFUNCTION, NULL);
  scene_set(scene, CURLOPT_HEADERDATA, NULL);
  scene_play(scene, "200|Content-Length: 9;end 56");
  scene_play(scene, AGAIN);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->body.data, "ok");
  scene_mark(scene);
  scene_play(scene, "200|Content-Length: 9;body a;end 56");
  assert_int_equal(scene_perform(scene), CURLE_RECV_ERROR);
  assert_string_equal(scene->body.data, "a");
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_body_is_drained_where_that_is_cheap),
    cmocka_unit_test(what_has_no_body_is_not_aborted),
    cmocka_unit_test(a_server_that_stalls_is_not_waited_for),
    cmocka_unit_test(what_goes_wrong_with_it_does_not_count),
    cmocka_unit_test(failonerror_ends_a_head_before_its_blank_line),
    cmocka_unit_test(an_abort_of_the_application_does_count),
    cmocka_unit_test(a_response_that_was_begun_is_the_last),
    cmocka_unit_test(what_nobody_saw_may_be_asked_for_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
