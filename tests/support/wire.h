/*
 * wire.h - the loopback server (server.py), for tests with real libcurl.
 *
 * What a step can say stands in steps.py. All strings returned here live
 * until wire_stop(). What goes wrong with the server fails the test.
 */
#ifndef CW_TEST_WIRE_H
#define CW_TEST_WIRE_H

#include <sys/types.h>

enum wire_port {
  WIRE_PLAIN,
  WIRE_PLAIN_B,
  WIRE_TLS,
  WIRE_TLS_B,
  WIRE_PROXY,
  WIRE_REFUSED, /* nobody listens there */
  WIRE_DEAF,    /* connecting never ends */
  WIRE_PORTS
};

struct wire_text; /* a string to be freed in the end */

struct wire {
  unsigned port[WIRE_PORTS];
  const char *ca;  /* for CURLOPT_CAINFO; also good as CURLOPT_SSLCERT */
  const char *key; /* for CURLOPT_SSLKEY */
  pid_t pid;
  int leash; /* the server ends when this is closed */
  struct wire_text *texts;
};

/*
 * Start a server. It is ready when this returns, and ends with this process
 * at the latest. Takes the proxy variables out of the environment. Returns
 * NULL if it cannot be started.
 */
struct wire *wire_start(void);

/* NULL is allowed. */
void wire_stop(struct wire *wire);

/* The same as fixtures of a cmocka group: the state is the struct wire. */
int wire_setup(void **state);
int wire_teardown(void **state);

/* A string as printf() makes it. */
const char *wire_text(struct wire *wire, const char *format, ...)
  __attribute__((format(printf, 2, 3)));

/* |text| percent-encoded: for a value in a step that has ; or % in it. */
const char *wire_quote(struct wire *wire, const char *text);

/* Steps for wire_url(): STEPS("503;Retry-After=1", "200;body=ok"). */
#define STEPS(...)                                                            \
  (const char *const[])                                                       \
  {                                                                           \
    __VA_ARGS__, 0                                                            \
  }

/*
 * A URL of the server on 127.0.0.1. |path| is like "/script/KEY"; |steps| go
 * into its query and may be NULL.
 */
const char *wire_url(struct wire *wire, enum wire_port port, const char *path,
                     const char *const *steps);

/* The same on "localhost", or a name that CURLOPT_RESOLVE maps. */
const char *wire_url_on(struct wire *wire, enum wire_port port,
                        const char *host, const char *path,
                        const char *const *steps);

/* How many requests with |key| arrived, and on how many connections. */
unsigned wire_count(struct wire *wire, const char *key);
unsigned wire_connections(struct wire *wire, const char *key);

/* Of each key that begins with |start|, a line: it, a blank, its count. */
const char *wire_counts(struct wire *wire, const char *start);

/*
 * What the nth request with |key| brought, counted from 1; NULL where there
 * is no such request. |field| is one of method, target, version, headers
 * (all lines), body, length, sha256, complete (yes, no), connection, port,
 * tls (yes, no), certificate (yes, no) and at (milliseconds, steady).
 */
const char *wire_field(struct wire *wire, const char *key, unsigned n,
                       const char *field);

/* The same as a number, where it is one. */
unsigned wire_number(struct wire *wire, const char *key, unsigned n,
                     const char *field);

/* A header field of the nth request, NULL if it has none; several have a line
   each. */
const char *wire_header(struct wire *wire, const char *key, unsigned n,
                        const char *name);

#endif
