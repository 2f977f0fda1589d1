/*
 * inner.c - a libcurl that makes handles of its own, and frees what others made;
 * linked to a fake one. Prints what came of it.
 */
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
  };

  for(size_t i = 0; argc > 1 && i < sizeof(acts) / sizeof(acts[0]); i++)
    if(!strcmp(argv[1], acts[i].name))
      acts[i].act();
  return 0;
}
