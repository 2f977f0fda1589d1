/* hosted.h - the program tests/dropin/host.c and its plug-ins. */
#ifndef CW_TEST_HOSTED_H
#define CW_TEST_HOSTED_H

#include "dropin.h"

/* Has the host do what |words| say, where each URL brings a 503 first and then a
   200, and expects this on stdout. */
static inline void hosted_expect(struct wire *wire, const char *host,
                                 const char *preload, const char *const *words,
                                 const char *out)
{
  static unsigned n;
  const char *args[64] = {
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "/script/host%u-", n++), NULL),
    wire_text(wire, "do=%s&do=%s", wire_quote(wire, "503;body=no"),
              wire_quote(wire, "200;body=hi")),
  };

  for(size_t i = 0; words[i]; i++)
    args[i + 2] = words[i];
  struct process process = {
    .program = host,
    .args = args,
    .env = LIST(NO_WAITS),
    .preload = preload,
  };
  process_expect(&process, out, NULL);
}

#endif
