#include "shown.h"

#include <string.h>

#define SHOWN                                                                 \
  (CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME | CURLU_ALLOW_SPACE)
#define GIVEN (SHOWN | CURLU_URLENCODE)

/* Writes the names of a query, and a star for each value. */
static bool redact_query(const char *query, struct cw_text *shown)
{
  bool is_fine = cw_text_add(shown, "?", 1);

  while(is_fine && *query) {
    const size_t item = strcspn(query, "&");
    const size_t name = strcspn(query, "=&");
    if(name < item)
      is_fine = cw_text_add(shown, query, name + 1);
    is_fine = is_fine && cw_text_add(shown, "*", 1);
    query += item;
    if(*query == '&') {
      is_fine = is_fine && cw_text_add(shown, "&", 1);
      query++;
    }
  }
  return is_fine;
}

bool cw_shown_url(const struct cw_libcurl *libcurl, const char *url,
                  struct cw_text *shown)
{
  CURLU *parts = libcurl->url();
  char *query = NULL;
  char *bare = NULL;
  bool is_fine = cw_text_set(shown, "", 0);

  if(!parts || !is_fine)
    goto out;
  /* what cannot be read cannot be shown either: it may be anything */
  if(libcurl->url_set(parts, CURLUPART_URL, url, SHOWN))
    goto out;
  (void)libcurl->url_get(parts, CURLUPART_QUERY, &query, 0);
  is_fine = !libcurl->url_set(parts, CURLUPART_USER, NULL, 0) &&
            !libcurl->url_set(parts, CURLUPART_PASSWORD, NULL, 0) &&
            !libcurl->url_set(parts, CURLUPART_OPTIONS, NULL, 0) &&
            !libcurl->url_set(parts, CURLUPART_QUERY, NULL, 0) &&
            !libcurl->url_set(parts, CURLUPART_FRAGMENT, NULL, 0) &&
            !libcurl->url_get(parts, CURLUPART_URL, &bare, 0) &&
            cw_text_set(shown, bare, strlen(bare)) &&
            (!query || redact_query(query, shown));
out:
  libcurl->free(query);
  libcurl->free(bare);
  libcurl->url_cleanup(parts);
  return is_fine && parts;
}

char *cw_shown_bare(const struct cw_libcurl *libcurl, const char *url)
{
  CURLU *parts = libcurl->url();
  char *text = NULL;

  if(parts &&
     !libcurl->url_set(parts, CURLUPART_URL, url, GIVEN | CURLU_PATH_AS_IS) &&
     !libcurl->url_set(parts, CURLUPART_USER, NULL, 0) &&
     !libcurl->url_set(parts, CURLUPART_PASSWORD, NULL, 0) &&
     libcurl->url_get(parts, CURLUPART_URL, &text, 0))
    text = NULL;
  libcurl->url_cleanup(parts);
  return text;
}

char *cw_shown_referer(const struct cw_libcurl *libcurl, const char *url,
                       enum cw_distance distance)
{
  CURLU *parts = libcurl->url();
  char *text = NULL;

  if(parts && !libcurl->url_set(parts, CURLUPART_URL, url, GIVEN) &&
     !libcurl->url_set(parts, CURLUPART_USER, NULL, 0) &&
     !libcurl->url_set(parts, CURLUPART_PASSWORD, NULL, 0) &&
     !libcurl->url_set(parts, CURLUPART_FRAGMENT, NULL, 0) &&
     (distance == CW_DISTANCE_HOME ||
      !libcurl->url_set(parts, CURLUPART_QUERY, NULL, 0)) &&
     libcurl->url_get(parts, CURLUPART_URL, &text, 0))
    text = NULL;
  libcurl->url_cleanup(parts);
  return text;
}
