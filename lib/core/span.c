#include "span.h"

static char lower(char c)
{
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Most comparisons fail at once, by the first letter. */
bool cw_span_is(struct cw_span span, const char *text)
{
  for(size_t i = 0; i < span.length; i++)
    if(!text[i] || lower(span.text[i]) != lower(text[i]))
      return false;
  return span.text && !text[span.length];
}

static bool is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct cw_span cw_span_trim(struct cw_span span)
{
  while(span.length && is_blank(span.text[0])) {
    span.text++;
    span.length--;
  }
  while(span.length && is_blank(span.text[span.length - 1]))
    span.length--;
  return span;
}
