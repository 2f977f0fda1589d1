/* Tests of applications that pause in their callbacks: at whichever call they
   do, in the end they have seen the same. Not with trailers: libcurl 7.88
   itself then has no place for all that comes meanwhile, and says
   CURLE_OUT_OF_MEMORY now and then. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api.h"

enum {
  FOLLOW = 1,    /* CURLOPT_FOLLOWLOCATION */
  HEADER = 2,    /* CURLOPT_HEADER */
  ONLY_BODY = 4, /* no header callback */
  BODILESS = 8   /* CURLOPT_NOBODY */
};

static void transfer(const struct api *api, struct wire *wire, const char *url,
                     unsigned how, struct view *view)
{
  CURL *curl = api_new(api, wire);

  view_attach(api, curl, view);
  api->setopt(curl, CURLOPT_FOLLOWLOCATION, how & FOLLOW ? 1L : 0L);
  api->setopt(curl, CURLOPT_HEADER, how & HEADER ? 1L : 0L);
  if(how & ONLY_BODY) {
    api->setopt(curl, CURLOPT_HEADERFUNCTION, NULL);
    api->setopt(curl, CURLOPT_HEADERDATA, NULL);
  }
  if(how & BODILESS)
    api->setopt(curl, CURLOPT_NOBODY, 1L);
  view_perform(api, curl, url, view);
  api->cleanup(curl);
}

/* Whichever call pauses, curlew shows of |steps| what libcurl, unpaused, shows
   of |alone|. */
static void check(struct wire *wire, const char *name,
                  const char *const *steps, const char *const *alone,
                  unsigned how)
{
  const char *path = wire_text(wire, "/script/%s", name);
  struct view expected = {.pause_at = 0};
  struct view given = {.calls = 1};

  transfer(
    &api_plain, wire,
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "%s-alone", path), alone), how,
    &expected);
  for(unsigned n = 1; n <= given.calls + 1; n++) {
    given.pause_at = n;
    transfer(
      &api_curlew, wire,
      wire_url(wire, WIRE_PLAIN, wire_text(wire, "%s-%u", path, n), steps),
      how, &given);
    assert_same_view(&given, &expected);
  }
  assert_true(given.calls);

  given.stutters = true;
  transfer(
    &api_curlew, wire,
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "%s-stutter", path), steps),
    how, &given);
  assert_same_view(&given, &expected);
}

#define BUSY   "503;nodate;body=busy"
#define OK     "200;nodate;body=fine;X-Last=1"
#define HOP(n) "302;nodate;body=hop;Location=?" #n

static void a_pause_in_a_passed_response_loses_nothing(void **state)
{
  check(*state, "passed", STEPS(OK), STEPS(OK), 0);
  check(*state, "passed-body", STEPS(OK), STEPS(OK), ONLY_BODY);
  check(*state, "passed-header", STEPS(OK), STEPS(OK), HEADER);
  check(*state, "passed-only-header", STEPS(OK), STEPS(OK),
        HEADER | ONLY_BODY);
}

static void a_pause_after_a_retry_loses_nothing(void **state)
{
  check(*state, "retried", STEPS(BUSY, OK), STEPS(OK), 0);
  check(*state, "retried-body", STEPS(BUSY, OK), STEPS(OK), ONLY_BODY);
  check(*state, "retried-header", STEPS(BUSY, OK), STEPS(OK), HEADER);
}

static void a_pause_at_the_head_of_a_hop_loses_nothing(void **state)
{
  check(*state, "hops", STEPS(HOP(b), HOP(c), OK), STEPS(HOP(b), HOP(c), OK),
        FOLLOW);
  check(*state, "hops-header", STEPS(HOP(b), HOP(c), OK),
        STEPS(HOP(b), HOP(c), OK), FOLLOW | HEADER);
  check(*state, "hops-busy", STEPS(HOP(b), BUSY, OK), STEPS(HOP(b), OK),
        FOLLOW);
}

static void a_pause_midway_through_held_heads_goes_on_at_that_line(
  void **state)
{
  static const char gone[] =
    "404;nodate;body=gone;interim=103|Link: </a>|X-Hint: 1;interim=102";
  static const char busy[] =
    "503;nodate;body=busy;Retry-After=999;interim=103|Link: </b>;X-Many=1";
  check(*state, "held", STEPS(gone), STEPS(gone), 0);
  check(*state, "held-header", STEPS(gone), STEPS(gone), HEADER);
  check(*state, "held-busy", STEPS(busy), STEPS(busy), 0);
  check(*state, "held-busy-header", STEPS(busy), STEPS(busy), HEADER);
}

static void a_pause_before_an_empty_body_loses_nothing(void **state)
{
  static const char empty[] = "200;nodate;body=";
  static const char busy[] = "503;nodate;body=;Retry-After=999";
  check(*state, "empty", STEPS(BUSY, empty), STEPS(empty), 0);
  check(*state, "empty-busy", STEPS(busy), STEPS(busy), 0);
  check(*state, "empty-hop",
        STEPS("302;nodate;body=;Location=?b;X-Hop=1", empty),
        STEPS("302;nodate;body=;Location=?b;X-Hop=1", empty), FOLLOW);
  check(*state, "head", STEPS(BUSY, OK), STEPS(OK), BODILESS);
  check(*state, "head-hop", STEPS(HOP(b), OK), STEPS(HOP(b), OK),
        BODILESS | FOLLOW);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_pause_in_a_passed_response_loses_nothing),
    cmocka_unit_test(a_pause_after_a_retry_loses_nothing),
    cmocka_unit_test(a_pause_at_the_head_of_a_hop_loses_nothing),
    cmocka_unit_test(a_pause_midway_through_held_heads_goes_on_at_that_line),
    cmocka_unit_test(a_pause_before_an_empty_body_loses_nothing),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
