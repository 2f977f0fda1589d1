/* Tests of handles that are used again, copied, reset, or not curlew's. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "caller.h"

static struct answer get(struct wire *wire, CURL *curl, const char *key,
                         const char *const *steps)
{
  return caller_perform(
    curl,
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key), steps));
}

static char one_text[] = "X-One: 1";
static struct curl_slist one = {.data = one_text};

/* The headers of the nth request, without what is new in each. */
static const char *request(struct wire *wire, const char *key, unsigned n)
{
  return wire_text(wire, "%s %s\n%s%s", wire_field(wire, key, n, "method"),
                   wire_field(wire, key, n, "target"),
                   wire_field(wire, key, n, "headers"),
                   wire_field(wire, key, n, "body"));
}

static void the_next_perform_makes_the_same_requests(void **state)
{
  static const char *const hops[] = {"302;Location=?b", "303;Location=?b",
                                     "307;Location=?b"};
  struct wire *wire = *state;

  for(size_t i = 0; i < 2 * sizeof(hops) / sizeof(hops[0]); i++) {
    const char *key = wire_text(wire, "same-%u", (unsigned)i);
    const char *hop = hops[i / 2];
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &one);
    curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
    curlew_easy_setopt(curl, CURLOPT_COOKIE, "c=1");
    curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
    if(i % 2)
      curlew_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "DELETE");
    assert_int_equal(
      get(wire, curl, key, STEPS(hop, "429", "200", hop, "429", "200")).status,
      200);
    assert_int_equal(caller_again(curl).result, CURLE_OK);
    assert_int_equal(wire_count(wire, key), 6);
    for(unsigned n = 1; n <= 3; n++)
      assert_string_equal(request(wire, key, n + 3), request(wire, key, n));
    curlew_easy_cleanup(curl);
  }
}

static void options_may_change_between_performs(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
  get(wire, curl, "change", STEPS("303;Location=?b", "200"));
  curlew_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
  get(wire, curl, "change", NULL);
  curlew_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  get(wire, curl, "change", NULL);
  curlew_easy_setopt(curl, CURLOPT_NOBODY, 0L);
  get(wire, curl, "change", NULL);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "c=d");
  get(wire, curl, "change", NULL);

  static const char *const methods[] = {"POST", "GET", "GET",
                                        "HEAD", "GET", "POST"};
  for(unsigned n = 1; n <= 6; n++)
    assert_string_equal(wire_field(wire, "change", n, "method"),
                        methods[n - 1]);
  assert_string_equal(wire_field(wire, "change", 6, "body"), "c=d");
  curlew_easy_cleanup(curl);
}

static void a_copy_has_the_options_and_settings(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, "limits.attempts=2");
  curlew_easy_set_expect(curl, true);
  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &one);
  get(wire, curl, "original", STEPS("302;Location=?b", "503", "200"));
  CURL *copy = curlew_easy_duphandle(curl);
  curlew_easy_cleanup(curl);

  assert_non_null(copy);
  assert_null(curlew_easy_outcome(copy));
  assert_int_equal(get(wire, copy, "copy", STEPS("404")).status, 404);
  assert_string_equal(caller_end(copy), "attempts-exhausted");
  assert_int_equal(wire_count(wire, "copy"), 2);
  assert_string_equal(wire_header(wire, "copy", 2, "X-One"), "1");
  curlew_easy_cleanup(copy);
}

static void a_reset_handle_is_as_new(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, "limits.attempts=2; status.501=retry");
  curlew_easy_set_expect(curl, true);
  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &one);
  curlew_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
  get(wire, curl, "before", STEPS("307;Location=?b", "200"));
  curlew_easy_reset(curl);

  assert_null(curlew_easy_outcome(curl));
  const struct answer answer =
    get(wire, curl, "after", STEPS("501;body=no", "200"));
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 501);
  assert_string_equal(answer.body, "no");
  assert_string_equal(wire_field(wire, "after", 1, "method"), "GET");
  assert_null(wire_header(wire, "after", 1, "X-One"));
  assert_int_equal(get(wire, curl, "after-404", STEPS("404", "200")).status,
                   404);
  curlew_easy_cleanup(curl);
}

static void a_handle_of_libcurls_is_performed_as_it_is(void **state)
{
  static const char *const steps[] = {"503;body=1", "302;Location=?b;body=1",
                                      "401;body=1"};
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
    const char *key = wire_text(wire, "foreign-%u", (unsigned)i);
    CURL *curl = curl_easy_init();
    const struct answer answer =
      get(wire, curl, key, STEPS(steps[i], "200;body=2"));
    assert_int_equal(answer.result, CURLE_OK);
    assert_string_equal(answer.body, "1");
    assert_int_equal(wire_count(wire, key), 1);
    assert_null(curlew_easy_outcome(curl));
    assert_int_equal(curlew_easy_set_expect(curl, true),
                     CURLE_BAD_FUNCTION_ARGUMENT);
    curl_easy_cleanup(curl);
  }
}

static curl_socket_t count_sockets(void *user, curlsocktype purpose,
                                   struct curl_sockaddr *address)
{
  (void)purpose;
  (void)address;
  ++*(unsigned *)user;
  return CURL_SOCKET_BAD;
}

static void a_handle_of_libcurls_is_performed_again_if_it_cannot_connect(
  void **state)
{
  struct wire *wire = *state;
  unsigned sockets = 0;
  CURL *curl = curl_easy_init();
  curlew_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, count_sockets);
  curlew_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &sockets);

  const struct answer answer =
    caller_perform(curl, wire_url(wire, WIRE_REFUSED, "/", NULL));
  assert_int_equal(answer.result, CURLE_COULDNT_CONNECT);
  assert_int_equal(sockets, 4);
  curlew_easy_cleanup(curl);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_next_perform_makes_the_same_requests),
    cmocka_unit_test(options_may_change_between_performs),
    cmocka_unit_test(a_copy_has_the_options_and_settings),
    cmocka_unit_test(a_reset_handle_is_as_new),
    cmocka_unit_test(a_handle_of_libcurls_is_performed_as_it_is),
    cmocka_unit_test(
      a_handle_of_libcurls_is_performed_again_if_it_cannot_connect),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
