/* tale_url.h - URLs as the model of a tale sees them: by libcurl's parser. */
#ifndef TALE_URL_H
#define TALE_URL_H

#include <stdbool.h>

struct tale_url {
  char scheme[16];
  char host[64];
  char port[8];
  char rest[96]; /* path and query */
};

/* Reads |text|, or what it says relative to |base| (NULL: it is absolute).
   False where it is no URL. */
bool tale_url_read(struct tale_url *url, const struct tale_url *base,
                   const char *text);

bool tale_url_is(const struct tale_url *a, const struct tale_url *b);

/* Scheme, host and port are the same. */
bool tale_url_is_near(const struct tale_url *a, const struct tale_url *b);

/* From http to https of one host, default ports. */
bool tale_url_is_secured(const struct tale_url *a, const struct tale_url *b);

bool tale_url_is_http(const struct tale_url *url);

#endif
