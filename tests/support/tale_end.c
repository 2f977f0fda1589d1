/* tale_end.c - what must hold at the end of an operation. */
#include "tale_seen.h"

#include <ctype.h>

#include "store.h"

static const struct script_request *last_of(const struct tale_walk *walk)
{
  return &walk->seen->scene->script.request[walk->at];
}

/* ---- the result ---- */

/* Libcurl's codes for a redirect that is refused. */
static CURLcode code_of(enum curlew_reason reason)
{
  switch((int)reason) {
  case CURLEW_REASON_REDIRECTS:
  case CURLEW_REASON_LOOP:
    return CURLE_TOO_MANY_REDIRECTS;
  case CURLEW_REASON_SCHEME:
  case CURLEW_REASON_DOWNGRADE:
    return CURLE_UNSUPPORTED_PROTOCOL;
  case CURLEW_REASON_BAD_LOCATION:
    return CURLE_URL_MALFORMAT;
  case CURLEW_REASON_REWIND:
    return CURLE_SEND_FAIL_REWIND;
  default:
    return CURLE_OK;
  }
}

/* Was it a callback of the application's that ended the exchange? */
static bool may_abort(const struct tale_walk *walk)
{
  const struct tale_application *own = &walk->seen->tale->application;
  return own->abort_head_at || own->abort_body_at || own->abort_progress_at;
}

static bool may_cancel(const struct tale_walk *walk)
{
  bool is_found = walk->seen->tale->application.cancel_ms > 0;

  for(size_t i = 0; i <= walk->at; i++)
    is_found = is_found || tale_exchange_at(walk, i)->cancels;
  return is_found;
}

static bool check_result(struct tale_walk *walk)
{
  const struct tale_seen *seen = walk->seen;
  const enum curlew_reason reason = seen->outcome->reason;
  const CURLcode own = last_of(walk)->result;
  const CURLcode refused =
    seen->tale->application.follow == 1 ? code_of(reason) : CURLE_OK;
  CURLcode expected = own;

  if(refused)
    expected = refused;
  else if(!own && seen->result == CURLE_WRITE_ERROR &&
          seen->tale->application.abort_head_at)
    expected = seen->result; /* in a head that was held to the end */
  else if(reason == CURLEW_REASON_CANCELLED)
    expected = CURLE_ABORTED_BY_CALLBACK;
  else if(reason == CURLEW_REASON_NOT_POLICED && may_cancel(walk) &&
          seen->result != own)
    expected = CURLE_ABORTED_BY_CALLBACK; /* in a multi handle, at a rest */
  else if(reason == CURLEW_REASON_SILENT_RESEND)
    expected = CURLE_GOT_NOTHING;
  else if(reason == CURLEW_REASON_DEADLINE && seen->result != own)
    expected = CURLE_OPERATION_TIMEDOUT;
  else if(reason == CURLEW_REASON_ABORTED && seen->result != own)
    expected = CURLE_ABORTED_BY_CALLBACK; /* during a wait */
  return tale_promise(walk, seen->result == expected,
                      "the result is that of the last attempt: %d, not %d",
                      (int)expected, (int)seen->result) &&
         tale_promise(walk,
                      seen->result != CURLE_WRITE_ERROR || may_abort(walk),
                      "what curlew ends by itself is no error") &&
         tale_promise(walk, seen->outcome->result == seen->result,
                      "the outcome has the result") &&
         tale_promise(walk, seen->end_ms <= tale_bound_ms(walk),
                      "an operation is over at its deadline");
}

/* Does it leave everything to libcurl? */
static bool is_idle(const struct tale_walk *walk)
{
  const struct tale_policy *policy = &walk->seen->tale->policy;

  return tale_attempts_for(policy, walk->home.host) == 1 &&
         policy->when == TALE_NEVER && policy->lets_resend &&
         !policy->adds_key;
}

static bool check_reason(struct tale_walk *walk)
{
  const enum curlew_reason reason = walk->seen->outcome->reason;
  const struct tale_exchange *exchange = tale_exchange_at(walk, walk->at);
  bool is_true = false;

  if(reason == CURLEW_REASON_CANCELLED)
    is_true = may_cancel(walk);
  else if(reason == CURLEW_REASON_ABORTED)
    is_true = may_abort(walk);
  else if(reason == CURLEW_REASON_SILENT_RESEND)
    is_true = exchange->is_lost && !walk->seen->tale->policy.lets_resend &&
              !tale_is_idempotent(walk->method) && !tale_has_key(walk);
  else if(reason == CURLEW_REASON_NOT_POLICED)
    is_true = is_idle(walk);
  else if(reason == CURLEW_REASON_STREAMED)
    is_true = last_of(walk)->status && last_of(walk)->result;
  else
    is_true = tale_is_true(walk, reason);
  walk->is_error = tale_is_unsettled(walk);
  is_true = is_true || (walk->is_error && tale_is_true(walk, reason));
  return tale_promise(walk, is_true, "the reason for the end is true: %s",
                      curlew_reason_name(reason));
}

/* ---- what the application saw ---- */

static bool check_body(struct tale_walk *walk)
{
  const struct tale_seen *seen = walk->seen;
  const struct tale_exchange *exchange = tale_exchange_at(walk, walk->at);
  const char *body = seen->scene->body.data;
  const size_t length = strlen(body);

  if(!tale_promise(walk,
                   length <= strlen(exchange->body) &&
                     !strncmp(body, exchange->body, length),
                   "the body is that of the last response: \"%s\"", body))
    return false;
  return seen->result ||
         tale_promise(walk, length == strlen(exchange->body),
                      "the whole body is delivered: \"%s\"", body);
}

/* The next tag in |*heads|, which is stepped over; false where there is
   none. */
static bool next_tag(const char **heads, char *tag, size_t size)
{
  static const char name[] = "X-Tag: ";
  const char *found = strstr(*heads, name);

  if(!found)
    return false;
  found += strlen(name);
  const size_t length = strcspn(found, "\r");
  (void)snprintf(tag, size, "%.*s", (int)length, found);
  *heads = found + length;
  return true;
}

/* The number of the request that |tag| belongs to. */
static size_t owner_of(const char *tag)
{
  const char *dot = strchr(tag, '.');
  return dot ? strtoul(dot + 1, NULL, 10) : SIZE_MAX;
}

static bool is_hop(const struct tale_walk *walk, size_t n)
{
  return n < walk->at &&
         walk->seen->outcome->attempt[n + 1].reason == CURLEW_REASON_FOLLOWED;
}

static bool check_heads(struct tale_walk *walk)
{
  const struct tale_seen *seen = walk->seen;
  const bool is_asked = seen->tale->application.follow == 1;
  const char *heads = seen->scene->heads.data;
  bool has_last = false;
  size_t before = 0;
  bool was_final = false;
  char tag[32];

  while(next_tag(&heads, tag, sizeof(tag))) {
    const bool is_spare = !strcmp(tag, "spare");
    const size_t n = is_spare ? walk->at : owner_of(tag);
    const bool is_final = is_spare || isdigit((unsigned char)tag[0]);
    if(!tale_promise(walk, n == walk->at || (is_asked && is_hop(walk, n)),
                     "no head of another attempt is delivered: %s", tag) ||
       !tale_promise(walk, n > before || (n == before && !was_final),
                     "no head is delivered twice: %s", tag))
      return false;
    before = n;
    was_final = is_final;
    has_last = has_last || (is_final && n == walk->at);
  }
  return seen->result ||
         tale_promise(walk, has_last, "the head of the response is delivered");
}

/* ---- what is left behind ---- */

static bool is_of_credentials(const char *line)
{
  return strstr(line, "USERNAME=") || strstr(line, "PASSWORD=");
}

/* The options as a text, without those that a callback has set for good. */
static char *kept_options(const struct tale_seen *seen, const char *options)
{
  char *text = store_copy("");

  for(const char *line = options; *line;) {
    const size_t length = strcspn(line, "\n") + 1;
    char *copy = store_add(NULL, 0, line, length);
    if(!seen->gave_credentials || !is_of_credentials(copy))
      text = store_add(text, strlen(text), copy, length);
    free(copy);
    line += length;
  }
  return text;
}

static bool check_options(struct tale_walk *walk)
{
  const struct tale_seen *seen = walk->seen;

  if(!strcmp(seen->before, seen->after))
    return true;
  char *before = kept_options(seen, seen->before);
  char *after = kept_options(seen, seen->after);
  const bool is_kept = tale_promise(
    walk, !strcmp(before, after),
    "the handle comes back as it was:\n%swas:\n%s", after, before);
  free(before);
  free(after);
  return is_kept;
}

/* Who aborts is not called again. */
static bool check_calls(struct tale_walk *walk)
{
  const struct scene *scene = walk->seen->scene;
  const struct tale_application *own = &walk->seen->tale->application;

  if(own->pause_every || own->pause_head_at)
    return true; /* it may pause instead */
  return tale_promise(walk,
                      !own->abort_head_at ||
                        scene->heads.calls <= own->abort_head_at,
                      "a header callback that aborts ends it") &&
         tale_promise(walk,
                      !own->abort_body_at ||
                        scene->body.calls <= own->abort_body_at,
                      "a write callback that aborts ends it") &&
         tale_promise(walk,
                      !own->abort_progress_at ||
                        scene->progress.calls <= own->abort_progress_at,
                      "a progress callback that aborts ends it");
}

bool tale_check_end(struct tale_walk *walk)
{
  return check_result(walk) && check_body(walk) && check_heads(walk) &&
         check_calls(walk) && check_reason(walk) && check_options(walk);
}
