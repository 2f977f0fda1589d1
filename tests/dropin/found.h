/* found.h - libcurl's functions, looked up by name when they are called. */
#ifndef CW_TEST_FOUND_H
#define CW_TEST_FOUND_H

#include <dlfcn.h>
#include <string.h>

#include <curl/curl.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

static inline void *found(void *to, size_t size, const char *name)
{
  void *address = dlsym(TRANSFER_FINDS, name);
  memcpy(to, &address, size);
  return to;
}

/* A pointer to the function, of that type. */
#define FOUND(name)                                                           \
  (*(__typeof__(&(name)) *)found(&(__typeof__(&(name))){0}, sizeof(&(name)),  \
                                 #name))

#define curl_version()          FOUND(curl_version)()
#define curl_free(text)         FOUND(curl_free)(text)
#define curl_easy_escape(...)   FOUND(curl_easy_escape)(__VA_ARGS__)
#define curl_easy_init()        FOUND(curl_easy_init)()
#define curl_easy_perform(curl) FOUND(curl_easy_perform)(curl)
#define curl_easy_cleanup(curl) FOUND(curl_easy_cleanup)(curl)
#define curl_easy_setopt(...)   FOUND(curl_easy_setopt)(__VA_ARGS__)
#define curl_easy_getinfo(...)  FOUND(curl_easy_getinfo)(__VA_ARGS__)

#define curl_multi_init()          FOUND(curl_multi_init)()
#define curl_multi_cleanup(...)    FOUND(curl_multi_cleanup)(__VA_ARGS__)
#define curl_multi_add_handle(...) FOUND(curl_multi_add_handle)(__VA_ARGS__)
#define curl_multi_remove_handle(...)                                         \
  FOUND(curl_multi_remove_handle)(__VA_ARGS__)
#define curl_multi_perform(...)   FOUND(curl_multi_perform)(__VA_ARGS__)
#define curl_multi_poll(...)      FOUND(curl_multi_poll)(__VA_ARGS__)
#define curl_multi_info_read(...) FOUND(curl_multi_info_read)(__VA_ARGS__)

#endif
