/*
 * redirect.h - where a redirect leads, and for how long it counts.
 */
#ifndef CW_REDIRECT_H
#define CW_REDIRECT_H

#include <stdbool.h>
#include <stdint.h>

#include "head.h"
#include "instant.h"
#include "rules.h"

/* CURLOPT_POSTREDIR: the statuses after which a POST stays a POST. */
enum { CW_KEEP_POST_301 = 1, CW_KEEP_POST_302 = 2, CW_KEEP_POST_303 = 4 };

struct cw_next {
  const char *method; /* |method| itself or a constant */
  bool drops_body;    /* the body goes, and its content fields with it */
};

/* The method after a redirect of |status| under |rule|. */
struct cw_next cw_redirect_next(const struct cw_rule *rule, unsigned status,
                                const char *method, unsigned keep_post);

/*
 * For how many milliseconds a permanent redirect may be remembered: 0 for not
 * at all, CW_FOREVER where the response sets no bound. Only answers to GET and
 * HEAD under a rule that says so are; no-store and no-cache forbid it, max-age
 * less Age bounds it, else Expires less Date.
 */
uint64_t cw_redirect_memory_ms(const struct cw_rule *rule, const char *method,
                               const struct cw_head *head,
                               struct cw_instant now);

/* The requests that an operation has made, to see when it goes in a circle. */
#define CW_TRAIL_MAX 64
struct cw_trail {
  uint64_t mark[CW_TRAIL_MAX];
  unsigned count; /* of all marks ever left; the last CW_TRAIL_MAX are kept */
};

/* Was |method| |url| requested before? Leaves a mark if it was not. */
bool cw_trail_crosses(struct cw_trail *trail, const char *method,
                      const char *url);

#endif
