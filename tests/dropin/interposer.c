/* interposer.c - another library that stands in front of libcurl: it tells of
   each perform, and passes it on to whoever comes next. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

CURLcode curl_easy_perform(CURL *curl)
{
  CURLcode (*next)(CURL * curl) = NULL;
  void *address = dlsym(RTLD_NEXT, "curl_easy_perform");

  memcpy(&next, &address, sizeof(next));
  puts("perform");
  return next(curl);
}
