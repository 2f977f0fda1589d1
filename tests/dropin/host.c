/*
 * host.c - a program on libcurl, with plug-ins that have a libcurl of their
 * own.
 *
 *     host URL QUERY WORD...
 *
 * does what the words say, the nth time with URLn?QUERY:
 *   own      uses its own libcurl from now on, as at first
 *   PATH     loads that plug-in, and uses it from now on
 *   begin    a new transfer, with the one that is used
 *   enter    puts the newest into a multi handle of its own
 *   end      performs the oldest, and cleans it up
 *   adopt    makes the oldest a transfer of the host's own
 *   leave    forgets the oldest without cleaning it up
 *   unload   the plug-in that is used, and uses its own libcurl
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"

#define TRANSFERS_MAX 64

static CURL *create(void)
{
  return curl_easy_init();
}

static const struct plugin own = {create, transfer_begin, transfer_enter,
                                  transfer_end};
static const struct plugin *used = &own;
static void *used_library;

static struct {
  struct transfer transfer;
  const struct plugin *plugin;
  char url[1024];
} running[TRANSFERS_MAX];
static size_t oldest;
static size_t count;

static void load(const char *path)
{
  used_library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  used = used_library ? dlsym(used_library, "plugin") : NULL;
  if(!used) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
}

static void unload(void)
{
  if(dlclose(used_library))
    fprintf(stderr, "%s\n", dlerror());
  used = &own;
}

static void begin(char *const *args)
{
  if(count == TRANSFERS_MAX)
    exit(1);
  char *url = running[count].url;
  snprintf(url, sizeof(running[count].url), "%s%zu?%s", args[1], count,
           args[2]);
  running[count].plugin = used;
  used->begin(&running[count].transfer, used->create(), url);
  count++;
}

static void follow(const char *word, char *const *args)
{
  if(!strcmp(word, "own"))
    used = &own;
  else if(!strcmp(word, "begin"))
    begin(args);
  else if(!strcmp(word, "enter"))
    running[count - 1].plugin->enter(&running[count - 1].transfer);
  else if(!strcmp(word, "end")) {
    running[oldest].plugin->end(&running[oldest].transfer);
    oldest++;
  }
  else if(!strcmp(word, "adopt")) {
    struct transfer *transfer = &running[oldest].transfer;
    running[oldest].plugin = &own;
    own.begin(transfer, transfer->curl, running[oldest].url);
  }
  else if(!strcmp(word, "leave"))
    oldest++;
  else if(!strcmp(word, "unload"))
    unload();
  else
    load(word);
}

int main(int argc, char **argv)
{
  for(int i = 3; i < argc; i++)
    follow(argv[i], argv);
  return 0;
}
