#include "place.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What libcurl itself allows of a URL that is found. */
#define FOUND (CURLU_URLENCODE | CURLU_ALLOW_SPACE | CURLU_NON_SUPPORT_SCHEME)

struct origin {
  char *scheme;
  char *host;
  char *port;
  char *zone; /* of an IPv6 address that is not the same everywhere, or NULL */
};

static void clear_origin(const struct cw_libcurl *libcurl,
                         struct origin *origin)
{
  libcurl->free(origin->scheme);
  libcurl->free(origin->host);
  libcurl->free(origin->port);
  libcurl->free(origin->zone);
}

static CURLUcode get_origin(const struct cw_libcurl *libcurl, CURLU *url,
                            struct origin *origin)
{
  CURLUcode code = libcurl->url_get(url, CURLUPART_SCHEME, &origin->scheme, 0);
  if(!code)
    code = libcurl->url_get(url, CURLUPART_HOST, &origin->host, 0);
  if(!code)
    code =
      libcurl->url_get(url, CURLUPART_PORT, &origin->port, CURLU_DEFAULT_PORT);
  if(code || origin->host[0] != '[')
    return code;
  code = libcurl->url_get(url, CURLUPART_ZONEID, &origin->zone, 0);
  return code == CURLUE_NO_ZONEID ? CURLUE_OK : code;
}

/* The address fe80::1 is another host on each link. */
static bool is_same_zone(const char *a, const char *b)
{
  return a && b ? !strcmp(a, b) : a == b;
}

static enum cw_distance distance(const struct origin *from,
                                 const struct origin *to)
{
  if(strcasecmp(from->host, to->host) != 0 ||
     !is_same_zone(from->zone, to->zone))
    return CW_DISTANCE_AWAY;
  if(!strcmp(from->scheme, to->scheme) && !strcmp(from->port, to->port))
    return CW_DISTANCE_HOME;
  if(!strcmp(from->scheme, "http") && !strcmp(to->scheme, "https") &&
     !strcmp(from->port, "80") && !strcmp(to->port, "443"))
    return CW_DISTANCE_SECURE;
  return CW_DISTANCE_AWAY;
}

static bool list_has(const char *list, const char *name)
{
  while(*list) {
    const size_t length = strcspn(list, ",");
    const struct cw_span item = {.text = list, .length = length};
    if(cw_span_is(cw_span_trim(item), name) ||
       cw_span_is(cw_span_trim(item), "all"))
      return true;
    list += length + (list[length] == ',');
  }
  return false;
}

/* Whether one of libcurl's two ways to name protocols has |scheme| in it. */
static bool allows(const struct cw_notes *notes, enum cw_slot bits,
                   enum cw_slot list, const char *scheme)
{
  const long bit = strcmp(scheme, "https") ? CURLPROTO_HTTP : CURLPROTO_HTTPS;
  const char *text = cw_notes_text(notes, list);

  if(cw_notes_has(notes, list) && text)
    return list_has(text, scheme);
  return (cw_notes_long(notes, bits) & bit) != 0;
}

static enum cw_target_kind kind_of(const struct cw_notes *notes,
                                   const char *from, const char *to)
{
  if(strcmp(to, "http") != 0 && strcmp(to, "https") != 0)
    return CW_TARGET_SCHEME;
  if(!allows(notes, CW_SLOT_PROTOCOLS, CW_SLOT_PROTOCOLS_STR, to) ||
     !allows(notes, CW_SLOT_REDIR_PROTOCOLS, CW_SLOT_REDIR_PROTOCOLS_STR, to))
    return CW_TARGET_SCHEME;
  if(!strcmp(from, "https") && !strcmp(to, "http"))
    return CW_TARGET_DOWNGRADE;
  return CW_TARGET_FINE;
}

/* A part of |url|, NULL if it has none. What there is no memory to look at may
   be there. */
static CURLUcode look_at(const struct cw_libcurl *libcurl, CURLU *url,
                         CURLUPart part, char **text)
{
  const CURLUcode code = libcurl->url_get(url, part, text, 0);

  if(code)
    *text = NULL;
  return code == CURLUE_OUT_OF_MEMORY ? code : CURLUE_OK;
}

/* Gives |url| the part of |base| if it has none of its own. */
static CURLUcode inherit(const struct cw_libcurl *libcurl, CURLU *url,
                         CURLU *base, CURLUPart part)
{
  char *own = NULL;
  char *text = NULL;
  CURLUcode code = look_at(libcurl, url, part, &own);

  if(!code && !own)
    code = look_at(libcurl, base, part, &text);
  if(!code && text)
    code = libcurl->url_set(url, part, text, 0);
  libcurl->free(own);
  libcurl->free(text);
  return code;
}

static CURLUcode find_user(const struct cw_libcurl *libcurl, CURLU *url,
                           bool *is_there)
{
  char *text = NULL;
  const CURLUcode code = look_at(libcurl, url, CURLUPART_USER, &text);

  *is_there = text != NULL;
  libcurl->free(text);
  return code;
}

/* The userinfo of |base| counts for |url| too, unless it has its own. */
static CURLUcode borrow_userinfo(const struct cw_libcurl *libcurl, CURLU *url,
                                 CURLU *base, bool *is_borrowed)
{
  bool is_own = false;
  bool is_there = false;
  CURLUcode code = find_user(libcurl, url, &is_own);

  if(!code && !is_own)
    code = find_user(libcurl, base, &is_there);
  if(code || !is_there)
    return code;
  *is_borrowed = true;
  code = inherit(libcurl, url, base, CURLUPART_PASSWORD);
  return code ? code : inherit(libcurl, url, base, CURLUPART_USER);
}

/* What libcurl will take for a URL: it leaves blanks in some places of what it
   resolves that it refuses in a request. */
static bool is_clean(const char *url)
{
  for(; *url; url++)
    if((unsigned char)*url <= ' ' || *url == 0x7f)
      return false;
  return true;
}

static CURLUcode get_url(const struct cw_libcurl *libcurl, CURLU *url,
                         struct cw_place *place)
{
  char *text = NULL;
  CURLUcode code = libcurl->url_get(url, CURLUPART_URL, &text, 0);

  if(!code && !is_clean(text))
    code = CURLUE_MALFORMED_INPUT;
  if(!code && !cw_text_set(&place->url, text, strlen(text)))
    code = CURLUE_OUT_OF_MEMORY;
  libcurl->free(text);
  return code;
}

/* Goes from |base| to what |url|, a copy of it, has become. */
static CURLUcode settle(const struct cw_libcurl *libcurl,
                        const struct cw_notes *notes, CURLU *base, CURLU *url,
                        struct cw_place *place)
{
  struct origin from = {.scheme = NULL};
  struct origin to = {.scheme = NULL};

  CURLUcode code = get_origin(libcurl, base, &from);
  if(!code)
    code = libcurl->url_get(url, CURLUPART_SCHEME, &to.scheme, 0);
  if(code)
    goto out;
  place->kind = kind_of(notes, from.scheme, to.scheme);
  if(place->kind == CW_TARGET_SCHEME)
    goto out;
  libcurl->free(to.scheme);
  to.scheme = NULL;
  code = get_origin(libcurl, url, &to);
  /* without userinfo before it libcurl would take that for one */
  if(!code && to.zone && strchr(to.zone, '@'))
    code = CURLUE_MALFORMED_INPUT;
  if(code)
    goto out;
  place->distance = distance(&from, &to);
  code = inherit(libcurl, url, base, CURLUPART_FRAGMENT);
  if(!code && (place->distance == CW_DISTANCE_HOME ||
               cw_notes_long(notes, CW_SLOT_UNRESTRICTED_AUTH)))
    code = borrow_userinfo(libcurl, url, base, &place->borrows_userinfo);
  if(!code)
    code = get_url(libcurl, url, place);
out:
  clear_origin(libcurl, &from);
  clear_origin(libcurl, &to);
  return code;
}

/* The length of "http://authority" at the beginning of |url|, 0 if it does not
   begin so, or nobody can tell. */
static size_t origin_length(const char *url)
{
  size_t length = 0;

  if(!strncmp(url, "http://", 7))
    length = 7;
  else if(!strncmp(url, "https://", 8))
    length = 8;
  else
    return 0;
  length += strcspn(url + length, "/?#\\");
  /* a backslash ends a host to some, and is a part of the userinfo to others */
  return url[length] != '\\' ? length : 0;
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

/* Is there nothing in a path that resolving would change? An empty query is
   dropped by it. */
static bool is_plain_path(struct cw_span path)
{
  if(path.text[path.length - 1] == '?')
    return false;
  for(size_t i = 0; i < path.length; i++) {
    const char c = path.text[i];
    if(!is_word(c) && !strchr("-._~/?&=%+,:;@!$*()", c))
      return false;
    if(!c || (c == '.' && i && path.text[i - 1] == '/'))
      return false;
  }
  return true;
}

static bool restricts_protocols(const struct cw_notes *notes)
{
  return cw_notes_has(notes, CW_SLOT_PROTOCOLS) ||
         cw_notes_has(notes, CW_SLOT_PROTOCOLS_STR) ||
         cw_notes_has(notes, CW_SLOT_REDIR_PROTOCOLS) ||
         cw_notes_has(notes, CW_SLOT_REDIR_PROTOCOLS_STR);
}

/* The most frequent target, a plain path on the same server, needs no more
   than to be put behind the origin of |base|, which libcurl has just asked.
   False if this is not one. */
static bool find_near(const struct cw_notes *notes, const char *base,
                      struct cw_span location, struct cw_place *place)
{
  const size_t origin = origin_length(base);

  if(!origin || location.text[0] != '/' ||
     (location.length > 1 && location.text[1] == '/') ||
     strchr(base + origin, '#') || memchr(base, '%', origin) ||
     restricts_protocols(notes) || !is_plain_path(location))
    return false;
  if(!cw_text_set(&place->url, base, origin) ||
     !cw_text_add(&place->url, location.text, location.length)) {
    place->url.length = 0;
    return false;
  }
  place->kind = CW_TARGET_FINE;
  return true;
}

/* Does |location| begin with a scheme that is not ours? Some of those make no
   URL to libcurl ("mailto:a@b"), but what is wrong with them is the scheme. */
static bool names_other_scheme(struct cw_span location)
{
  size_t length = 0;

  while(length < location.length &&
        (is_word(location.text[length]) ||
         (length && strchr("+-.", location.text[length]))))
    length++;
  if(!length || length == location.length || location.text[length] != ':' ||
     is_digit(location.text[0]))
    return false;
  location.length = length;
  return !cw_span_is(location, "http") && !cw_span_is(location, "https");
}

CURLUcode cw_place_read(const struct cw_libcurl *libcurl,
                        const struct cw_notes *notes, const char *text,
                        unsigned flags, CURLU *url)
{
  const char *scheme = cw_notes_text(notes, CW_SLOT_DEFAULT_PROTOCOL);
  const CURLUcode code = libcurl->url_set(
    url, CURLUPART_URL, text,
    CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME | CURLU_ALLOW_SPACE | flags);

  if(code || !scheme || strstr(text, "://"))
    return code;
  /* of capitals libcurl makes small letters in a whole URL only */
  if(!strcasecmp(scheme, "https"))
    scheme = "https";
  else if(!strcasecmp(scheme, "http"))
    scheme = "http";
  return libcurl->url_set(url, CURLUPART_SCHEME, scheme,
                          CURLU_NON_SUPPORT_SCHEME);
}

CURLcode cw_place_find(const struct cw_libcurl *libcurl,
                       const struct cw_notes *notes, const char *base,
                       struct cw_span location, struct cw_place *place)
{
  const unsigned as_is =
    cw_notes_long(notes, CW_SLOT_PATH_AS_IS) ? CURLU_PATH_AS_IS : 0;
  CURLUcode code = CURLUE_OUT_OF_MEMORY;
  CURLU *from = NULL;
  CURLU *to = NULL;
  char *text = NULL;

  place->kind = CW_TARGET_NONE;
  place->distance = CW_DISTANCE_HOME;
  place->borrows_userinfo = false;
  place->url.length = 0;
  location = cw_span_trim(location);
  if(!location.length || find_near(notes, base, location, place))
    return CURLE_OK;
  if(names_other_scheme(location)) {
    place->kind = CW_TARGET_SCHEME;
    return CURLE_OK;
  }
  text = strndup(location.text, location.length);
  from = libcurl->url();
  to = libcurl->url();
  if(!text || !from || !to)
    goto out;
  code = cw_place_read(libcurl, notes, base, CURLU_URLENCODE | as_is, from);
  if(!code)
    code = cw_place_read(libcurl, notes, base, CURLU_URLENCODE | as_is, to);
  /* libcurl would put a mere query behind it */
  if(!code)
    code = libcurl->url_set(to, CURLUPART_FRAGMENT, NULL, 0);
  if(!code)
    code = libcurl->url_set(to, CURLUPART_URL, text, FOUND | as_is);
  if(!code)
    code = settle(libcurl, notes, from, to, place);
out:
  libcurl->url_cleanup(from);
  libcurl->url_cleanup(to);
  free(text);
  if(code == CURLUE_OUT_OF_MEMORY)
    return CURLE_OUT_OF_MEMORY;
  if(code)
    place->kind = CW_TARGET_BAD;
  return CURLE_OK;
}
