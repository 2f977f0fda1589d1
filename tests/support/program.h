/* program.h - a program with a transfer in a multi handle, by libcurl's functions
   or by curlew's. */
#ifndef CW_TEST_PROGRAM_H
#define CW_TEST_PROGRAM_H

#include <stdio.h>

#include "api.h"

/* What a program sees of its transfers. */
struct program {
  const struct api *api;
  struct wire *wire;
  CURL *curl;
  struct view view;
  unsigned prereqs;
  bool is_watched; /* the progress callback was called */
  FILE *errors;    /* CURLOPT_STDERR */
  char *key;
};

static inline CURLMcode add(const struct program *program, CURLM *multi)
{
  return program->api == &api_curlew
           ? curlew_multi_add_handle(multi, program->curl)
           : curl_multi_add_handle(multi, program->curl);
}

/* One transfer in a multi handle. */
static inline CURLcode transfer(struct program *program)
{
  CURLM *multi = curl_multi_init();
  CURLcode result = CURLE_FAILED_INIT;
  int running = 1;
  int left = 0;

  assert_non_null(multi);
  assert_int_equal(add(program, multi), CURLM_OK);
  while(running) {
    assert_int_equal(curl_multi_perform(multi, &running), CURLM_OK);
    if(running)
      assert_int_equal(curl_multi_poll(multi, NULL, 0, 1000, NULL), CURLM_OK);
  }
  const CURLMsg *message = curl_multi_info_read(multi, &left);
  assert_non_null(message);
  assert_ptr_equal(message->easy_handle, program->curl);
  result = message->data.result;
  assert_int_equal(curl_multi_remove_handle(multi, program->curl), CURLM_OK);
  assert_int_equal(curl_multi_cleanup(multi), CURLM_OK);
  return result;
}

static inline int take_prereq(void *user, char *remote_ip, char *local_ip,
                              int remote_port, int local_port)
{
  struct program *program = user;

  (void)remote_ip, (void)local_ip, (void)remote_port, (void)local_port;
  program->prereqs++;
  return CURL_PREREQFUNC_OK;
}

static inline int take_progress(void *user, curl_off_t total, curl_off_t now,
                                curl_off_t up_total, curl_off_t up)
{
  struct program *program = user;

  (void)total, (void)now, (void)up_total, (void)up;
  program->is_watched = true;
  return 0;
}

#define set(program, option, value)                                           \
  assert_int_equal((program)->api->setopt((program)->curl, option, value),    \
                   CURLE_OK)

#endif
