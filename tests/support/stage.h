/*
 * stage.h - a world whose clock moves when told.
 *
 * Sleeping takes no time: it is noted, and the clock stands at its end. What
 * the policy draws comes from dice; without any, a draw fails the test.
 */
#ifndef STAGE_H
#define STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dice.h"
#include "world.h"

#define STAGE_START_MS 1000000u
#define STAGE_WALL_S   784111777 /* Sun, 06 Nov 1994 08:49:37 GMT */
#define STAGE_SLEEPS   256

struct stage {
  struct cw_world world;
  uint64_t now_ms;
  uint64_t mark_ms; /* times are told from here on */
  bool is_odd;      /* the clocks are not what clocks should be: */
  int64_t wall_s;   /* what the one on the wall says then */
  unsigned looks;   /* how often the clock was read since then */
  struct dice dice;
  struct {
    uint64_t from_ms;
    uint64_t until_ms;
  } sleep[STAGE_SLEEPS]; /* since then */
  size_t sleeps;
  bool notes_nothing;           /* there may be any number of them */
  char told[STAGE_SLEEPS * 24]; /* the sleeps as a text */

  /* what another thread does while somebody sleeps: at |act_ms| after the mark
     |act| is called, if it is set */
  void (*act)(void *user);
  void *act_user;
  uint64_t act_ms;
};

/* The stage must stay where it is. */
void stage_init(struct stage *stage);

/* Begins to note anew; times are told from now on. */
void stage_mark(struct stage *stage);

/* From now on the steady clock goes on from |now_ms|, which may be before, and
   the one on the wall stands at |wall_s|. Times that are told mean nothing any
   more, but for the lengths of sleeps. */
void stage_jump(struct stage *stage, uint64_t now_ms, int64_t wall_s);

/* How long all sleeps since the mark were, one after the other. */
uint64_t stage_slept(const struct stage *stage);

/* Lets time pass without a sleep. */
void stage_pass(struct stage *stage, uint64_t ms);

/* Sleeps for |ms|, or until |*is_woken| is set in the middle of it; NULL:
   nobody can. */
void stage_sleep(struct stage *stage, uint64_t ms, const bool *is_woken);

/* Milliseconds since the mark. */
uint64_t stage_time(const struct stage *stage);

/* All sleeps since the mark: "0-500 500-1500"; good until the next call. */
const char *stage_sleeps(struct stage *stage);

#endif
