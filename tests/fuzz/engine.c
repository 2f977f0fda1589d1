/* engine.c - fuzzes the engine: an operation under some rules, of which each
   answer and failure, each delay and each change of mind is a choice. What the
   engine says is compared with a ledger of its own. */
#include "fuzz.h"

#include <string.h>

#include "choices.h"
#include "ledger.h"
#include "reply.h"
#include "right.h"
#include "table.h"

#define HOSTS 2

struct play {
  struct choices choices;
  struct table table[HOSTS]; /* the even places are at one host */
  struct cw_rng rng;
  struct cw_engine engine;
  struct cw_request request;
  struct ledger ledger;
  char url[2][32]; /* of the attempt at hand, and of the target */
  /* of the attempt at hand: */
  unsigned status; /* of its last head, 0 before that */
  bool has_hop;    /* a target was noted, to see a loop */
  bool has_step;
  struct cw_step step; /* what that head was answered with */
};

static uint64_t draw(void *user)
{
  return choose_bits(user, 16) * UINT64_C(0x0001000100010001);
}

/* ---- time ---- */

static void pass_time(struct play *play)
{
  struct choices *choices = &play->choices;
  struct cw_instant *now = &play->ledger.now;
  const uint64_t deadline_ms = play->ledger.deadline_ms;
  uint64_t to_ms = now->mono_ms;

  switch(choose(choices, 8)) {
  case 1:
    to_ms = cw_ms_add(to_ms, choose_number(choices));
    break;
  case 2:
    to_ms = deadline_ms;
    break;
  case 3:
    to_ms = deadline_ms - 1;
    break;
  case 4:
    to_ms = CW_FOREVER - choose(choices, 2);
    break;
  case 5:
    now->wall_s = (int64_t)choose_bits(choices, 40);
    break;
  case 6:
    now->wall_s = choose(choices, 2) ? INT64_MIN : INT64_MAX;
    break;
  default:
    break;
  }
  if(to_ms > now->mono_ms)
    now->mono_ms = to_ms;
}

static void left_is_right(const struct play *play)
{
  const uint64_t deadline_ms = play->ledger.deadline_ms;
  const uint64_t left_ms = cw_engine_left_ms(&play->engine, play->ledger.now);

  fuzz_promise(cw_engine_is_bounded(&play->engine) ==
               (deadline_ms != CW_FOREVER));
  if(deadline_ms == CW_FOREVER)
    fuzz_promise(left_ms == CW_FOREVER);
  else if(deadline_ms <= play->ledger.now.mono_ms)
    fuzz_promise(left_ms == 0);
  else
    fuzz_promise(left_ms == deadline_ms - play->ledger.now.mono_ms);
}

/* ---- places ---- */

/* A fragment makes no other place of it. */
static void name_place(struct play *play, char *url, unsigned place)
{
  snprintf(url, sizeof(play->url[0]), "https://h%u.test/%u%s", place % HOSTS,
           place, choose_rarely(&play->choices, 8) ? "#f" : "");
}

static void choose_target(struct play *play, struct cw_target *target)
{
  static const enum cw_target_kind kinds[] = {
    CW_TARGET_FINE, CW_TARGET_FINE,   CW_TARGET_FINE,      CW_TARGET_NONE,
    CW_TARGET_BAD,  CW_TARGET_SCHEME, CW_TARGET_DOWNGRADE,
  };
  struct choices *choices = &play->choices;

  target->kind = kinds[choose(choices, sizeof(kinds) / sizeof(kinds[0]))];
  target->url = NULL;
  if(target->kind != CW_TARGET_FINE && target->kind != CW_TARGET_DOWNGRADE)
    return;
  /* one that is new, or one of a few */
  play->ledger.target_place = choose_rarely(choices, 3)
                                ? choose(choices, 4)
                                : play->ledger.place + 2 + choose(choices, 2);
  name_place(play, play->url[1], play->ledger.target_place);
  target->url = play->url[1];
}

/* ---- an attempt ---- */

static void ask(struct play *play, const struct reply *reply,
                const struct cw_target *target)
{
  struct cw_head head;

  cw_head_read(&head, reply->text, reply->length);
  play->step = *cw_engine_head(&play->engine, &play->request, &head, target,
                               play->ledger.now);
  play->has_step = true;
  answer_is_right(&play->ledger, reply, target, &play->step);
}

static bool sends_body(const struct cw_step *step)
{
  return (step->verdict == CW_RETRY &&
          step->repair != CW_REPAIR_CONTENT_LENGTH) ||
         (step->verdict == CW_FOLLOW && !step->drops_body);
}

static void take_head(struct play *play)
{
  struct choices *choices = &play->choices;
  struct reply reply;
  struct cw_target target;

  play->status = choose_status(choices);
  play->has_step = false;
  const enum cw_action action =
    (enum cw_action)ledger_rule(&play->ledger, play->status)->action;
  const bool cares = cw_engine_cares(&play->engine, play->status);
  fuzz_promise(cares ==
               (play->ledger.is_remembered || action == CW_ACTION_FOLLOW ||
                action == CW_ACTION_RETRY));
  if(!cares)
    return;
  write_reply(choices, &reply, play->status, play->ledger.now);
  choose_target(play, &target);
  play->request.asks_credentials = !choose_rarely(choices, 3);
  ask(play, &reply, &target);
  if(sends_body(&play->step) && choose_rarely(choices, 8)) {
    play->request.body = CW_BODY_SPENT; /* trying to rewind it has failed */
    ask(play, &reply, &target);
    fuzz_promise(!sends_body(&play->step));
  }
  if(choose_rarely(choices, 16)) {
    cw_engine_decline(&play->engine, CURLEW_REASON_HEAD_TOO_LARGE);
    play->step = (struct cw_step){.verdict = CW_DELIVER,
                                  .reason = CURLEW_REASON_HEAD_TOO_LARGE,
                                  .hint = play->step.hint};
  }
}

static struct cw_ending choose_ending(struct play *play)
{
  static const enum cw_end ends[] = {
    CW_END_COMPLETE, CW_END_COMPLETE,  CW_END_ERROR, CW_END_ERROR,
    CW_END_ABORTED,  CW_END_CANCELLED, CW_END_RESEND};
  struct choices *choices = &play->choices;
  const bool is_withheld =
    play->has_step &&
    (play->step.verdict != CW_DELIVER || play->step.result != CW_RESULT_AS_IS);
  struct cw_ending ending = {.end = ends[choose(choices, 7)]};

  /* what goes wrong with a body that is withheld does not count */
  if(ending.end == CW_END_ERROR && is_withheld)
    ending.end = CW_END_COMPLETE;
  if(ending.end != CW_END_ERROR)
    return ending;
  ending.error = (enum cw_error)choose(choices, CW_ERROR_COUNT);
  ending.delivered = play->status && choose_rarely(choices, 3);
  if(!play->status && choose_rarely(choices, 4)) {
    ending.refusal = choose_status(choices);
    ending.error = CW_ERROR_CONNECT;
  }
  if(choose_rarely(choices, 8))
    play->request.body = CW_BODY_SPENT;
  return ending;
}

static struct cw_step end_attempt(struct play *play)
{
  const struct cw_ending ending = choose_ending(play);
  const struct cw_step step =
    cw_engine_done(&play->engine, &play->request, &ending, play->ledger.now);
  const enum curlew_reason reason =
    ending.end == CW_END_ABORTED     ? CURLEW_REASON_ABORTED
    : ending.end == CW_END_CANCELLED ? CURLEW_REASON_CANCELLED
                                     : CURLEW_REASON_SILENT_RESEND;

  if(ending.end == CW_END_COMPLETE)
    completion_is_right(&play->ledger, play->status,
                        play->has_step ? &play->step : NULL, &step);
  else if(ending.end == CW_END_ERROR)
    failure_is_right(&play->ledger, &ending,
                     play->has_step ? &play->step : NULL, &step);
  else
    fuzz_promise(step.verdict == CW_DELIVER && step.reason == reason);
  fuzz_promise(step.verdict == CW_DELIVER ||
               step.start_ms < play->ledger.deadline_ms);
  if(step.verdict == CW_RETRY)
    play->ledger
      .was_repeated[ending.end == CW_END_ERROR ? 1000 + (unsigned)ending.error
                                               : play->status] = true;
  return step;
}

/* ---- an operation ---- */

/* The wait before |step| is cut short: what was not waited for, not sent and
   not followed is not counted. */
static void abandon(struct play *play, const struct cw_step *step)
{
  const struct ledger *ledger = &play->ledger;
  const struct cw_engine *engine = &play->engine;
  uint64_t left_ms = step->start_ms - play->ledger.now.mono_ms;

  left_ms = left_ms ? left_ms - choose_number(&play->choices) % left_ms : 0;
  play->ledger.now.mono_ms = step->start_ms - left_ms;
  cw_engine_abandon(&play->engine, step, play->ledger.now);
  if(left_ms > step->wait_ms)
    left_ms = step->wait_ms;
  fuzz_promise(engine->attempts == ledger->attempts);
  fuzz_promise(engine->waited_ms ==
               ledger->waited_ms + step->wait_ms - left_ms);
  fuzz_promise(engine->redirects ==
               (step->verdict == CW_FORGET ? 0 : ledger->hops));
}

/* Notes that |step| is done, and goes where it leads. */
static void go_on(struct play *play, const struct cw_step *step)
{
  struct ledger *ledger = &play->ledger;

  if(step->verdict == CW_FORGET) /* the original begins anew */
    ledger->seen_count = 0;
  else if(step->verdict != CW_FOLLOW && ledger->has_hop)
    lose_sight(ledger); /* it has seen one that it did not follow */
  ledger->waited_ms += step->wait_ms;
  switch(step->verdict) {
  case CW_RETRY:
    ledger->attempts++;
    break;
  case CW_FOLLOW:
    ledger->hops++;
    ledger->is_remembered = false;
    ledger->place = play->ledger.target_place;
    memcpy(play->url[0], play->url[1], sizeof(play->url[0]));
    play->request.method = step->method;
    if(step->drops_body) {
      play->request.body = CW_BODY_REPEATABLE;
      play->request.is_post = false;
    }
    break;
  case CW_FORGET:
    ledger->hops = 0;
    ledger->is_remembered = false;
    ledger->place = 0;
    name_place(play, play->url[0], 0);
    break;
  case CW_DELIVER:
    break;
  }
  play->ledger.now.mono_ms = step->start_ms;
}

/* What the operation asks for, and whether anybody waits for an answer. */
static void choose_request(struct play *play)
{
  static const char *const methods[] = {"GET",    "POST", "HEAD", "PUT",
                                        "DELETE", "post", "PATCH"};
  struct choices *choices = &play->choices;
  const unsigned traits = choose(choices, 256);

  play->request = (struct cw_request){
    .is_post = (traits & 3) == 3,
    .has_idempotency_key = (traits & 12) == 12,
    .body = (traits & 48) == 48 ? CW_BODY_SPENT : CW_BODY_REPEATABLE,
    .max_redirects = UINT32_MAX,
    .is_expected = traits & 64,
    .sent_expect = traits & 128,
  };
  play->request.method = methods[choose(choices, 7)];
  play->request.follow = (enum cw_wish)choose(choices, 3);
  play->request.keep_post = choose(choices, 8);
  if(choose_rarely(choices, 3))
    play->request.max_redirects = choose(choices, 5);
}

static void begin(struct play *play)
{
  struct choices *choices = &play->choices;
  struct ledger *ledger = &play->ledger;
  const uint64_t timeout_ms =
    choose_rarely(choices, 3) ? choose_number(choices) : CW_FOREVER;

  const struct cw_instant now = {
    .mono_ms = choose_number(choices),
    .wall_s = REPLY_DATE_S + 60,
  };

  *ledger = (struct ledger){
    .rules = &play->table[0].rules,
    .request = &play->request,
    .now = now,
    .start_ms = now.mono_ms,
    .deadline_ms = CW_FOREVER,
    .attempts = 1,
  };
  bound_by(ledger, timeout_ms);
  bound_by(ledger, ledger->rules->limits.deadline_ms);
  cw_engine_begin(&play->engine, ledger->rules, &play->rng, timeout_ms, now);
  if(choose_rarely(choices, 5)) {
    ledger->is_given_up = true;
    cw_engine_gave_up(&play->engine);
  }
  if(choose_rarely(choices, 4)) {
    ledger->is_remembered = true;
    ledger->hops = 1 + choose(choices, 3);
    ledger->place = ledger->hops;
    cw_engine_remembers(&play->engine, ledger->hops);
  }
  name_place(play, play->url[0], ledger->place);
}

static struct cw_step attempt(struct play *play)
{
  struct ledger *ledger = &play->ledger;

  ledger->rules = &play->table[ledger->place % HOSTS].rules;
  bound_by(ledger, ledger->rules->limits.deadline_ms);
  cw_engine_attempt(&play->engine, ledger->rules, play->url[0]);
  left_is_right(play);
  play->status = 0;
  play->has_step = false;
  play->ledger.has_hop = false;
  for(unsigned heads = (choose(&play->choices, 4) + 1) % 4; heads; heads--) {
    pass_time(play);
    take_head(play);
  }
  pass_time(play);
  return end_attempt(play);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct play play = {.choices = {.next = data, .left = size}};
  unsigned attempts = 0;

  play.rng = (struct cw_rng){.next = draw, .user = &play.choices};
  draw_table(&play.choices, &play.table[0]);
  draw_table(&play.choices, &play.table[1]);
  choose_request(&play);
  begin(&play);
  for(;;) {
    const struct cw_step step = attempt(&play);
    if(step.verdict == CW_DELIVER)
      break;
    fuzz_promise(++attempts <= 1000 + 2 * 1000 + 1);
    if(choose_rarely(&play.choices, 16)) {
      abandon(&play, &step);
      break;
    }
    go_on(&play, &step);
    pass_time(&play);
  }
  return 0;
}
