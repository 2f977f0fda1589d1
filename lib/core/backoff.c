#include "backoff.h"

#include <assert.h>

static uint64_t at_most(uint64_t value, uint64_t limit)
{
  return value < limit ? value : limit;
}

static uint64_t at_least(uint64_t value, uint64_t limit)
{
  return value > limit ? value : limit;
}

/* Rounds up, so that even a base of 1 ms grows. */
static uint64_t ceiling_ms(const struct cw_backoff *backoff, unsigned attempt)
{
  uint64_t ceiling = backoff->base_ms;
  for(unsigned n = 2; n < attempt && ceiling < backoff->cap_ms; n++) {
    const uint64_t before = ceiling;
    ceiling = (ceiling * backoff->factor_permille + 999) / 1000;
    if(ceiling == before)
      break; /* a base of 0 or a factor of 1: it never grows */
  }
  return at_most(ceiling, backoff->cap_ms);
}

/* What decorrelated jitter reaches to. */
static uint64_t stretched_ms(const struct cw_backoff *backoff,
                             uint64_t previous_ms)
{
  const uint64_t before = previous_ms ? previous_ms : backoff->base_ms;
  const uint64_t high = at_most(before, backoff->cap_ms) * 3;
  return at_least(at_most(high, backoff->cap_ms), backoff->base_ms);
}

static struct cw_backoff_draw draw_between(const struct cw_rng *rng,
                                           uint64_t low, uint64_t high)
{
  return (struct cw_backoff_draw){
    .floor_ms = low,
    .spread_ms = cw_rng_between(rng, 0, high - low),
  };
}

struct cw_backoff_draw cw_backoff_draw(const struct cw_backoff *backoff,
                                       unsigned attempt, uint64_t previous_ms,
                                       const struct cw_rng *rng)
{
  assert(attempt >= 2);
  assert(backoff->cap_ms <= CW_BACKOFF_CAP_MAX_MS);
  assert(backoff->base_ms <= backoff->cap_ms);

  const uint64_t ceiling = ceiling_ms(backoff, attempt);

  switch(backoff->jitter) {
  case CW_JITTER_EQUAL:
    return draw_between(rng, ceiling - ceiling / 2, ceiling);
  case CW_JITTER_FULL:
    return draw_between(rng, 0, ceiling);
  case CW_JITTER_DECORRELATED:
    return draw_between(rng, backoff->base_ms,
                        stretched_ms(backoff, previous_ms));
  case CW_JITTER_NONE:
  default:
    break;
  }
  return (struct cw_backoff_draw){.floor_ms = ceiling};
}
