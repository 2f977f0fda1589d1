/* tale_print.c - a tale to be read. */
#include "tale.h"

#include <inttypes.h>
#include <string.h>

/* The lines of the policy, without sections that say nothing. */
static void print_policy(const char *text, FILE *out)
{
  fprintf(out, "policy:\n");
  while(*text) {
    const size_t length = strcspn(text, "\n") + 1;
    const bool is_section = text[0] == '[';
    if(!is_section || (text[length] && text[length] != '['))
      fprintf(out, "  %.*s", (int)length, text);
    text += length;
  }
}

static void print_number(FILE *out, const char *name, int64_t number,
                         int64_t usual)
{
  if(number != usual)
    fprintf(out, "  %s %" PRId64 "\n", name, number);
}

static void print_request(const struct tale_application *own, FILE *out)
{
  static const char *const bodies[] = {
    "",
    ", body in memory",
    ", body of a callback that can be rewound",
    ", body of a callback",
    ", body of unknown size of a callback that can be rewound",
    ", body of unknown size of a callback"};
  static const char *const ways[] = {
    "USERPWD", "XOAUTH2_BEARER", "COOKIE",    "Authorization",
    "X-Own",   "REFERER",        "AWS_SIGV4", "SSLCERT"};

  fprintf(out, "application:\n  %s%s\n", own->method, bodies[own->body]);
  for(size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
    if(own->credentials >> i & 1)
      fprintf(out, "  %s\n", ways[i]);
}

static void print_application(const struct tale_application *own, FILE *out)
{
  static const char *const answers[] = {"", "gives", "has none"};

  print_request(own, out);
  if(own->has_key)
    fprintf(out, "  Idempotency-Key\n");
  if(own->sends_expect)
    fprintf(out, "  Expect: 100-continue\n");
  if(own->asks)
    fprintf(out, "  a credentials callback that %s\n", answers[own->asks]);
  print_number(out, "set_expect", own->expects, 0);
  print_number(out, "FOLLOWLOCATION", own->follow, -1);
  print_number(out, "POSTREDIR", own->post_redirect, 0);
  print_number(out, "MAXREDIRS", own->max_redirects, -1);
  print_number(out, "TIMEOUT_MS", own->timeout_ms, 0);
  print_number(out, "UNRESTRICTED_AUTH", own->is_unrestricted, 0);
  print_number(out, "watches progress", own->watches, 0);
  print_number(out, "a share", own->shares, 0);
  print_number(out, "pause_every", own->pause_every, 0);
  print_number(out, "pause_head_at", own->pause_head_at, 0);
  print_number(out, "abort_head_at", own->abort_head_at, 0);
  print_number(out, "abort_body_at", own->abort_body_at, 0);
  print_number(out, "abort_progress_at", own->abort_progress_at, 0);
  print_number(out, "cancelled at ms", (int64_t)own->cancel_ms, 0);
}

static void print_operation(const struct tale_operation *operation, FILE *out)
{
  fprintf(out, "perform %s", operation->url);
  if(operation->pause_ms)
    fprintf(out, " after %" PRIu64 " ms", operation->pause_ms);
  fprintf(out, "\n");
  for(size_t i = 0; i < operation->count; i++)
    fprintf(out, "  \"%s\"\n", operation->exchange[i].moves);
}

void tale_print(const struct tale *tale, FILE *out)
{
  static const char *const ways[] = {"easy", "poll", "events"};

  fprintf(out, "driven: %s, %straced%s", ways[tale->way],
          tale->is_traced ? "" : "not ",
          tale->is_warm ? ", performed before" : "");
  if(tale->chance)
    fprintf(out, ", chance %s %u", tale->chance == 1 ? "highest" : "seed",
            tale->chance);
  fprintf(out, "\n");
  print_policy(tale->policy.text, out);
  print_application(&tale->application, out);
  for(size_t i = 0; i < tale->count; i++)
    print_operation(&tale->operation[i], out);
}
