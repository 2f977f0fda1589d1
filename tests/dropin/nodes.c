/*
 * nodes.c - calls each function of the drop-in under each of its nodes, on
 * handles of the fake libcurl with that node, which end the program if they
 * come to another one. To be preloaded with the drop-in; HERE is where the
 * fakes are. Prints the nodes.
 */
#define _GNU_SOURCE /* dlvsym */
#define CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_DEPRECATION
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

/* Where functions come from: a fake, or under a version the drop-in. */
struct source {
  void *handle;
  const char *version;
};

static void *look_up(const struct source *source, const char *name)
{
  Dl_info info = {.dli_fname = ""};
  void *address = source->version ? dlvsym(RTLD_DEFAULT, name, source->version)
                                  : dlsym(source->handle, name);

  if(!address || !dladdr(address, &info) ||
     !strstr(info.dli_fname, "curlew-dropin") != !source->version) {
    printf("%s %s is not where it should be, but in %s\n", name,
           source->version, info.dli_fname);
    exit(1);
  }
  return address;
}

static void *get(void *to, const struct source *source, const char *name)
{
  void *address = look_up(source, name);
  memcpy(to, &address, sizeof(address));
  return to;
}

/* The function of that name, by its own type. */
#define CALL(source, name)          CALL_AS(__typeof__(&(name)), source, #name)
#define CALL_AS(type, source, name) (*(type *)get(&(type){0}, source, name))

/* What curl.h may not have. */
typedef CURL **get_handles_fn(CURLM *multi);
typedef CURLMcode get_offt_fn(CURLM *multi, int info, curl_off_t *value);
typedef CURLMcode notify_fn(CURLM *multi, unsigned what);

static void expect(int is_so, const char *what)
{
  if(is_so)
    return;
  printf("wrong: %s\n", what);
  exit(1);
}

static void call_easy(const struct source *fake, const struct source *node)
{
  CURL *curl = CALL(fake, curl_easy_init)();
  long status = 0;

  CALL(node, curl_easy_setopt)(curl, CURLOPT_URL, "http://fake.test/");
  expect(CALL(fake, fake_options)(curl) == 1, "curl_easy_setopt");
  CALL(node, curl_easy_perform)(curl);
  expect(CALL(fake, fake_performs)(curl) == 1, "curl_easy_perform");
  CALL(node, curl_easy_getinfo)(curl, CURLINFO_RESPONSE_CODE, &status);
  expect(status == 503, "curl_easy_getinfo");
  expect(CALL(node, curl_easy_header)(curl, "a", 0, CURLH_HEADER, -1, NULL) ==
           CURLHE_MISSING,
         "curl_easy_header");
  CALL(node, curl_easy_nextheader)(curl, CURLH_HEADER, -1, NULL);
  expect(CALL(node, curl_multi_add_handle)(NULL, curl) == CURLM_BAD_HANDLE,
         "curl_multi_add_handle");
  CURL *copy = CALL(node, curl_easy_duphandle)(curl);
  expect(CALL(fake, fake_options)(copy) == 1, "curl_easy_duphandle");
  CALL(node, curl_easy_reset)(curl);
  expect(CALL(fake, fake_options)(curl) == 0, "curl_easy_reset");
  CALL(node, curl_easy_cleanup)(copy);
  expect(CALL(fake, curl_easy_init)() == copy, "curl_easy_cleanup");
  CALL(fake, curl_easy_cleanup)(copy);
  CALL(fake, curl_easy_cleanup)(curl);

  CURL *made = CALL(node, curl_easy_init)();
  expect(CALL(fake, fake_options)(made) > 0, "curl_easy_init");
  CALL(node, curl_easy_cleanup)(made);
}

/* Was |function| of the fake one called last, with this result? */
static void expect_last(const struct source *fake, const char *function,
                        CURLMcode result)
{
  const char *last = CALL(fake, fake_last)();

  if(result || strcmp(last, function)) {
    printf("wrong: %s came to %s: %d\n", function, last, (int)result);
    exit(1);
  }
}

/* The same of a call whose arguments are |...|. */
#define REACH(function, ...)                                                  \
  expect_last(fake, #function, CALL(node, function)(__VA_ARGS__))

static void call_new(const struct source *fake, const struct source *node,
                     CURLM *multi)
{
  const bool is_new = dlsym(fake->handle, "curl_multi_get_offt");
  const CURLMcode lacking = is_new ? CURLM_OK : CURLM_UNKNOWN_OPTION;
  curl_off_t value = 0;

  CURL **handles =
    CALL_AS(get_handles_fn *, node, "curl_multi_get_handles")(multi);
  expect(!handles == !is_new, "curl_multi_get_handles");
  free(handles);
  expect(CALL_AS(get_offt_fn *, node,
                 "curl_multi_get_offt")(multi, 77, &value) == lacking &&
           value == (is_new ? 77 : 0),
         "curl_multi_get_offt");
  CALL(fake, fake_last)();
  expect(CALL_AS(notify_fn *, node, "curl_multi_notify_enable")(multi, 0) ==
           lacking,
         "curl_multi_notify_enable");
  if(is_new)
    expect_last(fake, "curl_multi_notify_enable", CURLM_OK);
  expect(CALL_AS(notify_fn *, node, "curl_multi_notify_disable")(multi, 0) ==
           lacking,
         "curl_multi_notify_disable");
  if(is_new)
    expect_last(fake, "curl_multi_notify_disable", CURLM_OK);
}

/* On one that is ours or not. */
static void call_multi(const struct source *fake, const struct source *node,
                       CURLM *multi)
{
  CURL *curl = CALL(node, curl_easy_init)();
  long timeout_ms = 0;
  int number = 0;

  REACH(curl_multi_add_handle, multi, curl);
  REACH(curl_multi_poll, multi, NULL, 0, 0, &number);
  REACH(curl_multi_wait, multi, NULL, 0, 0, &number);
  REACH(curl_multi_timeout, multi, &timeout_ms);
  expect(timeout_ms == 7, "curl_multi_timeout");
  REACH(curl_multi_setopt, multi, CURLMOPT_MAXCONNECTS, 5L);
  expect(CALL(node, curl_multi_setopt)(multi, CURLMOPT_MAXCONNECTS, 6L) ==
           CURLM_BAD_SOCKET,
         "curl_multi_setopt");
  expect(!CALL(node, curl_multi_info_read)(multi, &number),
         "curl_multi_info_read");
  expect_last(fake, "curl_multi_info_read", CURLM_OK);
  REACH(curl_multi_remove_handle, multi, curl);
  REACH(curl_multi_perform, multi, &number);
  REACH(curl_multi_socket_action, multi, CURL_SOCKET_TIMEOUT, 0, &number);
  REACH(curl_multi_socket_all, multi, &number);
  call_new(fake, node, multi);
  CALL(node, curl_easy_cleanup)(curl);
  CALL(fake, fake_last)();
  REACH(curl_multi_cleanup, multi);
}

static void call_all(const struct source *fake, const struct source *node)
{
  call_easy(fake, node);
  call_multi(fake, node, CALL(fake, curl_multi_init)());
  CALL(fake, fake_last)();
  CURLM *made = CALL(node, curl_multi_init)();
  expect_last(fake, "curl_multi_init", CURLM_OK);
  call_multi(fake, node, made);
}

static void *load(const char *path)
{
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  expect(handle != NULL, path);
  return handle;
}

int main(void)
{
  static const struct {
    const char *path;
    const char *version;
  } nodes[] = {
#define CW_NODE(name) {HERE "libfake-" #name ".so", #name},
#include "nodes.def"
#undef CW_NODE
  };
  struct source fakes[sizeof(nodes) / sizeof(nodes[0])];
  const size_t count = sizeof(nodes) / sizeof(nodes[0]);

  for(size_t i = 0; i < count; i++)
    fakes[i] = (struct source){load(nodes[i].path), NULL};
  for(size_t i = 0; i < count; i++) {
    const struct source node = {NULL, nodes[i].version};
    call_all(&fakes[i], &node);
    puts(nodes[i].version);
  }
  return 0;
}
