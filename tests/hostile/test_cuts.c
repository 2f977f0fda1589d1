/* Tests of exchanges over a line that is cut, after each byte of either side
   in turn. Where that takes long, some bytes are left out unless figures are
   asked for. */

#define CURL_DISABLE_DEPRECATION /* CURLOPT_IOCTLFUNCTION */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "siege.h"
#include "source.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#define BUSY  "head=503 Busy|Retry-After: 0|Content-Length: 4;raw=busy"
#define FOUND "head=307 Found|Location: ?b|Content-Length: 5;raw=found"
#define DONE  "head=200 OK|Content-Length: 10;raw=0123456789"
#define CHUNKED                                                               \
  "head=200 OK|Transfer-Encoding: chunked;"                                   \
  "raw=4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n"

#define BODY "the request's body"

struct exchange {
  const char *name;
  source_fn *give; /* the request's body; NULL for a GET */
  bool may_repeat; /* whatever was done with it */
  const char *const *steps;
  const char *ends; /* the reasons that there may be */
  unsigned sends;   /* where nothing is cut */
};

static const struct exchange exchanges[] = {
  {"GET", NULL, true, STEPS(BUSY, FOUND, DONE), "passed streamed", 3},
  {"GET chunked", NULL, true, STEPS(BUSY, FOUND, CHUNKED), "passed streamed",
   3},
  {"POST", post_fields, false, STEPS(BUSY, FOUND, DONE),
   "passed streamed method-not-repeatable silent-resend-stopped", 3},
  {"PUT", put_seekable, true, STEPS(BUSY, FOUND, DONE), "passed streamed", 3},
  /* as long as nothing was read of the body */
  {"PUT once", put_stream, true, STEPS(BUSY, FOUND, DONE),
   "passed streamed body-not-repeatable", 1},
};

enum side { CLIENT, SERVER, SIDES };
static const char *const sides[] = {"client", "server"};

/* How a line ends, and how often. */
enum cut { FIN_ONCE, RESET_ONCE, FIN_EACH, RESET_EACH, CUTS };
static const char *const cuts[] = {"fin&scope=once", "rst&scope=once",
                                   "fin&scope=each", "rst&scope=each"};

struct run {
  CURLcode result;
  long status;
  unsigned attempts;
  unsigned redirects;
  const char *end;
  char body[64];
  char heads[1024];

  /* as libcurl tells it */
  size_t bytes[SIDES];
  unsigned sends;
  bool is_answered; /* a head has come since the last of them */
  unsigned blind;   /* sends before that */
};

static struct {
  unsigned runs, whole, cut_off, failed, requests;
} sums;

static int watch(CURL *curl, curl_infotype type, char *data, size_t size,
                 void *user)
{
  struct run *run = user;

  (void)curl;
  if(type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT)
    run->bytes[CLIENT] += size;
  if(type == CURLINFO_HEADER_IN || type == CURLINFO_DATA_IN)
    run->bytes[SERVER] += size;
  if(type == CURLINFO_HEADER_OUT) {
    run->blind += run->sends++ && !run->is_answered;
    run->is_answered = false;
  }
  if(type == CURLINFO_HEADER_IN && data[0] == '\r')
    run->is_answered = true;
  return 0;
}

static size_t take_body(char *data, size_t size, size_t count, void *user)
{
  struct run *run = user;
  answer_append(run->body, sizeof(run->body), data, size * count);
  return size * count;
}

static size_t take_head(char *data, size_t size, size_t count, void *user)
{
  struct run *run = user;
  answer_append(run->heads, sizeof(run->heads), data, size * count);
  return size * count;
}

static CURL *handle_for(struct wire *wire, struct run *run,
                        enum wire_port port, const char *key)
{
  CURL *curl = caller_new(wire, NULL);

  curlew_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 30000L);
  curlew_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curlew_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
  curlew_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, watch);
  curlew_easy_setopt(curl, CURLOPT_DEBUGDATA, run);
  curlew_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curlew_easy_setopt(curl, CURLOPT_WRITEDATA, run);
  curlew_easy_setopt(
    curl, CURLOPT_URL,
    wire_url(wire, port, wire_text(wire, "/play/%s", key), NULL));
  return curl;
}

enum manner { EASY, MULTI, EASY_HEADS, MULTI_HEADS, MANNERS };

static struct run perform(struct wire *wire, const struct exchange *exchange,
                          enum wire_port port, const char *key,
                          enum manner manner)
{
  struct source source = source_of(BODY);
  struct run run = {.result = CURLE_OK};
  CURL *curl = handle_for(wire, &run, port, key);

  if(exchange->give)
    exchange->give(curl, &source);
  if(manner >= EASY_HEADS) {
    curlew_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_head);
    curlew_easy_setopt(curl, CURLOPT_HEADERDATA, &run);
  }
  alarm(SIEGE_PATIENCE_S);
  run.result =
    manner % 2 ? siege_perform_multi(curl) : curlew_easy_perform(curl);
  alarm(0);
  curlew_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &run.status);
  const struct curlew_outcome *outcome = curlew_easy_outcome(curl);
  run.attempts = outcome->attempts;
  run.redirects = outcome->redirects;
  run.end = curlew_reason_name(outcome->reason);
  curlew_easy_cleanup(curl);
  source_close(&source);
  return run;
}

/* ---- the server ---- */

static size_t take_number(char *data, size_t size, size_t count, void *user)
{
  unsigned *number = user;

  for(size_t i = 0; i < size * count; i++)
    *number = 10 * *number + (unsigned)(data[i] - '0');
  return size * count;
}

/* A number that the server answers with, 0 if with nothing. */
static unsigned ask(const char *url)
{
  static CURL *curl;
  unsigned number = 0;

  if(!curl) /* until the end, for its connection */
    curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_number);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &number);
  assert_int_equal(curl_easy_perform(curl), CURLE_OK);
  return number;
}

/* How many requests were followed by another though no head was sent. */
static unsigned count_twice(struct wire *wire, const char *key)
{
  return ask(
    wire_url(wire, WIRE_PLAIN, wire_text(wire, "/twice/%s", key), NULL));
}

/* How many came to their end with another body than they should have. */
static unsigned count_odd(struct wire *wire, const char *key)
{
  const char *path =
    wire_text(wire, "/odd/%s?body=%s", key, wire_quote(wire, BODY));
  return ask(wire_url(wire, WIRE_PLAIN, path, NULL));
}

static void set_line(struct wire *wire, const struct exchange *exchange,
                     const char *key, const char *words)
{
  const char *path = wire_text(wire, "/line?key=%s&%s", key, words);
  (void)ask(wire_url(wire, WIRE_PLAIN, path, exchange->steps));
}

/* ---- what must hold ---- */

static bool begins(const char *text, const char *with)
{
  return !strncmp(text, with, strlen(with));
}

/* The one response that |run| may have brought something of. */
static const char *body_of(const struct run *run)
{
  return run->status == 503   ? "busy"
         : run->status == 307 ? "found"
         : run->status == 200 ? "0123456789"
                              : "";
}

static unsigned count(const char *text, const char *part)
{
  unsigned n = 0;
  for(; (text = strstr(text, part)); text++)
    n++;
  return n;
}

static void check(struct wire *wire, const struct exchange *exchange,
                  const struct run *run, const char *key, enum cut cut)
{
  const char *body = body_of(run);
  const bool is_whole = !strcmp(run->body, body);

  /* a head that is cut off is no error to libcurl, but brings no body */
  assert_true(begins(body, run->body));
  if(!run->result)
    assert_true(is_whole || !*run->body);
  assert_true(count(run->heads, "HTTP/1.1 503") <= (run->status == 503));
  assert_true(count(run->heads, "HTTP/1.1 200") <= 1);

  if(exchange->give)
    assert_int_equal(count_odd(wire, key), 0);
  assert_true(run->attempts <= 4);
  if(exchange->may_repeat)
    /* libcurl sends again what it sent on a kept connection */
    assert_true(run->sends <= 2 * (run->attempts + run->redirects));
  else {
    assert_int_equal(run->blind, 0);
    assert_true(run->sends <= run->attempts + run->redirects);
    assert_int_equal(count_twice(wire, key), 0);
  }
  if(cut < FIN_EACH)
    assert_has(exchange->ends, run->end);
  else if(strcmp(run->end, "attempts-exhausted") != 0)
    assert_has(exchange->ends, run->end);

  sums.runs++;
  sums.requests += run->sends;
  sums.whole += !run->result && is_whole;
  sums.cut_off += !run->result && !is_whole;
  sums.failed += run->result != CURLE_OK;
}

/* ---- all lengths ---- */

static const char *next_key(struct wire *wire)
{
  static unsigned number;
  return wire_text(wire, "%u", number++);
}

static void cut_at(struct wire *wire, const struct exchange *exchange,
                   enum wire_port port, enum side side, enum cut cut,
                   size_t at)
{
  const char *key = next_key(wire);

  set_line(
    wire, exchange, key,
    wire_text(wire, "side=%s&at=%zu&end=%s", sides[side], at, cuts[cut]));
  const struct run run =
    perform(wire, exchange, port, key, (enum manner)((at + cut) % MANNERS));
  check(wire, exchange, &run, key, cut);
}

/* How many bytes each side sends where nothing is cut. */
static size_t length_of(struct wire *wire, const struct exchange *exchange,
                        enum side side)
{
  const char *key = next_key(wire);

  set_line(wire, exchange, key, "");
  const struct run whole = perform(wire, exchange, WIRE_PROXY, key, EASY);
  assert_int_equal(whole.sends, exchange->sends);
  return whole.bytes[side];
}

/* The bytes of the client are shared between the two ways to end a line. */
static size_t stride_of(enum side side, enum cut cut)
{
  return siege_tells_figures ? 1
         : cut >= FIN_EACH   ? 9
         : side == CLIENT    ? 2
                             : 1;
}

static void tell_figures(const char *name, enum side side, enum cut cut,
                         long ms)
{
  if(siege_tells_figures)
    printf("| %s | %s | %s | %u | %u | %u | %u | %u | %ld |\n", name,
           sides[side], cuts[cut], sums.runs, sums.requests, sums.whole,
           sums.cut_off, sums.failed, ms);
  memset(&sums, 0, sizeof(sums));
}

static void cut_everywhere(struct wire *wire, const struct exchange *exchange,
                           enum side side, enum cut cut)
{
  const long start_ms = siege_now_ms();
  const size_t length = length_of(wire, exchange, side);
  const size_t stride = stride_of(side, cut);

  for(size_t at = cut % stride; at <= length + 1; at += stride)
    cut_at(wire, exchange, WIRE_PROXY, side, cut, at);
  tell_figures(exchange->name, side, cut, siege_now_ms() - start_ms);
}

static void cut_each(struct wire *wire, enum cut cut)
{
  for(size_t i = 0; i < COUNT(exchanges); i++)
    for(int side = CLIENT; side < SIDES; side++)
      cut_everywhere(wire, &exchanges[i], (enum side)side, cut);
}

static void a_line_may_end_anywhere(void **state)
{
  cut_each(*state, FIN_ONCE);
}

static void it_may_be_reset_anywhere(void **state)
{
  cut_each(*state, RESET_ONCE);
}

static void each_may_end_at_the_same_byte(void **state)
{
  cut_each(*state, FIN_EACH);
}

static void each_may_be_reset_at_the_same_byte(void **state)
{
  cut_each(*state, RESET_EACH);
}

/* In its handshake above all, which takes some 2,000 bytes of the server's and
   600 of the client's. */
static void so_may_one_with_tls(void **state)
{
  static const size_t lengths[] = {1200, 3000};
  const size_t stride = siege_tells_figures ? 31 : 131;

  for(int side = CLIENT; side < SIDES; side++)
    for(int cut = FIN_ONCE; cut < CUTS; cut++) {
      const long start_ms = siege_now_ms();
      for(size_t at = (size_t)cut; at <= lengths[side]; at += stride)
        cut_at(*state, &exchanges[0], WIRE_TLS_B, (enum side)side,
               (enum cut)cut, at);
      tell_figures("GET over TLS", (enum side)side, (enum cut)cut,
                   siege_now_ms() - start_ms);
    }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_line_may_end_anywhere),
    cmocka_unit_test(it_may_be_reset_anywhere),
    cmocka_unit_test(each_may_end_at_the_same_byte),
    cmocka_unit_test(each_may_be_reset_at_the_same_byte),
    cmocka_unit_test(so_may_one_with_tls),
  };
  siege_tells_figures = argc > 1 && !strcmp(argv[1], "--figures");
  if(siege_tells_figures)
    puts("| exchange | side | cut | runs | requests | whole | head cut off | "
         "failed | ms |\n|---|---|---|---|---|---|---|---|---|");
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
