/* tale.c - reads a tale: the way it is played, the application, and what it
   asks for. */
#include "tale.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void read_request(struct tale_application *application,
                         struct choices *choices)
{
  static const char *const methods[] = {"GET",   "POST",   "PUT",    "HEAD",
                                        "PATCH", "DELETE", "OPTIONS"};
  static const char *const sending[] = {"POST", "PUT", "PATCH"};

  application->method = methods[choose(choices, COUNT(methods))];
  application->body = TALE_NO_BODY;
  for(size_t i = 0; i < COUNT(sending); i++)
    if(!strcmp(application->method, sending[i]))
      application->body = (enum tale_body)(1 + choose(choices, 5));
  if(!strcmp(application->method, "PUT") && application->body == TALE_MEMORY)
    application->body = TALE_REWINDS;
  application->has_key = choose_rarely(choices, 4);
  application->sends_expect = choose_rarely(choices, 5);
  application->expects = choose(choices, 2);
}

static void read_options(struct tale_application *application,
                         struct choices *choices)
{
  static const long redirects[] = {-1, 0, 1, 2};
  static const long timeouts[] = {0, 100, 1000, 3000, 60000};

  application->follow = (int)choose(choices, 3) - 1;
  if(application->follow >= 0)
    application->follow = !application->follow; /* 1 is plainer than 0 */
  application->post_redirect = choose(choices, 8);
  application->max_redirects = redirects[choose(choices, COUNT(redirects))];
  application->timeout_ms = timeouts[choose(choices, COUNT(timeouts))];
  application->is_unrestricted = choose_rarely(choices, 5);
  application->credentials = choose(choices, 256);
  application->asks = choose(choices, 3);
  application->shares = choose(choices, 2);
  application->watches = choose(choices, 2);
}

static void read_moods(struct tale_application *application,
                       struct choices *choices)
{
  static const uint64_t cancels[] = {0, 1, 100, 450, 3000};

  application->pause_every = choose_rarely(choices, 6) ? 3 : 0;
  application->pause_head_at =
    choose_rarely(choices, 6) ? 1 + choose(choices, 6) : 0;
  /* in a head that was held to the end a line is told twice, not thrice */
  if(application->pause_every)
    application->pause_head_at = 0;
  application->abort_head_at =
    choose_rarely(choices, 12) ? 1 + choose(choices, 8) : 0;
  application->abort_body_at =
    choose_rarely(choices, 12) ? 1 + choose(choices, 4) : 0;
  application->abort_progress_at =
    choose_rarely(choices, 12) ? 1 + choose(choices, 8) : 0;
  application->cancel_ms =
    choose_rarely(choices, 10) ? cancels[choose(choices, COUNT(cancels))] : 0;
}

void tale_read_application(struct tale_application *application,
                           struct choices *choices)
{
  read_request(application, choices);
  read_options(application, choices);
  read_moods(application, choices);
}

static void read_operation(struct tale *tale, struct choices *choices)
{
  static const char *const urls[] = {
    "http://a/",
    "https://a/",
    "http://b/x?y=1",
    "http://user:" TALE_SECRET "-word@a/x?q=" TALE_SECRET "-q#part",
    "http://c.b/",
  };
  static const uint64_t pauses[] = {0, 1000, 20000};
  struct tale_operation *operation = &tale->operation[tale->count];

  operation->url = urls[choose(choices, COUNT(urls))];
  operation->pause_ms = pauses[choose(choices, COUNT(pauses))];
  /* each says by itself that it is there, so that each can be left out */
  while(operation->count < TALE_EXCHANGES && choose(choices, 4)) {
    char tag[16];
    (void)snprintf(tag, sizeof(tag), "%u.%u", (unsigned)tale->count,
                   (unsigned)operation->count);
    tale_read_exchange(&operation->exchange[operation->count++], tale, choices,
                       tag);
  }
  tale->count++;
}

void tale_read(struct tale *tale, const uint8_t *data, size_t size)
{
  struct choices choices = {.next = data, .left = size};

  memset(tale, 0, sizeof(*tale));
  tale->way = (enum drive_way)choose(&choices, 3);
  tale->is_traced = choose(&choices, 2);
  tale->is_warm = choose(&choices, 2);
  tale->chance = choose(&choices, 256);
  if(tale->chance % 4 == 1)
    tale->chance = 1; /* an end is worth more than what lies between */
  /* most tales are of the default: what is rare in a policy is asked for */
  struct choices none = {.left = 0};
  const bool is_own = choose(&choices, 2);
  tale_read_policy(&tale->policy, is_own ? &choices : &none);
  tale_read_application(&tale->application, &choices);
  do
    read_operation(tale, &choices);
  while(tale->count < TALE_OPERATIONS && choose(&choices, 4));
}
