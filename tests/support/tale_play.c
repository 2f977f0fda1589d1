/* tale_play.c - has a tale happen. */
#define CURL_DISABLE_TYPECHECK
#include "drive.h"
#include "tale.h"

#include <inttypes.h>
#include <stdlib.h>

#include "policies.h"
#include "store.h"
#include "tale_seen.h"

/* A performance of a tale. */
struct play {
  const struct tale *tale;
  struct scene *scene;
  struct tale_seen seen;
  uint64_t chance;
  struct curlew_share *share;
  char *transcript;
  char *broken;
};

/* ---- chance ---- */

static uint64_t draw(void *user)
{
  struct play *play = user;

  if(play->tale->chance < 2)
    return play->tale->chance ? UINT64_MAX : 0;
  play->chance += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
  uint64_t mixed = play->chance;
  mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
  return mixed ^ mixed >> 31;
}

/* ---- callbacks ---- */

static void cancel(void *user)
{
  struct play *play = user;
  assert_int_equal(curlew_easy_cancel(play->scene->curl), CURLE_OK);
}

static void take_event(const struct curlew_event *event, void *user)
{
  struct play *play = user;
  struct tale_seen *seen = &play->seen;
  char line[1024];

  (void)curlew_event_json(event, line, sizeof(line));
  if((strstr(line, TALE_SECRET) || strstr(line, TALE_HIDDEN)) && !play->broken)
    play->broken = store_copy("no secret is traced");
  if(seen->events < TALE_EVENTS)
    seen->event[seen->events++] = *event;
}

/* What it gives is for the origin that asked alone. */
static bool give_credentials(CURL *curl,
                             const struct curlew_challenge *challenge,
                             void *user)
{
  struct play *play = user;
  struct tale_url here;
  struct tale_url home;
  char text[128];

  (void)tale_url_read(&here, NULL, challenge->url);
  (void)tale_url_read(&home, NULL, play->seen.operation->url);
  if((strstr(challenge->url, TALE_SECRET) ||
      strstr(challenge->url, TALE_HIDDEN)) &&
     !play->broken)
    play->broken = store_copy("no secret is in a challenge");
  if(play->tale->application.asks != 1)
    return false;
  if(challenge->status != 401) {
    play->seen.gave_credentials = true;
    return !curlew_easy_setopt(curl, CURLOPT_PROXYUSERPWD,
                               "p:" TALE_HIDDEN "-new");
  }
  if(tale_url_is_near(&here, &home))
    play->seen.gave_credentials = true;
  (void)snprintf(text, sizeof(text), "u:for-%s-%s-%s", here.scheme, here.host,
                 here.port);
  return !curlew_easy_setopt(curl, CURLOPT_USERPWD, text);
}

/* ---- the handle ---- */

/* A reference. The last one is kept: it costs more than all the rest. */
static struct curlew_policy *policy_for(const struct tale *tale)
{
  static struct curlew_policy *kept;
  static char text[sizeof(tale->policy.text)];

  if(!kept || strcmp(text, tale->policy.text) != 0) {
    curlew_policy_unref(kept);
    kept = policy_of(tale->policy.text);
    memcpy(text, tale->policy.text, sizeof(text));
  }
  return curlew_policy_ref(kept);
}

static void set_credentials(struct scene *scene, unsigned which)
{
  if(which & TALE_USERPWD)
    scene_set(scene, CURLOPT_USERPWD, "u:" TALE_SECRET "-password");
  if(which & TALE_BEARER)
    scene_set(scene, CURLOPT_XOAUTH2_BEARER, TALE_SECRET "-bearer");
  if(which & TALE_COOKIE)
    scene_set(scene, CURLOPT_COOKIE, "c=" TALE_SECRET);
  if(which & TALE_AUTHORIZATION)
    scene_field(scene, "Authorization: Basic " TALE_SECRET "-basic");
  if(which & TALE_OWN_FIELD) {
    scene_field(scene, "X-Own: " TALE_SECRET "-own");
    scene_field(scene, "Accept: text/x");
    scene_field(scene, "X-None:");
  }
  if(which & TALE_REFERER)
    scene_set(scene, CURLOPT_REFERER, "http://a/?r=" TALE_SECRET);
  if(which & TALE_SIGV4)
    scene_set(scene, CURLOPT_AWS_SIGV4, "aws:" TALE_SECRET);
  if(which & TALE_CERTIFICATE) {
    scene_set(scene, CURLOPT_SSLCERT, TALE_SECRET ".pem");
    scene_set(scene, CURLOPT_KEYPASSWD, TALE_SECRET "-key");
    scene_set(scene, CURLOPT_PROXYUSERPWD, "p:" TALE_HIDDEN);
  }
}

static void set_body(struct scene *scene, const struct tale_application *own)
{
  const bool is_chunked =
    own->body == TALE_STREAM_CHUNKS || own->body == TALE_REWINDS_CHUNKS;
  const curl_off_t size = is_chunked ? -1 : (curl_off_t)strlen(TALE_BODY);

  if(own->body == TALE_MEMORY)
    scene_post(scene, TALE_BODY);
  else if(own->body) {
    scene_upload(scene, TALE_BODY, size);
    if(own->body == TALE_REWINDS || own->body == TALE_REWINDS_CHUNKS)
      scene_rewinds(scene);
    if(strcmp(own->method, "PUT") != 0) {
      scene_set(scene, CURLOPT_POST, 1L);
      scene_set(scene, CURLOPT_POSTFIELDSIZE_LARGE, size);
    }
  }
}

static void set_request(struct scene *scene,
                        const struct tale_application *own)
{
  set_body(scene, own);
  if(!strcmp(own->method, "HEAD"))
    scene_set(scene, CURLOPT_NOBODY, 1L);
  else if(strcmp(own->method, "GET") != 0 &&
          strcmp(own->method, "POST") != 0 && strcmp(own->method, "PUT") != 0)
    scene_set(scene, CURLOPT_CUSTOMREQUEST, own->method);
  if(own->has_key)
    scene_field(scene, "Idempotency-Key: 42");
  if(own->sends_expect)
    scene_field(scene, "Expect: 100-continue");
  if(own->follow >= 0)
    scene_set(scene, CURLOPT_FOLLOWLOCATION, (long)own->follow);
  if(own->post_redirect)
    scene_set(scene, CURLOPT_POSTREDIR, (long)own->post_redirect);
  if(own->max_redirects >= 0)
    scene_set(scene, CURLOPT_MAXREDIRS, own->max_redirects);
  if(own->timeout_ms)
    scene_set(scene, CURLOPT_TIMEOUT_MS, own->timeout_ms);
  if(own->is_unrestricted)
    scene_set(scene, CURLOPT_UNRESTRICTED_AUTH, 1L);
}

static void set_up(struct play *play)
{
  const struct tale_application *own = &play->tale->application;
  struct scene *scene = play->scene;

  scene->stage.world.rng = (struct cw_rng){.next = draw, .user = play};
  scene->stage.notes_nothing = true;
  scene->script.act = cancel;
  scene->script.act_user = play;
  set_request(scene, own);
  set_credentials(scene, own->credentials);
  if(own->expects)
    (void)curlew_easy_set_expect(scene->curl, true);
  if(own->asks)
    (void)curlew_easy_set_credentials(scene->curl, give_credentials, play);
  if(own->watches || own->abort_progress_at)
    scene_watch(scene);
  if(own->shares) {
    play->share = curlew_share_new();
    (void)curlew_easy_set_share(scene->curl, play->share);
  }
  if(play->seen.is_traced)
    (void)curlew_easy_set_trace(scene->curl, take_event, play);
}

static void warm_up(struct play *play, enum drive_way way)
{
  struct scene *scene = play->scene;

  scene_set(scene, CURLOPT_URL, play->tale->operation[0].url);
  scene_play(scene, "200|Content-Length: 0");
  play->seen.operation = &play->tale->operation[0];
  assert_int_equal(drive_by(way, scene->curl), CURLE_OK);
}

/* ---- an operation ---- */

static void begin(struct play *play, const struct tale_operation *operation)
{
  const struct tale_application *own = &play->tale->application;
  struct scene *scene = play->scene;
  struct tale_seen *seen = &play->seen;

  stage_pass(&scene->stage, operation->pause_ms);
  scene_mark(scene);
  scene->uploaded = 0;
  scene->pause_every = own->pause_every;
  scene->pause_head_at = own->pause_head_at;
  scene->abort_head_at = own->abort_head_at;
  scene->abort_body_at = own->abort_body_at;
  scene->abort_progress_at = own->abort_progress_at;
  scene->stage.act = own->cancel_ms ? cancel : NULL;
  scene->stage.act_user = play;
  scene->stage.act_ms = own->cancel_ms;
  scene_set(scene, CURLOPT_URL, operation->url);
  for(size_t i = 0; i < SCRIPT_EXCHANGES; i++)
    scene_play(scene, i < operation->count
                        ? operation->exchange[i].moves
                        : "200|X-Tag: spare|Content-Length: 0");
  seen->operation = operation;
  seen->events = 0;
  seen->gave_credentials = false;
  seen->begin_ms = scene->stage.now_ms;
  free(seen->before);
  seen->before = options_tell(script_options(scene->curl));
}

static void end(struct play *play)
{
  struct scene *scene = play->scene;
  struct tale_seen *seen = &play->seen;

  seen->end_ms = scene->stage.now_ms;
  seen->outcome = curlew_easy_outcome(scene->curl);
  free(seen->after);
  seen->after = options_tell(script_options(scene->curl));
  seen->status = -1;
  (void)curlew_easy_getinfo(scene->curl, CURLINFO_RESPONSE_CODE,
                            &seen->status);
  (void)curlew_easy_getinfo(scene->curl, CURLINFO_REDIRECT_COUNT,
                            &seen->redirects);
  if(!play->broken)
    play->broken = tale_check(seen);
}

/* What is to be the same, whichever way it was driven. Each has its own way to
   end what is withheld. */
static void note(struct play *play, FILE *out)
{
  struct scene *scene = play->scene;

  fprintf(out, "result %d at %" PRIu64 "\n%s\n", (int)play->seen.result,
          stage_time(&scene->stage), scene_outcome(scene));
  for(size_t i = 0; i < scene->script.played; i++) {
    const struct script_request *request = &scene->script.request[i];
    fprintf(out, "%s %s %" PRIu64 "-%" PRIu64 " %s\n%s", request->method,
            request->url, request->begin_ms - scene->stage.mark_ms,
            request->end_ms - scene->stage.mark_ms,
            request->body ? request->body : "", request->fields);
  }
  fprintf(out, "%s%s\n", scene->heads.data, scene->body.data);
}

static void act_it_out(struct play *play, enum drive_way way)
{
  size_t size = 0;
  FILE *out = open_memstream(&play->transcript, &size);

  assert_non_null(out);
  if(play->tale->is_warm)
    warm_up(play, way);
  for(size_t i = 0; i < play->tale->count && !play->broken; i++) {
    begin(play, &play->tale->operation[i]);
    play->seen.result = drive_by(way, play->scene->curl);
    end(play);
    note(play, out);
  }
  fclose(out);
}

static struct play perform(const struct tale *tale, enum drive_way way,
                           bool is_traced)
{
  struct play play = {.tale = tale, .chance = tale->chance};

  play.scene = scene_new_under(policy_for(tale));
  play.seen.tale = tale;
  play.seen.scene = play.scene;
  play.seen.is_traced = is_traced;
  set_up(&play);
  act_it_out(&play, way);
  free(play.seen.before);
  free(play.seen.after);
  scene_free(play.scene);
  curlew_share_unref(play.share);
  return play;
}

/* Progress is asked for more or less often; and a cancel in the middle of an
   exchange is seen sooner in a multi handle. */
static bool is_comparable(const struct tale *tale)
{
  bool is_cancelled = false;

  for(size_t i = 0; i < tale->count; i++)
    for(size_t n = 0; n < tale->operation[i].count; n++)
      is_cancelled |= tale->operation[i].exchange[n].cancels;
  return !tale->application.abort_progress_at && !is_cancelled;
}

char *tale_play(const struct tale *tale)
{
  static const char *const ways[] = {"easy", "poll", "events"};
  struct play plain = perform(tale, DRIVE_EASY, true);

  if(plain.broken || (tale->way == DRIVE_EASY && tale->is_traced)) {
    free(plain.transcript);
    return plain.broken;
  }
  struct play play = perform(tale, tale->way, tale->is_traced);
  if(!play.broken && is_comparable(tale) &&
     strcmp(plain.transcript, play.transcript) != 0)
    play.broken =
      tale_text("the same comes of it in every way; %s%s:\n%splainly:\n%s",
                ways[tale->way], tale->is_traced ? "" : ", not traced",
                play.transcript, plain.transcript);
  free(plain.transcript);
  free(play.transcript);
  return play.broken;
}
