/* Unit tests of lib/policy/reader.c. */

#include <stdio.h>

#include "policies.h"
#include "reader.h"

/* Writes down the lines: "2:s|k=v", "1:s|" for a section, "3:s|k+v". */
struct notes {
  char text[1024];
  unsigned left; /* lines until it says no; 0: never */
};

static CURLcode note(const struct cw_line *line, const struct cw_spot *spot,
                     void *user)
{
  static const char *const sign[] = {"", "=", "+"};
  struct notes *notes = user;
  const size_t length = strlen(notes->text);

  snprintf(notes->text + length, sizeof(notes->text) - length, "%u:%s|%s%s%s ",
           spot->line, line->section, line->key, sign[line->kind],
           line->value);
  if(notes->left && !--notes->left)
    return CURLE_OUT_OF_MEMORY;
  return CURLE_OK;
}

static void assert_lines(const char *text, const char *expected)
{
  struct notes notes = {0};
  struct curlew_policy_error error = {.line = 0};
  const struct cw_spot spot = {.file = "test.ini", .error = &error};

  assert_int_equal(cw_reader_lines(text, strlen(text), &spot, note, &notes),
                   CURLE_OK);
  assert_string_equal(notes.text, expected);
}

static void assert_no_lines(const char *text, size_t length,
                            const char *expected)
{
  struct notes notes = {0};
  struct curlew_policy_error error = {.line = 0};
  const struct cw_spot spot = {.file = "test.ini", .error = &error};

  assert_int_equal(cw_reader_lines(text, length, &spot, note, &notes),
                   CURLE_BAD_FUNCTION_ARGUMENT);
  assert_string_equal(error.text, expected);
}

static void lines_come_with_section_key_and_number(void **state)
{
  (void)state;

  assert_lines("a = 1\n[s]\n\n; no\nb=2\n[ host x ]\nc   =  3  4 ; no\n",
               "1:|a=1 2:s| 5:s|b=2 6:host x| 7:host x|c=3  4 ");
}

static void an_empty_text_has_no_lines(void **state)
{
  (void)state;

  assert_lines("", "");
  assert_lines("\n\n", "");
  assert_lines("; nothing", "");
}

static void line_ends_of_both_kinds_and_none_are_taken(void **state)
{
  (void)state;

  assert_lines("[s]\r\na = 1\r\n\r\nb = 2", "1:s| 2:s|a=1 4:s|b=2 ");
  assert_lines("[s]\na = 1\n\nb = 2", "1:s| 2:s|a=1 4:s|b=2 ");
}

static void a_byte_order_mark_is_skipped(void **state)
{
  (void)state;

  assert_lines("\xef\xbb\xbf[s]\na = 1\n", "1:s| 2:s|a=1 ");
  assert_lines("\xef\xbb\xbf", "");
}

static void a_comment_needs_a_blank_before_it(void **state)
{
  (void)state;

  assert_lines("[s] ; no\na = 1;2\nb = ;no\nc = 3\t;no\n",
               "1:s| 2:s|a=1;2 3:s|b= 4:s|c=3 ");
}

static void an_indented_line_is_more_of_the_one_above(void **state)
{
  (void)state;

  assert_lines("[s]\na = 1\n  2 = x ; no\n\n\t3\n   ; no\nb = 4\n",
               "1:s| 2:s|a=1 3:s|a+2 = x 5:s|a+3 7:s|b=4 ");
  assert_lines("[s]\na = 1\n[t]\n b = 2\n [u]\n",
               "1:s| 2:s|a=1 3:t| 4:t|+b = 2 5:t|+[u] ");
}

static void a_value_may_have_more_signs(void **state)
{
  (void)state;

  assert_lines("[s]\na = b=c:d #e\n= 2\n", "1:s| 2:s|a=b=c:d #e 3:s|=2 ");
}

/* The names are longer than inih could tell. */
static void a_line_of_the_greatest_length_is_read_whole(void **state)
{
  (void)state;
  char text[400];
  char expected[600];
  const int rest = CW_READER_LINE_MAX - 2;

  snprintf(text, sizeof(text), "[%0*d]\n%0*d=1\n", rest, 7, rest, 8);
  snprintf(expected, sizeof(expected), "1:%0*d| 2:%0*d|%0*d=1 ", rest, 7, rest,
           7, rest, 8);
  assert_lines(text, expected);

  snprintf(text, sizeof(text), "[s]\na=%0*d\n %0*d\n", rest, 7, rest + 1, 8);
  snprintf(expected, sizeof(expected), "1:s| 2:s|a=%0*d 3:s|a+%0*d ", rest, 7,
           rest + 1, 8);
  assert_lines(text, expected);
}

static void a_longer_line_is_refused_comment_or_not(void **state)
{
  (void)state;
  char text[400];

  snprintf(text, sizeof(text), "\n%0*d=1\n", CW_READER_LINE_MAX - 1, 8);
  assert_no_lines(text, strlen(text),
                  "test.ini:2: the line has 191 bytes; at most 190 are "
                  "allowed");
  snprintf(text, sizeof(text), "; %300d", 1);
  assert_no_lines(text, strlen(text),
                  "test.ini:1: the line has 302 bytes; at most 190 are "
                  "allowed");
  snprintf(text, sizeof(text), "[%0300d]", 1);
  assert_no_lines(text, strlen(text),
                  "test.ini:1: the line has 302 bytes; at most 190 are "
                  "allowed");
}

static void control_characters_are_refused(void **state)
{
  (void)state;

  assert_no_lines("[s]\na = \0", 9,
                  "test.ini:2: the control character \\x00 in column 5");
  assert_no_lines("[s]\ra = 1\n", 10,
                  "test.ini:1: the control character \\x0d in column 4");
  assert_no_lines("; \x7f", 3,
                  "test.ini:1: the control character \\x7f in column 3");
}

static void what_other_dialects_have_is_refused(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    const char *expected;
  } cases[] = {
    {"# no", "test.ini:1: a \"#\" does not begin a comment; allowed: ;"},
    {"[s]\n  # no",
     "test.ini:2: a \"#\" does not begin a comment; allowed: ;"},
    {"a: 1",
     "test.ini:1: a \":\" between key and value of \"a: 1\"; allowed: ="},
    {"a: b = 1",
     "test.ini:1: a \":\" between key and value of \"a: b = 1\"; allowed: ="},
    {"[s]\n\nretry",
     "test.ini:3: \"retry\" is neither a value nor a section; allowed: key = "
     "value, [section]"},
    {"[s", "test.ini:1: \"[s\" is not a section; allowed: [section]"},
    {"[s] x", "test.ini:1: \"[s] x\" is not a section; allowed: [section]"},
    {"[host [::1]:80]",
     "test.ini:1: \"[host [::1]:80]\" is not a section; allowed: [section]"},
    {"[", "test.ini:1: \"[\" is not a section; allowed: [section]"},
  };

  for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    assert_no_lines(cases[i].text, strlen(cases[i].text), cases[i].expected);
}

static void the_first_mistake_ends_the_reading(void **state)
{
  (void)state;
  struct notes notes = {.left = 2};
  const struct cw_spot spot = {.file = "test.ini"};
  static const char text[] = "[s]\na = 1\nb = 2\n# no\n";

  assert_int_equal(cw_reader_lines(text, strlen(text), &spot, note, &notes),
                   CURLE_OUT_OF_MEMORY);
  assert_string_equal(notes.text, "1:s| 2:s|a=1 ");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(lines_come_with_section_key_and_number),
    cmocka_unit_test(an_empty_text_has_no_lines),
    cmocka_unit_test(line_ends_of_both_kinds_and_none_are_taken),
    cmocka_unit_test(a_byte_order_mark_is_skipped),
    cmocka_unit_test(a_comment_needs_a_blank_before_it),
    cmocka_unit_test(an_indented_line_is_more_of_the_one_above),
    cmocka_unit_test(a_value_may_have_more_signs),
    cmocka_unit_test(a_line_of_the_greatest_length_is_read_whole),
    cmocka_unit_test(a_longer_line_is_refused_comment_or_not),
    cmocka_unit_test(control_characters_are_refused),
    cmocka_unit_test(what_other_dialects_have_is_refused),
    cmocka_unit_test(the_first_mistake_ends_the_reading),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
