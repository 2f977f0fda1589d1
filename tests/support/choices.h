/*
 * choices.h - decisions of a test that are read from bytes.
 *
 * What a fuzzer or a property test tries is written as a row of choices, and
 * the row as bytes: any bytes are a case, and the same bytes the same case.
 * Bytes that are used up choose 0. So 0 is to mean the plainest of what can be
 * chosen, and a row that is shorter, or has smaller bytes, is a simpler case:
 * that is all that shrinking a failure needs.
 */
#ifndef CHOICES_H
#define CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct choices {
  const uint8_t *next;
  size_t left;
};

static inline uint8_t choose_byte(struct choices *choices)
{
  if(!choices->left)
    return 0;
  choices->left--;
  return *choices->next++;
}

/* Up to |bits| / 8 bytes as a number, the first one the highest. */
static inline uint64_t choose_bits(struct choices *choices, unsigned bits)
{
  uint64_t value = 0;

  for(; bits; bits -= 8)
    value = value << 8 | choose_byte(choices);
  return value;
}

/* 0 to |count| - 1, from one byte, or two where there are more than 256. */
static inline unsigned choose(struct choices *choices, unsigned count)
{
  const uint64_t value = choose_bits(choices, count > 256 ? 16 : 8);
  return count ? (unsigned)(value % count) : 0;
}

/* True once in |count| times; never where the bytes are used up. */
static inline bool choose_rarely(struct choices *choices, unsigned count)
{
  return choose(choices, count) == count - 1;
}

/* Are there any left? */
static inline bool choices_left(const struct choices *choices)
{
  return choices->left > 0;
}

#endif
