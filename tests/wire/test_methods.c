/* Tests of the method and the body after a redirect, over real HTTP. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "caller.h"
#include "wire.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const unsigned statuses[] = {301, 302, 303, 307, 308};
#define STATUSES COUNT(statuses)

/* How the request is made. */
enum maker { WITH_GET, WITH_NOBODY, WITH_POSTFIELDS, WITH_MIME, WITH_READ,
             WITH_UPLOAD };

struct request {
  enum maker maker;
  const char *custom;
  const char *method;
  const char *after[STATUSES]; /* the method after each status */
};

static const struct request requests[] = {
  {WITH_GET, NULL, "GET", {"GET", "GET", "GET", "GET", "GET"}},
  {WITH_NOBODY, NULL, "HEAD", {"HEAD", "HEAD", "HEAD", "HEAD", "HEAD"}},
  {WITH_POSTFIELDS, NULL, "POST", {"GET", "GET", "GET", "POST", "POST"}},
  {WITH_MIME, NULL, "POST", {"GET", "GET", "GET", "POST", "POST"}},
  {WITH_READ, NULL, "POST", {"GET", "GET", "GET", "POST", "POST"}},
  {WITH_UPLOAD, NULL, "PUT", {"PUT", "PUT", "GET", "PUT", "PUT"}},
  {WITH_GET, "DELETE", "DELETE",
   {"DELETE", "DELETE", "GET", "DELETE", "DELETE"}},
  {WITH_GET, "OPTIONS", "OPTIONS",
   {"OPTIONS", "OPTIONS", "GET", "OPTIONS", "OPTIONS"}},
  {WITH_GET, "POST", "POST", {"GET", "GET", "GET", "POST", "POST"}},
  {WITH_POSTFIELDS, "POST", "POST", {"GET", "GET", "GET", "POST", "POST"}},
  {WITH_POSTFIELDS, "PATCH", "PATCH",
   {"PATCH", "PATCH", "GET", "PATCH", "PATCH"}},
  {WITH_POSTFIELDS, "PROPFIND", "PROPFIND",
   {"PROPFIND", "PROPFIND", "GET", "PROPFIND", "PROPFIND"}},
  {WITH_POSTFIELDS, "PUT", "PUT", {"PUT", "PUT", "GET", "PUT", "PUT"}},
  {WITH_UPLOAD, "POST", "POST", {"GET", "GET", "GET", "POST", "POST"}},
};

static const char body[] = "what is sent";

/* Gives |body|, from |at| on. */
struct source {
  size_t at;
  CURL *curl;
  curl_mime *mime;
  struct curl_slist *fields;
};

static size_t give(char *to, size_t size, size_t count, void *user)
{
  struct source *source = user;
  const size_t left = strlen(body) - source->at;
  const size_t length = left < size * count ? left : size * count;

  memcpy(to, body + source->at, length);
  source->at += length;
  return length;
}

static int go_back(void *user, curl_off_t offset, int origin)
{
  struct source *source = user;

  assert_int_equal(origin, SEEK_SET);
  source->at = (size_t)offset;
  return CURL_SEEKFUNC_OK;
}

static void read_from(struct source *source)
{
  curlew_easy_setopt(source->curl, CURLOPT_READFUNCTION, give);
  curlew_easy_setopt(source->curl, CURLOPT_READDATA, source);
  curlew_easy_setopt(source->curl, CURLOPT_SEEKFUNCTION, go_back);
  curlew_easy_setopt(source->curl, CURLOPT_SEEKDATA, source);
}

static void make(struct source *source, const struct request *request)
{
  CURL *curl = source->curl;

  switch(request->maker) {
  case WITH_GET:
    break;
  case WITH_NOBODY:
    curlew_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    break;
  case WITH_POSTFIELDS:
    curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    break;
  case WITH_MIME:
    source->mime = curl_mime_init(curl);
    curl_mime_data(curl_mime_addpart(source->mime), body,
                   CURL_ZERO_TERMINATED);
    curlew_easy_setopt(curl, CURLOPT_MIMEPOST, source->mime);
    break;
  case WITH_READ:
    curlew_easy_setopt(curl, CURLOPT_POST, 1L);
    curlew_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
    read_from(source);
    break;
  case WITH_UPLOAD:
    curlew_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curlew_easy_setopt(curl, CURLOPT_INFILESIZE, (long)strlen(body));
    read_from(source);
    break;
  }
  if(request->custom)
    curlew_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->custom);
}

static void source_new(struct source *source, struct wire *wire,
                       const struct request *request)
{
  *source = (struct source){.curl = caller_new(wire, "redirect.when=asked")};
  source->fields = curl_slist_append(NULL, "Content-Language: en");
  source->fields = curl_slist_append(source->fields, "X-Own: 1");
  if(request->maker != WITH_MIME)
    source->fields =
      curl_slist_append(source->fields, "Content-Type: text/x");
  curlew_easy_setopt(source->curl, CURLOPT_FOLLOWLOCATION, 1L);
  curlew_easy_setopt(source->curl, CURLOPT_HTTPHEADER, source->fields);
  make(source, request);
}

static void source_free(struct source *source)
{
  curlew_easy_cleanup(source->curl);
  curl_mime_free(source->mime);
  curl_slist_free_all(source->fields);
}

static bool has_body(const struct request *request)
{
  return request->maker != WITH_GET && request->maker != WITH_NOBODY;
}

static void assert_request(struct wire *wire, const char *key, unsigned n,
                           const char *method, bool is_whole, bool has_content)
{
  const char *sent = wire_field(wire, key, n, "method");

  assert_non_null(sent);
  assert_string_equal(sent, method);
  assert_non_null(wire_header(wire, key, n, "X-Own"));
  if(has_content)
    assert_has(wire_field(wire, key, n, "body"), body);
  else
    assert_string_equal(wire_field(wire, key, n, "body"), "");
  if(is_whole) {
    assert_non_null(wire_header(wire, key, n, "Content-Type"));
    assert_non_null(wire_header(wire, key, n, "Content-Language"));
    return;
  }
  assert_null(wire_header(wire, key, n, "Content-Type"));
  assert_null(wire_header(wire, key, n, "Content-Language"));
  assert_null(wire_header(wire, key, n, "Content-Length"));
  assert_null(wire_header(wire, key, n, "Transfer-Encoding"));
  assert_null(wire_header(wire, key, n, "Expect"));
}

/* Performs |source|, which follows one redirect. */
static void follow(struct wire *wire, struct source *source, const char *key,
                   unsigned status, const char *method)
{
  const char *effective = NULL;
  const char *step =
    wire_text(wire, "%u;Location=/script/%s/b;Cache-Control=no-store", status,
              key);

  source->at = 0;
  const struct answer answer = caller_perform(
    source->curl, wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s",
                                                       key),
                           STEPS(step, "200", step, "200")));
  if(answer.result || answer.status != 200)
    fail_msg("%s: %d, %ld", key, (int)answer.result, answer.status);
  curlew_easy_getinfo(source->curl, CURLINFO_EFFECTIVE_METHOD, &effective);
  assert_string_equal(effective, method);
}

static void the_method_changes_as_the_status_says(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(requests); i++)
    for(size_t j = 0; j < STATUSES; j++) {
      const struct request *request = &requests[i];
      const char *key = wire_text(wire, "m%zu-%u", i, statuses[j]);
      const char *after = request->after[j];
      const bool is_kept = !strcmp(after, request->method);
      struct source source;

      source_new(&source, wire, request);
      /* and again: the handle is as it was */
      for(unsigned n = 1; n <= 3; n += 2) {
        follow(wire, &source, key, statuses[j], after);
        assert_request(wire, key, n, request->method, true,
                       has_body(request));
        assert_request(wire, key, n + 1, after,
                       is_kept && (has_body(request) || statuses[j] != 303 ||
                                   wire_header(wire, key, n + 1,
                                               "Content-Type")),
                       is_kept && has_body(request));
      }
      source_free(&source);
    }
}

static void postredir_keeps_a_post(void **state)
{
  static const struct {
    long postredir;
    const char *after[3]; /* 301, 302, 303 */
  } cases[] = {
    {CURL_REDIR_POST_301, {"POST", "GET", "GET"}},
    {CURL_REDIR_POST_302, {"GET", "POST", "GET"}},
    {CURL_REDIR_POST_303, {"GET", "GET", "POST"}},
    {CURL_REDIR_POST_ALL, {"POST", "POST", "POST"}},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(cases); i++)
    for(size_t j = 0; j < 3; j++) {
      const char *key = wire_text(wire, "p%zu-%u", i, statuses[j]);
      const bool is_kept = !strcmp(cases[i].after[j], "POST");
      struct source source;

      source_new(&source, wire, &requests[2]);
      curlew_easy_setopt(source.curl, CURLOPT_POSTREDIR, cases[i].postredir);
      follow(wire, &source, key, statuses[j], cases[i].after[j]);
      assert_request(wire, key, 2, cases[i].after[j], is_kept, is_kept);
      source_free(&source);
    }
}

static void what_became_a_get_stays_one(void **state)
{
  struct wire *wire = *state;
  struct source source;

  source_new(&source, wire, &requests[2]);
  const struct answer answer = caller_perform(
    source.curl,
    wire_url(wire, WIRE_PLAIN, "/script/stays",
             STEPS("303;Location=/script/stays/b",
                   "307;Location=/script/stays/c",
                   "308;Location=/script/stays/d", "503", "200")));
  assert_int_equal(answer.status, 200);
  for(unsigned n = 2; n <= 5; n++)
    assert_request(wire, "stays", n, "GET", false, false);
  source_free(&source);
}

static void a_body_goes_along_every_hop_that_keeps_it(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(requests); i++) {
    const char *key = wire_text(wire, "along%zu", i);
    struct source source;

    source_new(&source, wire, &requests[i]);
    const struct answer answer = caller_perform(
      source.curl,
      wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key),
               STEPS(wire_text(wire, "307;Location=/script/%s/b", key),
                     wire_text(wire, "308;Location=/script/%s/c", key),
                     "429", "200")));
    if(answer.result || answer.status != 200)
      fail_msg("%s: %d, %ld", key, (int)answer.result, answer.status);
    for(unsigned n = 1; n <= 4; n++)
      assert_request(wire, key, n, requests[i].method, true,
                     has_body(&requests[i]));
    source_free(&source);
  }
}

static void a_body_that_cannot_be_rewound_stays_behind(void **state)
{
  struct wire *wire = *state;

  for(long follow = 0; follow < 2; follow++) {
    const char *key = wire_text(wire, "spent%ld", follow);
    struct source source;

    source_new(&source, wire, &requests[4]);
    curlew_easy_setopt(source.curl, CURLOPT_SEEKFUNCTION, NULL);
    if(!follow) {
      curlew_easy_reset(source.curl);
      caller_set(wire, source.curl, NULL);
      make(&source, &requests[4]);
      curlew_easy_setopt(source.curl, CURLOPT_SEEKFUNCTION, NULL);
    }
    const struct answer answer = caller_perform(
      source.curl,
      wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key),
               STEPS(wire_text(wire, "307;Location=/script/%s/b", key),
                     "200")));
    assert_int_equal(answer.result,
                     follow ? CURLE_SEND_FAIL_REWIND : CURLE_OK);
    assert_int_equal(answer.status, 307);
    assert_string_equal(caller_end(source.curl), "cannot-rewind");
    assert_int_equal(wire_count(wire, key), 1);
    source_free(&source);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_method_changes_as_the_status_says),
    cmocka_unit_test(postredir_keeps_a_post),
    cmocka_unit_test(what_became_a_get_stays_one),
    cmocka_unit_test(a_body_goes_along_every_hop_that_keeps_it),
    cmocka_unit_test(a_body_that_cannot_be_rewound_stays_behind),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
