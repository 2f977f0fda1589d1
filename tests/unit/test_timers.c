/* Unit tests of lib/client/timers.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hunger.h"
#include "timers.h"

static struct cw_timers timers_of(size_t count)
{
  struct cw_timers timers = {.heap = NULL};
  assert_true(cw_timers_reserve(&timers, count));
  return timers;
}

/* Takes the one that is due first; NULL: there is none. */
static struct cw_timer *take(struct cw_timers *timers)
{
  struct cw_timer *first = cw_timers_first(timers);
  if(first)
    cw_timers_unset(timers, first);
  return first;
}

static void what_is_due_first_comes_first(void **state)
{
  (void)state;
  struct cw_timers timers = timers_of(3);
  struct cw_timer a = {.at = 0}, b = {.at = 0}, c = {.at = 0};

  assert_null(cw_timers_first(&timers));
  cw_timers_set(&timers, &a, 20);
  cw_timers_set(&timers, &b, UINT64_MAX);
  cw_timers_set(&timers, &c, 0);
  assert_ptr_equal(take(&timers), &c);
  assert_ptr_equal(take(&timers), &a);
  assert_ptr_equal(take(&timers), &b);
  assert_null(take(&timers));
  cw_timers_clear(&timers);
}

static void of_one_instant_the_order_of_setting_counts(void **state)
{
  (void)state;
  struct cw_timer timer[50] = {{.at = 0}};
  struct cw_timers timers = timers_of(50);

  for(size_t i = 0; i < 50; i++)
    cw_timers_set(&timers, &timer[i], 7);
  cw_timers_set(&timers, &timer[3], 7); /* anew: it is the last now */
  for(size_t i = 0; i < 50; i++)
    if(i != 3)
      assert_ptr_equal(take(&timers), &timer[i]);
  assert_ptr_equal(take(&timers), &timer[3]);
  cw_timers_clear(&timers);
}

static void one_that_is_set_can_be_moved(void **state)
{
  (void)state;
  struct cw_timers timers = timers_of(3);
  struct cw_timer a = {.at = 0}, b = {.at = 0}, c = {.at = 0};

  cw_timers_set(&timers, &a, 10);
  cw_timers_set(&timers, &b, 20);
  cw_timers_set(&timers, &c, 30);
  cw_timers_set(&timers, &c, 5);
  assert_ptr_equal(cw_timers_first(&timers), &c);
  cw_timers_set(&timers, &c, 15);
  assert_ptr_equal(cw_timers_first(&timers), &a);
  cw_timers_set(&timers, &a, 40);
  assert_int_equal(timers.count, 3);
  assert_ptr_equal(take(&timers), &c);
  assert_ptr_equal(take(&timers), &b);
  assert_ptr_equal(take(&timers), &a);
  cw_timers_clear(&timers);
}

static void one_that_is_not_set_cannot_be_unset(void **state)
{
  (void)state;
  struct cw_timers timers = timers_of(2);
  struct cw_timer a = {.at = 0}, b = {.at = 0};

  cw_timers_unset(&timers, &a);
  cw_timers_set(&timers, &a, 10);
  cw_timers_unset(&timers, &b);
  assert_ptr_equal(take(&timers), &a);
  cw_timers_unset(&timers, &a);
  assert_null(cw_timers_first(&timers));
  cw_timers_set(&timers, &a, 20);
  assert_ptr_equal(take(&timers), &a);
  cw_timers_clear(&timers);
}

/* ---- against a model that is too simple to be wrong ---- */

#define MANY  100
#define STEPS 20000

struct model {
  struct cw_timers timers;
  struct cw_timer timer[MANY];
  uint64_t due_ms[MANY];
  unsigned set_at[MANY]; /* the step; 0: it is not set */
};

/* Marsaglia's xorshift: the same numbers each time. */
static unsigned number_below(unsigned end)
{
  static uint64_t bits = UINT64_C(88172645463325252);

  bits ^= bits << 13;
  bits ^= bits >> 7;
  bits ^= bits << 17;
  return (unsigned)(bits % end);
}

static struct cw_timer *first_of(struct model *model)
{
  unsigned first = MANY;

  for(unsigned i = 0; i < MANY; i++)
    if(model->set_at[i] &&
       (first == MANY || model->due_ms[i] < model->due_ms[first] ||
        (model->due_ms[i] == model->due_ms[first] &&
         model->set_at[i] < model->set_at[first])))
      first = i;
  return first < MANY ? &model->timer[first] : NULL;
}

static void assert_agrees(struct model *model)
{
  size_t count = 0;

  for(unsigned i = 0; i < MANY; i++) {
    count += model->set_at[i] != 0;
    assert_int_equal(!model->timer[i].at, !model->set_at[i]);
  }
  assert_int_equal(model->timers.count, count);
  assert_ptr_equal(cw_timers_first(&model->timers), first_of(model));
}

static void set(struct model *model, unsigned i, unsigned step)
{
  model->due_ms[i] = number_below(200); /* many at one instant */
  model->set_at[i] = step;
  cw_timers_set(&model->timers, &model->timer[i], model->due_ms[i]);
}

static void unset(struct model *model, unsigned i)
{
  model->set_at[i] = 0;
  cw_timers_unset(&model->timers, &model->timer[i]);
}

/* The share of settings changes, so that there are few at times, and many. */
static void any_steps_leave_it_in_order(void **state)
{
  (void)state;
  struct model model = {.timers = timers_of(MANY)};
  bool was_empty = false;
  bool was_full = false;

  for(unsigned step = 1; step <= STEPS; step++) {
    const unsigned sets_of_8 = step / 1000 % 2 ? 1 : 7;
    const unsigned i = number_below(MANY);
    if(number_below(8) < sets_of_8)
      set(&model, i, step);
    else
      unset(&model, i);
    assert_agrees(&model);
    was_empty = was_empty || model.timers.count < 10;
    was_full = was_full || model.timers.count > MANY - 10;
  }
  assert_true(was_empty && was_full);
  while(cw_timers_first(&model.timers)) {
    assert_agrees(&model);
    unset(&model, (unsigned)(cw_timers_first(&model.timers) - model.timer));
  }
  assert_null(first_of(&model));
  cw_timers_clear(&model.timers);
}

/* ---- memory ---- */

static void what_is_reserved_can_be_set_without_memory(void **state)
{
  (void)state;
  struct cw_timer timer[64] = {{.at = 0}};
  struct cw_timers timers = {.heap = NULL};

  for(size_t count = 1; count <= 64; count++) {
    assert_true(cw_timers_reserve(&timers, count));
    hunger_begin(0);
    cw_timers_set(&timers, &timer[count - 1], 100 - count);
    assert_true(cw_timers_reserve(&timers, count));
    assert_false(hunger_end());
    assert_ptr_equal(cw_timers_first(&timers), &timer[count - 1]);
  }
  cw_timers_clear(&timers);
  assert_null(cw_timers_first(&timers));
  assert_true(cw_timers_reserve(&timers, 1)); /* it can be used again */
  cw_timers_clear(&timers);
}

static void without_memory_nothing_changes(void **state)
{
  (void)state;
  struct cw_timers timers = {.heap = NULL};
  struct cw_timer a = {.at = 0}, b = {.at = 0};

  hunger_begin(0);
  assert_false(cw_timers_reserve(&timers, 1));
  assert_true(hunger_end());
  assert_true(cw_timers_reserve(&timers, 2));
  cw_timers_set(&timers, &a, 20);
  hunger_begin(0);
  assert_false(cw_timers_reserve(&timers, 1000));
  assert_true(hunger_end());
  cw_timers_set(&timers, &b, 10);
  assert_ptr_equal(take(&timers), &b);
  assert_ptr_equal(take(&timers), &a);
  cw_timers_clear(&timers);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_due_first_comes_first),
    cmocka_unit_test(of_one_instant_the_order_of_setting_counts),
    cmocka_unit_test(one_that_is_set_can_be_moved),
    cmocka_unit_test(one_that_is_not_set_cannot_be_unset),
    cmocka_unit_test(any_steps_leave_it_in_order),
    cmocka_unit_test(what_is_reserved_can_be_set_without_memory),
    cmocka_unit_test(without_memory_nothing_changes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
