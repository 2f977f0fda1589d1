#include "notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  CURLoption option;
  enum cw_kind kind;
  long unset;
} slots[CW_SLOT_COUNT] = {
#define CW_OPTION(name, number, kind, unset)                                  \
  [CW_SLOT_##name] = {number, CW_KIND_##kind, unset},
#include "options.def"
#undef CW_OPTION
};

const unsigned char cw_options[CW_OPTION_BITS + 1] = {
#define AT(option)                           [(option)&CW_OPTION_BITS]
#define CW_OPTION(name, number, kind, unset) AT(number) = 1 + CW_SLOT_##name,
#include "options.def"
#undef CW_OPTION
  /* an older name or a narrower type, which means the same */
  AT(CURLOPT_TIMEOUT) = 1 + CW_SLOT_TIMEOUT_MS,
  AT(CURLOPT_POSTFIELDSIZE) = 1 + CW_SLOT_POSTFIELDSIZE,
  AT(CURLOPT_INFILESIZE) = 1 + CW_SLOT_INFILESIZE,
  AT(CURLOPT_URL) = CW_OPTION_URL,
  /* see cw_notes_form */
  AT(CURLOPT_HTTPGET) = CW_OPTION_FORM,
  AT(CURLOPT_NOBODY) = CW_OPTION_FORM,
  AT(CURLOPT_POST) = CW_OPTION_FORM,
  AT(CURLOPT_UPLOAD) = CW_OPTION_FORM,
  AT(CW_PUT) = CW_OPTION_FORM,
  AT(CURLOPT_POSTFIELDS) = CW_OPTION_FORM,
  AT(CURLOPT_COPYPOSTFIELDS) = CW_OPTION_FORM,
  AT(CURLOPT_MIMEPOST) = CW_OPTION_FORM,
  AT(CW_HTTPPOST) = CW_OPTION_FORM,
#undef AT
};

/* Is it this slot's option, or one that means the same? */
static bool is_of_slot(CURLoption option, enum cw_slot slot)
{
  return option == slots[slot].option ||
         (option == CURLOPT_TIMEOUT && slot == CW_SLOT_TIMEOUT_MS) ||
         (option == CURLOPT_POSTFIELDSIZE && slot == CW_SLOT_POSTFIELDSIZE) ||
         (option == CURLOPT_INFILESIZE && slot == CW_SLOT_INFILESIZE);
}

enum cw_slot cw_slot_of(CURLoption option)
{
  const unsigned slot = cw_option_what(option) - 1;

  return slot < CW_SLOT_COUNT && is_of_slot(option, (enum cw_slot)slot)
           ? (enum cw_slot)slot
           : CW_SLOT_NONE;
}

CURLoption cw_slot_option(enum cw_slot slot)
{
  return slots[slot].option;
}

enum cw_kind cw_slot_kind(enum cw_slot slot)
{
  return slots[slot].kind;
}

union cw_argument cw_slot_unset(enum cw_slot slot)
{
  union cw_argument value;

  memset(&value, 0, sizeof(value));
  if(slots[slot].kind == CW_KIND_LONG)
    value.number = slots[slot].unset;
  else if(slots[slot].kind == CW_KIND_OFFSET)
    value.offset = slots[slot].unset;
  else if(slot == CW_SLOT_WRITEDATA)
    value.pointer = stdout;
  else if(slot == CW_SLOT_READDATA)
    value.pointer = stdin;
  return value;
}

/* For all that libcurl has 0 for there is nothing to do; every handle pays for
   this. */
void cw_notes_init(struct cw_notes *notes)
{
  memset(notes, 0, sizeof(*notes));
  notes->value[CW_SLOT_WRITEDATA].pointer = stdout;
  notes->value[CW_SLOT_READDATA].pointer = stdin;
#define CW_OPTION(name, number, kind, unset)                                  \
  if((unset) != 0)                                                            \
    notes->value[CW_SLOT_##name] = cw_slot_unset(CW_SLOT_##name);
#include "options.def"
#undef CW_OPTION
}

void cw_notes_drop(enum cw_slot slot, union cw_argument prepared)
{
  if(slots[slot].kind == CW_KIND_TEXT)
    free(prepared.text);
  else if(slots[slot].kind == CW_KIND_BLOB)
    free(prepared.blob);
}

void cw_notes_free(struct cw_notes *notes)
{
  if(!notes->owns)
    return;
#define CW_OPTION(name, number, kind, unset)                                  \
  if(CW_KIND_##kind == CW_KIND_TEXT || CW_KIND_##kind == CW_KIND_BLOB)        \
    if(notes->value[CW_SLOT_##name].pointer)                                  \
      cw_notes_drop(CW_SLOT_##name, notes->value[CW_SLOT_##name]);
#include "options.def"
#undef CW_OPTION
}

void cw_notes_clear(struct cw_notes *notes)
{
  cw_notes_free(notes);
  cw_notes_init(notes);
}

/* In one piece: the struct with its data behind it. */
static struct curl_blob *copy_of_blob(const struct curl_blob *blob)
{
  struct curl_blob *copy = malloc(sizeof(*copy) + blob->len);

  if(copy) {
    *copy = (struct curl_blob){
      .data = copy + 1, .len = blob->len, .flags = CURL_BLOB_COPY};
    memcpy(copy->data, blob->data, blob->len);
  }
  return copy;
}

bool cw_notes_prepare(enum cw_slot slot, union cw_argument *value)
{
  const enum cw_kind kind = slots[slot].kind;

  if(kind == CW_KIND_TEXT && value->text) {
    value->text = strdup(value->text);
    return value->text != NULL;
  }
  if(kind == CW_KIND_BLOB && value->blob) {
    value->blob = copy_of_blob(value->blob);
    return value->blob != NULL;
  }
  return true;
}

bool cw_notes_copy(struct cw_notes *copy, const struct cw_notes *notes)
{
  copy->form = notes->form;
  copy->form_data = notes->form_data;
  copy->has_postfields = notes->has_postfields;
  copy->is_copy = true;
  for(unsigned i = 0; i < CW_SLOT_COUNT; i++)
    if(cw_notes_has(notes, (enum cw_slot)i) &&
       !cw_notes_set(copy, (enum cw_slot)i, notes->value[i]))
      return false;
  return true;
}

static bool is_owned(enum cw_slot slot)
{
  return slots[slot].kind == CW_KIND_TEXT || slots[slot].kind == CW_KIND_BLOB;
}

static bool is_equal(enum cw_slot slot, union cw_argument a,
                     union cw_argument b)
{
  switch(slots[slot].kind) {
  case CW_KIND_LONG:
    return a.number == b.number;
  case CW_KIND_OFFSET:
    return a.offset == b.offset;
  case CW_KIND_POINTER:
    return a.pointer == b.pointer;
  case CW_KIND_FUNCTION:
    return a.function == b.function;
  case CW_KIND_TEXT:
    return a.text == b.text || (a.text && b.text && !strcmp(a.text, b.text));
  case CW_KIND_BLOB:
    break;
  }
  return !a.blob && !b.blob;
}

bool cw_notes_is(const struct cw_notes *notes, enum cw_slot slot,
                 union cw_argument value)
{
  /* here it matters whether it was set at all */
  return is_equal(slot, notes->value[slot], value) &&
         (slot != CW_SLOT_FOLLOWLOCATION || cw_notes_has(notes, slot));
}

void cw_notes_take(struct cw_notes *notes, enum cw_slot slot,
                   union cw_argument prepared)
{
  if(is_owned(slot)) {
    cw_notes_drop(slot, notes->value[slot]);
    notes->owns = true;
  }
  cw_notes_put(notes, slot, prepared);
}

bool cw_notes_set(struct cw_notes *notes, enum cw_slot slot,
                  union cw_argument value)
{
  if(!cw_notes_prepare(slot, &value))
    return false;
  cw_notes_take(notes, slot, value);
  return true;
}

static void note_nobody(struct cw_notes *notes, bool is_on)
{
  if(is_on)
    notes->form = CW_FORM_HEAD;
  else if(notes->form == CW_FORM_HEAD)
    notes->form = CW_FORM_GET;
}

bool cw_notes_form(struct cw_notes *notes, CURLoption option,
                   union cw_argument value)
{
  switch((int)option) {
  case CURLOPT_HTTPGET:
    if(value.number)
      notes->form = CW_FORM_GET;
    break;
  case CURLOPT_NOBODY:
    note_nobody(notes, value.number != 0);
    break;
  case CURLOPT_POST:
    notes->form = value.number ? CW_FORM_POST : CW_FORM_GET;
    break;
  case CURLOPT_UPLOAD:
  case CW_PUT:
    notes->form = value.number ? CW_FORM_PUT : CW_FORM_GET;
    break;
  case CURLOPT_POSTFIELDS:
  case CURLOPT_COPYPOSTFIELDS:
    notes->form = CW_FORM_POST;
    notes->has_postfields = value.pointer != NULL;
    break;
  case CURLOPT_MIMEPOST:
  case CW_HTTPPOST:
    notes->form = option == CURLOPT_MIMEPOST ? CW_FORM_MIME : CW_FORM_HTTPPOST;
    notes->form_data = value.pointer;
    notes->is_copy = false;
    break;
  default:
    return false;
  }
  return true;
}

const char *cw_notes_form_method(const struct cw_notes *notes)
{
  static const char *const name[] = {
    [CW_FORM_GET] = "GET",       [CW_FORM_HEAD] = "HEAD",
    [CW_FORM_POST] = "POST",     [CW_FORM_MIME] = "POST",
    [CW_FORM_HTTPPOST] = "POST", [CW_FORM_PUT] = "PUT",
  };

  return name[notes->form];
}

const char *cw_notes_method(const struct cw_notes *notes)
{
  const char *custom = cw_notes_text(notes, CW_SLOT_CUSTOMREQUEST);

  return custom ? custom : cw_notes_form_method(notes);
}
