/* location.c - fuzzes where a redirect leads: any bytes as a Location, from a
   base of some shape, and on from there. Each target is read anew, by libcurl
   and by a reader of its own. */
#include "fuzz.h"

#include <string.h>
#include <strings.h>

#include "choices.h"
#include "place.h"
#include "shown.h"

#define HOPS   4
#define SECRET "Us3r:Pa55@" /* the application's, in its URL */

static const struct cw_libcurl *const libcurl = &cw_libcurl_linked;

/* A URL taken apart by hand. */
struct url {
  char scheme[8];
  struct cw_span userinfo;
  struct cw_span host;
  struct cw_span zone; /* of an IPv6 address */
  unsigned port;
  const char *rest; /* from the path on */
};

static bool is_same(struct cw_span a, struct cw_span b)
{
  return a.length == b.length && !strncasecmp(a.text, b.text, a.length);
}

/* |text|, which is one that curlew made: absolute, http or https. */
static struct url take_apart(const char *text)
{
  struct url url = {.scheme = "http", .zone = {"", 0}, .port = 80};
  size_t skipped = 7;

  if(!strncmp(text, "https://", 8)) {
    memcpy(url.scheme, "https", 6);
    url.port = 443;
    skipped = 8;
  }
  else
    fuzz_promise(!strncmp(text, "http://", 7));
  url.host.text = text + skipped;
  url.host.length = strcspn(url.host.text, "/?#");
  url.rest = url.host.text + url.host.length;
  const char *at = memchr(url.host.text, '@', url.host.length);
  if(at) { /* the first; a zone may have another */
    url.userinfo =
      (struct cw_span){url.host.text, (size_t)(at - url.host.text)};
    url.host.length -= url.userinfo.length + 1;
    url.host.text = at + 1;
  }
  for(size_t i = url.host.length; i > 0; i--) {
    if(url.host.text[i - 1] == ']')
      break;
    if(url.host.text[i - 1] != ':')
      continue;
    url.port = (unsigned)strtoul(url.host.text + i, NULL, 10);
    url.host.length = i - 1;
    break;
  }
  if(url.host.text[0] == '[') { /* like libcurl, without its zone */
    url.host.text++;
    url.host.length = strcspn(url.host.text, "%]");
    url.zone.text = url.host.text + url.host.length;
    url.zone.length = strcspn(url.zone.text, "]");
  }
  return url;
}

static enum cw_distance distance_of(const struct url *from,
                                    const struct url *to)
{
  if(!is_same(from->host, to->host) || from->zone.length != to->zone.length ||
     strncmp(from->zone.text, to->zone.text, from->zone.length) != 0)
    return CW_DISTANCE_AWAY;
  if(!strcmp(from->scheme, to->scheme) && from->port == to->port)
    return CW_DISTANCE_HOME;
  return !strcmp(to->scheme, "https") && from->port == 80 && to->port == 443 &&
             !strcmp(from->scheme, "http")
           ? CW_DISTANCE_SECURE
           : CW_DISTANCE_AWAY;
}

/* Is |name| what |host| is without "%25"? In a host nothing else is escaped. */
static bool is_name_of(const char *name, struct cw_span host)
{
  if(*name == '[')
    return host.length + 2 == strlen(name) &&
           !strncasecmp(name + 1, host.text, host.length);
  for(; host.length && *name == *host.text; name++) {
    const size_t used =
      *name == '%' && host.length > 2 && !memcmp(host.text, "%25", 3) ? 3 : 1;
    host.text += used;
    host.length -= used;
  }
  return !host.length && !*name;
}

/* "0.0" was escaped, or libcurl would have written 0.0.0.0 for it at once; it
   does when it reads it again. */
static bool is_address(struct cw_span host)
{
  return strspn(host.text, "0123456789abcdefABCDEFxX.") >= host.length &&
         host.text[0] >= '0' && host.text[0] <= '9';
}

/* libcurl, which will be given it, reads the same in it. */
static void is_read_so(const char *text, const struct url *url)
{
  CURLU *parts = curl_url();
  char *scheme = NULL;
  char *host = NULL;
  char *port = NULL;

  fuzz_promise(parts);
  fuzz_promise(!curl_url_set(parts, CURLUPART_URL, text, 0));
  fuzz_promise(!curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0));
  fuzz_promise(!curl_url_get(parts, CURLUPART_HOST, &host, 0));
  fuzz_promise(
    !curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT));
  fuzz_promise(!strcmp(scheme, url->scheme));
  fuzz_promise(is_name_of(host, url->host) || is_address(url->host));
  fuzz_promise(strtoul(port, NULL, 10) == url->port);
  curl_free(scheme);
  curl_free(host);
  curl_free(port);
  curl_url_cleanup(parts);
}

static struct cw_place find(const struct cw_notes *notes, const char *base,
                            struct cw_span location)
{
  struct cw_place place = {.kind = CW_TARGET_NONE};

  fuzz_promise(!cw_place_find(libcurl, notes, base, location, &place));
  fuzz_promise(
    (cw_place_url(&place) != NULL) ==
    (place.kind == CW_TARGET_FINE || place.kind == CW_TARGET_DOWNGRADE));
  return place;
}

static void leads_to(const struct cw_notes *notes, const char *base,
                     const char *location, const char *expected)
{
  struct cw_place place = find(notes, base, cw_span_of(location));

  fuzz_promise(cw_place_url(&place));
  fuzz_promise(!strcmp(cw_place_url(&place), expected));
  cw_text_clear(&place.url);
}

/* What others are shown of |url| is not what is between sites. */
static void is_shown_bare(const char *url)
{
  char *bare = cw_shown_bare(libcurl, url);
  char *near = cw_shown_referer(libcurl, url, CW_DISTANCE_HOME);
  char *far = cw_shown_referer(libcurl, url, CW_DISTANCE_AWAY);
  struct cw_text shown = {.data = NULL};
  const struct url own = take_apart(url);

  fuzz_promise(bare && near && far);
  fuzz_promise(cw_shown_url(libcurl, url, &shown) && shown.length);
  const char *const texts[] = {bare, near, far, shown.data};
  for(size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    const struct url part = take_apart(texts[i]);
    fuzz_promise(!part.userinfo.text);
    fuzz_promise(is_same(part.host, own.host) || is_address(own.host));
    fuzz_promise(part.port == own.port);
    fuzz_promise(!i || !strchr(texts[i], '#'));
  }
  fuzz_promise(!strcmp(take_apart(bare).rest, own.rest));
  fuzz_promise(!strchr(far, '?'));
  cw_text_clear(&shown);
  curl_free(bare);
  curl_free(near);
  curl_free(far);
}

static void is_sound(const struct cw_notes *notes, const char *base,
                     const struct cw_place *place)
{
  const char *text = cw_place_url(place);
  const struct url from = take_apart(base);
  const struct url to = take_apart(text);
  const bool is_downgrade =
    !strcmp(from.scheme, "https") && !strcmp(to.scheme, "http");

  for(const char *c = text; *c; c++)
    fuzz_promise((unsigned char)*c > ' ' && *c != 0x7f);
  is_read_so(text, &to);
  fuzz_promise(is_downgrade == (place->kind == CW_TARGET_DOWNGRADE));
  fuzz_promise(place->distance == distance_of(&from, &to));
  if(place->borrows_userinfo) {
    fuzz_promise(from.userinfo.text && is_same(from.userinfo, to.userinfo));
    fuzz_promise(place->distance == CW_DISTANCE_HOME ||
                 cw_notes_long(notes, CW_SLOT_UNRESTRICTED_AUTH));
  }
  if(!is_address(to.host)) {
    leads_to(notes, text, text, text);
    leads_to(notes, "http://elsewhere.test/a?b", text, text);
  }
  is_shown_bare(text);
}

/* The base's userinfo makes no difference, but to what is at home. */
static void keeps_secret(const struct cw_notes *notes, const char *base,
                         struct cw_span location, const struct cw_place *place)
{
  const struct url from = take_apart(base);

  if(!from.userinfo.text || cw_notes_long(notes, CW_SLOT_UNRESTRICTED_AUTH))
    return;
  char *bare = strdup(base);
  fuzz_promise(bare);
  char *info = bare + (from.userinfo.text - base);
  memmove(info, info + from.userinfo.length + 1,
          strlen(info + from.userinfo.length + 1) + 1);
  struct cw_place same = find(notes, bare, location);
  fuzz_promise(same.kind == place->kind);
  fuzz_promise(same.distance == place->distance);
  if(place->distance != CW_DISTANCE_HOME && cw_place_url(place))
    fuzz_promise(!strcmp(cw_place_url(&same), cw_place_url(place)));
  cw_text_clear(&same.url);
  free(bare);
}

static bool is_alnum(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

/* The length of the scheme, or of what libcurl might take for one, with which
   |location| begins; 0 if it does not. */
static size_t scheme_of(struct cw_span location)
{
  size_t i = 0;

  while(i < location.length &&
        (is_alnum(location.text[i]) || strchr("+-.", location.text[i])))
    i++;
  return i < location.length && location.text[i] == ':' ? i : 0;
}

/* What |location| itself says of where it leads. */
static void is_what_it_says(const struct cw_notes *notes,
                            struct cw_span location,
                            const struct cw_place *place)
{
  const struct cw_span text = cw_span_trim(location);
  const size_t scheme = scheme_of(text);
  const bool is_of_ours =
    (text.length > 5 && !strncasecmp(text.text, "http:", 5)) ||
    (text.length > 6 && !strncasecmp(text.text, "https:", 6));

  fuzz_promise((place->kind == CW_TARGET_NONE) == !text.length);
  if(!text.length)
    return;
  if(scheme && scheme < 40 && !is_of_ours) /* it knows no longer ones */
    fuzz_promise(place->kind == CW_TARGET_SCHEME ||
                 place->kind == CW_TARGET_BAD);
  if(!scheme && !memchr("/\\", text.text[0], 2)) {
    fuzz_promise(place->distance == CW_DISTANCE_HOME);
    fuzz_promise(place->kind != CW_TARGET_DOWNGRADE);
  }
  if(place->kind == CW_TARGET_SCHEME &&
     !cw_notes_has(notes, CW_SLOT_REDIR_PROTOCOLS_STR))
    fuzz_promise(scheme && !is_of_ours);
}

/* The short way to what is near gives what the long way would. */
static void is_same_by_long_way(const struct cw_notes *notes, const char *base,
                                struct cw_span location,
                                const struct cw_place *place)
{
  struct cw_notes other;
  char both[] = "http,https";

  if(cw_notes_has(notes, CW_SLOT_REDIR_PROTOCOLS_STR))
    return;
  cw_notes_init(&other);
  fuzz_promise(cw_notes_copy(&other, notes));
  fuzz_promise(cw_notes_set(&other, CW_SLOT_REDIR_PROTOCOLS_STR,
                            (union cw_argument){.text = both}));
  struct cw_place same = find(&other, base, location);
  fuzz_promise(same.kind == place->kind);
  fuzz_promise(same.distance == place->distance);
  if(cw_place_url(place) && !is_address(take_apart(base).host))
    fuzz_promise(!strcmp(cw_place_url(place), cw_place_url(&same)));
  cw_text_clear(&same.url);
  cw_notes_free(&other);
}

/* Where nothing but one of them is allowed, the other is not gone to. */
static void respects_protocols(const struct cw_notes *notes,
                               const struct cw_place *place)
{
  const char *only = cw_notes_text(notes, CW_SLOT_REDIR_PROTOCOLS_STR);

  if(only && cw_place_url(place))
    fuzz_promise(!strcmp(take_apart(cw_place_url(place)).scheme, only));
}

static void choose_notes(struct choices *choices, struct cw_notes *notes)
{
  const unsigned what = choose(choices, 32);
  char only[] = "https";

  cw_notes_init(notes);
  if((what & 3) == 3)
    fuzz_promise(cw_notes_set(notes, CW_SLOT_PATH_AS_IS,
                              (union cw_argument){.number = 1}));
  if((what & 12) == 12)
    fuzz_promise(cw_notes_set(notes, CW_SLOT_UNRESTRICTED_AUTH,
                              (union cw_argument){.number = 1}));
  if(what & 16) {
    if(choose(choices, 2))
      only[4] = '\0';
    fuzz_promise(cw_notes_set(notes, CW_SLOT_REDIR_PROTOCOLS_STR,
                              (union cw_argument){.text = only}));
  }
}

/* Does libcurl write |url| as it reads it? */
static bool is_stable(const char *url)
{
  CURLU *parts = curl_url();
  char *text = NULL;

  fuzz_promise(parts);
  fuzz_promise(!curl_url_set(parts, CURLUPART_URL, url, CURLU_PATH_AS_IS));
  fuzz_promise(!curl_url_get(parts, CURLUPART_URL, &text, 0));
  const bool is_same_text = !strcmp(url, text);
  curl_free(text);
  curl_url_cleanup(parts);
  return is_same_text;
}

/* Cuts a line off |choices|; a Location has no NUL in it either. */
static struct cw_span take_line(struct choices *choices)
{
  const char *text = (const char *)choices->next;
  size_t length = 0;

  while(length < choices->left && text[length] && text[length] != '\n')
    length++;
  choices->next += length < choices->left ? length + 1 : length;
  choices->left -= length < choices->left ? length + 1 : length;
  return (struct cw_span){text, length};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char *const bases[] = {
    "http://a.test/",
    "https://" SECRET "a.test/x/y/z?q=1#part",
    "http://" SECRET "a.test:8080/x/y",
    "https://" SECRET "[::1]:444/x/y;z",
    "http://A.Test:80/x//y/",
    "https://127.0.0.1/%2e/x?",
    "http://" SECRET "a.test?q",
    "https://a.test:443",
  };
  struct choices choices = {.next = data, .left = size};
  struct cw_place place = {.kind = CW_TARGET_NONE};
  struct cw_notes notes;
  char base[8192];

  if(size > 2048)
    return 0;
  const unsigned shape = choose(&choices, sizeof(bases) / sizeof(bases[0]));
  snprintf(base, sizeof(base), "%s", bases[shape]);
  choose_notes(&choices, &notes);
  for(unsigned i = 0; i < HOPS && choices_left(&choices); i++) {
    const struct cw_span line = take_line(&choices);
    char *copy = malloc(line.length + 1);
    fuzz_promise(copy);
    memcpy(copy, line.text, line.length);
    const struct cw_span location = {copy, line.length};
    place = find(&notes, base, location);
    is_what_it_says(&notes, location, &place);
    is_same_by_long_way(&notes, base, location, &place);
    respects_protocols(&notes, &place);
    keeps_secret(&notes, base, location, &place);
    const char *url = cw_place_url(&place);
    if(url)
      is_sound(&notes, base, &place);
    if(url && strlen(url) < sizeof(base))
      memcpy(base, url, strlen(url) + 1);
    cw_text_clear(&place.url);
    free(copy);
    if(!url || (is_address(take_apart(base).host) && !is_stable(base)))
      break;
  }
  cw_notes_free(&notes);
  return 0;
}
