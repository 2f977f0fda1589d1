/* Scenarios of the blocking driver: redirects that are remembered. */

#include "drive.h"
#include "act.h"

#include "handle.h"

#define MOVED(fields) "301|Location: /b|Content-Length: 0" fields
#define DATE          "|Date: Sun, 06 Nov 1994 08:49:37 GMT"
#define EXPIRES       "|Expires: Sun, 06 Nov 1994 08:50:07 GMT"

static void perform(struct scene *scene, const char *moves,
                    const char *requests)
{
  scene_mark(scene);
  for(; *moves; moves += strlen(moves) + 1)
    scene_play(scene, moves);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_requests(scene, requests);
}

/* Is |moves| remembered |after_ms|? */
static bool is_remembered(const char *moves, uint64_t after_ms)
{
  struct scene *scene = scene_new(NULL);

  scene_play(scene, moves);
  scene_play(scene, "200");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  scene_mark(scene);
  stage_pass(&scene->stage, after_ms);
  scene_play(scene, "200");
  assert_int_equal(scene_perform(scene), CURLE_OK);
  const bool is = !strcmp(script_requests(&scene->script), "GET http://a/b");
  if(!is)
    assert_requests(scene, "GET http://a/");
  scene_free(scene);
  return is;
}

static void the_next_request_goes_straight_there(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  perform(scene,
          MOVED("") "\0"
                    "200\0",
          "GET http://a/\nGET http://a/b");
  perform(scene, "200\0", "GET http://a/b");
  assert_outcome(scene, "passed 0 1/1 0\n"
                        "+0 GET http://a/b 200 0 remembered");
  /* a failure that may pass is the target's own */
  perform(scene,
          "503|Content-Length: 0\0"
          "200\0",
          "GET http://a/b\nGET http://a/b");
  scene_set(scene, CURLOPT_FOLLOWLOCATION, 0L);
  perform(scene, "200\0", "GET http://a/");
  scene_set(scene, CURLOPT_FOLLOWLOCATION, 1L);
  perform(scene, "200\0", "GET http://a/b");
  scene_post(scene, "a=b");
  perform(scene, "200\0", "POST http://a/");
  scene_set(scene, CURLOPT_NOBODY, 1L);
  perform(scene, "200\0", "HEAD http://a/b");
  scene_free(scene);
}

static void it_is_remembered_as_long_as_the_server_lets_us(void **state)
{
  (void)state;
  assert_true(is_remembered(MOVED(""), UINT64_C(1) << 40));
  assert_true(is_remembered(MOVED("|Cache-Control: max-age=60"), 59999));
  assert_false(is_remembered(MOVED("|Cache-Control: max-age=60"), 60000));
  assert_true(
    is_remembered(MOVED("|Cache-Control: max-age=60|Age: 20"), 39999));
  assert_false(
    is_remembered(MOVED("|Cache-Control: max-age=60|Age: 20"), 40000));
  assert_true(is_remembered(MOVED(DATE EXPIRES), 29999));
  assert_false(is_remembered(MOVED(DATE EXPIRES), 30000));
  assert_false(is_remembered(MOVED("|Cache-Control: no-store"), 0));
  assert_false(is_remembered(MOVED("|Expires: 0"), 0));
  assert_true(is_remembered("308|Location: /b|Content-Length: 0", 0));
  assert_false(is_remembered("302|Location: /b|Content-Length: 0", 0));
  assert_false(is_remembered("303|Location: /b|Content-Length: 0", 0));
  assert_false(is_remembered("307|Location: /b|Content-Length: 0", 0));
}

static void a_target_that_fails_is_forgotten(void **state)
{
  (void)state;
  static const char *const failures[] = {
    "end 7", "404|Content-Length: 4;body gone", "403|Content-Length: 0"};

  for(size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
    struct scene *scene = scene_new(NULL);
    perform(scene,
            MOVED("") "\0"
                      "200\0",
            "GET http://a/\nGET http://a/b");
    scene_mark(scene);
    scene_play(scene, failures[i]);
    scene_play(scene, "200|Content-Length: 2;body ok");
    assert_int_equal(scene_perform(scene), CURLE_OK);
    assert_requests(scene, "GET http://a/b\nGET http://a/");
    assert_sleeps(scene, "");
    assert_string_equal(scene->body.data, "ok");
    assert_int_equal(curlew_easy_outcome(scene->curl)->redirects, 0);
    assert_int_equal(curlew_easy_outcome(scene->curl)->attempt[1].reason,
                     CURLEW_REASON_FORGOTTEN);
    perform(scene, "200\0", "GET http://a/");
    scene_free(scene);
  }
}

static void a_chain_is_remembered_to_its_end(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  perform(scene,
          MOVED("") "\0"
                    "308|Location: http://c/|Content-Length: 0\0"
                    "200\0",
          "GET http://a/\nGET http://a/b\nGET http://c/");
  perform(scene, "200\0", "GET http://c/");
  assert_int_equal(curlew_easy_outcome(scene->curl)->redirects, 2);
  /* but not farther than hops may go */
  scene_set(scene, CURLOPT_MAXREDIRS, 1L);
  perform(scene, "200\0", "GET http://a/");
  scene_set(scene, CURLOPT_MAXREDIRS, -1L);
  /* and when it fails all of it is forgotten */
  perform(scene,
          "end 7\0"
          "200\0",
          "GET http://c/\nGET http://a/");
  scene_set(scene, CURLOPT_URL, "http://a/b");
  perform(scene, "200\0", "GET http://a/b");
  scene_free(scene);
}

static void one_that_leads_back_has_not_moved_after_all(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  perform(scene,
          MOVED("") "\0"
                    "200\0",
          "GET http://a/\nGET http://a/b");
  perform(scene,
          "302|Location: /|Content-Length: 0\0"
          "200\0",
          "GET http://a/b\nGET http://a/");
  perform(scene, "200\0", "GET http://a/");
  scene_free(scene);
}

static void credentials_stay_as_with_a_live_hop(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_set(scene, CURLOPT_USERPWD, "u:p");
  scene_field(scene, "X-Secret: 1");
  scene_field(scene, "Accept: a/b");
  perform(scene,
          "301|Location: http://b/|Content-Length: 0\0"
          "200\0",
          "GET http://a/\nGET http://b/");
  perform(scene, "200\0", "GET http://b/");
  const struct script_request *request = &scene->script.request[0];
  assert_null(options_text(&request->options, CURLOPT_USERNAME));
  assert_null(options_text(&request->options, CURLOPT_PASSWORD));
  assert_string_equal(request->fields, "Accept: a/b\n");
  /* forgotten, they are back */
  perform(scene,
          "end 7\0"
          "200\0",
          "GET http://b/\nGET http://a/");
  request = &scene->script.request[1];
  assert_string_equal(options_text(&request->options, CURLOPT_USERNAME), "u");
  assert_string_equal(request->fields, "X-Secret: 1\nAccept: a/b\n");
  scene_free(scene);
}

static void perform_other(struct scene *scene, CURL *other,
                          const char *requests)
{
  scene_mark(scene);
  scene_play(scene, "200");
  assert_int_equal(drive(other), CURLE_OK);
  assert_requests(scene, requests);
}

static void handles_remember_together(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);
  struct curlew_share *share = curlew_share_new();
  CURL *other = script_libcurl.easy_init();

  assert_non_null(share);
  assert_non_null(cw_handle_new(other, &script_libcurl, &scene->stage.world,
                                &cw_standard_library));
  assert_int_equal(curlew_easy_set_share(scene->curl, share), CURLE_OK);
  assert_int_equal(curlew_easy_set_share(other, share), CURLE_OK);
  assert_int_equal(curlew_easy_setopt(other, CURLOPT_URL, SCENE_URL),
                   CURLE_OK);
  /* also where nothing has moved so far */
  perform_other(scene, other, "GET http://a/");
  perform(scene,
          MOVED("") "\0"
                    "200\0",
          "GET http://a/\nGET http://a/b");
  perform_other(scene, other, "GET http://a/b");
  curlew_share_clear(share);
  perform(scene, "200\0", "GET http://a/");
  curlew_easy_cleanup(other);
  curlew_share_unref(share);
  scene_free(scene);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_next_request_goes_straight_there),
    cmocka_unit_test(it_is_remembered_as_long_as_the_server_lets_us),
    cmocka_unit_test(a_target_that_fails_is_forgotten),
    cmocka_unit_test(a_chain_is_remembered_to_its_end),
    cmocka_unit_test(one_that_leads_back_has_not_moved_after_all),
    cmocka_unit_test(credentials_stay_as_with_a_live_hop),
    cmocka_unit_test(handles_remember_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
