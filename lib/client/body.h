/*
 * body.h - the body of a request, and whether it can be sent again.
 */
#ifndef CW_BODY_H
#define CW_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "repeat.h"
#include "text.h"

struct cw_handle;

enum cw_body_source {
  CW_SOURCE_NONE,
  CW_SOURCE_MEMORY,   /* POSTFIELDS; MIMEPOST, which libcurl rewinds itself */
  CW_SOURCE_CALLBACK, /* READFUNCTION: ours stands in its place */
  CW_SOURCE_FILE,     /* READDATA, by libcurl's own fread */
  CW_SOURCE_STREAM,   /* something that can only be read, once */
  CW_SOURCE_HELD      /* |held|, all of it, once it was read to its end */
};

struct cw_request_body {
  enum cw_body_source source;
  bool is_sent;      /* libcurl began to send this attempt's request */
  bool is_closed;    /* nothing more is to be read for this attempt */
  bool is_holding;   /* what is read is kept in |held| */
  bool is_overflown; /* ... but it was too much */
  bool is_at_end;    /* the read callback said so */
  long long start; /* where a file stood at first; -1: it cannot be rewound */
  uint64_t read;   /* bytes that this attempt took from the callback */
  size_t served;   /* of |held| */
  struct cw_text held;
};

/* The callbacks, |user| is the handle. */
size_t cw_body_read(char *data, size_t size, size_t count, void *user);
int cw_body_seek(void *user, curl_off_t offset, int origin);

/* Looks at the options once for an operation, and puts the read callback in
   place where it must be watched. */
CURLcode cw_body_begin(struct cw_handle *handle);

/* Before each attempt; rewinds what was read. CURLE_SEND_FAIL_REWIND. */
CURLcode cw_body_start(struct cw_handle *handle);

/* Is the body spent, so far as can be said without touching it? */
enum cw_body cw_body_state(const struct cw_handle *handle);

/* Rewinds the body to its start if anything was read of it. False if that
   cannot be done. */
bool cw_body_rewind(struct cw_handle *handle);

/* Finds the length of a body that was sent without one: reads it to its end,
   holding what cannot be rewound, up to the policy's bound. False if it cannot
   be known. */
bool cw_body_learn_length(struct cw_handle *handle, curl_off_t *length);

/* Drops what an operation held. */
void cw_body_end(struct cw_handle *handle);

#endif
