/*
 * crowd.h - handles of curlew's in a multi handle of curlew's, between a
 * script and a stage, and what an application on them sees.
 *
 * All that its callbacks are told is written down in one text, in order:
 *
 *   0:busy         handle 0 gets a piece of a body
 *   0#200          ... the first line of a head
 *   0%300          ... is asked for progress, 300 ms after the mark
 *   0.wait         ... is traced: attempt, answer, wait, end:reason
 *   <500>          the timer callback
 *   0! read!       the notify callback
 */
#ifndef CROWD_H
#define CROWD_H

#include <curlew/curlew.h>

#include "scene.h"
#include "handle.h"
#include "multi.h"
#include "script_multi.h"

#define CROWD_MAX 4
#define CROWD_OK  "200|Content-Length: 2;body ok"

enum crowd_call {
  CROWD_BODY = 1,
  CROWD_HEAD = 2,
  CROWD_PROGRESS = 4,
  CROWD_TRACE = 8,
  CROWD_TIMER = 16,
  CROWD_NOTIFY = 32
};

struct crowd_member {
  int number;
  CURL *curl;
  char *options; /* as crowd_note() found them */
};

struct crowd {
  struct stage stage;
  struct script script;
  CURLM *multi;
  struct cw_multi *ours; /* what curlew knows of it */
  struct curlew_policy *policy;
  struct crowd_member member[CROWD_MAX];
  char seen[8192];
  char told[1024]; /* what crowd_messages() returned */
  int running;     /* at the last turn */

  unsigned abort_at; /* this progress callback from now aborts; 0: none */
  int timer_answer;
  /* called in each callback, if it is set; |who| is -1 for the multi's */
  void (*within)(enum crowd_call call, int who);
  bool is_within;
};

/* There is one at a time. */
extern struct crowd crowd;

/* For cmocka: a multi handle, and CROWD_MAX handles that are not in it, for
   "http://a/" and so on, with a write callback, under the built-in default
   without jitter. In the end all is freed, and nothing may be left. */
int crowd_begin(void **state);
int crowd_end(void **state);

/* The multi handle goes, and another one comes. */
void crowd_renew_multi(void);

/* A new handle in the place of one that is gone; what it is to be told
   beside bodies: HEAD, PROGRESS, TRACE. */
void crowd_renew(int i);
void crowd_hear(int i, unsigned calls);

/* CURLMOPT_TIMERFUNCTION and CURLMOPT_NOTIFYFUNCTION. */
void crowd_set_timer(void);
void crowd_set_notify(void);

/* Adds to what was seen, or begins anew. */
void crowd_see(const char *text);
void crowd_forget_seen(void);

void crowd_play(const char *moves);
void crowd_add(int i, const char *moves); /* NULL: they were played before */
void crowd_remove(int i);

/* The functions of a loop; all of them have to work. */
void crowd_turn(void);
void crowd_poll(int timeout_ms);
long crowd_timeout(void);
const char *crowd_messages(void); /* all: "0=0 2=42 " */

/* Turns and sleeps until nothing runs; returns the number of turns. */
unsigned crowd_finish(void);

/* "reason result", "" if there is none. */
const char *crowd_outcome(int i);

/* Writes down which options a handle has, and looks whether it has them. */
void crowd_note(int i);
void crowd_assert_as_noted(int i);

/* Everything that is seen at a turn, and how many run after it. */
#define assert_turn(text, count)                                              \
  do {                                                                        \
    crowd_forget_seen();                                                      \
    crowd_turn();                                                             \
    assert_string_equal(crowd.seen, text);                                    \
    assert_int_equal(crowd.running, count);                                   \
  } while(0)

#define assert_messages(text) assert_string_equal(crowd_messages(), text)
#define assert_crowd_outcome(i, text)                                         \
  assert_string_equal(crowd_outcome(i), text)

#define crowd_set(i, option, value)                                           \
  assert_int_equal(curlew_easy_setopt(crowd.member[i].curl, option, value),   \
                   CURLE_OK)

#define CROWD_TEST(name)                                                      \
  cmocka_unit_test_setup_teardown(name, crowd_begin, crowd_end)

#endif
