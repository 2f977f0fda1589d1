#include "sums.h"

#include <string.h>

#include "dress.h"
#include "handle.h"
#include "shown.h"

static long get_long(const struct cw_handle *handle, CURLINFO info)
{
  long number = 0;
  (void)handle->libcurl->easy_getinfo(handle->curl, info, &number);
  return number;
}

static curl_off_t get_offset(const struct cw_handle *handle, CURLINFO info)
{
  curl_off_t number = 0;
  (void)handle->libcurl->easy_getinfo(handle->curl, info, &number);
  return number;
}

void cw_sums_add(struct cw_handle *handle, size_t uncounted)
{
  struct cw_sums *sums = &handle->op.sums;

  if(!sums->is_any)
    *sums = (struct cw_sums){.is_any = true};
  const long connect_status = get_long(handle, CURLINFO_HTTP_CONNECTCODE);
  if(connect_status)
    sums->connect_status = connect_status;
  sums->status = get_long(handle, CURLINFO_RESPONSE_CODE);
  sums->redirects += 1 + get_long(handle, CURLINFO_REDIRECT_COUNT);
  sums->time_us += get_offset(handle, CURLINFO_TOTAL_TIME_T);
  sums->header_size +=
    get_long(handle, CURLINFO_HEADER_SIZE) + (long)uncounted;
  sums->request_size += get_long(handle, CURLINFO_REQUEST_SIZE);
  sums->connects += get_long(handle, CURLINFO_NUM_CONNECTS);
}

static bool keep(const struct cw_handle *handle, CURLINFO info,
                 struct cw_text *kept)
{
  const char *text = NULL;

  kept->length = 0;
  (void)handle->libcurl->easy_getinfo(handle->curl, info, &text);
  return !text || cw_text_set(kept, text, strlen(text));
}

/* libcurl does not show userinfo that was not in the Location itself. */
static bool keep_url(const struct cw_handle *handle, const char *url,
                     bool hides_userinfo, struct cw_text *kept)
{
  char *bare = hides_userinfo ? cw_shown_bare(handle->libcurl, url) : NULL;
  const char *shown = hides_userinfo ? bare : url;
  const bool is_fine = shown && cw_text_set(kept, shown, strlen(shown));

  handle->libcurl->free(bare);
  return is_fine;
}

static bool keep_effective_url(const struct cw_handle *handle,
                               struct cw_text *kept)
{
  const char *url = NULL;

  kept->length = 0;
  (void)handle->libcurl->easy_getinfo(handle->curl, CURLINFO_EFFECTIVE_URL,
                                      &url);
  return !url || keep_url(handle, url, handle->op.hides_userinfo, kept);
}

/* Was there a hop that libcurl would have begun, to find then that it must
   not? */
static bool is_begun_hop(const struct cw_handle *handle)
{
  const struct cw_engine *engine = &handle->op.engine;

  return handle->gate.is_withheld && engine->has_pending &&
         engine->pending.verdict == CW_DELIVER &&
         (engine->pending.result == CW_RESULT_BAD_SCHEME ||
          engine->pending.result == CW_RESULT_BAD_URL ||
          engine->pending.result == CW_RESULT_REWIND);
}

/* Can libcurl go to |url| at all? */
static bool is_url(const struct cw_libcurl *libcurl, const char *url)
{
  CURLU *parts = libcurl->url();
  const bool is_fine =
    parts && !libcurl->url_set(parts, CURLUPART_URL, url, CURLU_ALLOW_SPACE);

  libcurl->url_cleanup(parts);
  return is_fine;
}

/* Where libcurl was already on its way, to another URL than before; else NULL.
   It counts the hop in any case. */
static const char *begin_hop(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;
  const char *url = NULL;

  (void)handle->libcurl->easy_getinfo(handle->curl, CURLINFO_REDIRECT_URL,
                                      &url);
  if(!op->sums.is_any)
    op->sums = (struct cw_sums){.is_any = true};
  op->sums.redirects++;
  op->kept.is_begun = true;
  op->kept.has_gone = url && is_url(handle->libcurl, url) &&
                      op->engine.pending.result != CW_RESULT_BAD_URL;
  return op->kept.has_gone ? url : NULL;
}

void cw_sums_keep(struct cw_handle *handle)
{
  struct cw_operation *op = &handle->op;
  struct cw_kept *kept = &op->kept;
  const bool is_begun = is_begun_hop(handle);
  const char *gone = is_begun ? begin_hop(handle) : NULL;
  const bool is_changed =
    gone || op->is_hop || handle->is_method_dressed ||
    cw_is_dressed_slot(handle->dressed, CW_SLOT_CUSTOMREQUEST);

  if(!is_begun && op->next.url.length && handle->gate.is_withheld)
    /* too many redirects: where the next one would have led */
    (void)keep_url(handle, op->next.url.data,
                   op->hides_userinfo || op->next.borrows_userinfo,
                   &kept->redirect_url);
  if(!is_changed)
    return;
  /* without memory libcurl's own answers have to do */
  kept->is_any =
    (gone
       ? keep_url(handle, gone,
                  op->hides_userinfo || op->next.borrows_userinfo, &kept->url)
       : keep_effective_url(handle, &kept->url)) &&
    keep(handle, CURLINFO_REFERER, &kept->referer) &&
    cw_text_set(&kept->method, op->request.method, strlen(op->request.method));
}

/* A text that was kept, or what libcurl says. */
static CURLcode get_text(const struct cw_handle *handle, CURLINFO info,
                         const struct cw_text *kept, void *result)
{
  if(!handle->op.kept.is_any)
    return handle->libcurl->easy_getinfo(handle->curl, info, result);
  *(char **)result = kept->length ? kept->data : NULL;
  return CURLE_OK;
}

static CURLcode add_long(const struct cw_handle *handle, CURLINFO info,
                         long sum, void *result)
{
  const CURLcode code =
    handle->libcurl->easy_getinfo(handle->curl, info, result);
  if(!code && handle->op.sums.is_any)
    *(long *)result += sum;
  if(!code && info == CURLINFO_HEADER_SIZE)
    *(long *)result += (long)handle->gate.uncounted;
  return code;
}

/* Of an operation that ended at the beginning of a hop all was redirecting. */
static CURLINFO time_of(const struct cw_handle *handle, CURLINFO info)
{
  if(!handle->op.kept.has_gone)
    return info;
  return (info & CURLINFO_TYPEMASK) == CURLINFO_DOUBLE ? CURLINFO_TOTAL_TIME
                                                       : CURLINFO_TOTAL_TIME_T;
}

static CURLcode add_time(const struct cw_handle *handle, CURLINFO info,
                         void *result)
{
  const struct cw_sums *sums = &handle->op.sums;
  const CURLcode code =
    handle->libcurl->easy_getinfo(handle->curl, time_of(handle, info), result);

  if(code || !sums->is_any)
    return code;
  if((info & CURLINFO_TYPEMASK) == CURLINFO_DOUBLE)
    *(double *)result += (double)sums->time_us / 1000000.0;
  else
    *(curl_off_t *)result += sums->time_us;
  return CURLE_OK;
}

/* Where the last hop brought none, libcurl tells that before. */
static CURLcode get_status(const struct cw_handle *handle, CURLINFO info,
                           long before, long *result)
{
  const CURLcode code =
    handle->libcurl->easy_getinfo(handle->curl, info, result);

  if(!code && handle->op.sums.is_any && !*result)
    *result = before;
  return code;
}

CURLcode cw_sums_getinfo(struct cw_handle *handle, CURLINFO info, void *result)
{
  const struct cw_operation *op = &handle->op;

  switch((int)info) {
  case CURLINFO_RESPONSE_CODE:
    return get_status(handle, info, op->sums.status, result);
  case CURLINFO_HTTP_CONNECTCODE:
    return get_status(handle, info, op->sums.connect_status, result);
  case CURLINFO_REDIRECT_COUNT:
    return add_long(handle, info, op->sums.redirects, result);
  case CURLINFO_HEADER_SIZE:
    return add_long(handle, info, op->sums.header_size, result);
  case CURLINFO_REQUEST_SIZE:
    return add_long(handle, info, op->sums.request_size, result);
  case CURLINFO_NUM_CONNECTS:
    return add_long(handle, info, op->sums.connects, result);
  case CURLINFO_REDIRECT_TIME:
  case CURLINFO_REDIRECT_TIME_T:
  case CURLINFO_TOTAL_TIME:
  case CURLINFO_TOTAL_TIME_T:
    return add_time(handle, info, result);
  case CURLINFO_EFFECTIVE_URL:
    return get_text(handle, info, &op->kept.url, result);
  case CURLINFO_REFERER:
    return get_text(handle, info, &op->kept.referer, result);
  case CURLINFO_CONTENT_LENGTH_DOWNLOAD_T:
    if(op->kept.has_gone) {
      *(curl_off_t *)result = -1; /* of what would have come */
      return CURLE_OK;
    }
    break;
  case CURLINFO_REDIRECT_URL:
    if(op->kept.is_begun || op->kept.redirect_url.length) {
      *(char **)result = op->kept.is_begun ? NULL : op->kept.redirect_url.data;
      return CURLE_OK;
    }
    break;
  case CURLINFO_EFFECTIVE_METHOD:
    return get_text(handle, info, &op->kept.method, result);
  default:
    break;
  }
  return handle->libcurl->easy_getinfo(handle->curl, info, result);
}

void cw_kept_clear(struct cw_kept *kept)
{
  cw_text_clear(&kept->url);
  cw_text_clear(&kept->referer);
  cw_text_clear(&kept->redirect_url);
  cw_text_clear(&kept->method);
}
