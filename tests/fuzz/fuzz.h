/*
 * fuzz.h - what a fuzz target begins with.
 *
 * A target is one file, NAME.c, with LLVMFuzzerTestOneInput(), which looks at
 * any bytes and ends the process where a promise is broken. It is linked twice:
 * with libFuzzer, to search (run.sh), and with replay.c, to look again at what
 * is in corpus/NAME as one of the tests.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise; where it is broken the process ends. */
#define fuzz_promise(condition)                                               \
  do {                                                                        \
    if(!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__,      \
              #condition);                                                    \
      abort();                                                                \
    }                                                                         \
  } while(0)

#endif
