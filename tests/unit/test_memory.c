/* Unit tests of lib/client/memory.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hunger.h"
#include "instant.h"
#include "memory.h"

static struct cw_memory *memory_of(size_t most)
{
  struct cw_memory *memory = cw_memory_new(most);
  assert_non_null(memory);
  return memory;
}

/* |from| leads to |to| at |now_ms|; NULL: nothing is remembered of it. */
static void assert_leads_at(struct cw_memory *memory, const char *from,
                            const char *to, uint64_t now_ms)
{
  struct cw_text text = {.data = NULL};

  assert_int_equal(cw_memory_get(memory, from, now_ms, &text), to != NULL);
  if(to)
    assert_string_equal(text.data, to);
  cw_text_clear(&text);
}

static void assert_leads(struct cw_memory *memory, const char *from,
                         const char *to)
{
  assert_leads_at(memory, from, to, 1000);
}

static void put(struct cw_memory *memory, const char *from, const char *to)
{
  cw_memory_put(memory, from, to, CW_FOREVER);
}

/* How many of those that put_many() made are there. */
static unsigned count_of(struct cw_memory *memory, unsigned last)
{
  unsigned count = 0;
  struct cw_text text = {.data = NULL};

  for(unsigned i = 0; i <= last; i++) {
    char from[32];
    snprintf(from, sizeof(from), "http://a/%u", i);
    count += cw_memory_get(memory, from, 1000, &text);
  }
  cw_text_clear(&text);
  return count;
}

static void put_many(struct cw_memory *memory, unsigned first, unsigned last)
{
  for(unsigned i = first; i <= last; i++) {
    char from[32];
    char to[32];
    snprintf(from, sizeof(from), "http://a/%u", i);
    snprintf(to, sizeof(to), "http://b/%u", i);
    put(memory, from, to);
  }
}

static void what_was_put_is_got(void **state)
{
  (void)state;
  struct cw_memory *memory = memory_of(4);

  assert_leads(memory, "http://a/", NULL);
  put(memory, "http://a/", "http://b/");
  put(memory, "http://a/x", "http://b/longer/than/the/other");
  put(memory, "", "http://c/");
  assert_leads(memory, "http://a/", "http://b/");
  assert_leads(memory, "http://a/x", "http://b/longer/than/the/other");
  assert_leads(memory, "", "http://c/");
  assert_leads(memory, "http://a", NULL);
  assert_leads(memory, "http://A/", NULL);
  assert_leads(memory, "http://b/", NULL);
  cw_memory_free(memory);
}

static void a_put_replaces(void **state)
{
  (void)state;
  struct cw_memory *memory = memory_of(2);

  put(memory, "http://x/", "http://y/");
  for(unsigned i = 0; i < 5; i++)
    put(memory, "http://a/", "http://b/");
  put(memory, "http://a/", "http://c/");
  assert_leads(memory, "http://a/", "http://c/");
  assert_leads(memory, "http://x/", "http://y/");
  cw_memory_forget(memory, "http://a/");
  assert_leads(memory, "http://a/", NULL);
  cw_memory_free(memory);
}

static void the_least_recently_used_goes_first(void **state)
{
  (void)state;
  struct cw_memory *memory = memory_of(3);

  put_many(memory, 0, 2);
  assert_leads(memory, "http://a/0", "http://b/0"); /* used: 1 is oldest */
  put_many(memory, 3, 3);
  assert_leads(memory, "http://a/1", NULL);
  put(memory, "http://a/2", "http://c/"); /* put again: 0 is oldest */
  put_many(memory, 4, 4);
  assert_leads(memory, "http://a/0", NULL);
  assert_leads(memory, "http://a/2", "http://c/");
  assert_leads(memory, "http://a/3", "http://b/3");
  assert_leads(memory, "http://a/4", "http://b/4");
  cw_memory_free(memory);
}

static void a_memory_of_one_holds_one(void **state)
{
  (void)state;
  struct cw_memory *memory = memory_of(1);

  put_many(memory, 0, 1);
  assert_leads(memory, "http://a/0", NULL);
  assert_leads(memory, "http://a/1", "http://b/1");
  cw_memory_free(memory);
}

static void it_never_holds_more_than_it_may(void **state)
{
  (void)state;
  static const size_t sizes[] = {1, 2, 3, 64, 100, CW_MEMORY_SHARE};

  for(size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
    struct cw_memory *memory = memory_of(sizes[i]);
    put_many(memory, 0, 2999);
    assert_int_equal(count_of(memory, 2999), sizes[i]);
    assert_leads(memory, "http://a/2999", "http://b/2999");
    cw_memory_free(memory);
  }
}

static void what_has_expired_is_dropped(void **state)
{
  (void)state;
  struct cw_memory *memory = memory_of(4);

  cw_memory_put(memory, "http://a/", "http://b/", 1000);
  assert_leads_at(memory, "http://a/", "http://b/", 999);
  assert_leads_at(memory, "http://a/", NULL, 1000);
  /* dropped, not hidden */
  assert_leads_at(memory, "http://a/", NULL, 0);

  cw_memory_put(memory, "http://a/", "http://b/", CW_FOREVER);
  assert_leads_at(memory, "http://a/", "http://b/", CW_FOREVER);
  cw_memory_free(memory);
}

static void fragments_do_not_count(void **state)
{
  (void)state;
  struct cw_memory *memory = memory_of(4);

  put(memory, "http://a/#one", "http://b/");
  assert_leads(memory, "http://a/", "http://b/");
  assert_leads(memory, "http://a/#two", "http://b/");
  put(memory, "http://a/", "http://c/");
  assert_leads(memory, "http://a/#one", "http://c/");
  cw_memory_forget(memory, "http://a/#three");
  assert_leads(memory, "http://a/", NULL);
  cw_memory_free(memory);
}

static void a_fragment_that_was_inherited_is_not_kept(void **state)
{
  (void)state;
  struct cw_memory *memory = memory_of(4);

  put(memory, "http://a/#top", "http://b/#top");
  assert_leads(memory, "http://a/", "http://b/");
  put(memory, "http://a/#top", "http://b/#of-its-own");
  assert_leads(memory, "http://a/", "http://b/#of-its-own");
  put(memory, "http://a/", "http://b/#of-its-own");
  assert_leads(memory, "http://a/#top", "http://b/#of-its-own");
  cw_memory_free(memory);
}

static void a_long_url_is_not_remembered(void **state)
{
  (void)state;
  struct cw_memory *memory = memory_of(4);
  char url[CW_MEMORY_URL + 2];

  memset(url, 'x', sizeof(url));
  url[CW_MEMORY_URL] = '\0';
  put(memory, url, url);
  assert_leads(memory, url, url);
  put(memory, "http://a/", url);
  assert_leads(memory, "http://a/", url);

  url[CW_MEMORY_URL] = 'x';
  url[CW_MEMORY_URL + 1] = '\0';
  put(memory, url, "http://b/");
  assert_leads(memory, url, NULL);
  /* ... and what was remembered before does not hold any more */
  put(memory, "http://a/", url);
  assert_leads(memory, "http://a/", NULL);
  cw_memory_free(memory);
}

static void all_can_be_forgotten(void **state)
{
  (void)state;
  struct cw_memory *memory = memory_of(64);

  cw_memory_forget_all(memory);
  put_many(memory, 0, 99);
  cw_memory_forget_all(memory);
  assert_int_equal(count_of(memory, 99), 0);
  put_many(memory, 0, 99);
  assert_int_equal(count_of(memory, 99), 64);
  cw_memory_free(memory);
}

static void what_is_not_there_can_be_forgotten(void **state)
{
  (void)state;
  struct cw_memory *memory = memory_of(4);

  cw_memory_forget(memory, "http://a/");
  put(memory, "http://a/", "http://b/");
  cw_memory_forget(memory, "http://b/");
  assert_leads(memory, "http://a/", "http://b/");
  cw_memory_free(memory);
  cw_memory_free(NULL);
}

static void without_memory_nothing_is_remembered(void **state)
{
  (void)state;
  hunger_begin(0);
  assert_null(cw_memory_new(4));
  assert_true(hunger_end());

  struct cw_memory *memory = memory_of(1);
  put(memory, "http://x/", "http://y/");
  hunger_begin(0);
  put(memory, "http://a/", "http://b/");
  assert_true(hunger_end());
  assert_leads(memory, "http://a/", NULL);
  assert_leads(memory, "http://x/", "http://y/"); /* not put out in vain */

  struct cw_text text = {.data = NULL};
  hunger_begin(0);
  assert_false(cw_memory_get(memory, "http://x/", 0, &text));
  assert_true(hunger_end());
  assert_leads(memory, "http://x/", "http://y/");
  cw_memory_free(memory);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_was_put_is_got),
    cmocka_unit_test(a_put_replaces),
    cmocka_unit_test(the_least_recently_used_goes_first),
    cmocka_unit_test(a_memory_of_one_holds_one),
    cmocka_unit_test(it_never_holds_more_than_it_may),
    cmocka_unit_test(what_has_expired_is_dropped),
    cmocka_unit_test(fragments_do_not_count),
    cmocka_unit_test(a_fragment_that_was_inherited_is_not_kept),
    cmocka_unit_test(a_long_url_is_not_remembered),
    cmocka_unit_test(all_can_be_forgotten),
    cmocka_unit_test(what_is_not_there_can_be_forgotten),
    cmocka_unit_test(without_memory_nothing_is_remembered),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
