/*
 * notes.h - what the application has set on a handle.
 *
 * libcurl cannot be asked for an option's value, so what an attempt changes
 * must be known here to be put back. The list is options.def.
 */
#ifndef CW_NOTES_H
#define CW_NOTES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "libcurl.h"

/* Options that curl.h marks as deprecated, without its warning. */
#define CW_PROGRESSFUNCTION ((CURLoption)20056)
#define CW_IOCTLFUNCTION    ((CURLoption)20130)
#define CW_IOCTLDATA        ((CURLoption)10131)
#define CW_PROTOCOLS        ((CURLoption)181)
#define CW_REDIR_PROTOCOLS  ((CURLoption)182)
#define CW_HTTPPOST         ((CURLoption)10024)
#define CW_PUT              ((CURLoption)54)

enum cw_slot {
#define CW_OPTION(name, number, kind, unset) CW_SLOT_##name,
#include "options.def"
#undef CW_OPTION
  CW_SLOT_COUNT,
  CW_SLOT_NONE = CW_SLOT_COUNT
};

enum cw_kind {
  CW_KIND_LONG,
  CW_KIND_OFFSET,
  CW_KIND_POINTER, /* the application's, which keeps it alive */
  CW_KIND_FUNCTION,
  CW_KIND_TEXT, /* copied */
  CW_KIND_BLOB  /* copied */
};

typedef void(cw_function)(void);

union cw_argument {
  long number;
  curl_off_t offset;
  void *pointer;
  cw_function *function;
  char *text;
  struct curl_blob *blob;
};

/* Which request libcurl makes of the options, as its setopt keeps it. */
enum cw_form {
  CW_FORM_GET,
  CW_FORM_HEAD,
  CW_FORM_POST, /* of POSTFIELDS or of the read callback */
  CW_FORM_MIME,
  CW_FORM_HTTPPOST,
  CW_FORM_PUT
};

struct cw_notes {
  union cw_argument value[CW_SLOT_COUNT];
  uint64_t is_set[(CW_SLOT_COUNT + 63) / 64];
  bool owns; /* some value is a copy of ours */
  enum cw_form form;
  void *form_data;     /* what MIMEPOST or HTTPPOST was given */
  bool has_postfields; /* a body in memory */
  bool is_copy;        /* of another handle's: form_data is not this one's */
};

/* What an option is beside 1 + its slot. Those that are nothing of all that are
   none of our business. */
enum { CW_OPTION_NOTHING = 0, CW_OPTION_URL = 254, CW_OPTION_FORM = 255 };

/* Options are numbered from 0, 10000, 20000 and so on, by their type; with
   these bits alone none of them meets another for some 1,300 of each. A number
   that no option has may look like one. */
#define CW_OPTION_BITS 4095

extern const unsigned char cw_options[CW_OPTION_BITS + 1];

static inline unsigned cw_option_what(CURLoption option)
{
  return cw_options[(unsigned)option & CW_OPTION_BITS];
}

/* The slot of |option|, or CW_SLOT_NONE. */
enum cw_slot cw_slot_of(CURLoption option);
CURLoption cw_slot_option(enum cw_slot slot);
enum cw_kind cw_slot_kind(enum cw_slot slot);

void cw_notes_init(struct cw_notes *notes);
void cw_notes_clear(struct cw_notes *notes);
void cw_notes_free(struct cw_notes *notes); /* for good */

/* Makes |copy|, which is initialised, a copy of |notes|. False without memory;
   |copy| may then be cleared. */
bool cw_notes_copy(struct cw_notes *copy, const struct cw_notes *notes);

/* Are all types of arguments passed alike, so that none needs to be told from
   the others? */
#define CW_ARGUMENTS_ALIKE                                                    \
  (sizeof(long) == sizeof(void *) && sizeof(curl_off_t) == sizeof(void *) &&  \
   sizeof(cw_function *) == sizeof(void *))

/* Reads an option's argument from |args| as libcurl would, by its number. */
static inline union cw_argument cw_argument_read(CURLoption option,
                                                 va_list args)
{
  union cw_argument value = {.pointer = NULL};

  if(CW_ARGUMENTS_ALIKE)
    value.pointer = va_arg(args, void *);
  else if(option < CURLOPTTYPE_OBJECTPOINT)
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

/* |value| as the slot of |option| keeps it, where the option has a narrower
   type or a coarser unit than the slot. */
static inline union cw_argument cw_argument_note(CURLoption option,
                                                 union cw_argument value)
{
  union cw_argument note = value;

  if(option == CURLOPT_TIMEOUT)
    note.number = value.number * 1000; /* libcurl took it, so it fits */
  else if(option == CURLOPT_POSTFIELDSIZE || option == CURLOPT_INFILESIZE)
    note.offset = value.number;
  return note;
}

/* Passes an option on as the type that its number says. */
static inline CURLcode cw_argument_set(const struct cw_libcurl *libcurl,
                                       CURL *curl, CURLoption option,
                                       union cw_argument value)
{
  if(CW_ARGUMENTS_ALIKE)
    return libcurl->easy_setopt(curl, option, value.pointer);
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

/* Does |slot| say |value| already, set or unset, as it would be noted? */
bool cw_notes_is(const struct cw_notes *notes, enum cw_slot slot,
                 union cw_argument value);

/* The same for a value that needs no copy. */
static inline void cw_notes_put(struct cw_notes *notes, enum cw_slot slot,
                                union cw_argument value)
{
  notes->value[slot] = value;
  notes->is_set[slot / 64] |= UINT64_C(1) << (slot % 64);
}

/* The same in two steps, for who has something else to do that may fail: makes
   a copy of |value| where |slot| is to have one, false without memory; and puts
   it there in the place of the one before, or throws it away. */
bool cw_notes_prepare(enum cw_slot slot, union cw_argument *value);
void cw_notes_take(struct cw_notes *notes, enum cw_slot slot,
                   union cw_argument prepared);
void cw_notes_drop(enum cw_slot slot, union cw_argument prepared);

/* Notes |value| in |slot|; false without memory, and nothing changed. */
bool cw_notes_set(struct cw_notes *notes, enum cw_slot slot,
                  union cw_argument value);

/* Notes what an option says of the request's form; false if it says nothing. */
bool cw_notes_form(struct cw_notes *notes, CURLoption option,
                   union cw_argument value);

/* What libcurl has where the application set nothing. */
union cw_argument cw_slot_unset(enum cw_slot slot);

static inline bool cw_notes_has(const struct cw_notes *notes,
                                enum cw_slot slot)
{
  return notes->is_set[slot / 64] >> (slot % 64) & 1;
}

static inline long cw_notes_long(const struct cw_notes *notes,
                                 enum cw_slot slot)
{
  return notes->value[slot].number;
}

static inline const char *cw_notes_text(const struct cw_notes *notes,
                                        enum cw_slot slot)
{
  return notes->value[slot].text;
}

/* The method of the first request: CUSTOMREQUEST, or that of its form. */
const char *cw_notes_form_method(const struct cw_notes *notes);
const char *cw_notes_method(const struct cw_notes *notes);

#endif
