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
  enum cw_form form;
  void *form_data;     /* what MIMEPOST or HTTPPOST was given */
  bool has_postfields; /* a body in memory */
  bool is_copy;        /* of another handle's: form_data is not this one's */
};

/* The slot of |option|, or CW_SLOT_NONE. */
enum cw_slot cw_slot_of(CURLoption option);
CURLoption cw_slot_option(enum cw_slot slot);
enum cw_kind cw_slot_kind(enum cw_slot slot);

void cw_notes_init(struct cw_notes *notes);
void cw_notes_clear(struct cw_notes *notes);

/* Makes |copy|, which is initialised, a copy of |notes|. False without memory;
   |copy| may then be cleared. */
bool cw_notes_copy(struct cw_notes *copy, const struct cw_notes *notes);

/* Reads an option's argument from |args| as libcurl would, by its number. */
union cw_argument cw_argument_read(CURLoption option, va_list args);

/* |value| as the slot of |option| keeps it, where the option has a narrower
   type or a coarser unit than the slot. */
union cw_argument cw_argument_note(CURLoption option, union cw_argument value);

/* Passes an option on as the type that its number says. */
CURLcode cw_argument_set(const struct cw_libcurl *libcurl, CURL *curl,
                         CURLoption option, union cw_argument value);

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
