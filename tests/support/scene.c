#define CURL_DISABLE_TYPECHECK
#include "drive.h"
#include "scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "handle.h"
#include "policies.h"
#include "store.h"

static void add(struct scene_text *text, const char *data, size_t length)
{
  text->data = store_add(text->data, text->length, data, length);
  text->length += length;
}

static void empty(struct scene_text *text)
{
  text->length = 0;
  text->calls = 0;
  add(text, "", 0);
}

/* ---- callbacks ---- */

static size_t take(struct scene *scene, struct scene_text *text,
                   const char *data, size_t length)
{
  const bool is_head = text == &scene->heads;
  const unsigned at = ++text->calls;

  if(at == (is_head ? scene->pause_head_at : scene->pause_body_at) ||
     (scene->pause_every && !(at % scene->pause_every)))
    return CURL_WRITEFUNC_PAUSE;
  if(at == (is_head ? scene->abort_head_at : scene->abort_body_at))
    return length + 1;
  add(text, data, length);
  return length;
}

static size_t take_head(char *data, size_t size, size_t count, void *user)
{
  struct scene *scene = user;
  return take(scene, &scene->heads, data, size * count);
}

static size_t take_body(char *data, size_t size, size_t count, void *user)
{
  struct scene *scene = user;
  return take(scene, &scene->body, data, size * count);
}

static int take_progress(void *user, curl_off_t download_total,
                         curl_off_t download, curl_off_t upload_total,
                         curl_off_t upload)
{
  struct scene *scene = user;
  char text[32];

  (void)download_total, (void)download, (void)upload_total, (void)upload;
  snprintf(text, sizeof(text), "%" PRIu64 " ", stage_time(&scene->stage));
  add(&scene->progress, text, strlen(text));
  return ++scene->progress.calls == scene->abort_progress_at;
}

static void take_event(const struct curlew_event *event, void *user)
{
  struct scene *scene = user;
  struct curlew_event told = *event;
  char line[1024];

  if(!scene->first_operation)
    scene->first_operation = event->operation;
  told.operation -= scene->first_operation - 1;
  assert_true(curlew_event_json(&told, line, sizeof(line)) < sizeof(line));
  add(&scene->trace, line, strlen(line));
  add(&scene->trace, "\n", 1);
}

static size_t give_body(char *data, size_t size, size_t count, void *user)
{
  struct scene *scene = user;
  const size_t left = strlen(scene->upload) - scene->uploaded;
  const size_t length = left < size * count ? left : size * count;

  memcpy(data, scene->upload + scene->uploaded, length);
  scene->uploaded += length;
  return length;
}

static int rewind_body(void *user, curl_off_t offset, int origin)
{
  struct scene *scene = user;

  assert_int_equal(origin, SEEK_SET);
  scene->uploaded = (size_t)offset;
  scene->rewinds++;
  return CURL_SEEKFUNC_OK;
}

/* ---- a scene ---- */

static CURLcode set(struct scene *scene, CURLcode before, CURLoption option,
                    void *value)
{
  return before ? before : curlew_easy_setopt(scene->curl, option, value);
}

static CURLcode set_function(struct scene *scene, CURLcode before,
                             CURLoption option, option_function *function)
{
  return before ? before : curlew_easy_setopt(scene->curl, option, function);
}

CURLcode scene_try_callbacks(struct scene *scene)
{
  static char url[] = SCENE_URL;
  CURLcode result = set(scene, CURLE_OK, CURLOPT_URL, url);

  result = set_function(scene, result, CURLOPT_WRITEFUNCTION,
                        (option_function *)take_body);
  result = set(scene, result, CURLOPT_WRITEDATA, scene);
  result = set_function(scene, result, CURLOPT_HEADERFUNCTION,
                        (option_function *)take_head);
  result = set(scene, result, CURLOPT_HEADERDATA, scene);
  return set(scene, result, CURLOPT_ERRORBUFFER, scene->error);
}

CURLcode scene_try_upload(struct scene *scene, const char *body,
                          curl_off_t size)
{
  scene->upload = body;
  scene->uploaded = 0;
  CURLcode result = curlew_easy_setopt(scene->curl, CURLOPT_UPLOAD, 1L);
  result = set_function(scene, result, CURLOPT_READFUNCTION,
                        (option_function *)give_body);
  result = set(scene, result, CURLOPT_READDATA, scene);
  return result
           ? result
           : curlew_easy_setopt(scene->curl, CURLOPT_INFILESIZE_LARGE, size);
}

static void make_handle(struct scene *scene)
{
  scene->curl = script_libcurl.easy_init();
  assert_non_null(cw_handle_new(scene->curl, &script_libcurl,
                                &scene->stage.world, scene->standard));
}

static struct scene *make_scene(const struct cw_standard *standard,
                                struct curlew_policy *policy)
{
  struct scene *scene = store_new(sizeof(*scene));

  stage_init(&scene->stage);
  script_init(&scene->script, &scene->stage);
  empty(&scene->heads);
  empty(&scene->body);
  empty(&scene->progress);
  empty(&scene->trace);
  scene->standard = standard;
  make_handle(scene);
  scene_set_policy(scene, policy);
  assert_int_equal(scene_try_callbacks(scene), CURLE_OK);
  return scene;
}

struct scene *scene_new_by(const struct cw_standard *standard,
                           const char *settings)
{
  struct curlew_policy *policy =
    policy_with(curlew_policy_builtin("default"), "backoff.jitter=none");

  return make_scene(standard,
                    settings ? policy_with(policy, settings) : policy);
}

struct scene *scene_new(const char *settings)
{
  return scene_new_by(&cw_standard_library, settings);
}

struct scene *scene_new_under(struct curlew_policy *policy)
{
  return make_scene(&cw_standard_library, policy);
}

void scene_renew(struct scene *scene)
{
  curlew_easy_cleanup(scene->curl);
  make_handle(scene);
  assert_int_equal(curlew_easy_set_policy(scene->curl, scene->policy),
                   CURLE_OK);
  assert_int_equal(scene_try_callbacks(scene), CURLE_OK);
}

void scene_free(struct scene *scene)
{
  dice_assert_spent(&scene->stage.dice);
  curlew_easy_cleanup(scene->curl);
  assert_int_equal(scene->script.handles, 0);
  assert_int_equal(scene->script.multis, 0);
  script_clear(&scene->script);
  curl_slist_free_all(scene->fields);
  free(scene->heads.data);
  free(scene->body.data);
  free(scene->progress.data);
  free(scene->trace.data);
  free(scene->told);
  curlew_policy_unref(scene->policy);
  free(scene);
}

void scene_set_policy(struct scene *scene, struct curlew_policy *policy)
{
  assert_int_equal(curlew_easy_set_policy(scene->curl, policy), CURLE_OK);
  curlew_policy_unref(scene->policy);
  scene->policy = policy;
}

void scene_mark(struct scene *scene)
{
  stage_mark(&scene->stage);
  script_mark(&scene->script);
  empty(&scene->heads);
  empty(&scene->body);
  empty(&scene->progress);
  empty(&scene->trace);
}

void scene_play(struct scene *scene, const char *moves)
{
  script_add(&scene->script, moves);
}

CURLcode scene_perform(struct scene *scene)
{
  const CURLcode result = drive(scene->curl);

  assert_int_equal(scene->script.played, scene->script.exchanges);
  return result;
}

void scene_watch(struct scene *scene)
{
  scene_set(scene, CURLOPT_NOPROGRESS, 0L);
  scene_set(scene, CURLOPT_XFERINFOFUNCTION, take_progress);
  scene_set(scene, CURLOPT_XFERINFODATA, scene);
}

void scene_trace(struct scene *scene)
{
  assert_int_equal(curlew_easy_set_trace(scene->curl, take_event, scene),
                   CURLE_OK);
}

void scene_post(struct scene *scene, const char *body)
{
  scene_set(scene, CURLOPT_COPYPOSTFIELDS, body);
}

void scene_upload(struct scene *scene, const char *body, curl_off_t size)
{
  assert_int_equal(scene_try_upload(scene, body, size), CURLE_OK);
}

void scene_rewinds(struct scene *scene)
{
  scene_set(scene, CURLOPT_SEEKFUNCTION, rewind_body);
  scene_set(scene, CURLOPT_SEEKDATA, scene);
}

void scene_field(struct scene *scene, const char *line)
{
  struct curl_slist *longer = curl_slist_append(scene->fields, line);

  assert_non_null(longer);
  scene->fields = longer;
  scene_set(scene, CURLOPT_HTTPHEADER, longer);
}

const char *scene_outcome(struct scene *scene)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(scene->curl);
  size_t size = 0;

  assert_non_null(outcome);
  free(scene->told);
  FILE *out = open_memstream(&scene->told, &size);
  assert_non_null(out);
  fprintf(out, "%s %d %u/%u %" PRIu64, curlew_reason_name(outcome->reason),
          (int)outcome->result, outcome->attempts, outcome->redirects,
          outcome->waited_ms);
  for(size_t i = 0; i < outcome->count; i++) {
    const struct curlew_attempt *row = &outcome->attempt[i];
    fprintf(out, "\n+%" PRIu64 " %s %s %u %d %s", row->wait_ms, row->method,
            row->url, row->status, (int)row->result,
            curlew_reason_name(row->reason));
  }
  fclose(out);
  return scene->told;
}
