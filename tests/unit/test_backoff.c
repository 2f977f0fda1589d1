/* Unit tests of lib/core/backoff.c. */

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backoff.h"
#include "dice.h"

static struct cw_backoff default_backoff(enum cw_jitter jitter)
{
  return (struct cw_backoff){
    .base_ms = 500,
    .cap_ms = 30000,
    .factor_permille = 2000,
    .jitter = jitter,
  };
}

static uint64_t wait_ms(const struct cw_backoff *backoff, unsigned attempt,
                        uint64_t previous_ms, const struct cw_rng *rng)
{
  const struct cw_backoff_draw draw =
    cw_backoff_draw(backoff, attempt, previous_ms, rng);
  return draw.floor_ms + draw.spread_ms;
}

static void a_number_is_drawn_from_a_closed_range(void **state)
{
  (void)state;
  struct dice dice = DICE(LOWEST, MIDDLE, HIGHEST, HIGHEST);
  const struct cw_rng rng = dice_rng(&dice);

  assert_int_equal(cw_rng_between(&rng, 5, 7), 5);
  assert_int_equal(cw_rng_between(&rng, 5, 7), 6);
  assert_int_equal(cw_rng_between(&rng, 5, 7), 7);
  assert_int_equal(cw_rng_between(&rng, 9, 9), 9);
  dice_assert_spent(&dice);
}

static void without_jitter_the_wait_doubles_up_to_the_cap(void **state)
{
  (void)state;
  static const uint64_t expected[] = {500,  1000,  2000,  4000,
                                      8000, 16000, 30000, 30000};
  const struct cw_backoff backoff = default_backoff(CW_JITTER_NONE);
  uint64_t wait = 0;

  for(unsigned i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
    wait = wait_ms(&backoff, i + 2, wait, NULL);
    assert_int_equal(wait, expected[i]);
  }
}

static void the_ceiling_is_rounded_up_so_that_it_grows(void **state)
{
  (void)state;
  static const uint64_t expected[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13};
  struct cw_backoff backoff = default_backoff(CW_JITTER_NONE);
  backoff.base_ms = 1;
  backoff.factor_permille = 1100;

  for(unsigned i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
    assert_int_equal(wait_ms(&backoff, i + 2, 0, NULL), expected[i]);
}

static void full_jitter_reaches_from_nothing_to_the_ceiling(void **state)
{
  (void)state;
  const struct cw_backoff backoff = default_backoff(CW_JITTER_FULL);
  struct dice dice = DICE(LOWEST, MIDDLE, HIGHEST);
  const struct cw_rng rng = dice_rng(&dice);

  assert_int_equal(wait_ms(&backoff, 3, 0, &rng), 0);
  assert_int_equal(wait_ms(&backoff, 3, 0, &rng), 500);
  assert_int_equal(wait_ms(&backoff, 3, 0, &rng), 1000);
  dice_assert_spent(&dice);
}

static void equal_jitter_never_waits_less_than_half_the_ceiling(void **state)
{
  (void)state;
  const struct cw_backoff backoff = default_backoff(CW_JITTER_EQUAL);
  struct dice dice = DICE(LOWEST, HIGHEST);
  const struct cw_rng rng = dice_rng(&dice);

  assert_int_equal(wait_ms(&backoff, 3, 0, &rng), 500);
  assert_int_equal(wait_ms(&backoff, 3, 0, &rng), 1000);
  dice_assert_spent(&dice);
}

static void decorrelated_jitter_starts_from_the_wait_before(void **state)
{
  (void)state;
  const struct cw_backoff backoff = default_backoff(CW_JITTER_DECORRELATED);
  struct dice dice = DICE(LOWEST, HIGHEST, HIGHEST, HIGHEST);
  const struct cw_rng rng = dice_rng(&dice);

  assert_int_equal(wait_ms(&backoff, 2, 0, &rng), 500);
  assert_int_equal(wait_ms(&backoff, 3, 500, &rng), 1500);
  assert_int_equal(wait_ms(&backoff, 4, 1500, &rng), 4500);
  assert_int_equal(wait_ms(&backoff, 5, 29999, &rng), 30000);
  dice_assert_spent(&dice);
}

static void the_last_attempt_there_can_be_still_waits_the_cap(void **state)
{
  (void)state;
  struct cw_backoff backoff = default_backoff(CW_JITTER_NONE);
  backoff.cap_ms = CW_BACKOFF_CAP_MAX_MS;
  backoff.factor_permille = 10000;

  assert_int_equal(wait_ms(&backoff, UINT_MAX, 0, NULL),
                   CW_BACKOFF_CAP_MAX_MS);
}

static void the_last_attempt_of_a_wait_that_never_grows_is_found(void **state)
{
  (void)state;
  struct cw_backoff backoff = default_backoff(CW_JITTER_NONE);
  backoff.factor_permille = 1000;

  assert_int_equal(wait_ms(&backoff, UINT_MAX, 0, NULL), 500);
  backoff.factor_permille = 2000;
  backoff.base_ms = 0;
  assert_int_equal(wait_ms(&backoff, UINT_MAX, 0, NULL), 0);
}

static void the_floor_is_the_shortest_wait_and_the_spread_the_rest(
  void **state)
{
  (void)state;
  static const struct {
    enum cw_jitter jitter;
    uint64_t floor_ms;
    uint64_t spread_ms; /* at the highest throw */
  } rows[] = {
    {CW_JITTER_EQUAL, 501, 500}, /* of a ceiling of 1001 */
    {CW_JITTER_FULL, 0, 1001},
    {CW_JITTER_DECORRELATED, 1001, 3004 - 1001},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct cw_backoff backoff = default_backoff(rows[i].jitter);
    backoff.base_ms = 1001;
    backoff.cap_ms = 3004;
    struct dice dice = DICE(LOWEST, HIGHEST);
    const struct cw_rng rng = dice_rng(&dice);

    const struct cw_backoff_draw low =
      cw_backoff_draw(&backoff, 2, 1002, &rng);
    assert_int_equal(low.floor_ms, rows[i].floor_ms);
    assert_int_equal(low.spread_ms, 0);
    const struct cw_backoff_draw high =
      cw_backoff_draw(&backoff, 2, 1002, &rng);
    assert_int_equal(high.floor_ms, rows[i].floor_ms);
    assert_int_equal(high.spread_ms, rows[i].spread_ms);
    dice_assert_spent(&dice);
  }
}

static void without_jitter_all_of_the_wait_is_floor(void **state)
{
  (void)state;
  const struct cw_backoff backoff = default_backoff(CW_JITTER_NONE);
  const struct cw_backoff_draw draw = cw_backoff_draw(&backoff, 3, 0, NULL);

  assert_int_equal(draw.floor_ms, 1000);
  assert_int_equal(draw.spread_ms, 0);
}

static void a_base_of_nothing_is_no_wait(void **state)
{
  (void)state;
  static const enum cw_jitter jitters[] = {CW_JITTER_EQUAL, CW_JITTER_FULL,
                                           CW_JITTER_DECORRELATED};

  for(size_t i = 0; i < sizeof(jitters) / sizeof(jitters[0]); i++) {
    struct cw_backoff backoff = default_backoff(jitters[i]);
    backoff.base_ms = 0;
    struct dice dice = DICE(HIGHEST, HIGHEST);
    const struct cw_rng rng = dice_rng(&dice);

    assert_int_equal(wait_ms(&backoff, 2, 0, &rng), 0);
    assert_int_equal(wait_ms(&backoff, 9, 0, &rng), 0);
    dice_assert_spent(&dice);
  }
}

static void decorrelated_jitter_keeps_between_base_and_cap(void **state)
{
  (void)state;
  struct cw_backoff backoff = default_backoff(CW_JITTER_DECORRELATED);
  struct dice dice = DICE(HIGHEST, HIGHEST, HIGHEST, LOWEST);
  const struct cw_rng rng = dice_rng(&dice);

  assert_int_equal(wait_ms(&backoff, 3, 1, &rng), 500);
  assert_int_equal(wait_ms(&backoff, 3, UINT64_MAX, &rng), 30000);
  backoff.cap_ms = CW_BACKOFF_CAP_MAX_MS;
  assert_int_equal(wait_ms(&backoff, 3, CW_BACKOFF_CAP_MAX_MS, &rng),
                   CW_BACKOFF_CAP_MAX_MS);
  backoff.base_ms = 0;
  assert_int_equal(wait_ms(&backoff, 3, 400, &rng), 0);
  dice_assert_spent(&dice);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_number_is_drawn_from_a_closed_range),
    cmocka_unit_test(without_jitter_the_wait_doubles_up_to_the_cap),
    cmocka_unit_test(the_ceiling_is_rounded_up_so_that_it_grows),
    cmocka_unit_test(full_jitter_reaches_from_nothing_to_the_ceiling),
    cmocka_unit_test(equal_jitter_never_waits_less_than_half_the_ceiling),
    cmocka_unit_test(decorrelated_jitter_starts_from_the_wait_before),
    cmocka_unit_test(the_last_attempt_there_can_be_still_waits_the_cap),
    cmocka_unit_test(the_last_attempt_of_a_wait_that_never_grows_is_found),
    cmocka_unit_test(the_floor_is_the_shortest_wait_and_the_spread_the_rest),
    cmocka_unit_test(without_jitter_all_of_the_wait_is_floor),
    cmocka_unit_test(a_base_of_nothing_is_no_wait),
    cmocka_unit_test(decorrelated_jitter_keeps_between_base_and_cap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
