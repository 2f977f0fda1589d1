/* exchange.h - plays one exchange of a script on a handle. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "script.h"

/* What libcurl would know of a transfer. */
struct exchange {
  struct script *script;
  struct options *options;
  struct script_request *request;
  CURL *curl;
  char *url; /* the effective one */
  char *method;
  bool is_sent;      /* since the last head or failure */
  bool is_connected; /* there is a connection to be used */
  long port;         /* the local one */
  long status;
  long connects;
  long head_size;
  long request_size;
  uint64_t begin_ms;
  uint64_t sent_ms; /* after the beginning; 0: not sent */
  uint64_t end_ms;  /* after the beginning */
  char error[64];

  const char *moves; /* that are left */
  bool may_rest;     /* "later" and "stall" are heeded */
  bool is_begun;
  bool is_resting;
  bool is_ended; /* by an "end" */
  unsigned idle; /* calls that will find nothing to do */
  CURLcode result;
};

/* Plays the moves that are left, to the end or until it rests; returns whether
   it is over. Going on after a rest begins with a look at the time and at
   progress, as each perform of libcurl's does. */
bool exchange_play(struct exchange *exchange);

/* Ends it where it rests, as libcurl does when its handle is taken away: with
   a last call of the progress callback, and without its connection. */
void exchange_close(struct exchange *exchange);

#endif
