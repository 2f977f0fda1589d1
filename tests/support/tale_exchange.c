/* tale_exchange.c - what a server of a tale does with one request. */
#include "tale.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum kind { ANSWERS, FAILS_EARLY, FAILS_LATE, BREAKS_OFF, CUTS_HEAD, KINDS };

static const uint64_t passes[] = {0, 1, 50, 150, 1000, 5000};

static void move(struct tale_exchange *exchange, const char *format, ...)
{
  const size_t length = strlen(exchange->moves);
  va_list args;

  va_start(args, format);
  (void)vsnprintf(exchange->moves + length, sizeof(exchange->moves) - length,
                  format, args);
  va_end(args);
}

static uint64_t read_pass(struct tale_exchange *exchange,
                          struct choices *choices)
{
  const uint64_t ms = passes[choose(choices, COUNT(passes))];

  if(ms)
    move(exchange, "pass %" PRIu64 ";", ms);
  exchange->total_ms += ms;
  return ms;
}

/* ---- the head ---- */

static void read_after(struct tale_exchange *exchange, struct choices *choices)
{
  static const struct {
    const char *fields;
    bool is_read;
    uint64_t ms;
    int64_t until_s;
  } all[] = {
    {"", false, 0, 0},
    {"|Retry-After: 3", true, 3000, 0},
    {"|Retry-After: 0", true, 0, 0},
    {"|Retry-After: 130", true, 130000, 0},
    {"|Retry-After: soon", false, 0, 0},
    {"|retry-after:  1 |Retry-After: 7", true, 7000, 0},
    {"|retry-after-ms: 250|Retry-After: 9", true, 250, 0},
    {"|Date: Sun, 06 Nov 1994 08:49:37 GMT"
     "|Retry-After: Sun, 06 Nov 1994 08:49:42 GMT",
     true, 5000, 0},
    {"|Date: Sun, 06 Nov 1994 08:49:37 GMT"
     "|Retry-After: Sunday, 06-Nov-94 08:00:00 GMT",
     true, 0, 0},
    {"|Retry-After: Sun Nov  6 08:50:07 1994", true, 0, 784111807},
    {"|Retry-After: 99999999999999999999", true, TALE_FOREVER, 0},
    {"|Retry-After: -1", false, 0, 0},
  };
  const unsigned i = choose(choices, COUNT(all));

  move(exchange, "%s", all[i].fields);
  exchange->has_after = all[i].is_read;
  exchange->after_ms = all[i].ms;
  exchange->after_s = all[i].until_s;
}

static void read_fields(struct tale_exchange *exchange,
                        struct choices *choices)
{
  read_after(exchange, choices);
  const unsigned more = choose(choices, 256);
  if((more & 7) == 7) {
    move(exchange, "|RateLimit-Reset: 4");
    exchange->reset_ms = 4000;
  }
  if((more >> 3 & 7) == 7) {
    move(exchange, "|x-should-retry: false");
    exchange->is_forbidden = true;
  }
  if((more >> 6 & 3) == 3) {
    move(exchange, "|Set-Cookie: c=1");
    exchange->sets_cookie = true;
  }
}

static void read_location(struct tale_exchange *exchange,
                          struct choices *choices)
{
  static const char *const all[] = {
    "/next",
    "http://b/",
    "http://a/",
    "https://a/",
    "http://c.b/deep/er?x=1",
    "next?x=" TALE_HIDDEN,
    "https://b/x",
    "//b/y",
    "http://a:8080/",
    "http://b/x?y=1",
    "ftp://a/",
    "http://",
    "",
    "javascript:1",
    "http://user:" TALE_HIDDEN "@b/z",
    "?q#frag",
    "http://a:80/../up",
    "HTTP://B/",
    "http://a/x/with a blank",
  };
  static const char *const kept[] = {"", "|Cache-Control: no-store",
                                     "|Cache-Control: max-age=10"};
  const unsigned i = choose(choices, COUNT(all) + 1);
  const unsigned how = choose(choices, COUNT(kept));

  exchange->location = i < COUNT(all) ? all[i] : NULL;
  if(exchange->location)
    move(exchange, "|Location: %s", exchange->location);
  move(exchange, "%s", kept[how]);
  exchange->is_not_kept = how == 1;
}

static void read_status(struct tale_exchange *exchange,
                        struct choices *choices)
{
  static const unsigned all[] = {200, 503, 302, 301, 307, 303, 308, 500, 429,
                                 404, 401, 408, 411, 413, 417, 421, 425, 403,
                                 502, 507, 501, 204, 304, 407, 299, 300, 504};
  exchange->status = all[choose(choices, COUNT(all))];
}

/* Heads that come before the one that counts. A 401 that libcurl answers has
   no say, but where the policy has it repeated for its own sake. */
static void read_forerunners(struct tale_exchange *exchange,
                             const struct tale *tale, struct choices *choices,
                             const char *tag)
{
  const unsigned which = choose(choices, 16);

  if(which == 15)
    move(exchange, "103|Link: x|X-Tag: i%s;", tag);
  else if(which == 14)
    move(exchange, "100 Continue;");
  else if(which == 13)
    move(exchange, "tunnel 200|X-Tag: t%s;", tag);
  else if(which == 12 && tale_rule_for(&tale->policy, NULL, 401).repair &&
          tale_rule_for(&tale->policy, "b", 401).repair) {
    move(exchange,
         "401|WWW-Authenticate: Digest|X-Tag: r%s|Content-Length: 0;send;",
         tag);
    exchange->has_rounds = true;
  }
}

/* ---- the body ---- */

static void read_body(struct tale_exchange *exchange, struct choices *choices,
                      unsigned pieces, const char *tag)
{
  for(unsigned i = 0; i < pieces; i++) {
    char piece[32];
    (void)snprintf(piece, sizeof(piece), "[%s.%u]", tag, i);
    if(i && choose_rarely(choices, 4))
      (void)read_pass(exchange, choices);
    if(choose_rarely(choices, 8))
      move(exchange, "later;");
    move(exchange, "body %s;", piece);
    strcat(exchange->body, piece);
  }
}

static void read_head(struct tale_exchange *exchange, const struct tale *tale,
                      struct choices *choices, bool is_cut, const char *tag)
{
  static const char *const ways[] = {"", "|Transfer-Encoding: chunked",
                                     "|Connection: close"};

  read_forerunners(exchange, tale, choices, tag);
  exchange->early_ms += read_pass(exchange, choices);
  read_status(exchange, choices);
  move(exchange, "%u|X-Tag: %s", exchange->status, tag);
  read_fields(exchange, choices);
  if(exchange->status / 100 == 3 || choose_rarely(choices, 10))
    read_location(exchange, choices);
  const bool has_body = exchange->status != 204 && exchange->status != 304 &&
                        strcmp(tale->application.method, "HEAD") != 0;
  const unsigned pieces = has_body ? (1 + choose(choices, 4)) % 4 : 0;
  const unsigned way = choose(choices, COUNT(ways) + 1);
  if(!way)
    move(exchange, "|Content-Length: %u", 7 * pieces);
  else
    move(exchange, "%s", ways[way - 1]);
  move(exchange, is_cut ? "|-;" : ";");
  if(!is_cut)
    read_body(exchange, choices, pieces, tag);
}

/* ---- all of it ---- */

static void read_end(struct tale_exchange *exchange, struct choices *choices,
                     const unsigned *codes, size_t count)
{
  exchange->end = codes[choose(choices, (unsigned)count)];
  move(exchange, "end %u;", exchange->end);
}

static void read_request(struct tale_exchange *exchange,
                         struct choices *choices)
{
  exchange->is_sent = true;
  move(exchange, "send;");
  if(choose_rarely(choices, 12)) {
    exchange->is_lost = true;
    move(exchange, "lost;send;");
  }
  exchange->reads_all = !choose_rarely(choices, 6);
  move(exchange, exchange->reads_all ? "read 100;read 100;" : "read 3;");
  if(choose_rarely(choices, 16)) {
    exchange->cancels = true;
    move(exchange, "act;");
  }
}

void tale_read_exchange(struct tale_exchange *exchange,
                        const struct tale *tale, struct choices *choices,
                        const char *tag)
{
  static const unsigned early[] = {7, 6, 35, 60, 28, 3};
  static const unsigned late[] = {52, 55, 56, 28, 92, 16, 27};
  static const unsigned broken[] = {18, 56, 28, 92};
  const unsigned what = choose(choices, 12);
  const enum kind kind = what < 8 ? ANSWERS : (enum kind)(what - 7);

  exchange->early_ms = read_pass(exchange, choices);
  if(kind == FAILS_EARLY) {
    read_end(exchange, choices, early, COUNT(early));
    return;
  }
  read_request(exchange, choices);
  if(kind == FAILS_LATE) {
    read_end(exchange, choices, late, COUNT(late));
    return;
  }
  read_head(exchange, tale, choices, kind == CUTS_HEAD, tag);
  if(kind == ANSWERS)
    return;
  exchange->cuts_head = kind == CUTS_HEAD;
  read_end(exchange, choices, broken, COUNT(broken));
}
