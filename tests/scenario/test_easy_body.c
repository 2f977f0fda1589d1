/* Scenarios of the blocking driver: request bodies that are sent again, or
   cannot be. */

#include "act.h"

#include <stdio.h>

#define BODY "0123456789"
#define BUSY "503|Content-Length: 0"
#define KEEP "307|Location: /b|Content-Length: 0"

static const char *body_of(struct scene *scene, size_t i)
{
  assert_true(i < scene->script.played);
  return scene->script.request[i].body;
}

static void a_body_that_can_be_rewound_is_sent_again(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_upload(scene, BODY, 10);
  scene_rewinds(scene);
  scene_play(scene, "read 4;" BUSY);
  scene_play(scene, "read 100;" KEEP);
  scene_play(scene, "read 100;read 1;end 56");
  scene_play(scene, "read 6;read 6;201");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_requests(scene, "PUT http://a/\nPUT http://a/\nPUT http://a/b\n"
                         "PUT http://a/b");
  assert_string_equal(body_of(scene, 0), "0123");
  assert_string_equal(body_of(scene, 1), BODY);
  assert_string_equal(body_of(scene, 2), BODY);
  assert_string_equal(body_of(scene, 3), BODY);
  assert_int_equal(scene->rewinds, 3);
  scene_free(scene);
}

static void one_that_cannot_is_sent_once(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_upload(scene, BODY, 10);
  scene_play(scene, "read 4;503|Content-Length: 4;body busy");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->body.data, "busy");
  assert_outcome(scene, "body-not-repeatable 0 1/0 0\n"
                        "+0 PUT http://a/ 503 0 first");
  scene_mark(scene);
  scene_play(scene, "read 4;end 56");
  assert_int_equal(scene_perform(scene), CURLE_RECV_ERROR);
  assert_outcome(scene, "body-not-repeatable 56 1/0 0\n"
                        "+0 PUT http://a/ 0 56 first");
  scene_free(scene);
}

static void one_that_was_not_touched_can_be_sent_again(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_upload(scene, BODY, 10);
  scene_play(scene, "end 7");
  scene_play(scene, "send;" BUSY);
  scene_play(scene, "send;end 56");
  scene_play(scene, "read 100;201");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(body_of(scene, 3), BODY);
  scene_free(scene);
}

static void a_hop_that_wants_a_spent_body_is_not_made(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_upload(scene, BODY, 10);
  scene_play(scene, "read 4;307|Location: /b|Content-Length: 4;body move");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->body.data, "move");
  assert_int_equal(curlew_easy_outcome(scene->curl)->reason,
                   CURLEW_REASON_REWIND);

  scene_set(scene, CURLOPT_FOLLOWLOCATION, 1L);
  scene_mark(scene);
  scene_play(scene, "read 4;307|Location: /b|Content-Length: 4;body move");
  assert_int_equal(scene_perform(scene), CURLE_SEND_FAIL_REWIND);
  assert_string_equal(scene->body.data, "");

  /* one that drops the body is */
  scene_mark(scene);
  scene_play(scene, "read 1;303|Location: /b|Content-Length: 0");
  scene_play(scene, "200");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_requests(scene, "PUT http://a/\nGET http://a/b");
  scene_free(scene);
}

static void a_file_is_sent_again_from_where_it_stood(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);
  FILE *file = tmpfile();

  assert_non_null(file);
  fputs("head:" BODY, file);
  assert_int_equal(fseek(file, 5, SEEK_SET), 0);
  scene_set(scene, CURLOPT_UPLOAD, 1L);
  scene_set(scene, CURLOPT_READDATA, file);
  scene_play(scene, "read 7;" BUSY);
  scene_play(scene, "read 100;201");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(body_of(scene, 0), "0123456");
  assert_string_equal(body_of(scene, 1), BODY);
  fclose(file);
  scene_free(scene);
}

/* ---- 411 and 417 ---- */

#define NEEDS "411|Content-Length: 0"

static curl_off_t size_of(struct scene *scene, size_t i)
{
  assert_true(i < scene->script.played);
  return options_number(&scene->script.request[i].options,
                        CURLOPT_INFILESIZE_LARGE);
}

static void a_body_without_a_length_gets_one(void **state)
{
  (void)state;

  for(int is_seekable = 0; is_seekable < 2; is_seekable++) {
    struct scene *scene = scene_new(NULL);
    scene_upload(scene, BODY, -1);
    scene_field(scene, "Transfer-Encoding: chunked");
    scene_field(scene, "X: y");
    if(is_seekable)
      scene_rewinds(scene);
    scene_play(scene, "read 4;" NEEDS);
    scene_play(scene, "read 100;" BUSY);
    scene_play(scene, "read 100;201");
    assert_int_equal(scene_perform(scene), CURLE_OK);
    assert_int_equal(size_of(scene, 0), -1);
    assert_int_equal(size_of(scene, 1), 10);
    assert_int_equal(size_of(scene, 2), 10);
    assert_string_equal(scene->script.request[1].fields, "X: y\n");
    assert_string_equal(body_of(scene, 1), BODY);
    assert_string_equal(body_of(scene, 2), BODY);
    assert_sleeps(scene, "0-1000");
    assert_outcome(scene, "passed 0 3/0 1000\n"
                          "+0 PUT http://a/ 411 0 first\n"
                          "+0 PUT http://a/ 503 0 repaired\n"
                          "+1000 PUT http://a/ 201 0 retried");
    /* the next operation knows nothing of it */
    scene_mark(scene);
    scene->uploaded = 0;
    scene_play(scene, "read 100;201");
    assert_int_equal(scene_perform(scene), CURLE_OK);
    assert_int_equal(size_of(scene, 0), -1);
    assert_string_equal(scene->script.request[0].fields,
                        "Transfer-Encoding: chunked\nX: y\n");
    scene_free(scene);
  }
}

static void a_body_that_is_too_long_to_be_held_gets_none(void **state)
{
  (void)state;
  struct scene *scene = scene_new("limits.hold-body=9B");

  scene_upload(scene, BODY, -1);
  scene_play(scene, "read 4;read 100;411|Content-Length: 2;body no");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->body.data, "no");
  assert_outcome(scene, "no-repair 0 1/0 0\n"
                        "+0 PUT http://a/ 411 0 first");
  scene_free(scene);
}

static void set_expect(struct scene *scene)
{
  scene_post(scene, "a=b");
  scene_field(scene, "Expect: 100-continue");
  scene_field(scene, "X: y");
}

static void set_post(struct scene *scene)
{
  scene_post(scene, "a=b");
}

static void set_post_with_length(struct scene *scene)
{
  scene_post(scene, "a=b");
  scene_set(scene, CURLOPT_POSTFIELDSIZE, 3L);
}

static void repairs_are_made_once(void **state)
{
  (void)state;
  static const struct act acts[] = {
    {.name = "an Expect of the application's own goes",
     .prepare = set_expect,
     .exchange = {"417|Content-Length: 0", "417|Content-Length: 0"},
     .aborts = 1,
     .requests = "POST http://a/\nPOST http://a/",
     .sleeps = "",
     .reason = "once"},
    {.name = "where there was none there is nothing to repair",
     .prepare = set_post,
     .exchange = {"417|Content-Length: 0"},
     .reason = "no-repair"},
    {.name = "a length that was said cannot be said again",
     .prepare = set_post_with_length,
     .exchange = {NEEDS},
     .reason = "no-repair"},
  };
  ACT_ALL(acts);

  struct scene *scene = scene_new(NULL);
  set_expect(scene);
  scene_play(scene, "417|Content-Length: 0");
  scene_play(scene, "200");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->script.request[0].fields,
                      "Expect: 100-continue\nX: y\n");
  assert_string_equal(scene->script.request[1].fields, "X: y\nExpect:\n");
  scene_mark(scene);
  scene_play(scene, "408|Content-Length: 0");
  scene_play(scene, "200");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  for(size_t i = 0; i < 2; i++)
    assert_string_equal(scene->script.request[i].fields,
                        "Expect: 100-continue\nX: y\n");
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_body_that_can_be_rewound_is_sent_again),
    cmocka_unit_test(one_that_cannot_is_sent_once),
    cmocka_unit_test(one_that_was_not_touched_can_be_sent_again),
    cmocka_unit_test(a_hop_that_wants_a_spent_body_is_not_made),
    cmocka_unit_test(a_file_is_sent_again_from_where_it_stood),
    cmocka_unit_test(a_body_without_a_length_gets_one),
    cmocka_unit_test(a_body_that_is_too_long_to_be_held_gets_none),
    cmocka_unit_test(repairs_are_made_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
