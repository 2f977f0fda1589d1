#include "head.h"

#include <assert.h>

#include "number.h"

enum field {
  FIELD_OTHER,
  FIELD_AGE,
  FIELD_CACHE_CONTROL,
  FIELD_CHALLENGE,
  FIELD_CONNECTION,
  FIELD_CONTENT_LENGTH,
  FIELD_DATE,
  FIELD_EXPIRES,
  FIELD_LOCATION,
  FIELD_RATELIMIT,
  FIELD_RATELIMIT_RESET,
  FIELD_RETRY_AFTER,
  FIELD_RETRY_AFTER_MS,
  FIELD_SET_COOKIE,
  FIELD_SHOULD_RETRY,
  FIELD_TRANSFER_ENCODING,
  FIELD_X_RATELIMIT_RESET
};

/* HTTP/1.0 is 10. */
struct status_line {
  unsigned version;
  unsigned status;
};

/* One head, while it is read. */
struct reading {
  struct cw_head *head;
  unsigned version;
  bool close;
  bool keep_alive;
  bool no_length; /* one that is wrong, two that differ, or chunked */
};

static bool is_blank(char c)
{
  return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static struct cw_span skip(struct cw_span span, size_t count)
{
  return (struct cw_span){span.text + count, span.length - count};
}

static struct cw_span skip_blanks(struct cw_span span)
{
  size_t blanks = 0;
  while(blanks < span.length && is_blank(span.text[blanks]))
    blanks++;
  return skip(span, blanks);
}

/* As forgiving as libcurl is: blanks before the line, anything after three
   digits. */
static struct status_line read_status_line(struct cw_span line)
{
  const struct status_line none = {0, 0};
  struct status_line read = {0, 0};
  struct cw_span rest = skip_blanks(line);

  if(rest.length < 6 || memcmp(rest.text, "HTTP/", 5) ||
     !is_digit(rest.text[5]))
    return none;
  read.version = (unsigned)(rest.text[5] - '0') * 10;
  rest = skip(rest, 6);
  if(rest.length >= 2 && rest.text[0] == '.' && is_digit(rest.text[1])) {
    read.version += (unsigned)(rest.text[1] - '0');
    rest = skip(rest, 2);
  }
  if(!rest.length || !is_blank(rest.text[0]))
    return none;
  rest = skip_blanks(rest);
  if(rest.length < 3)
    return none;
  for(size_t i = 0; i < 3; i++) {
    if(!is_digit(rest.text[i]))
      return none;
    read.status = read.status * 10 + (unsigned)(rest.text[i] - '0');
  }
  return read.status < 100 ? none : read;
}

unsigned cw_head_status(const char *line, size_t length)
{
  const unsigned status = cw_head_status_usual(line, length);

  if(status)
    return status;
  return read_status_line((struct cw_span){line, length}).status;
}

/* Is |name| the same as |text|, which has only small letters and hyphens and is
   as long? A bit makes capitals small; what else it changes is no field name. */
static bool is_named(struct cw_span name, const char *text)
{
  for(size_t i = 0; i < name.length; i++)
    if((name.text[i] | 0x20) != text[i])
      return false;
  return true;
}

static enum field if_is(struct cw_span name, const char *text,
                        enum field field)
{
  return is_named(name, text) ? field : FIELD_OTHER;
}

/* By length first: most fields of a response have none of these. */
static enum field field_of(struct cw_span name)
{
  switch(name.length) {
  case 3:
    return if_is(name, "age", FIELD_AGE);
  case 4:
    return if_is(name, "date", FIELD_DATE);
  case 7:
    return if_is(name, "expires", FIELD_EXPIRES);
  case 8:
    return if_is(name, "location", FIELD_LOCATION);
  case 9:
    return if_is(name, "ratelimit", FIELD_RATELIMIT);
  case 10:
    return is_named(name, "connection")
             ? FIELD_CONNECTION
             : if_is(name, "set-cookie", FIELD_SET_COOKIE);
  case 11:
    return if_is(name, "retry-after", FIELD_RETRY_AFTER);
  case 13:
    return if_is(name, "cache-control", FIELD_CACHE_CONTROL);
  case 14:
    if(is_named(name, "content-length"))
      return FIELD_CONTENT_LENGTH;
    return is_named(name, "retry-after-ms")
             ? FIELD_RETRY_AFTER_MS
             : if_is(name, "x-should-retry", FIELD_SHOULD_RETRY);
  case 15:
    return if_is(name, "ratelimit-reset", FIELD_RATELIMIT_RESET);
  case 16:
    return if_is(name, "www-authenticate", FIELD_CHALLENGE);
  case 17:
    return is_named(name, "transfer-encoding")
             ? FIELD_TRANSFER_ENCODING
             : if_is(name, "x-ratelimit-reset", FIELD_X_RATELIMIT_RESET);
  case 18:
    return if_is(name, "proxy-authenticate", FIELD_CHALLENGE);
  default:
    return FIELD_OTHER;
  }
}

static void keep_first(struct cw_span *kept, struct cw_span value)
{
  if(!kept->text)
    *kept = value;
}

static void take_into(struct cw_span *list, size_t size, struct cw_span value)
{
  for(size_t i = 0; i < size; i++) {
    if(!list[i].text) {
      list[i] = value;
      return;
    }
  }
}

static void take_length(struct reading *reading, struct cw_span value)
{
  struct cw_head *head = reading->head;
  uint64_t length = 0;

  if(!cw_number_read(value, &length) ||
     (head->content_length != CW_LENGTH_UNKNOWN &&
      head->content_length != length))
    reading->no_length = true;
  else
    head->content_length = length;
}

static void take_connection(struct reading *reading, struct cw_span value)
{
  while(value.length) {
    const char *comma = memchr(value.text, ',', value.length);
    const size_t length = comma ? (size_t)(comma - value.text) : value.length;
    const struct cw_span token =
      cw_span_trim((struct cw_span){value.text, length});

    if(cw_span_is(token, "close"))
      reading->close = true;
    else if(cw_span_is(token, "keep-alive"))
      reading->keep_alive = true;
    value = skip(value, comma ? length + 1 : length);
  }
}

/* The fields that are only remembered; NULL for the others. */
static struct cw_span *place_of(struct cw_head *head, enum field field)
{
  switch(field) {
  case FIELD_AGE:
    return &head->retry.age;
  case FIELD_CHALLENGE:
    return &head->challenge;
  case FIELD_DATE:
    return &head->retry.date;
  case FIELD_EXPIRES:
    return &head->expires;
  case FIELD_LOCATION:
    return &head->location;
  case FIELD_RATELIMIT:
    return &head->retry.ratelimit;
  case FIELD_RATELIMIT_RESET:
    return &head->retry.ratelimit_reset;
  case FIELD_RETRY_AFTER_MS:
    return &head->retry.retry_after_ms;
  case FIELD_SHOULD_RETRY:
    return &head->retry.should_retry;
  case FIELD_X_RATELIMIT_RESET:
    return &head->retry.x_ratelimit_reset;
  case FIELD_OTHER:
  case FIELD_CACHE_CONTROL:
  case FIELD_CONNECTION:
  case FIELD_CONTENT_LENGTH:
  case FIELD_RETRY_AFTER:
  case FIELD_SET_COOKIE:
  case FIELD_TRANSFER_ENCODING:
  default:
    break;
  }
  return NULL;
}

static void take(struct reading *reading, enum field field,
                 struct cw_span value)
{
  struct cw_span *place = place_of(reading->head, field);
  if(place)
    keep_first(place, value);
  else if(field == FIELD_CONNECTION)
    take_connection(reading, value);
  else if(field == FIELD_CONTENT_LENGTH)
    take_length(reading, value);
  else if(field == FIELD_RETRY_AFTER)
    take_into(reading->head->retry.retry_after, CW_RETRY_AFTER_MAX, value);
  else if(field == FIELD_CACHE_CONTROL)
    take_into(reading->head->cache_control, CW_CACHE_CONTROL_MAX, value);
  else if(field == FIELD_SET_COOKIE)
    reading->head->sets_cookie = true;
  else {
    assert(field == FIELD_TRANSFER_ENCODING);
    reading->no_length = true;
  }
}

static void read_field(struct reading *reading, struct cw_span line)
{
  const char *colon = memchr(line.text, ':', line.length);
  if(!colon)
    return;

  const size_t length = (size_t)(colon - line.text);
  struct cw_span name = {line.text, length};
  if(length && is_blank(line.text[length - 1]))
    name = cw_span_trim(name);
  const enum field field = field_of(name);
  if(field != FIELD_OTHER && !memchr(line.text, '\0', line.length))
    take(reading, field, cw_span_trim(skip(line, length + 1)));
}

static void begin(struct reading *reading, struct status_line line)
{
  struct cw_head *head = reading->head;
  *head = (struct cw_head){
    .status = line.status,
    .content_length = CW_LENGTH_UNKNOWN,
  };
  *reading = (struct reading){.head = head, .version = line.version};
}

static void finish(struct reading *reading)
{
  struct cw_head *head = reading->head;
  if(reading->no_length)
    head->content_length = CW_LENGTH_UNKNOWN;
  if(reading->version < 20)
    head->closes =
      reading->close || (reading->version <= 10 && !reading->keep_alive);
}

/* The line at the beginning of |rest|, with its LF if it has one. */
static struct cw_span first_line(struct cw_span rest)
{
  const char *end = memchr(rest.text, '\n', rest.length);
  return (struct cw_span){rest.text,
                          end ? (size_t)(end - rest.text) + 1 : rest.length};
}

void cw_head_read(struct cw_head *head, const char *block, size_t length)
{
  enum { AT_START, IN_FIELDS, IN_SOMETHING_ELSE } state = AT_START;
  struct reading reading = {.head = head};
  struct cw_span rest = {block, length};

  begin(&reading, (struct status_line){.version = 11});
  while(rest.length) {
    const struct cw_span line = first_line(rest);
    rest = skip(rest, line.length);

    /* like libcurl, which looks at the first byte only */
    if(line.text[0] == '\r' || line.text[0] == '\n')
      state = AT_START;
    else if(state == AT_START) {
      const struct status_line start = read_status_line(line);
      state = start.status ? IN_FIELDS : IN_SOMETHING_ELSE;
      if(start.status)
        begin(&reading, start);
    }
    else if(state == IN_FIELDS && !is_blank(line.text[0]))
      read_field(&reading, line);
  }
  finish(&reading);
}
