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

/* Options with an older name or a narrower type, which mean the same. */
static CURLoption canonical(CURLoption option)
{
  switch((int)option) {
  case CURLOPT_TIMEOUT:
    return CURLOPT_TIMEOUT_MS;
  case CURLOPT_POSTFIELDSIZE:
    return CURLOPT_POSTFIELDSIZE_LARGE;
  case CURLOPT_INFILESIZE:
    return CURLOPT_INFILESIZE_LARGE;
  default:
    return option;
  }
}

enum cw_slot cw_slot_of(CURLoption option)
{
  switch((int)canonical(option)) {
#define CW_OPTION(name, number, kind, unset)                                  \
  case number:                                                                \
    return CW_SLOT_##name;
#include "options.def"
#undef CW_OPTION
  default:
    return CW_SLOT_NONE;
  }
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

void cw_notes_init(struct cw_notes *notes)
{
  memset(notes, 0, sizeof(*notes));
  for(unsigned i = 0; i < CW_SLOT_COUNT; i++)
    notes->value[i] = cw_slot_unset((enum cw_slot)i);
}

static void release(struct cw_notes *notes, enum cw_slot slot)
{
  if(slots[slot].kind == CW_KIND_TEXT)
    free(notes->value[slot].text);
  else if(slots[slot].kind == CW_KIND_BLOB)
    free(notes->value[slot].blob);
}

void cw_notes_clear(struct cw_notes *notes)
{
  for(unsigned i = 0; i < CW_SLOT_COUNT; i++)
    release(notes, (enum cw_slot)i);
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

/* Replaces what |value| owns by a copy. */
static bool own(enum cw_kind kind, union cw_argument *value)
{
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

union cw_argument cw_argument_read(CURLoption option, va_list args)
{
  union cw_argument value;

  memset(&value, 0, sizeof(value));
  if(option < CURLOPTTYPE_OBJECTPOINT)
    value.number = va_arg(args, long);
  else if(option < CURLOPTTYPE_FUNCTIONPOINT)
    value.pointer = va_arg(args, void *);
  else if(option < CURLOPTTYPE_OFF_T)
    value.function = va_arg(args, cw_function *);
  else if(option < CURLOPTTYPE_BLOB)
    value.offset = va_arg(args, curl_off_t);
  else
    value.blob = va_arg(args, struct curl_blob *);
  return value;
}

union cw_argument cw_argument_note(CURLoption option, union cw_argument value)
{
  union cw_argument note = value;

  if(option == CURLOPT_TIMEOUT)
    note.number = value.number * 1000; /* libcurl took it, so it fits */
  else if(option == CURLOPT_POSTFIELDSIZE || option == CURLOPT_INFILESIZE)
    note.offset = value.number;
  return note;
}

CURLcode cw_argument_set(const struct cw_libcurl *libcurl, CURL *curl,
                         CURLoption option, union cw_argument value)
{
  if(option < CURLOPTTYPE_OBJECTPOINT)
    return libcurl->easy_setopt(curl, option, value.number);
  if(option < CURLOPTTYPE_FUNCTIONPOINT)
    return libcurl->easy_setopt(curl, option, value.pointer);
  if(option < CURLOPTTYPE_OFF_T)
    return libcurl->easy_setopt(curl, option, value.function);
  if(option < CURLOPTTYPE_BLOB)
    return libcurl->easy_setopt(curl, option, value.offset);
  return libcurl->easy_setopt(curl, option, value.blob);
}

bool cw_notes_set(struct cw_notes *notes, enum cw_slot slot,
                  union cw_argument value)
{
  if(!own(slots[slot].kind, &value))
    return false;
  release(notes, slot);
  notes->value[slot] = value;
  notes->is_set[slot / 64] |= UINT64_C(1) << (slot % 64);
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
