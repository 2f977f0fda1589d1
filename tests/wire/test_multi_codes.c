/* Tests of the codes and counts of the multi interface: where no policy has a
   say, curlew's functions return what libcurl's do, side by side. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loop.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* What is told, and with which functions. */
struct story {
  const struct multi_api *api;
  struct wire *wire;
  FILE *out;
  struct loop loop;
  CURL *curl;
  CURL *idle;       /* in no multi handle */
  unsigned probed;  /* the callbacks from which all was tried, a bit each */
  bool is_in_setup; /* nothing is tried now */
};

typedef void(tell_fn)(struct story *story);

static struct story story_new(const struct multi_api *api, struct wire *wire,
                              enum loop_style style)
{
  struct story story = {.api = api, .wire = wire};

  loop_open(&story.loop, api, style);
  story.curl = api_new(api->easy, wire);
  story.idle = api_new(api->easy, wire);
  return story;
}

static void story_free(struct story *story)
{
  story->api->easy->cleanup(story->curl);
  story->api->easy->cleanup(story->idle);
  loop_close(&story->loop);
}

/* What |tell| tells with |api|, to be freed. */
static char *story_of(const struct multi_api *api, struct wire *wire,
                      enum loop_style style, tell_fn *tell)
{
  char *text = NULL;
  size_t size = 0;
  struct story story = story_new(api, wire, style);

  story.out = open_memstream(&text, &size);
  assert_non_null(story.out);
  tell(&story);
  story_free(&story);
  fclose(story.out);
  return text;
}

static void compare(struct wire *wire, enum loop_style style, tell_fn *tell)
{
  char *expected = story_of(&multi_plain, wire, style, tell);
  char *given = story_of(&multi_curlew, wire, style, tell);

  if(strcmp(given, expected) != 0)
    fail_msg("curlew:\n%s\nlibcurl:\n%s", given, expected);
  assert_true(strlen(given) > 10);
  free(given);
  free(expected);
}

#define TELL(story, what, code)                                               \
  fprintf((story)->out, "%s: %d\n", what, (int)(code))

/* ---- all functions ---- */

static void tell_all(struct story *story, CURLM *multi)
{
  const struct multi_api *api = story->api;
  fd_set sets[3];
  int number = -7;
  long timeout_ms = -7;

  for(size_t i = 0; i < 3; i++)
    FD_ZERO(&sets[i]);
  TELL(story, "add", api->add(multi, story->idle));
  TELL(story, "remove", api->remove(multi, story->curl));
  TELL(story, "perform", api->perform(multi, &number));
  TELL(story, "poll", api->poll(multi, NULL, 0, 0, &number));
  TELL(story, "poll long ago", api->poll(multi, NULL, 0, -1, &number));
  TELL(story, "wait", api->wait(multi, NULL, 0, 0, &number));
  TELL(story, "wait long ago", api->wait(multi, NULL, 0, -1, &number));
  TELL(story, "fdset",
       api->fdset(multi, &sets[0], &sets[1], &sets[2], &number));
  TELL(story, "timeout", api->timeout(multi, &timeout_ms));
  TELL(story, "setopt", api->setopt(multi, CURLMOPT_MAXCONNECTS, 7L));
  TELL(story, "bad setopt", api->setopt(multi, (CURLMoption)99, 0L));
  if(!multi)
    return; /* libcurl's others do not look at what they get */
  TELL(story, "assign", api->assign(multi, 999, NULL));
  TELL(story, "action", api->socket_action(multi, -1, 0, &number));
  TELL(story, "action of none", api->socket_action(multi, 999, 1, &number));
}

static void tell_of_none(struct story *story)
{
  const struct multi_api *api = story->api;
  const struct {
    const char *name;
    CURLM *multi;
  } multis[] = {{"none", NULL}, {"one", story->loop.multi}};

  for(size_t i = 0; i < COUNT(multis); i++) {
    CURLM *multi = multis[i].multi;
    int left = -7;
    fprintf(story->out, "of %s\n", multis[i].name);
    tell_all(story, multi);
    TELL(story, "remove again", api->remove(multi, story->idle));
    TELL(story, "add no handle", api->add(multi, NULL));
    TELL(story, "remove no handle", api->remove(multi, NULL));
    TELL(story, "wakeup", api->wakeup(multi));
    TELL(story, "message", api->info_read(multi, &left) != NULL);
    TELL(story, "left", left);
  }
  TELL(story, "cleanup", api->cleanup(NULL));
}

static void of_nothing_all_is_as_libcurl_says(void **state)
{
  compare(*state, LOOP_POLL, tell_of_none);
}

/* ---- twice, and elsewhere ---- */

static void tell_of_two(struct story *story)
{
  const struct multi_api *api = story->api;
  CURLM *first = story->loop.multi;
  CURLM *second = api->init();

  api->easy->setopt(story->curl, CURLOPT_URL, "foo://x");
  for(int round = 0; round < 2; round++) {
    TELL(story, "add", api->add(first, story->curl));
    TELL(story, "add twice", api->add(first, story->curl));
    TELL(story, "add elsewhere", api->add(second, story->curl));
    TELL(story, "easy perform", api->easy->perform(story->curl));
    TELL(story, "remove elsewhere", api->remove(second, story->curl));
    if(round) {
      TELL(story, "perform", api->perform(first, &story->loop.running));
      TELL(story, "running", story->loop.running);
      TELL(story, "add when over", api->add(first, story->curl));
      TELL(story, "add elsewhere", api->add(second, story->curl));
      TELL(story, "easy perform", api->easy->perform(story->curl));
    }
    TELL(story, "remove", api->remove(first, story->curl));
    TELL(story, "remove twice", api->remove(first, story->curl));
    TELL(story, "remove elsewhere", api->remove(second, story->curl));
    TELL(story, "easy perform", api->easy->perform(story->curl));
  }
  api->cleanup(second);
}

static void a_handle_is_in_one_multi_handle_once(void **state)
{
  compare(*state, LOOP_POLL, tell_of_two);
}

/* ---- many that end at once ---- */

static void tell_messages(struct story *story, CURL *const *curls,
                          size_t count)
{
  const CURLMsg *message = NULL;
  int left = -7;

  while((message = story->api->info_read(story->loop.multi, &left))) {
    size_t which = 0;
    while(which < count && curls[which] != message->easy_handle)
      which++;
    fprintf(story->out, "message %d of %zu: %d, %d left\n", message->msg,
            which, message->data.result, left);
    left = -7;
  }
  fprintf(story->out, "none, %d left\n", left);
}

static size_t forget(char *data, size_t size, size_t count, void *user)
{
  (void)data, (void)user;
  return size * count;
}

static void tell_of_ends(struct story *story)
{
  const struct multi_api *api = story->api;
  const char *const urls[] = {
    "foo://x",
    wire_text(story->wire, "file://%s", story->wire->ca),
    "http://[",
    "file:///nowhere/at/all",
    wire_text(story->wire, "file://%s", story->wire->key),
    "",
    "http://127.0.0.1:99999/",
  };
  CURL *curls[COUNT(urls)];

  for(size_t i = 0; i < COUNT(urls); i++) {
    curls[i] = api_new(api->easy, story->wire);
    api->easy->setopt(curls[i], CURLOPT_URL, urls[i]);
    api->easy->setopt(curls[i], CURLOPT_WRITEFUNCTION, forget);
    TELL(story, "add", api->add(story->loop.multi, curls[i]));
  }
  for(int i = 0; i < 4; i++) {
    TELL(story, "perform",
         api->perform(story->loop.multi, &story->loop.running));
    TELL(story, "running", story->loop.running);
  }
  TELL(story, "remove", api->remove(story->loop.multi, curls[2]));
  tell_messages(story, curls, COUNT(curls));
  TELL(story, "remove", api->remove(story->loop.multi, curls[1]));
  TELL(story, "add again", api->add(story->loop.multi, curls[1]));
  TELL(story, "perform",
       api->perform(story->loop.multi, &story->loop.running));
  tell_messages(story, curls, COUNT(curls));
  for(size_t i = 0; i < COUNT(curls); i++) {
    api->remove(story->loop.multi, curls[i]);
    api->easy->cleanup(curls[i]);
  }
}

static void messages_come_in_the_order_of_ends(void **state)
{
  compare(*state, LOOP_POLL, tell_of_ends);
}

/* ---- from within callbacks ---- */

static void probe(struct story *story, const char *where, unsigned number)
{
  const struct multi_api *api = story->api;
  CURLM *multi = story->loop.multi;
  int left = -7;

  if(story->is_in_setup || story->probed >> number & 1)
    return;
  story->probed |= 1u << number;
  fprintf(story->out, "in %s\n", where);
  tell_all(story, multi);
  TELL(story, "cleanup", api->cleanup(multi));
  TELL(story, "message", api->info_read(multi, &left) != NULL);
  TELL(story, "left", left);
  TELL(story, "wakeup", api->wakeup(multi));
  TELL(story, "easy perform", api->easy->perform(story->curl));
}

static size_t probe_in_head(char *data, size_t size, size_t count, void *user)
{
  (void)data;
  probe(user, "head", 0);
  return size * count;
}

static size_t probe_in_body(char *data, size_t size, size_t count, void *user)
{
  (void)data;
  probe(user, "body", 1);
  return size * count;
}

static int probe_in_progress(void *user, curl_off_t total, curl_off_t now,
                             curl_off_t up_total, curl_off_t up)
{
  (void)total, (void)now, (void)up_total, (void)up;
  probe(user, "progress", 2);
  return 0;
}

static int probe_in_socket(CURL *curl, curl_socket_t socket, int what,
                           void *user, void *assigned)
{
  struct story *story = user;

  probe(story, "socket", 3);
  return loop_take_socket(curl, socket, what, &story->loop, assigned);
}

static int probe_in_timer(CURLM *multi, long timeout_ms, void *user)
{
  struct story *story = user;

  probe(story, "timer", 4);
  return loop_take_timer(multi, timeout_ms, &story->loop);
}

static void tell_of_callbacks(struct story *story)
{
  const struct multi_api *api = story->api;
  const struct api *easy = api->easy;
  CURLM *multi = story->loop.multi;

  easy->setopt(story->curl, CURLOPT_URL,
               wire_url(story->wire, WIRE_PLAIN,
                        wire_text(story->wire, "/script/in%s", api->name),
                        STEPS("200;body=body")));
  easy->setopt(story->curl, CURLOPT_HEADERFUNCTION, probe_in_head);
  easy->setopt(story->curl, CURLOPT_HEADERDATA, story);
  easy->setopt(story->curl, CURLOPT_WRITEFUNCTION, probe_in_body);
  easy->setopt(story->curl, CURLOPT_WRITEDATA, story);
  easy->setopt(story->curl, CURLOPT_XFERINFOFUNCTION, probe_in_progress);
  easy->setopt(story->curl, CURLOPT_XFERINFODATA, story);
  easy->setopt(story->curl, CURLOPT_NOPROGRESS, 0L);
  api->setopt(multi, CURLMOPT_SOCKETFUNCTION, probe_in_socket);
  api->setopt(multi, CURLMOPT_SOCKETDATA, story);
  api->setopt(multi, CURLMOPT_TIMERFUNCTION, probe_in_timer);
  api->setopt(multi, CURLMOPT_TIMERDATA, story);
  story->is_in_setup = true;
  TELL(story, "add", api->add(multi, story->curl));
  story->is_in_setup = false;
  TELL(story, "result", loop_end(&story->loop, story->curl));
  TELL(story, "probed", story->probed);
  TELL(story, "remove", api->remove(multi, story->curl));
}

static void within_callbacks_all_is_as_libcurl_says(void **state)
{
  compare(*state, LOOP_SOCKET, tell_of_callbacks);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(of_nothing_all_is_as_libcurl_says),
    cmocka_unit_test(a_handle_is_in_one_multi_handle_once),
    cmocka_unit_test(messages_come_in_the_order_of_ends),
    cmocka_unit_test(within_callbacks_all_is_as_libcurl_says),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
