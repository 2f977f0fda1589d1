/* Tests of what curlew tells: no secret is in a trace, in an outcome, or in
   what the credentials callback is asked. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "caller.h"
#include "wire.h"

/* All that was told of an operation. */
struct diary {
  unsigned events;
  char text[32768];
};

static void note(struct diary *diary, const char *text)
{
  answer_append(diary->text, sizeof(diary->text), text, strlen(text));
  answer_append(diary->text, sizeof(diary->text), "\n", 1);
}

static void take_event(const struct curlew_event *event, void *user)
{
  struct diary *diary = user;
  char line[2048];

  assert_true(curlew_event_json(event, line, sizeof(line)) < sizeof(line));
  diary->events++;
  note(diary, line);
  if(event->url)
    note(diary, event->url);
}

/* Adds the rows of the outcome, and sees that nothing of it is a secret. */
static void assert_discreet(struct diary *diary, CURL *curl)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(curl);
  assert_non_null(outcome);
  assert_true(outcome->count > 0);
  assert_true(diary->events >= 2 * outcome->count + 1);
  for(size_t i = 0; i < outcome->count; i++)
    note(diary, outcome->attempt[i].url);

  if(strstr(diary->text, "secret"))
    fail_msg("told: %s", diary->text);
}

static CURL *caller_with_diary(struct wire *wire, struct diary *diary)
{
  CURL *curl = caller_new(wire, "redirect.downgrade=allow");
  *diary = (struct diary){.events = 0};
  curlew_easy_set_trace(curl, take_event, diary);
  return curl;
}

/* Everything that can be a secret, over hops, retries and a refusal. */
static void operate(struct wire *wire, CURL *curl, const char *key,
                    const char *last)
{
  const char *path = wire_text(wire, "/script/%s", key);
  const char *hop = wire_url_on(wire, WIRE_TLS, "secret0:secret1@localhost",
                                path, NULL);
  const char *back = wire_url(wire, WIRE_PLAIN, path, NULL);
  const char *url = wire_url_on(
    wire, WIRE_PLAIN, "secret2:secret3@127.0.0.1",
    wire_text(wire, "%s?token=secret4&secret5", path),
    STEPS("503;Set-Cookie=id=secret6",
          wire_text(wire, "301;Location=%s?code=secret7#secret8", hop),
          wire_text(wire, "307;Location=%s?a=secret9&b;Retry-After=0", back),
          last));

  (void)caller_perform(curl, wire_text(wire, "%s#secret10", url));
}

static void no_secret_is_told_of_any_attempt(void **state)
{
  static const char *const ends[] = {
    "200", "404", "close", "302;Location=ftp://secret@x.test/?x=secret",
    "302;Location=http://secret:secret@:x/?secret", "200;size=9;cut=3",
    "302;Location=?code=secret#secret"};
  struct wire *wire = *state;
  struct curl_slist *fields =
    curl_slist_append(NULL, "Authorization: secret");
  fields = curl_slist_append(fields, "X-Api-Key: secret");

  for(size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
    for(long follow = 0; follow < 2; follow++) {
      struct diary diary;
      CURL *curl = caller_with_diary(wire, &diary);
      curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
      curlew_easy_setopt(curl, CURLOPT_COOKIE, "id=secret");
      curlew_easy_setopt(curl, CURLOPT_COOKIEFILE, "");
      curlew_easy_setopt(curl, CURLOPT_REFERER, "http://x.test/?secret");
      if(follow)
        curlew_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
      operate(wire, curl, wire_text(wire, "s%zu-%ld", i, follow), ends[i]);
      assert_true(curlew_easy_outcome(curl)->count >= 4);
      assert_discreet(&diary, curl);
      curlew_easy_cleanup(curl);
    }
  curl_slist_free_all(fields);
}

static void what_is_told_still_names_the_place(void **state)
{
  struct wire *wire = *state;
  struct diary diary;
  CURL *curl = caller_with_diary(wire, &diary);
  const char *url = wire_url(wire, WIRE_PLAIN, "/script/place?a=secret&b=2",
                             NULL);

  (void)caller_perform(curl, url);
  assert_has(diary.text, wire_url(wire, WIRE_PLAIN, "/script/place?a=*&b=*",
                                  NULL));
  assert_discreet(&diary, curl);
  curlew_easy_cleanup(curl);
}

static void nothing_is_told_of_an_operation_that_fails_at_once(void **state)
{
  static const char *const urls[] = {
    "http://secret:secret@[::/?secret", "//secret:secret@:70000/?secret",
    "http://127.0.0.1:1/ secret?x=secret", "secret",
    "nonsense://secret:secret@x.test/?secret", "ftp://secret@127.0.0.1:1/?x"};
  struct wire *wire = *state;

  for(size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
    struct diary diary;
    CURL *curl = caller_with_diary(wire, &diary);
    curlew_easy_setopt(curl, CURLOPT_PROXY, "http://x:secret@127.0.0.1:1");
    assert_int_not_equal(caller_perform(curl, urls[i]).result, CURLE_OK);
    const struct curlew_outcome *outcome = curlew_easy_outcome(curl);
    assert_non_null(outcome);
    for(size_t j = 0; j < outcome->count; j++)
      note(&diary, outcome->attempt[j].url);
    if(strstr(diary.text, "secret:") || strstr(diary.text, "x=secret") ||
       strstr(diary.text, "?secret"))
      fail_msg("%s is told as %s", urls[i], diary.text);
    curlew_easy_cleanup(curl);
  }
}

struct question {
  unsigned count;
  char url[1024];
};

static bool ask(CURL *curl, const struct curlew_challenge *challenge,
                void *user)
{
  struct question *question = user;

  question->count++;
  answer_append(question->url, sizeof(question->url), challenge->url,
                strlen(challenge->url));
  curlew_easy_setopt(curl, CURLOPT_USERPWD, "user:secret");
  return true;
}

static void the_credentials_callback_is_told_none(void **state)
{
  struct wire *wire = *state;
  struct diary diary;
  struct question question = {.count = 0};
  CURL *curl = caller_with_diary(wire, &diary);

  curlew_easy_set_credentials(curl, ask, &question);
  const struct answer answer = caller_perform(
    curl, wire_url_on(wire, WIRE_PLAIN, "user:secret0@127.0.0.1",
                      "/basic/asked?token=secret", NULL));
  assert_int_equal(answer.result, CURLE_OK);
  assert_int_equal(question.count, 1);
  assert_null(strstr(question.url, "secret"));
  assert_discreet(&diary, curl);
  curlew_easy_cleanup(curl);
}

/* The log of a share's other users shows nothing of this one. */
static void a_remembered_redirect_tells_none(void **state)
{
  struct wire *wire = *state;
  struct curlew_share *share = curlew_share_new();
  const char *to = wire_url_on(wire, WIRE_PLAIN_B, "secret:secret@127.0.0.1",
                               "/script/told/b?x=secret", NULL);
  const char *url =
    wire_url(wire, WIRE_PLAIN, "/script/told?x=secret",
             STEPS(wire_text(wire, "301;Location=%s", to), "200"));

  for(unsigned i = 0; i < 2; i++) {
    struct diary diary;
    CURL *curl = caller_with_diary(wire, &diary);
    curlew_easy_set_share(curl, share);
    assert_int_equal(caller_perform(curl, url).status, 200);
    assert_discreet(&diary, curl);
    curlew_easy_cleanup(curl);
  }
  assert_int_equal(wire_count(wire, "told"), 3);
  curlew_share_unref(share);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(no_secret_is_told_of_any_attempt),
    cmocka_unit_test(what_is_told_still_names_the_place),
    cmocka_unit_test(nothing_is_told_of_an_operation_that_fails_at_once),
    cmocka_unit_test(the_credentials_callback_is_told_none),
    cmocka_unit_test(a_remembered_redirect_tells_none),
  };
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
