/* request.h - what the engine is told of the request that is made. */
#ifndef CW_REQUEST_H
#define CW_REQUEST_H

#include <curl/curl.h>

struct cw_handle;

/* Describes the application's request, when an operation begins. */
CURLcode cw_request_describe(struct cw_handle *handle);

/* Gives it an Idempotency-Key of ours where the policy wants one: a random
   UUID (RFC 9562), the same for all attempts. */
void cw_request_make_key(struct cw_handle *handle);

/* Brings it up to date with what is known of the body and the fields. */
void cw_request_refresh(struct cw_handle *handle);

/* Finds out whether the body can be rewound, by rewinding it. */
void cw_request_try_body(struct cw_handle *handle);

#endif
