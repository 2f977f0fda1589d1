#define CURL_DISABLE_TYPECHECK
#include "crowd.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "policies.h"

#define TURNS_MAX 2000u

struct crowd crowd;

/* ---- callbacks ---- */

void crowd_see(const char *text)
{
  const size_t used = strlen(crowd.seen);

  assert_true(strlen(text) < sizeof(crowd.seen) - used);
  strcpy(crowd.seen + used, text);
}

void crowd_forget_seen(void)
{
  crowd.seen[0] = '\0';
}

/* What happens within a callback's own calls is not for it again. */
static void be_within(enum crowd_call call, int who)
{
  if(!crowd.within || crowd.is_within)
    return;
  crowd.is_within = true;
  crowd.within(call, who);
  crowd.is_within = false;
}

static size_t take_body(char *data, size_t size, size_t count, void *user)
{
  const struct crowd_member *member = user;
  char text[64];

  snprintf(text, sizeof(text), "%d:%.*s ", member->number, (int)(size * count),
           data);
  crowd_see(text);
  be_within(CROWD_BODY, member->number);
  return size * count;
}

static size_t take_head(char *data, size_t size, size_t count, void *user)
{
  const struct crowd_member *member = user;
  char text[64];

  if(strncmp(data, "HTTP/", 5) != 0)
    return size * count;
  snprintf(text, sizeof(text), "%d#%.3s ", member->number, data + 9);
  crowd_see(text);
  be_within(CROWD_HEAD, member->number);
  return size * count;
}

static int take_progress(void *user, curl_off_t total, curl_off_t now,
                         curl_off_t up_total, curl_off_t up)
{
  const struct crowd_member *member = user;
  char text[64];

  (void)total, (void)now, (void)up_total, (void)up;
  snprintf(text, sizeof(text), "%d%%%" PRIu64 " ", member->number,
           stage_time(&crowd.stage));
  crowd_see(text);
  be_within(CROWD_PROGRESS, member->number);
  return crowd.abort_at && !--crowd.abort_at;
}

static void take_event(const struct curlew_event *event, void *user)
{
  static const char *const kinds[] = {
    [CURLEW_EVENT_ATTEMPT] = "attempt",
    [CURLEW_EVENT_ANSWER] = "answer",
    [CURLEW_EVENT_WAIT] = "wait",
    [CURLEW_EVENT_END] = "end:",
  };
  const struct crowd_member *member = user;
  const bool is_end = event->kind == CURLEW_EVENT_END;
  char text[64];

  snprintf(text, sizeof(text), "%d.%s%s ", member->number, kinds[event->kind],
           is_end ? curlew_reason_name(event->reason) : "");
  crowd_see(text);
  be_within(CROWD_TRACE, member->number);
}

static int take_timer(CURLM *multi, long timeout_ms, void *user)
{
  char text[32];

  assert_ptr_equal(multi, crowd.multi);
  assert_ptr_equal(user, &crowd);
  snprintf(text, sizeof(text), "<%ld> ", timeout_ms);
  crowd_see(text);
  be_within(CROWD_TIMER, -1);
  return crowd.timer_answer;
}

static void take_note(CURLM *multi, unsigned what, CURL *curl, void *user)
{
  char text[32] = "read! ";
  int who = -1;

  assert_ptr_equal(multi, crowd.multi);
  assert_ptr_equal(user, &crowd);
  for(int i = 0; i < CROWD_MAX; i++)
    if(what == SCRIPT_EASY_DONE && crowd.member[i].curl == curl)
      who = i;
  if(what == SCRIPT_EASY_DONE)
    snprintf(text, sizeof(text), "%d! ", who);
  crowd_see(text);
  be_within(CROWD_NOTIFY, who);
}

/* ---- a crowd ---- */

static void make_multi(void)
{
  crowd.multi = script_libcurl.multi_init();
  crowd.ours = cw_multi_new(crowd.multi, &script_libcurl, &crowd.stage.world);
  assert_non_null(crowd.ours);
}

void crowd_renew_multi(void)
{
  assert_int_equal(curlew_multi_cleanup(crowd.multi), CURLM_OK);
  make_multi();
}

void crowd_renew(int i)
{
  struct crowd_member *member = &crowd.member[i];
  char url[] = "http://a/";

  url[strlen("http://")] = (char)('a' + i);
  member->number = i;
  member->curl = script_libcurl.easy_init();
  assert_non_null(cw_handle_new(member->curl, &script_libcurl,
                                &crowd.stage.world, &cw_standard_library));
  assert_int_equal(curlew_easy_set_policy(member->curl, crowd.policy),
                   CURLE_OK);
  crowd_set(i, CURLOPT_URL, url);
  crowd_set(i, CURLOPT_WRITEFUNCTION, take_body);
  crowd_set(i, CURLOPT_WRITEDATA, member);
}

void crowd_hear(int i, unsigned calls)
{
  struct crowd_member *member = &crowd.member[i];

  if(calls & CROWD_HEAD) {
    crowd_set(i, CURLOPT_HEADERFUNCTION, take_head);
    crowd_set(i, CURLOPT_HEADERDATA, member);
  }
  if(calls & CROWD_PROGRESS) {
    crowd_set(i, CURLOPT_XFERINFOFUNCTION, take_progress);
    crowd_set(i, CURLOPT_XFERINFODATA, member);
    crowd_set(i, CURLOPT_NOPROGRESS, 0L);
  }
  if(calls & CROWD_TRACE)
    assert_int_equal(curlew_easy_set_trace(member->curl, take_event, member),
                     CURLE_OK);
}

void crowd_set_timer(void)
{
  assert_int_equal(
    curlew_multi_setopt(crowd.multi, CURLMOPT_TIMERDATA, &crowd), CURLM_OK);
  assert_int_equal(
    curlew_multi_setopt(crowd.multi, CURLMOPT_TIMERFUNCTION, take_timer),
    CURLM_OK);
}

void crowd_set_notify(void)
{
  assert_int_equal(
    curlew_multi_setopt(crowd.multi, (CURLMoption)SCRIPT_NOTIFYDATA, &crowd),
    CURLM_OK);
  assert_int_equal(curlew_multi_setopt(crowd.multi,
                                       (CURLMoption)SCRIPT_NOTIFYFUNCTION,
                                       take_note),
                   CURLM_OK);
}

int crowd_begin(void **state)
{
  (void)state;
  memset(&crowd, 0, sizeof(crowd));
  stage_init(&crowd.stage);
  script_init(&crowd.script, &crowd.stage);
  crowd.policy =
    policy_with(curlew_policy_builtin("default"), "backoff.jitter=none");
  make_multi();
  for(int i = 0; i < CROWD_MAX; i++)
    crowd_renew(i);
  return 0;
}

int crowd_end(void **state)
{
  (void)state;
  crowd.within = NULL;
  assert_int_equal(curlew_multi_cleanup(crowd.multi), CURLM_OK);
  for(int i = 0; i < CROWD_MAX; i++) {
    curlew_easy_cleanup(crowd.member[i].curl);
    free(crowd.member[i].options);
  }
  curlew_policy_unref(crowd.policy);
  assert_int_equal(crowd.script.handles, 0);
  assert_int_equal(crowd.script.multis, 0);
  assert_int_equal(crowd.script.played, crowd.script.exchanges);
  script_clear(&crowd.script);
  return 0;
}

/* ---- a loop ---- */

void crowd_play(const char *moves)
{
  script_add(&crowd.script, moves);
}

void crowd_add(int i, const char *moves)
{
  if(moves)
    crowd_play(moves);
  assert_int_equal(curlew_multi_add_handle(crowd.multi, crowd.member[i].curl),
                   CURLM_OK);
}

void crowd_remove(int i)
{
  assert_int_equal(
    curlew_multi_remove_handle(crowd.multi, crowd.member[i].curl), CURLM_OK);
}

void crowd_turn(void)
{
  crowd.running = -1;
  assert_int_equal(curlew_multi_perform(crowd.multi, &crowd.running),
                   CURLM_OK);
}

void crowd_poll(int timeout_ms)
{
  assert_int_equal(curlew_multi_poll(crowd.multi, NULL, 0, timeout_ms, NULL),
                   CURLM_OK);
}

long crowd_timeout(void)
{
  long timeout_ms = -2;

  assert_int_equal(curlew_multi_timeout(crowd.multi, &timeout_ms), CURLM_OK);
  return timeout_ms;
}

static int number_of(const CURL *curl)
{
  int i = 0;

  while(i < CROWD_MAX && crowd.member[i].curl != curl)
    i++;
  return i;
}

const char *crowd_messages(void)
{
  const CURLMsg *message = NULL;
  int expected = -1;
  int left = -1;

  crowd.told[0] = '\0';
  while((message = curlew_multi_info_read(crowd.multi, &left)) != NULL) {
    char text[32];
    assert_int_equal(message->msg, CURLMSG_DONE);
    assert_true(expected < 0 || left == expected);
    snprintf(text, sizeof(text), "%d=%d ", number_of(message->easy_handle),
             (int)message->data.result);
    strcat(crowd.told, text);
    expected = left - 1;
  }
  assert_int_equal(left, 0);
  return crowd.told;
}

/* To sleep forever would be to have been forgotten. */
unsigned crowd_finish(void)
{
  unsigned turns = 0;

  for(;;) {
    assert_true(turns++ < TURNS_MAX);
    crowd_turn();
    if(!crowd.running)
      return turns;
    assert_in_range(crowd_timeout(), 0, INT_MAX - 1);
    crowd_poll(INT_MAX);
  }
}

/* ---- handles ---- */

const char *crowd_outcome(int i)
{
  const struct curlew_outcome *outcome =
    curlew_easy_outcome(crowd.member[i].curl);

  crowd.told[0] = '\0';
  if(outcome)
    snprintf(crowd.told, sizeof(crowd.told), "%s %d",
             curlew_reason_name(outcome->reason), (int)outcome->result);
  return crowd.told;
}

void crowd_note(int i)
{
  free(crowd.member[i].options);
  crowd.member[i].options = options_tell(script_options(crowd.member[i].curl));
}

void crowd_assert_as_noted(int i)
{
  char *options = options_tell(script_options(crowd.member[i].curl));

  assert_string_equal(options, crowd.member[i].options);
  free(options);
}
