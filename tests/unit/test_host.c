/* Unit tests of lib/policy/host.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host.h"

static char pattern[CW_HOST_MAX + 3];

static CURLcode read_host(const char *name)
{
  const struct cw_spot spot = {.file = "test.ini"};
  return cw_host_read(name, pattern, &spot);
}

#define assert_is_host(name, its_pattern)                                     \
  do {                                                                        \
    assert_int_equal(read_host(name), CURLE_OK);                              \
    assert_string_equal(pattern, its_pattern);                                \
  } while(0)

#define assert_is_none(name)                                                  \
  assert_int_equal(read_host(name), CURLE_BAD_FUNCTION_ARGUMENT)

static void a_host_is_kept_in_small_letters(void **state)
{
  (void)state;

  assert_is_host("AZ.example", "az.example");
  assert_is_host("*.AZ.example", "*.az.example");
  assert_is_host("az-_09", "az-_09");
  assert_is_host("127.0.0.1", "127.0.0.1");
}

static void only_some_bytes_stand_in_a_host(void **state)
{
  (void)state;

  for(const char *byte = "`{/:@[^ +*\x7f\x80\xe9"; *byte; byte++) {
    const char name[] = {'a', *byte, 'b', '\0'};
    assert_is_none(name);
  }
}

static void a_label_has_up_to_63_bytes(void **state)
{
  (void)state;
  char name[66] = "";

  memset(name, 'a', 63);
  assert_is_host(name, name);
  memset(name, 'a', 64);
  assert_is_none(name);
  memcpy(name + 63, ".a", 3);
  assert_is_host(name, name);
}

/* Labels of up to 63 bytes. */
static void make_name(char *name, size_t length)
{
  for(size_t i = 0; i < length; i++)
    name[i] = i % 64 == 63 ? '.' : 'a';
  name[length] = '\0';
}

static void a_host_has_up_to_253_bytes_and_perhaps_an_asterisk(void **state)
{
  (void)state;
  char name[512] = "*.";

  make_name(name + 2, 253);
  assert_is_host(name, name);
  assert_is_host(name + 2, name + 2);
  for(size_t length = 254; length < 300; length++) {
    if(length % 64 == 0)
      continue; /* it would end in a dot */
    make_name(name + 2, length);
    assert_is_none(name);
    assert_is_none(name + 2);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_host_is_kept_in_small_letters),
    cmocka_unit_test(only_some_bytes_stand_in_a_host),
    cmocka_unit_test(a_label_has_up_to_63_bytes),
    cmocka_unit_test(a_host_has_up_to_253_bytes_and_perhaps_an_asterisk),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
