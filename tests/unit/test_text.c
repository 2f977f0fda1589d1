/* Unit tests of lib/client/text.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hunger.h"
#include "text.h"

static void it_holds_what_was_set_and_added(void **state)
{
  (void)state;
  struct cw_text text = {.data = NULL};

  assert_true(cw_text_set(&text, "abcXXX", 3));
  assert_string_equal(text.data, "abc");
  assert_true(cw_text_add(&text, "def", 3));
  assert_string_equal(text.data, "abcdef");
  assert_int_equal(text.length, 6);
  assert_true(cw_text_set(&text, "x", 1));
  assert_string_equal(text.data, "x");
  assert_int_equal(text.length, 1);
  cw_text_clear(&text);
  assert_null(text.data);
  assert_int_equal(text.length, 0);
}

static void nothing_is_a_text_too(void **state)
{
  (void)state;
  struct cw_text text = {.data = NULL};

  cw_text_clear(&text);
  assert_true(cw_text_add(&text, NULL, 0));
  assert_string_equal(text.data, "");
  assert_true(cw_text_set(&text, "", 0));
  assert_string_equal(text.data, "");
  cw_text_clear(&text);
}

static void it_may_hold_any_byte(void **state)
{
  (void)state;
  struct cw_text text = {.data = NULL};

  assert_true(cw_text_set(&text, "a\0b", 3));
  assert_int_equal(text.length, 3);
  assert_memory_equal(text.data, "a\0b", 4);
  cw_text_clear(&text);
}

static void it_grows_at_every_length(void **state)
{
  (void)state;
  struct cw_text text = {.data = NULL};

  for(size_t i = 0; i < 2000; i++) {
    const char byte = (char)('a' + i % 26);
    assert_true(cw_text_add(&text, &byte, 1));
    assert_int_equal(text.length, i + 1);
    assert_int_equal(text.data[text.length], '\0');
    assert_true(text.size > text.length);
  }
  for(size_t i = 0; i < 2000; i++)
    assert_int_equal(text.data[i], 'a' + i % 26);
  cw_text_clear(&text);
}

static void its_memory_is_used_again(void **state)
{
  (void)state;
  struct cw_text text = {.data = NULL};
  char long_text[500];

  memset(long_text, 'x', sizeof(long_text));
  assert_true(cw_text_set(&text, long_text, sizeof(long_text)));
  hunger_begin(0);
  assert_true(cw_text_set(&text, "short", 5));
  assert_true(cw_text_add(&text, long_text, sizeof(long_text) - 5));
  assert_false(hunger_end());
  cw_text_clear(&text);
}

static void without_memory_it_stays_as_it_is(void **state)
{
  (void)state;
  struct cw_text text = {.data = NULL};
  char long_text[500];

  memset(long_text, 'x', sizeof(long_text));
  hunger_begin(0);
  assert_false(cw_text_set(&text, "a", 1));
  assert_true(hunger_end());
  assert_null(text.data);
  assert_true(cw_text_set(&text, "abc", 3));

  hunger_begin(0);
  assert_false(cw_text_add(&text, long_text, sizeof(long_text)));
  assert_false(cw_text_set(&text, long_text, sizeof(long_text)));
  assert_true(hunger_end());
  assert_string_equal(text.data, "abc");
  assert_int_equal(text.length, 3);
  cw_text_clear(&text);
}

static void a_length_that_cannot_be_is_refused(void **state)
{
  (void)state;
  struct cw_text text = {.data = NULL};

  assert_true(cw_text_set(&text, "abc", 3));
  assert_false(cw_text_add(&text, "x", SIZE_MAX));
  assert_false(cw_text_add(&text, "x", SIZE_MAX - 2));
  assert_false(cw_text_add(&text, "x", SIZE_MAX / 2));
  assert_false(cw_text_set(&text, "x", SIZE_MAX));
  assert_false(cw_text_set(&text, "x", SIZE_MAX / 2));
  assert_string_equal(text.data, "abc");
  cw_text_clear(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(it_holds_what_was_set_and_added),
    cmocka_unit_test(nothing_is_a_text_too),
    cmocka_unit_test(it_may_hold_any_byte),
    cmocka_unit_test(it_grows_at_every_length),
    cmocka_unit_test(its_memory_is_used_again),
    cmocka_unit_test(without_memory_it_stays_as_it_is),
    cmocka_unit_test(a_length_that_cannot_be_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
