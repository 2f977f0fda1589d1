/* told.h - all that curl_easy_header() and curl_easy_nextheader() tell of a
   handle, as a text. */
#ifndef CW_TEST_TOLD_H
#define CW_TEST_TOLD_H

#include <stdio.h>
#include <stdlib.h>

#include "api.h"

#define TOLD_ANY 31u /* all origins */

static inline void told_field(FILE *out, const struct curl_header *field)
{
  /* the highest bit of its origin is nobody's business */
  fprintf(out, "[%s] [%s] %zu of %zu, %u\n", field->name, field->value,
          field->index, field->amount, field->origin & TOLD_ANY);
}

/* What nextheader tells of a |request|, in order. */
static inline void told_in_order(FILE *out, const struct api *api, CURL *curl,
                                 unsigned origin, int request)
{
  struct curl_header *field = NULL;
  unsigned count = 0;

  fprintf(out, "request %d, %u:\n", request, origin);
  while((field = api->nextheader(curl, origin, request, field)) != NULL) {
    assert_non_null(field->anchor);
    assert_true(++count < 100);
    told_field(out, field);
  }
}

/* What header tells of a |request|. */
static inline void told_by_name(FILE *out, const struct api *api, CURL *curl,
                                unsigned origin, int request)
{
  static const char *const names[] = {
    "Location", "LOCATION", "x-twice", "Link", "X-End",   "X-Proxy",
    "X-Folded", "X-Late",   "None",    "",     ":status", "WWW-Authenticate"};

  for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    for(size_t index = 0; index < 4; index++) {
      struct curl_header *field = NULL;
      const CURLHcode code =
        api->header(curl, names[i], index, origin, request, &field);
      fprintf(out, "%d, %u, %s %zu: %d\n", request, origin, names[i], index,
              (int)code);
      if(!code)
        told_field(out, field);
    }
}

static inline const char *told_all(const struct api *api, struct wire *wire,
                                   CURL *curl)
{
  static const unsigned origins[] = {CURLH_HEADER,
                                     CURLH_TRAILER,
                                     CURLH_CONNECT,
                                     CURLH_1XX,
                                     CURLH_PSEUDO,
                                     TOLD_ANY,
                                     0,
                                     TOLD_ANY + 1};
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);

  assert_non_null(out);
  for(int request = -2; request < 6; request++)
    for(size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
      told_in_order(out, api, curl, origins[i], request);
      told_by_name(out, api, curl, origins[i], request);
    }
  fclose(out);
  const char *all = wire_text(wire, "%s", text);
  free(text);
  return all;
}

/* Says at which line they differ: there are thousands. */
static inline void assert_told_same(const char *given, const char *expected)
{
  while(*given && *expected) {
    const size_t length = strcspn(given, "\n") + 1;
    if(strncmp(given, expected, length) != 0)
      fail_msg("\"%.*s\", where libcurl says \"%.*s\"", (int)length - 1, given,
               (int)strcspn(expected, "\n"), expected);
    given += length;
    expected += length;
  }
  assert_string_equal(given, expected);
}

#endif
