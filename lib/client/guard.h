/*
 * guard.h - the guard against libcurl's silent re-send.
 *
 * Where a kept connection dies before a byte of the answer, libcurl sends the
 * request again by itself, whatever its method. The pre-request callback comes
 * before each send, and so can stop the second. It also stops libcurl from
 * going round in a circle after a 417.
 */
#ifndef CW_GUARD_H
#define CW_GUARD_H

#include <curl/curl.h>

struct cw_handle;

/* libcurl's pre-request callback; |user| is the handle. */
int cw_guard_prereq(void *user, char *remote_ip, char *local_ip,
                    int remote_port, int local_port);

/* Makes the guard ready for an attempt. */
void cw_guard_start(struct cw_handle *handle);

/* Puts the callback in place where that attempt needs it, or takes it away: it
   is not free. */
CURLcode cw_guard_install(struct cw_handle *handle);

/* A head has begun with |line|: what is sent after it is an answer to it. */
void cw_guard_saw_head(struct cw_handle *handle, const char *line);

#endif
