/*
 * way.h - one transfer that goes a long way, for tests that end it on that
 * way: a wait, a hop, a body that is withheld, and one that comes in pieces.
 */
#ifndef CW_TEST_WAY_H
#define CW_TEST_WAY_H

#include "loop.h"

#define WAY_BODY "0123456789abcdefghijklmnopqrst"

struct way {
  struct wire *wire;
  const char *key;
  CURL *curl;
  bool is_over;  /* nothing is to be called any more */
  unsigned late; /* what was nevertheless */
  size_t at;     /* what has come of the body */
  bool is_wrong; /* what came was not what follows there */
  const char *expected;
};

static inline size_t way_take_head(char *data, size_t size, size_t count,
                                   void *user)
{
  struct way *way = user;

  (void)data;
  way->late += way->is_over;
  return size * count;
}

static inline size_t way_take_body(char *data, size_t size, size_t count,
                                   void *user)
{
  struct way *way = user;
  const size_t length = size * count;

  way->late += way->is_over;
  if(length > strlen(way->expected) - way->at ||
     memcmp(data, way->expected + way->at, length) != 0)
    way->is_wrong = true;
  else
    way->at += length;
  return length;
}

static inline int way_take_progress(void *user, curl_off_t total,
                                    curl_off_t now, curl_off_t up_total,
                                    curl_off_t up)
{
  struct way *way = user;

  (void)total, (void)now, (void)up_total, (void)up;
  way->late += way->is_over;
  return 0;
}

static inline void way_set(struct way *way, const char *key,
                           const char *const *steps, const char *expected)
{
  way->key = key;
  way->is_over = false;
  way->at = 0;
  way->expected = expected;
  curlew_easy_setopt(way->curl, CURLOPT_URL,
                     wire_url(way->wire, WIRE_PLAIN,
                              wire_text(way->wire, "/script/%s", key), steps));
}

/* A handle that is set up for all of the way. */
static inline struct way *way_new(struct wire *wire, const char *key)
{
  struct way *way = calloc(1, sizeof(*way));

  assert_non_null(way);
  way->wire = wire;
  way->curl = caller_new(wire, NULL);
  curlew_easy_setopt(way->curl, CURLOPT_HEADERFUNCTION, way_take_head);
  curlew_easy_setopt(way->curl, CURLOPT_HEADERDATA, way);
  curlew_easy_setopt(way->curl, CURLOPT_WRITEFUNCTION, way_take_body);
  curlew_easy_setopt(way->curl, CURLOPT_WRITEDATA, way);
  curlew_easy_setopt(way->curl, CURLOPT_XFERINFOFUNCTION, way_take_progress);
  curlew_easy_setopt(way->curl, CURLOPT_XFERINFODATA, way);
  curlew_easy_setopt(way->curl, CURLOPT_NOPROGRESS, 0L);
  curlew_easy_setopt(way->curl, CURLOPT_NOSIGNAL, 1L);
  way_set(way, key,
          STEPS("503;retry-after-ms=30", "302;Location=?b",
                "503;size=300;drip=100:8", "200;drip=10:8;body=" WAY_BODY),
          WAY_BODY);
  return way;
}

static inline void way_free(struct way *way)
{
  assert_int_equal(way->late, 0);
  assert_false(way->is_wrong);
  free(way);
}

static inline void assert_way_is_gone(const struct way *way, CURLcode result)
{
  assert_int_equal(result, CURLE_OK);
  assert_int_equal(way->at, strlen(way->expected));
  assert_string_equal(caller_end(way->curl), "passed");
}

/* The operation was ended by |result| from outside. */
static inline void assert_way_is_cut(const struct way *way, CURLcode result)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(way->curl);

  assert_int_equal(result, CURLE_ABORTED_BY_CALLBACK);
  assert_non_null(outcome);
  assert_int_equal(outcome->result, CURLE_ABORTED_BY_CALLBACK);
  assert_int_equal(outcome->reason, CURLEW_REASON_CANCELLED);
  assert_true(way->at < strlen(way->expected));
}

/* Afterwards the handle is as good as new: in |loop| again, and by itself. */
static inline void assert_way_may_be_gone_again(struct way *way,
                                                struct loop *loop)
{
  const char *key = way->key;

  way_set(way, wire_text(way->wire, "%s-again", key),
          STEPS("302;Location=?b", "503", "200;body=again"), "again");
  assert_int_equal(curlew_multi_add_handle(loop->multi, way->curl), CURLM_OK);
  assert_way_is_gone(way, loop_end(loop, way->curl));
  assert_int_equal(wire_count(way->wire, way->key), 3);
  assert_int_equal(curlew_multi_remove_handle(loop->multi, way->curl),
                   CURLM_OK);

  way_set(way, wire_text(way->wire, "%s-alone", key),
          STEPS("503", "302;Location=?b", "200;body=alone"), "alone");
  assert_way_is_gone(way, curlew_easy_perform(way->curl));
  assert_int_equal(wire_count(way->wire, way->key), 3);
}

#endif
