/* fake_inside.h - what the parts of a fake libcurl know of each other. */
#ifndef CW_TEST_FAKE_INSIDE_H
#define CW_TEST_FAKE_INSIDE_H

#include "fake.h"

#define FAKE_INSIDE __attribute__((visibility("hidden")))

typedef size_t(fake_take_fn)(char *data, size_t size, size_t count,
                             void *user);

struct fake {
  const char *owner;
  unsigned performs;
  unsigned options;
  long status;
  fake_take_fn *write;
  void *write_to;
  fake_take_fn *header;
  void *header_to;
  CURLM *multi; /* what it is in */
  CURLM *own;   /* what it performs in */
};

/* One that belongs to another fake ends the program. */
FAKE_INSIDE struct fake *fake_own(CURL *curl);

/* Ends the program if |owner| is not this one. */
FAKE_INSIDE void fake_check(const char *owner);
FAKE_INSIDE extern const char fake_name[];

/* What is done when it is its turn. */
FAKE_INSIDE CURLcode fake_transfer(struct fake *fake);

/* A multi handle, made without a function that others could stand before. */
FAKE_INSIDE CURLM *fake_multi_new(void);

#endif
