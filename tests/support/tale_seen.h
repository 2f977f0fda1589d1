/*
 * tale_seen.h - what came of an operation of a tale, and what must hold of it.
 */
#ifndef TALE_SEEN_H
#define TALE_SEEN_H

#include <curlew/curlew.h>

#include "scene.h"
#include "tale.h"
#include "tale_url.h"

#define TALE_EVENTS 160
#define TALE_KNOWN  32

/* A permanent redirect that may be remembered. */
struct tale_known {
  struct tale_url from;
  struct tale_url to;
  uint64_t until_ms;
};

/* An operation, as it was seen from outside. */
struct tale_seen {
  const struct tale *tale;
  const struct tale_operation *operation;
  struct scene *scene; /* the requests, heads and bodies */
  CURLcode result;
  uint64_t begin_ms;
  uint64_t end_ms;
  const struct curlew_outcome *outcome;
  long status; /* as getinfo tells */
  long redirects;
  bool gave_credentials; /* that are the application's from now on */
  char *before;          /* the options */
  char *after;
  struct curlew_event event[TALE_EVENTS]; /* texts in them are stale */
  size_t events;
  bool is_traced;

  /* of the operations before; the check adds its own */
  struct tale_known known[TALE_KNOWN];
  size_t knows;
};

/* Where the model stands in an operation. */
struct tale_walk {
  struct tale_seen *seen;
  size_t at; /* the request that is looked at */
  struct tale_url home;
  struct tale_url url; /* where it must go */
  const char *method;
  bool is_bare;  /* a hop took its body away */
  bool is_away;  /* another origin was visited */
  bool is_moved; /* that, or https on the same host */
  bool is_remembered;
  bool is_vague; /* a place with userinfo, and without it, is two to the
                    library and one here: it may have come another way */
  bool is_error;  /* what came before the error does not count */
  bool is_held;   /* the body is known to the library by now */
  bool is_spent;  /* the body cannot be sent again */
  unsigned sends; /* hops not counted */
  unsigned hops;
  unsigned followed; /* of them, not only remembered */
  long hop_status;   /* of the last one */
  uint64_t waited_ms;
  unsigned used[16]; /* statuses that were retried */
  size_t uses;
  struct tale_url trail[40]; /* since the last change */
  const char *trail_method[40];
  size_t trails;
  char *broken; /* the first promise that was; to be freed */
};

/* A text, to be freed. */
char *tale_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Notes that a promise was broken. Returns false. */
bool tale_break(struct tale_walk *walk, const char *format, ...)
  __attribute__((format(printf, 2, 3)));

/* "What must hold": |condition|, or the promise in words is broken. */
#define tale_promise(walk, condition, ...)                                    \
  ((condition) || tale_break(walk, __VA_ARGS__))

/* What the server was told to do with the nth request. */
const struct tale_exchange *tale_exchange_at(const struct tale_walk *walk,
                                             size_t n);

/* NULL, or the promise that was broken. */
char *tale_check(struct tale_seen *seen);

/* Its parts; false where a promise was broken. */
bool tale_check_first(struct tale_walk *walk);
bool tale_check_request(struct tale_walk *walk);
bool tale_check_step(struct tale_walk *walk); /* to the next request */
bool tale_check_end(struct tale_walk *walk);
bool tale_check_told(struct tale_walk *walk);

/* ---- the model ---- */

/* Did the head come as a whole? */
bool tale_has_head(const struct tale_walk *walk);
/* Is it one that libcurl may answer by itself, and so kept until the body
   begins, and did the exchange fail? */
bool tale_is_unsettled(const struct tale_walk *walk);
struct tale_rule tale_rule_here(const struct tale_walk *walk);
uint64_t tale_asked_ms(const struct tale_walk *walk, bool with_reset);
uint64_t tale_bound_ms(const struct tale_walk *walk);

/* Why the request at hand may not be sent again or followed, or NONE; where
   several are true, the one that curlew is to name is among them: |reason| is
   true. */
bool tale_is_true(struct tale_walk *walk, enum curlew_reason reason);

bool tale_may_follow(const struct tale_walk *walk);
bool tale_has_key(const struct tale_walk *walk);
/* Where Location leads; false where nowhere. */
bool tale_target(const struct tale_walk *walk, struct tale_url *target);
bool tale_keeps_body(const struct tale_walk *walk, struct tale_rule rule);
bool tale_is_circle(const struct tale_walk *walk, const char *method,
                    const struct tale_url *target);
unsigned tale_most_hops(const struct tale_walk *walk);

#endif
