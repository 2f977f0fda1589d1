/*
 * head.h - the fields of a response head that decide something.
 *
 * Reads the raw block: status line, field lines, blank line. What it finds
 * are spans into that block.
 */
#ifndef CW_HEAD_H
#define CW_HEAD_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "retry_after.h"
#include "span.h"

#define CW_CACHE_CONTROL_MAX 4

struct cw_head {
  unsigned status;         /* 100 to 999; 0 if the block has no status line */
  struct cw_span location; /* the first of them; not trimmed of content */
  struct cw_span cache_control[CW_CACHE_CONTROL_MAX]; /* the first of them */
  struct cw_span expires;                             /* the first */
  struct cw_span challenge; /* the first WWW-/Proxy-Authenticate */
  struct cw_retry_fields retry;
  uint64_t content_length; /* or CW_LENGTH_UNKNOWN: absent, invalid, chunked */
  bool closes; /* Connection: close, or HTTP/1.0 without keep-alive */
  bool sets_cookie;
};

#define CW_LENGTH_UNKNOWN UINT64_MAX

/* The status of a line as nearly every server sends it, "HTTP/1.1 200 OK"; 0 if
   it is not one, or another. */
static inline unsigned cw_head_status_usual(const char *line, size_t length)
{
  if(length <= 12 || memcmp(line, "HTTP/1.1", 8) != 0)
    return 0;
  if(!memcmp(line + 8, " 200", 4) && (unsigned)line[12] - '0' > 9)
    return 200;
  if(line[8] != ' ')
    return 0;
  const unsigned hundreds = (unsigned)line[9] - '0';
  const unsigned tens = (unsigned)line[10] - '0';
  const unsigned ones = (unsigned)line[11] - '0';
  const unsigned more = (unsigned)line[12] - '0';
  return hundreds - 1 < 9 && tens < 10 && ones < 10 && more > 9
           ? hundreds * 100 + tens * 10 + ones
           : 0;
}

/* The status of a line that begins a head ("HTTP/1.1 503 Busy", "HTTP/2 200"),
   0 if |line| is not one. */
unsigned cw_head_status(const char *line, size_t length);

/*
 * Reads the last head of |block|, which may hold several (1xx before it);
 * lines after a blank line that no status line begins are none.
 *
 * Lines end in LF or CRLF; blanks before a colon are forgiven. Of a folded
 * field only the first line counts. A field with a NUL byte in it does not
 * count at all: C strings would tell another value than was sent.
 */
void cw_head_read(struct cw_head *head, const char *block, size_t length);

#endif
