#include "tale_url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

static bool get(CURLU *parts, CURLUPart part, unsigned flags, char *text,
                size_t size)
{
  char *found = NULL;
  const bool is_there = !curl_url_get(parts, part, &found, flags);

  (void)snprintf(text, size, "%s", is_there ? found : "");
  curl_free(found);
  return is_there;
}

static CURLU *parse(const struct tale_url *base, const char *text)
{
  CURLU *parts = curl_url();
  char from[256] = "";

  if(base)
    (void)snprintf(from, sizeof(from), "%s://%s:%s%s", base->scheme,
                   base->host, base->port, base->rest);
  if((base &&
      curl_url_set(parts, CURLUPART_URL, from, CURLU_NON_SUPPORT_SCHEME)) ||
     curl_url_set(parts, CURLUPART_URL, text,
                  CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE |
                    CURLU_ALLOW_SPACE)) {
    curl_url_cleanup(parts);
    return NULL;
  }
  return parts;
}

bool tale_url_read(struct tale_url *url, const struct tale_url *base,
                   const char *text)
{
  CURLU *parts = parse(base, text);
  char query[64] = "";

  memset(url, 0, sizeof(*url));
  if(!parts)
    return false;
  (void)get(parts, CURLUPART_SCHEME, 0, url->scheme, sizeof(url->scheme));
  (void)get(parts, CURLUPART_HOST, 0, url->host, sizeof(url->host));
  (void)get(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT, url->port,
            sizeof(url->port));
  (void)get(parts, CURLUPART_PATH, 0, url->rest, sizeof(url->rest) / 2);
  if(get(parts, CURLUPART_QUERY, 0, query, sizeof(query) / 2)) {
    strcat(url->rest, "?");
    strcat(url->rest, query);
  }
  curl_url_cleanup(parts);
  return true;
}

bool tale_url_is_near(const struct tale_url *a, const struct tale_url *b)
{
  return !strcmp(a->scheme, b->scheme) && !strcasecmp(a->host, b->host) &&
         !strcmp(a->port, b->port);
}

bool tale_url_is(const struct tale_url *a, const struct tale_url *b)
{
  return tale_url_is_near(a, b) && !strcmp(a->rest, b->rest);
}

bool tale_url_is_secured(const struct tale_url *a, const struct tale_url *b)
{
  return !strcmp(a->scheme, "http") && !strcmp(b->scheme, "https") &&
         !strcmp(a->port, "80") && !strcmp(b->port, "443") &&
         !strcasecmp(a->host, b->host);
}

bool tale_url_is_http(const struct tale_url *url)
{
  return !strcmp(url->scheme, "http") || !strcmp(url->scheme, "https");
}
