/*
 * place.h - where a redirect leads, and how far that is.
 */
#ifndef CW_PLACE_H
#define CW_PLACE_H

#include <stdbool.h>

#include "engine.h"
#include "libcurl.h"
#include "notes.h"
#include "span.h"
#include "text.h"

/* How far from home: what may be taken along. It never shrinks again. */
enum cw_distance {
  CW_DISTANCE_HOME, /* the origin that the application's credentials are for */
  CW_DISTANCE_SECURE, /* the same host, by https where it was http */
  CW_DISTANCE_AWAY
};

struct cw_place {
  enum cw_target_kind kind;
  enum cw_distance distance;
  bool borrows_userinfo; /* that in |url| is of the URL it was found from */
  struct cw_text url;    /* absolute; empty unless there is one; used again */
};

/* Where |place| leads, NULL if nowhere. */
static inline const char *cw_place_url(const struct cw_place *place)
{
  return place->url.length ? place->url.data : NULL;
}

/* Makes |url| what |text|, the URL of a request, is to libcurl: one without a
   scheme has the application's default, or the one that libcurl guesses.
   |flags| are further ones of curl_url_set(). */
CURLUcode cw_place_read(const struct cw_libcurl *libcurl,
                        const struct cw_notes *notes, const char *text,
                        unsigned flags, CURLU *url);

/*
 * Resolves |location| against |base|. A fragment of |base| is inherited, and
 * on the same origin, or with UNRESTRICTED_AUTH, its userinfo. |notes| tell
 * what the application said of protocols, paths and that. CURLE_OUT_OF_MEMORY,
 * or CURLE_OK whatever it is.
 */
CURLcode cw_place_find(const struct cw_libcurl *libcurl,
                       const struct cw_notes *notes, const char *base,
                       struct cw_span location, struct cw_place *place);

#endif
