/*
 * answer.h - what one transfer brought, heads and body, as callbacks get it.
 *
 * Both texts are cut where they do not fit; size counts all of the body.
 */
#ifndef CW_TEST_ANSWER_H
#define CW_TEST_ANSWER_H

#include <string.h>

#include <curl/curl.h>

struct answer {
  CURLcode result;
  long status;
  long connects;
  curl_off_t total_us;
  size_t size;
  char heads[4096];
  char body[1024];
};

static inline void answer_append(char *to, size_t room, const char *data,
                                 size_t length)
{
  const size_t used = strlen(to);
  const size_t left = room - used - 1;
  const size_t take = length < left ? length : left;
  memcpy(to + used, data, take);
  to[used + take] = '\0';
}

/* A CURLOPT_HEADERFUNCTION; |user| is the struct answer. */
static inline size_t answer_take_head(char *data, size_t size, size_t count,
                                      void *user)
{
  struct answer *answer = user;
  answer_append(answer->heads, sizeof(answer->heads), data, size * count);
  return size * count;
}

/* A CURLOPT_WRITEFUNCTION; |user| is the struct answer. */
static inline size_t answer_take_body(char *data, size_t size, size_t count,
                                      void *user)
{
  struct answer *answer = user;
  answer->size += size * count;
  answer_append(answer->body, sizeof(answer->body), data, size * count);
  return size * count;
}

static inline void assert_has(const char *text, const char *part)
{
  if(!text || !strstr(text, part))
    fail_msg("no \"%s\" in \"%s\"", part, text ? text : "nothing");
}

#endif
