/*
 * api.h - libcurl and curlew by the same calls, so that one test can compare
 * them.
 *
 * The callbacks write down what they see in a struct view: bodies as they are,
 * lines of heads after a "<head>", and after that bodies after a "<body>".
 */
#ifndef CW_TEST_API_H
#define CW_TEST_API_H

#include <stdbool.h>
#include <string.h>

#include <curlew/curlew.h>

#include "caller.h"
#include "wire.h"

struct api {
  CURL *(*init)(void);
  void (*cleanup)(CURL *curl);
  CURLcode (*setopt)(CURL *curl, CURLoption option, ...);
  CURLcode (*perform)(CURL *curl);
  CURLcode (*getinfo)(CURL *curl, CURLINFO info, ...);
  CURLHcode (*header)(CURL *curl, const char *name, size_t index,
                      unsigned origin, int request,
                      struct curl_header **header);
  struct curl_header *(*nextheader)(CURL *curl, unsigned origin, int request,
                                    struct curl_header *previous);
  void (*reset)(CURL *curl);
};

static const struct api api_plain = {
  curl_easy_init,       curl_easy_cleanup,   (curl_easy_setopt),
  (curl_easy_perform),  (curl_easy_getinfo), curl_easy_header,
  curl_easy_nextheader, curl_easy_reset,
};

static const struct api api_curlew = {
  curlew_easy_init,       curlew_easy_cleanup, curlew_easy_setopt,
  curlew_easy_perform,    curlew_easy_getinfo, curlew_easy_header,
  curlew_easy_nextheader, curlew_easy_reset,
};

static inline CURL *api_new(const struct api *api, struct wire *wire)
{
  CURL *curl = api->init();
  assert_non_null(curl);
  api->setopt(curl, CURLOPT_CAINFO, wire->ca);
  api->setopt(curl, CURLOPT_TIMEOUT_MS, 5000L);
  if(api == &api_curlew)
    caller_set(wire, curl, NULL);
  return curl;
}

enum view_part { VIEW_NOTHING, VIEW_HEAD, VIEW_BODY };

struct view {
  CURL *curl;
  CURLcode result;
  long status;
  enum view_part last;
  unsigned calls;    /* of the callbacks, refused ones included */
  unsigned pause_at; /* the nth call pauses; 0: none does */
  bool stutters;     /* every other call does */
  bool is_paused;
  char text[8192];
};

static inline size_t view_take(struct view *view, enum view_part part,
                               const char *data, size_t length)
{
  static const char *const mark[] = {"", "<head>", "<body>"};

  view->calls++;
  if(view->calls == view->pause_at || (view->stutters && view->calls % 2)) {
    view->is_paused = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  if(view->last != part)
    answer_append(view->text, sizeof(view->text), mark[part],
                  strlen(mark[part]));
  view->last = part;
  answer_append(view->text, sizeof(view->text), data, length);
  return length;
}

static inline size_t view_take_head(char *data, size_t size, size_t count,
                                    void *user)
{
  return view_take(user, VIEW_HEAD, data, size * count);
}

static inline size_t view_take_body(char *data, size_t size, size_t count,
                                    void *user)
{
  return view_take(user, VIEW_BODY, data, size * count);
}

/* A CURLOPT_XFERINFOFUNCTION: goes on after a pause. */
static inline int view_resume(void *user, curl_off_t total, curl_off_t now,
                              curl_off_t up_total, curl_off_t up)
{
  struct view *view = user;

  (void)total;
  (void)now;
  (void)up_total;
  (void)up;
  if(view->is_paused) {
    view->is_paused = false;
    return (int)curl_easy_pause(view->curl, CURLPAUSE_CONT);
  }
  return 0;
}

/* Has |curl| show all to |view|. */
static inline void view_attach(const struct api *api, CURL *curl,
                               struct view *view)
{
  *view = (struct view){
    .curl = curl,
    .pause_at = view->pause_at,
    .stutters = view->stutters,
  };
  api->setopt(curl, CURLOPT_HEADERFUNCTION, view_take_head);
  api->setopt(curl, CURLOPT_HEADERDATA, view);
  api->setopt(curl, CURLOPT_WRITEFUNCTION, view_take_body);
  api->setopt(curl, CURLOPT_WRITEDATA, view);
  api->setopt(curl, CURLOPT_XFERINFOFUNCTION, view_resume);
  api->setopt(curl, CURLOPT_XFERINFODATA, view);
  api->setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

static inline void view_perform(const struct api *api, CURL *curl,
                                const char *url, struct view *view)
{
  api->setopt(curl, CURLOPT_URL, url);
  view->result = api->perform(curl);
  api->getinfo(curl, CURLINFO_RESPONSE_CODE, &view->status);
}

static inline void assert_same_view(const struct view *given,
                                    const struct view *expected)
{
  assert_string_equal(given->text, expected->text);
  assert_int_equal(given->result, expected->result);
  assert_int_equal(given->status, expected->status);
}

#endif
