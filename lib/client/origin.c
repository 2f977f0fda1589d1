#include "origin.h"

#include "dress.h"
#include "handle.h"
#include "shown.h"

/* What makes an Authorization or a Cookie. */
static const enum cw_slot secrets[] = {
  CW_SLOT_USERPWD,     CW_SLOT_USERNAME,       CW_SLOT_PASSWORD,
  CW_SLOT_COOKIE,      CW_SLOT_XOAUTH2_BEARER, CW_SLOT_HTTPSIG_ALGORITHM,
  CW_SLOT_HTTPSIG_KEY, CW_SLOT_HTTPSIG_KEYID,
};

/* What shows who is there without a field. */
static const enum cw_slot identities[] = {
  CW_SLOT_SSLCERT,          CW_SLOT_SSLKEY,      CW_SLOT_KEYPASSWD,
  CW_SLOT_SSLCERT_BLOB,     CW_SLOT_SSLKEY_BLOB, CW_SLOT_TLSAUTH_USERNAME,
  CW_SLOT_TLSAUTH_PASSWORD,
};

/* Options that are header fields by another name. */
static const struct {
  enum cw_slot slot;
  const char *field;
} fields[] = {
  {CW_SLOT_USERAGENT, "User-Agent"},
  {CW_SLOT_ACCEPT_ENCODING, "Accept-Encoding"},
  {CW_SLOT_RANGE, "Range"},
  {CW_SLOT_TIMECONDITION, "If-Modified-Since"},
};

static CURLcode leave_all(struct cw_handle *handle, const enum cw_slot *slot,
                          size_t count)
{
  CURLcode result = CURLE_OK;
  for(size_t i = 0; i < count && !result; i++)
    result = cw_dress_without(handle, slot[i]);
  return result;
}

/* AWS_SIGV4 has overwritten HTTPAUTH, which is put back to what the
   application set, or to libcurl's default. */
static CURLcode leave_signature(struct cw_handle *handle)
{
  if(!cw_notes_text(&handle->notes, CW_SLOT_AWS_SIGV4))
    return CURLE_OK;

  const CURLcode result = cw_dress_without(handle, CW_SLOT_AWS_SIGV4);
  const long auth = cw_notes_long(&handle->notes, CW_SLOT_HTTPAUTH);
  const bool is_own = auth != (long)CURLAUTH_AWS_SIGV4;
  return result ? result
                : cw_dress_long(handle, CW_SLOT_HTTPAUTH,
                                is_own ? auth : (long)CURLAUTH_BASIC);
}

static CURLcode leave_fields(struct cw_handle *handle)
{
  CURLcode result = CURLE_OK;

  for(size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) && !result; i++)
    if(!cw_names_have_field(handle->op.cross_origin,
                            cw_span_of(fields[i].field)))
      result = cw_dress_without(handle, fields[i].slot);
  return result;
}

static CURLcode leave_referer_query(struct cw_handle *handle)
{
  const char *referer = cw_notes_text(&handle->notes, CW_SLOT_REFERER);
  if(!referer)
    return CURLE_OK;

  char *text = cw_shown_referer(handle->libcurl, referer, CW_DISTANCE_AWAY);
  const CURLcode result = cw_dress_text(handle, CW_SLOT_REFERER, text);
  handle->libcurl->free(text);
  return result;
}

CURLcode cw_origin_leave(struct cw_handle *handle)
{
  CURLcode result = CURLE_OK;

  if(handle->op.distance == CW_DISTANCE_HOME ||
     cw_notes_long(&handle->notes, CW_SLOT_UNRESTRICTED_AUTH))
    return CURLE_OK;
  result = leave_all(handle, secrets, sizeof(secrets) / sizeof(secrets[0]));
  if(!result)
    result = leave_signature(handle);
  if(result || handle->op.distance != CW_DISTANCE_AWAY)
    return result;
  result =
    leave_all(handle, identities, sizeof(identities) / sizeof(identities[0]));
  if(!result)
    result = leave_fields(handle);
  if(!result)
    result = leave_referer_query(handle);
  return result;
}

CURLcode cw_origin_referer(struct cw_handle *handle, const char *from)
{
  if(!cw_notes_long(&handle->notes, CW_SLOT_AUTOREFERER))
    return CURLE_OK;

  char *text =
    cw_shown_referer(handle->libcurl, from,
                     cw_notes_long(&handle->notes, CW_SLOT_UNRESTRICTED_AUTH)
                       ? CW_DISTANCE_HOME
                       : handle->op.distance);
  if(!text)
    return CURLE_OUT_OF_MEMORY;
  const CURLcode result = cw_dress_text(handle, CW_SLOT_REFERER, text);
  handle->libcurl->free(text);
  return result;
}
