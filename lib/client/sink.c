/* sink.c - an event of a trace as a line of JSON (RFC 8259). */

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include <curlew/trace.h>

#include "curlcode.h"
#include "reason.h"
#include "selector.h"

struct sink {
  char *line;
  size_t size;   /* of |line| */
  size_t length; /* of what was written, whether or not it fits */
};

static void put(struct sink *sink, const char *text, size_t length)
{
  for(size_t i = 0; i < length; i++, sink->length++)
    if(sink->size && sink->length < sink->size - 1)
      sink->line[sink->length] = text[i];
}

static void put_text(struct sink *sink, const char *text)
{
  while(*text)
    put(sink, text++, 1);
}

static bool is_in(unsigned char byte, unsigned low, unsigned high)
{
  return byte >= low && byte <= high;
}

/* How many bytes the character that |text| begins with takes in valid UTF-8
   (RFC 3629), 0 if it is not valid. */
static size_t character(const unsigned char *text)
{
  const unsigned char lead = text[0];
  size_t more = 0;
  unsigned low = 0x80;
  unsigned high = 0xbf;

  if(lead < 0x80)
    return 1;
  if(is_in(lead, 0xc2, 0xdf))
    more = 1;
  else if(is_in(lead, 0xe0, 0xef)) {
    more = 2;
    low = lead == 0xe0 ? 0xa0 : 0x80;  /* else it could be shorter */
    high = lead == 0xed ? 0x9f : 0xbf; /* else it is half of a pair */
  }
  else if(is_in(lead, 0xf0, 0xf4)) {
    more = 3;
    low = lead == 0xf0 ? 0x90 : 0x80;
    high = lead == 0xf4 ? 0x8f : 0xbf; /* else it is beyond U+10FFFF */
  }
  if(!more || !is_in(text[1], low, high))
    return 0;
  for(size_t i = 2; i <= more; i++)
    if(!is_in(text[i], 0x80, 0xbf))
      return 0;
  return more + 1;
}

/* A byte that stands for no character, or for one that a string must not
   hold, is written by its number. */
static void put_byte(struct sink *sink, unsigned char byte)
{
  char escape[8];
  (void)snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)byte);
  put_text(sink, escape);
}

static void put_string(struct sink *sink, const char *text)
{
  put_text(sink, "\"");
  while(*text) {
    const unsigned char byte = (unsigned char)*text;
    const size_t length = character((const unsigned char *)text);

    if(byte == '"' || byte == '\\')
      put_text(sink, "\\");
    if(!length || byte < ' ' || byte == 0x7f)
      put_byte(sink, byte);
    else
      put(sink, text, length);
    text += length ? length : 1;
  }
  put_text(sink, "\"");
}

static void put_key(struct sink *sink, const char *key)
{
  put_text(sink, sink->length ? "," : "{");
  put_string(sink, key);
  put_text(sink, ":");
}

static void put_word(struct sink *sink, const char *key, const char *value)
{
  if(value) {
    put_key(sink, key);
    put_string(sink, value);
  }
}

static void put_number(struct sink *sink, const char *key, uint64_t value)
{
  char digits[24];
  (void)snprintf(digits, sizeof(digits), "%" PRIu64, value);
  put_key(sink, key);
  put_text(sink, digits);
}

static const char *kind_name(enum curlew_event_kind kind)
{
  switch(kind) {
  case CURLEW_EVENT_ATTEMPT:
    return "attempt";
  case CURLEW_EVENT_ANSWER:
    return "answer";
  case CURLEW_EVENT_WAIT:
    return "wait";
  case CURLEW_EVENT_END:
    break;
  }
  return "end";
}

/* The result, and where it is a failure what kind of: an error as a policy
   names it, or the status. */
static void put_result(struct sink *sink, const struct curlew_event *event)
{
  char status[12];

  put_number(sink, "curlew.result", (uint64_t)event->result);
  if(event->result) {
    const char *name =
      cw_selector_error_name(cw_curlcode_error(event->result, true));
    put_word(sink, "error.type", name ? name : "_OTHER");
  }
  else if(event->status >= 400) {
    (void)snprintf(status, sizeof(status), "%u", event->status);
    put_word(sink, "error.type", status);
  }
}

size_t curlew_event_json(const struct curlew_event *event, char *line,
                         size_t size)
{
  struct sink sink = {.line = line, .size = line ? size : 0, .length = 0};
  const bool is_over =
    event->kind == CURLEW_EVENT_ANSWER || event->kind == CURLEW_EVENT_END;

  put_word(&sink, "curlew.event", kind_name(event->kind));
  put_number(&sink, "curlew.operation", event->operation);
  put_number(&sink, "curlew.at_ms", event->at_ms);
  put_word(&sink, "http.request.method", event->method);
  put_word(&sink, "url.full", event->url);
  /* OpenTelemetry counts hops as resends too */
  put_number(&sink, "http.request.resend_count",
             (uint64_t)event->redirects +
               (event->attempt ? event->attempt - 1 : 0));
  put_number(&sink, "curlew.attempt", event->attempt);
  put_number(&sink, "curlew.redirects", event->redirects);
  if(event->status)
    put_number(&sink, "http.response.status_code", event->status);
  if(is_over)
    put_result(&sink, event);
  if(event->kind == CURLEW_EVENT_WAIT)
    put_number(&sink, "curlew.wait_ms", event->wait_ms);
  if(event->kind != CURLEW_EVENT_ANSWER)
    put_word(&sink, "curlew.reason", cw_reason_token(event->reason));
  put_text(&sink, "}");
  if(sink.size)
    line[sink.length < sink.size ? sink.length : sink.size - 1] = '\0';
  return sink.length;
}
