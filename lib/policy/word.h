/*
 * word.h - text as words with blanks between.
 */
#ifndef CW_WORD_H
#define CW_WORD_H

#include "span.h"

#define CW_WORD_TEXT 128 /* bytes that a word is told in */

/* Takes the next word off |text|. False if there is none. */
bool cw_word_next(const char **text, struct cw_span *word);

/* Is |word| this |text|, case and all? */
bool cw_word_is(struct cw_span word, const char *text);

/* Is it a token (RFC 9110, 5.6.2), as methods and field names are? */
bool cw_word_is_token(struct cw_span word);

/* Makes a string of it; what does not fit is cut. */
void cw_word_copy(struct cw_span word, char text[CW_WORD_TEXT]);

#endif
