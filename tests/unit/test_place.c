/* Unit tests of lib/client/place.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "place.h"

#define HOME   CW_DISTANCE_HOME
#define SECURE CW_DISTANCE_SECURE
#define AWAY   CW_DISTANCE_AWAY

static const struct cw_libcurl *const libcurl = &cw_libcurl_linked;

/* |location| leads from |base| to |url|. */
struct way {
  const char *base;
  const char *location;
  const char *url;
  enum cw_distance distance;
};

static void assert_ways(const struct way *way, size_t count)
{
  struct cw_notes notes;
  cw_notes_init(&notes);

  for(size_t i = 0; i < count; i++) {
    struct cw_place place = {.kind = CW_TARGET_BAD};
    assert_int_equal(cw_place_find(libcurl, &notes, way[i].base,
                                   cw_span_of(way[i].location), &place),
                     CURLE_OK);
    assert_int_equal(place.kind, CW_TARGET_FINE);
    assert_string_equal(cw_place_url(&place), way[i].url);
    if(place.distance != way[i].distance)
      fail_msg("%s is %d from %s", way[i].url, (int)place.distance,
               way[i].base);
    cw_text_clear(&place.url);
  }
}

#define ASSERT_WAYS(ways) assert_ways(ways, sizeof(ways) / sizeof((ways)[0]))

static enum cw_target_kind kind_with(struct cw_notes *notes, const char *base,
                                     const char *location)
{
  struct cw_place place = {.kind = CW_TARGET_FINE};

  assert_int_equal(
    cw_place_find(libcurl, notes, base, cw_span_of(location), &place),
    CURLE_OK);
  if(place.kind != CW_TARGET_FINE && place.kind != CW_TARGET_DOWNGRADE)
    assert_null(cw_place_url(&place));
  cw_text_clear(&place.url);
  return place.kind;
}

static enum cw_target_kind kind_of(const char *base, const char *location)
{
  struct cw_notes notes;
  cw_notes_init(&notes);
  return kind_with(&notes, base, location);
}

static void relative_targets_are_resolved(void **state)
{
  (void)state;
  static const struct way ways[] = {
    {"http://a/b/c?d", "e", "http://a/b/e", HOME},
    {"http://a/b/c?d", "./e", "http://a/b/e", HOME},
    {"http://a/b/c?d", "../e", "http://a/e", HOME},
    {"http://a/b/c?d", "../../../e", "http://a/e", HOME},
    {"http://a/b/c?d", "/e/f", "http://a/e/f", HOME},
    {"http://a/b/c?d", "/e?", "http://a/e", HOME},
    {"http://a/b/c?d", "http://a/e?", "http://a/e", HOME},
    {"http://a/b/c?d", "/e/../f", "http://a/f", HOME},
    {"http://a/b/c?d", "/e/./f/.", "http://a/e/f/", HOME},
    {"http://a/b/c?d", "/.e/f.g", "http://a/.e/f.g", HOME},
    {"http://a/b/c?d", "?e", "http://a/b/c?e", HOME},
    {"http://a/b/c?d", "/?e=/../f", "http://a/?e=/../f", HOME},
    {"http://a/b/c?d", "//e/f", "http://e/f", AWAY},
    {"http://a", "b", "http://a/b", HOME},
    {"http://a", "/b", "http://a/b", HOME},
    {"http://a?q", "/b", "http://a/b", HOME},
    {"http://a:8080/b", "/c", "http://a:8080/c", HOME},
    {"a/b", "/c", "http://a/c", HOME},
    {"HTTP://a/b", "/c", "http://a/c", HOME},
    {"http://a%2eb/", "/c", "http://a.b/c", HOME},
    {"http://u:\\p@a/", "/@b/c", "http://u:\\p@a/@b/c", HOME},
  };

  ASSERT_WAYS(ways);
}

static void absolute_targets_are_taken(void **state)
{
  (void)state;
  static const struct way ways[] = {
    {"http://a/b", "http://a/c", "http://a/c", HOME},
    {"http://a/b", "HTTP://A/c", "http://A/c", HOME},
    {"http://a/b", "http://a", "http://a/", HOME},
    {"http://a/b", "https://c/d?e#f", "https://c/d?e#f", AWAY},
  };

  ASSERT_WAYS(ways);
}

static void an_origin_is_scheme_host_and_port(void **state)
{
  (void)state;
  static const struct way ways[] = {
    {"http://a/", "http://a:80/", "http://a:80/", HOME},
    {"http://a:80/", "http://a/", "http://a/", HOME},
    {"https://a/", "https://a:443/", "https://a:443/", HOME},
    {"http://a/", "http://a:81/", "http://a:81/", AWAY},
    {"http://a:81/", "http://a:81/b", "http://a:81/b", HOME},
    {"http://a/", "http://b/", "http://b/", AWAY},
    {"http://a/", "http://b.a/", "http://b.a/", AWAY},
    {"http://a/", "https://a/", "https://a/", SECURE},
    {"http://a:80/", "https://a:443/", "https://a:443/", SECURE},
    {"http://a:8080/", "https://a/", "https://a/", AWAY},
    {"http://a/", "https://a:8443/", "https://a:8443/", AWAY},
    {"http://a:443/", "https://a:443/", "https://a:443/", AWAY},
    {"http://[::1]:80/", "/b", "http://[::1]:80/b", HOME},
    {"http://[::1]/", "http://[::1]:80/b", "http://[::1]:80/b", HOME},
    {"http://[::1]/", "http://[::2]/", "http://[::2]/", AWAY},
  };

  ASSERT_WAYS(ways);
}

static void a_fragment_is_inherited_unless_there_is_one(void **state)
{
  (void)state;
  static const struct way ways[] = {
    {"http://a/b#c", "/d", "http://a/d#c", HOME},
    {"http://a/b#c", "d", "http://a/d#c", HOME},
    {"http://a/b#c", "?d", "http://a/b?d#c", HOME},
    {"http://a/b#c", "/d#e", "http://a/d#e", HOME},
    {"http://a/b", "/d#e", "http://a/d#e", HOME},
    {"http://a/b#c", "http://d/", "http://d/#c", AWAY},
    {"http://a/b#c", "http://d/#e", "http://d/#e", AWAY},
  };

  ASSERT_WAYS(ways);
}

static void userinfo_stays_at_home(void **state)
{
  (void)state;
  static const struct way ways[] = {
    {"http://u:p@a/", "/b", "http://u:p@a/b", HOME},
    {"http://u:p@a/", "b", "http://u:p@a/b", HOME},
    {"http://u:p@a/", "http://a/b", "http://u:p@a/b", HOME},
    {"http://u@a/", "http://a/b", "http://u@a/b", HOME},
    {"http://u:p@a/", "http://x:y@a/b", "http://x:y@a/b", HOME},
    {"http://u:p@a/", "http://x@a/b", "http://x@a/b", HOME},
    {"http://u:p@a/", "//b/", "http://b/", AWAY},
    {"http://u:p@a/", "http://b/", "http://b/", AWAY},
    {"http://u:p@a/", "http://a:81/", "http://a:81/", AWAY},
    {"http://u:p@a/", "https://a/", "https://a/", SECURE},
    {"http://u:p@a/", "http://x:y@b/", "http://x:y@b/", AWAY},
  };

  ASSERT_WAYS(ways);
}

static void what_servers_send_is_forgiven(void **state)
{
  (void)state;
  static const struct way ways[] = {
    {"http://a/", " \t/b\t ", "http://a/b", HOME},
    {"http://a/", "/b c", "http://a/b%20c", HOME},
    {"http://a/", "/b?c d", "http://a/b?c+d", HOME},
    {"http://a/", "http://a/b c", "http://a/b%20c", HOME},
    {"http://a/", "/\xc3\xa4", "http://a/%c3%a4", HOME},
    {"http://a/", "/\xe4", "http://a/%e4", HOME},
    {"http://a/", "/%20%c3", "http://a/%20%c3", HOME},
    {"http://a/", "/b\"<>|", "http://a/b\"<>|", HOME},
  };

  ASSERT_WAYS(ways);
}

static void what_leads_nowhere_is_no_target(void **state)
{
  (void)state;

  assert_int_equal(kind_of("http://a/", NULL), CW_TARGET_NONE);
  assert_int_equal(kind_of("http://a/", ""), CW_TARGET_NONE);
  assert_int_equal(kind_of("http://a/", " \t "), CW_TARGET_NONE);
}

static void what_is_no_url_is_bad(void **state)
{
  (void)state;
  static const char *const locations[] = {
    "http://",       "http://[::1/", "http://a:99999/",
    "http://a:b/",   "http://a b/",  "http:///",
    "http://a\x01/", "https://",     "http://@[fe80::1%25@]/",
    "//b#c d", /* libcurl leaves the blank there, and refuses it later */
  };

  for(size_t i = 0; i < sizeof(locations) / sizeof(locations[0]); i++)
    if(kind_of("http://a/", locations[i]) != CW_TARGET_BAD)
      fail_msg("%s is not bad", locations[i]);
}

static void only_http_is_followed(void **state)
{
  (void)state;
  static const char *const locations[] = {
    "ftp://a/", "file:///etc/passwd", "gopher://a/", "javascript://a/",
    "ws://a/",  "ldap://a/",          "httpx://a/",
  };

  for(size_t i = 0; i < sizeof(locations) / sizeof(locations[0]); i++)
    assert_int_equal(kind_of("http://a/", locations[i]), CW_TARGET_SCHEME);
}

static void from_https_to_http_is_a_downgrade(void **state)
{
  (void)state;

  assert_int_equal(kind_of("https://a/", "http://a/"), CW_TARGET_DOWNGRADE);
  assert_int_equal(kind_of("https://a/", "http://b/"), CW_TARGET_DOWNGRADE);
  assert_int_equal(kind_of("https://a/", "HTTP://b/"), CW_TARGET_DOWNGRADE);
  assert_int_equal(kind_of("https://a/", "//b/"), CW_TARGET_FINE);
  assert_int_equal(kind_of("http://a/", "https://a/"), CW_TARGET_FINE);
}

static void set_text(struct cw_notes *notes, enum cw_slot slot,
                     const char *text)
{
  char copy[32];
  union cw_argument value = {.text = copy};
  snprintf(copy, sizeof(copy), "%s", text);
  assert_true(cw_notes_set(notes, slot, value));
}

static void set_long(struct cw_notes *notes, enum cw_slot slot, long number)
{
  union cw_argument value = cw_slot_unset(slot);
  value.number = number;
  assert_true(cw_notes_set(notes, slot, value));
}

static void the_application_may_allow_less(void **state)
{
  (void)state;
  static const struct {
    enum cw_slot slot;
    const char *text;
    bool http;
    bool https;
  } rows[] = {
    {CW_SLOT_REDIR_PROTOCOLS_STR, "https", false, true},
    {CW_SLOT_REDIR_PROTOCOLS_STR, "HTTP,ftp", true, false},
    {CW_SLOT_REDIR_PROTOCOLS_STR, "ftp,http,https", true, true},
    {CW_SLOT_REDIR_PROTOCOLS_STR, "all", true, true},
    {CW_SLOT_REDIR_PROTOCOLS_STR, "ftp", false, false},
    {CW_SLOT_PROTOCOLS_STR, "https", false, true},
    {CW_SLOT_PROTOCOLS_STR, "httpx", false, false},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct cw_notes notes;
    cw_notes_init(&notes);
    set_text(&notes, rows[i].slot, rows[i].text);
    assert_int_equal(kind_with(&notes, "http://a/", "http://b/"),
                     rows[i].http ? CW_TARGET_FINE : CW_TARGET_SCHEME);
    assert_int_equal(kind_with(&notes, "http://a/", "/b"),
                     rows[i].http ? CW_TARGET_FINE : CW_TARGET_SCHEME);
    assert_int_equal(kind_with(&notes, "http://a/", "https://b/"),
                     rows[i].https ? CW_TARGET_FINE : CW_TARGET_SCHEME);
    cw_notes_clear(&notes);
  }
}

static void the_older_options_count_too(void **state)
{
  (void)state;
  static const enum cw_slot slots[] = {CW_SLOT_PROTOCOLS,
                                       CW_SLOT_REDIR_PROTOCOLS};

  for(size_t i = 0; i < 2; i++) {
    struct cw_notes notes;
    cw_notes_init(&notes);
    set_long(&notes, slots[i], CURLPROTO_HTTPS | CURLPROTO_FTP);
    assert_int_equal(kind_with(&notes, "http://a/", "http://b/"),
                     CW_TARGET_SCHEME);
    assert_int_equal(kind_with(&notes, "http://a/", "https://b/"),
                     CW_TARGET_FINE);
    assert_int_equal(kind_with(&notes, "http://a/", "ftp://b/"),
                     CW_TARGET_SCHEME);
    cw_notes_clear(&notes);
  }
}

static void a_path_stays_as_it_is_where_the_application_says(void **state)
{
  (void)state;
  struct cw_notes notes;
  struct cw_place place = {.kind = CW_TARGET_BAD};

  cw_notes_init(&notes);
  set_long(&notes, CW_SLOT_PATH_AS_IS, 1);
  assert_int_equal(cw_place_find(libcurl, &notes, "http://a/",
                                 cw_span_of("http://a/b/../c"), &place),
                   CURLE_OK);
  assert_string_equal(cw_place_url(&place), "http://a/b/../c");
  cw_text_clear(&place.url);
  cw_notes_clear(&notes);
}

static void a_place_can_be_used_again(void **state)
{
  (void)state;
  static const struct {
    const char *location;
    enum cw_target_kind kind;
  } rows[] = {
    {"http://b/", CW_TARGET_FINE}, {"", CW_TARGET_NONE},
    {"/c", CW_TARGET_FINE},        {"ftp://d/", CW_TARGET_SCHEME},
    {"//e/", CW_TARGET_FINE},      {"http://", CW_TARGET_BAD},
  };
  struct cw_notes notes;
  struct cw_place place = {.kind = CW_TARGET_NONE};

  cw_notes_init(&notes);
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    assert_int_equal(cw_place_find(libcurl, &notes, "http://a/",
                                   cw_span_of(rows[i].location), &place),
                     CURLE_OK);
    assert_int_equal(place.kind, rows[i].kind);
    assert_int_equal(cw_place_url(&place) != NULL,
                     rows[i].kind == CW_TARGET_FINE);
  }
  cw_text_clear(&place.url);
}

static void a_distance_is_between_origins(void **state)
{
  (void)state;
  static const struct {
    const char *from;
    const char *to;
    enum cw_distance distance;
  } rows[] = {
    {"http://a/x", "http://A:80/y", CW_DISTANCE_HOME},
    {"a", "http://a/", CW_DISTANCE_HOME},
    {"http://a/", "https://a/", CW_DISTANCE_SECURE},
    {"http://a:81/", "https://a/", CW_DISTANCE_AWAY},
    {"https://a/", "http://a/", CW_DISTANCE_AWAY},
    {"http://a/", "http://a:81/", CW_DISTANCE_AWAY},
    {"http://a/", "http://b/", CW_DISTANCE_AWAY},
    {"http://[fe80::1]/", "http://[FE80::1]/", CW_DISTANCE_HOME},
    {"http://[fe80::1%25eth0]/", "http://[fe80::1%25eth0]/", CW_DISTANCE_HOME},
    {"http://[fe80::1%25eth0]/", "http://[fe80::1%25eth1]/", CW_DISTANCE_AWAY},
    {"http://[fe80::1%25eth0]/", "http://[fe80::1]/", CW_DISTANCE_AWAY},
    {"http://[::1]/", "http://[::1]/x", CW_DISTANCE_HOME},
  };
  struct cw_place place = {.kind = CW_TARGET_NONE};
  struct cw_notes notes;

  cw_notes_init(&notes);
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    assert_int_equal(cw_place_find(&cw_libcurl_linked, &notes, rows[i].from,
                                   cw_span_of(rows[i].to), &place),
                     CURLE_OK);
    assert_int_equal(place.distance, rows[i].distance);
  }
  cw_text_clear(&place.url);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_distance_is_between_origins),
    cmocka_unit_test(relative_targets_are_resolved),
    cmocka_unit_test(absolute_targets_are_taken),
    cmocka_unit_test(an_origin_is_scheme_host_and_port),
    cmocka_unit_test(a_fragment_is_inherited_unless_there_is_one),
    cmocka_unit_test(userinfo_stays_at_home),
    cmocka_unit_test(what_servers_send_is_forgiven),
    cmocka_unit_test(what_leads_nowhere_is_no_target),
    cmocka_unit_test(what_is_no_url_is_bad),
    cmocka_unit_test(only_http_is_followed),
    cmocka_unit_test(from_https_to_http_is_a_downgrade),
    cmocka_unit_test(the_application_may_allow_less),
    cmocka_unit_test(the_older_options_count_too),
    cmocka_unit_test(a_path_stays_as_it_is_where_the_application_says),
    cmocka_unit_test(a_place_can_be_used_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
