/* ending.h - what came of an attempt, in the engine's words, and what becomes of
   an operation, in libcurl's. */
#ifndef CW_ENDING_H
#define CW_ENDING_H

#include <curl/curl.h>

#include "engine.h"

struct cw_handle;

/* What the attempt that libcurl ended with |result| came to. */
struct cw_ending cw_ending_of(struct cw_handle *handle, CURLcode result);

/* What the application is told of an operation that |step| ends, whose last
   attempt ended with |result|. Where that is another code, the error buffer
   says why. */
CURLcode cw_ending_result(struct cw_handle *handle, const struct cw_step *step,
                          CURLcode result);

#endif
