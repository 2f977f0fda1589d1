#include "retry_after.h"

#include "httpdate.h"
#include "number.h"

/* From here on a reset is no number of seconds but an epoch time, and from
   there on one in milliseconds. */
#define EPOCH_S  UINT64_C(1000000000)
#define EPOCH_MS UINT64_C(1000000000000)

/* No cache keeps a response for longer than this (34,000 years). */
#define AGE_MAX_S (UINT64_C(1) << 40)

static const struct cw_hint absent = {CW_HINT_ABSENT, 0};
static const struct cw_hint invalid = {CW_HINT_INVALID, 0};

static struct cw_hint wait_ms(uint64_t ms)
{
  return (struct cw_hint){CW_HINT_WAIT, ms};
}

static uint64_t ms_of(uint64_t seconds)
{
  return seconds > CW_FOREVER / 1000 ? CW_FOREVER : seconds * 1000;
}

/* The one that says more, of two waits the longer. */
static struct cw_hint stronger(struct cw_hint a, struct cw_hint b)
{
  if(a.kind != b.kind)
    return a.kind > b.kind ? a : b;
  return a.wait_ms > b.wait_ms ? a : b;
}

/* Reads "5" or "5.25", the latter as 6. */
static bool read_rounded_up(struct cw_span text, uint64_t *number)
{
  uint64_t whole = 0;
  const size_t digits = cw_number_begin(text, &whole);
  if(!digits)
    return false;

  if(digits < text.length) {
    uint64_t fraction = 0;
    const struct cw_span rest = {text.text + digits + 1,
                                 text.length - digits - 1};
    if(text.text[digits] != '.' || !cw_number_read(rest, &fraction))
      return false;
    whole = cw_ms_add(whole, fraction ? 1 : 0);
  }
  *number = whole;
  return true;
}

/* The time at which the server spoke, by its own clock if that is known. */
static int64_t spoken_s(const struct cw_retry_fields *fields,
                        struct cw_instant now)
{
  int64_t date = 0;
  if(!cw_httpdate_read(fields->date.text, fields->date.length, now.wall_s,
                       &date))
    return now.wall_s;

  uint64_t age = 0;
  if(cw_number_read(cw_span_trim(fields->age), &age))
    date += (int64_t)(age < AGE_MAX_S ? age : AGE_MAX_S);
  return date;
}

/* From |from_s| until |extra_ms| (0 to 999) after |until_s|. */
static struct cw_hint wait_until(int64_t until_s, unsigned extra_ms,
                                 int64_t from_s)
{
  if(until_s < from_s)
    return wait_ms(0);
  const uint64_t seconds = (uint64_t)until_s - (uint64_t)from_s;
  return wait_ms(cw_ms_add(ms_of(seconds), extra_ms));
}

static struct cw_hint read_retry_after(struct cw_span field, int64_t from_s)
{
  const struct cw_span text = cw_span_trim(field);
  uint64_t seconds = 0;
  int64_t date = 0;

  if(!text.text)
    return absent;
  if(cw_number_read(text, &seconds))
    return wait_ms(ms_of(seconds));
  if(cw_httpdate_read(text.text, text.length, from_s, &date))
    return wait_until(date, 0, from_s);
  return invalid;
}

struct cw_hint cw_retry_after(const struct cw_retry_fields *fields,
                              struct cw_instant now)
{
  struct cw_hint hint = absent;

  if(fields->retry_after_ms.text) {
    uint64_t ms = 0;
    if(read_rounded_up(cw_span_trim(fields->retry_after_ms), &ms))
      return wait_ms(ms);
    hint = invalid;
  }
  if(!fields->retry_after[0].text)
    return hint;

  const int64_t from_s = spoken_s(fields, now);
  for(size_t i = 0; i < CW_RETRY_AFTER_MAX; i++)
    hint = stronger(hint, read_retry_after(fields->retry_after[i], from_s));
  return hint;
}

/* Cuts what stands before the first |mark| off |rest|, and the mark. A mark
   inside a quoted string is none. */
static struct cw_span cut(struct cw_span *rest, char mark)
{
  bool quoted = false;
  size_t end = 0;

  for(; end < rest->length; end++) {
    const char c = rest->text[end];
    if(c == mark && !quoted)
      break;
    if(c == '"')
      quoted = !quoted;
    else if(c == '\\' && quoted && end + 1 < rest->length)
      end++;
  }

  const struct cw_span part = {rest->text, end};
  const size_t used = end < rest->length ? end + 1 : end;
  rest->text += used;
  rest->length -= used;
  return part;
}

/* One item of RateLimit. Its name comes first and has no `=`, so looking for
   parameters there too reads the older form as well. */
static struct cw_hint read_item(struct cw_span item, bool *spent)
{
  struct cw_hint hint = invalid;
  *spent = false;

  while(item.length) {
    struct cw_span value = cut(&item, ';');
    const struct cw_span key = cw_span_trim(cut(&value, '='));
    uint64_t number = 0;
    const bool valid = cw_number_read(cw_span_trim(value), &number);
    if(cw_span_is(key, "t") || cw_span_is(key, "reset"))
      hint = valid ? wait_ms(ms_of(number)) : invalid;
    else if(cw_span_is(key, "r"))
      *spent = valid && !number;
  }
  return hint;
}

static struct cw_hint read_ratelimit(struct cw_span field)
{
  struct cw_hint longest = field.text ? invalid : absent;
  struct cw_hint longest_spent = absent;

  while(field.length) {
    bool spent = false;
    const struct cw_hint hint = read_item(cut(&field, ','), &spent);
    longest = stronger(longest, hint);
    if(spent)
      longest_spent = stronger(longest_spent, hint);
  }
  return longest_spent.kind == CW_HINT_WAIT ? longest_spent : longest;
}

static struct cw_hint read_reset(struct cw_span field, int64_t from_s)
{
  uint64_t number = 0;

  if(!field.text)
    return absent;
  if(!read_rounded_up(cw_span_trim(field), &number))
    return invalid;
  if(number == CW_FOREVER)
    return wait_ms(CW_FOREVER);
  if(number >= EPOCH_MS)
    return wait_until((int64_t)(number / 1000), (unsigned)(number % 1000),
                      from_s);
  if(number >= EPOCH_S)
    return wait_until((int64_t)number, 0, from_s);
  return wait_ms(number * 1000);
}

struct cw_hint cw_ratelimit_reset(const struct cw_retry_fields *fields,
                                  struct cw_instant now)
{
  struct cw_hint hint = read_ratelimit(fields->ratelimit);
  if(hint.kind == CW_HINT_WAIT ||
     (!fields->ratelimit_reset.text && !fields->x_ratelimit_reset.text))
    return hint;

  const int64_t from_s = spoken_s(fields, now);
  hint = stronger(hint, read_reset(fields->ratelimit_reset, from_s));
  if(hint.kind == CW_HINT_WAIT)
    return hint;
  return stronger(hint, read_reset(fields->x_ratelimit_reset, from_s));
}

bool cw_retry_forbidden(const struct cw_retry_fields *fields)
{
  return cw_span_is(cw_span_trim(fields->should_retry), "false");
}
