/* tale_request.c - what must hold of each request that is sent. */
#include "tale_seen.h"

#include <stdio.h>
#include <strings.h>

static const struct script_request *request_of(const struct tale_walk *walk)
{
  return &walk->seen->scene->script.request[walk->at];
}

/* ---- credentials ---- */

static bool check_secrets(struct tale_walk *walk)
{
  const struct script_request *request = request_of(walk);
  const struct options *options = &request->options;

  for(size_t i = 0; i < options->count; i++) {
    const struct option *option = &options->list[i];
    if(!tale_promise(walk, !option->text || !strstr(option->text, TALE_SECRET),
                     "credentials stay home: %s",
                     curl_easy_option_by_id(option->id)->name))
      return false;
  }
  return tale_promise(walk, !strstr(request->fields, TALE_SECRET),
                      "fields stay home:\n%s", request->fields) &&
         tale_promise(walk, !strstr(request->url, TALE_SECRET),
                      "userinfo stays home: %s", request->url);
}

/* From http to https only these two go. */
static bool check_secured(struct tale_walk *walk)
{
  const struct script_request *request = request_of(walk);
  const char *cookie = options_text(&request->options, CURLOPT_COOKIE);
  const char *password = options_text(&request->options, CURLOPT_PASSWORD);
  const char *bearer = options_text(&request->options, CURLOPT_XOAUTH2_BEARER);

  return tale_promise(walk,
                      !cookie && !bearer &&
                        (!password || !strstr(password, TALE_SECRET)),
                      "credentials do not go from http to https") &&
         tale_promise(walk, !strstr(request->fields, "Authorization:"),
                      "Authorization does not go from http to https");
}

/* What the callback gave at home is the application's; elsewhere it is for who
   asked for it. */
static bool check_given(struct tale_walk *walk)
{
  const char *password =
    options_text(&request_of(walk)->options, CURLOPT_PASSWORD);
  char wanted[128];

  (void)snprintf(wanted, sizeof(wanted), "for-%s-%s-%s", walk->url.scheme,
                 walk->url.host, walk->url.port);
  return tale_promise(walk,
                      !walk->is_moved || !password ||
                        strncmp(password, "for-", 4) != 0 ||
                        !strcasecmp(password, wanted),
                      "what a credentials callback gave stays with who asked "
                      "for it: %s",
                      password);
}

static bool check_credentials(struct tale_walk *walk)
{
  if(walk->seen->tale->application.is_unrestricted)
    return true;
  return (!walk->is_away || check_secrets(walk)) &&
         (!walk->is_moved || check_secured(walk)) && check_given(walk);
}

/* ---- the body ---- */

static bool has_body(const struct options *options)
{
  return strcmp(options->form, "GET") != 0 &&
         strcmp(options->form, "HEAD") != 0;
}

static bool check_whole(struct tale_walk *walk)
{
  const struct script_request *request = request_of(walk);
  const struct tale_exchange *exchange = tale_exchange_at(walk, walk->at);
  const char *sent = request->body ? request->body : "";
  const size_t length = strlen(sent);

  if(!tale_promise(
       walk, length <= strlen(TALE_BODY) && !strncmp(sent, TALE_BODY, length),
       "a body is sent from its first byte: \"%s\"", sent))
    return false;
  return !exchange->reads_all || request->sends != 1 ||
         request->result == CURLE_ABORTED_BY_CALLBACK ||
         tale_promise(walk, length == strlen(TALE_BODY),
                      "a body is sent as a whole: \"%s\"", sent);
}

static bool check_body(struct tale_walk *walk)
{
  const struct script_request *request = request_of(walk);
  const enum tale_body body = walk->seen->tale->application.body;
  const bool is_sent = request->body && *request->body;

  if(!body || walk->is_bare)
    return tale_promise(walk, !has_body(&request->options) && !is_sent,
                        "a request without a body has none");
  if(!tale_promise(walk, has_body(&request->options),
                   "a request with a body has it"))
    return false;
  if(body == TALE_MEMORY)
    return tale_promise(walk, !strcmp(request->body, TALE_BODY),
                        "a body is sent as it is");
  if(!check_whole(walk))
    return false;
  if(is_sent && !walk->is_held &&
     (body == TALE_STREAM || body == TALE_STREAM_CHUNKS))
    walk->is_spent = true;
  return true;
}

/* ---- the rest ---- */

/* libcurl's own repetition. */
static bool check_resend(struct tale_walk *walk)
{
  const struct script_request *request = request_of(walk);
  const bool is_repeatable =
    tale_is_idempotent(walk->method) || tale_has_key(walk) ||
    walk->seen->tale->policy.error_action == 1; /* any method */
  const bool was_kept = request->connects < request->sends;

  return tale_promise(walk,
                      is_repeatable || request->sends < 2 || !was_kept ||
                        walk->seen->tale->policy.lets_resend ||
                        request->result == CURLE_ABORTED_BY_CALLBACK ||
                        tale_exchange_at(walk, walk->at)->has_rounds,
                      "what must not be repeated is not sent again on a kept "
                      "connection");
}

static bool check_target(struct tale_walk *walk)
{
  const struct script_request *request = request_of(walk);
  struct tale_url url;

  return tale_promise(walk, tale_url_read(&url, NULL, request->url),
                      "what is asked for is a URL") &&
         tale_promise(walk, tale_url_is(&url, &walk->url),
                      "it goes where it was sent: %s, not %s://%s:%s%s",
                      request->url, walk->url.scheme, walk->url.host,
                      walk->url.port, walk->url.rest) &&
         tale_promise(walk, !strcmp(request->method, walk->method),
                      "the method is %s, not %s", walk->method,
                      request->method);
}

static bool check_key(struct tale_walk *walk)
{
  const struct script_request *request = request_of(walk);
  const bool has_key = strstr(request->fields, "Idempotency-Key:") != NULL;

  return tale_promise(walk, has_key == tale_has_key(walk),
                      "a request has an Idempotency-Key where it is to");
}

bool tale_check_request(struct tale_walk *walk)
{
  const struct script_request *request = request_of(walk);

  if(!check_target(walk) || !check_body(walk) || !check_credentials(walk) ||
     !check_resend(walk) || !check_key(walk))
    return false;
  return tale_promise(walk, request->end_ms <= tale_bound_ms(walk),
                      "no attempt outlasts the deadline");
}
