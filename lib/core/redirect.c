#include "redirect.h"

#include <string.h>

#include "httpdate.h"

static bool keeps_post(unsigned status, unsigned keep_post)
{
  return (status == 301 && (keep_post & CW_KEEP_POST_301)) ||
         (status == 302 && (keep_post & CW_KEEP_POST_302)) ||
         (status == 303 && (keep_post & CW_KEEP_POST_303));
}

struct cw_next cw_redirect_next(const struct cw_rule *rule, unsigned status,
                                const char *method, unsigned keep_post)
{
  const bool is_post = !strcmp(method, "POST");
  struct cw_next next = {.method = method, .drops_body = false};

  if(rule->next_method == CW_NEXT_KEEP ||
     (rule->next_method == CW_NEXT_POST_TO_GET && !is_post) ||
     (is_post && keeps_post(status, keep_post)))
    return next;
  next.drops_body = true;
  if(strcmp(method, "HEAD") != 0)
    next.method = "GET";
  return next;
}

static const struct cw_span none = {.text = NULL, .length = 0};

/* The argument of the directive |name|, an empty span if it has none; its text
   is NULL if the directive is not there. */
static struct cw_span directive_in(struct cw_span list, const char *name)
{
  while(list.length) {
    const char *comma = memchr(list.text, ',', list.length);
    const size_t length = comma ? (size_t)(comma - list.text) : list.length;
    struct cw_span item =
      cw_span_trim((struct cw_span){.text = list.text, .length = length});
    const char *equals =
      item.length ? memchr(item.text, '=', item.length) : NULL;
    struct cw_span argument = {.text = item.text, .length = 0};
    if(equals) {
      argument.text = equals + 1;
      argument.length = item.length - (size_t)(equals + 1 - item.text);
      item.length = (size_t)(equals - item.text);
    }
    if(cw_span_is(cw_span_trim(item), name))
      return cw_span_trim(argument);
    list.text += comma ? length + 1 : length;
    list.length -= comma ? length + 1 : length;
  }
  return none;
}

/* The same in all Cache-Control fields of |head|. */
static struct cw_span directive(const struct cw_head *head, const char *name)
{
  for(size_t i = 0; i < CW_CACHE_CONTROL_MAX; i++) {
    const struct cw_span found = directive_in(head->cache_control[i], name);
    if(found.text)
      return found;
  }
  return none;
}

/* Digits, perhaps quoted, as seconds; an unreadable number is 0, so that what
   cannot be understood is not remembered. */
static uint64_t seconds(struct cw_span digits)
{
  uint64_t value = 0;
  if(digits.length >= 2 && digits.text[0] == '"') {
    digits.text++;
    digits.length -= 2;
  }
  if(!digits.length)
    return 0;
  for(size_t i = 0; i < digits.length; i++) {
    if(digits.text[i] < '0' || digits.text[i] > '9')
      return 0;
    if(value < UINT32_MAX)
      value = value * 10 + (uint64_t)(digits.text[i] - '0');
  }
  return value;
}

static uint64_t expires_in_s(const struct cw_head *head, struct cw_instant now)
{
  const struct cw_span date = head->retry.date;
  int64_t expires = 0;
  int64_t sent = now.wall_s;

  if(!cw_httpdate_read(head->expires.text, head->expires.length, now.wall_s,
                       &expires))
    return 0;
  if(date.text)
    (void)cw_httpdate_read(date.text, date.length, now.wall_s, &sent);
  return expires > sent ? (uint64_t)expires - (uint64_t)sent : 0;
}

uint64_t cw_redirect_memory_ms(const struct cw_rule *rule, const char *method,
                               const struct cw_head *head,
                               struct cw_instant now)
{
  const bool is_safe = !strcmp(method, "GET") || !strcmp(method, "HEAD");

  if(!rule->remember || !is_safe)
    return 0;
  if(directive(head, "no-store").text || directive(head, "no-cache").text)
    return 0;

  const struct cw_span max_age = directive(head, "max-age");
  uint64_t lifetime = 0;
  if(max_age.text)
    lifetime = seconds(max_age);
  else if(head->expires.text)
    lifetime = expires_in_s(head, now);
  else
    return CW_FOREVER;

  const uint64_t age = seconds(cw_span_trim(head->retry.age));
  if(lifetime <= age)
    return 0;
  return lifetime - age < CW_FOREVER / 1000 ? (lifetime - age) * 1000
                                            : CW_FOREVER;
}

/* FNV-1a, eight bytes at a time, with the length in it. */
static uint64_t fnv(uint64_t hash, const char *text, size_t left)
{
  hash ^= left;
  while(left) {
    const size_t count = left < sizeof(uint64_t) ? left : sizeof(uint64_t);
    uint64_t word = 0;
    memcpy(&word, text, count);
    hash = (hash ^ word) * UINT64_C(0x100000001b3);
    hash ^= hash >> 32;
    text += count;
    left -= count;
  }
  return hash;
}

bool cw_trail_crosses(struct cw_trail *trail, const char *method,
                      const char *url)
{
  const unsigned kept =
    trail->count < CW_TRAIL_MAX ? trail->count : CW_TRAIL_MAX;
  uint64_t mark = fnv(UINT64_C(0xcbf29ce484222325), method, strlen(method));
  mark = fnv(mark, url, strcspn(url, "#")); /* a fragment is not sent */

  for(unsigned i = 0; i < kept; i++)
    if(trail->mark[i] == mark)
      return true;
  trail->mark[trail->count++ % CW_TRAIL_MAX] = mark;
  return false;
}
