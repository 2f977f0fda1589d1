/*
 * scene.h - a handle of curlew's between a script and a stage, and what an
 * application on it sees.
 */
#ifndef SCENE_H
#define SCENE_H

#include <curlew/curlew.h>

#include "script.h"
#include "stage.h"
#include "standard.h"

#define SCENE_URL "http://a/"

/* A text that grows, with how often it was added to. */
struct scene_text {
  char *data; /* never NULL */
  size_t length;
  unsigned calls;
};

struct scene {
  struct stage stage;
  struct script script;
  CURL *curl;
  const struct cw_standard *standard; /* of the handle */

  /* what the application saw since the mark */
  struct scene_text heads;
  struct scene_text body;
  struct scene_text progress; /* when it was asked: "0 100 " */
  struct scene_text trace;    /* JSON lines */
  uint64_t first_operation;   /* told as number 1; 0: none yet */
  char error[CURL_ERROR_SIZE];

  /* the nth call of a callback pauses or aborts; 0: none */
  unsigned pause_head_at;
  unsigned pause_body_at;
  unsigned abort_head_at;
  unsigned abort_body_at;
  unsigned abort_progress_at;
  unsigned pause_every; /* every nth call of both; 0: none */

  /* a request body, for scene_upload() */
  const char *upload;
  size_t uploaded;
  unsigned rewinds;

  struct curl_slist *fields; /* see scene_field() */
  struct curlew_policy *policy;

  char *told;
};

/* A handle for SCENE_URL, with callbacks for heads and bodies, under the
   built-in default without jitter, with |settings| over it (NULL: none). */
struct scene *scene_new(const char *settings);
void scene_free(struct scene *scene);

/* The same for a handle that begins with |standard|, but for its policy. */
struct scene *scene_new_by(const struct cw_standard *standard,
                           const char *settings);

/* The same for one under |policy|, which is taken. */
struct scene *scene_new_under(struct curlew_policy *policy);

/* Another handle, in the place of the one before. */
void scene_renew(struct scene *scene);

/* Another policy; |policy| is taken. */
void scene_set_policy(struct scene *scene, struct curlew_policy *policy);

/* Begins to note anew, the time too. */
void scene_mark(struct scene *scene);

/* Adds exchanges to the script, see script.h. */
void scene_play(struct scene *scene, const char *moves);

/* The callbacks and the URL, on a handle that is there, and the callbacks of
   an upload; what they return may be CURLE_OUT_OF_MEMORY. */
CURLcode scene_try_callbacks(struct scene *scene);
CURLcode scene_try_upload(struct scene *scene, const char *body,
                          curl_off_t size);

/* Performs, and sees to it that all exchanges were played. */
CURLcode scene_perform(struct scene *scene);

/* Wants to be asked for progress, and to trace. */
void scene_watch(struct scene *scene);
void scene_trace(struct scene *scene);

/* Makes the request one with a body: from memory, or from a read callback of
   |size| bytes (-1: it does not say), which can be rewound or not. */
void scene_post(struct scene *scene, const char *body);
void scene_upload(struct scene *scene, const char *body, curl_off_t size);
void scene_rewinds(struct scene *scene);

/* Adds a line to CURLOPT_HTTPHEADER. */
void scene_field(struct scene *scene, const char *line);

/* The outcome as a text: "reason result attempts/redirects waited", then a
   line for each row: "+wait METHOD URL status result reason". */
const char *scene_outcome(struct scene *scene);

#define scene_set(scene, option, value)                                       \
  assert_int_equal(curlew_easy_setopt((scene)->curl, option, value), CURLE_OK)

#define assert_requests(scene, expected)                                      \
  assert_string_equal(script_requests(&(scene)->script), expected)
#define assert_sleeps(scene, expected)                                        \
  assert_string_equal(stage_sleeps(&(scene)->stage), expected)
#define assert_outcome(scene, expected)                                       \
  assert_string_equal(scene_outcome(scene), expected)

#endif
