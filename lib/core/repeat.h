/*
 * repeat.h - may this request be sent again?
 *
 * Two questions: may the server get it twice (the method), and is there
 * something to send (the body).
 */
#ifndef CW_REPEAT_H
#define CW_REPEAT_H

#include <stdbool.h>

#include "rules.h"

enum cw_body {
  CW_BODY_REPEATABLE, /* none, in memory, can be rewound, or not touched yet */
  CW_BODY_SPENT       /* a stream of which something is gone */
};

/* May a server that has perhaps processed the request get it once more? */
bool cw_repeat_is_idempotent(const struct cw_rules *rules, const char *method,
                             bool has_idempotency_key);

/* Does a request that brings no Idempotency-Key get one of ours? */
bool cw_repeat_adds_key(const struct cw_rules *rules, const char *method);

#endif
