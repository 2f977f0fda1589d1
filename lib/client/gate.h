/*
 * gate.h - holds heads and bodies back until the engine has decided.
 *
 * The gate's callbacks stand where the application's would. At the blank line
 * of a head the engine is asked; what the application is to see goes on to its
 * own callbacks, in the order libcurl has them, and what it is not to see is
 * drained or aborted.
 */
#ifndef CW_GATE_H
#define CW_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <curl/curl.h>

#include "head.h"
#include "text.h"

struct cw_handle;

enum cw_gate_state {
  CW_GATE_OPEN,      /* everything goes through */
  CW_GATE_HOLDING,   /* heads are kept, the verdict is not in */
  CW_GATE_RELEASING, /* what is held goes through first; then |after| holds */
  CW_GATE_WITHHOLD   /* this response is not for the application */
};

struct cw_gate {
  struct cw_text held; /* used again by each attempt */

  /* the rest is made anew for each */
  enum cw_gate_state state;
  enum cw_gate_state after; /* OPEN or WITHHOLD */
  bool is_policed;          /* this attempt is watched at all */
  bool is_quick;     /* it is asleep, and its first line is still to come */
  bool is_clean;     /* ... and has passed, which is all there was */
  bool is_through;   /* it has passed: so does what comes after */
  bool is_blind;     /* the final head has passed, and nobody looks at it */
  bool is_flowing;   /* it has passed, and lines go on as they come */
  bool is_keeping;   /* lines of the head are only to be held */
  bool is_in_head;   /* between a status line and its blank line */
  bool is_interim;   /* ... of a 1xx or of a proxy's answer to CONNECT */
  bool is_cared_for; /* the engine wants to see the last head */
  bool is_asked;     /* it has */
  bool is_answering; /* libcurl itself may answer the last head */
  bool is_joined;    /* libcurl may hand over several lines at once */
  bool is_half_told; /* the write callback had the line, the header callback
                        did not */
  bool is_trailing;  /* a head is over: what the outlet gets is a trailer, or
                        another head */
  bool is_body;      /* ... of its body */
  bool is_delivered; /* the application has seen something of the response */
  bool is_withheld;  /* this response will never be delivered */
  bool is_aborted;   /* the gate itself ended the attempt */
  unsigned status;   /* of the last head that counts, 0 before it */
  size_t joined_at;  /* how many of the bytes that come joined were taken */
  size_t head;       /* where in |held| the last head begins */
  size_t flushed;    /* how much of |held| the application has seen */
  uint64_t body;     /* length of the body to be withheld */
  uint64_t drained;  /* bytes of it so far */
  uint64_t drain_until_ms;
  size_t uncounted; /* bytes of the head that libcurl did not count, since it
                        was aborted there */
};

#define CW_GATE_ABORT    ((size_t)0)    /* no callback is called for nothing */
#define CW_GATE_HELD_MAX (256u * 1024u) /* bytes of heads that are held */
#define CW_GATE_DRAIN_MS 500u           /* time to drain a withheld body */

/* Is the time over to drain a body? It is too where the clock went back. */
static inline bool cw_gate_drains_too_long(const struct cw_gate *gate,
                                           uint64_t now_ms)
{
  return now_ms >= gate->drain_until_ms ||
         gate->drain_until_ms - now_ms > CW_GATE_DRAIN_MS;
}

/* The callbacks; |user| is the handle. */
size_t cw_gate_write(char *data, size_t size, size_t count, void *user);
size_t cw_gate_header(char *line, size_t size, size_t count, void *user);

/* Makes the gate ready for an attempt, watched or not. */
static inline void cw_gate_start(struct cw_gate *gate, bool is_policed)
{
  const size_t begin = offsetof(struct cw_gate, state);

  gate->held.length = 0;
  memset((char *)gate + begin, 0, sizeof(*gate) - begin);
  gate->state = is_policed ? CW_GATE_HOLDING : CW_GATE_OPEN;
  gate->is_policed = is_policed;
  gate->body = CW_LENGTH_UNKNOWN;
}

/* The same, watched, where |is_clean|: little is to be made anew. */
static inline void cw_gate_start_again(struct cw_gate *gate)
{
  gate->held.length = 0;
  gate->state = CW_GATE_HOLDING;
  gate->is_policed = true;
  gate->is_through = false;
  gate->is_blind = false;
  gate->is_flowing = false;
  gate->is_body = false;
  gate->is_delivered = false;
  gate->status = 0;
}

/* Tells the gate that libcurl is done with |result|: the last head that is held
   is settled now. */
void cw_gate_settle(struct cw_handle *handle, CURLcode result);

/* Gives the application what is still held of a response that is delivered.
   Returns |result|, or CURLE_WRITE_ERROR where it is refused. */
CURLcode cw_gate_deliver(struct cw_handle *handle, CURLcode result);

/* Between operations everything goes through, should anything come. */
static inline void cw_gate_idle(struct cw_gate *gate)
{
  gate->is_policed = false;
  gate->is_quick = false;
  gate->is_through = false;
  gate->is_blind = false;
  gate->is_keeping = false;
}

void cw_gate_clear(struct cw_gate *gate);

#endif
