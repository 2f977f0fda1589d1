/* turn.h - what is done each time an application lets a multi handle go on. */
#ifndef CW_TURN_H
#define CW_TURN_H

#include <curl/curl.h>

struct cw_multi;

enum cw_turn_kind { CW_TURN_PERFORM, CW_TURN_SOCKET, CW_TURN_ALL };

struct cw_turn {
  enum cw_turn_kind kind;
  curl_socket_t socket; /* of CW_TURN_SOCKET, with its events */
  int events;
};

/* Begins what is fresh, goes on with what is due, has libcurl do its part, and
   deals with what that has ended. |running| may be NULL. */
CURLMcode cw_turn_take(struct cw_multi *multi, const struct cw_turn *turn,
                       int *running);

/* Reads libcurl's messages, if there are any. */
void cw_turn_read(struct cw_multi *multi);

#endif
