/* Scenarios of options that cannot be set, for want of memory or since libcurl
   says so: each is then what it was before or what it was to be, for curlew as
   for libcurl, and not the one in this attempt and the other in the next. */

#define CURL_DISABLE_TYPECHECK
#include "drive.h"
#include "scene.h"

#include <stdlib.h>

#include "handle.h"
#include "hunger.h"

#define OK    "200|Content-Length: 2;body ok"
#define AWAY  "302|Location: http://x/|Content-Length: 0"
#define MOVED "301|Location: /new|Content-Length: 0"

static struct curl_blob blobs[2] = {
  {.data = (char[]){"old"}, .len = 3, .flags = CURL_BLOB_COPY},
  {.data = (char[]){"new"}, .len = 3, .flags = CURL_BLOB_COPY},
};
static char *const texts[2] = {(char[]){"old"}, (char[]){"new"}};

enum { OLD, NEW };

static CURLcode set(struct scene *scene, enum cw_slot slot, int which)
{
  const CURLoption option = cw_slot_option(slot);

  if(cw_slot_kind(slot) == CW_KIND_BLOB)
    return curlew_easy_setopt(scene->curl, option, &blobs[which]);
  return curlew_easy_setopt(scene->curl, option, texts[which]);
}

/* Does it take memory to note it? The libcurl at hand may be too old for it. */
static bool is_ours(enum cw_slot slot)
{
  return (cw_slot_kind(slot) == CW_KIND_TEXT ||
          cw_slot_kind(slot) == CW_KIND_BLOB) &&
         curl_easy_option_by_id(cw_slot_option(slot));
}

/* Goes to another origin, which most options do not, and back. */
static void perform_far(struct scene *scene)
{
  script_mark(&scene->script);
  for(unsigned i = 0; i < 2; i++) {
    scene_play(scene, AWAY);
    scene_play(scene, OK);
    (void)drive(scene->curl);
  }
  scene->script.exchanges = scene->script.played;
}

/* Whether it fails or not, a perform leaves what it finds. */
static bool is_felt(enum cw_slot slot, bool is_libcurls, unsigned at,
                    bool is_once)
{
  struct scene *scene = scene_new(NULL);

  assert_int_equal(set(scene, slot, OLD), CURLE_OK);
  perform_far(scene);
  if(is_libcurls)
    scene->script.fail_at[SCRIPT_SETOPT] = at + 1;
  scene->script.fails_for_good = !is_once;
  hunger_begin(is_libcurls ? UINT32_MAX : at);
  hunger.is_once = is_once;
  const CURLcode result = set(scene, slot, NEW);
  const bool was_felt = hunger_end() || scene->script.failures;
  scene->script.fail_at[SCRIPT_SETOPT] = 0;
  assert_int_equal(result, was_felt ? CURLE_OUT_OF_MEMORY : CURLE_OK);

  char *before = options_tell(script_options(scene->curl));
  perform_far(scene);
  char *after = options_tell(script_options(scene->curl));
  assert_string_equal(after, before);
  free(before);
  free(after);
  scene_free(scene);
  return was_felt;
}

static void an_option_is_old_or_new(void **state)
{
  (void)state;
  unsigned felt = 0;

  for(unsigned i = 0; i < CW_SLOT_COUNT; i++)
    for(unsigned how = 0; how < 4 && is_ours((enum cw_slot)i); how++) {
      unsigned at = 0;
      while(is_felt((enum cw_slot)i, how & 1, at, how & 2))
        assert_true(++at < 20);
      assert_true(at > 0);
      felt += at;
    }
  assert_true(felt >= 80);
}

/* ---- the URL ---- */

/* Nothing is said of one URL, nor remembered, that another has answered. */
static void a_url_is_old_or_new(void **state)
{
  (void)state;
  static char longer[600] = "http://b/";
  memset(longer + 9, 'x', sizeof(longer) - 10);
  const char *const urls[] = {"http://b/", longer};

  for(size_t i = 0; i < 2; i++)
    for(unsigned told = 0; told < 2; told++) {
      struct scene *scene = scene_new(NULL);
      if(told) {
        scene_play(scene, OK);
        assert_int_equal(scene_perform(scene), CURLE_OK);
      }
      hunger_begin(0);
      const CURLcode result =
        curlew_easy_setopt(scene->curl, CURLOPT_URL, urls[i]);
      assert_int_equal(result, hunger_end() ? CURLE_OUT_OF_MEMORY : CURLE_OK);
      scene_mark(scene);
      scene_play(scene, MOVED);
      scene_play(scene, OK);
      assert_int_equal(scene_perform(scene), CURLE_OK);
      assert_string_equal(curlew_easy_outcome(scene->curl)->attempt[0].url,
                          scene->script.request[0].url);
      assert_string_equal(scene->script.request[0].url,
                          result ? "http://a/" : urls[i]);
      scene_mark(scene);
      scene_set(scene, CURLOPT_URL, "http://c/");
      scene_set(scene, CURLOPT_URL, "http://a/");
      scene_play(scene, OK);
      assert_int_equal(scene_perform(scene), CURLE_OK);
      assert_requests(scene, result ? "GET http://a/new" : "GET http://a/");
      scene_free(scene);
    }
}

static void libcurl_may_refuse_a_url(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene->script.fail_at[SCRIPT_SETOPT] = 1;
  assert_int_equal(curlew_easy_setopt(scene->curl, CURLOPT_URL, "http://b/"),
                   CURLE_OUT_OF_MEMORY);
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_outcome(scene, "passed 0 1/0 0\n"
                        "+0 GET http://a/ 200 0 first");
  assert_requests(scene, "GET http://a/");
  scene_free(scene);
}

/* ---- handles ---- */

static void fill(struct scene *scene)
{
  for(unsigned i = 0; i < CW_SLOT_COUNT; i++)
    if(is_ours((enum cw_slot)i))
      assert_int_equal(set(scene, (enum cw_slot)i, OLD), CURLE_OK);
}

/* A copy is whole, or there is none; what it was made of is as before. */
static void a_copy_is_whole(void **state)
{
  (void)state;

  for(unsigned how = 0; how < 4; how++) {
    CURL *copy = NULL;
    for(unsigned at = 0; !copy; at++) {
      struct scene *scene = scene_new(NULL);
      struct curlew_share *share = curlew_share_new();
      assert_true(at < 300);
      fill(scene);
      assert_int_equal(curlew_easy_set_share(scene->curl, share), CURLE_OK);
      curlew_share_unref(share);
      perform_far(scene);
      char *before = options_tell(script_options(scene->curl));
      if(how & 1)
        scene->script.fail_at[at ? SCRIPT_SETOPT : SCRIPT_DUPHANDLE] =
          at ? at : 1;
      scene->script.fails_for_good = how & 2;
      hunger_begin(how & 1 ? UINT32_MAX : at);
      hunger.is_once = !(how & 2);
      copy = curlew_easy_duphandle(scene->curl);
      assert_int_equal(!copy, hunger_end() || scene->script.failures);
      scene->script.fail_at[SCRIPT_SETOPT] = 0;
      assert_int_equal(scene->script.handles, copy ? 2 : 1);
      char *after = options_tell(script_options(scene->curl));
      assert_string_equal(after, before);
      free(before);
      free(after);
      curlew_easy_cleanup(copy);
      scene_free(scene);
    }
  }
}

/* After a reset that libcurl did not let us finish the next perform does. */
static void a_reset_is_made_up_for(void **state)
{
  (void)state;

  for(unsigned at = 1; at <= 5; at++) {
    struct scene *scene = scene_new(NULL);
    fill(scene);
    scene->script.fail_at[SCRIPT_SETOPT] = at;
    curlew_easy_reset(scene->curl);
    scene->script.fail_at[SCRIPT_SETOPT] = 0;
    assert_int_equal(scene->script.failures, at < 5);
    assert_int_equal(scene_try_callbacks(scene), CURLE_OK);
    assert_int_equal(curlew_easy_set_policy(scene->curl, scene->policy),
                     CURLE_OK);
    scene_play(scene, "503|Content-Length: 4;body busy");
    scene_play(scene, OK);
    assert_int_equal(scene_perform(scene), CURLE_OK);
    assert_string_equal(scene->body.data, "ok");
    scene_free(scene);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_option_is_old_or_new),
    cmocka_unit_test(a_url_is_old_or_new),
    cmocka_unit_test(libcurl_may_refuse_a_url),
    cmocka_unit_test(a_copy_is_whole),
    cmocka_unit_test(a_reset_is_made_up_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
