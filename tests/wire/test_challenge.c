/* Tests of the credentials callback: what it is asked, how often, and what
   becomes of its answer. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "caller.h"

struct keeper {
  const char *userpwd; /* NULL: declines */
  CURLoption option;
  unsigned asked;
  unsigned status;
  char url[256];
  char authenticate[256];
};

static bool give(CURL *curl, const struct curlew_challenge *challenge,
                 void *user)
{
  struct keeper *keeper = user;

  keeper->asked++;
  keeper->status = challenge->status;
  snprintf(keeper->url, sizeof(keeper->url), "%s", challenge->url);
  snprintf(keeper->authenticate, sizeof(keeper->authenticate), "%s",
           challenge->authenticate);
  if(keeper->userpwd)
    assert_int_equal(curlew_easy_setopt(curl, keeper->option, keeper->userpwd),
                     CURLE_OK);
  return keeper->userpwd != NULL;
}

static CURL *asking(struct wire *wire, struct keeper *keeper)
{
  CURL *curl = caller_new(wire, NULL);
  if(!keeper->option)
    keeper->option = CURLOPT_USERPWD;
  assert_int_equal(curlew_easy_set_credentials(curl, give, keeper), CURLE_OK);
  return curl;
}

static struct answer get(struct wire *wire, CURL *curl, const char *path,
                         const char *const *steps)
{
  return caller_perform(curl, wire_url(wire, WIRE_PLAIN, path, steps));
}

static void granted_credentials_are_used_and_stay(void **state)
{
  struct wire *wire = *state;
  struct keeper keeper = {.userpwd = "user:secret"};
  CURL *curl = asking(wire, &keeper);

  struct answer answer =
    get(wire, curl, "/basic/granted", STEPS("200;body=in"));
  assert_int_equal(answer.status, 200);
  assert_string_equal(answer.body, "in");
  assert_null(strstr(answer.heads, "401"));
  assert_int_equal(keeper.asked, 1);
  assert_int_equal(keeper.status, 401);
  assert_has(keeper.url, "/basic/granted");
  assert_string_equal(keeper.authenticate, "Basic realm=\"curlew\"");
  assert_string_equal(caller_cause(curl, 2), "repaired");
  assert_int_equal(wire_count(wire, "granted"), 2);
  assert_int_equal(wire_connections(wire, "granted"), 1);

  answer = get(wire, curl, "/basic/granted", NULL);
  assert_int_equal(answer.status, 200);
  assert_int_equal(wire_count(wire, "granted"), 3);
  curlew_easy_cleanup(curl);
}

static void other_credentials_replace_those_that_were_refused(void **state)
{
  struct wire *wire = *state;
  struct keeper keeper = {.userpwd = "user:secret"};
  CURL *curl = asking(wire, &keeper);
  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:old");

  const struct answer answer =
    get(wire, curl, "/basic/other", STEPS("200;body=in"));
  assert_string_equal(answer.body, "in");
  assert_int_equal(keeper.asked, 1);
  curlew_easy_cleanup(curl);
}

static void a_post_is_sent_again_with_credentials(void **state)
{
  struct wire *wire = *state;
  struct keeper keeper = {.userpwd = "user:secret"};
  CURL *curl = asking(wire, &keeper);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");

  const struct answer answer =
    get(wire, curl, "/basic/post", STEPS("200;echo"));
  assert_string_equal(answer.body, "a=b");
  assert_int_equal(wire_count(wire, "post"), 2);
  curlew_easy_cleanup(curl);
}

static void a_token_can_be_given(void **state)
{
  static char text[] = "Authorization: Bearer secret";
  static struct curl_slist token = {.data = text};
  struct wire *wire = *state;
  struct keeper keeper = {.userpwd = (const char *)&token,
                          .option = CURLOPT_HTTPHEADER};
  CURL *curl = asking(wire, &keeper);

  const struct answer answer =
    get(wire, curl, "/bearer/token", STEPS("200;body=in"));
  assert_string_equal(answer.body, "in");
  assert_string_equal(wire_header(wire, "token", 2, "Authorization"),
                      "Bearer secret");
  curlew_easy_cleanup(curl);
}

static void a_callback_that_declines_has_the_401_delivered(void **state)
{
  struct wire *wire = *state;
  struct keeper keeper = {.userpwd = NULL};
  CURL *curl = asking(wire, &keeper);

  const struct answer answer = get(wire, curl, "/basic/declined", NULL);
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(answer.status, 401);
  assert_string_equal(answer.body, "401 Unauthorized\n");
  assert_has(answer.heads, "HTTP/1.1 401");
  assert_int_equal(keeper.asked, 1);
  assert_string_equal(caller_end(curl), "no-credentials");
  assert_int_equal(wire_count(wire, "declined"), 1);
  curlew_easy_cleanup(curl);
}

static void it_is_asked_once_an_operation(void **state)
{
  struct wire *wire = *state;
  struct keeper keeper = {.userpwd = "user:wrong"};
  CURL *curl = asking(wire, &keeper);

  for(unsigned n = 1; n <= 2; n++) {
    const struct answer answer = get(wire, curl, "/basic/wrong", NULL);
    assert_int_equal(answer.status, 401);
    assert_string_equal(answer.body, "401 Unauthorized\n");
    assert_string_equal(caller_end(curl), "once");
    assert_int_equal(keeper.asked, n);
    assert_int_equal(wire_count(wire, "wrong"), 2 * n);
  }
  curlew_easy_cleanup(curl);
}

static void nobody_is_asked_where_libcurl_can_answer(void **state)
{
  static const struct {
    const char *path;
    long auth;
    unsigned requests;
  } cases[] = {
    {"/digest/own-digest", CURLAUTH_DIGEST, 2},
    {"/basic/own-basic", CURLAUTH_BASIC, 1},
    {"/basic/own-any", (long)CURLAUTH_ANY, 2},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct keeper keeper = {.userpwd = "user:never"};
    CURL *curl = asking(wire, &keeper);
    curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
    curlew_easy_setopt(curl, CURLOPT_HTTPAUTH, cases[i].auth);
    const struct answer answer =
      get(wire, curl, cases[i].path, STEPS("200;body=in"));
    assert_string_equal(answer.body, "in");
    assert_int_equal(keeper.asked, 0);
    assert_int_equal(curlew_easy_outcome(curl)->attempts, 1);
    assert_int_equal(wire_count(wire, strchr(cases[i].path + 1, '/') + 1),
                     cases[i].requests);
    curlew_easy_cleanup(curl);
  }
}

static void it_is_asked_where_libcurls_own_answer_was_wrong(void **state)
{
  struct wire *wire = *state;
  struct keeper keeper = {.userpwd = "user:secret"};
  CURL *curl = asking(wire, &keeper);
  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:old");
  curlew_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_DIGEST);

  const struct answer answer =
    get(wire, curl, "/digest/renewed", STEPS("200;body=in"));
  assert_int_equal(keeper.asked, 1);
  assert_int_equal(answer.status, 200);
  assert_string_equal(answer.body, "in");
  assert_null(strstr(answer.heads, "401"));
  curlew_easy_cleanup(curl);
}

/* libcurl answered the 401 and heard nothing: its POST may have been
   processed, and nobody has refused those credentials. */
static void nobody_is_asked_where_libcurls_own_answer_was_lost(void **state)
{
  struct wire *wire = *state;
  struct keeper keeper = {.userpwd = "user:secret"};
  CURL *curl = asking(wire, &keeper);
  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:own");
  curlew_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_DIGEST);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");

  const struct answer answer =
    get(wire, curl, "/script/unheard",
        STEPS("401;WWW-Authenticate=Digest realm=\"x\", nonce=\"n\";close",
              "close", "200;body=twice"));
  assert_int_equal(answer.result, CURLE_GOT_NOTHING);
  assert_int_equal(keeper.asked, 0);
  assert_int_equal(wire_count(wire, "unheard"), 2);
  assert_string_equal(caller_end(curl), "method-not-repeatable");
  curlew_easy_cleanup(curl);
}

static void what_is_given_to_another_origin_is_undone(void **state)
{
  struct wire *wire = *state;
  struct keeper keeper = {.userpwd = "user:secret"};
  CURL *curl = asking(wire, &keeper);
  const char *there =
    wire_url(wire, WIRE_PLAIN_B, "/basic/there", STEPS("200;body=in"));
  const char *hop =
    wire_text(wire, "302;Location=%s", wire_quote(wire, there));

  struct answer answer =
    get(wire, curl, "/script/home", STEPS(hop, "200;body=home"));
  assert_string_equal(answer.body, "in");
  assert_has(keeper.url, "/basic/there");
  assert_null(strstr(keeper.url, "body"));

  answer = get(wire, curl, "/script/home", NULL);
  assert_string_equal(answer.body, "home");
  assert_null(wire_header(wire, "home", 2, "Authorization"));
  curlew_easy_cleanup(curl);
}

static void a_proxy_that_asks_is_answered_too(void **state)
{
  struct wire *wire = *state;
  struct keeper keeper = {.userpwd = "user:secret",
                          .option = CURLOPT_PROXYUSERPWD};
  CURL *curl = asking(wire, &keeper);
  curlew_easy_setopt(curl, CURLOPT_PROXY,
                     wire_url(wire, WIRE_PROXY, "", NULL));

  const struct answer answer = caller_perform(
    curl, wire_url_on(wire, WIRE_PLAIN, "far.curlew.test", "/script/proxied",
                      STEPS("407;Proxy-Authenticate=Basic realm=\"x\"",
                            "200;body=through")));
  assert_string_equal(answer.body, "through");
  assert_int_equal(keeper.status, 407);
  assert_string_equal(keeper.authenticate, "Basic realm=\"x\"");
  assert_non_null(wire_header(wire, "proxied", 2, "Proxy-Authorization"));
  curlew_easy_cleanup(curl);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(granted_credentials_are_used_and_stay),
    cmocka_unit_test(other_credentials_replace_those_that_were_refused),
    cmocka_unit_test(a_post_is_sent_again_with_credentials),
    cmocka_unit_test(a_token_can_be_given),
    cmocka_unit_test(a_callback_that_declines_has_the_401_delivered),
    cmocka_unit_test(it_is_asked_once_an_operation),
    cmocka_unit_test(nobody_is_asked_where_libcurl_can_answer),
    cmocka_unit_test(it_is_asked_where_libcurls_own_answer_was_wrong),
    cmocka_unit_test(nobody_is_asked_where_libcurls_own_answer_was_lost),
    cmocka_unit_test(what_is_given_to_another_origin_is_undone),
    cmocka_unit_test(a_proxy_that_asks_is_answered_too),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
