/*
 * play.h - an operation, played against the engine without a driver.
 *
 * The clock stands still but where a wait passes, or a test moves it. Targets
 * are what Location says, word for word: "" is none, "bad:" no URL, "other:"
 * another scheme, "down:..." a downgrade.
 */
#ifndef PLAY_H
#define PLAY_H

#include "policies.h"

#include "dice.h"
#include "engine.h"

#define PLAY_START_MS 1000000u

struct play {
  struct curlew_policy *policy;
  const struct cw_rules *rules;
  struct dice dice;
  struct cw_rng rng;
  struct cw_engine engine;
  struct cw_request request;
  struct cw_instant now;
  const char *url;
  char target[128];   /* of the head at hand */
  char followed[128]; /* |url| after a hop */
};

/* The policy stands alone, without extends: what it does not say is passed. */
static inline void play_begin_until(struct play *play, const char *policy,
                                    struct dice dice, uint64_t timeout_ms)
{
  *play = (struct play){
    .policy = policy_of(policy),
    .dice = dice,
    .request = {.method = "GET", .max_redirects = UINT32_MAX},
    .now = {.mono_ms = PLAY_START_MS, .wall_s = 1800000000},
    .url = "http://a/",
  };
  play->rules = everywhere(play->policy);
  play->rng = (struct cw_rng){.next = dice_throw, .user = &play->dice};
  cw_engine_begin(&play->engine, play->rules, &play->rng, timeout_ms,
                  play->now);
}

static inline void play_begin(struct play *play, const char *policy)
{
  const struct dice none = {.throws = NULL, .left = 0};
  play_begin_until(play, policy, none, CW_FOREVER);
}

static inline void play_end(struct play *play)
{
  dice_assert_spent(&play->dice);
  curlew_policy_unref(play->policy);
}

static inline struct cw_target play_target(const struct cw_head *head,
                                           char text[128])
{
  struct cw_target target = {.kind = CW_TARGET_FINE, .url = text};

  snprintf(text, 128, "%.*s", (int)head->location.length,
           head->location.text ? head->location.text : "");
  if(!*text)
    target.kind = CW_TARGET_NONE;
  else if(!strncmp(text, "bad:", 4))
    target.kind = CW_TARGET_BAD;
  else if(!strncmp(text, "other:", 6))
    target.kind = CW_TARGET_SCHEME;
  else if(!strncmp(text, "down:", 5))
    target.kind = CW_TARGET_DOWNGRADE;
  return target;
}

/* An attempt begins. */
static inline void play_attempt(struct play *play)
{
  cw_engine_attempt(&play->engine, play->rules, play->url);
}

/* A head comes in: the engine's answer, or NULL if it does not care. */
static inline const struct cw_step *play_head(struct play *play,
                                              const char *text)
{
  struct cw_head head;

  cw_head_read(&head, text, strlen(text));
  const struct cw_target target = play_target(&head, play->target);
  if(!cw_engine_cares(&play->engine, head.status))
    return NULL;
  return cw_engine_head(&play->engine, &play->request, &head, &target,
                        play->now);
}

/* The attempt is over; the next one is due at once. */
static inline struct cw_step play_done(struct play *play,
                                       struct cw_ending ending)
{
  const struct cw_step step =
    cw_engine_done(&play->engine, &play->request, &ending, play->now);

  if(step.verdict == CW_DELIVER)
    return step;
  assert_true(step.start_ms >= play->now.mono_ms);
  play->now.mono_ms = step.start_ms;
  if(step.verdict == CW_FOLLOW) {
    memcpy(play->followed, play->target, sizeof(play->followed));
    play->url = play->followed;
    play->request.method = step.method;
  }
  return step;
}

static inline struct cw_step play_complete(struct play *play)
{
  return play_done(play, (struct cw_ending){.end = CW_END_COMPLETE});
}

/* An attempt that is answered with this head. */
static inline struct cw_step play_answer(struct play *play, const char *head)
{
  play_attempt(play);
  (void)play_head(play, head);
  return play_complete(play);
}

/* An attempt that fails. */
static inline struct cw_step play_error(struct play *play, enum cw_error error)
{
  play_attempt(play);
  return play_done(play,
                   (struct cw_ending){.end = CW_END_ERROR, .error = error});
}

#define assert_step(step, its_verdict, its_reason)                            \
  do {                                                                        \
    const struct cw_step step_ = (step);                                      \
    assert_string_equal(cw_reason_token(step_.reason),                        \
                        cw_reason_token(CURLEW_REASON_##its_reason));         \
    assert_int_equal(step_.verdict, its_verdict);                             \
  } while(0)

#define assert_waits(step, its_reason, ms)                                    \
  do {                                                                        \
    const struct cw_step waits_ = (step);                                     \
    assert_step(waits_, CW_RETRY, its_reason);                                \
    assert_int_equal(waits_.wait_ms, ms);                                     \
  } while(0)

#define ANSWER(status)              "HTTP/1.1 " #status " x\r\n\r\n"
#define ANSWER_WITH(status, fields) "HTTP/1.1 " #status " x\r\n" fields "\r\n"

#endif
