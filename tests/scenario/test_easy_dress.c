/* Scenarios of the blocking driver: how attempts are dressed, and that the
   handle comes back as it was. */

#include "drive.h"
#include "act.h"

#include <stdlib.h>

#define AWAY "307|Location: http://b/x|Content-Length: 0"
#define HOME "307|Location: http://a/y|Content-Length: 0"
#define OK   "200|Content-Length: 2;body ok"

static const struct script_request *request(struct scene *scene, size_t i)
{
  assert_true(i < scene->script.played);
  return &scene->script.request[i];
}

static const char *text_of(struct scene *scene, size_t i, CURLoption option)
{
  return options_text(&request(scene, i)->options, option);
}

/* What shows who is asking, as options and as fields. */
static void set_everything(struct scene *scene)
{
  static char cert[] = "cert";
  struct curl_blob blob = {
    .data = cert, .len = sizeof(cert), .flags = CURL_BLOB_COPY};

  scene_set(scene, CURLOPT_USERPWD, "u:p");
  scene_set(scene, CURLOPT_XOAUTH2_BEARER, "token");
  scene_set(scene, CURLOPT_COOKIE, "a=b");
  scene_set(scene, CURLOPT_REFERER, "http://a/from?secret");
  scene_set(scene, CURLOPT_AWS_SIGV4, "aws:amz");
  scene_set(scene, CURLOPT_SSLCERT, "cert.pem");
  scene_set(scene, CURLOPT_SSLKEY, "key.pem");
  scene_set(scene, CURLOPT_KEYPASSWD, "pass");
  scene_set(scene, CURLOPT_SSLCERT_BLOB, &blob);
  scene_set(scene, CURLOPT_PROXYUSERPWD, "pu:pp");
  scene_set(scene, CURLOPT_USERAGENT, "agent");
  scene_set(scene, CURLOPT_RANGE, "0-9");
  scene_set(scene, CURLOPT_PORT, 80L);
  scene_set(scene, CURLOPT_REQUEST_TARGET, "/target");
  scene_set(scene, CURLOPT_FRESH_CONNECT, 1L);
  scene_set(scene, CURLOPT_TIMEOUT, 60L);
  scene_set(scene, CURLOPT_SSL_OPTIONS, (long)CURLSSLOPT_NO_REVOKE);
  scene_field(scene, "X-Secret: 1");
  scene_field(scene, "Authorization: Basic x");
  scene_field(scene, "Accept: a/b");
  scene_field(scene, "Content-Type: c/d");
  scene_field(scene, "Expect:");
}

static void set_nothing(struct scene *scene)
{
  (void)scene;
}

static void set_post(struct scene *scene)
{
  set_everything(scene);
  scene_post(scene, "a=b");
}

static void set_patch(struct scene *scene)
{
  set_post(scene);
  scene_set(scene, CURLOPT_CUSTOMREQUEST, "PATCH");
}

static void set_plain_patch(struct scene *scene)
{
  scene_post(scene, "a=b");
  scene_set(scene, CURLOPT_CUSTOMREQUEST, "PATCH");
}

static void set_upload(struct scene *scene)
{
  set_everything(scene);
  scene_upload(scene, "0123456789", -1);
  scene_rewinds(scene);
}

static void set_head(struct scene *scene)
{
  set_everything(scene);
  scene_set(scene, CURLOPT_NOBODY, 1L);
}

static void set_mime(struct scene *scene)
{
  /* no transfer looks at it here: libcurl's own functions make it */
  scene_set(scene, CURLOPT_MIMEPOST, (curl_mime *)(void *)scene);
}

static void set_url_parts(struct scene *scene)
{
  static CURLU *parts = NULL;

  curl_url_cleanup(parts);
  parts = scene ? curl_url() : NULL;
  if(!scene)
    return;
  assert_int_equal(curl_url_set(parts, CURLUPART_URL, "http://a/u", 0),
                   CURLUE_OK);
  scene_set(scene, CURLOPT_CURLU, parts);
}

static void (*const requests[])(struct scene *scene) = {
  set_nothing, set_everything, set_post, set_patch,
  set_upload,  set_head,       set_mime, set_url_parts,
};

/* Every way in which an attempt is dressed. */
static const char *const courses[][4] = {
  {"503|Content-Length: 0|Retry-After: 1", OK},
  {"503|Content-Length: 9|Retry-After: 1;bytes 4;bytes 5", OK},
  {"408|Content-Length: 0", OK},
  {"421|Content-Length: 0", OK},
  {"425|Content-Length: 0", OK},
  {"301|Location: /b|Content-Length: 0", OK},
  {"302|Location: http://b/|Content-Length: 0", OK},
  {"303|Location: https://a/|Content-Length: 0", OK},
  {AWAY, HOME, OK},
  {AWAY, "408|Content-Length: 0", "303|Location: /z|Content-Length: 0", OK},
  {AWAY, "end 60"},
  {"411|Content-Length: 0", OK},
  {"417|Content-Length: 0", OK},
};

static void play_course(struct scene *scene, const char *const course[4])
{
  for(size_t i = 0; i < 4 && course[i]; i++)
    scene_play(scene, course[i]);
}

static void the_handle_comes_back_as_it_was(void **state)
{
  (void)state;
  const size_t most = sizeof(courses) / sizeof(courses[0]);

  for(size_t r = 0; r < sizeof(requests) / sizeof(requests[0]); r++)
    for(size_t i = 0; i < most; i++) {
      struct scene *scene =
        scene_new("limits.attempt-timeout=5s; methods.idempotency-key=keep");
      requests[r](scene);
      char *before = options_tell(script_options(scene->curl));
      play_course(scene, courses[i]);
      (void)drive(scene->curl);
      char *after = options_tell(script_options(scene->curl));
      assert_string_equal(after, before);
      free(before);
      free(after);
      scene_free(scene);
    }
  set_url_parts(NULL);
}

static void an_idempotency_key_goes_as_it_came(void **state)
{
  (void)state;
  static const uint64_t throws[] = {MIDDLE, 1};
  struct scene *scene = scene_new("methods.idempotency-key=auto");

  scene->stage.dice = (struct dice){.throws = throws, .left = 2};
  set_post(scene);
  char *before = options_tell(script_options(scene->curl));
  scene_play(scene, "503|Content-Length: 0");
  scene_play(scene, AWAY);
  scene_play(scene, "303|Location: /c|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  const char *first = strstr(request(scene, 0)->fields, "Idempotency-Key: ");
  assert_non_null(first);
  assert_string_equal(first, "Idempotency-Key: "
                             "80000000-0000-4000-8000-000000000001\n");
  assert_string_equal(strstr(request(scene, 1)->fields, "Idempotency-"),
                      first);
  assert_string_equal(strstr(request(scene, 2)->fields, "Idempotency-"),
                      first);
  assert_null(strstr(request(scene, 3)->fields, "Idempotency-"));
  char *after = options_tell(script_options(scene->curl));
  assert_string_equal(after, before);
  free(before);
  free(after);
  scene_free(scene);
}

static void nothing_secret_goes_to_another_origin(void **state)
{
  (void)state;
  static const CURLoption secrets[] = {
    CURLOPT_USERNAME, CURLOPT_PASSWORD,  CURLOPT_XOAUTH2_BEARER,
    CURLOPT_COOKIE,   CURLOPT_AWS_SIGV4, CURLOPT_SSLCERT,
    CURLOPT_SSLKEY,   CURLOPT_KEYPASSWD, CURLOPT_SSLCERT_BLOB,
  };
  struct scene *scene = scene_new(NULL);

  set_post(scene);
  scene_play(scene, AWAY);
  scene_play(scene, HOME); /* they are not restored */
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  for(size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
    assert_non_null(text_of(scene, 0, secrets[i]));
    assert_null(text_of(scene, 1, secrets[i]));
    assert_null(text_of(scene, 2, secrets[i]));
  }
  for(size_t i = 1; i < 3; i++) {
    assert_string_equal(request(scene, i)->fields,
                        "Accept: a/b\nContent-Type: c/d\nExpect:\n");
    assert_string_equal(text_of(scene, i, CURLOPT_REFERER), "http://a/from");
    assert_string_equal(text_of(scene, i, CURLOPT_PROXYUSERNAME), "pu");
    assert_string_equal(text_of(scene, i, CURLOPT_USERAGENT), "agent");
    assert_string_equal(request(scene, i)->body, "a=b");
    assert_int_equal(
      options_number(&request(scene, i)->options, CURLOPT_HTTPAUTH),
      CURLAUTH_BASIC);
    assert_int_equal(options_number(&request(scene, i)->options, CURLOPT_PORT),
                     0);
    assert_null(text_of(scene, i, CURLOPT_REQUEST_TARGET));
  }
  scene_free(scene);
}

static void only_the_first_attempt_uses_early_data(void **state)
{
  (void)state;
  const long early_data = 1L << 6; /* CURLSSLOPT_EARLYDATA, libcurl 8.11 */
  struct scene *scene = scene_new(NULL);

  scene_set(scene, CURLOPT_SSL_OPTIONS, early_data | CURLSSLOPT_NO_REVOKE);
  for(int i = 0; i < 2; i++) {
    scene_mark(scene);
    scene_play(scene, "425|Content-Length: 0");
    scene_play(scene, OK);
    assert_int_equal(scene_perform(scene), CURLE_OK);
    assert_int_equal(
      options_number(&request(scene, 0)->options, CURLOPT_SSL_OPTIONS),
      early_data | CURLSSLOPT_NO_REVOKE);
    assert_int_equal(
      options_number(&request(scene, 1)->options, CURLOPT_SSL_OPTIONS),
      CURLSSLOPT_NO_REVOKE);
  }
  scene_free(scene);
}

static void a_body_that_goes_takes_its_fields_along(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  set_patch(scene);
  scene_play(scene, "303|Location: /b|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(request(scene, 1)->method, "GET");
  assert_string_equal(request(scene, 1)->body, "");
  assert_string_equal(request(scene, 1)->fields,
                      "X-Secret: 1\nAuthorization: Basic x\nAccept: a/b\n"
                      "Expect:\n");
  scene_free(scene);
}

/* ---- options that cannot be set ---- */

/* Whichever setopt fails, the operation ends with a CURLcode, and the next one
   is like any other. */
static void assert_survives(void (*prepare)(struct scene *scene),
                            const char *const course[4], unsigned at,
                            bool is_for_good)
{
  struct scene *scene = scene_new(NULL);

  prepare(scene);
  char *before = options_tell(script_options(scene->curl));
  play_course(scene, course);
  scene->script.fail_at[SCRIPT_SETOPT] = at;
  scene->script.fails_for_good = is_for_good;
  const CURLcode result = drive(scene->curl);
  scene->script.fail_at[SCRIPT_SETOPT] = 0;
  assert_true(result == CURLE_OK || result == CURLE_OUT_OF_MEMORY);
  assert_non_null(curlew_easy_outcome(scene->curl));
  scene_mark(scene);
  scene_play(scene, OK);
  scene->uploaded = 0;
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(scene->body.data, "ok");
  char *after = options_tell(script_options(scene->curl));
  assert_string_equal(after, before);
  free(before);
  free(after);
  scene_free(scene);
}

static void a_setopt_that_fails_leaves_the_handle_usable(void **state)
{
  (void)state;
  static const char *const course[4] = {
    "303|Location: http://b/|Content-Length: 0", "408|Content-Length: 0",
    "503|Content-Length: 9;bytes 9", OK};

  for(unsigned at = 1; at <= 60; at++) {
    assert_survives(set_nothing, course, at, false);
    assert_survives(set_plain_patch, course, at, false);
    assert_survives(set_nothing, course, at, true);
    assert_survives(set_plain_patch, course, at, true);
    assert_survives(set_everything, course, at, false);
    assert_survives(set_patch, course, at, false);
    assert_survives(set_upload, course, at, false);
    assert_survives(set_everything, course, at, true);
    assert_survives(set_patch, course, at, true);
    assert_survives(set_upload, course, at, true);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_handle_comes_back_as_it_was),
    cmocka_unit_test(an_idempotency_key_goes_as_it_came),
    cmocka_unit_test(nothing_secret_goes_to_another_origin),
    cmocka_unit_test(only_the_first_attempt_uses_early_data),
    cmocka_unit_test(a_body_that_goes_takes_its_fields_along),
    cmocka_unit_test(a_setopt_that_fails_leaves_the_handle_usable),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
