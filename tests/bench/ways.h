/*
 * ways.h - the ways to do an operation that are compared: one handle, the same
 * operation again and again.
 *
 *     bare      curl_easy_perform, and a look at the status
 *     twice     the same again, whatever came: all that libcurl alone can do
 *               about a 503
 *     follow    bare, and libcurl follows redirects
 *     new       bare, with a handle for each
 *     loop      a good retry loop, as it is written by hand
 *     curlew    curlew_easy_perform
 *
 * and in and out of one multi handle: `multi`, `multi-loop`, `multi-curlew`.
 */
#ifndef CW_BENCH_WAYS_H
#define CW_BENCH_WAYS_H

#include <stdbool.h>

#include <curlew/curlew.h>

/* libcurl's multi interface or ours: both are called in the same way, so that
   the calls themselves cost the same. */
struct interface {
  CURLM *(*init)(void);
  CURLMcode (*cleanup)(CURLM *multi);
  CURLMcode (*add)(CURLM *multi, CURL *curl);
  CURLMcode (*perform)(CURLM *multi, int *running);
  CURLMcode (*poll)(CURLM *multi, struct curl_waitfd *extra, unsigned count,
                    int timeout_ms, int *ready);
  CURLMsg *(*read)(CURLM *multi, int *left);
  CURLMcode (*remove)(CURLM *multi, CURL *curl);
  CURLcode (*getinfo)(CURL *curl, CURLINFO what, ...);
};

struct way {
  const char *name;
  const char *url;
  const struct kind *kind;
  CURL *curl;
  CURLM *multi;             /* where it is a way with one */
  bool is_last;             /* of `loop`: nothing is sent again after this */
  unsigned long long bytes; /* that were handed over */
  long performs;            /* of the multi handle */
};

/* Makes the way called |name|, and does a few operations that do not count; or
   exits the program. */
void way_begin(struct way *way, const char *name, const char *url);

void way_end(struct way *way);

/* Does |count| operations and returns how many of them ended in a 200.
   costs.sh counts the instructions in here, by this name. */
long way_do(struct way *way, long count);

#endif
