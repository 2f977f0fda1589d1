/*
 * compile.h - a layer over the rules that it changes.
 *
 * The rules below are compiled already, so a policy of many files is made of
 * one such step each, and so is curlew_policy_set().
 */
#ifndef CW_COMPILE_H
#define CW_COMPILE_H

#include <stdatomic.h>

#include "layer.h"
#include "policy.h"

struct curlew_policy {
  atomic_uint refs;
  struct cw_ruleset set;
  struct cw_rules *rules;     /* owned: count of hosts, and everywhere last */
  struct cw_host_rules *host; /* owned: set.count, sorted; patterns owned */
};

/* Hosts of a policy, those of the policies that it extends included. */
#define CW_COMPILE_HOSTS_MAX 1024

/* What a policy that extends nothing starts from: libcurl's own ways. */
const struct cw_ruleset *cw_compile_nothing(void);

/*
 * Makes a policy, with one reference, of |layer| over |base|. A host's rules
 * are those that |base| has for it, then what |layer| says for everywhere,
 * then its patterns that cover the host, the longest last.
 *
 * |spot| names the file of |layer|. A mistake is a base of the back-off above
 * its cap, or too many hosts.
 */
CURLcode cw_compile(const struct cw_ruleset *base,
                    const struct cw_layer *layer, const struct cw_spot *spot,
                    struct curlew_policy **policy);

/* Frees |policy|, whatever its references are; NULL is allowed. */
void cw_compile_free(struct curlew_policy *policy);

#endif
