/* Tests of where a response goes: through each combination of the options that
   say so, curlew delivers what libcurl would of the last response alone. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "api.h"

#define BUSY "503;nodate;body=busy;X-First=1"

/* What went to one transfer's callbacks and files. */
struct sinks {
  struct view view;
  FILE *body;
  FILE *heads;
  FILE *out; /* in the place of stdout */
};

/* One way to say where a response goes. */
typedef void(outlet_fn)(const struct api *api, CURL *curl,
                        struct sinks *sinks);

static void to_a_callback(const struct api *api, CURL *curl,
                          struct sinks *sinks)
{
  api->setopt(curl, CURLOPT_WRITEFUNCTION, view_take_body);
  api->setopt(curl, CURLOPT_WRITEDATA, &sinks->view);
}

static void to_a_file(const struct api *api, CURL *curl, struct sinks *sinks)
{
  api->setopt(curl, CURLOPT_WRITEDATA, sinks->body);
}

static void to_stdout(const struct api *api, CURL *curl, struct sinks *sinks)
{
  (void)api;
  (void)curl;
  (void)sinks;
}

static void to_a_callback_and_back(const struct api *api, CURL *curl,
                                   struct sinks *sinks)
{
  to_a_callback(api, curl, sinks);
  api->setopt(curl, CURLOPT_WRITEFUNCTION, NULL);
  api->setopt(curl, CURLOPT_WRITEDATA, stdout);
}

static void heads_nowhere(const struct api *api, CURL *curl,
                          struct sinks *sinks)
{
  to_stdout(api, curl, sinks);
}

static void heads_to_a_callback(const struct api *api, CURL *curl,
                                struct sinks *sinks)
{
  api->setopt(curl, CURLOPT_HEADERFUNCTION, view_take_head);
  api->setopt(curl, CURLOPT_HEADERDATA, &sinks->view);
}

/* Without a function they take the way of the body, with data of their own. */
static void heads_to_data_alone(const struct api *api, CURL *curl,
                                struct sinks *sinks)
{
  api->setopt(curl, CURLOPT_HEADERDATA, &sinks->view);
}

static void heads_to_a_file(const struct api *api, CURL *curl,
                            struct sinks *sinks)
{
  api->setopt(curl, CURLOPT_HEADERDATA, sinks->heads);
}

static void heads_with_the_body(const struct api *api, CURL *curl,
                                struct sinks *sinks)
{
  (void)sinks;
  api->setopt(curl, CURLOPT_HEADER, 1L);
}

static void heads_with_the_body_and_to_a_callback(const struct api *api,
                                                  CURL *curl,
                                                  struct sinks *sinks)
{
  heads_with_the_body(api, curl, sinks);
  heads_to_a_callback(api, curl, sinks);
}

static const struct {
  outlet_fn *body;
  outlet_fn *heads;
} outlets[] = {
  {to_a_callback, heads_nowhere},
  {to_a_callback, heads_to_a_callback},
  {to_a_callback, heads_to_data_alone},
  {to_a_callback, heads_with_the_body},
  {to_a_callback, heads_with_the_body_and_to_a_callback},
  {to_a_file, heads_nowhere},
  {to_a_file, heads_to_a_callback},
  {to_a_file, heads_to_a_file},
  {to_a_file, heads_with_the_body},
  {to_stdout, heads_nowhere},
  {to_stdout, heads_to_a_file},
  {to_stdout, heads_with_the_body_and_to_a_callback},
  {to_a_callback_and_back, heads_with_the_body},
};

#define OUTLETS (sizeof(outlets) / sizeof(outlets[0]))

static void open_sinks(struct sinks *sinks)
{
  memset(sinks, 0, sizeof(*sinks));
  sinks->body = tmpfile();
  sinks->heads = tmpfile();
  sinks->out = tmpfile();
  assert_true(sinks->body && sinks->heads && sinks->out);
}

static void close_sinks(struct sinks *sinks)
{
  fclose(sinks->body);
  fclose(sinks->heads);
  fclose(sinks->out);
}

static CURLcode perform_to(const struct api *api, CURL *curl, FILE *out)
{
  fflush(stdout);
  const int kept = dup(STDOUT_FILENO);
  assert_true(kept >= 0 && dup2(fileno(out), STDOUT_FILENO) >= 0);
  const CURLcode result = api->perform(curl);
  fflush(stdout);
  assert_true(dup2(kept, STDOUT_FILENO) >= 0);
  close(kept);
  return result;
}

/* The text of |file|; the pointer is good until the next call. */
static const char *text_of(FILE *file)
{
  static char text[4096];
  rewind(file);
  text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
  return text;
}

static void assert_same_file(struct wire *wire, FILE *given, FILE *expected)
{
  const char *text = wire_text(wire, "%s", text_of(expected));
  assert_string_equal(text_of(given), text);
}

/* One transfer of |url| by outlet |n|. */
static void transfer(const struct api *api, struct wire *wire, size_t n,
                     const char *url, long fails, struct sinks *sinks)
{
  CURL *curl = api_new(api, wire);

  open_sinks(sinks);
  outlets[n].body(api, curl, sinks);
  outlets[n].heads(api, curl, sinks);
  api->setopt(curl, CURLOPT_FAILONERROR, fails);
  api->setopt(curl, CURLOPT_URL, url);
  sinks->view.result = perform_to(api, curl, sinks->out);
  api->getinfo(curl, CURLINFO_RESPONSE_CODE, &sinks->view.status);
  api->cleanup(curl);
}

/* Through each outlet comes of |steps| what libcurl lets through of |last|
   alone. */
static void check(struct wire *wire, const char *name,
                  const char *const *steps, const char *last, long fails)
{
  for(size_t n = 0; n < OUTLETS; n++) {
    const char *path = wire_text(wire, "/script/%s-%u", name, (unsigned)n);
    const char *alone = wire_text(wire, "%s-alone", path);
    struct sinks given;
    struct sinks expected;
    transfer(&api_curlew, wire, n, wire_url(wire, WIRE_PLAIN, path, steps),
             fails, &given);
    transfer(&api_plain, wire, n,
             wire_url(wire, WIRE_PLAIN, alone, STEPS(last)), fails, &expected);

    assert_same_view(&given.view, &expected.view);
    assert_same_file(wire, given.body, expected.body);
    assert_same_file(wire, given.heads, expected.heads);
    assert_same_file(wire, given.out, expected.out);
    close_sinks(&given);
    close_sinks(&expected);
  }
}

static void a_response_that_is_passed_is_delivered_as_by_libcurl(void **state)
{
  static const char ok[] = "200;nodate;body=fine;X-Last=1";
  check(*state, "passed", STEPS(ok), ok, 0);
}

static void of_retried_attempts_nothing_is_seen(void **state)
{
  static const char ok[] = "200;nodate;body=fine;X-Last=1";
  check(*state, "retried", STEPS(BUSY, BUSY, ok), ok, 0);
}

static void of_hops_nothing_is_seen_where_nobody_asked_for_them(void **state)
{
  static const char ok[] = "200;nodate;body=fine;X-Last=1";
  check(*state, "hops", STEPS("302;Location=?b", BUSY, "307;Location=?c", ok),
        ok, 0);
}

static void an_empty_body_is_one(void **state)
{
  static const char none[] = "204;nodate";
  check(*state, "empty", STEPS(BUSY, none), none, 0);
}

static void chunks_and_trailers_come_through(void **state)
{
  static const char chunks[] =
    "200;nodate;chunked;body=in pieces;trailer=X-End: 1;trailer=X-Other: 2";
  check(*state, "chunks", STEPS(BUSY, chunks), chunks, 0);
  check(*state, "chunked-twice",
        STEPS("503;chunked;body=busy;trailer=X-No: 1", chunks), chunks, 0);
}

static void a_body_without_length_comes_through(void **state)
{
  static const char open[] = "200;nodate;nolength;body=until the end";
  check(*state, "open", STEPS("503;nolength;body=busy", open), open, 0);
}

static void an_answer_of_http_1_0_comes_through(void **state)
{
  static const char old[] = "200;nodate;http10;body=old";
  check(*state, "old", STEPS("503;http10;body=busy", old), old, 0);
}

static void the_last_failure_is_delivered_with_its_body(void **state)
{
  check(*state, "busy", STEPS(BUSY), BUSY, 0);
}

static void failonerror_ends_as_libcurl_has_it(void **state)
{
  static const char ok[] = "200;nodate;body=fine";
  static const char gone[] = "404;nodate;body=gone";
  check(*state, "fails-not", STEPS(BUSY, ok), ok, 1);
  check(*state, "fails-404", STEPS(gone), gone, 1);
  check(*state, "fails-503-404", STEPS(BUSY, gone), gone, 1);
  check(*state, "fails-503", STEPS(BUSY), BUSY, 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_response_that_is_passed_is_delivered_as_by_libcurl),
    cmocka_unit_test(of_retried_attempts_nothing_is_seen),
    cmocka_unit_test(of_hops_nothing_is_seen_where_nobody_asked_for_them),
    cmocka_unit_test(an_empty_body_is_one),
    cmocka_unit_test(chunks_and_trailers_come_through),
    cmocka_unit_test(a_body_without_length_comes_through),
    cmocka_unit_test(an_answer_of_http_1_0_comes_through),
    cmocka_unit_test(the_last_failure_is_delivered_with_its_body),
    cmocka_unit_test(failonerror_ends_as_libcurl_has_it),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
