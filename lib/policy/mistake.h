/*
 * mistake.h - telling what is wrong with a policy, and where.
 */
#ifndef CW_MISTAKE_H
#define CW_MISTAKE_H

#include <curlew/policy.h>

#if defined(__GNUC__)
#define CW_FORMAT(text, first) __attribute__((format(printf, text, first)))
#else
#define CW_FORMAT(text, first)
#endif

/* Where a piece of policy stands. */
struct cw_spot {
  const char *file;
  unsigned line;                     /* 0: no line is to blame */
  struct curlew_policy_error *error; /* where to put mistakes; may be NULL */
};

/*
 * Records the mistake that |found| stands at |spot|, where |allowed| would
 * be right ("" if there is no list). |format| says what is wrong with it.
 *
 * Returns CURLE_BAD_FUNCTION_ARGUMENT, always.
 */
CURLcode cw_mistake(const struct cw_spot *spot, const char *found,
                    const char *allowed, const char *format, ...)
  CW_FORMAT(4, 5);

/* Records that a comment is meant to begin with "#". Returns as cw_mistake. */
CURLcode cw_mistake_comment(const struct cw_spot *spot);

/* Records that memory ran out. Returns CURLE_OUT_OF_MEMORY, always. */
CURLcode cw_mistake_memory(const struct cw_spot *spot);

#endif
