/* turn.h - what is done each time an application lets a multi handle go on:
   cw_multi_perform, cw_multi_socket_action and cw_multi_socket_all. */
#ifndef CW_TURN_H
#define CW_TURN_H

#include <stdbool.h>

struct cw_multi;

/* Is the application in a callback of libcurl's? It calls some in functions
   that are not ours too, such as curl_easy_pause(). */
bool cw_turn_is_within(const struct cw_multi *multi);

#endif
