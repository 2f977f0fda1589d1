/* drain.h - the body of a response that the application is not to see. */
#ifndef CW_DRAIN_H
#define CW_DRAIN_H

#include <stddef.h>

struct cw_handle;

/* From now on the response is swallowed. Returns |length|, or CW_GATE_ABORT
   where the rest of it would cost more than a new connection. */
size_t cw_drain_begin(struct cw_handle *handle, size_t length);

/* Swallows |length| bytes of it, or aborts where it gets too much. */
size_t cw_drain_take(struct cw_handle *handle, size_t length);

#endif
