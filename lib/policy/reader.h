/*
 * reader.h - the lines of a policy file.
 *
 * inih takes the lines apart. As it cuts long ones silently, knows no line
 * numbers in its handler, and can be told by the program around us to read
 * other dialects, it is fed line by line: checked, without comments, and each
 * one a plain `key = value`. Sections and continuations are kept track of
 * here.
 *
 * Refused: a line of more than CW_READER_LINE_MAX bytes, NUL and other control
 * characters but tab, a `#` comment, a `:` for the `=`, a section name that is
 * not alone between its brackets. Taken: LF and CRLF, a UTF-8 BOM, a last line
 * without end, and no line at all.
 */
#ifndef CW_READER_H
#define CW_READER_H

#include "mistake.h"

#define CW_READER_LINE_MAX 190 /* bytes of a line, without its end */

enum cw_line_kind {
  CW_LINE_SECTION, /* [section] */
  CW_LINE_VALUE,   /* key = value */
  CW_LINE_MORE     /* an indented line, text in value, below the key's */
};

/* Lent until the function it is handed to returns. */
struct cw_line {
  enum cw_line_kind kind;
  const char *section; /* "" before the first */
  const char *key;     /* "" where there is none */
  const char *value;   /* likewise */
};

/* Takes a line that stands at |spot|; anything but CURLE_OK ends the reading
   with that result. */
typedef CURLcode(cw_line_fn)(const struct cw_line *line,
                             const struct cw_spot *spot, void *user);

/* Hands the lines of |length| bytes of |text| to |fn|. |spot| names the file
   and where to put a mistake. */
CURLcode cw_reader_lines(const char *text, size_t length,
                         const struct cw_spot *spot, cw_line_fn *fn,
                         void *user);

#endif
