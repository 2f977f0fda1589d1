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
  char *url;          /* the effective one */
  char *method;
  bool is_sent;       /* since the last head or failure */
  bool is_connected;  /* there is a connection to be used */
  long port;          /* the local one */
  long status;
  long connects;
  long head_size;
  long request_size;
  uint64_t begin_ms;
  uint64_t sent_ms;   /* after the beginning; 0: not sent */
  uint64_t end_ms;    /* after the beginning */
  char error[64];
};

/* Plays |moves|. What a connection was is taken over from the last time. */
CURLcode exchange_play(struct exchange *exchange, const char *moves);

#endif
