/* fake_parts.c - what a libcurl has that is not about handles: as much of it as
   curlew needs. There is one URL. With FAKE_IS_OLD it is a libcurl before 7.83. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <curl/mprintf.h>

#define TEXT_MAX 256

#if LIBCURL_VERSION_NUM >= 0x080000
#define CONST_URL const CURLU
#else
#define CONST_URL CURLU
#endif

#ifndef FAKE_IS_OLD
CURLHcode curl_easy_header(CURL *curl, const char *name, size_t index,
                           unsigned origin, int request,
                           struct curl_header **header)
{
  (void)curl_easy_getinfo(curl, CURLINFO_SCHEME, &(char *){NULL});
  (void)name;
  (void)index;
  (void)origin;
  (void)request;
  (void)header;
  return CURLHE_MISSING;
}

struct curl_header *curl_easy_nextheader(CURL *curl, unsigned origin,
                                         int request,
                                         struct curl_header *previous)
{
  (void)curl_easy_getinfo(curl, CURLINFO_SCHEME, &(char *){NULL});
  (void)origin;
  (void)request;
  return previous;
}
#endif

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
  (void)text;
  return list;
}

void curl_slist_free_all(struct curl_slist *list)
{
  (void)list;
}

CURLU *curl_url(void)
{
  return malloc(1);
}

void curl_url_cleanup(CURLU *url)
{
  free(url);
}

static const char *part_of(CURLUPart part)
{
  switch((int)part) {
  case CURLUPART_SCHEME:
    return "http";
  case CURLUPART_HOST:
    return "fake.test";
  case CURLUPART_PORT:
    return "80";
  case CURLUPART_PATH:
    return "/";
  case CURLUPART_URL:
    return "http://fake.test/";
  default:
    return NULL;
  }
}

CURLUcode curl_url_get(CONST_URL *url, CURLUPart part, char **text,
                       unsigned flags)
{
  const char *found = part_of(part);

  (void)url;
  (void)flags;
  if(!found)
    return CURLUE_NO_QUERY;
  *text = strdup(found);
  return CURLUE_OK;
}

CURLUcode curl_url_set(CURLU *url, CURLUPart part, const char *text,
                       unsigned flags)
{
  (void)url;
  (void)part;
  (void)text;
  (void)flags;
  return CURLUE_OK;
}

char *curl_maprintf(const char *format, ...)
{
  char *text = malloc(TEXT_MAX);
  va_list args;

  va_start(args, format);
  (void)vsnprintf(text, TEXT_MAX, format, args);
  va_end(args);
  return text;
}

void curl_free(void *text)
{
  free(text);
}
