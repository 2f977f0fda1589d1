/*
 * options.h - what libcurl keeps of the options that are set on a handle.
 *
 * Types are those of the libcurl at hand; an option that it does not know is
 * refused as it refuses it. Where one option overwrites another, so it is
 * here.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdarg.h>
#include <stddef.h>

#include <curl/curl.h>

typedef void(option_function)(void);

/* A value; |text| is ours where libcurl copies what it is given. */
struct option {
  CURLoption id;
  curl_easytype type;
  curl_off_t number; /* of a long too */
  void *pointer;
  option_function *function;
  char *text;
};

struct options {
  struct option *list; /* in the order of their numbers */
  size_t count;
  size_t size;      /* there is room for so many */
  const char *form; /* GET, HEAD, POST, PUT; MIME for MIMEPOST */
};

void options_init(struct options *options);
void options_clear(struct options *options);

/* |copy| is not initialised. */
void options_copy(struct options *copy, const struct options *options);

/* As curl_easy_setopt(). */
CURLcode options_set(struct options *options, CURLoption id, va_list args);

/* The value, or libcurl's default. Types with a wider form have only that:
   TIMEOUT_MS, POSTFIELDSIZE_LARGE, INFILESIZE_LARGE. */
curl_off_t options_number(const struct options *options, CURLoption id);
const char *options_text(const struct options *options, CURLoption id);
void *options_pointer(const struct options *options, CURLoption id);
option_function *options_function(const struct options *options,
                                  CURLoption id);

/* The method that libcurl makes of them. */
const char *options_method(const struct options *options);

/*
 * All that differs from the default, a line each, to be freed: "NAME=value".
 * Without those in which curlew has its own hands for good: the write, header,
 * prereq and progress callbacks, FOLLOWLOCATION and HEADER.
 */
char *options_tell(const struct options *options);

#endif
