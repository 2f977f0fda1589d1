/* reply.h - the head of a response, written from choices by somebody who knows
   what it asks for. */
#ifndef REPLY_H
#define REPLY_H

#include "fuzz.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "choices.h"
#include "head.h"
#include "instant.h"
#include "table.h"

#define REPLY_DATE_S INT64_C(1750000000)
#define REPLY_LAST_S INT64_C(253402300799) /* of the year 9999 */

struct reply {
  unsigned status;
  struct cw_hint retry_after; /* what Retry-After asks for */
  struct cw_hint limiter;     /* what the rate limiter's fields do */
  bool forbids;               /* x-should-retry: false */
  bool sets_cookie;
  uint64_t memory_ms; /* for how long a redirect may be remembered */
  char text[1024];
  size_t length;
};

static inline void add_field(struct reply *reply, const char *name,
                             const char *value)
{
  const int length =
    snprintf(reply->text + reply->length, sizeof(reply->text) - reply->length,
             "%s: %s\r\n", name, value);

  fuzz_promise(length > 0 &&
               (size_t)length < sizeof(reply->text) - reply->length);
  reply->length += (size_t)length;
}

static inline void add_number(struct reply *reply, const char *name,
                              const char *before, uint64_t number)
{
  char value[64];

  snprintf(value, sizeof(value), "%s%" PRIu64, before, number);
  add_field(reply, name, value);
}

static inline void add_date(struct reply *reply, const char *name, int64_t s)
{
  const time_t time = (time_t)s;
  struct tm parts;
  char value[64];

  gmtime_r(&time, &parts);
  strftime(value, sizeof(value), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  add_field(reply, name, value);
}

static inline struct cw_hint asks_ms(uint64_t ms)
{
  return (struct cw_hint){.kind = CW_HINT_WAIT, .wait_ms = ms};
}

static inline struct cw_hint asks_s(uint64_t s)
{
  return asks_ms(s > CW_FOREVER / 1000 ? CW_FOREVER : s * 1000);
}

/* A date that is |s| after |from_s|, or before it. */
static inline struct cw_hint asks_date(struct choices *choices,
                                       struct reply *reply, const char *name,
                                       int64_t from_s)
{
  const int64_t s = (int64_t)choose_bits(choices, 24) - 256;
  const int64_t until_s = from_s + s < 0              ? 0
                          : from_s + s > REPLY_LAST_S ? REPLY_LAST_S
                                                      : from_s + s;

  if(strncmp(name, "X-", 2) != 0)
    add_date(reply, name, until_s);
  else if(until_s >= 1000000000)
    add_number(reply, name, "", (uint64_t)until_s);
  else
    return (struct cw_hint){.kind = CW_HINT_ABSENT};
  return asks_s(until_s > from_s ? (uint64_t)(until_s - from_s) : 0);
}

/* Retry-After in one of its forms; |spoken_s| is what its dates are measured
   from. */
static inline void ask_wait(struct choices *choices, struct reply *reply,
                            int64_t spoken_s)
{
  const uint64_t number = choose_number(choices);
  const bool has_part = choose(choices, 2);
  struct cw_hint hint = {.kind = CW_HINT_INVALID};

  switch(choose(choices, 6)) {
  case 0:
    hint = asks_s(number);
    add_number(reply, "Retry-After", "", number);
    break;
  case 1: /* the longer one counts */
    hint = asks_s(number > 2 ? number : 2);
    add_number(reply, "retry-after", "", number);
    add_field(reply, "Retry-After", "soon");
    add_number(reply, "RETRY-AFTER", "", 2);
    break;
  case 2:
    hint = asks_ms(has_part ? cw_ms_add(number, 1) : number);
    add_number(reply, "retry-after-ms", has_part ? "0" : "", number);
    if(has_part) /* over the line end */
      memcpy(reply->text + reply->length - 2, ".25\r\n", 5);
    reply->length += has_part ? 3 : 0;
    add_field(reply, "Retry-After", "31536000");
    break;
  case 3:
    add_field(reply, "Retry-After", "soon");
    break;
  case 4: /* more than any number holds */
    hint = asks_ms(CW_FOREVER);
    add_number(reply, "Retry-After", "99999999999999999999", number);
    break;
  default:
    if(spoken_s < 0 || spoken_s > REPLY_LAST_S)
      return;
    hint = asks_date(choices, reply, "Retry-After", spoken_s);
  }
  reply->retry_after = hint;
}

static inline void ask_limiter(struct choices *choices, struct reply *reply,
                               int64_t spoken_s)
{
  const uint64_t number = choose_number(choices);

  switch(choose(choices, 4)) {
  case 0:
    reply->limiter = asks_s(number);
    add_number(reply, "RateLimit",
               "\"a\";r=7;t=9999999, \"b\";r=0;t=", number);
    break;
  case 1:
    reply->limiter = asks_s(number % 1000000000);
    add_number(reply, "RateLimit-Reset", "", number % 1000000000);
    break;
  case 2:
    reply->limiter.kind = CW_HINT_INVALID;
    add_field(reply, "X-RateLimit-Reset", "later");
    break;
  default:
    if(spoken_s >= 0 && spoken_s <= REPLY_LAST_S)
      reply->limiter =
        asks_date(choices, reply, "X-RateLimit-Reset", spoken_s);
  }
}

/* For how long it is good, and how old it is already. */
static inline void tell_age(struct choices *choices, struct reply *reply,
                            int64_t date_s, uint64_t age_s)
{
  const uint64_t good_s = choose_bits(choices, 24);

  reply->memory_ms = good_s > age_s ? (good_s - age_s) * 1000 : 0;
  switch(choose(choices, 5)) {
  case 0:
    reply->memory_ms = CW_FOREVER;
    break;
  case 1:
    add_number(reply, "Cache-Control", "public, max-age=", good_s);
    break;
  case 2:
    add_number(reply, "Cache-Control", "MAX-AGE=", good_s);
    add_field(reply, "Cache-Control", "private, no-store");
    reply->memory_ms = 0;
    break;
  case 3:
    add_field(reply, "Cache-Control", "max-age=soon");
    reply->memory_ms = 0;
    break;
  default:
    if(date_s < 0 || date_s > REPLY_LAST_S - (1 << 24))
      reply->memory_ms = CW_FOREVER;
    else
      add_date(reply, "Expires", date_s + (int64_t)good_s);
  }
}

/* A head with |status|, which is read at |now|. */
static inline void write_reply(struct choices *choices, struct reply *reply,
                               unsigned status, struct cw_instant now)
{
  const unsigned what = choose(choices, 64);
  const bool has_date = what & 1;
  const uint64_t age_s = what & 2 ? choose_bits(choices, 16) : 0;
  const int64_t date_s = has_date ? REPLY_DATE_S : now.wall_s;
  const int64_t spoken_s = has_date ? REPLY_DATE_S + (int64_t)age_s : date_s;

  *reply = (struct reply){.status = status};
  reply->length = (size_t)snprintf(reply->text, sizeof(reply->text),
                                   "HTTP/1.1 %03u So\r\n", status);
  if(has_date)
    add_date(reply, "Date", REPLY_DATE_S);
  if(age_s)
    add_number(reply, "Age", "", age_s);
  if(what & 4)
    ask_wait(choices, reply, spoken_s);
  if(what & 8)
    ask_limiter(choices, reply, spoken_s);
  reply->memory_ms = CW_FOREVER;
  if(what & 16)
    tell_age(choices, reply, date_s, age_s);
  if(what & 32) {
    reply->forbids = choose(choices, 2);
    reply->sets_cookie = choose(choices, 2);
    add_field(reply, "X-Should-Retry", reply->forbids ? "False" : "true");
    if(reply->sets_cookie)
      add_field(reply, "Set-Cookie", "a=b");
  }
  add_field(reply, "\r\nnot", "a field");
}

#endif
