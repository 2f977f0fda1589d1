#include "word.h"

static const char blanks[] = " \t\r\n";

bool cw_word_next(const char **text, struct cw_span *word)
{
  const char *begin = *text + strspn(*text, blanks);
  const size_t length = strcspn(begin, blanks);
  *text = begin + length;
  *word = (struct cw_span){.text = begin, .length = length};
  return length > 0;
}

bool cw_word_is(struct cw_span word, const char *text)
{
  return word.length == strlen(text) && !memcmp(word.text, text, word.length);
}

bool cw_word_is_token(struct cw_span word)
{
  static const char tchar[] = "!#$%&'*+-.^_`|~0123456789"
                              "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  for(size_t i = 0; i < word.length; i++)
    if(!word.text[i] || !strchr(tchar, word.text[i]))
      return false;
  return word.length > 0;
}

void cw_word_copy(struct cw_span word, char text[CW_WORD_TEXT])
{
  const size_t length =
    word.length < CW_WORD_TEXT ? word.length : CW_WORD_TEXT - 1;
  memcpy(text, word.text, length);
  text[length] = '\0';
}
