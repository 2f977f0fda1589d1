#include "selector.h"

#include <stdio.h>

#include "number.h"
#include "rule_text.h"
#include "word.h"

#define SHAPES                                                                \
  "a code from 100 to 999 (503), several (500 502 504), a range (520-527) "   \
  "or a class from 1xx to 5xx"

static const char *const errors[CW_ERROR_COUNT] = {
  [CW_ERROR_RESOLVE] = "resolve",
  [CW_ERROR_CONNECT] = "connect",
  [CW_ERROR_TLS] = "tls",
  [CW_ERROR_CERTIFICATE] = "certificate",
  [CW_ERROR_TIMEOUT] = "timeout",
  [CW_ERROR_SEND] = "send",
  [CW_ERROR_RECEIVE] = "receive",
  [CW_ERROR_EMPTY_REPLY] = "empty-reply",
  [CW_ERROR_REFUSED_STREAM] = "refused-stream",
};

const char *cw_selector_error_name(enum cw_error error)
{
  return errors[error];
}

static bool read_code(struct cw_span text, unsigned *code)
{
  uint64_t number = 0;
  if(text.length != 3 || !cw_number_read(text, &number) ||
     number < CW_STATUS_MIN)
    return false;
  *code = (unsigned)number;
  return true;
}

/* Reads "520-527" or "4xx". */
static bool read_span(const char *key, struct cw_selector *selector)
{
  const size_t length = strlen(key);
  const struct cw_span low = {.text = key, .length = 3};

  if(length == 3 && key[0] >= '1' && key[0] <= '5' && !strcmp(key + 1, "xx")) {
    selector->level = CW_LEVEL_CLASS;
    selector->low = (unsigned)(key[0] - '0') * 100;
    selector->high = selector->low + 99;
    return true;
  }
  selector->level = CW_LEVEL_RANGE;
  return length == 7 && key[3] == '-' && read_code(low, &selector->low) &&
         read_code(cw_span_of(key + 4), &selector->high);
}

static CURLcode select_one(struct cw_patch *patch,
                           struct cw_selector *selector, const char *value,
                           const struct cw_spot *spot)
{
  enum cw_rule_scope scope = CW_SCOPE_STATUS;
  if(selector->low < 200)
    scope = CW_SCOPE_INTERIM;
  else if(selector->low >= 300 && selector->high <= 399)
    scope = CW_SCOPE_REDIRECT;

  const CURLcode result = cw_rule_read(value, scope, &selector->rule, spot);
  return result ? result : cw_patch_select(patch, selector, spot);
}

static CURLcode select_codes(struct cw_patch *patch, const char *key,
                             const char *value, const struct cw_spot *spot)
{
  struct cw_span word;
  const char *rest = key;

  if(!key[0])
    return cw_mistake(spot, key, SHAPES, "no status before the \"=\"");
  while(cw_word_next(&rest, &word)) {
    struct cw_selector selector = {.level = CW_LEVEL_CODE, .line = spot->line};
    if(!read_code(word, &selector.low))
      return cw_mistake(spot, key, SHAPES, "no status \"%s\"", key);
    selector.high = selector.low;
    const CURLcode result = select_one(patch, &selector, value, spot);
    if(result)
      return result;
  }
  return CURLE_OK;
}

CURLcode cw_selector_status(struct cw_patch *patch, const char *key,
                            const char *value, const struct cw_spot *spot)
{
  struct cw_selector selector = {.line = spot->line};
  if(!read_span(key, &selector))
    return select_codes(patch, key, value, spot);

  if(selector.low >= selector.high)
    return cw_mistake(spot, key, "a lower code, then a higher one",
                      "the range %s is the wrong way round", key);
  return select_one(patch, &selector, value, spot);
}

static CURLcode unknown_error(struct cw_span word, const struct cw_spot *spot)
{
  char found[CW_WORD_TEXT];
  char allowed[256] = "";
  size_t length = 0;

  for(unsigned i = 0; i < CW_ERROR_OTHER && length < sizeof(allowed); i++)
    length += (size_t)snprintf(allowed + length, sizeof(allowed) - length,
                               "%s%s", i ? ", " : "", errors[i]);
  cw_word_copy(word, found);
  return cw_mistake(spot, found, allowed, "unknown error \"%s\" in [error]",
                    found);
}

static CURLcode select_error(struct cw_patch *patch, struct cw_span word,
                             const char *value, const struct cw_spot *spot)
{
  unsigned i = 0;
  while(i < CW_ERROR_OTHER && !cw_word_is(word, errors[i]))
    i++;
  if(i == CW_ERROR_OTHER)
    return unknown_error(word, spot);
  if(patch->error_line[i])
    return cw_mistake(spot, errors[i], "",
                      "%s is given twice, first in line %u", errors[i],
                      patch->error_line[i]);

  const enum cw_rule_scope scope =
    i == CW_ERROR_CERTIFICATE ? CW_SCOPE_CERTIFICATE : CW_SCOPE_ERROR;
  const CURLcode result = cw_rule_read(value, scope, &patch->error[i], spot);
  if(!result)
    patch->error_line[i] = spot->line;
  return result;
}

CURLcode cw_selector_error(struct cw_patch *patch, const char *key,
                           const char *value, const struct cw_spot *spot)
{
  struct cw_span word;
  const char *rest = key;

  if(!key[0])
    return unknown_error(cw_span_of(key), spot);
  while(cw_word_next(&rest, &word)) {
    const CURLcode result = select_error(patch, word, value, spot);
    if(result)
      return result;
  }
  return CURLE_OK;
}
