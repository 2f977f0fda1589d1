/* Scenarios of several transfers without memory: whichever allocation fails,
   each of them ends once, nothing is left behind, and what one is given is its
   own and comes once. */

#define CURL_DISABLE_TYPECHECK
#include "crowd.h"

#include <limits.h>
#include <stdlib.h>

#include "hunger.h"

#define OURS       4
#define ALL        6  /* with two that are not ours */
#define HUNGRY     12 /* turns without memory */
#define TURNS_MAX  400u
#define TRIALS_MAX 1000u
#define SPARE      24 /* exchanges, for whoever comes to play them */

static CURL *strangers[ALL - OURS];
static struct curlew_share *share;

/* What one trial saw. */
struct trial {
  bool is_added[ALL];
  unsigned messages[ALL];
  bool turns_again; /* when nothing runs any more */
};

static CURL *curl_of(int i)
{
  return i < OURS ? crowd.member[i].curl : strangers[i - OURS];
}

static bool ask(CURL *curl, const struct curlew_challenge *challenge,
                void *user)
{
  (void)user;
  return challenge->status == 401 &&
         !curlew_easy_setopt(curl, CURLOPT_USERPWD, "v:q");
}

static size_t take_none(char *data, size_t size, size_t count, void *user)
{
  (void)data, (void)user;
  return size * count;
}

/* Each has something of its own to lose. */
static void prepare(void)
{
  static const char *const exchanges[] = {
    "301|Location: /moved|Content-Length: 0",
    "503|Content-Length: 0|Retry-After: 1",
    "302|Location: http://x/|Content-Length: 0",
    "401|WWW-Authenticate: Basic|Content-Length: 0",
    "200|Content-Length: 2;body ok",
    "404|Content-Length: 4;bytes 2;later;bytes 2",
    "408|Content-Length: 0",
  };

  share = curlew_share_new();
  assert_non_null(share);
  for(int i = 0; i < ALL - OURS; i++) {
    strangers[i] = script_libcurl.easy_init();
    script_libcurl.easy_setopt(strangers[i], CURLOPT_URL, "http://s/");
    script_libcurl.easy_setopt(strangers[i], CURLOPT_WRITEFUNCTION, take_none);
  }
  crowd_hear(1, CROWD_PROGRESS);
  crowd_hear(2, CROWD_HEAD | CROWD_TRACE);
  for(int i = 0; i < OURS; i++) {
    crowd_set(i, CURLOPT_USERPWD, "u:p");
    crowd_set(i, CURLOPT_FOLLOWLOCATION, 1L);
    crowd_set(i, CURLOPT_CUSTOMREQUEST, i == 3 ? "PUT" : NULL);
    assert_int_equal(curlew_easy_set_share(curl_of(i), share), CURLE_OK);
    assert_int_equal(curlew_easy_set_expect(curl_of(i), true), CURLE_OK);
    assert_int_equal(curlew_easy_set_credentials(curl_of(i), ask, NULL),
                     CURLE_OK);
    crowd_note(i);
  }
  for(size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++)
    crowd_play(exchanges[i]);
  for(int i = 0; i < SPARE; i++)
    crowd_play(CROWD_OK);
}

static void add_all(struct trial *trial)
{
  for(int i = 0; i < ALL; i++) {
    const CURLMcode code = curlew_multi_add_handle(crowd.multi, curl_of(i));
    assert_true(!code || (code == CURLM_OUT_OF_MEMORY && hunger.was_felt));
    trial->is_added[i] = !code;
  }
}

static void read_messages(struct trial *trial)
{
  const CURLMsg *message = NULL;
  int left = 0;

  while((message = curlew_multi_info_read(crowd.multi, &left)) != NULL)
    for(int i = 0; i < ALL; i++)
      trial->messages[i] += message->easy_handle == curl_of(i);
}

static void drive_all(struct trial *trial)
{
  crowd.running = 1;
  for(unsigned i = 0; crowd.running; i++) {
    assert_true(i < TURNS_MAX);
    if(i == HUNGRY)
      (void)hunger_end();
    crowd_turn();
    read_messages(trial);
    if(crowd.running)
      crowd_poll(INT_MAX);
  }
}

/* A message that there was no memory for comes when there is some again, with a
   turn or without. */
static void end(struct trial *trial)
{
  (void)hunger_end();
  if(trial->turns_again)
    crowd_turn();
  read_messages(trial);
  for(int i = 0; i < ALL; i++) {
    assert_int_equal(trial->messages[i], trial->is_added[i]);
    assert_int_equal(curlew_multi_remove_handle(crowd.multi, curl_of(i)),
                     CURLM_OK);
  }
  assert_int_equal(crowd.ours->members, 0);
  assert_int_equal(crowd.ours->inside, 0);
  assert_int_equal(crowd.ours->outside, 0);
  assert_int_equal(crowd.ours->timers.count, 0);
  assert_int_equal(crowd.ours->news.count, 0);
  assert_int_equal(script_multi_of(crowd.multi)->count, 0);
}

static unsigned count(const char *part)
{
  unsigned n = 0;

  for(const char *at = strstr(crowd.seen, part); at; at = strstr(at + 1, part))
    n++;
  return n;
}

/* Of the answers that are delivered each is so once. */
static void assert_once(void)
{
  static const char *const bodies[] = {"0:ok ", "1:ok ", "2:ok ", "3:ok "};

  for(size_t i = 0; i < OURS; i++)
    assert_in_range(count(bodies[i]), 0, 1);
  assert_in_range(count("2.end:"), 0, 1);
}

/* What is for one origin has not gone to another. */
static void assert_secrets_stay(void)
{
  for(size_t i = 0; i < crowd.script.played; i++) {
    const struct script_request *request = &crowd.script.request[i];
    if(!strncmp(request->url, "http://x/", 9))
      assert_null(options_text(&request->options, CURLOPT_USERNAME));
  }
}

/* Now that there is memory, it is as if nothing had been. */
static void perform_well(int i)
{
  assert_int_equal(curlew_easy_set_share(curl_of(i), NULL), CURLE_OK);
  crowd_set(i, CURLOPT_USERPWD, "u:p"); /* the callback may have changed it */
  script_mark(&crowd.script);
  crowd_forget_seen();
  crowd_add(i, CROWD_OK);
  (void)crowd_finish();
  assert_non_null(strstr(crowd.seen, ":ok "));
  crowd_remove(i);
  crowd_play(CROWD_OK);
  assert_int_equal(curlew_easy_perform(curl_of(i)), CURLE_OK);
  crowd_assert_as_noted(i);
}

/* False if there are not as many allocations. */
static bool try(unsigned granted, bool is_once, bool turns_again)
{
  struct trial trial = {.turns_again = turns_again};

  prepare();
  if(is_once)
    hunger_begin_once(granted);
  else
    hunger_begin(granted);
  add_all(&trial);
  drive_all(&trial);
  end(&trial);
  const bool was_felt = hunger.was_felt;
  assert_once();
  assert_secrets_stay();
  for(int i = 0; i < OURS; i++)
    perform_well(i);
  for(int i = 0; i < ALL - OURS; i++)
    script_libcurl.easy_cleanup(strangers[i]);
  (void)crowd_end(NULL);
  curlew_share_unref(share);
  (void)crowd_begin(NULL);
  return was_felt;
}

static void whichever_allocation_fails_all_end(void **state)
{
  (void)state;

  for(unsigned how = 0; how < 4; how++) {
    unsigned granted = 0;
    while(try(granted, how & 1, how & 2))
      assert_true(++granted < TRIALS_MAX);
    assert_true(granted > 20);
  }
}

/* ---- more than there is room for ---- */

#define MANY 40

static void who_has_no_place_is_not_added(void **state)
{
  (void)state;
  CURL *many[MANY];
  unsigned added = 0;

  for(int i = 0; i < MANY; i++) {
    many[i] = curlew_easy_duphandle(curl_of(0));
    assert_non_null(many[i]);
  }
  hunger_begin(1);
  for(int i = 0; i < MANY; i++) {
    const CURLMcode code = curlew_multi_add_handle(crowd.multi, many[i]);
    assert_int_equal(code, hunger.was_felt ? CURLM_OUT_OF_MEMORY : CURLM_OK);
    added += !code;
  }
  assert_true(hunger_end());
  assert_in_range(added, 10, MANY - 1);
  assert_int_equal(crowd.ours->members, added);
  assert_int_equal(script_multi_of(crowd.multi)->count, added);
  for(unsigned i = 0; i < added; i++)
    crowd_play("end 7");
  crowd_turn();
  assert_int_equal(crowd.ours->timers.count, added);
  for(int i = 0; i < MANY; i++)
    curlew_easy_cleanup(many[i]);
  assert_int_equal(crowd.ours->timers.count, 0);
  assert_int_equal(crowd.ours->members, 0);
}

/* ---- multi handles ---- */

static void there_is_one_or_none(void **state)
{
  (void)state;
  struct cw_multi *ours = NULL;

  for(unsigned granted = 0; !ours; granted++) {
    CURLM *multi = script_libcurl.multi_init();
    hunger_begin(granted);
    ours = cw_multi_new(multi, &script_libcurl, &crowd.stage.world);
    assert_int_equal(hunger_end(), ours == NULL);
    assert_int_equal(ours ? curlew_multi_cleanup(multi)
                          : script_libcurl.multi_cleanup(multi),
                     CURLM_OK);
    assert_true(granted < 5);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    CROWD_TEST(whichever_allocation_fails_all_end),
    CROWD_TEST(who_has_no_place_is_not_added),
    CROWD_TEST(there_is_one_or_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
