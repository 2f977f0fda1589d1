/* retry_after.c - fuzzes what a response says of when to come back: any field
   lines, and fields whose meaning is known. */
#include "fuzz.h"

#include <inttypes.h>
#include <string.h>

#include "choices.h"
#include "head.h"
#include "instant.h"

#define NOW_S INT64_C(1750000000)

static struct cw_head read_lines(const char *lines, size_t length)
{
  static const char status[] = "HTTP/1.1 429 Slow\r\n";
  struct cw_head head;
  char *block = malloc(sizeof(status) + length);

  fuzz_promise(block);
  memcpy(block, status, sizeof(status) - 1);
  memcpy(block + sizeof(status) - 1, lines, length);
  cw_head_read(&head, block, sizeof(status) - 1 + length);
  fuzz_promise(head.status == 429 || head.status <= 999);
  const struct cw_instant now[] = {
    {0, NOW_S}, {CW_FOREVER, INT64_MAX}, {1, INT64_MIN}, {2, 0}};

  for(size_t i = 0; i < sizeof(now) / sizeof(*now); i++) {
    const struct cw_hint hints[] = {
      cw_retry_after(&head.retry, now[i]),
      cw_ratelimit_reset(&head.retry, now[i]),
    };
    for(size_t j = 0; j < 2; j++) {
      fuzz_promise(hints[j].kind <= CW_HINT_WAIT);
      fuzz_promise(hints[j].kind == CW_HINT_WAIT || !hints[j].wait_ms);
    }
  }
  cw_retry_forbidden(&head.retry);
  free(block);
  return head;
}

/* The hint of the lines that |format| makes of |number|. */
static struct cw_hint hint_of(
  const char *format, uint64_t number,
  struct cw_hint (*read)(const struct cw_retry_fields *fields,
                         struct cw_instant now))
{
  char block[256] = "HTTP/1.1 503 Busy\r\n";
  const size_t length = strlen(block);
  struct cw_head head;
  const struct cw_instant now = {0, NOW_S};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  snprintf(block + length, sizeof(block) - length, format, number);
#pragma GCC diagnostic pop
  cw_head_read(&head, block, strlen(block));
  return read(&head.retry, now);
}

static void waits(struct cw_hint hint, uint64_t ms)
{
  fuzz_promise(hint.kind == CW_HINT_WAIT && hint.wait_ms == ms);
}

static uint64_t in_ms(uint64_t seconds)
{
  return seconds > CW_FOREVER / 1000 ? CW_FOREVER : seconds * 1000;
}

/* Whoever asks for so much gets it. */
static void known_fields(uint64_t number)
{
  waits(hint_of("Retry-After: %" PRIu64 "\r\n\r\n", number, cw_retry_after),
        in_ms(number));
  waits(hint_of("retry-after: 1\nRETRY-AFTER:\t%" PRIu64 " \n\n", number,
                cw_retry_after),
        in_ms(number ? number : 1));
  waits(hint_of("Retry-After: 7\r\nretry-after-ms: %" PRIu64 "\r\n\r\n",
                number, cw_retry_after),
        number);
  waits(hint_of("RateLimit: \"d\";r=0;t=%" PRIu64 "\r\n\r\n", number,
                cw_ratelimit_reset),
        in_ms(number));
  waits(hint_of("RateLimit: limit=9, remaining=0, reset=%" PRIu64 "\r\n\r\n",
                number, cw_ratelimit_reset),
        in_ms(number));
  const struct cw_hint reset = hint_of("RateLimit-Reset: %" PRIu64 "\r\n\r\n",
                                       number, cw_ratelimit_reset);
  fuzz_promise(reset.kind == CW_HINT_WAIT);
  if(number < 1000000000)
    fuzz_promise(reset.wait_ms == number * 1000);
  else if(number < NOW_S)
    fuzz_promise(reset.wait_ms == 0);
  fuzz_promise(
    hint_of("Retry-After: -%" PRIu64 "\r\n\r\n", number, cw_retry_after)
      .kind == CW_HINT_INVALID);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct choices choices = {data, size};
  const unsigned bytes = choose(&choices, 9);

  known_fields(choose_bits(&choices, 8 * bytes));
  read_lines((const char *)choices.next, choices.left);
  return 0;
}
