/* Tests of lib/client/place.c and sums.c on the wire: curlew goes where
   libcurl goes, and tells the same figures of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "api.h"
#include "hosts.h"
#include "wire.h"

/* What is told of an operation. */
struct trip {
  CURLcode result;
  long status;
  long redirects;
  long connects;
  long header_size;
  long request_size;
  char url[2048];
  char next[2048]; /* REDIRECT_URL */
  char method[32];
  struct view view;
};

static void get_text(const struct api *api, CURL *curl, CURLINFO info,
                     char *to, size_t size)
{
  const char *text = NULL;
  api->getinfo(curl, info, &text);
  (void)snprintf(to, size, "%s", text ? text : "(none)");
}

/* Performs |url|, with |curl|'s options, once. */
static void travel(const struct api *api, CURL *curl, const char *url,
                   struct trip *trip)
{
  memset(trip, 0, sizeof(*trip));
  view_attach(api, curl, &trip->view);
  view_perform(api, curl, url, &trip->view);
  trip->result = trip->view.result;
  trip->status = trip->view.status;
  api->getinfo(curl, CURLINFO_REDIRECT_COUNT, &trip->redirects);
  api->getinfo(curl, CURLINFO_NUM_CONNECTS, &trip->connects);
  api->getinfo(curl, CURLINFO_HEADER_SIZE, &trip->header_size);
  api->getinfo(curl, CURLINFO_REQUEST_SIZE, &trip->request_size);
  get_text(api, curl, CURLINFO_EFFECTIVE_URL, trip->url, sizeof(trip->url));
  get_text(api, curl, CURLINFO_REDIRECT_URL, trip->next, sizeof(trip->next));
  get_text(api, curl, CURLINFO_EFFECTIVE_METHOD, trip->method,
           sizeof(trip->method));
}

/* A handle that follows; |names| may be NULL. */
static CURL *follower(const struct api *api, struct wire *wire,
                      struct curl_slist *names)
{
  CURL *curl = api_new(api, wire);
  api->setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  api->setopt(curl, CURLOPT_MAXREDIRS, 10L);
  api->setopt(curl, CURLOPT_RESOLVE, names);
  return curl;
}

/* Both go to the same URL, one after the other. */
static void travel_both(struct wire *wire, const char *url, struct trip *plain,
                        struct trip *ours)
{
  struct curl_slist *names = hosts_new(wire);
  CURL *curl = follower(&api_plain, wire, names);
  travel(&api_plain, curl, url, plain);
  curl_easy_cleanup(curl);
  curl = follower(&api_curlew, wire, names);
  travel(&api_curlew, curl, url, ours);
  curlew_easy_cleanup(curl);
  curl_slist_free_all(names);
}

static void assert_same(const char *name, const struct trip *ours,
                        const struct trip *plain)
{
  if(ours->result != plain->result || ours->status != plain->status ||
     strcmp(ours->url, plain->url) != 0)
    fail_msg("%s: %d, %ld, %s; libcurl: %d, %ld, %s", name, (int)ours->result,
             ours->status, ours->url, (int)plain->result, plain->status,
             plain->url);
}

static void assert_same_figures(const struct trip *ours,
                                const struct trip *plain)
{
  assert_int_equal(ours->redirects, plain->redirects);
  assert_int_equal(ours->connects, plain->connects);
  assert_int_equal(ours->header_size, plain->header_size);
  assert_int_equal(ours->request_size, plain->request_size);
  assert_string_equal(ours->method, plain->method);
  assert_string_equal(ours->next, plain->next);
}

/* %s is the origin; written as steps are, where % begins a byte. */
static const char *const targets[] = {
  "/script/KEY/x",
  "x",
  "x/y/",
  "./x",
  "../x",
  "../../../../x",
  "a/./b/../c",
  "/script/KEY/..",
  "/script/KEY/a/../b",
  "/script/KEY/a/%252e%252e/b",
  "?q=1",
  "?",
  "#here",
  "x#here?no=query",
  "x?q=/../y",
  "x?q=1?2",
  "//%s/script/KEY/x",
  "http://%s/script/KEY/x",
  "HTTP://%s/script/KEY/x",
  "Http://%s/script/KEY/x",
  "http://%s",
  "http://%s?q=1",
  "http://%s/script/KEY/../x",
  "http://user:password@%s/script/KEY/x",
  "http:///%s/script/KEY/x",
  "http:/script/KEY/x",
  "/script/KEY/a b c",
  "a b?c d",
  "/script/KEY/%C3%BC?%C3%A4",
  "/script/KEY/%FF",
  "/script/KEY/%25C3%25BC",
  "/script/KEY/%25zz",
  "/script/KEY/\"<>^`{|}",
  "  /script/KEY/x  ",
  "%09/script/KEY/x%09",
  "\\script\\KEY\\x",
  "/\\x",
  "x:y",
  "/script/KEY/x:y",
  "/script/KEY//x",
  "///script/KEY/x",
  "/script/KEY/x;a=1",
  "http://[::1/x",
  "http://%s:x/",
  "http://%s@/",
  "http://",
  "//",
  ":",
  "mailto:a@curlew.test",
  "javascript:alert(1)",
};

/* |text| with KEY and %s filled in. */
static const char *fill(struct wire *wire, const char *text, const char *key)
{
  const char *origin = wire_text(wire, "127.0.0.1:%u", wire->port[WIRE_PLAIN]);
  const char *result = "";

  for(; *text; text++) {
    if(!strncmp(text, "KEY", 3)) {
      result = wire_text(wire, "%s%s", result, key);
      text += 2;
    }
    else if(!strncmp(text, "%s", 2)) {
      result = wire_text(wire, "%s%s", result, origin);
      text++;
    }
    else if(*text == ';')
      result = wire_text(wire, "%s%%3B", result);
    else
      result = wire_text(wire, "%s%c", result, *text);
  }
  return result;
}

/* |text| with |key| as KEY again, wherever it stands. */
static const char *neutral(struct wire *wire, const char *text,
                           const char *key)
{
  const char *result = "";
  const char *at = strstr(text, key);

  for(; at; at = strstr(text, key)) {
    result = wire_text(wire, "%s%.*sKEY", result, (int)(at - text), text);
    text = at + strlen(key);
  }
  return wire_text(wire, "%s%s", result, text);
}

static void follow_target(const struct api *api, struct wire *wire,
                          const char *target, const char *key,
                          struct trip *trip)
{
  CURL *curl = follower(api, wire, NULL);
  const char *step =
    wire_text(wire, "302;Location=%s", fill(wire, target, key));

  if(api == &api_curlew)
    caller_set(wire, curl, "limits.attempts=1");
  travel(api, curl,
         wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s/dir/f", key),
                  STEPS(step, "200")),
         trip);
  api->cleanup(curl);
  (void)snprintf(trip->url, sizeof(trip->url), "%s",
                 neutral(wire, trip->url, key));
}

static void every_form_of_location_leads_where_libcurl_goes(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
    struct trip plain;
    struct trip ours;

    follow_target(&api_plain, wire, targets[i],
                  wire_text(wire, "plain%02zu", i), &plain);
    follow_target(&api_curlew, wire, targets[i],
                  wire_text(wire, "ours-%02zu", i), &ours);
    assert_same(targets[i], &ours, &plain);
    if(!plain.result) /* libcurl counts the one that it refuses */
      assert_int_equal(ours.redirects, plain.redirects);
  }
}

static void figures_are_those_of_the_whole_chain(void **state)
{
  static const char *const ends[] = {"200;nodate", "404;nodate", "204;nodate",
                                     "200;nodate;chunked"};
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
    const char *path = wire_text(wire, "/script/figures%zu", i);
    const char *port =
      wire_url(wire, WIRE_PLAIN_B, wire_text(wire, "%s/b", path), NULL);
    const char *tls =
      wire_url(wire, WIRE_TLS, wire_text(wire, "%s/c", path), NULL);
    const char *const hop[] = {
      wire_text(wire, "302;nodate;Location=%s/near", path),
      wire_text(wire, "302;nodate;Location=%s;X-Long=0123456789", port),
      wire_text(wire, "307;nodate;Location=%s;Connection=close;close", tls),
      "302;nodate;Location=?end"};
    const char *url = wire_url(wire, WIRE_PLAIN, path,
                               STEPS(hop[0], hop[1], hop[2], hop[3], ends[i],
                                     hop[0], hop[1], hop[2], hop[3], ends[i]));
    struct trip plain;
    struct trip ours;

    travel_both(wire, url, &plain, &ours);
    assert_int_equal(plain.redirects, 4);
    assert_same(ends[i], &ours, &plain);
    assert_same_figures(&ours, &plain);
    assert_string_equal(ours.view.text, plain.view.text);
    assert_int_equal(wire_count(wire, path + strlen("/script/")), 10);
  }
}

static void figures_begin_anew_with_each_operation(void **state)
{
  struct wire *wire = *state;
  const char *url =
    wire_url(wire, WIRE_PLAIN, "/script/anew",
             STEPS("302;Location=/script/anew/b", "200", "200"));
  struct trip trip;
  CURL *curl = follower(&api_curlew, wire, NULL);

  travel(&api_curlew, curl, url, &trip);
  assert_int_equal(trip.redirects, 1);
  const long first = trip.header_size;
  travel(&api_curlew, curl, url, &trip);
  curlew_easy_cleanup(curl);
  assert_int_equal(trip.redirects, 0);
  assert_int_equal(trip.connects, 0);
  assert_true(trip.header_size < first);
  assert_string_equal(trip.url, url);
  assert_string_equal(trip.next, "(none)");
}

static void userinfo_is_shown_where_libcurl_shows_it(void **state)
{
  static const char *const forms[] = {
    "/script/KEY/x", "http://%s/script/KEY/x", "//%s/script/KEY/x", "?x",
    "http://o:p@%s/script/KEY/x"};
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
    const char *key = wire_text(wire, "user%zu", i);
    const char *step =
      wire_text(wire, "302;Location=%s", fill(wire, forms[i], key));
    const char *url = wire_url_on(wire, WIRE_PLAIN, "u:secret@127.0.0.1",
                                  wire_text(wire, "/script/%s", key),
                                  STEPS(step, "200", step, "200"));
    struct trip plain;
    struct trip ours;

    travel_both(wire, url, &plain, &ours);
    assert_same(forms[i], &ours, &plain);
    assert_string_equal(wire_header(wire, key, 4, "Authorization"),
                        wire_header(wire, key, 2, "Authorization"));
  }
}

/* RFC 9110, 10.2.2; libcurl 7.88 does not. */
static void a_fragment_is_inherited(void **state)
{
  static const struct {
    const char *location;
    const char *expected;
  } cases[] = {
    {"/script/fragment/x", "/script/fragment/x#top"},
    {"/script/fragment/x#own", "/script/fragment/x#own"},
    {"?q", "?q#top"},
    {"#other", "#other"},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct trip trip;
    CURL *curl = follower(&api_curlew, wire, NULL);
    const char *step =
      wire_text(wire, "302;Set-Cookie=a=1;Location=%s", cases[i].location);
    const char *url =
      wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/fragment%zu", i),
               STEPS(step, "200"));

    travel(&api_curlew, curl, wire_text(wire, "%s#top", url), &trip);
    curlew_easy_cleanup(curl);
    assert_int_equal(trip.status, 200);
    const size_t length = strlen(trip.url);
    const size_t expected = strlen(cases[i].expected);
    assert_true(length >= expected);
    assert_string_equal(trip.url + length - expected, cases[i].expected);
  }
}

static void the_first_of_several_locations_counts(void **state)
{
  struct wire *wire = *state;
  struct trip trip;
  CURL *curl = follower(&api_curlew, wire, NULL);

  travel(&api_curlew, curl,
         wire_url(wire, WIRE_PLAIN, "/script/several",
                  STEPS("302;Location=/script/several/1;"
                        "Location=/script/several/2",
                        "200")),
         &trip);
  assert_int_equal(trip.status, 200);
  assert_string_equal(wire_field(wire, "several", 2, "target"),
                      "/script/several/1");
  travel(&api_curlew, curl,
         wire_url(wire, WIRE_PLAIN, "/script/blank",
                  STEPS("302;Location =/script/blank/1", "200")),
         &trip);
  assert_int_equal(trip.status, 200);
  assert_int_equal(wire_count(wire, "blank"), 2);
  curlew_easy_cleanup(curl);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_form_of_location_leads_where_libcurl_goes),
    cmocka_unit_test(figures_are_those_of_the_whole_chain),
    cmocka_unit_test(figures_begin_anew_with_each_operation),
    cmocka_unit_test(userinfo_is_shown_where_libcurl_shows_it),
    cmocka_unit_test(a_fragment_is_inherited),
    cmocka_unit_test(the_first_of_several_locations_counts),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
