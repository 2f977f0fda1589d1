/* Unit tests of lib/client/story.c, on a handle that nobody performs. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "handle.h"
#include "hunger.h"

static struct cw_instant clock_now;

static struct cw_instant now(void *user)
{
  (void)user;
  return clock_now;
}

static const struct cw_world world = {.now = now};

/* What a trace saw, a line an event. */
static char traced[4096];

static void trace(const struct curlew_event *event, void *user)
{
  static const char *const kinds[] = {"attempt", "answer", "wait", "end"};
  const size_t length = strlen(traced);

  assert_string_equal(user, "user");
  snprintf(traced + length, sizeof(traced) - length,
           "%s %u/%u at %u %s %s status %u result %d wait %u %s\n",
           kinds[event->kind], event->attempt, event->redirects,
           (unsigned)event->at_ms, event->method, event->url, event->status,
           (int)event->result, (unsigned)event->wait_ms,
           curlew_reason_name(event->reason));
}

static void set_own_url(struct cw_handle *handle, const char *url)
{
  assert_true(cw_text_set(&handle->url[handle->url_at], url, strlen(url)));
}

static struct cw_handle *handle_new(void)
{
  static struct cw_handle handle;

  memset(&handle, 0, sizeof(handle));
  handle.libcurl = &cw_libcurl_linked;
  handle.world = &world;
  cw_notes_init(&handle.notes);
  set_own_url(&handle, "http://u:p@a/x?key=secret");
  handle.op.is_policed = true;
  handle.op.engine.attempts = 1;
  handle.op.request.method = "GET";
  clock_now.mono_ms = 1000;
  traced[0] = '\0';
  return &handle;
}

static void handle_free(struct cw_handle *handle)
{
  cw_story_clear(&handle->story);
  cw_text_clear(&handle->url[0]);
  cw_text_clear(&handle->url[1]);
  cw_text_clear(&handle->op.url);
  cw_text_clear(&handle->op.given);
  cw_notes_clear(&handle->notes);
}

static void hop_to(struct cw_handle *handle, const char *url)
{
  assert_true(cw_text_set(&handle->op.url, url, strlen(url)));
  handle->op.is_hop = true;
  handle->op.engine.redirects++;
  cw_story_attempt(handle, 0, CURLEW_REASON_FOLLOWED);
}

static void retry(struct cw_handle *handle, uint64_t wait_ms)
{
  handle->op.engine.attempts++;
  handle->op.engine.waited_ms += wait_ms;
  cw_story_attempt(handle, wait_ms, CURLEW_REASON_RETRIED);
}

/* One attempt that is answered with |status|. */
static void tell_one(struct cw_handle *handle, unsigned status)
{
  cw_story_begin(handle);
  cw_story_attempt(handle, 0, CURLEW_REASON_FIRST);
  cw_story_answer(handle, status, CURLE_OK);
  cw_story_end(handle, CURLEW_REASON_PASSED, CURLE_OK);
}

static const struct curlew_outcome *outcome_of(struct cw_handle *handle)
{
  const struct curlew_outcome *outcome = cw_story_outcome(handle);
  assert_non_null(outcome);
  return outcome;
}

static void there_is_nothing_to_tell_before_the_end(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();

  assert_null(cw_story_outcome(handle));
  cw_story_begin(handle);
  cw_story_attempt(handle, 0, CURLEW_REASON_FIRST);
  assert_null(cw_story_outcome(handle));
  cw_story_answer(handle, 200, CURLE_OK);
  cw_story_end(handle, CURLEW_REASON_PASSED, CURLE_OK);
  assert_non_null(cw_story_outcome(handle));
  cw_story_begin(handle);
  assert_null(cw_story_outcome(handle));
  handle_free(handle);
}

static void one_attempt_is_told(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();
  tell_one(handle, 200);
  const struct curlew_outcome *outcome = outcome_of(handle);

  assert_int_equal(outcome->reason, CURLEW_REASON_PASSED);
  assert_int_equal(outcome->result, CURLE_OK);
  assert_int_equal(outcome->attempts, 1);
  assert_int_equal(outcome->redirects, 0);
  assert_int_equal(outcome->waited_ms, 0);
  assert_int_equal(outcome->count, 1);
  assert_string_equal(outcome->attempt->url, "http://a/x?key=*");
  assert_string_equal(outcome->attempt->method, "GET");
  assert_int_equal(outcome->attempt->status, 200);
  assert_int_equal(outcome->attempt->result, CURLE_OK);
  assert_int_equal(outcome->attempt->wait_ms, 0);
  assert_int_equal(outcome->attempt->reason, CURLEW_REASON_FIRST);
  handle_free(handle);
}

static void each_attempt_has_a_row(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();
  handle->op.request.method = "POST";
  cw_story_begin(handle);
  cw_story_attempt(handle, 0, CURLEW_REASON_FIRST);
  cw_story_answer(handle, 503, CURLE_OK);
  retry(handle, 250);
  cw_story_answer(handle, 303, CURLE_OK);
  handle->op.request.method = "GET";
  hop_to(handle, "http://b/?t=secret");
  cw_story_answer(handle, 0, CURLE_RECV_ERROR);
  retry(handle, 500);
  cw_story_answer(handle, 200, CURLE_OK);
  cw_story_end(handle, CURLEW_REASON_PASSED, CURLE_OK);
  const struct curlew_outcome *outcome = outcome_of(handle);

  assert_int_equal(outcome->attempts, 3);
  assert_int_equal(outcome->redirects, 1);
  assert_int_equal(outcome->waited_ms, 750);
  assert_int_equal(outcome->count, 4);
  assert_string_equal(outcome->attempt[1].url, "http://a/x?key=*");
  assert_string_equal(outcome->attempt[1].method, "POST");
  assert_int_equal(outcome->attempt[1].status, 303);
  assert_int_equal(outcome->attempt[1].wait_ms, 250);
  assert_int_equal(outcome->attempt[1].reason, CURLEW_REASON_RETRIED);
  assert_string_equal(outcome->attempt[2].url, "http://b/?t=*");
  assert_string_equal(outcome->attempt[2].method, "GET");
  assert_int_equal(outcome->attempt[2].result, CURLE_RECV_ERROR);
  assert_int_equal(outcome->attempt[2].reason, CURLEW_REASON_FOLLOWED);
  assert_string_equal(outcome->attempt[3].url, "http://b/?t=*");
  assert_int_equal(outcome->attempt[3].status, 200);
  handle_free(handle);
}

static void an_outcome_stays_while_the_application_sets_another_url(
  void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();
  tell_one(handle, 200);
  assert_true(handle->is_url_told);

  /* as handle.c does it */
  handle->url_at = 1 - handle->url_at;
  set_own_url(handle, "http://new/");
  const struct curlew_outcome *outcome = outcome_of(handle);
  assert_string_equal(outcome->attempt->url, "http://a/x?key=*");
  assert_ptr_equal(outcome_of(handle), outcome);

  tell_one(handle, 200);
  assert_string_equal(outcome_of(handle)->attempt->url, "http://new/");
  handle_free(handle);
}

static void a_long_method_is_cut(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();
  handle->op.request.method = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  tell_one(handle, 200);
  assert_string_equal(outcome_of(handle)->attempt->method,
                      "ABCDEFGHIJKLMNOPQRSTUVW");
  handle_free(handle);
}

static void what_is_not_policed_is_told_as_libcurl_did_it(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();
  handle->op.is_policed = false;
  handle->op.engine.attempts = 7; /* of an operation before */
  handle->op.request.method = NULL;

  cw_story_begin(handle);
  cw_story_attempt(handle, 0, CURLEW_REASON_FIRST);
  cw_story_answer(handle, 0, CURLE_COULDNT_CONNECT);
  cw_story_end(handle, CURLEW_REASON_NOT_POLICED, CURLE_COULDNT_CONNECT);
  assert_int_equal(outcome_of(handle)->attempts, 1);
  assert_int_equal(outcome_of(handle)->result, CURLE_COULDNT_CONNECT);
  assert_string_equal(outcome_of(handle)->attempt->method, "GET");
  handle_free(handle);
}

static void an_operation_that_made_no_attempt_is_told(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();
  handle->trace = trace;
  handle->trace_user = (char[]){"user"};

  handle->op.engine.redirects = 3; /* of an operation before */
  cw_story_begin(handle);
  cw_story_end(handle, CURLEW_REASON_NONE, CURLE_OUT_OF_MEMORY);
  assert_int_equal(outcome_of(handle)->redirects, 0);
  assert_int_equal(outcome_of(handle)->attempts, 0);
  assert_int_equal(outcome_of(handle)->count, 0);
  assert_non_null(outcome_of(handle)->attempt);
  assert_string_equal(traced,
                      "end 0/0 at 0   status 0 result 27 wait 0 none\n");
  handle_free(handle);
}

static void a_handle_without_a_url_is_told(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();
  set_own_url(handle, "");

  tell_one(handle, 0);
  assert_string_equal(outcome_of(handle)->attempt->url, "");
  handle_free(handle);
}

static void a_trace_sees_it_as_it_happens(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();
  handle->trace = trace;
  handle->trace_user = (char[]){"user"};

  cw_story_begin(handle);
  cw_story_attempt(handle, 0, CURLEW_REASON_FIRST);
  clock_now.mono_ms += 7;
  cw_story_answer(handle, 503, CURLE_OK);
  cw_story_wait(handle, 250, CURLEW_REASON_RETRIED_AFTER);
  clock_now.mono_ms += 250;
  retry(handle, 250);
  cw_story_answer(handle, 302, CURLE_OK);
  hop_to(handle, "http://b/?t=secret");
  cw_story_answer(handle, 0, CURLE_RECV_ERROR);
  cw_story_end(handle, CURLEW_REASON_ATTEMPTS, CURLE_RECV_ERROR);

  assert_string_equal(
    traced,
    "attempt 1/0 at 0 GET http://a/x?key=* status 0 result 0 wait 0 first\n"
    "answer 1/0 at 7 GET http://a/x?key=* status 503 result 0 wait 0 none\n"
    "wait 1/0 at 7 GET http://a/x?key=* status 503 result 0 wait 250 "
    "retried-after\n"
    "attempt 2/0 at 257 GET http://a/x?key=* status 0 result 0 wait 0 "
    "retried\n"
    "answer 2/0 at 257 GET http://a/x?key=* status 302 result 0 wait 0 none\n"
    "attempt 2/1 at 257 GET http://b/?t=* status 0 result 0 wait 0 followed\n"
    "answer 2/1 at 257 GET http://b/?t=* status 0 result 56 wait 0 none\n"
    "end 2/1 at 257 GET http://b/?t=* status 0 result 56 wait 0 "
    "attempts-exhausted\n");
  handle_free(handle);
}

static void steady_work_costs_no_memory(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();

  for(unsigned round = 0; round < 3; round++) {
    if(round)
      hunger_begin(0);
    handle->op.is_hop = false;
    handle->op.engine.attempts = 1;
    cw_story_begin(handle);
    cw_story_attempt(handle, 0, CURLEW_REASON_FIRST);
    cw_story_answer(handle, 503, CURLE_OK);
    retry(handle, 250);
    hop_to(handle, "http://b/");
    cw_story_answer(handle, 200, CURLE_OK);
    cw_story_end(handle, CURLEW_REASON_PASSED, CURLE_OK);
    assert_false(hunger_end());
  }
  assert_int_equal(handle->story.lost, 0);
  assert_int_equal(outcome_of(handle)->count, 3);
  handle_free(handle);
}

static void the_first_row_costs_no_memory_ever(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();

  hunger_begin(0);
  tell_one(handle, 200);
  assert_false(hunger_end());
  handle_free(handle);
}

static void without_memory_the_last_attempt_is_told(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();

  cw_story_begin(handle);
  cw_story_attempt(handle, 0, CURLEW_REASON_FIRST);
  cw_story_answer(handle, 503, CURLE_OK);
  hunger_begin(0);
  retry(handle, 250);
  assert_true(hunger_end());
  cw_story_answer(handle, 200, CURLE_OK);
  cw_story_end(handle, CURLEW_REASON_PASSED, CURLE_OK);
  assert_int_equal(handle->story.lost, 1);

  hunger_begin(0);
  assert_null(cw_story_outcome(handle));
  assert_true(hunger_end());
  assert_int_equal(outcome_of(handle)->count, 1);
  assert_int_equal(outcome_of(handle)->attempts, 2);
  assert_int_equal(outcome_of(handle)->attempt->status, 200);
  assert_int_equal(outcome_of(handle)->attempt->reason, CURLEW_REASON_RETRIED);
  handle_free(handle);
}

static void many_rows_are_kept(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();

  cw_story_begin(handle);
  cw_story_attempt(handle, 0, CURLEW_REASON_FIRST);
  for(unsigned i = 1; i <= 1000; i++) {
    char url[32];
    snprintf(url, sizeof(url), "http://b/%u", i);
    hop_to(handle, url);
    cw_story_answer(handle, i, CURLE_OK);
  }
  cw_story_end(handle, CURLEW_REASON_PASSED, CURLE_OK);
  assert_int_equal(outcome_of(handle)->count, 1001);
  assert_string_equal(outcome_of(handle)->attempt[777].url, "http://b/777");
  assert_int_equal(outcome_of(handle)->attempt[777].status, 777);
  handle_free(handle);
}

static void the_usual_story_is_the_same_in_the_end(void **state)
{
  (void)state;
  struct cw_handle *handle = handle_new();

  hunger_begin(0);
  cw_story_tell_usual(&handle->story, handle->url_at, 204, CURLE_OK,
                      CURLEW_REASON_PASSED);
  assert_false(hunger_end());
  const struct curlew_outcome *outcome = outcome_of(handle);
  assert_int_equal(outcome->attempts, 1);
  assert_int_equal(outcome->count, 1);
  assert_string_equal(outcome->attempt->url, "http://a/x?key=*");
  assert_int_equal(outcome->attempt->status, 204);
  cw_story_tell_usual(&handle->story, handle->url_at, 200, CURLE_OK,
                      CURLEW_REASON_PASSED);
  assert_int_equal(outcome_of(handle)->attempt->status, 200);
  tell_one(handle, 404);
  assert_int_equal(outcome_of(handle)->attempt->status, 404);
  handle_free(handle);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(there_is_nothing_to_tell_before_the_end),
    cmocka_unit_test(one_attempt_is_told),
    cmocka_unit_test(each_attempt_has_a_row),
    cmocka_unit_test(an_outcome_stays_while_the_application_sets_another_url),
    cmocka_unit_test(a_long_method_is_cut),
    cmocka_unit_test(what_is_not_policed_is_told_as_libcurl_did_it),
    cmocka_unit_test(an_operation_that_made_no_attempt_is_told),
    cmocka_unit_test(a_handle_without_a_url_is_told),
    cmocka_unit_test(a_trace_sees_it_as_it_happens),
    cmocka_unit_test(steady_work_costs_no_memory),
    cmocka_unit_test(the_first_row_costs_no_memory_ever),
    cmocka_unit_test(without_memory_the_last_attempt_is_told),
    cmocka_unit_test(many_rows_are_kept),
    cmocka_unit_test(the_usual_story_is_the_same_in_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
