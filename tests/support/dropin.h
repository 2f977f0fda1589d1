/* dropin.h - programs under the drop-in, and what they print. */
#ifndef CW_TEST_DROPIN_H
#define CW_TEST_DROPIN_H

#include "process.h"
#include "wire.h"

/* A program or plug-in of tests/dropin. */
#define PROGRAM(name) HERE name
#define PLUGIN(name)  HERE "lib" name ".so"

#define NO_WAITS "CURLEW_SET=backoff.base=1ms; backoff.jitter=none"

/* What is asked for: a 503 first, and then a 200 with "hi" for those who ask
   again. Each call makes a new one. */
static inline const char *dropin_url(struct wire *wire)
{
  static unsigned n;
  return wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/dropin%u", n++),
                  STEPS("503;body=no", "200;body=hi"));
}

#define RETRIED "hi/200\n"
#define ALONE   "no/503\n"

#endif
