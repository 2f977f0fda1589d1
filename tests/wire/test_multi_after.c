/* Tests of curlew_multi_add_handle: what may be done with a handle while it is
   in a multi handle, and when it was removed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "program.h"
#include "plain.h"

static void it_is_curlews_again_when_it_is_removed(void **state)
{
  struct wire *wire = *state;
  struct program program = {
    .api = &api_curlew, .wire = wire, .curl = caller_new(wire, NULL)};

  for(unsigned i = 0; i < 3; i++) {
    curlew_easy_setopt(program.curl, CURLOPT_WRITEFUNCTION, view_take_body);
    curlew_easy_setopt(program.curl, CURLOPT_WRITEDATA, &program.view);
    curlew_easy_setopt(program.curl, CURLOPT_HEADERFUNCTION, NULL);
    curlew_easy_setopt(program.curl, CURLOPT_HEADERDATA, NULL);
    program.view = (struct view){.curl = program.curl};
    curlew_easy_setopt(program.curl, CURLOPT_URL,
                       wire_url(wire, WIRE_PLAIN,
                                wire_text(wire, "/script/multi%u", i),
                                STEPS("503;body=no")));
    assert_int_equal(transfer(&program), CURLE_OK);
    assert_string_equal(program.view.text, "<body>no");
    assert_int_equal(wire_count(wire, wire_text(wire, "multi%u", i)), 1);

    const char *key = wire_text(wire, "easy%u", i);
    const struct answer answer = caller_perform(
      program.curl,
      wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", key),
               STEPS("503", "302;Location=?x", "200;body=ok")));
    assert_int_equal(answer.result, CURLE_OK);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "ok");
    assert_int_equal(wire_count(wire, key), 3);
    assert_string_equal(caller_end(program.curl), "passed");
  }
  curlew_easy_cleanup(program.curl);
}

/* What is set between adding and the transfer counts too. */
static void what_is_set_later_counts(void **state)
{
  struct wire *wire = *state;
  struct program program = {
    .api = &api_curlew, .wire = wire, .curl = caller_new(wire, NULL)};
  CURLM *multi = curl_multi_init();
  int running = 1;

  (void)caller_perform(
    program.curl,
    wire_url(wire, WIRE_PLAIN, "/script/later0", STEPS("302;Location=?x")));
  assert_int_equal(curlew_multi_add_handle(multi, program.curl), CURLM_OK);
  view_attach(&api_curlew, program.curl, &program.view);
  set(&program, CURLOPT_XFERINFOFUNCTION, take_progress);
  set(&program, CURLOPT_XFERINFODATA, &program);
  set(&program, CURLOPT_NOPROGRESS, 0L);
  set(&program, CURLOPT_PREREQFUNCTION, take_prereq);
  set(&program, CURLOPT_PREREQDATA, &program);
  set(&program, CURLOPT_FOLLOWLOCATION, 1L);
  set(&program, CURLOPT_URL,
      wire_url(wire, WIRE_PLAIN, "/script/later1",
               STEPS("302;nodate;Location=?back", "200;nodate;body=ok")));
  while(!curl_multi_perform(multi, &running) && running)
    (void)curl_multi_poll(multi, NULL, 0, 1000, NULL);
  curl_multi_remove_handle(multi, program.curl);
  assert_int_equal(wire_count(wire, "later1"), 2);
  assert_has(program.view.text, "<body>ok");
  assert_int_equal(program.prereqs, 2);
  assert_true(program.is_watched);
  curl_multi_cleanup(multi);
  curlew_easy_cleanup(program.curl);
}

static void a_handle_that_is_not_curlews_may_be_added(void **state)
{
  struct program program = {
    .api = &api_plain, .wire = *state, .curl = plain_new(*state)};
  CURLM *multi = curl_multi_init();

  assert_int_equal(curlew_multi_add_handle(multi, program.curl), CURLM_OK);
  assert_int_equal(curlew_multi_add_handle(multi, program.curl),
                   CURLM_ADDED_ALREADY);
  curl_multi_remove_handle(multi, program.curl);
  curl_easy_cleanup(program.curl);

  CURL *curl = curlew_easy_init();
  assert_int_equal(curlew_multi_add_handle(NULL, curl), CURLM_BAD_HANDLE);
  assert_int_equal(curlew_multi_add_handle(multi, NULL),
                   CURLM_BAD_EASY_HANDLE);
  assert_int_equal(curlew_multi_add_handle(multi, curl), CURLM_OK);
  assert_int_equal(curlew_multi_add_handle(multi, curl), CURLM_ADDED_ALREADY);
  curl_multi_remove_handle(multi, curl);
  curlew_easy_cleanup(curl);
  curl_multi_cleanup(multi);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(it_is_curlews_again_when_it_is_removed),
    cmocka_unit_test(what_is_set_later_counts),
    cmocka_unit_test(a_handle_that_is_not_curlews_may_be_added),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
