/* Tests of the version of HTTP that a hop is asked in: after an answer as
   HTTP/1.0 it is that, as with libcurl that follows itself. */

#define CURL_DISABLE_DEPRECATION /* CURLOPT_IOCTLFUNCTION */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api.h"
#include "source.h"

#define MOVED "302;Location=?b"
#define OLD   "302;http10;Location=?"

static const struct api *const apis[] = {&api_plain, &api_curlew};

static CURLcode perform(const struct api *api, CURL *curl, const char *url)
{
  struct view view = {.pause_at = 0};

  view_attach(api, curl, &view);
  api->setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  api->setopt(curl, CURLOPT_POSTREDIR, (long)CURL_REDIR_POST_ALL);
  view_perform(api, curl, url, &view);
  return view.result;
}

/* The version of the |n|th request, as "1.1"; "-" if there was none. */
static const char *version(struct wire *wire, const char *key, unsigned n)
{
  const char *text = wire_field(wire, key, n, "version");
  return text ? text + strlen("HTTP/") : "-";
}

static void a_hop_is_asked_as_the_server_answered(void **state)
{
  static const struct {
    const char *steps[4];
    const char *versions;
  } cases[] = {
    {{MOVED, "200"}, "1.1 1.1 -"},
    {{OLD "b", "200"}, "1.1 1.0 -"},
    {{OLD "b", "302;Location=?c", "200"}, "1.1 1.0 1.0"},
    {{MOVED, OLD "c", "200"}, "1.1 1.1 1.0"},
    {{"200;http10"}, "1.1 - -"},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    for(size_t a = 0; a < 2; a++) {
      CURL *curl = api_new(apis[a], wire);
      for(unsigned again = 0; again < 2; again++) {
        const char *key = wire_text(wire, "asked%zu-%zu-%u", i, a, again);
        const char *url =
          wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key),
                   cases[i].steps);
        assert_int_equal(perform(apis[a], curl, url), CURLE_OK);
        assert_string_equal(wire_text(wire, "%s %s %s", version(wire, key, 1),
                                      version(wire, key, 2),
                                      version(wire, key, 3)),
                            cases[i].versions);
      }
      apis[a]->cleanup(curl);
    }
}

/* Here libcurl would ask as HTTP/1.0 too. */
static void another_server_is_asked_as_any(void **state)
{
  struct wire *wire = *state;
  CURL *curl = api_new(&api_curlew, wire);
  const char *away = wire_url(wire, WIRE_TLS, "/script/away/c", NULL);
  const char *url = wire_url(
    wire, WIRE_PLAIN, "/script/away",
    STEPS(OLD "b", wire_text(wire, "302;http10;Location=%s", away), "200"));

  assert_int_equal(perform(&api_curlew, curl, url), CURLE_OK);
  assert_string_equal(version(wire, "away", 2), "1.0");
  assert_string_equal(version(wire, "away", 3), "1.1");
  curlew_easy_cleanup(curl);
}

/* What the application asks for stays as it is. */
static void a_version_that_was_set_is_put_back(void **state)
{
  struct wire *wire = *state;

  for(size_t a = 0; a < 2; a++) {
    const char *key = wire_text(wire, "set-%zu", a);
    const char *path = wire_text(wire, "/script/%s", key);
    CURL *curl = api_new(apis[a], wire);

    apis[a]->setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_0);
    const char *url =
      wire_url(wire, WIRE_PLAIN, path, STEPS(OLD "b", "200", "200"));
    assert_int_equal(perform(apis[a], curl, url), CURLE_OK);
    assert_int_equal(
      perform(apis[a], curl, wire_url(wire, WIRE_PLAIN, path, NULL)),
      CURLE_OK);
    for(unsigned n = 1; n <= 3; n++)
      assert_string_equal(version(wire, key, n), "1.0");
    apis[a]->cleanup(curl);
  }
}

static CURLcode upload(struct wire *wire, const struct api *api,
                       const char *key, curl_off_t size)
{
  struct source source = source_of("0123456789");
  CURL *curl = api_new(api, wire);

  api->setopt(curl, CURLOPT_UPLOAD, 1L);
  api->setopt(curl, CURLOPT_READFUNCTION, source_read);
  api->setopt(curl, CURLOPT_READDATA, &source);
  api->setopt(curl, CURLOPT_SEEKFUNCTION, source_seek);
  api->setopt(curl, CURLOPT_SEEKDATA, &source);
  api->setopt(curl, CURLOPT_INFILESIZE_LARGE, size);
  const CURLcode result =
    perform(api, curl,
            wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key),
                     STEPS("307;http10;Location=?b", "200")));
  api->cleanup(curl);
  return result;
}

static void http_1_0_has_neither_expect_nor_chunks(void **state)
{
  struct wire *wire = *state;

  for(size_t a = 0; a < 2; a++) {
    const char *key = wire_text(wire, "chunks-%zu", a);
    assert_int_equal(upload(wire, apis[a], key, -1), CURLE_UPLOAD_FAILED);
    assert_int_equal(wire_count(wire, key), 1);

    key = wire_text(wire, "sized-%zu", a);
    assert_int_equal(upload(wire, apis[a], key, 10), CURLE_OK);
    assert_null(wire_header(wire, key, 2, "Expect"));
    assert_string_equal(wire_field(wire, key, 2, "body"), "0123456789");
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_hop_is_asked_as_the_server_answered),
    cmocka_unit_test(another_server_is_asked_as_any),
    cmocka_unit_test(a_version_that_was_set_is_put_back),
    cmocka_unit_test(http_1_0_has_neither_expect_nor_chunks),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
