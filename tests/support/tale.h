/*
 * tale.h - a random case as a whole: a policy, an application and what its
 * servers answer, all of it read from bytes.
 *
 * A tale is played between the scripted libcurl and the stage's clock, and
 * looked at by a model of what must hold that shares nothing with the library
 * but its documentation: README.md's tables, and the promises of
 * <curlew/easy.h>. What is not promised is not looked at. Each tale is played
 * twice: by the blocking driver, traced; and in the way that it says itself.
 * The same must come of both.
 */
#ifndef TALE_H
#define TALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "choices.h"
#include "drive.h"

#define TALE_OPERATIONS 3
#define TALE_EXCHANGES  9 /* of an operation; all after them are 200 */
#define TALE_MOVES      640
#define TALE_FOREVER    UINT64_MAX
#define TALE_SECRET     "secret" /* in all that must not leave its origin */
#define TALE_HIDDEN     "hidden" /* in what may, but must not be told */
#define TALE_BODY       "{\"all\": 1}" /* of requests */

/* ---- the policy ---- */

enum tale_action { TALE_PASS, TALE_FAIL, TALE_FOLLOW, TALE_RETRY };
enum tale_method { TALE_KEEP, TALE_GET, TALE_POST_TO_GET };
enum tale_if { TALE_ALWAYS, TALE_IF_AFTER, TALE_IF_EXPECTED };
enum tale_any { TALE_NOT_ANY, TALE_ANY, TALE_ANY_AFTER };
enum tale_repair {
  TALE_NO_REPAIR,
  TALE_LENGTH,
  TALE_NO_EXPECT,
  TALE_CREDENTIALS
};

struct tale_rule {
  enum tale_action action;
  enum tale_method method;
  enum tale_if condition;
  enum tale_any any;
  enum tale_repair repair;
  bool once;
  bool is_fresh;
  bool is_remembered;
};

/* What a policy says of a place: everywhere, or a host. */
#define TALE_RULES 3
struct tale_place {
  unsigned attempts;
  struct {
    unsigned status;
    const char *text;
    struct tale_rule rule;
  } own[TALE_RULES];
  size_t count;
};

enum tale_when { TALE_ALWAYS_FOLLOWS, TALE_FOLLOWS_ASKED, TALE_NEVER };
enum tale_jitter { TALE_FULL, TALE_NONE, TALE_EQUAL, TALE_DECORRELATED };

struct tale_policy {
  struct tale_place everywhere;
  struct tale_place host; /* of b and all below it */
  bool has_host;
  unsigned redirects;
  uint64_t waiting_ms;
  uint64_t deadline_ms;
  uint64_t attempt_timeout_ms;
  uint64_t base_ms;
  uint64_t cap_ms;
  unsigned factor;
  enum tale_jitter jitter;
  uint64_t after_cap_ms;
  enum tale_when when;
  bool allows_downgrade;
  bool adds_key;
  bool lets_resend;
  unsigned error_action; /* of timeout, send, receive, empty-reply */
  unsigned early_action; /* of resolve, connect, tls */
  char text[1600];       /* as a file */
};

/* ---- the application ---- */

enum tale_body {
  TALE_NO_BODY,
  TALE_MEMORY,
  TALE_REWINDS,
  TALE_STREAM,         /* a read callback without a seek callback */
  TALE_REWINDS_CHUNKS, /* the same, of a size that is not known */
  TALE_STREAM_CHUNKS
};

/* How credentials are given; a set of them. */
enum {
  TALE_USERPWD = 1,
  TALE_BEARER = 2,
  TALE_COOKIE = 4,
  TALE_AUTHORIZATION = 8,
  TALE_OWN_FIELD = 16,
  TALE_REFERER = 32,
  TALE_SIGV4 = 64,
  TALE_CERTIFICATE = 128
};

struct tale_application {
  const char *method;
  enum tale_body body;
  int follow; /* -1: not set */
  unsigned post_redirect;
  long max_redirects; /* -1: not set */
  long timeout_ms;    /* 0: not set */
  bool is_unrestricted;
  bool has_key;
  bool sends_expect;
  bool expects; /* that the resource appears */
  unsigned credentials;
  unsigned asks; /* 0: no callback; 1: it has some; 2: it has none */
  bool watches;  /* progress */
  bool shares;
  unsigned pause_every;
  unsigned pause_head_at;
  unsigned abort_head_at;
  unsigned abort_body_at;
  unsigned abort_progress_at;
  uint64_t cancel_ms; /* after the beginning of the operation; 0: never */
};

/* ---- the servers ---- */

struct tale_exchange {
  unsigned status; /* of the last head; 0: none comes */
  bool has_rounds; /* a 401 before it that libcurl answers */
  bool cuts_head;  /* it ends before the blank line */
  bool is_lost;    /* and sent again by libcurl */
  unsigned end;    /* the CURLcode; 0 */
  bool is_sent;
  bool has_body;
  bool reads_all;    /* of the request's body */
  uint64_t early_ms; /* that pass before the last head */
  uint64_t total_ms;
  const char *location; /* NULL: none */
  bool has_after;       /* a Retry-After that can be read */
  uint64_t after_ms;
  int64_t after_s;   /* or until then; 0: not */
  uint64_t reset_ms; /* RateLimit-Reset; 0: none */
  bool is_forbidden; /* x-should-retry: false */
  bool sets_cookie;
  bool is_not_kept; /* no-store */
  bool cancels;
  char body[96];
  char moves[TALE_MOVES];
};

struct tale_operation {
  const char *url;
  uint64_t pause_ms; /* before it */
  size_t count;
  struct tale_exchange exchange[TALE_EXCHANGES];
};

struct tale {
  enum drive_way way;
  bool is_traced;  /* in that way */
  bool is_warm;    /* the handle was performed before */
  unsigned chance; /* 0: always lowest; 1: highest; others: a seed */
  struct tale_policy policy;
  struct tale_application application;
  size_t count;
  struct tale_operation operation[TALE_OPERATIONS];
};

/* Any bytes are a tale. */
void tale_read(struct tale *tale, const uint8_t *data, size_t size);

/* Plays it. NULL if all promises were kept; else which was not, to be freed.
   What the scripted libcurl and the drivers' loops look at by themselves ends
   the process. */
char *tale_play(const struct tale *tale);

/* Writes it down, as somebody would who makes a scenario of it. */
void tale_print(const struct tale *tale, FILE *out);

/* The parts of it. */
void tale_read_policy(struct tale_policy *policy, struct choices *choices);
void tale_read_application(struct tale_application *application,
                           struct choices *choices);
void tale_read_exchange(struct tale_exchange *exchange,
                        const struct tale *tale, struct choices *choices,
                        const char *tag);

/* What the policy says of |status| from |host|. */
struct tale_rule tale_rule_for(const struct tale_policy *policy,
                               const char *host, unsigned status);
unsigned tale_attempts_for(const struct tale_policy *policy, const char *host);
bool tale_is_idempotent(const char *method);

#endif
