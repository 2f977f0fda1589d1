/*
 * inner.c - a libcurl that makes handles of its own, and frees what others made;
 * linked to a fake one. Prints what came of it.
 */
#define CURL_DISABLE_TYPECHECK
#include <pthread.h>

#include "transfer.h"

static unsigned options_inside;

static size_t resolve_inside(char *data, size_t size, size_t count, void *user)
{
  options_inside = fake_resolve();
  return transfer_take(data, size, count, user);
}

/* While the program's own handle performs, as for DNS over HTTPS. */
static void resolve(void)
{
  struct transfer transfer;

  transfer_begin(&transfer, curl_easy_init(), "http://fake.test/");
  curl_easy_setopt(transfer.curl, CURLOPT_WRITEFUNCTION, resolve_inside);
  transfer_end(&transfer);
  printf("%u option inside\n", options_inside);
}

/* The program takes the copy as libcurl has made it, and gives it other data. */
static void push(void)
{
  struct transfer first;
  struct transfer pushed = {.length = 0};

  transfer_begin(&first, curl_easy_init(), "http://fake.test/");
  pushed.curl = fake_push(first.curl);
  curl_easy_setopt(pushed.curl, CURLOPT_WRITEDATA, &pushed);
  transfer_end(&pushed);
  transfer_end(&first);
}

/* Gives up a handle that the drop-in knows, without its knowledge. */
static const void *lose(void)
{
  CURL *curl = curl_easy_init();

  curl_easy_setopt(curl, CURLOPT_URL, "http://fake.test/lost");
  fake_free(curl);
  return curl;
}

static void replace(void)
{
  struct transfer transfer;
  const void *lost = lose();

  transfer_begin(&transfer, curl_easy_init(), "http://fake.test/");
  puts(transfer.curl == lost ? "the same address" : "another address");
  transfer_end(&transfer);
}

/* The address comes back with a handle that is libcurl's own. */
static void replace_inside(void)
{
  struct transfer pushed = {.length = 0};
  CURL *first = curl_easy_init();
  const void *lost = lose();

  pushed.curl = fake_push(first);
  puts(pushed.curl == lost ? "the same address" : "another address");
  curl_easy_setopt(pushed.curl, CURLOPT_WRITEFUNCTION, transfer_take);
  curl_easy_setopt(pushed.curl, CURLOPT_WRITEDATA, &pushed);
  transfer_end(&pushed);
  curl_easy_cleanup(first);
}

/* Gives up a multi handle in the same way. */
static const void *lose_multi(void)
{
  CURLM *multi = curl_multi_init();

  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 3L);
  fake_multi_free(multi);
  return multi;
}

static void replace_multi(void)
{
  struct transfer transfer;
  const void *lost = lose_multi();

  transfer_begin(&transfer, curl_easy_init(), "http://fake.test/");
  transfer_enter(&transfer);
  puts(transfer.multi == lost ? "the same address" : "another address");
  transfer_end(&transfer);
}

/* The address comes back with one that libcurl made by itself. */
static void replace_multi_inside(void)
{
  struct transfer transfer;
  const void *lost = lose_multi();

  transfer_begin(&transfer, curl_easy_init(), "http://fake.test/");
  transfer.multi = fake_gather();
  puts(transfer.multi == lost ? "the same address" : "another address");
  curl_multi_add_handle(transfer.multi, transfer.curl);
  transfer_end(&transfer);
}

/* ... with that which an easy perform has. */
static void replace_multi_unseen(void)
{
  struct transfer transfer;

  (void)lose_multi();
  transfer_begin(&transfer, curl_easy_init(), "http://fake.test/");
  transfer_perform(&transfer);
  transfer.length = 0;
  transfer_end(&transfer);
}

static void *make_another(void *user)
{
  curl_easy_cleanup(user);
  return curl_multi_init();
}

/* What a perform of this thread had is the program's now, by another one. */
static void replace_elsewhere(void)
{
  struct transfer transfer;
  pthread_t thread;
  void *made = NULL;

  transfer_begin(&transfer, curl_easy_init(), "http://fake.test/");
  transfer_perform(&transfer);
  if(pthread_create(&thread, NULL, make_another, transfer.curl) ||
     pthread_join(thread, &made))
    return;
  transfer_begin(&transfer, curl_easy_init(), "http://fake.test/");
  transfer.multi = made;
  curl_multi_add_handle(made, transfer.curl);
  transfer_end(&transfer);
}

/* libcurl removes it by itself, from a multi handle that is not its own. */
static void clean_up_inside(void)
{
  struct transfer first;
  struct transfer second;

  transfer_begin(&first, curl_easy_init(), "http://fake.test/");
  transfer_begin(&second, curl_easy_init(), "http://fake.test/");
  transfer_enter(&first);
  curl_multi_add_handle(first.multi, second.curl);
  curl_easy_cleanup(second.curl);
  transfer_end(&first);
}

int main(int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*act)(void);
  } acts[] = {
    {"resolve", resolve},
    {"push", push},
    {"replace", replace},
    {"replace-inside", replace_inside},
    {"replace-multi", replace_multi},
    {"replace-multi-inside", replace_multi_inside},
    {"replace-multi-unseen", replace_multi_unseen},
    {"replace-elsewhere", replace_elsewhere},
    {"clean-up-inside", clean_up_inside},
  };

  for(size_t i = 0; argc > 1 && i < sizeof(acts) / sizeof(acts[0]); i++)
    if(!strcmp(argv[1], acts[i].name))
      acts[i].act();
  return 0;
}
