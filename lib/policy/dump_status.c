#include "dump_status.h"

#include "rule_text.h"

#define WIDTH     79
#define RANGE_MIN 3u /* codes in a row that are written as a range */

/* Codes to be written. */
struct codes {
  struct cw_page *page;
  const char *prefix;
  const struct cw_rules *rules;
  bool todo[CW_STATUS_MAX + 2]; /* by code */
};

static const struct cw_rule *rule_of(const struct codes *codes, unsigned code)
{
  return cw_rules_status(codes->rules, code);
}

static bool is_same(const struct cw_rule *a, const struct cw_rule *b)
{
  return !memcmp(a, b, sizeof(*a));
}

/* How many codes in a row from |code| on have its rule, up to |last|. */
static unsigned run_at(const struct codes *codes, unsigned code, unsigned last)
{
  unsigned end = code;
  while(end <= last && codes->todo[end] &&
        is_same(rule_of(codes, end), rule_of(codes, code)))
    end++;
  return end - code;
}

static void write_rule(const struct codes *codes, unsigned code)
{
  char value[CW_RULE_TEXT];
  cw_rule_write(rule_of(codes, code), value);
  cw_page_add(codes->page, " = %s\n", value);
}

static void write_range(struct codes *codes, unsigned code, unsigned count)
{
  /* below 600 a run ends where its class does */
  if(count == 100 && code < 600)
    cw_page_add(codes->page, "%s%uxx", codes->prefix, code / 100);
  else
    cw_page_add(codes->page, "%s%u-%u", codes->prefix, code, code + count - 1);
  write_rule(codes, code);
  memset(&codes->todo[code], 0, count * sizeof(codes->todo[0]));
}

/* Writes |first| and all later codes that have its rule and are in no range,
   as many as a line takes. */
static void write_list(struct codes *codes, unsigned first, unsigned last)
{
  char value[CW_RULE_TEXT];
  cw_rule_write(rule_of(codes, first), value);
  size_t column = strlen(codes->prefix) + strlen("503 = ") + strlen(value);
  unsigned run = 1;

  cw_page_add(codes->page, "%s%u", codes->prefix, first);
  codes->todo[first] = false;
  for(unsigned code = first + 1; code <= last; code += run) {
    run = codes->todo[code] ? run_at(codes, code, last) : 1;
    if(!codes->todo[code] || run >= RANGE_MIN ||
       !is_same(rule_of(codes, code), rule_of(codes, first)))
      continue;
    for(unsigned i = 0; i < run && column + 4 <= WIDTH; i++) {
      cw_page_add(codes->page, " %u", code + i);
      codes->todo[code + i] = false;
      column += 4;
    }
  }
  cw_page_add(codes->page, " = %s\n", value);
}

static void write_todo(struct codes *codes, unsigned low, unsigned high)
{
  for(unsigned code = low; code <= high; code++) {
    if(!codes->todo[code])
      continue;
    const unsigned run = run_at(codes, code, high);
    if(run >= RANGE_MIN)
      write_range(codes, code, run);
    else
      write_list(codes, code, high);
  }
}

/* The lowest code with the most frequent rule. */
static unsigned most_frequent(const struct cw_rules *rules, unsigned low,
                              unsigned high)
{
  unsigned count[CW_RULES_MAX] = {0};
  unsigned best = low;

  for(unsigned code = low; code <= high; code++)
    count[rules->status[code - CW_STATUS_MIN]]++;
  for(unsigned code = low; code <= high; code++)
    if(count[rules->status[code - CW_STATUS_MIN]] >
       count[rules->status[best - CW_STATUS_MIN]])
      best = code;
  return best;
}

/* The codes from |low| to |high|, called |name|. */
static void write_class(struct codes *codes, const char *name, unsigned low,
                        unsigned high)
{
  const unsigned usual = most_frequent(codes->rules, low, high);

  for(unsigned code = low; code <= high; code++)
    codes->todo[code] = !is_same(rule_of(codes, code), rule_of(codes, usual));
  write_todo(codes, low, high);
  cw_page_add(codes->page, "%s", name);
  write_rule(codes, usual);
}

void cw_dump_status(struct cw_page *page, const struct cw_rules *rules)
{
  struct codes codes = {.page = page, .prefix = "", .rules = rules};
  write_class(&codes, "1xx", 100, 199);
  write_class(&codes, "2xx", 200, 299);
  write_class(&codes, "3xx", 300, 399);
  write_class(&codes, "4xx", 400, 499);
  write_class(&codes, "5xx", 500, 599);
  write_class(&codes, "600-999", 600, CW_STATUS_MAX);
}

void cw_dump_status_changes(struct cw_page *page, const struct cw_rules *rules,
                            const struct cw_rules *above)
{
  struct codes codes = {.page = page, .prefix = "status.", .rules = rules};

  for(unsigned code = CW_STATUS_MIN; code <= CW_STATUS_MAX; code++)
    codes.todo[code] =
      !is_same(cw_rules_status(rules, code), cw_rules_status(above, code));
  for(unsigned low = CW_STATUS_MIN; low < 600; low += 100)
    write_todo(&codes, low, low + 99);
  write_todo(&codes, 600, CW_STATUS_MAX);
}
