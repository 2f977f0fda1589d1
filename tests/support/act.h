/*
 * act.h - one operation as a row of a table: what is played, and what has to
 * come of it.
 *
 * Each act is played three times: on a new handle; on one that was performed
 * before, traced, so that every decision is made awake; and on one that was
 * performed before and so begins asleep, where it can (see usual.h). What
 * comes of it is the same.
 */
#ifndef ACT_H
#define ACT_H

#include "scene.h"

#define ACT_EXCHANGES 8

struct act {
  const char *name;     /* told where it fails */
  const char *settings; /* over the built-in default without jitter */
  void (*prepare)(struct scene *scene);
  const char *exchange[ACT_EXCHANGES];

  /* what is expected; a text that is NULL is not looked at */
  CURLcode result;
  unsigned aborts; /* exchanges that a callback of ours ended */
  const char *reason;
  const char *requests;
  const char *sleeps;
  const char *body;
  const char *heads;
};

void act_play(const struct act *act);
void act_play_all(const struct act *act, size_t count);

#define ACT_ALL(acts) act_play_all(acts, sizeof(acts) / sizeof((acts)[0]))

#endif
