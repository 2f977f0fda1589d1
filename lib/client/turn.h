/* turn.h - what is done each time an application lets a multi handle go on:
   cw_multi_perform, cw_multi_socket_action and cw_multi_socket_all. */
#ifndef CW_TURN_H
#define CW_TURN_H

struct cw_multi;

/* Reads libcurl's messages, if there are any. */
void cw_turn_read(struct cw_multi *multi);

#endif
