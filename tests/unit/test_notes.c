/* Unit tests of lib/client/notes.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hunger.h"
#include "notes.h"

static union cw_argument argument(CURLoption option, ...)
{
  va_list args;
  va_start(args, option);
  const union cw_argument value = cw_argument_read(option, args);
  va_end(args);
  return value;
}

static void an_option_has_a_slot_if_it_matters(void **state)
{
  (void)state;

  assert_int_equal(cw_slot_of(CURLOPT_WRITEDATA), CW_SLOT_WRITEDATA);
  assert_int_equal(cw_slot_of(CURLOPT_MAXREDIRS), CW_SLOT_MAXREDIRS);
  assert_int_equal(cw_slot_of(CURLOPT_VERBOSE), CW_SLOT_NONE);
  assert_int_equal(cw_slot_of((CURLoption)0), CW_SLOT_NONE);
  assert_int_equal(cw_slot_of((CURLoption)999999), CW_SLOT_NONE);
}

static void options_that_mean_the_same_share_a_slot(void **state)
{
  (void)state;

  assert_int_equal(cw_slot_of(CURLOPT_TIMEOUT), CW_SLOT_TIMEOUT_MS);
  assert_int_equal(cw_slot_of(CURLOPT_TIMEOUT_MS), CW_SLOT_TIMEOUT_MS);
  assert_int_equal(cw_slot_of(CURLOPT_POSTFIELDSIZE), CW_SLOT_POSTFIELDSIZE);
  assert_int_equal(cw_slot_of(CURLOPT_POSTFIELDSIZE_LARGE),
                   CW_SLOT_POSTFIELDSIZE);
  assert_int_equal(cw_slot_of(CURLOPT_INFILESIZE), CW_SLOT_INFILESIZE);

  const union cw_argument seconds = argument(CURLOPT_TIMEOUT, 3L);
  assert_int_equal(cw_argument_note(CURLOPT_TIMEOUT, seconds).number, 3000);
  const union cw_argument size = argument(CURLOPT_POSTFIELDSIZE, -1L);
  assert_int_equal(cw_argument_note(CURLOPT_POSTFIELDSIZE, size).offset, -1);
}

static void each_slot_knows_its_option(void **state)
{
  (void)state;

  for(unsigned i = 0; i < CW_SLOT_COUNT; i++) {
    const enum cw_slot slot = (enum cw_slot)i;
    const CURLoption option = cw_slot_option(slot);
    assert_int_equal(cw_slot_of(option), slot);
    switch(cw_slot_kind(slot)) { /* the number says the type to libcurl */
    case CW_KIND_LONG:
      assert_int_equal(option / 10000, 0);
      break;
    case CW_KIND_POINTER:
    case CW_KIND_TEXT:
      assert_int_equal(option / 10000, 1);
      break;
    case CW_KIND_FUNCTION:
      assert_int_equal(option / 10000, 2);
      break;
    case CW_KIND_OFFSET:
      assert_int_equal(option / 10000, 3);
      break;
    case CW_KIND_BLOB:
      assert_int_equal(option / 10000, 4);
      break;
    }
  }
}

static void what_is_not_set_is_libcurls_default(void **state)
{
  (void)state;
  struct cw_notes notes;
  cw_notes_init(&notes);

  assert_false(cw_notes_has(&notes, CW_SLOT_MAXREDIRS));
  assert_int_equal(cw_notes_long(&notes, CW_SLOT_MAXREDIRS), -1);
  assert_int_equal(cw_notes_long(&notes, CW_SLOT_NOPROGRESS), 1);
  assert_int_equal(notes.value[CW_SLOT_POSTFIELDSIZE].offset, -1);
  assert_null(cw_notes_text(&notes, CW_SLOT_COOKIE));
  assert_int_equal(notes.form, CW_FORM_GET);
  cw_notes_clear(&notes);
}

static void arguments_are_read_as_their_number_says(void **state)
{
  (void)state;
  int something = 0;
  struct curl_blob blob = {.len = 0};

  assert_int_equal(argument(CURLOPT_PORT, -5L).number, -5);
  assert_ptr_equal(argument(CURLOPT_WRITEDATA, (void *)&something).pointer,
                   &something);
  assert_true(
    argument(CURLOPT_WRITEFUNCTION, (cw_function *)cw_notes_clear).function ==
    (cw_function *)cw_notes_clear);
  assert_int_equal(
    argument(CURLOPT_INFILESIZE_LARGE, (curl_off_t)0x123456789a).offset,
    0x123456789a);
  assert_ptr_equal(argument(CURLOPT_SSLCERT_BLOB, &blob).blob, &blob);
}

static void set_text(struct cw_notes *notes, enum cw_slot slot, char *text)
{
  union cw_argument value = cw_slot_unset(slot);
  value.text = text;
  assert_true(cw_notes_set(notes, slot, value));
}

static void texts_are_copied(void **state)
{
  (void)state;
  char text[] = "a=b";
  struct cw_notes notes;
  cw_notes_init(&notes);

  set_text(&notes, CW_SLOT_COOKIE, text);
  text[0] = 'x';
  assert_string_equal(cw_notes_text(&notes, CW_SLOT_COOKIE), "a=b");
  assert_true(cw_notes_has(&notes, CW_SLOT_COOKIE));
  set_text(&notes, CW_SLOT_COOKIE, text);
  assert_string_equal(cw_notes_text(&notes, CW_SLOT_COOKIE), "x=b");
  /* to itself */
  set_text(&notes, CW_SLOT_COOKIE, notes.value[CW_SLOT_COOKIE].text);
  assert_string_equal(cw_notes_text(&notes, CW_SLOT_COOKIE), "x=b");
  set_text(&notes, CW_SLOT_COOKIE, NULL);
  assert_null(cw_notes_text(&notes, CW_SLOT_COOKIE));
  assert_true(cw_notes_has(&notes, CW_SLOT_COOKIE));
  cw_notes_clear(&notes);
  assert_false(cw_notes_has(&notes, CW_SLOT_COOKIE));
}

static void blobs_are_copied_with_their_data(void **state)
{
  (void)state;
  char data[] = {'p', '\0', 'e', 'm'};
  struct curl_blob blob = {.data = data, .len = 4, .flags = CURL_BLOB_NOCOPY};
  union cw_argument value = {.blob = &blob};
  struct cw_notes notes;
  cw_notes_init(&notes);

  assert_true(cw_notes_set(&notes, CW_SLOT_SSLCERT_BLOB, value));
  memset(data, 'x', sizeof(data));
  blob.len = 1;
  const struct curl_blob *copy = notes.value[CW_SLOT_SSLCERT_BLOB].blob;
  assert_int_equal(copy->len, 4);
  assert_memory_equal(copy->data, "p\0em", 4);
  assert_int_equal(copy->flags, CURL_BLOB_COPY);
  cw_notes_clear(&notes);
}

static void pointers_and_numbers_are_kept(void **state)
{
  (void)state;
  int something = 0;
  struct cw_notes notes;
  union cw_argument value = {.pointer = &something};
  cw_notes_init(&notes);

  assert_true(cw_notes_set(&notes, CW_SLOT_WRITEDATA, value));
  assert_ptr_equal(notes.value[CW_SLOT_WRITEDATA].pointer, &something);
  value = cw_slot_unset(CW_SLOT_MAXREDIRS);
  value.number = 7;
  assert_true(cw_notes_set(&notes, CW_SLOT_MAXREDIRS, value));
  assert_int_equal(cw_notes_long(&notes, CW_SLOT_MAXREDIRS), 7);
  cw_notes_clear(&notes);
}

static void a_copy_owns_what_it_has(void **state)
{
  (void)state;
  char data[] = "pem";
  struct curl_blob blob = {.data = data, .len = 4};
  struct cw_notes notes;
  struct cw_notes copy;
  cw_notes_init(&notes);
  cw_notes_init(&copy);

  set_text(&notes, CW_SLOT_USERPWD, (char[]){"u:p"});
  assert_true(cw_notes_set(&notes, CW_SLOT_SSLKEY_BLOB,
                           (union cw_argument){.blob = &blob}));
  (void)cw_notes_form(&notes, CURLOPT_MIMEPOST,
                      argument(CURLOPT_MIMEPOST, (void *)data));
  assert_true(cw_notes_copy(&copy, &notes));
  cw_notes_clear(&notes);
  assert_string_equal(cw_notes_text(&copy, CW_SLOT_USERPWD), "u:p");
  assert_memory_equal(copy.value[CW_SLOT_SSLKEY_BLOB].blob->data, "pem", 4);
  assert_int_equal(copy.form, CW_FORM_MIME);
  assert_true(copy.is_copy);
  assert_false(cw_notes_has(&copy, CW_SLOT_COOKIE));
  cw_notes_clear(&copy);
}

static void without_memory_a_note_stays_as_it_is(void **state)
{
  (void)state;
  char data[] = "pem";
  struct curl_blob blob = {.data = data, .len = 4};
  const union cw_argument value = {.blob = &blob};
  struct cw_notes notes;
  struct cw_notes copy;
  cw_notes_init(&notes);
  cw_notes_init(&copy);

  assert_true(cw_notes_set(&notes, CW_SLOT_SSLCERT_BLOB, value));
  data[0] = 'x';
  hunger_begin(0);
  assert_false(cw_notes_set(&notes, CW_SLOT_SSLCERT_BLOB, value));
  assert_false(cw_notes_set(&notes, CW_SLOT_SSLKEY_BLOB, value));
  assert_false(cw_notes_copy(&copy, &notes));
  assert_true(hunger_end());
  assert_memory_equal(notes.value[CW_SLOT_SSLCERT_BLOB].blob->data, "pem", 4);
  assert_false(cw_notes_has(&notes, CW_SLOT_SSLKEY_BLOB));
  cw_notes_clear(&copy);
  cw_notes_clear(&notes);
}

/* ---- the form of the request, which is as libcurl's setopt keeps it ---- */

struct said {
  CURLoption option;
  long number;
};

static void the_last_word_decides_the_method(void **state)
{
  (void)state;
  static const struct {
    struct said said[4];
    const char *method;
  } rows[] = {
    {{{0}}, "GET"},
    {{{CURLOPT_NOBODY, 1}}, "HEAD"},
    {{{CURLOPT_NOBODY, 1}, {CURLOPT_NOBODY, 0}}, "GET"},
    {{{CURLOPT_POST, 1}}, "POST"},
    {{{CURLOPT_POST, 1}, {CURLOPT_POST, 0}}, "GET"},
    {{{CURLOPT_POST, 1}, {CURLOPT_NOBODY, 0}}, "POST"},
    {{{CURLOPT_POST, 1}, {CURLOPT_NOBODY, 1}}, "HEAD"},
    {{{CURLOPT_POST, 1}, {CURLOPT_HTTPGET, 1}}, "GET"},
    {{{CURLOPT_POST, 1}, {CURLOPT_HTTPGET, 0}}, "POST"},
    {{{CURLOPT_UPLOAD, 1}}, "PUT"},
    {{{CURLOPT_UPLOAD, 1}, {CURLOPT_UPLOAD, 0}}, "GET"},
    {{{CW_PUT, 1}}, "PUT"},
    {{{CURLOPT_UPLOAD, 1}, {CURLOPT_POST, 1}}, "POST"},
    {{{CURLOPT_NOBODY, 1}, {CURLOPT_HTTPGET, 1}}, "GET"},
    {{{CURLOPT_VERBOSE, 1}}, "GET"},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct cw_notes notes;
    cw_notes_init(&notes);
    for(size_t j = 0; j < 4 && rows[i].said[j].option; j++) {
      const CURLoption option = rows[i].said[j].option;
      assert_int_equal(cw_notes_form(&notes, option,
                                     argument(option, rows[i].said[j].number)),
                       option != CURLOPT_VERBOSE);
    }
    assert_string_equal(cw_notes_method(&notes), rows[i].method);
    cw_notes_clear(&notes);
  }
}

static void a_body_in_memory_makes_it_a_post(void **state)
{
  (void)state;
  static const CURLoption options[] = {CURLOPT_POSTFIELDS,
                                       CURLOPT_COPYPOSTFIELDS};

  for(size_t i = 0; i < 2; i++) {
    struct cw_notes notes;
    cw_notes_init(&notes);
    (void)cw_notes_form(&notes, options[i], argument(options[i], "x"));
    assert_string_equal(cw_notes_method(&notes), "POST");
    assert_true(notes.has_postfields);
    (void)cw_notes_form(&notes, options[i], argument(options[i], NULL));
    assert_string_equal(cw_notes_method(&notes), "POST");
    assert_false(notes.has_postfields);
    cw_notes_clear(&notes);
  }
}

static void a_custom_method_stands_before_all(void **state)
{
  (void)state;
  struct cw_notes notes;
  cw_notes_init(&notes);

  (void)cw_notes_form(&notes, CURLOPT_POST, argument(CURLOPT_POST, 1L));
  set_text(&notes, CW_SLOT_CUSTOMREQUEST, (char[]){"PURGE"});
  assert_string_equal(cw_notes_method(&notes), "PURGE");
  assert_string_equal(cw_notes_form_method(&notes), "POST");
  set_text(&notes, CW_SLOT_CUSTOMREQUEST, NULL);
  assert_string_equal(cw_notes_method(&notes), "POST");
  cw_notes_clear(&notes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_option_has_a_slot_if_it_matters),
    cmocka_unit_test(options_that_mean_the_same_share_a_slot),
    cmocka_unit_test(each_slot_knows_its_option),
    cmocka_unit_test(what_is_not_set_is_libcurls_default),
    cmocka_unit_test(arguments_are_read_as_their_number_says),
    cmocka_unit_test(texts_are_copied),
    cmocka_unit_test(blobs_are_copied_with_their_data),
    cmocka_unit_test(pointers_and_numbers_are_kept),
    cmocka_unit_test(a_copy_owns_what_it_has),
    cmocka_unit_test(without_memory_a_note_stays_as_it_is),
    cmocka_unit_test(the_last_word_decides_the_method),
    cmocka_unit_test(a_body_in_memory_makes_it_a_post),
    cmocka_unit_test(a_custom_method_stands_before_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
