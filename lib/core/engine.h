/*
 * engine.h - one operation, from the first attempt to the one that counts.
 *
 * The engine decides and never acts. A driver tells it what happened and at
 * what instant; it answers with a step: a verdict for the driver to carry out
 * and the reason for it. It reads no clock, allocates nothing, calls nothing
 * back, and has never heard of libcurl.
 *
 *     begin ---> attempt ---> head ---> done ---> CW_DELIVER: over
 *                   ^           |         |
 *                   |           +- again -+  a later head replaces the first
 *                   +---- at start_ms ----+  CW_FOLLOW, CW_RETRY, CW_FORGET
 *
 * A driver calls begin once; then for each attempt head for each response head
 * that cw_engine_cares about, and done; until the verdict is CW_DELIVER. What a
 * head was answered with is settled when the driver lets the body pass or
 * when it calls done: until then another head replaces it.
 *
 * An engine belongs to one thread at a time.
 */
#ifndef CW_ENGINE_H
#define CW_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "head.h"
#include "instant.h"
#include "reason.h"
#include "redirect.h"
#include "repeat.h"
#include "retry_after.h"
#include "rng.h"
#include "rules.h"

/* What the application said of following: CURLOPT_FOLLOWLOCATION. */
enum cw_wish { CW_WISH_UNSET, CW_WISH_OFF, CW_WISH_ON };

/* The request of the attempt at hand. The driver keeps it up to date between
   and during calls; the strings live as long as the operation. */
struct cw_request {
  const char *method;
  bool is_post; /* redirects take it for a POST, whatever |method| says:
                   CURLOPT_FOLLOWLOCATION 2 and 3 */
  bool has_idempotency_key;
  enum cw_body body;
  enum cw_wish follow;
  unsigned keep_post;     /* CW_KEEP_POST_*: CURLOPT_POSTREDIR */
  uint32_t max_redirects; /* CURLOPT_MAXREDIRS; UINT32_MAX if not limited */
  bool is_expected;       /* the resource is expected to appear */
  bool asks_credentials;  /* somebody can be asked for other credentials */
  bool sent_expect;       /* with an Expect of the application's own */
};

/* Where a redirect leads. */
enum cw_target_kind {
  CW_TARGET_NONE,      /* no Location, or an empty one */
  CW_TARGET_BAD,       /* not a URL */
  CW_TARGET_SCHEME,    /* not http or https, or not allowed */
  CW_TARGET_DOWNGRADE, /* from https to http */
  CW_TARGET_FINE
};

struct cw_target {
  enum cw_target_kind kind;
  const char
    *url; /* absolute; only if CW_TARGET_FINE or CW_TARGET_DOWNGRADE */
};

enum cw_verdict {
  CW_DELIVER, /* the outcome in hand is the result */
  CW_FOLLOW,  /* go to the target with |method| at |start_ms| */
  CW_RETRY,   /* the same request again at |start_ms| */
  CW_FORGET   /* the remembered target failed: forget it, ask the original */
};

/* What the result of a delivered operation is. */
enum cw_result {
  CW_RESULT_AS_IS,      /* what the attempt brought */
  CW_RESULT_BAD_URL,    /* the others: the response is withheld, the */
  CW_RESULT_BAD_SCHEME, /* operation fails as libcurl's own following */
  CW_RESULT_TOO_MANY,   /* would */
  CW_RESULT_REWIND
};

struct cw_step {
  enum cw_verdict verdict;
  enum curlew_reason reason;
  enum cw_result result;
  uint64_t wait_ms;    /* from the decision to start_ms */
  uint64_t start_ms;   /* when to start, on the mono clock; never before what
                          the server asked for */
  struct cw_hint hint; /* what the server asked for */
  const char *method;  /* CW_FOLLOW: of the next attempt */
  bool drops_body;     /* CW_FOLLOW: and its content fields */
  uint64_t memory_ms;  /* CW_FOLLOW: for how long to remember it, 0: not */
  enum cw_connection connection;
  enum cw_repair repair;
};

/* How an attempt ended. */
enum cw_end {
  CW_END_COMPLETE, /* libcurl was content, or what failed was withheld */
  CW_END_ERROR,
  CW_END_ABORTED, /* by a callback of the application */
  CW_END_CANCELLED,
  CW_END_RESEND /* libcurl's silent re-send was stopped */
};

struct cw_ending {
  enum cw_end end;
  enum cw_error error; /* only CW_END_ERROR */
  bool delivered;      /* the application has seen something of it */
  unsigned refusal;    /* status by which a proxy refused to CONNECT, or 0 */
};

/* Fields are for engine.c alone; the type is complete so that a driver can
   embed it and the core need not allocate. */
struct cw_engine {
  const struct cw_rules *rules;
  const struct cw_rng *rng;
  const char *url; /* of the attempt at hand */
  uint64_t start_ms;
  uint64_t deadline_ms;
  uint64_t waited_ms;
  uint64_t last_backoff_ms;
  unsigned attempts;
  unsigned redirects;
  unsigned status; /* of the last head of this attempt, 0 before it */
  bool is_remembered;
  bool is_given_up; /* see cw_engine_gave_up */
  bool has_pending;
  struct cw_step pending;
  uint8_t once[(CW_RULES_STATUSES + CW_ERROR_COUNT + 7) / 8];
  struct cw_trail trail;
};

/*
 * Starts an operation whose first attempt may be made at once.
 *
 * |rules| and |rng| are borrowed until the operation is over. |timeout_ms| is
 * the application's own bound for all of it, or CW_FOREVER.
 */
void cw_engine_begin(struct cw_engine *engine, const struct cw_rules *rules,
                     const struct cw_rng *rng, uint64_t timeout_ms,
                     struct cw_instant now);

/* Tells the engine that the first attempt goes to a remembered target, which
   is |hops| permanent redirects away. */
void cw_engine_remembers(struct cw_engine *engine, unsigned hops);

/* Tells the engine that the same request was repeated and given up just before,
   and that the program repeats it by itself: it gets no retry but for what can
   be repaired. */
void cw_engine_gave_up(struct cw_engine *engine);

/* Tells the engine that an attempt to |url| begins under |rules|, those of its
   host. Both are borrowed until the next call of this. */
void cw_engine_attempt(struct cw_engine *engine, const struct cw_rules *rules,
                       const char *url);

/* Notes that a head with |status| has begun, and says whether its fields
   matter. If not, it is passed, and cw_engine_head need not be called. */
bool cw_engine_cares(struct cw_engine *engine, unsigned status);

/*
 * Tells the engine that a response head is in. The step is what done will
 * answer, unless another head or a failure of the application comes before.
 * Anything but CW_DELIVER with CW_RESULT_AS_IS means that the body is to be
 * withheld. The pointer is good until the next call.
 */
const struct cw_step *cw_engine_head(struct cw_engine *engine,
                                     const struct cw_request *request,
                                     const struct cw_head *head,
                                     const struct cw_target *target,
                                     struct cw_instant now);

/* Tells the engine that what its last step asks for cannot be done, so that
   the response is delivered instead, for |reason|. */
void cw_engine_decline(struct cw_engine *engine, enum curlew_reason reason);

/* Tells the engine that the attempt is over, and how. */
struct cw_step cw_engine_done(struct cw_engine *engine,
                              const struct cw_request *request,
                              const struct cw_ending *ending,
                              struct cw_instant now);

/* Tells the engine that what |step| asks for will not be done after all: the
   wait before it was ended, or there is no memory for it. */
void cw_engine_abandon(struct cw_engine *engine, const struct cw_step *step,
                       struct cw_instant now);

/* Must the operation be over at some time? */
static inline bool cw_engine_is_bounded(const struct cw_engine *engine)
{
  return engine->deadline_ms != CW_FOREVER;
}

/* Milliseconds until the operation must be over: 0 if it should be, or
   CW_FOREVER. */
uint64_t cw_engine_left_ms(const struct cw_engine *engine,
                           struct cw_instant now);

#endif
