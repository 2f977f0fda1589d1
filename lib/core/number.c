#include "number.h"

size_t cw_number_begin(struct cw_span text, uint64_t *number)
{
  uint64_t sum = 0;
  size_t i = 0;

  for(; i < text.length && text.text[i] >= '0' && text.text[i] <= '9'; i++) {
    const uint64_t digit = (uint64_t)(text.text[i] - '0');
    if(sum > (UINT64_MAX - digit) / 10)
      sum = UINT64_MAX;
    else
      sum = sum * 10 + digit;
  }
  if(i)
    *number = sum;
  return i;
}

bool cw_number_read(struct cw_span text, uint64_t *number)
{
  uint64_t read = 0;

  if(!text.length || cw_number_begin(text, &read) != text.length)
    return false;
  *number = read;
  return true;
}
