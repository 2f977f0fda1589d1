/*
 * odd.c - what a program does that is not quite right, or hardly ever done.
 * Prints what comes of it.
 *
 *     odd ACT URL
 */
#define CURL_DISABLE_TYPECHECK
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

static const char *url;

static void tell(const char *what, long code)
{
  printf("%s: %ld\n", what, code);
  fflush(stdout);
}

/* A callback that prints what it gets, before it does its act. */
struct listener {
  CURL *curl;
  void (*act)(struct listener *listener);
  CURL *other;
  char name;
};

static size_t listen_to(char *data, size_t size, size_t count, void *user)
{
  struct listener *listener = user;

  printf("%c got %.*s\n", listener->name, (int)(size * count), data);
  if(listener->act)
    listener->act(listener);
  return size * count;
}

static CURL *listening(struct listener *listener)
{
  CURL *curl = curl_easy_init();

  listener->curl = curl;
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, listen_to);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, listener);
  return curl;
}

static void tell_figures(CURL *curl)
{
  char *effective = NULL;
  long number = 0;

  curl_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &effective);
  if(!effective || !strcmp(effective, url))
    puts(effective ? "as set" : "no URL");
  else
    puts(strncmp(effective, url, strcspn(url, "?")) ? "elsewhere" : "moved");
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &number);
  tell("status", number);
  curl_easy_getinfo(curl, CURLINFO_REDIRECT_COUNT, &number);
  tell("redirects", number);
}

/* Not duphandle(), reset(), nextheader() and multi_socket_action(), which
   libcurl lets crash. */
static void no_handle(void)
{
  struct curl_header *header = NULL;
  CURLM *multi = curl_multi_init();
  CURL *curl = curl_easy_init();
  long number = 0;
  int running = 7;

  tell("setopt", curl_easy_setopt(NULL, CURLOPT_URL, url));
  tell("setopt of nothing", curl_easy_setopt(NULL, CURLOPT_LASTENTRY, url));
  tell("getinfo", curl_easy_getinfo(NULL, CURLINFO_RESPONSE_CODE, &number));
  tell("perform", curl_easy_perform(NULL));
  tell("header", curl_easy_header(NULL, "A", 0, CURLH_HEADER, -1, &header));
  tell("no multi", curl_multi_add_handle(NULL, curl));
  tell("no handle", curl_multi_add_handle(multi, NULL));
  tell("remove", curl_multi_remove_handle(NULL, curl));
  tell("remove none", curl_multi_remove_handle(multi, NULL));
  tell("perform", curl_multi_perform(NULL, &running));
  tell("poll", curl_multi_poll(NULL, NULL, 0, 0, NULL));
  tell("wait", curl_multi_wait(NULL, NULL, 0, 0, NULL));
  tell("timeout", curl_multi_timeout(NULL, &number));
  tell("option", curl_multi_setopt(NULL, CURLMOPT_MAXCONNECTS, 1L));
  tell("no option", curl_multi_setopt(multi, CURLMOPT_LASTENTRY, 1L));
  tell("read", curl_multi_info_read(NULL, &running) != NULL);
  tell("left", running);
  tell("cleanup", curl_multi_cleanup(NULL));
  curl_easy_cleanup(NULL);
  curl_easy_cleanup(curl);
  curl_multi_cleanup(multi);
}

/* What is wrong with the other arguments, before a transfer and after it. */
static void no_argument_to(CURL *curl)
{
  struct curl_header *header = NULL;
  long number = 5;

  tell("no number", curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, NULL));
  tell("no time", curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME, NULL));
  tell("no text", curl_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, NULL));
  tell("no info", curl_easy_getinfo(curl, CURLINFO_NONE, &number));
  tell("strange info", curl_easy_getinfo(curl, (CURLINFO)0x2000ff, &number));
  tell("untyped info", curl_easy_getinfo(curl, (CURLINFO)2, &number));
  tell("number", number);
  tell("no name", curl_easy_header(curl, NULL, 0, CURLH_HEADER, -1, &header));
  tell("no header", curl_easy_header(curl, "A", 0, CURLH_HEADER, -1, NULL));
  tell("no origin", curl_easy_header(curl, "A", 0, 0, -1, &header));
  tell("origin", curl_easy_header(curl, "A", 0, 0xffff, -1, &header));
  tell("before", curl_easy_header(curl, "A", 0, CURLH_HEADER, -2, &header));
  tell("first", curl_easy_header(curl, "A", 0, CURLH_HEADER, 0, &header));
  tell("second", curl_easy_header(curl, "A", 0, CURLH_HEADER, 1, &header));
  tell("third", curl_easy_header(curl, "A", 0, CURLH_HEADER, 2, &header));
  for(int request = -2; request < 3; request++) {
    header = curl_easy_nextheader(curl, CURLH_HEADER, request, NULL);
    printf("next %d: %s\n", request, header ? header->name : "none");
    header = curl_easy_nextheader(curl, 0, request, NULL);
    printf("of no origin: %s\n", header ? header->name : "none");
  }
}

static void no_argument(void)
{
  struct listener listener = {.name = 'a'};
  CURL *curl = listening(&listener);

  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  no_argument_to(curl);
  tell("perform", curl_easy_perform(curl));
  no_argument_to(curl);
  tell("no multi", curl_multi_add_handle(NULL, curl));
  tell_figures(curl);
  curl_easy_cleanup(curl);
}

/* Numbers that no option has, many of which look like one in their last bits;
   and what libcurl does not take. */
static void no_option(void)
{
  struct listener listener = {.name = 'a'};
  CURL *curl = listening(&listener);
  unsigned taken = 0;

  for(unsigned bits = 0; bits < 4096; bits++) {
    taken += !curl_easy_setopt(curl, (CURLoption)(0x10000 + bits), "x");
    taken += !curl_easy_setopt(curl, (CURLoption)(0x7ffff000 + bits), "x");
    taken += !curl_easy_setopt(curl, (CURLoption)(0xfffff000 + bits), "x");
  }
  tell("taken", taken);
  tell("none", curl_easy_setopt(curl, (CURLoption)0, 1L));
  tell("timeout", curl_easy_setopt(curl, CURLOPT_TIMEOUT, -1L));
  tell("timeout_ms", curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, -1L));
  tell("maxredirs", curl_easy_setopt(curl, CURLOPT_MAXREDIRS, -2L));
  tell("size", curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, -2L));
  tell("port", curl_easy_setopt(curl, CURLOPT_PORT, 65536L));
  tell("follow", curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 99L));
  tell("auth", curl_easy_setopt(curl, CURLOPT_HTTPAUTH, 0L));
  tell("perform", curl_easy_perform(curl));
  tell_figures(curl);
  curl_easy_cleanup(curl);
}

static void hear_otherwise(struct listener *listener)
{
  static struct listener second = {.name = 'b'};
  curl_easy_setopt(listener->curl, CURLOPT_WRITEDATA, &second);
  curl_easy_setopt(listener->curl, CURLOPT_URL, "http://127.0.0.1:1/no");
  curl_easy_setopt(listener->curl, CURLOPT_FOLLOWLOCATION, 1L);
}

/* The body comes in two pieces; the second goes to whom the first one said. */
static void set_inside(void)
{
  struct listener listener = {.name = 'a', .act = hear_otherwise};
  CURL *curl = listening(&listener);

  tell("perform", curl_easy_perform(curl));
  tell_figures(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  tell("again", curl_easy_perform(curl));
  tell_figures(curl);
  curl_easy_cleanup(curl);
}

static void copy_it(struct listener *listener)
{
  if(!listener->other)
    listener->other = curl_easy_duphandle(listener->curl);
}

/* The copy is like the original, though a redirect is being followed. */
static void copy_inside(void)
{
  struct listener listener = {.name = 'a', .act = copy_it};
  struct listener second = {.name = 'b'};
  CURL *curl = listening(&listener);

  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  tell("perform", curl_easy_perform(curl));
  curl_easy_cleanup(curl);
  curl_easy_setopt(listener.other, CURLOPT_WRITEDATA, &second);
  tell("copy", curl_easy_perform(listener.other));
  tell_figures(listener.other);
  curl_easy_cleanup(listener.other);
}

static void perform_it(struct listener *listener)
{
  tell("performed", !curl_easy_perform(listener->curl)); /* codes differ */
}

static void perform_inside(void)
{
  struct listener listener = {.name = 'a', .act = perform_it};
  CURL *curl = listening(&listener);

  tell("perform", curl_easy_perform(curl));
  tell_figures(curl);
  curl_easy_cleanup(curl);
}

static void perform_other(struct listener *listener)
{
  struct listener second = {.name = 'b'};
  CURL *curl = listening(&second);

  tell("other", curl_easy_perform(curl));
  curl_easy_cleanup(curl);
  tell_figures(listener->curl);
}

static void other_inside(void)
{
  struct listener listener = {.name = 'a', .act = perform_other};
  CURL *curl = listening(&listener);

  tell("perform", curl_easy_perform(curl));
  tell_figures(curl);
  curl_easy_cleanup(curl);
}

static void add_it(struct listener *listener)
{
  CURLM *multi = curl_multi_init();

  if(curl_multi_add_handle(multi, listener->curl))
    puts("not added");
  curl_multi_cleanup(multi);
}

static void add_inside(void)
{
  struct listener listener = {.name = 'a', .act = add_it};
  CURL *curl = listening(&listener);

  tell("perform", curl_easy_perform(curl));
  tell_figures(curl);
  curl_easy_cleanup(curl);
}

/* It is not performed, and goes on in the multi handle as it was. */
static void perform_in_multi(void)
{
  struct listener listener = {.name = 'a'};
  CURL *curl = listening(&listener);
  CURLM *multi = curl_multi_init();
  int running = 1;

  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_HEADER, 1L);
  tell("add", curl_multi_add_handle(multi, curl));
  tell("perform", curl_easy_perform(curl));
  while(running && !curl_multi_perform(multi, &running))
    curl_multi_poll(multi, NULL, 0, 1000, NULL);
  tell_figures(curl);
  curl_multi_remove_handle(multi, curl);
  curl_easy_cleanup(curl);
  curl_multi_cleanup(multi);
}

int main(int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*act)(void);
  } acts[] = {
    {"no-handle", no_handle},
    {"no-argument", no_argument},
    {"no-option", no_option},
    {"set-inside", set_inside},
    {"copy-inside", copy_inside},
    {"perform-inside", perform_inside},
    {"other-inside", other_inside},
    {"add-inside", add_inside},
    {"perform-in-multi", perform_in_multi},
  };

  if(argc < 3)
    return 1;
  url = argv[2];
  for(size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
    if(!strcmp(argv[1], acts[i].name))
      acts[i].act();
  return 0;
}
