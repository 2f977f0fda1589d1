/*
 * script.h - a libcurl that plays what is written down.
 *
 * Handles are the script's own, and keep the options that are set on them.
 * Each perform plays the next exchange and notes its request. An exchange is a
 * text of moves, separated by ";":
 *
 *   503 Busy|Retry-After: 3   a head, line by line; "HTTP/2 200|..." as it is.
 *                             A last field "-" leaves the blank line out
 *   tunnel 200|...            a head that is a proxy's answer to CONNECT
 *   trailer X-End: 1          a line after the body
 *   body some text            a piece of the body
 *   bytes 5000                the same, of x
 *   read 10                   up to 10 bytes of the request's body are sent,
 *                             where there is one that is read
 *   send                      the request goes out; implied before the others
 *   lost                      the connection is gone: the next send opens one
 *   pass 100                  100 ms go by, then progress is told
 *   url http://b/             the effective URL is another one, as with HSTS
 *   act                       calls |act|
 *   later                     in a multi handle: the rest is for the next call
 *                             that plays; in an easy perform it is nothing
 *   stall                     the same, but the next 10 calls have nothing to
 *                             do yet
 *   end 56                    libcurl is done with this CURLcode, else with 0
 *
 * CURLOPT_TIMEOUT_MS ends it while time passes. A callback that pauses is
 * called again with the same data, after a pause of lines with the rest of the
 * head in one piece, as libcurl does. Connections are kept until one is lost,
 * an exchange fails, or FRESH_CONNECT is set.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

#include "libcurl.h"
#include "options.h"
#include "stage.h"

#define SCRIPT_EXCHANGES 40
#define SCRIPT_PORT      40001 /* of the first connection; then one more */

/* What can be told to fail. */
enum script_call {
  SCRIPT_INIT,
  SCRIPT_DUPHANDLE,
  SCRIPT_SETOPT,
  SCRIPT_GETINFO,
  SCRIPT_HEADER,
  SCRIPT_SLIST_APPEND,
  SCRIPT_URL,
  SCRIPT_URL_GET,
  SCRIPT_URL_SET,
  SCRIPT_MAPRINTF,
  SCRIPT_MULTI_INIT,
  SCRIPT_MULTI_ADD, /* this and the others: CURLM_OUT_OF_MEMORY */
  SCRIPT_MULTI_REMOVE,
  SCRIPT_MULTI_PERFORM, /* socket_action and socket_all too; plays nothing */
  SCRIPT_MULTI_SETOPT,
  SCRIPT_MULTI_POLL, /* wait too */
  SCRIPT_MULTI_CLEANUP,
  SCRIPT_MULTI_WAKEUP,
  SCRIPT_MULTI_TIMEOUT,
  SCRIPT_MULTI_HANDLES,
  SCRIPT_MULTI_OFFT,
  SCRIPT_MULTI_NOTIFY,
  SCRIPT_CALLS
};

/* A request as it was dressed. */
struct script_request {
  char *method;
  char *url;
  char *fields; /* of HTTPHEADER, each with a line end */
  char *body;   /* what was sent of it */
  long timeout_ms;
  bool is_fresh;
  unsigned sends;         /* 2 with a silent re-send */
  unsigned connects;      /* fewer where a connection was used again */
  long status;            /* of its last head; 0: there was none */
  uint64_t begin_ms;      /* on the stage's clock */
  uint64_t head_ms;       /* when that head came */
  uint64_t end_ms;        /* so far */
  CURLcode result;        /* what libcurl said of it */
  struct options options; /* pointers in them may be stale */
};

struct script {
  struct stage *stage;
  const char *exchange[SCRIPT_EXCHANGES];
  size_t exchanges;
  size_t played;
  struct script_request request[SCRIPT_EXCHANGES]; /* one for each played */
  unsigned handles;                                /* that are not freed yet */
  unsigned multis;                                 /* the same */
  unsigned connections;
  unsigned added;                 /* handles to multi handles */
  unsigned aborts;                /* exchanges that a callback ended */
  unsigned fail_at[SCRIPT_CALLS]; /* the nth call from now; 0: none */
  bool fails_for_good;            /* and all after it */
  unsigned failures;              /* so far */
  void (*act)(void *user);
  void *act_user;
  char *told; /* the requests as a text */
};

/* There is one script at a time, and it must stay where it is. */
void script_init(struct script *script, struct stage *stage);
void script_clear(struct script *script);

extern const struct cw_libcurl script_libcurl;

/* Adds an exchange; |moves| is borrowed. */
void script_add(struct script *script, const char *moves);

/* Forgets the exchanges and requests so far; none may be in the middle. */
void script_mark(struct script *script);

/* The options of a handle. */
struct options *script_options(CURL *curl);

/* All requests, one a line: "GET http://a/", with " fresh" and " timeout=100"
   where they are so; good until the next call. */
const char *script_requests(struct script *script);

#endif
