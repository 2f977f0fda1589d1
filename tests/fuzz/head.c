/* head.c - fuzzes the reading of a response's head: any bytes, as they are, cut
   off anywhere, and as what follows another head. */
#include "fuzz.h"

#include <string.h>

#include "head.h"
#include "redirect.h"
#include "rules.h"

/* |span| is in |block|, and has no blanks at its ends. */
static void is_inside(struct cw_span span, const char *block, size_t length)
{
  if(!span.text) {
    fuzz_promise(!span.length);
    return;
  }
  fuzz_promise(span.text >= block && span.text <= block + length);
  fuzz_promise(span.length <= (size_t)(block + length - span.text));
  if(!span.length)
    return;
  fuzz_promise(!memchr(span.text, '\0', span.length));
  fuzz_promise(!memchr(span.text, '\n', span.length));
  fuzz_promise(!strchr(" \t\r", span.text[0]));
  fuzz_promise(!strchr(" \t\r", span.text[span.length - 1]));
}

/* Of a field that may come several times the first ones are kept. */
static void are_inside(const struct cw_span *list, size_t count,
                       const char *block, size_t length)
{
  for(size_t i = 0; i < count; i++) {
    is_inside(list[i], block, length);
    if(i && list[i].text)
      fuzz_promise(list[i - 1].text && list[i - 1].text < list[i].text);
  }
}

static void is_sound(const struct cw_head *head, const char *block,
                     size_t length)
{
  const struct cw_retry_fields *retry = &head->retry;
  const struct cw_span single[] = {
    head->location,      head->expires,
    head->challenge,     retry->retry_after_ms,
    retry->ratelimit,    retry->ratelimit_reset,
    retry->should_retry, retry->x_ratelimit_reset,
    retry->date,         retry->age,
  };

  fuzz_promise(head->status == 0 ||
               (head->status >= 100 && head->status <= 999));
  for(size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
    is_inside(single[i], block, length);
  are_inside(head->cache_control, CW_CACHE_CONTROL_MAX, block, length);
  are_inside(retry->retry_after, CW_RETRY_AFTER_MAX, block, length);
}

/* In memory of its own, so that a byte too many that is read is seen. */
static char *copy_of(const char *block, size_t length)
{
  char *copy = malloc(length ? length : 1);

  fuzz_promise(copy);
  if(length)
    memcpy(copy, block, length);
  return copy;
}

static struct cw_head read_alone(const char *block, size_t length)
{
  char *copy = copy_of(block, length);
  struct cw_head head;

  memset(&head, 0xa5, sizeof(head));
  cw_head_read(&head, copy, length);
  is_sound(&head, copy, length);
  free(copy);
  return head;
}

/* The status of |block|'s first line: both ways to read it agree. */
static void status_is_one(const char *block, size_t length)
{
  const char *end = length ? memchr(block, '\n', length) : NULL;
  const size_t line = end ? (size_t)(end - block) + 1 : length;
  char *copy = copy_of(block, line);
  const unsigned status = cw_head_status(copy, line);
  const unsigned usual = cw_head_status_usual(copy, line);

  fuzz_promise(status == 0 || (status >= 100 && status <= 999));
  fuzz_promise(!usual || usual == status);
  /* what is behind the digits does not matter, nor does the way to read it */
  if(usual) {
    copy[4] = ' ';
    fuzz_promise(!cw_head_status_usual(copy, line));
    copy[4] = '/';
    copy[7] = '0';
    fuzz_promise(cw_head_status(copy, line) == status);
  }
  if(line && !strchr("\r\n", copy[0]))
    fuzz_promise(read_alone(copy, line).status == status);
  free(copy);
}

static bool are_same(struct cw_span a, struct cw_span b)
{
  return !a.text == !b.text && a.length == b.length;
}

/* A head that begins counts from there: what came before it is gone. */
static void last_one_counts(const char *block, size_t length)
{
  static const char before[] =
    "HTTP/1.0 103 Early\r\nLocation: /a\r\nRetry-After: 9\r\n"
    "Set-Cookie: a=b\r\nContent-Length: 7\r\nConnection: close\r\n\r\n";
  const size_t skipped = sizeof(before) - 1;
  const struct cw_head alone = read_alone(block, length);
  char *both = malloc(skipped + length);

  fuzz_promise(both);
  memcpy(both, before, skipped);
  if(length)
    memcpy(both + skipped, block, length);
  const struct cw_head head = read_alone(both, skipped + length);
  free(both);
  if(!alone.status) {
    fuzz_promise(head.status == 103 && head.sets_cookie && head.closes &&
                 head.content_length == 7);
    return;
  }
  fuzz_promise(head.status == alone.status);
  fuzz_promise(head.content_length == alone.content_length);
  fuzz_promise(head.closes == alone.closes);
  fuzz_promise(head.sets_cookie == alone.sets_cookie);
  fuzz_promise(are_same(head.location, alone.location));
  fuzz_promise(
    are_same(head.retry.retry_after[0], alone.retry.retry_after[0]));
}

static void are_kept(const struct cw_span *list, const struct cw_span *later,
                     size_t count)
{
  for(size_t i = 0; i < count && list[i].text; i++)
    fuzz_promise(later[i].text == list[i].text &&
                 later[i].length == list[i].length);
}

/* More lines replace nothing that is there. */
static void first_ones_count(const char *block, size_t length)
{
  static const char lines[] = "Location: /z\nRetry-After: 7\n"
                              "Cache-Control: z\nExpires: z\nDate: z\n";
  char *more = malloc(length + sizeof(lines));
  struct cw_head head;
  struct cw_head later;

  fuzz_promise(more);
  while(length && block[length - 1] != '\n')
    length--;
  if(length)
    memcpy(more, block, length);
  memcpy(more + length, lines, sizeof(lines) - 1);
  cw_head_read(&head, more, length);
  cw_head_read(&later, more, length + sizeof(lines) - 1);
  are_kept(&head.location, &later.location, 1);
  are_kept(&head.expires, &later.expires, 1);
  are_kept(&head.retry.date, &later.retry.date, 1);
  are_kept(head.cache_control, later.cache_control, CW_CACHE_CONTROL_MAX);
  are_kept(head.retry.retry_after, later.retry.retry_after,
           CW_RETRY_AFTER_MAX);
  free(more);
}

/* What a redirect says of its age can be asked of any head. */
static void can_be_remembered(const char *block, size_t length)
{
  const struct cw_rule rule = {.action = CW_ACTION_FOLLOW, .remember = 1};
  const struct cw_instant now = {.mono_ms = 0, .wall_s = 1750000000};
  struct cw_head head;

  cw_head_read(&head, block, length);
  fuzz_promise(!cw_redirect_memory_ms(&rule, "PUT", &head, now));
  if(!head.cache_control[0].text && !head.expires.text)
    fuzz_promise(cw_redirect_memory_ms(&rule, "GET", &head, now) ==
                 CW_FOREVER);
  else
    fuzz_promise(cw_redirect_memory_ms(&rule, "GET", &head, now) ==
                 cw_redirect_memory_ms(&rule, "HEAD", &head, now));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *block = (const char *)data;

  if(!size || size > 16384)
    return 0;
  const size_t cut = data[0] * size / 256;
  status_is_one(block, size);
  last_one_counts(block, size);
  first_ones_count(block, size);
  (void)read_alone(block, cut);
  (void)read_alone(block + cut, size - cut);
  can_be_remembered(block, size);
  return 0;
}
