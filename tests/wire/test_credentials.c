/* Tests of lib/client/origin.c: what goes along to another origin. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "caller.h"
#include "hosts.h"
#include "wire.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* One way to give credentials, and where they are seen. */
struct credential {
  const char *name;
  CURLoption option;
  const char *value;
  CURLoption option2;
  const char *value2;
  long auth;
  const char *line;     /* for HTTPHEADER */
  const char *userinfo; /* for the URL */
  const char *field;    /* of the request */
  const char *part;     /* of its value */
};

static const struct credential credentials[] = {
  {.name = "USERPWD", .option = CURLOPT_USERPWD, .value = "user:secret",
   .field = "Authorization", .part = "Basic dXNlcjpzZWNyZXQ="},
  {.name = "USERNAME", .option = CURLOPT_USERNAME, .value = "user",
   .option2 = CURLOPT_PASSWORD, .value2 = "secret",
   .field = "Authorization", .part = "Basic dXNlcjpzZWNyZXQ="},
  {.name = "userinfo", .userinfo = "user:secret@",
   .field = "Authorization", .part = "Basic dXNlcjpzZWNyZXQ="},
  {.name = "XOAUTH2_BEARER", .option = CURLOPT_XOAUTH2_BEARER,
   .value = "secret", .auth = CURLAUTH_BEARER,
   .field = "Authorization", .part = "Bearer secret"},
  {.name = "AWS_SIGV4", .option = CURLOPT_AWS_SIGV4,
   .value = "aws:amz:us-east-1:s3",
   .option2 = CURLOPT_USERPWD, .value2 = "user:secret",
   .field = "Authorization", .part = "AWS4-HMAC-SHA256 "},
  {.name = "AWS_SIGV4's date", .option = CURLOPT_AWS_SIGV4,
   .value = "aws:amz:us-east-1:s3",
   .option2 = CURLOPT_USERPWD, .value2 = "user:secret",
   .field = "X-Amz-Date", .part = "T"},
  {.name = "COOKIE", .option = CURLOPT_COOKIE, .value = "id=secret",
   .field = "Cookie", .part = "id=secret"},
  {.name = "Authorization", .line = "Authorization: Token secret",
   .field = "Authorization", .part = "Token secret"},
  {.name = "Cookie", .line = "cookie: id=secret",
   .field = "Cookie", .part = "id=secret"},
  {.name = "Proxy-Authorization", .line = "Proxy-Authorization: secret",
   .field = "Proxy-Authorization", .part = "secret"},
  {.name = "X-Api-Key", .line = "X-Api-Key: secret",
   .field = "X-Api-Key", .part = "secret"},
  {.name = "any other", .line = "X-Acceptable: something",
   .field = "X-Acceptable", .part = "something"},
  {.name = "an empty one", .line = "X-Empty;",
   .field = "X-Empty", .part = ""},
};

/* From one URL to another. */
struct way {
  const char *name;
  enum wire_port from;
  const char *from_host;
  enum wire_port to;
  const char *to_host;
};

static const struct way same = {"the same origin", WIRE_PLAIN, "127.0.0.1",
                                WIRE_PLAIN, "127.0.0.1"};

static const struct way same_name = {"the same name", WIRE_TLS,
                                     "a.curlew.test", WIRE_TLS,
                                     "A.Curlew.Test"};

static const struct way aways[] = {
  {"another port", WIRE_PLAIN, "127.0.0.1", WIRE_PLAIN_B, "127.0.0.1"},
  {"another host", WIRE_PLAIN, "127.0.0.1", WIRE_PLAIN, "localhost"},
  {"another name", WIRE_PLAIN, "a.curlew.test", WIRE_PLAIN, "b.curlew.test"},
  {"another https port", WIRE_TLS, "localhost", WIRE_TLS_B, "localhost"},
  {"another https host", WIRE_TLS, "a.curlew.test", WIRE_TLS, "localhost"},
  {"http to https", WIRE_PLAIN, "localhost", WIRE_TLS, "localhost"},
  {"https to http", WIRE_TLS, "localhost", WIRE_PLAIN, "localhost"},
};

/* A handle with a credential in it. */
struct visitor {
  struct wire *wire;
  CURL *curl;
  const struct credential *credential;
  struct curl_slist *names;
  struct curl_slist *fields;
  const char *key;
};

static struct visitor visitor_new(struct wire *wire,
                                  const struct credential *credential)
{
  static unsigned serial;
  struct visitor visitor = {
    .wire = wire,
    .curl = caller_new(wire, NULL),
    .credential = credential,
    .names = hosts_new(wire),
    .key = wire_text(wire, "credential%u", ++serial),
  };
  CURL *curl = visitor.curl;

  caller_set(wire, curl, "redirect.downgrade=allow");
  curlew_easy_setopt(curl, CURLOPT_RESOLVE, visitor.names);
  if(credential->auth)
    curlew_easy_setopt(curl, CURLOPT_HTTPAUTH, credential->auth);
  if(credential->option)
    curlew_easy_setopt(curl, credential->option, credential->value);
  if(credential->option2)
    curlew_easy_setopt(curl, credential->option2, credential->value2);
  if(credential->line) {
    visitor.fields = curl_slist_append(NULL, credential->line);
    curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, visitor.fields);
  }
  return visitor;
}

static void visitor_free(struct visitor *visitor)
{
  curlew_easy_cleanup(visitor->curl);
  curl_slist_free_all(visitor->names);
  curl_slist_free_all(visitor->fields);
}

/* The URL of one end of a way, without userinfo. */
static const char *there(const struct visitor *visitor, enum wire_port port,
                         const char *host)
{
  return wire_url_on(visitor->wire, port, host,
                     wire_text(visitor->wire, "/script/%s/there",
                               visitor->key), NULL);
}

/* Begins at |way|'s first end, where |steps| are given. */
static void begin(const struct visitor *visitor, const struct way *way,
                  const char *const *steps)
{
  const char *info = visitor->credential->userinfo;
  const char *host = wire_text(visitor->wire, "%s%s", info ? info : "",
                               way->from_host);
  const struct answer answer = caller_perform(
    visitor->curl,
    wire_url_on(visitor->wire, way->from, host,
                wire_text(visitor->wire, "/script/%s", visitor->key), steps));

  if(answer.result || answer.status != 200)
    fail_msg("%s to %s: %d, %ld", visitor->credential->name, way->name,
             (int)answer.result, answer.status);
}

static void assert_shown(const struct visitor *visitor, const struct way *way,
                         unsigned n, bool is_shown)
{
  const struct credential *credential = visitor->credential;
  const char *value =
    wire_header(visitor->wire, visitor->key, n, credential->field);

  assert_non_null(wire_field(visitor->wire, visitor->key, n, "method"));
  if((value && strstr(value, credential->part)) != is_shown)
    fail_msg("%s to %s: request %u has \"%s\"", credential->name, way->name,
             n, value ? value : "nothing");
  if(!is_shown && value)
    fail_msg("%s to %s: request %u has \"%s\"", credential->name, way->name,
             n, value);
}

/* Goes along |way|, and begins again: whether the first hop has it, that the
   others are as they must be. */
static void walk(struct wire *wire, const struct credential *credential,
                 const struct way *way, bool is_kept, bool is_unrestricted)
{
  struct visitor visitor = visitor_new(wire, credential);
  const char *to = there(&visitor, way->to, way->to_host);

  if(is_unrestricted)
    curlew_easy_setopt(visitor.curl, CURLOPT_UNRESTRICTED_AUTH, 1L);
  begin(&visitor, way,
        STEPS(wire_text(wire, "302;Location=%s", to), "200"));
  begin(&visitor, way, NULL);

  assert_int_equal(wire_count(wire, visitor.key), 3);
  assert_shown(&visitor, way, 1, true);
  assert_shown(&visitor, way, 2, is_kept);
  assert_shown(&visitor, way, 3, true);
  visitor_free(&visitor);
}

static void credentials_stay_on_the_same_origin(void **state)
{
  for(size_t i = 0; i < COUNT(credentials); i++) {
    walk(*state, &credentials[i], &same, true, false);
    walk(*state, &credentials[i], &same_name, true, false);
  }
}

static void no_credential_goes_to_another_origin(void **state)
{
  for(size_t i = 0; i < COUNT(credentials); i++)
    for(size_t j = 0; j < COUNT(aways); j++)
      walk(*state, &credentials[i], &aways[j], false, false);
}

static void unrestricted_auth_keeps_all_of_them(void **state)
{
  for(size_t i = 0; i < COUNT(credentials); i++)
    for(size_t j = 0; j < COUNT(aways); j++)
      walk(*state, &credentials[i], &aways[j], true, true);
}

static void what_was_dropped_does_not_come_back_with_the_origin(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(credentials); i++)
    for(size_t j = 0; j < COUNT(aways); j++) {
      const struct way *way = &aways[j];
      struct visitor visitor = visitor_new(wire, &credentials[i]);
      const char *to = there(&visitor, way->to, way->to_host);
      const char *back = there(&visitor, way->from, way->from_host);

      begin(&visitor, way,
            STEPS(wire_text(wire, "302;Location=%s", to),
                  wire_text(wire, "302;Location=%s", back),
                  "302;Location=elsewhere", "200"));
      begin(&visitor, way, NULL);

      assert_int_equal(wire_count(wire, visitor.key), 5);
      assert_shown(&visitor, way, 1, true);
      assert_shown(&visitor, way, 2, false);
      assert_shown(&visitor, way, 3, false);
      assert_shown(&visitor, way, 4, false);
      assert_shown(&visitor, way, 5, true);
      visitor_free(&visitor);
    }
}

static void a_retry_on_the_hop_does_not_bring_them_back(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(credentials); i++) {
    const struct way *way = &aways[0];
    struct visitor visitor = visitor_new(wire, &credentials[i]);
    const char *to = there(&visitor, way->to, way->to_host);

    begin(&visitor, way,
          STEPS("503", wire_text(wire, "302;Location=%s", to), "503", "503",
                "200"));
    assert_int_equal(wire_count(wire, visitor.key), 5);
    assert_shown(&visitor, way, 2, true);
    assert_shown(&visitor, way, 4, false);
    assert_shown(&visitor, way, 5, false);
    visitor_free(&visitor);
  }
}

/* As for a live hop, though the first origin is not asked. */
static void credentials_do_not_go_to_a_remembered_target(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(credentials); i++)
    for(size_t j = 0; j < COUNT(aways); j++) {
      const struct way *way = &aways[j];
      struct visitor visitor = visitor_new(wire, &credentials[i]);
      const char *to = there(&visitor, way->to, way->to_host);
      const char *const *steps =
        STEPS(wire_text(wire, "301;Location=%s", to), "200");

      begin(&visitor, way, steps);
      begin(&visitor, way, steps);
      begin(&visitor, way, NULL);

      assert_int_equal(wire_count(wire, visitor.key), 4);
      assert_int_equal(wire_number(wire, visitor.key, 3, "port"),
                       wire->port[way->to]);
      assert_shown(&visitor, way, 2, false);
      assert_shown(&visitor, way, 3, false);
      assert_shown(&visitor, way, 4, true);
      visitor_free(&visitor);
    }
}

static void https_to_http_is_refused_unless_the_policy_allows_it(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(credentials); i++) {
    struct visitor visitor = visitor_new(wire, &credentials[i]);
    const char *to = there(&visitor, WIRE_PLAIN, "127.0.0.1");
    const char *url =
      wire_url(wire, WIRE_TLS, wire_text(wire, "/script/%s", visitor.key),
               STEPS(wire_text(wire, "301;Location=%s", to), "200"));

    caller_set(wire, visitor.curl, NULL);
    curlew_easy_setopt(visitor.curl, CURLOPT_FOLLOWLOCATION, 1L);
    const struct answer answer = caller_perform(visitor.curl, url);
    assert_int_equal(answer.result, CURLE_UNSUPPORTED_PROTOCOL);
    assert_int_equal(answer.status, 301);
    assert_string_equal(caller_end(visitor.curl), "downgrade-refused");
    assert_int_equal(wire_count(wire, visitor.key), 1);
    visitor_free(&visitor);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(credentials_stay_on_the_same_origin),
    cmocka_unit_test(no_credential_goes_to_another_origin),
    cmocka_unit_test(unrestricted_auth_keeps_all_of_them),
    cmocka_unit_test(what_was_dropped_does_not_come_back_with_the_origin),
    cmocka_unit_test(a_retry_on_the_hop_does_not_bring_them_back),
    cmocka_unit_test(credentials_do_not_go_to_a_remembered_target),
    cmocka_unit_test(https_to_http_is_refused_unless_the_policy_allows_it),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
