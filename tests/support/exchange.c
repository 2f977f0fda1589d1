#include "exchange.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store.h"

#define PIECE_MAX  (16u << 20)
#define PAUSES_MAX 64

#define STALLED_CALLS 10

static CURLcode fail_with(struct exchange *exchange, CURLcode result,
                          const char *text)
{
  char *buffer = options_pointer(exchange->options, CURLOPT_ERRORBUFFER);

  if(buffer)
    snprintf(buffer, CURL_ERROR_SIZE, "%s", text);
  return result;
}

/* ---- callbacks ---- */

static size_t call_write(const struct options *options, char *data,
                         size_t length)
{
  option_function *function = options_function(options, CURLOPT_WRITEFUNCTION);
  void *user = options_pointer(options, CURLOPT_WRITEDATA);

  return function ? ((curl_write_callback)function)(data, 1, length, user)
                  : fwrite(data, 1, length, user);
}

static size_t call_header(const struct options *options, char *data,
                          size_t length)
{
  option_function *function =
    options_function(options, CURLOPT_HEADERFUNCTION);
  void *user = options_pointer(options, CURLOPT_HEADERDATA);

  return function ? ((curl_write_callback)function)(data, 1, length, user)
                  : length;
}

/* libcurl hands over a copy, so that nobody writes into the script. */
static size_t call(const struct options *options, bool is_head,
                   const char *data, size_t length)
{
  char *copy = store_add(NULL, 0, data, length);
  const size_t told = is_head ? call_header(options, copy, length)
                              : call_write(options, copy, length);
  free(copy);
  return told;
}

/* Hands over |length| bytes; after a pause |joined| of them. */
static CURLcode hand_over(struct exchange *exchange, bool is_head,
                          const char *data, size_t length, size_t joined,
                          bool *was_paused)
{
  size_t told = call(exchange->options, is_head, data, length);

  for(unsigned i = 0; told == CURL_WRITEFUNC_PAUSE && i < PAUSES_MAX; i++) {
    *was_paused = true;
    length = joined;
    told = call(exchange->options, is_head, data, length);
  }
  assert_true(told != CURL_WRITEFUNC_PAUSE);
  return told == length
           ? CURLE_OK
           : fail_with(exchange, CURLE_WRITE_ERROR, "Failure writing output");
}

static CURLcode ask_progress(struct exchange *exchange)
{
  const struct options *options = exchange->options;
  option_function *function =
    options_function(options, CURLOPT_XFERINFOFUNCTION);

  if(options_number(options, CURLOPT_NOPROGRESS) || !function)
    return CURLE_OK;
  const int told = ((curl_xferinfo_callback)function)(
    options_pointer(options, CURLOPT_XFERINFODATA), 0, 0, 0, 0);
  return told && told != CURL_PROGRESSFUNC_CONTINUE
           ? fail_with(exchange, CURLE_ABORTED_BY_CALLBACK, "Callback aborted")
           : CURLE_OK;
}

/* ---- moves ---- */

static void connect_anew(struct exchange *exchange)
{
  exchange->connects++;
  exchange->request->connects++;
  exchange->port = SCRIPT_PORT + (long)exchange->script->connections++;
  exchange->is_connected = true;
}

static CURLcode send_request(struct exchange *exchange)
{
  const struct options *options = exchange->options;
  option_function *function =
    options_function(options, CURLOPT_PREREQFUNCTION);
  static char ip[] = "127.0.0.1";

  if(!exchange->is_connected)
    connect_anew(exchange);
  if(!exchange->sent_ms)
    exchange->sent_ms =
      exchange->script->stage->now_ms - exchange->begin_ms + 1;
  if(function && ((curl_prereq_callback)function)(
                   options_pointer(options, CURLOPT_PREREQDATA), ip, ip, 80,
                   (int)exchange->port) != CURL_PREREQFUNC_OK)
    return fail_with(exchange, CURLE_ABORTED_BY_CALLBACK,
                     "operation aborted by pre-request callback");
  exchange->is_sent = true;
  exchange->request->sends++;
  exchange->request_size += 100;
  return CURLE_OK;
}

static void append(char **text, const char *data, size_t length)
{
  *text = store_add(*text, *text ? strlen(*text) : 0, data, length);
}

/* Is there a body that is not in memory? */
static bool is_read(const struct options *options)
{
  return !strcmp(options->form, "PUT") ||
         (!strcmp(options->form, "POST") &&
          !options_pointer(options, CURLOPT_POSTFIELDS));
}

static CURLcode read_body(struct exchange *exchange, size_t most)
{
  const struct options *options = exchange->options;

  if(!is_read(options))
    return CURLE_OK;
  option_function *function = options_function(options, CURLOPT_READFUNCTION);
  void *user = options_pointer(options, CURLOPT_READDATA);
  char *data = store_new(most + 1);
  const size_t count = function
                         ? ((curl_read_callback)function)(data, 1, most, user)
                         : fread(data, 1, most, user ? user : stdin);
  if(count <= most)
    append(&exchange->request->body, data, count);
  free(data);
  return count <= most ? CURLE_OK
                       : fail_with(exchange, CURLE_ABORTED_BY_CALLBACK,
                                   "operation aborted by callback");
}

static CURLcode play_line(struct exchange *exchange, const char *line,
                          size_t length, size_t joined, bool *was_paused)
{
  const struct options *options = exchange->options;

  exchange->head_size += (long)length;
  if(options_number(options, CURLOPT_HEADER) &&
     call(options, false, line, length) != length)
    return CURLE_WRITE_ERROR;
  return hand_over(exchange, true, line, length, joined, was_paused);
}

/* |text| is "503 Busy|A: b": the lines of a head, as they stand there. */
static CURLcode play_head(struct exchange *exchange, const char *text,
                          size_t length, bool is_tunnel)
{
  char *head = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&head, &size);
  CURLcode result = CURLE_OK;
  bool is_open = false;

  assert_non_null(out);
  fprintf(out, "%s", strncmp(text, "HTTP/", 5) ? "HTTP/1.1 " : "");
  for(size_t i = 0; i < length && !is_open; i++) {
    is_open = text[i] == '|' && i + 2 == length && text[i + 1] == '-';
    if(text[i] == '|')
      fputs("\r\n", out);
    else
      fputc(text[i], out);
  }
  fprintf(out, is_open ? "" : "\r\n\r\n");
  fclose(out);
  exchange->status = is_tunnel ? 0 : strtol(strchr(head, ' '), NULL, 10);
  exchange->request->status = exchange->status;
  exchange->request->head_ms = exchange->script->stage->now_ms;
  bool was_paused = false;
  for(size_t at = 0; at < size && !result && !was_paused;) {
    const size_t line = (size_t)(strchr(head + at, '\n') + 1 - (head + at));
    result = play_line(exchange, head + at, line, size - at, &was_paused);
    at += line;
  }
  free(head);
  return result;
}

static CURLcode play_piece(struct exchange *exchange, const char *data,
                           size_t length)
{
  bool was_paused = false;
  return hand_over(exchange, false, data, length, length, &was_paused);
}

static CURLcode play_bytes(struct exchange *exchange, size_t count)
{
  assert_true(count && count <= PIECE_MAX);
  char *data = store_new(count);
  memset(data, 'x', count);
  const CURLcode result = play_piece(exchange, data, count);
  free(data);
  return result;
}

static CURLcode play_pass(struct exchange *exchange, uint64_t ms)
{
  struct stage *stage = exchange->script->stage;
  const curl_off_t timeout_ms =
    options_number(exchange->options, CURLOPT_TIMEOUT_MS);
  const uint64_t end_ms =
    timeout_ms > 0 ? cw_ms_add(exchange->begin_ms, (uint64_t)timeout_ms)
                   : CW_FOREVER;

  if(end_ms != CW_FOREVER && cw_ms_add(stage->now_ms, ms) >= end_ms) {
    if(end_ms > stage->now_ms)
      stage->now_ms = end_ms;
    return fail_with(exchange, CURLE_OPERATION_TIMEDOUT,
                     "Operation timed out");
  }
  stage_pass(stage, ms);
  return ask_progress(exchange);
}

static void play_url(struct exchange *exchange, const char *text,
                     size_t length)
{
  free(exchange->url);
  exchange->url = NULL;
  append(&exchange->url, text, length);
}

/* Is the first word of |*move| this? Steps over it then. */
static bool is_move(const char **move, size_t *length, const char *word)
{
  const size_t n = strlen(word);

  if(*length < n || strncmp(*move, word, n) != 0 ||
     (*length > n && (*move)[n] != ' '))
    return false;
  const size_t step = *length > n ? n + 1 : n;
  *move += step;
  *length -= step;
  return true;
}

/* What comes from the server, or goes there: after a send. */
static CURLcode play_answer(struct exchange *exchange, const char *move,
                            size_t length)
{
  CURLcode result = exchange->is_sent ? CURLE_OK : send_request(exchange);

  if(result)
    return result;
  if(is_move(&move, &length, "body"))
    return play_piece(exchange, move, length);
  if(is_move(&move, &length, "bytes"))
    return play_bytes(exchange, strtoul(move, NULL, 10));
  if(is_move(&move, &length, "read"))
    return read_body(exchange, strtoul(move, NULL, 10));
  if(is_move(&move, &length, "tunnel"))
    return play_head(exchange, move, length, true);
  if(is_move(&move, &length, "trailer")) {
    char line[256];
    bool was_paused = false;
    snprintf(line, sizeof(line), "%.*s\r\n", (int)length, move);
    return play_line(exchange, line, strlen(line), strlen(line), &was_paused);
  }
  if((*move < '1' || *move > '9') && strncmp(move, "HTTP/", 5) != 0)
    fail_msg("no move: \"%.*s\"", (int)length, move);
  return play_head(exchange, move, length, false);
}

static void rest(struct exchange *exchange, unsigned idle)
{
  exchange->is_resting = exchange->may_rest;
  exchange->idle = exchange->may_rest ? idle : 0;
}

static CURLcode play_move(struct exchange *exchange, const char *move,
                          size_t length)
{
  if(is_move(&move, &length, "end")) {
    const CURLcode result = (CURLcode)strtol(move, NULL, 10);
    exchange->is_ended = true;
    return result ? fail_with(exchange, result, "as the script says")
                  : CURLE_OK;
  }
  if(is_move(&move, &length, "pass"))
    return play_pass(exchange, strtoul(move, NULL, 10));
  if(is_move(&move, &length, "send"))
    return send_request(exchange);
  if(is_move(&move, &length, "later"))
    rest(exchange, 0);
  else if(is_move(&move, &length, "stall"))
    rest(exchange, STALLED_CALLS);
  else if(is_move(&move, &length, "lost"))
    exchange->is_connected = false;
  else if(is_move(&move, &length, "url"))
    play_url(exchange, move, length);
  else if(is_move(&move, &length, "act"))
    exchange->script->act(exchange->script->act_user);
  else
    return play_answer(exchange, move, length);
  return CURLE_OK;
}

static CURLcode play_next(struct exchange *exchange)
{
  const char *move = exchange->moves;
  const size_t length = strcspn(move, ";");

  exchange->moves += length;
  exchange->moves += strspn(exchange->moves, "; ");
  return play_move(exchange, move, length);
}

/* Goes on after a rest, or begins. */
static CURLcode go_on(struct exchange *exchange)
{
  if(exchange->is_begun)
    return play_pass(exchange, 0);
  exchange->is_begun = true;
  exchange->begin_ms = exchange->script->stage->now_ms;
  exchange->request->begin_ms = exchange->begin_ms;
  return CURLE_OK;
}

bool exchange_play(struct exchange *exchange)
{
  CURLcode result = go_on(exchange);

  exchange->is_resting = !result && exchange->idle;
  if(exchange->is_resting)
    exchange->idle--;
  while(*exchange->moves && !result && !exchange->is_ended &&
        !exchange->is_resting)
    result = play_next(exchange);
  exchange->end_ms = exchange->script->stage->now_ms - exchange->begin_ms;
  exchange->result = result;
  exchange->request->end_ms = exchange->script->stage->now_ms;
  exchange->request->result = result;
  if(result)
    exchange->is_connected = false;
  if(result == CURLE_WRITE_ERROR || result == CURLE_ABORTED_BY_CALLBACK)
    exchange->script->aborts += !exchange->is_ended;
  return result || !exchange->is_resting;
}

void exchange_close(struct exchange *exchange)
{
  (void)ask_progress(exchange);
  exchange->end_ms = exchange->script->stage->now_ms - exchange->begin_ms;
  exchange->is_connected = false;
}
