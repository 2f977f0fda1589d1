#include "request.h"

#include <stdio.h>
#include <string.h>

#include "fields.h"
#include "handle.h"

CURLcode cw_request_describe(struct cw_handle *handle)
{
  const struct cw_notes *notes = &handle->notes;
  const char *custom = cw_notes_text(notes, CW_SLOT_CUSTOMREQUEST);
  const long redirects = cw_notes_long(notes, CW_SLOT_MAXREDIRS);

  handle->op.request = (struct cw_request){
    .method = cw_notes_form_method(notes),
    .follow = !cw_notes_has(notes, CW_SLOT_FOLLOWLOCATION)   ? CW_WISH_UNSET
              : cw_notes_long(notes, CW_SLOT_FOLLOWLOCATION) ? CW_WISH_ON
                                                             : CW_WISH_OFF,
    .keep_post = (unsigned)cw_notes_long(notes, CW_SLOT_POSTREDIR) & 7u,
    .max_redirects = redirects >= 0 && redirects < (long)UINT32_MAX
                       ? (uint32_t)redirects
                       : UINT32_MAX,
    .is_expected = handle->is_expected,
    .asks_credentials = handle->ask != NULL,
  };
  if(custom) {
    handle->op.request.is_post =
      cw_notes_long(notes, CW_SLOT_FOLLOWLOCATION) > 1 &&
      !strcmp(handle->op.request.method, "POST");
    /* a copy, since a callback may set another one */
    if(!cw_text_set(&handle->op.custom, custom, strlen(custom)))
      return CURLE_OUT_OF_MEMORY;
    handle->op.request.method = handle->op.custom.data;
  }
  return CURLE_OK;
}

void cw_request_refresh(struct cw_handle *handle)
{
  const struct curl_slist *fields =
    handle->notes.value[CW_SLOT_HTTPHEADER].pointer;
  struct cw_operation *op = &handle->op;

  op->request.body = cw_body_state(handle);
  op->request.has_idempotency_key =
    op->key[0] || cw_fields_have(fields, "Idempotency-Key");
  op->request.sent_expect = !op->drops_expect && !op->drops_content &&
                            cw_fields_have(fields, "Expect");
}

void cw_request_make_key(struct cw_handle *handle)
{
  const struct cw_rng *rng = &handle->world->rng;
  const struct curl_slist *fields =
    handle->notes.value[CW_SLOT_HTTPHEADER].pointer;
  struct cw_operation *op = &handle->op;

  op->key[0] = '\0';
  if(!cw_repeat_adds_key(op->rules, op->request.method) ||
     cw_fields_have(fields, "Idempotency-Key"))
    return;
  const uint64_t a = rng->next(rng->user);
  const uint64_t b = rng->next(rng->user);
  (void)snprintf(op->key, sizeof(op->key),
                 "Idempotency-Key: %08x-%04x-4%03x-%04x-%012llx",
                 (unsigned)(a >> 32), (unsigned)(a >> 16 & 0xffff),
                 (unsigned)(a & 0xfff), (unsigned)(b >> 48 & 0x3fff) | 0x8000u,
                 (unsigned long long)(b & UINT64_C(0xffffffffffff)));
}

void cw_request_try_body(struct cw_handle *handle)
{
  if(handle->body.is_sent && handle->op.request.body == CW_BODY_REPEATABLE &&
     !cw_body_rewind(handle))
    handle->op.request.body = CW_BODY_SPENT;
}
