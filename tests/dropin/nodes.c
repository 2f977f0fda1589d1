/*
 * nodes.c - calls each function of the drop-in under each of its nodes, on
 * handles of the fake libcurl with that node, which end the program if they
 * come to another one. To be preloaded with the drop-in; HERE is where the
 * fakes are. Prints the nodes.
 */
#define _GNU_SOURCE /* dlvsym */
#define CURL_DISABLE_TYPECHECK
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo

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
#define CALL(source, name)                                                    \
  (*(__typeof__(&(name)) *)get(&(__typeof__(&(name))){0}, source, #name))

static void expect(int is_so, const char *what)
{
  if(is_so)
    return;
  printf("wrong: %s\n", what);
  exit(1);
}

static void call_all(const struct source *fake, const struct source *node)
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
  expect(CALL(node, curl_multi_add_handle)(NULL, curl) == CURLM_OK,
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
