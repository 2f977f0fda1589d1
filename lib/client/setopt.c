/* setopt.c - what the application sets: noted, and passed on where it is not
   ours to have. */

#include <string.h>

#include "control.h"
#include "dress.h"
#include "handle.h"
#include "outlet.h"

/* What there is to do about an option beside noting it. */
enum {
  DUTY_PASS = 0,    /* give it to libcurl */
  DUTY_KEEP = 1,    /* keep it: libcurl has ours there for good */
  DUTY_CONTROL = 2, /* see control.h */
  DUTY_LOGIN = 3,   /* give it, or use it for this operation alone */
  DUTY = 3,
  EFFECT = 4 /* on something else that is noted, see take_effect */
};

static const unsigned char duties[CW_SLOT_COUNT] = {
  [CW_SLOT_WRITEFUNCTION] = DUTY_KEEP,
  [CW_SLOT_WRITEDATA] = DUTY_KEEP,
  [CW_SLOT_HEADERFUNCTION] = DUTY_KEEP | EFFECT,
  [CW_SLOT_HEADERDATA] = DUTY_KEEP | EFFECT,
  [CW_SLOT_PREREQFUNCTION] = DUTY_KEEP,
  [CW_SLOT_PREREQDATA] = DUTY_KEEP,
  [CW_SLOT_FOLLOWLOCATION] = DUTY_CONTROL | EFFECT,
  [CW_SLOT_HEADER] = DUTY_CONTROL | EFFECT,
  [CW_SLOT_PROGRESSFUNCTION] = DUTY_CONTROL,
  [CW_SLOT_XFERINFOFUNCTION] = DUTY_CONTROL,
  [CW_SLOT_XFERINFODATA] = DUTY_CONTROL,
  [CW_SLOT_USERPWD] = DUTY_LOGIN | EFFECT,
  [CW_SLOT_USERNAME] = DUTY_LOGIN,
  [CW_SLOT_PASSWORD] = DUTY_LOGIN,
  [CW_SLOT_XOAUTH2_BEARER] = DUTY_LOGIN,
  [CW_SLOT_HTTPAUTH] = DUTY_LOGIN,
  [CW_SLOT_CURLU] = EFFECT,
  [CW_SLOT_DEFAULT_PROTOCOL] = EFFECT,
  [CW_SLOT_NOPROGRESS] = EFFECT,
  [CW_SLOT_PROXYUSERPWD] = EFFECT,
  [CW_SLOT_PROTOCOLS] = EFFECT,
  [CW_SLOT_REDIR_PROTOCOLS] = EFFECT,
  [CW_SLOT_AWS_SIGV4] = EFFECT,
};

/* Is the value noted as a copy? Then that is made before libcurl is told: the
   option is the same for both also where there is no memory for it. */
static const bool is_copied[CW_SLOT_COUNT] = {
#define CW_OPTION(name, number, kind, unset)                                  \
  [CW_SLOT_##name] =                                                          \
    CW_KIND_##kind == CW_KIND_TEXT || CW_KIND_##kind == CW_KIND_BLOB,
#include "options.def"
#undef CW_OPTION
};

static CURLcode set_url(struct cw_handle *handle, const char *url)
{
  const unsigned at =
    handle->is_url_told ? 1 - handle->url_at : handle->url_at;
  const size_t length = url ? strlen(url) : 0;

  if(!cw_text_reserve(&handle->url[at], length))
    return CURLE_OUT_OF_MEMORY;
  const CURLcode result =
    handle->libcurl->easy_setopt(handle->curl, CURLOPT_URL, url);
  if(result)
    return result;
  handle->is_url_known = false;
  cw_handle_changed(handle);
  handle->url[at].length = 0;
  (void)cw_text_fill(&handle->url[at], url ? url : "", length);
  handle->url_at = at;
  handle->is_url_told = false;
  return CURLE_OK;
}

/* What these overwrite in libcurl; no memory is needed for that. */
static void note_overwritten(struct cw_notes *notes, enum cw_slot slot,
                             union cw_argument value)
{
  const union cw_argument none = cw_slot_unset(CW_SLOT_USERNAME);

  if(slot == CW_SLOT_USERPWD) {
    (void)cw_notes_set(notes, CW_SLOT_USERNAME, none);
    (void)cw_notes_set(notes, CW_SLOT_PASSWORD, none);
  }
  else if(slot == CW_SLOT_PROXYUSERPWD) {
    (void)cw_notes_set(notes, CW_SLOT_PROXYUSERNAME, none);
    (void)cw_notes_set(notes, CW_SLOT_PROXYPASSWORD, none);
  }
  else if(slot == CW_SLOT_PROTOCOLS)
    (void)cw_notes_set(notes, CW_SLOT_PROTOCOLS_STR, none);
  else if(slot == CW_SLOT_REDIR_PROTOCOLS)
    (void)cw_notes_set(notes, CW_SLOT_REDIR_PROTOCOLS_STR, none);
  else if(slot == CW_SLOT_AWS_SIGV4 && value.text) {
    union cw_argument auth = cw_slot_unset(CW_SLOT_HTTPAUTH);
    auth.number = (long)CURLAUTH_AWS_SIGV4;
    (void)cw_notes_set(notes, CW_SLOT_HTTPAUTH, auth);
  }
}

static CURLcode take_effect(struct cw_handle *handle, enum cw_slot slot,
                            union cw_argument value)
{
  switch((int)slot) {
  case CW_SLOT_HEADERFUNCTION:
  case CW_SLOT_HEADERDATA:
  case CW_SLOT_HEADER:
    handle->sees_heads = cw_outlet_sees_heads(handle);
    break;
  case CW_SLOT_CURLU:
  case CW_SLOT_DEFAULT_PROTOCOL:
    handle->is_url_known = false;
    break;
  case CW_SLOT_FOLLOWLOCATION: /* that it was set at all matters too */
    break;
  case CW_SLOT_NOPROGRESS:
    if(!value.number && handle->control.is_taken)
      return cw_control_watch(handle);
    break;
  default:
    note_overwritten(&handle->notes, slot, value);
    break;
  }
  return CURLE_OK;
}

/* For a value that is not copied. */
static inline void note(struct cw_handle *handle, enum cw_slot slot,
                        union cw_argument noted)
{
  if(CW_ARGUMENTS_ALIKE ? handle->notes.value[slot].pointer == noted.pointer
                        : cw_notes_is(&handle->notes, slot, noted))
    return;
  cw_notes_put(&handle->notes, slot, noted);
  cw_handle_changed(handle);
}

/* Credentials that a callback gives for another origin than home's are for
   this operation alone. */
static bool is_for_now(const struct cw_handle *handle)
{
  return handle->is_asking && handle->op.distance != CW_DISTANCE_HOME;
}

static CURLcode set_form(struct cw_handle *handle, CURLoption option,
                         union cw_argument value)
{
  const CURLcode result =
    cw_argument_set(handle->libcurl, handle->curl, option, value);

  if(!result && cw_notes_form(&handle->notes, option, value))
    cw_handle_changed(handle);
  return result;
}

/* Has libcurl set it, or what stands in libcurl's place for it. */
static CURLcode do_duty(struct cw_handle *handle, enum cw_slot slot,
                        CURLoption option, union cw_argument value)
{
  switch(duties[slot] & DUTY) {
  case DUTY_KEEP:
    if(handle->is_installed)
      return CURLE_OK;
    break;
  case DUTY_CONTROL:
    return cw_control_set(handle, slot, value);
  default:
    break;
  }
  return cw_argument_set(handle->libcurl, handle->curl, option, value);
}

/* Who sets up a handle anew for each transfer sets mostly what is there. */
static CURLcode set_and_note(struct cw_handle *handle, enum cw_slot slot,
                             CURLoption option, union cw_argument value)
{
  union cw_argument noted = cw_argument_note(option, value);

  if(cw_notes_is(&handle->notes, slot, noted))
    return do_duty(handle, slot, option, value);
  if(!cw_notes_prepare(slot, &noted))
    return CURLE_OUT_OF_MEMORY;
  const CURLcode result = do_duty(handle, slot, option, value);
  if(result) {
    cw_notes_drop(slot, noted);
    return result;
  }
  cw_notes_take(&handle->notes, slot, noted);
  cw_handle_changed(handle);
  return CURLE_OK;
}

static CURLcode set_specially(struct cw_handle *handle, enum cw_slot slot,
                              CURLoption option, union cw_argument value)
{
  if(option != cw_slot_option(slot)) /* no option at all */
    return cw_argument_set(handle->libcurl, handle->curl, option, value);
  if((duties[slot] & DUTY) == DUTY_LOGIN && is_for_now(handle))
    return cw_dress(handle, slot, value);
  const CURLcode result = set_and_note(handle, slot, option, value);
  return result || !(duties[slot] & EFFECT) ? result
                                            : take_effect(handle, slot, value);
}

CURLcode cw_handle_set_noted(struct cw_handle *handle, unsigned what,
                             CURLoption option, union cw_argument value)
{
  const enum cw_slot slot = (enum cw_slot)(what - 1);

  if(what > CW_SLOT_COUNT)
    return option == CURLOPT_URL ? set_url(handle, value.text)
                                 : set_form(handle, option, value);
  const union cw_argument noted = cw_argument_note(option, value);
  /* a copy is another, but for NULL */
  const bool is_noted =
    CW_ARGUMENTS_ALIKE && handle->notes.value[slot].pointer == noted.pointer;
  if(duties[slot] || (is_copied[slot] && !is_noted))
    return set_specially(handle, slot, option, value);
  const CURLcode result =
    cw_argument_set(handle->libcurl, handle->curl, option, value);
  if(!result)
    note(handle, slot, noted);
  return result;
}

CURLcode cw_handle_set_own(const struct cw_handle *handle, CURL *curl)
{
  CURLcode result = CURLE_OK;

  for(unsigned i = 0; i < CW_SLOT_COUNT && !result; i++)
    if((duties[i] & DUTY) == DUTY_KEEP || i == CW_SLOT_FOLLOWLOCATION ||
       i == CW_SLOT_HEADER)
      result =
        cw_argument_set(handle->libcurl, curl, cw_slot_option((enum cw_slot)i),
                        handle->notes.value[i]);
  return result ? result : cw_control_give_watch(handle, curl);
}
