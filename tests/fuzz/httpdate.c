/* httpdate.c - fuzzes HTTP-dates: any text, and any second in all three forms,
   with the C library's calendar as the judge. */
#define _DEFAULT_SOURCE /* timegm() */
#include "fuzz.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "choices.h"
#include "httpdate.h"

#define FIRST_S INT64_C(-62167219200) /* of the year 0 */
#define LAST_S  INT64_C(253402300799) /* of the year 9999 */
#define TEXT    64

static bool read_text(const char *text, int64_t now_s, int64_t *seconds)
{
  return cw_httpdate_read(text, strlen(text), now_s, seconds);
}

static void write_date(int64_t seconds, const char *format, char text[TEXT])
{
  struct tm parts;
  const time_t moment = (time_t)seconds;

  fuzz_promise(gmtime_r(&moment, &parts));
  fuzz_promise(strftime(text, TEXT, format, &parts) > 0);
}

/* %Y has no leading zeros everywhere. */
static void write_fixdate(int64_t seconds, char text[TEXT])
{
  struct tm parts;
  const time_t moment = (time_t)seconds;
  char year[16];

  fuzz_promise(gmtime_r(&moment, &parts));
  write_date(seconds, "%a, %d %b      %H:%M:%S GMT", text);
  snprintf(year, sizeof(year), "%04d", parts.tm_year + 1900);
  memcpy(text + strlen("Sun, 06 Nov "), year, 4);
}

static void reads_back(int64_t seconds, int64_t now_s)
{
  char text[TEXT];
  int64_t read = 0;

  write_fixdate(seconds, text);
  fuzz_promise(read_text(text, now_s, &read) && read == seconds);
}

/* A date with two digits is the last such one up to 50 years ahead. */
static void reads_back_short(int64_t seconds, int64_t now_s)
{
  char text[TEXT];
  struct tm then;
  struct tm then_in_50;
  int64_t read = 0;
  const time_t now = (time_t)now_s;

  write_date(seconds, "%A, %d-%b-%y %H:%M:%S GMT", text);
  if(!read_text(text, now_s, &read)) {
    fuzz_promise(strstr(text, "29-Feb")); /* of a century without one */
    return;
  }
  const time_t moment = (time_t)read;
  fuzz_promise(gmtime_r(&moment, &then) && gmtime_r(&now, &then_in_50));
  then_in_50.tm_year += 50;
  const time_t limit = timegm(&then_in_50);
  fuzz_promise(moment <= limit + 86400);
  fuzz_promise(moment > limit - (time_t)36526 * 86400);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct choices choices = {data, size};
  const int64_t any = (int64_t)choose_bits(&choices, 40);
  const int64_t now_s = (int64_t)choose_bits(&choices, 32);
  const int64_t unheard_of = (int64_t)(choose_bits(&choices, 8) << 56);
  int64_t seconds = 1;
  const char *text = (const char *)choices.next;

  reads_back(FIRST_S + any % (LAST_S - FIRST_S + 1), now_s);
  reads_back_short(now_s + any % (100 * INT64_C(31556952)), now_s);

  /* with a clock that is anywhere */
  cw_httpdate_read(text, choices.left, unheard_of, &seconds);
  seconds = 1;
  if(cw_httpdate_read(text, choices.left, now_s, &seconds)) {
    fuzz_promise(seconds >= FIRST_S && seconds <= LAST_S + 1);
    if(seconds <= LAST_S)
      reads_back(seconds, now_s);
  }
  else
    fuzz_promise(seconds == 1);
  return 0;
}
