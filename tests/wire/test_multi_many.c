/* Tests of many transfers at once in each kind of event loop, one in five with
   a fault: whatever happens to which of them, each brings what is its own,
   once, and no loop is left without something that wakes it. */

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

#define ITEMS       1000u
#define BODY_MAX    900u
#define STEPS_MAX   4
#define CONNECTIONS 100L
#define LIMIT_MS    60000

/* What the server does before the 200. */
struct course {
  const char *before[STEPS_MAX];
  unsigned attempts;
  unsigned redirects;
  const char *last; /* added to the 200 */
  bool is_fresh;    /* else libcurl repeats it by itself now and then */
};

static const struct course faults[] = {
  {.before = {"503"}, .attempts = 2},
  {.before = {"503;Retry-After=0"}, .attempts = 2},
  {.before = {"503;retry-after-ms=30"}, .attempts = 2},
  {.before = {"429"}, .attempts = 2},
  {.before = {"429;Retry-After=0", "503"}, .attempts = 3},
  {.before = {"close"}, .attempts = 2, .is_fresh = true},
  {.before = {"reset"}, .attempts = 2, .is_fresh = true},
  {.before = {"200;halt=9"}, .attempts = 2, .is_fresh = true},
  {.before = {"200;halt=40;reset"}, .attempts = 2, .is_fresh = true},
  {.before = {"503;size=200;cut=100"}, .attempts = 2, .is_fresh = true},
  {.before = {"302;Location=?b", "503"}, .attempts = 2, .redirects = 1},
  {.before = {"503", "307;Location=?b;size=70000"},
   .attempts = 2,
   .redirects = 1},
};

static const struct course hops[] = {
  {.before = {"302;Location=?b"}, .attempts = 1, .redirects = 1},
  {.before = {"301;Location=?b", "302;Location=?c"},
   .attempts = 1,
   .redirects = 2},
  {.before = {"302;Location=?b", "307;Location=?c", "303;Location=?d"},
   .attempts = 1,
   .redirects = 3},
};

static const struct course slow[] = {
  {.attempts = 1, .last = ";delay=40"},
  {.attempts = 1, .last = ";drip=100:3"},
};

static const struct course fine = {.attempts = 1};

static const struct course *course_of(unsigned number)
{
  switch(number % 5) {
  case 0:
    return &faults[number / 5 % COUNT(faults)];
  case 1:
    return &hops[number / 5 % COUNT(hops)];
  case 2:
    return number % 4 ? &fine : &slow[number / 20 % COUNT(slow)];
  default:
    return &fine;
  }
}

struct item {
  CURL *curl;
  char key[32];
  char expected[BODY_MAX + 1];
  size_t length; /* of what is expected */
  size_t at;     /* what has come of it */
  unsigned calls;
  bool is_wrong; /* not what was expected there */
  unsigned messages;
  CURLcode result;
};

struct fleet {
  struct wire *wire;
  struct loop loop;
  struct item *items;
  unsigned messages;
};

/* ---- what is asked for ---- */

static void make_body(struct item *item, unsigned number)
{
  item->length =
    (size_t)snprintf(item->expected, sizeof(item->expected), "%u", number) +
    number * 37 % (BODY_MAX - 10);
  for(size_t i = strlen(item->expected); i < item->length; i++)
    item->expected[i] = (char)('a' + (i * i + i / 7 * number + number) % 26);
}

static size_t take_body(char *data, size_t size, size_t count, void *user)
{
  struct item *item = user;
  const size_t length = size * count;

  item->calls++;
  if(item->messages || length > item->length - item->at ||
     memcmp(data, item->expected + item->at, length) != 0)
    item->is_wrong = true;
  else
    item->at += length;
  return length;
}

static const char *url_of(struct wire *wire, const struct item *item,
                          const struct course *course)
{
  const char *steps[STEPS_MAX + 1] = {NULL};
  size_t count = 0;

  for(; course->before[count]; count++)
    steps[count] = course->before[count];
  steps[count] = wire_text(wire, "200;body=%s%s", item->expected,
                           course->last ? course->last : "");
  return wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/%s", item->key),
                  steps);
}

static void add_item(struct fleet *fleet, unsigned number,
                     struct curlew_policy *policy)
{
  struct item *item = &fleet->items[number];
  const struct course *course = course_of(number);

  snprintf(item->key, sizeof(item->key), "many%d-%u", (int)fleet->loop.style,
           number);
  make_body(item, number);
  item->curl = curlew_easy_init();
  assert_non_null(item->curl);
  curlew_easy_set_policy(item->curl, policy);
  curlew_easy_setopt(item->curl, CURLOPT_URL,
                     url_of(fleet->wire, item, course));
  curlew_easy_setopt(item->curl, CURLOPT_WRITEFUNCTION, take_body);
  curlew_easy_setopt(item->curl, CURLOPT_WRITEDATA, item);
  curlew_easy_setopt(item->curl, CURLOPT_PRIVATE, (char *)item);
  curlew_easy_setopt(item->curl, CURLOPT_FRESH_CONNECT,
                     course->is_fresh ? 1L : 0L);
  assert_int_equal(curlew_multi_add_handle(fleet->loop.multi, item->curl),
                   CURLM_OK);
}

/* ---- what comes ---- */

static void read_messages(struct fleet *fleet)
{
  CURLMsg *message = NULL;
  int left = 0;

  while((message = curlew_multi_info_read(fleet->loop.multi, &left))) {
    struct item *item = NULL;
    assert_int_equal(message->msg, CURLMSG_DONE);
    curlew_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
                        (char **)&item);
    assert_ptr_equal(message->easy_handle, item->curl);
    item->messages++;
    item->result = message->data.result;
    fleet->messages++;
  }
  assert_int_equal(left, 0);
}

/* Who waits is running, and who is over is not. */
static void run(struct fleet *fleet)
{
  const int64_t start_ms = loop_now_ms();

  while(fleet->messages < ITEMS) {
    loop_turn(&fleet->loop);
    read_messages(fleet);
    assert_int_equal(fleet->loop.running, ITEMS - fleet->messages);
    assert_true(loop_now_ms() - start_ms < LIMIT_MS);
  }
}

static void assert_item(const struct item *item, const struct course *course)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(item->curl);
  long status = 0;

  curlew_easy_getinfo(item->curl, CURLINFO_RESPONSE_CODE, &status);
  if(item->result || item->is_wrong || item->at != item->length)
    fail_msg("%s: result %d, %zu of %zu bytes%s", item->key, item->result,
             item->at, item->length, item->is_wrong ? ", wrong" : "");
  assert_int_equal(item->messages, 1);
  assert_true(item->calls);
  assert_int_equal(status, 200);
  assert_non_null(outcome);
  assert_int_equal(outcome->reason, CURLEW_REASON_PASSED);
  assert_int_equal(outcome->attempts, course->attempts);
  assert_int_equal(outcome->redirects, course->redirects);
  assert_int_equal(outcome->count, course->attempts + course->redirects);
}

/* The server has seen what the outcomes tell of. */
static void assert_counts(struct fleet *fleet)
{
  const char *start =
    wire_text(fleet->wire, "many%d-", (int)fleet->loop.style);
  const char *line = wire_counts(fleet->wire, start);
  unsigned seen = 0;

  assert_non_null(line);
  for(; *line; seen++) {
    char *end = NULL;
    const size_t number = strtoul(line + strlen(start), &end, 10);
    assert_true(number < ITEMS);
    const unsigned long count = strtoul(end, &end, 10);
    assert_int_equal(count,
                     curlew_easy_outcome(fleet->items[number].curl)->count);
    line = end + strspn(end, "\n");
  }
  assert_int_equal(seen, ITEMS);
}

static void all_come_whole_in_style(struct wire *wire, enum loop_style style)
{
  struct curlew_policy *policy = caller_patient(wire, "20ms", NULL);
  struct fleet fleet = {.wire = wire,
                        .items = calloc(ITEMS, sizeof(struct item))};

  assert_non_null(fleet.items);
  loop_open(&fleet.loop, &multi_curlew, style);
  curlew_multi_setopt(fleet.loop.multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      CONNECTIONS);
  for(unsigned i = 0; i < ITEMS; i++)
    add_item(&fleet, i, policy);
  curlew_policy_unref(policy);
  run(&fleet);
  for(unsigned i = 0; i < ITEMS; i++)
    assert_item(&fleet.items[i], course_of(i));
  assert_counts(&fleet);
  for(unsigned i = 0; i < ITEMS; i++) {
    assert_int_equal(
      curlew_multi_remove_handle(fleet.loop.multi, fleet.items[i].curl),
      CURLM_OK);
    curlew_easy_cleanup(fleet.items[i].curl);
  }
  loop_close(&fleet.loop);
  free(fleet.items);
}

static void all_come_whole_with_poll(void **state)
{
  all_come_whole_in_style(*state, LOOP_POLL);
}

static void all_come_whole_with_epoll_and_a_timer(void **state)
{
  all_come_whole_in_style(*state, LOOP_SOCKET);
}

static void all_come_whole_with_select(void **state)
{
  all_come_whole_in_style(*state, LOOP_SELECT);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_come_whole_with_poll),
    cmocka_unit_test(all_come_whole_with_epoll_and_a_timer),
    cmocka_unit_test(all_come_whole_with_select),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
