/* Tests of curlew_multi_add_handle: a handle that was curlew's before does in a
   multi handle what libcurl's own does. (What comes after: test_multi_after.c) */

#define CURL_DISABLE_DEPRECATION /* CURLOPT_PROGRESSFUNCTION */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "program.h"

/* ---- what a program may have set ---- */

static int take_old_progress(void *user, double total, double now,
                             double up_total, double up)
{
  return take_progress(user, (curl_off_t)total, (curl_off_t)now,
                       (curl_off_t)up_total, (curl_off_t)up);
}

static void set_nothing(struct program *program)
{
  (void)program;
}

static void set_follow(struct program *program)
{
  set(program, CURLOPT_FOLLOWLOCATION, 1L);
  set(program, CURLOPT_MAXREDIRS, 2L);
}

static void set_header(struct program *program)
{
  set_follow(program);
  set(program, CURLOPT_HEADER, 1L);
}

static void set_progress(struct program *program)
{
  set(program, CURLOPT_NOPROGRESS, 0L);
  set(program, CURLOPT_XFERINFOFUNCTION, take_progress);
  set(program, CURLOPT_XFERINFODATA, program);
}

static void set_old_progress(struct program *program)
{
  set(program, CURLOPT_NOPROGRESS, 0L);
  set(program, CURLOPT_PROGRESSFUNCTION, take_old_progress);
  set(program, CURLOPT_PROGRESSDATA, program);
}

static void set_meter(struct program *program)
{
  set(program, CURLOPT_NOPROGRESS, 0L);
}

static void set_prereq(struct program *program)
{
  set_follow(program);
  set(program, CURLOPT_PREREQFUNCTION, take_prereq);
  set(program, CURLOPT_PREREQDATA, program);
}

static void set_credentials(struct program *program)
{
  set_follow(program);
  set(program, CURLOPT_USERPWD, "user:secret");
  set(program, CURLOPT_COOKIE, "a=b");
}

static void set_post(struct program *program)
{
  set_follow(program);
  set(program, CURLOPT_COPYPOSTFIELDS, "c=d");
}

static void set_fail_on_error(struct program *program)
{
  set(program, CURLOPT_FAILONERROR, 1L);
}

static void set_range(struct program *program)
{
  set(program, CURLOPT_CUSTOMREQUEST, "PUT");
  set(program, CURLOPT_RANGE, "0-3");
  set(program, CURLOPT_TIMEOUT_MS, 4000L);
}

struct course {
  const char *name;
  void (*prepare)(struct program *program);
  const char *steps[5];
};

#define BACK "302;nodate;Location=?back"

static const struct course courses[] = {
  {"a response", set_nothing, {"200;nodate;body=ok"}},
  {"a redirect that nobody follows", set_nothing, {BACK}},
  {"a redirect", set_follow, {BACK, "200;nodate;body=ok"}},
  {"too many", set_follow, {BACK, BACK, BACK}},
  {"heads in the body", set_header, {BACK, "200;nodate;body=ok"}},
  {"a 503", set_follow, {"503;nodate;Retry-After=1;body=no"}},
  {"no answer", set_nothing, {"close"}},
  {"a 404", set_fail_on_error, {"404;nodate;body=no"}},
  {"progress", set_progress, {"200;nodate;body=ok"}},
  {"progress of old", set_old_progress, {"200;nodate;body=ok"}},
  {"a meter", set_meter, {"200;nodate;body=ok"}},
  {"prereq", set_prereq, {BACK, "200;nodate;body=ok"}},
  {"credentials", set_credentials, {BACK, "200;nodate;body=ok"}},
  {"a post", set_post, {"307;nodate;Location=?b", BACK, "200;nodate"}},
  {"a range", set_range, {"206;nodate;body=0123"}},
};

/* ---- what happens ---- */

/* What operations leave behind that a program knows nothing of: redirects to
   another origin, of another method, and one that failed. */
static void perform_before(struct program *program)
{
  struct wire *wire = program->wire;
  const char *away = wire_text(
    wire, "302;nodate;Location=%s",
    wire_quote(wire, wire_url(wire, WIRE_PLAIN_B,
                              wire_text(wire, "/script/%s-away", program->key),
                              STEPS("303;Location=?x", "404"))));

  view_perform(program->api, program->curl,
               wire_url(wire, WIRE_REFUSED, "/", NULL), &program->view);
  view_perform(program->api, program->curl,
               wire_url(wire, WIRE_PLAIN,
                        wire_text(wire, "/script/%s-before", program->key),
                        STEPS(away)),
               &program->view);
}

static void tell_requests(struct program *program, FILE *out)
{
  struct wire *wire = program->wire;
  const unsigned count = wire_count(wire, program->key);

  for(unsigned n = 1; n <= count; n++)
    fprintf(out, "%s\n%s%s\n", wire_field(wire, program->key, n, "method"),
            wire_field(wire, program->key, n, "headers"),
            wire_field(wire, program->key, n, "body"));
}

static void tell(struct program *program, FILE *out)
{
  const struct api *api = program->api;
  const char *url = NULL;
  long redirects = 0;
  long header_size = 0;

  api->getinfo(program->curl, CURLINFO_REDIRECT_COUNT, &redirects);
  api->getinfo(program->curl, CURLINFO_HEADER_SIZE, &header_size);
  api->getinfo(program->curl, CURLINFO_EFFECTIVE_URL, &url);
  fprintf(out, "result %d status %ld redirects %ld heads %ld url %s\n",
          (int)program->view.result, program->view.status, redirects,
          header_size, strchr(url, '?'));
  fprintf(out, "%u prereqs%s\n%s\n", program->prereqs,
          program->is_watched ? ", watched" : "", program->view.text);
  fseek(program->errors, 0, SEEK_SET);
  for(int c = getc(program->errors); c != EOF; c = getc(program->errors))
    if(c == '\n' || c == '%')
      fprintf(out, "meter %d\n", c);
  tell_requests(program, out);
}

static struct program program_new(const struct api *api, struct wire *wire,
                                  const struct course *course)
{
  return (struct program){
    .api = api,
    .wire = wire,
    .curl = api_new(api, wire),
    .errors = tmpfile(),
    .key = (char *)(uintptr_t)wire_text(
      wire, "%s%u", api == &api_curlew ? "curlew" : "plain",
      (unsigned)(course - courses)),
  };
}

static void begin_noting(struct program *program)
{
  program->view = (struct view){.curl = program->curl};
  program->prereqs = 0;
  program->is_watched = false;
  rewind(program->errors);
  assert_int_equal(ftruncate(fileno(program->errors), 0), 0);
}

/* Attaches what notes, but for progress. */
static void attach(struct program *program)
{
  view_attach(program->api, program->curl, &program->view);
  set(program, CURLOPT_NOPROGRESS, 1L);
  set(program, CURLOPT_XFERINFOFUNCTION, NULL);
  set(program, CURLOPT_XFERINFODATA, NULL);
  set(program, CURLOPT_STDERR, program->errors);
}

/* All of it as a text, to be freed. */
static char *play(const struct api *api, struct wire *wire,
                  const struct course *course, bool is_performed_before)
{
  struct program program = program_new(api, wire, course);
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);

  assert_true(out && program.errors);
  if(is_performed_before)
    program.key = (char *)(uintptr_t)wire_text(wire, "%s-2", program.key);
  attach(&program);
  course->prepare(&program);
  if(is_performed_before)
    perform_before(&program);
  begin_noting(&program);
  set(&program, CURLOPT_URL,
      wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", program.key),
               course->steps));
  program.view.result = transfer(&program);
  api->getinfo(program.curl, CURLINFO_RESPONSE_CODE, &program.view.status);
  tell(&program, out);
  api->cleanup(program.curl);
  fclose(program.errors);
  fclose(out);
  return text;
}

static void in_a_multi_handle_it_is_libcurls_own(void **state)
{
  for(size_t i = 0; i < sizeof(courses) / sizeof(courses[0]); i++)
    for(int before = 0; before < 2; before++) {
      char *expected = play(&api_plain, *state, &courses[i], before);
      char *given = play(&api_curlew, *state, &courses[i], before);
      if(strcmp(given, expected) != 0)
        fail_msg("%s (%s):\n%s\nexpected:\n%s", courses[i].name,
                 before ? "performed before" : "new", given, expected);
      free(given);
      free(expected);
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(in_a_multi_handle_it_is_libcurls_own),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
