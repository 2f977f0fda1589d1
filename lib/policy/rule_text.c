#include "rule_text.h"

#include <stdio.h>

#include "word.h"

#define ACTION(name) (1u << CW_ACTION_##name)
#define SCOPE(name)  (1u << CW_SCOPE_##name)
#define ANY_STATUS   (SCOPE(STATUS) | SCOPE(REDIRECT))
#define ANYWHERE     (ANY_STATUS | SCOPE(ERROR))

/* The members of a rule that modifiers write. */
enum field {
  FIELD_METHOD,
  FIELD_REMEMBER,
  FIELD_ANY_METHOD,
  FIELD_CONDITION,
  FIELD_ONCE,
  FIELD_CONNECTION,
  FIELD_REPAIR
};

struct modifier {
  const char *text;
  enum cw_action action; /* the one it fits */
  unsigned scopes;       /* where it makes sense */
  enum field field;
  uint8_t value;
};

/* In the order in which they are written. */
/* clang-format off */
static const struct modifier modifiers[] = {
  {"method=keep", CW_ACTION_FOLLOW, SCOPE(REDIRECT),
   FIELD_METHOD, CW_NEXT_KEEP},
  {"method=get", CW_ACTION_FOLLOW, SCOPE(REDIRECT),
   FIELD_METHOD, CW_NEXT_GET},
  {"method=post-to-get", CW_ACTION_FOLLOW, SCOPE(REDIRECT),
   FIELD_METHOD, CW_NEXT_POST_TO_GET},
  {"remember", CW_ACTION_FOLLOW, SCOPE(REDIRECT),
   FIELD_REMEMBER, 1},
  {"any-method", CW_ACTION_RETRY, ANYWHERE,
   FIELD_ANY_METHOD, CW_ANY_METHOD_YES},
  {"any-method=retry-after", CW_ACTION_RETRY, ANY_STATUS,
   FIELD_ANY_METHOD, CW_ANY_METHOD_RETRY_AFTER},
  {"if=retry-after", CW_ACTION_RETRY, ANY_STATUS,
   FIELD_CONDITION, CW_IF_RETRY_AFTER},
  {"if=expected", CW_ACTION_RETRY, ANY_STATUS,
   FIELD_CONDITION, CW_IF_EXPECTED},
  {"once", CW_ACTION_RETRY, ANYWHERE,
   FIELD_ONCE, 1},
  {"fresh-connection", CW_ACTION_RETRY, ANYWHERE,
   FIELD_CONNECTION, CW_CONNECTION_FRESH},
  {"with=content-length", CW_ACTION_RETRY, ANY_STATUS,
   FIELD_REPAIR, CW_REPAIR_CONTENT_LENGTH},
  {"with=no-expect", CW_ACTION_RETRY, ANY_STATUS,
   FIELD_REPAIR, CW_REPAIR_NO_EXPECT},
  {"with=credentials", CW_ACTION_RETRY, ANY_STATUS,
   FIELD_REPAIR, CW_REPAIR_CREDENTIALS},
};
#define MODIFIERS (sizeof(modifiers) / sizeof(modifiers[0]))
/* clang-format on */

static const char *const actions[] = {"pass", "fail", "follow", "retry"};
#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

static unsigned actions_of(enum cw_rule_scope scope)
{
  switch(scope) {
  case CW_SCOPE_STATUS:
  case CW_SCOPE_ERROR:
    return ACTION(PASS) | ACTION(FAIL) | ACTION(RETRY);
  case CW_SCOPE_REDIRECT:
    return ACTION(PASS) | ACTION(FAIL) | ACTION(FOLLOW) | ACTION(RETRY);
  case CW_SCOPE_INTERIM:
    return ACTION(PASS);
  case CW_SCOPE_CERTIFICATE:
  default:
    return ACTION(PASS) | ACTION(FAIL);
  }
}

static uint8_t *field_of(struct cw_rule *rule, enum field field)
{
  switch(field) {
  case FIELD_METHOD:
    return &rule->next_method;
  case FIELD_REMEMBER:
    return &rule->remember;
  case FIELD_ANY_METHOD:
    return &rule->any_method;
  case FIELD_CONDITION:
    return &rule->condition;
  case FIELD_ONCE:
    return &rule->once;
  case FIELD_CONNECTION:
    return &rule->connection;
  case FIELD_REPAIR:
  default:
    return &rule->repair;
  }
}

#define ALLOWED 256

struct list {
  char text[ALLOWED];
  size_t length;
};

static void append(struct list *list, const char *text)
{
  const size_t room = sizeof(list->text) - list->length;
  const int wanted = snprintf(list->text + list->length, room, "%s%s",
                              list->length ? ", " : "", text);
  if(wanted > 0 && (size_t)wanted < room)
    list->length += (size_t)wanted;
}

/* Why the scope takes fewer actions than others. */
static const char *narrower(enum cw_rule_scope scope)
{
  switch(scope) {
  case CW_SCOPE_STATUS:
    return " here: only 3xx can be followed";
  case CW_SCOPE_INTERIM:
    return " here: 1xx can only be passed";
  case CW_SCOPE_ERROR:
    return " here: an error cannot be followed";
  case CW_SCOPE_CERTIFICATE:
    return " here: no repetition makes a certificate valid";
  case CW_SCOPE_REDIRECT:
    break;
  }
  return "";
}

static CURLcode read_action(struct cw_span word, enum cw_rule_scope scope,
                            struct cw_rule *rule, const struct cw_spot *spot)
{
  struct list allowed = {0};
  bool is_known = false;

  for(unsigned i = 0; i < ACTIONS; i++) {
    const bool is_it = cw_word_is(word, actions[i]);
    is_known |= is_it;
    if(!(actions_of(scope) & 1u << i))
      continue;
    if(is_it) {
      rule->action = (uint8_t)i;
      return CURLE_OK;
    }
    append(&allowed, actions[i]);
  }

  char found[CW_WORD_TEXT];
  cw_word_copy(word, found);
  return cw_mistake(spot, found, allowed.text,
                    is_known ? "no action \"%s\"%s"
                             : "unknown action \"%s\"%s",
                    found, is_known ? narrower(scope) : "");
}

static CURLcode read_modifier(struct cw_span word, enum cw_rule_scope scope,
                              unsigned *seen, struct cw_rule *rule,
                              const struct cw_spot *spot)
{
  struct list allowed = {0};
  char found[CW_WORD_TEXT];
  cw_word_copy(word, found);

  for(size_t i = 0; i < MODIFIERS; i++) {
    const struct modifier *modifier = &modifiers[i];
    if(modifier->action != rule->action || !(modifier->scopes & 1u << scope))
      continue;
    append(&allowed, modifier->text);
    if(!cw_word_is(word, modifier->text))
      continue;
    if(*seen & 1u << modifier->field)
      return cw_mistake(spot, found, "",
                        "\"%s\" says again what was said before it", found);
    *seen |= 1u << modifier->field;
    *field_of(rule, modifier->field) = modifier->value;
    return CURLE_OK;
  }

  if(!allowed.length)
    return cw_mistake(spot, found, "",
                      "\"%s\" after \"%s\", which takes no modifiers", found,
                      actions[rule->action]);
  return cw_mistake(spot, found, allowed.text,
                    "unknown modifier \"%s\" of \"%s\"", found,
                    actions[rule->action]);
}

CURLcode cw_rule_read(const char *text, enum cw_rule_scope scope,
                      struct cw_rule *rule, const struct cw_spot *spot)
{
  struct cw_rule read = {0};
  unsigned seen = 0;
  const char *word = text;

  for(;;) {
    const size_t length = strcspn(word, ",");
    const struct cw_span span =
      cw_span_trim((struct cw_span){.text = word, .length = length});
    const CURLcode result = word == text
                              ? read_action(span, scope, &read, spot)
                              : read_modifier(span, scope, &seen, &read, spot);
    if(result)
      return result;
    if(!word[length])
      break;
    word += length + 1;
  }
  *rule = read;
  return CURLE_OK;
}

void cw_rule_write(const struct cw_rule *rule, char text[CW_RULE_TEXT])
{
  struct cw_rule copy = *rule;
  struct list list = {0};

  append(&list, actions[rule->action]);
  for(size_t i = 0; i < MODIFIERS; i++) {
    const struct modifier *modifier = &modifiers[i];
    if(modifier->action == rule->action &&
       *field_of(&copy, modifier->field) == modifier->value)
      append(&list, modifier->text);
  }
  memcpy(text, list.text, CW_RULE_TEXT);
  text[CW_RULE_TEXT - 1] = '\0';
}
