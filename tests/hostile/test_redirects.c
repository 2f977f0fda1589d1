/* Tests of redirects that never end, that grow, and that lead to nowhere. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "siege.h"

#define OK "head=200 OK|Content-Length: 2;raw=ok"

#define COUNT(list)  (sizeof(list) / sizeof((list)[0]))
#define MEMORY_KIB   4096
#define HOPS_DEFAULT 20

static struct fall meet(struct wire *wire, const struct siege *siege,
                        int stand)
{
  return siege_begin(wire, siege, (enum siege_stand)stand);
}

static void ask_for_hops(CURL *curl)
{
  curlew_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
}

static const struct {
  const char *name;
  const char *step;
  const char *end;
  CURLcode asked; /* the result where the program asked for redirects */
  unsigned requests;
} bombs[] = {
  {"itself", "head=302 Found|Location: $|Content-Length: 0", "redirect-loop",
   CURLE_TOO_MANY_REDIRECTS, 1},
  {"moved", "head=301 Moved|Location: $|Content-Length: 0", "redirect-loop",
   CURLE_TOO_MANY_REDIRECTS, 1},
  {"query", "head=302 Found|Location: $&more|Content-Length: 0",
   "too-many-redirects", CURLE_TOO_MANY_REDIRECTS, HOPS_DEFAULT + 1},
  {"deeper", "head=308 Moved|Location: $/a/|Content-Length: 0",
   "too-many-redirects", CURLE_TOO_MANY_REDIRECTS, HOPS_DEFAULT + 1},
  {"upwards", "head=302 Found|Location: /a/./../b/..$&x|Content-Length: 0",
   "too-many-redirects", CURLE_TOO_MANY_REDIRECTS, HOPS_DEFAULT + 1},
  {"cookies",
   "head=302 Found|Location: $|Set-Cookie: a=b|Retry-After: 0|"
   "Content-Length: 0",
   "too-many-redirects", CURLE_TOO_MANY_REDIRECTS, HOPS_DEFAULT + 1},
  {"fragment", "head=302 Found|Location: $#more|Content-Length: 0",
   "redirect-loop", CURLE_TOO_MANY_REDIRECTS, 1},
};

static void redirects_without_end_are_ended(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(bombs); i++)
    for(size_t n = 0; n < 2; n++) {
      const int stand = siege_stand_of(i, n);
      struct siege siege = {
        .name = wire_text(wire, "bomb-%s", bombs[i].name),
        .steps = STEPS(bombs[i].step),
      };
      struct fall fall = meet(wire, &siege, stand);
      assert_int_equal(fall.result, CURLE_OK);
      assert_int_equal(fall.status / 100, 3);
      assert_string_equal(fall.end, bombs[i].end);
      assert_int_equal(fall.requests, bombs[i].requests);
      assert_true(fall.peak_kib < SIEGE_KIB(MEMORY_KIB));

      siege.name = wire_text(wire, "asked-%s", bombs[i].name);
      siege.prepare = ask_for_hops;
      fall = meet(wire, &siege, stand);
      assert_int_equal(fall.result, bombs[i].asked);
      assert_int_equal(fall.requests, bombs[i].requests);
    }
}

/* The limits of the policy and of the program hold, the smaller of them. */
static void bound_hops(CURL *curl)
{
  ask_for_hops(curl);
  curlew_easy_setopt(curl, CURLOPT_MAXREDIRS, 3L);
}

static void limits_hold_however_it_is_mixed(void **state)
{
  struct wire *wire = *state;
  /* each hop can be tried again, out of one allowance */
  const struct siege siege = {
    .name = "mixed",
    .steps = STEPS("head=503 Busy|Retry-After: 0|Content-Length: 0",
                   "head=302 Found|Location: $&more|Content-Length: 0",
                   "head=503 Busy|Retry-After: 0|Content-Length: 0",
                   "head=307 Found|Location: $&more|Content-Length: 0",
                   "head=503 Busy|Retry-After: 0|Content-Length: 0",
                   "head=302 Found|Location: $&more|Content-Length: 0"),
    .prepare = bound_hops,
  };

  for(int stand = 0; stand < SIEGE_STANDS; stand++) {
    const struct fall fall = meet(wire, &siege, stand);
    assert_int_equal(fall.result, CURLE_TOO_MANY_REDIRECTS);
    assert_int_equal(fall.attempts, 4);
    assert_int_equal(fall.redirects, 3);
    assert_int_equal(fall.requests, 7);
  }
}

/* Twice as long with each hop, until libcurl takes no such line any more, or
   the server. */
static void a_location_that_grows_is_ended(void **state)
{
  struct wire *wire = *state;
  const struct siege siege = {
    .name = "doubled",
    .steps = STEPS("head=302 Found|Location: $&$|Content-Length: 0"),
    .prepare = ask_for_hops,
  };

  for(int stand = 0; stand < SIEGE_STANDS; stand++) {
    const struct fall fall = meet(wire, &siege, stand);
    assert_int_not_equal(fall.result, CURLE_OK);
    assert_true(fall.requests <= HOPS_DEFAULT + 4);
    assert_int_equal(fall.size, 0);
    assert_true(fall.peak_kib < SIEGE_KIB(2 * MEMORY_KIB));
  }
}

/* ---- to where ---- */

/* Any name leads to this machine. */
static struct curl_slist *names;

static void know_names(CURL *curl)
{
  curlew_easy_setopt(curl, CURLOPT_RESOLVE, names);
}

/* Has |place| offered by a 302, and says what came of it. */
static struct fall offer(struct wire *wire, const char *name, size_t i,
                         const char *place, int stand)
{
  const struct siege siege = {
    .name = wire_text(wire, "%s-%zu", name, i),
    .steps = STEPS(wire_text(wire,
                             "open=302 Found|Content-Length: 2;"
                             "raw=Location: %s\r\n\r\nno",
                             place),
                   OK),
    .prepare = know_names,
  };
  if(!names) {
    names = curl_slist_append(NULL, "*:80:127.0.0.1");
    names = curl_slist_append(
      names, wire_text(wire, "*:%u:127.0.0.1", wire->port[WIRE_PLAIN]));
  }
  const struct fall fall = meet(wire, &siege, stand);
  assert_true(fall.peak_kib < SIEGE_KIB(MEMORY_KIB));
  return fall;
}

/* |place| with the port that the server has for each PORT in it. */
static const char *place_of(struct wire *wire, const char *place)
{
  const char *port = strstr(place, "PORT");

  if(!port)
    return place;
  return wire_text(wire, "%.*s%u%s", (int)(port - place), place,
                   wire->port[WIRE_PLAIN], port + 4);
}

static void what_is_no_place_is_handed_over(void **state)
{
  static const char *const places[] = {
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "gopher://127.0.0.1/_x",
    "dict://127.0.0.1/",
    "ftp://127.0.0.1/",
    "telnet://127.0.0.1/",
    "smb://127.0.0.1/a/b",
    "ldap://127.0.0.1/",
    "javascript:alert(1)",
    "data:text/plain,x",
    "mailto:a@b",
    "about:blank",
    "x:",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:0x50/",
    "http://[::1",
    "http://a b/",
    "http://",
    "",
    " ",
    "\t",
  };

  for(size_t i = 0; i < COUNT(places); i++) {
    const struct fall fall =
      offer(*state, "refused", i, places[i], (int)(i % SIEGE_STANDS));
    assert_int_equal(fall.result, CURLE_OK);
    assert_int_equal(fall.status, 302);
    assert_string_equal(fall.body, "no");
    assert_int_equal(fall.requests, 1);
  }
}

/* No place makes more than one request of one hop, whatever is put into it. */
static void a_place_is_one_place(void **state)
{
  static const char *const places[] = {
    "?%250d%250aX-Injected: yes",
    "?\rX-Injected: yes",
    "?\r\n X-Injected: yes",
    "?\vX-Injected:\fyes",
    "?%00nothing",
    "?a b c",
    "?%ff%fe%80",
    "/play/./../../x/%252e%252e/",
    "////play",
    "\\\\127.0.0.1\\play",
    "http:/play",
    "http:///play",
    "http://user:other@127.0.0.1:PORT/",
    "http://user%2540a:b%253a@127.0.0.1:PORT/",
    "http://@127.0.0.1:PORT/",
    "http://:@127.0.0.1:PORT/",
    "http://b%c3%bccher.test@127.0.0.1:PORT/",
    "http://b%c3%bccher.test:PORT/",
    "http://%e2%98%83.test:PORT/",
    "http://xn--n3h.test:PORT/",
    "http://xn--\xff.test:PORT/",
    "http://%252e%252e.test:PORT/",
    "http://a.test.:PORT/",
    "http://..:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f.1:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://a:b:c@d:PORT/",
    "http://a#@127.0.0.1:PORT/",
    "http://a?@127.0.0.1:PORT/",
    "http://a\\@127.0.0.1:PORT/",
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(places); i++) {
    const int stand = (int)(i % SIEGE_STANDS);
    const struct fall fall =
      offer(wire, "place", i, place_of(wire, places[i]), stand);
    const char *key = wire_text(wire, "place-%zu-%d", i, stand);
    assert_true(fall.requests <= 2); /* some names are none */
    assert_true(fall.size <= 2);
    assert_null(wire_header(wire, key, fall.requests, "X-Injected"));
  }
}

/* ---- what is remembered ---- */

#define URLS     1000
#define KEPT_KIB 2048

/* Gets the nth of many long URLs; says how many requests that took. */
static unsigned get(struct wire *wire, CURL *curl, unsigned n)
{
  const unsigned before = wire_count(wire, "moved");
  char url[2000];
  const int length =
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/play/moved?%u&",
             wire->port[WIRE_PLAIN], n);

  memset(url + length, 'x', sizeof(url) - (size_t)length);
  url[sizeof(url) - 1] = '\0';
  const struct answer answer = caller_perform(curl, url);
  assert_int_equal(answer.result, CURLE_OK);
  assert_string_equal(answer.body, "ok");
  return wire_count(wire, "moved") - before;
}

/* Each of very many URLs has moved for ever. */
static void many_permanent_redirects_do_not_fill_the_memory(void **state)
{
  struct wire *wire = *state;
  const char *first =
    wire_url(wire, WIRE_PLAIN, "/play/moved?again",
             STEPS("head=301 Moved|Location: $z|Content-Length: 0", OK));
  CURL *curl = caller_new(wire, NULL);

  assert_string_equal(caller_perform(curl, first).body, "ok");
  const long before_kib = siege_memory_kib("VmRSS:");
  for(unsigned n = 0; n < URLS; n++)
    assert_int_equal(get(wire, curl, n), 2);
  const long grown_kib = siege_memory_kib("VmRSS:") - before_kib;
  if(siege_tells_figures)
    printf("%d permanent redirects: %ld KiB more\n", URLS, grown_kib);
  assert_true(grown_kib < SIEGE_KIB(KEPT_KIB));
  curlew_easy_cleanup(curl);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(redirects_without_end_are_ended),
    cmocka_unit_test(limits_hold_however_it_is_mixed),
    cmocka_unit_test(a_location_that_grows_is_ended),
    cmocka_unit_test(what_is_no_place_is_handed_over),
    cmocka_unit_test(a_place_is_one_place),
    cmocka_unit_test(many_permanent_redirects_do_not_fill_the_memory),
  };
  return siege_main(argc, argv, tests);
}
