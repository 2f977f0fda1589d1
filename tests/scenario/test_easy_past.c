/* Scenarios of the blocking driver: what is kept of the heads of hops, and how
   much of it. Whether it is what libcurl would tell is for wire/test_past.c. */

#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "handle.h"
#include "store.h"

#define OK    "200|Content-Length: 0"
#define ANY   31u
#define LARGE (200 * 1024) /* a head that is held just so */

/* The value of a header field of a hop, or NULL. */
static const char *value_of(const struct scene *scene, const char *name,
                            int request)
{
  struct curl_header *field = NULL;
  const CURLHcode code =
    curlew_easy_header(scene->curl, name, 0, ANY, request, &field);
  return code ? NULL : field->value;
}

static unsigned count_of(const struct scene *scene, int request)
{
  struct curl_header *field = NULL;
  unsigned count = 0;

  while((field = curlew_easy_nextheader(scene->curl, ANY, request, field)) !=
        NULL)
    count++;
  return count;
}

static void a_head_is_told_as_it_came(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);

  scene_play(scene, "302|Location: /b|Empty:|Blank: \t |Spaced :  v \t|"
                    "no field|:nameless|Colons: a:b: c|Folded:|  x|\t\ty");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(count_of(scene, 0), 7);
  assert_string_equal(value_of(scene, "empty", 0), "");
  assert_string_equal(value_of(scene, "blank", 0), "");
  assert_string_equal(value_of(scene, "spaced ", 0), "v");
  assert_string_equal(value_of(scene, "", 0), "nameless");
  assert_string_equal(value_of(scene, "colons", 0), "a:b: c");
  assert_string_equal(value_of(scene, "folded", 0), " x\ty");
  assert_null(value_of(scene, "spaced", 0));
  scene_free(scene);
}

/* "302|Location: /0|X: xxx...": each leads on to another. */
static char *large_hop(unsigned n)
{
  char *hop = store_new(LARGE + 100);
  const int length =
    snprintf(hop, 100, "302|Location: /%u|Content-Length: 0|X: ", n);

  memset(hop + length, 'x', LARGE);
  return hop;
}

static void what_is_too_much_is_not_kept(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);
  char *hop[6];

  for(unsigned i = 0; i < 6; i++) {
    hop[i] = large_hop(i);
    scene_play(scene, hop[i]);
  }
  scene_play(scene, "302|Location: /small|Content-Length: 0");
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_string_equal(value_of(scene, "Location", 0), "/0");
  assert_string_equal(value_of(scene, "Location", 4), "/4");
  assert_null(value_of(scene, "Location", 5));
  assert_string_equal(value_of(scene, "Location", 6), "/small");
  assert_true(cw_handle_find(scene->curl)->op.past.heads.length <=
              CW_PAST_MAX);

  /* and what was much is not held for the next operation */
  scene_mark(scene);
  scene_play(scene, OK);
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(cw_handle_find(scene->curl)->op.past.heads.size, 0);
  scene_free(scene);
  for(unsigned i = 0; i < 6; i++)
    free(hop[i]);
}

/* ---- a libcurl that has very many fields ---- */

static unsigned asked;

static struct curl_header *one_more(CURL *curl, unsigned origin, int request,
                                    struct curl_header *previous)
{
  static char name[] = "Link";
  static char value[] = "x";
  static struct curl_header field = {
    .name = name, .value = value, .origin = CURLH_1XX | 1u << 27};

  (void)curl, (void)request, (void)previous;
  asked++;
  return origin & CURLH_1XX ? &field : NULL;
}

static void libcurl_is_not_asked_without_end(void **state)
{
  (void)state;
  struct scene *scene = scene_new(NULL);
  struct cw_libcurl flood = script_libcurl;
  char *hop = large_hop(0);

  flood.easy_nextheader = one_more;
  cw_handle_find(scene->curl)->libcurl = &flood;
  scene_play(scene, "302|Location: /b|Content-Length: 0");
  scene_play(scene, "302|Location: /c|Content-Length: 0");
  scene_play(scene, "302|Location: /d|Content-Length: 0");
  scene_play(scene, OK);
  asked = 0;
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_true(asked < 510);
  assert_int_equal(count_of(scene, 0), 502);
  assert_int_equal(count_of(scene, 2), 2);

  scene_mark(scene);
  scene_play(scene, hop);
  scene_play(scene, OK);
  asked = 0;
  assert_int_equal(scene_perform(scene), CURLE_OK);
  assert_int_equal(asked, 1);
  assert_int_equal(count_of(scene, 0), 3);
  scene_free(scene);
  free(hop);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_head_is_told_as_it_came),
    cmocka_unit_test(what_is_too_much_is_not_kept),
    cmocka_unit_test(libcurl_is_not_asked_without_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
