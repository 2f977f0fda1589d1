/* Tests of permanent redirects that are remembered, over real HTTP. */

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

/* /script/KEY says |first|, whose ~ is the target: /script/KEYto on the other
   port, which says |then|. */
struct move {
  struct wire *wire;
  const char *key;
  const char *from;
  const char *to_key;
};

static struct move move_new(struct wire *wire, const char *key,
                            const char *first, const char *const *then)
{
  struct move move = {.wire = wire, .key = key,
                      .to_key = wire_text(wire, "%sto", key)};
  const char *to =
    wire_url(wire, WIRE_PLAIN_B, wire_text(wire, "/script/%s", move.to_key),
             then);
  const char *step = "";

  for(; *first; first++)
    if(*first == '~')
      step = wire_text(wire, "%s%s", step, wire_quote(wire, to));
    else
      step = wire_text(wire, "%s%c", step, *first);
  move.from = wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key),
                       STEPS(step));
  return move;
}

/* How often the first URL and the target have been asked. */
static void assert_asked(const struct move *move, unsigned first,
                         unsigned target)
{
  const unsigned a = wire_count(move->wire, move->key);
  const unsigned b = wire_count(move->wire, move->to_key);
  if(a != first || b != target)
    fail_msg("%s: asked %u and %u times, not %u and %u", move->key, a, b,
             first, target);
}

static void get(CURL *curl, const struct move *move)
{
  const struct answer answer = caller_perform(curl, move->from);
  if(answer.result || answer.status != 200)
    fail_msg("%s: %d, %ld, %s", move->key, (int)answer.result, answer.status,
             caller_end(curl));
}

static void a_permanent_redirect_is_remembered_by_the_handle(void **state)
{
  static const char *const steps[] = {"301;Location=~", "308;Location=~"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(steps); i++)
    for(long head = 0; head < 2; head++) {
      const struct move move =
        move_new(wire, wire_text(wire, "permanent%zu-%ld", i, head), steps[i],
                 NULL);
      CURL *curl = caller_new(wire, NULL);
      const char *url = NULL;
      long redirects = 0;

      curlew_easy_setopt(curl, CURLOPT_NOBODY, head);
      get(curl, &move);
      assert_asked(&move, 1, 1);
      get(curl, &move);
      assert_asked(&move, 1, 2);
      assert_string_equal(caller_cause(curl, 1), "remembered");
      curlew_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &url);
      assert_has(url, move.to_key);
      curlew_easy_getinfo(curl, CURLINFO_REDIRECT_COUNT, &redirects);
      assert_int_equal(redirects, 0);

      /* by that one alone, and not past its own way to ask */
      CURL *other = curlew_easy_duphandle(curl);
      get(other, &move);
      assert_asked(&move, 2, 3);
      curlew_easy_cleanup(other);
      curlew_easy_reset(curl);
      caller_set(wire, curl, NULL);
      get(curl, &move);
      assert_asked(&move, 2, 4);
      curlew_easy_cleanup(curl);
    }
}

static void a_get_and_a_head_know_of_it_together(void **state)
{
  struct wire *wire = *state;
  const struct move move = move_new(wire, "both", "301;Location=~", NULL);
  CURL *curl = caller_new(wire, NULL);

  curlew_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  get(curl, &move);
  curlew_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
  get(curl, &move);
  assert_asked(&move, 1, 2);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "asks for itself");
  get(curl, &move);
  assert_asked(&move, 2, 3);
  curlew_easy_cleanup(curl);
}

static void others_are_not(void **state)
{
  static const char *const steps[] = {
    "302;Location=~", "303;Location=~", "307;Location=~",
    "301;Location=~;Cache-Control=no-store",
    "301;Location=~;Cache-Control=public, no-cache",
    "308;Location=~;Cache-Control=max-age=0",
    "301;Location=~;Cache-Control=NO-STORE, max-age=60",
    "301;Location=~;Expires=@-10", "301;Location=~;Expires=0",
    "301;Location=~;Cache-Control=max-age=60;Age=60",
    "301;Location=~;Cache-Control=public;Cache-Control=no-store"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(steps); i++) {
    const struct move move =
      move_new(wire, wire_text(wire, "not%zu", i), steps[i], NULL);
    CURL *curl = caller_new(wire, NULL);
    get(curl, &move);
    get(curl, &move);
    assert_asked(&move, 2, 2);
    curlew_easy_cleanup(curl);
  }
}

static void nor_is_the_answer_to_a_post(void **state)
{
  static const char *const steps[] = {"301;Location=~", "308;Location=~"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(steps); i++) {
    const struct move move =
      move_new(wire, wire_text(wire, "post%zu", i), steps[i], NULL);
    CURL *curl = caller_new(wire, NULL);
    curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "x");
    get(curl, &move);
    curlew_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    get(curl, &move);
    assert_asked(&move, 2, 2);
    curlew_easy_cleanup(curl);
  }
}

static void the_server_bounds_for_how_long(void **state)
{
  static const char *const steps[] = {
    "301;Location=~;Cache-Control=max-age=1", "308;Location=~;Expires=@+1",
    "301;Location=~;Cache-Control=max-age=61;Age=60"};
  struct wire *wire = *state;
  struct move moves[COUNT(steps)];
  CURL *curl = caller_new(wire, NULL);

  for(size_t i = 0; i < COUNT(steps); i++) {
    moves[i] = move_new(wire, wire_text(wire, "bound%zu", i), steps[i], NULL);
    get(curl, &moves[i]);
    get(curl, &moves[i]);
    assert_asked(&moves[i], 1, 2);
  }
  /* a redirect that asks to wait a second: that is as good as a sleep */
  (void)caller_perform(curl, wire_url(wire, WIRE_PLAIN, "/script/sleep",
                                      STEPS("302;Location=?b;Retry-After=1",
                                            "200;delay=50")));
  for(size_t i = 0; i < COUNT(steps); i++) {
    get(curl, &moves[i]);
    assert_asked(&moves[i], 2, 3);
  }
  curlew_easy_cleanup(curl);
}

static void a_target_that_fails_is_forgotten(void **state)
{
  static const char *const fails[] = {"404", "410", "500", "close", "403",
                                      "503", "reset"};
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(fails); i++) {
    const char *key = wire_text(wire, "fails%zu", i);
    const char *to = wire_url(wire, WIRE_PLAIN_B,
                              wire_text(wire, "/script/%sto", key),
                              STEPS("200", fails[i]));
    const char *url = wire_url(wire, WIRE_PLAIN,
                               wire_text(wire, "/script/%s", key),
                               STEPS(wire_text(wire, "301;Location=%s",
                                               wire_quote(wire, to)),
                                     "200;body=back"));
    CURL *curl = caller_new(wire, "limits.attempts=1");

    assert_int_equal(caller_perform(curl, url).status, 200);
    const struct answer answer = caller_perform(curl, url);
    assert_int_equal(answer.result, CURLE_OK);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "back");
    assert_string_equal(caller_cause(curl, 1), "remembered");
    assert_string_equal(caller_cause(curl, 2), "forgotten");
    assert_int_equal(wire_count(wire, key), 2);
    curlew_easy_cleanup(curl);
  }
}

static void a_target_that_nobody_listens_at_is_forgotten(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  const char *gone = wire_url(wire, WIRE_REFUSED, "/gone", NULL);
  const char *url =
    wire_url(wire, WIRE_PLAIN, "/script/gone",
             STEPS(wire_text(wire, "301;Location=%s", gone), "200;body=back"));

  caller_set(wire, curl, "limits.attempts=1");
  assert_int_equal(caller_perform(curl, url).result, CURLE_COULDNT_CONNECT);
  const struct answer answer = caller_perform(curl, url);
  assert_int_equal(answer.result, CURLE_OK);
  assert_string_equal(answer.body, "back");
  assert_string_equal(caller_cause(curl, 1), "remembered");
  assert_string_equal(caller_cause(curl, 2), "forgotten");
  assert_string_equal(caller_perform(curl, url).body, "back");
  assert_int_equal(curlew_easy_outcome(curl)->count, 1);
  curlew_easy_cleanup(curl);
}

static void credentials_are_back_when_the_original_is_asked_again(
  void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, "limits.attempts=1");
  const char *gone = wire_url(wire, WIRE_REFUSED, "/gone", NULL);
  const char *url =
    wire_url(wire, WIRE_PLAIN, "/script/home",
             STEPS(wire_text(wire, "301;Location=%s", gone), "200"));

  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
  curlew_easy_setopt(curl, CURLOPT_COOKIE, "a=1");
  (void)caller_perform(curl, url);
  assert_int_equal(caller_perform(curl, url).status, 200);
  assert_non_null(wire_header(wire, "home", 2, "Authorization"));
  assert_non_null(wire_header(wire, "home", 2, "Cookie"));
  curlew_easy_cleanup(curl);
}

static void handles_know_together_what_they_share(void **state)
{
  struct wire *wire = *state;
  const struct move move = move_new(wire, "shared", "301;Location=~", NULL);
  struct curlew_share *share = curlew_share_new();
  CURL *one = caller_new(wire, NULL);
  CURL *two = caller_new(wire, NULL);

  curlew_easy_set_share(one, share);
  curlew_easy_set_share(two, share);
  get(one, &move);
  get(two, &move);
  assert_asked(&move, 1, 2);

  CURL *copy = curlew_easy_duphandle(two);
  get(copy, &move);
  assert_asked(&move, 1, 3);
  curlew_easy_cleanup(copy);

  curlew_share_clear(share);
  get(two, &move);
  assert_asked(&move, 2, 4);
  get(one, &move);
  assert_asked(&move, 2, 5);
  curlew_easy_set_share(one, NULL);
  get(one, &move);
  assert_asked(&move, 3, 6);
  curlew_easy_cleanup(one);
  curlew_share_unref(share);
  get(two, &move);
  assert_asked(&move, 3, 7);
  curlew_easy_cleanup(two);
}

static void who_wants_no_redirects_gets_the_redirect(void **state)
{
  struct wire *wire = *state;
  const struct move move = move_new(wire, "unwanted", "301;Location=~", NULL);
  CURL *curl = caller_new(wire, NULL);

  get(curl, &move);
  curlew_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  assert_int_equal(caller_perform(curl, move.from).status, 301);
  assert_asked(&move, 2, 1);
  curlew_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  get(curl, &move);
  assert_asked(&move, 2, 2);
  curlew_easy_setopt(curl, CURLOPT_MAXREDIRS, 0L);
  assert_int_equal(caller_perform(curl, move.from).result,
                   CURLE_TOO_MANY_REDIRECTS);
  assert_asked(&move, 3, 2);
  curlew_easy_cleanup(curl);
}

static void another_port_is_another_url(void **state)
{
  struct wire *wire = *state;
  CURL *curl = caller_new(wire, NULL);
  const char *step = wire_quote(wire, "301;Location=/script/ports/b");
  const char *url = wire_text(wire, "http://127.0.0.1/script/ports?do=%s"
                                    "&do=200&do=200", step);

  for(int port = WIRE_PLAIN; port <= WIRE_PLAIN_B; port++) {
    curlew_easy_setopt(curl, CURLOPT_PORT, (long)wire->port[port]);
    assert_int_equal(caller_perform(curl, url).status, 200);
    assert_string_equal(caller_cause(curl, 1), "first");
  }
  assert_int_equal(wire_count(wire, "ports"), 3);
  curlew_easy_setopt(curl, CURLOPT_PORT, (long)wire->port[WIRE_PLAIN]);
  assert_int_equal(caller_perform(curl, url).status, 200);
  assert_string_equal(caller_cause(curl, 1), "remembered");
  assert_int_equal(wire_number(wire, "ports", 4, "port"),
                   wire->port[WIRE_PLAIN]);
  curlew_easy_cleanup(curl);
}

/* What one handle sends, another that shares with it does not. */
static void no_secret_leaks_through_a_share(void **state)
{
  struct wire *wire = *state;
  struct curlew_share *share = curlew_share_new();
  CURL *one = caller_new(wire, NULL);
  CURL *two = caller_new(wire, NULL);
  const char *to = wire_url(wire, WIRE_PLAIN_B, "/script/leak/b", NULL);
  const char *steps[] = {wire_text(wire, "301;Location=%s", to), "200", NULL};
  const char *user = wire_url_on(wire, WIRE_PLAIN, "user:secret@127.0.0.1",
                                 "/script/leak", steps);
  const char *nobody = wire_url(wire, WIRE_PLAIN, "/script/leak", steps);

  curlew_easy_set_share(one, share);
  curlew_easy_set_share(two, share);
  curlew_easy_setopt(one, CURLOPT_UNRESTRICTED_AUTH, 1L);
  assert_int_equal(caller_perform(one, user).status, 200);
  assert_non_null(wire_header(wire, "leak", 2, "Authorization"));

  /* neither to who gives the same password but trusts nobody else with it */
  assert_int_equal(caller_perform(two, user).status, 200);
  assert_string_equal(caller_cause(two, 1), "remembered");
  assert_null(wire_header(wire, "leak", 3, "Authorization"));
  /* nor to who has none */
  assert_int_equal(caller_perform(two, nobody).status, 200);
  assert_null(wire_header(wire, "leak", 4, "Authorization"));
  curlew_easy_cleanup(one);
  curlew_easy_cleanup(two);
  curlew_share_unref(share);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_permanent_redirect_is_remembered_by_the_handle),
    cmocka_unit_test(a_get_and_a_head_know_of_it_together),
    cmocka_unit_test(others_are_not),
    cmocka_unit_test(nor_is_the_answer_to_a_post),
    cmocka_unit_test(the_server_bounds_for_how_long),
    cmocka_unit_test(a_target_that_fails_is_forgotten),
    cmocka_unit_test(a_target_that_nobody_listens_at_is_forgotten),
    cmocka_unit_test(credentials_are_back_when_the_original_is_asked_again),
    cmocka_unit_test(handles_know_together_what_they_share),
    cmocka_unit_test(who_wants_no_redirects_gets_the_redirect),
    cmocka_unit_test(another_port_is_another_url),
    cmocka_unit_test(no_secret_leaks_through_a_share),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
