#include "httpdate.h"

#include "span.h"

#define MEAN_YEAR_S      INT64_C(31556952)     /* 365.2425 days */
#define LAST_SECOND_S    INT64_C(253402300799) /* of the year 9999 */
#define DAYS_BEFORE_1970 INT64_C(719528) /* from 1 January of the year 0 */

struct moment {
  unsigned year;
  unsigned month; /* 0 to 11 */
  unsigned day;
  unsigned hour;
  unsigned minute;
  unsigned second;
};

static const char *const months[] = {
  "Jan", "Feb", "Mar", "Apr", "May", "Jun",
  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
};
static const char *const weekdays[] = {
  "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun",
};
static const char *const long_weekdays[] = {
  "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
};
#define MONTHS   12
#define WEEKDAYS 7

/* Each take_ function cuts what it reads off |rest|, or fails. */

static bool take_text(struct cw_span *rest, const char *text)
{
  const size_t length = strlen(text);
  if(rest->length < length || memcmp(rest->text, text, length))
    return false;
  rest->text += length;
  rest->length -= length;
  return true;
}

static bool take_digits(struct cw_span *rest, size_t count, unsigned *number)
{
  unsigned sum = 0;
  if(rest->length < count)
    return false;
  for(size_t i = 0; i < count; i++) {
    const char c = rest->text[i];
    if(c < '0' || c > '9')
      return false;
    sum = sum * 10 + (unsigned)(c - '0');
  }
  rest->text += count;
  rest->length -= count;
  *number = sum;
  return true;
}

static bool take_name(struct cw_span *rest, const char *const *names,
                      unsigned count, unsigned *index)
{
  for(unsigned i = 0; i < count; i++) {
    if(take_text(rest, names[i])) {
      *index = i;
      return true;
    }
  }
  return false;
}

static bool take_weekday(struct cw_span *rest, const char *const *names)
{
  unsigned ignored = 0;
  return take_name(rest, names, WEEKDAYS, &ignored);
}

static bool take_month(struct cw_span *rest, struct moment *moment)
{
  return take_name(rest, months, MONTHS, &moment->month);
}

static bool take_time(struct cw_span *rest, struct moment *moment)
{
  return take_digits(rest, 2, &moment->hour) && take_text(rest, ":") &&
         take_digits(rest, 2, &moment->minute) && take_text(rest, ":") &&
         take_digits(rest, 2, &moment->second);
}

/* Sun, 06 Nov 1994 08:49:37 GMT */
static bool read_fixdate(struct cw_span text, struct moment *moment)
{
  return take_weekday(&text, weekdays) && take_text(&text, ", ") &&
         take_digits(&text, 2, &moment->day) && take_text(&text, " ") &&
         take_month(&text, moment) && take_text(&text, " ") &&
         take_digits(&text, 4, &moment->year) && take_text(&text, " ") &&
         take_time(&text, moment) && take_text(&text, " GMT") && !text.length;
}

/* Sunday, 06-Nov-94 08:49:37 GMT */
static bool read_rfc850(struct cw_span text, struct moment *moment)
{
  return take_weekday(&text, long_weekdays) && take_text(&text, ", ") &&
         take_digits(&text, 2, &moment->day) && take_text(&text, "-") &&
         take_month(&text, moment) && take_text(&text, "-") &&
         take_digits(&text, 2, &moment->year) && take_text(&text, " ") &&
         take_time(&text, moment) && take_text(&text, " GMT") && !text.length;
}

/* Sun Nov  6 08:49:37 1994 */
static bool read_asctime(struct cw_span text, struct moment *moment)
{
  if(!take_weekday(&text, weekdays) || !take_text(&text, " ") ||
     !take_month(&text, moment) || !take_text(&text, " "))
    return false;
  const size_t digits = take_text(&text, " ") ? 1 : 2;
  return take_digits(&text, digits, &moment->day) && take_text(&text, " ") &&
         take_time(&text, moment) && take_text(&text, " ") &&
         take_digits(&text, 4, &moment->year) && !text.length;
}

static bool is_leap(unsigned year)
{
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool exists(const struct moment *moment)
{
  static const unsigned lengths[MONTHS] = {31, 28, 31, 30, 31, 30,
                                           31, 31, 30, 31, 30, 31};
  unsigned length = lengths[moment->month];
  if(moment->month == 1 && is_leap(moment->year))
    length++;
  return moment->day >= 1 && moment->day <= length && moment->hour <= 23 &&
         moment->minute <= 59 && moment->second <= 60;
}

static int64_t seconds_of(const struct moment *moment)
{
  static const int64_t days_before[MONTHS] = {0,   31,  59,  90,  120, 151,
                                              181, 212, 243, 273, 304, 334};
  const int64_t year = moment->year;
  int64_t days = 365 * year + (year + 3) / 4 - (year + 99) / 100 +
                 (year + 399) / 400 - DAYS_BEFORE_1970;

  days += days_before[moment->month] + moment->day - 1;
  if(moment->month > 1 && is_leap(moment->year))
    days++;
  return ((days * 24 + moment->hour) * 60 + moment->minute) * 60 +
         moment->second;
}

/* The last year with the two digits of |moment| that is not more than 50
   years ahead. */
static unsigned full_year(const struct moment *moment, int64_t now_s)
{
  int64_t now = now_s < 0 ? 0 : now_s;
  if(now > LAST_SECOND_S)
    now = LAST_SECOND_S;

  /* wrong by a year at most, which the search below forgives */
  const unsigned about = (unsigned)(1970 + now / MEAN_YEAR_S);
  unsigned year = about - about % 100 + 100 + moment->year;
  struct moment earlier = *moment;

  for(;;) {
    earlier.year = year - 50;
    if(seconds_of(&earlier) <= now)
      return year;
    year -= 100;
  }
}

bool cw_httpdate_read(const char *text, size_t length, int64_t now_s,
                      int64_t *seconds)
{
  const struct cw_span date =
    cw_span_trim((struct cw_span){.text = text, .length = length});
  struct moment moment = {0};

  if(read_rfc850(date, &moment))
    moment.year = full_year(&moment, now_s);
  else if(!read_fixdate(date, &moment) && !read_asctime(date, &moment))
    return false;
  if(!exists(&moment))
    return false;
  *seconds = seconds_of(&moment);
  return true;
}
