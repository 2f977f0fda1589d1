/* tale_check.c - walks through an operation, request by request. */
#include "tale_seen.h"

#include <stdarg.h>

#include "store.h"

static char *text_of(const char *format, va_list args)
{
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);

  if(!out)
    abort();
  vfprintf(out, format, args);
  fclose(out);
  return text;
}

char *tale_text(const char *format, ...)
{
  va_list args;

  va_start(args, format);
  char *text = text_of(format, args);
  va_end(args);
  return text;
}

bool tale_break(struct tale_walk *walk, const char *format, ...)
{
  const struct tale_seen *seen = walk->seen;
  va_list args;

  if(walk->broken)
    return false;
  va_start(args, format);
  char *text = text_of(format, args);
  va_end(args);
  walk->broken = tale_text("%s (operation %u, request %u)", text,
                           (unsigned)(seen->operation - seen->tale->operation),
                           (unsigned)walk->at);
  free(text);
  return false;
}

/* ---- the first request ---- */

/* One more redirect that was remembered; false where there is none. */
static bool recall(const struct tale_walk *walk, struct tale_url *url)
{
  const struct tale_seen *seen = walk->seen;

  for(size_t i = seen->knows; i > 0; i--)
    if(tale_url_is(&seen->known[i - 1].from, url)) {
      *url = seen->known[i - 1].to;
      return true;
    }
  return false;
}

static void leave_home(struct tale_walk *walk, const struct tale_url *url)
{
  if(tale_url_is_near(&walk->home, url))
    return;
  walk->is_moved = true;
  if(!tale_url_is_secured(&walk->home, url))
    walk->is_away = true;
}

static bool has_userinfo(const struct tale *tale)
{
  bool is_found = false;

  for(size_t i = 0; i < tale->count; i++)
    is_found = is_found || strchr(tale->operation[i].url, '@');
  return is_found;
}

/* Did a redirect lead there before? */
static bool is_known(const struct tale_walk *walk, const struct tale_url *url)
{
  for(size_t i = 0; i < walk->seen->knows; i++)
    if(tale_url_is(&walk->seen->known[i].to, url))
      return true;
  return false;
}

/* The first request may go straight to where it was sent before. */
bool tale_check_first(struct tale_walk *walk)
{
  const struct tale_seen *seen = walk->seen;
  const char *sent = seen->scene->script.request[0].url;
  struct tale_url first;

  if(!tale_promise(walk, tale_url_read(&first, NULL, sent),
                   "what is asked for is a URL"))
    return false;
  while(!tale_url_is(&first, &walk->url) && walk->hops <= TALE_KNOWN &&
        recall(walk, &walk->url)) {
    walk->hops++;
    leave_home(walk, &walk->url);
  }
  walk->is_remembered = walk->hops > 0;
  walk->is_vague = walk->is_remembered && has_userinfo(seen->tale);
  if(walk->is_vague && !tale_url_is(&first, &walk->url) &&
     is_known(walk, &first)) {
    walk->url = first;
    walk->hops = 1;
    walk->is_moved = walk->is_away = false;
    leave_home(walk, &first);
  }
  return tale_promise(walk, tale_url_is(&first, &walk->url),
                      "the first request goes where the application says, or "
                      "a permanent redirect led before: %s",
                      sent) &&
         (!walk->is_remembered ||
          (tale_promise(walk, tale_may_follow(walk),
                        "no redirect is remembered that is not wanted") &&
           tale_promise(walk, walk->hops <= tale_most_hops(walk),
                        "remembered redirects are bounded too") &&
           tale_promise(walk,
                        !strcmp(walk->method, "GET") ||
                          !strcmp(walk->method, "HEAD"),
                        "redirects are remembered for GET and HEAD")));
}

/* ---- all of it ---- */

static bool go(struct tale_walk *walk)
{
  const size_t count = walk->seen->scene->script.played;

  if(!tale_promise(walk, walk->seen->outcome != NULL, "there is an outcome"))
    return false;
  if(!count)
    return tale_promise(walk, walk->seen->result != CURLE_OK,
                        "what was not sent has failed");
  if(!tale_promise(walk, walk->seen->outcome->count == count,
                   "the outcome has a row for each request: %u of %u",
                   (unsigned)walk->seen->outcome->count, (unsigned)count) ||
     !tale_check_first(walk))
    return false;
  for(; walk->at < count; walk->at++, walk->is_error = false)
    if(!tale_check_request(walk) ||
       (walk->at + 1 < count && !tale_check_step(walk)))
      return false;
  walk->at--;
  return tale_check_end(walk) && tale_check_told(walk);
}

char *tale_check(struct tale_seen *seen)
{
  struct tale_walk walk = {
    .seen = seen, .method = seen->tale->application.method, .sends = 1};

  (void)tale_url_read(&walk.home, NULL, seen->operation->url);
  walk.url = walk.home;
  (void)go(&walk);
  return walk.broken;
}
