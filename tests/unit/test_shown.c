/* Unit tests of lib/client/shown.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shown.h"

static const struct cw_libcurl *const libcurl = &cw_libcurl_linked;

static void what_is_shown_tells_no_secret(void **state)
{
  (void)state;
  static const struct {
    const char *url;
    const char *shown;
  } rows[] = {
    {"http://a/b", "http://a/b"},
    {"http://a", "http://a/"},
    {"a/b", "http://a/b"},
    {"https://u:secret@a:8443/b", "https://a:8443/b"},
    {"https://u@a/", "https://a/"},
    {"https://u:secret;opt@a/", "https://a/"},
    {"http://a/b?key=secret", "http://a/b?key=*"},
    {"http://a/b?key=secret&x=secret=y", "http://a/b?key=*&x=*"},
    {"http://a/b?secret", "http://a/b?*"},
    {"http://a/b?x=secret&secret", "http://a/b?x=*&*"},
    {"http://a/b?=secret", "http://a/b?=*"},
    {"http://a/b?x=", "http://a/b?x=*"},
    {"http://a/b#secret", "http://a/b"},
    {"http://a/b?x=secret#secret", "http://a/b?x=*"},
    {"http://[::1]:80/", "http://[::1]:80/"},
    {"http://a/b c", "http://a/b c"},
    {"http://[secret", ""}, /* it may be anything */
    {"", ""},
  };
  struct cw_text shown = {.data = NULL};

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    assert_true(cw_shown_url(libcurl, rows[i].url, &shown));
    assert_string_equal(shown.data, rows[i].shown);
    assert_null(strstr(shown.data, "secret"));
  }
  cw_text_clear(&shown);
}

static void a_bare_url_is_the_same_but_for_the_userinfo(void **state)
{
  (void)state;
  static const struct {
    const char *url;
    const char *bare;
  } rows[] = {
    {"http://a/b?c#d", "http://a/b?c#d"},
    {"http://u:p@a/b?c#d", "http://a/b?c#d"},
    {"http://u:p@a/b/../c/./d", "http://a/b/../c/./d"}, /* PATH_AS_IS */
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    char *bare = cw_shown_bare(libcurl, rows[i].url);
    assert_string_equal(bare, rows[i].bare);
    libcurl->free(bare);
  }
}

static void a_referer_tells_less_the_farther_it_goes(void **state)
{
  (void)state;
  static const struct {
    const char *url;
    enum cw_distance distance;
    const char *referer;
  } rows[] = {
    {"http://a/b?c#d", CW_DISTANCE_HOME, "http://a/b?c"},
    {"http://u:p@a/b?c", CW_DISTANCE_HOME, "http://a/b?c"},
    {"http://u@a/b", CW_DISTANCE_HOME, "http://a/b"},
    {"http://u:p@a/b?c#d", CW_DISTANCE_SECURE, "http://a/b"},
    {"http://u:p@a/b?c#d", CW_DISTANCE_AWAY, "http://a/b"},
    {"http://[::1", CW_DISTANCE_HOME, NULL},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    char *text = cw_shown_referer(libcurl, rows[i].url, rows[i].distance);
    if(rows[i].referer)
      assert_string_equal(text, rows[i].referer);
    else
      assert_null(text);
    libcurl->free(text);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_shown_tells_no_secret),
    cmocka_unit_test(a_bare_url_is_the_same_but_for_the_userinfo),
    cmocka_unit_test(a_referer_tells_less_the_farther_it_goes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
