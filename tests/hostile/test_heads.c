/* Tests of heads that are too large, too many, or none at all. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "siege.h"

#define OK    "head=200 OK|Content-Length: 2;raw=ok"
#define FIELD "X: 0123456789012345678901234567890123456789012345\r\n"
#define HINTS "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"

/* Memory for what is held, and that libcurl has for the same. */
#define HELD_KIB 6144

static const char *const withheld[] = {
  "503 Busy",
  "302 Found|Location: ?b",
};
static const char *const delivered[] = {
  "200 OK",
  "401 Unauthorized|WWW-Authenticate: Basic",
  "404 Not Found",
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool sees_heads(int stand)
{
  return stand == SIEGE_EASY_HEADS || stand == SIEGE_MULTI_HEADS;
}

/* A head with |count| fields more than |start| has. */
static struct fall flood(struct wire *wire, const char *name,
                         const char *start, unsigned count, int stand)
{
  const struct siege siege = {
    .name = wire_text(wire, "%s-%.3s", name, start),
    .steps = STEPS(wire_text(wire,
                             "open=%s|Content-Length: 0;"
                             "times=%u:" FIELD ";raw=\r\n",
                             start, count),
                   OK),
  };
  return siege_begin(wire, &siege, (enum siege_stand)stand);
}

static void assert_recovered(const struct fall *fall)
{
  assert_int_equal(fall->result, CURLE_OK);
  assert_int_equal(fall->status, 200);
  assert_string_equal(fall->body, "ok");
  assert_int_equal(fall->requests, 2);
  assert_string_equal(fall->end, "passed");
}

static void a_large_head_is_held(void **state)
{
  for(size_t i = 0; i < COUNT(withheld); i++)
    for(int stand = 0; stand < SIEGE_STANDS; stand++) {
      const struct fall fall =
        flood(*state, "large", withheld[i], 5000, stand);
      assert_recovered(&fall);
      assert_int_equal(fall.heads, sees_heads(stand));
      assert_true(fall.peak_kib < SIEGE_KIB(HELD_KIB));
    }
}

/* libcurl takes 300 KiB, but no more than 256 KiB are held. */
static void one_that_is_too_large_to_be_held_is_delivered(void **state)
{
  for(size_t i = 0; i < COUNT(withheld); i++)
    for(int stand = 0; stand < SIEGE_STANDS; stand++) {
      const struct fall fall =
        flood(*state, "larger", withheld[i], 5600, stand);
      assert_int_equal(fall.result, CURLE_OK);
      assert_int_equal(fall.status, strtol(withheld[i], NULL, 10));
      assert_int_equal(fall.requests, 1);
      assert_string_equal(fall.end, "head-too-large");
      assert_int_equal(fall.heads, sees_heads(stand));
      if(sees_heads(stand))
        assert_true(fall.head_size > 5600 * strlen(FIELD));
      assert_true(fall.peak_kib < SIEGE_KIB(HELD_KIB));
    }
}

/* Ten megabytes. A libcurl that bounds that ends it by an error; one that does
   not keeps it all, and then it is delivered. */
static void a_head_without_end_costs_no_more_than_with_libcurl(void **state)
{
  for(size_t i = 0; i < COUNT(withheld) + COUNT(delivered); i++) {
    const char *start =
      i < COUNT(withheld) ? withheld[i] : delivered[i - COUNT(withheld)];
    const struct fall bare =
      flood(*state, "endless", start, 200000, SIEGE_BARE);

    for(int stand = 0; stand < SIEGE_STANDS; stand++) {
      const struct fall fall = flood(*state, "endless", start, 200000, stand);
      assert_true(fall.peak_kib < SIEGE_KIB(bare.peak_kib + HELD_KIB));
      if(fall.requests > 1) { /* nothing of the first was delivered */
        assert_recovered(&fall);
        assert_false(sees_heads(stand));
      }
      else {
        assert_int_equal(fall.result, bare.result);
        assert_int_equal(fall.status, bare.status);
        assert_int_equal(fall.size, 0);
      }
      assert_true(fall.heads <= 1);
    }
  }
}

static struct fall hints(struct wire *wire, unsigned count, int stand)
{
  const struct siege siege = {
    .name = wire_text(wire, "hints-%u", count),
    .steps = STEPS(wire_text(wire,
                             "times=%u:" HINTS ";head=503 Busy|"
                             "Content-Length: 4;raw=busy",
                             count),
                   OK),
  };
  return siege_begin(wire, &siege, (enum siege_stand)stand);
}

/* 240 KiB; 290 KiB, which are not held; 390 KiB, which libcurl may refuse. */
static void thousands_of_1xx_are_held_or_end_it(void **state)
{
  for(int stand = 0; stand < SIEGE_STANDS; stand++) {
    struct fall fall = hints(*state, 6000, stand);
    assert_recovered(&fall);
    assert_int_equal(fall.heads, sees_heads(stand));

    fall = hints(*state, 7400, stand);
    if(!sees_heads(stand))
      assert_recovered(&fall);
    else {
      /* a part of them has been delivered: so is all the rest */
      assert_int_equal(fall.status, 503);
      assert_string_equal(fall.body, "busy");
      assert_int_equal(fall.requests, 1);
      assert_int_equal(fall.heads, 1);
      assert_string_equal(fall.end, "head-too-large");
    }

    fall = hints(*state, 10000, stand);
    assert_int_equal(fall.requests, sees_heads(stand) ? 1 : 2);
    assert_true(fall.peak_kib < SIEGE_KIB(HELD_KIB));
  }
}

/* A head is delivered as the body too, where that is asked for. */
static void ask_for_heads(CURL *curl)
{
  curlew_easy_setopt(curl, CURLOPT_HEADER, 1L);
}

static void so_they_are_where_heads_are_written(void **state)
{
  struct wire *wire = *state;
  const struct siege siege = {
    .name = "written",
    .steps = STEPS("times=7400:" HINTS ";head=503 Busy|Content-Length: 4;"
                   "raw=busy",
                   OK),
    .prepare = ask_for_heads,
  };

  for(int stand = 0; stand < SIEGE_STANDS; stand++) {
    const struct fall fall =
      siege_begin(wire, &siege, (enum siege_stand)stand);
    assert_int_equal(fall.status, 503);
    assert_int_equal(fall.requests, 1);
    assert_true(fall.size < 7401 * strlen(HINTS) + 64);
  }
}

/* What came of |fall| is what comes of it with libcurl alone, or a second
   request brought the answer; never something of both. */
static void assert_one_of_both(const struct fall *fall,
                               const struct fall *bare)
{
  if(fall->requests == 1) {
    assert_int_equal(fall->result, bare->result);
    assert_int_equal(fall->status, bare->status);
    assert_int_equal(fall->size, bare->size);
    assert_string_equal(fall->body, bare->body);
  }
  else
    assert_recovered(fall);
}

static void check_against_libcurl(struct wire *wire, const char *name,
                                  const char *const *first, size_t count,
                                  void (*prepare)(CURL *curl))
{
  for(size_t i = 0; i < count; i++) {
    const struct siege siege = {
      .name = wire_text(wire, "%s-%zu", name, i),
      .steps = STEPS(first[i], OK),
      .timeout_ms = 10000,
    };
    const struct fall bare = siege_begin(wire, &siege, SIEGE_BARE_HEADS);

    for(size_t n = 0; n < 2; n++) {
      const int stand = siege_stand_of(i, n);
      struct siege with = siege;
      with.prepare = prepare;
      const struct fall fall =
        siege_begin(wire, &with, (enum siege_stand)stand);
      assert_one_of_both(&fall, &bare);
      if(sees_heads(stand))
        assert_int_equal(fall.heads, fall.requests == 1 ? bare.heads : 1);
    }
  }
}

static void a_status_line_may_be_anything(void **state)
{
  static const char *const lines[] = {
    "raw=HTTP/9 200 OK\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/1.1 000 None\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/1.1 1000 Many\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/1.1 -1 Less\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/1.1 99999 Most\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/1.1 5030 Busy\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/1.1 503Busy\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/1.1  503 Busy\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/1.1 503\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/1.1 503 Bu%00sy\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/1.1 503 Busy\nContent-Length: 2\n\nno",
    "raw=HTTP/1.1 50\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/1.1\r\nContent-Length: 2\r\n\r\nno",
    "raw=HTTP/4294967297.1 503 Busy\r\n\r\n;close",
    "raw=HTTP/0.9 503 Busy\r\n\r\nno;close",
    "raw=HTTP/1.0 503 Busy\r\n\r\nno;close",
    "raw=HTTP/2 503\r\ncontent-length: 2\r\n\r\nno",
    "raw=http/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno",
    "raw=ICY 200 OK\r\n\r\nno;close",
    "raw=just a body, by HTTP/0.9;close",
    "raw=\r\n\r\n\r\n;head=503 Busy|Content-Length: 2;raw=no",
    "raw=%00%01%02%FF%FE;close",
    "head=503 Busy|HTTP/1.1 200 OK|Content-Length: 2;raw=no",
    "head=200 OK|HTTP/1.1 503 Busy: x|Content-Length: 2;raw=no",
    "head=503 Busy|no colon here|Content-Length: 2;raw=no",
    "head=503 Busy| : |: x| folded|Content-Length: 2;raw=no",
    "raw=HTTP/1.1 503 Busy\r\nX: %00%00\r\nContent-Length: 2\r\n\r\nno",
    "times=9000000:H;close",
    "raw=HTTP/1.1 503 ;times=1000000:B;close",
    "head=101 Switching|Upgrade: x;head=503 Busy|Content-Length: 2;raw=no;"
    "close",
    "reset",
    "close",
  };
  check_against_libcurl(*state, "status-line", lines, COUNT(lines), NULL);
}

static void a_content_length_may_be_anything(void **state)
{
  static const char *const values[] = {
    "-1",
    "-9223372036854775808",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551618",
    "1000000000000000000000000000000",
    "2, 2",
    "2, 3",
    "+2",
    "0x2",
    "2 2",
    "",
    "two",
    "2\r\nContent-Length: 3",
    "3\r\nContent-Length: 2",
    "2\r\nTransfer-Encoding: chunked",
    "2\r\nTransfer-Encoding: identity",
    "2\r\nTransfer-Encoding: gzip, chunked, chunked",
  };
  struct wire *wire = *state;
  const char *first[2 * COUNT(values)];

  for(size_t i = 0; i < COUNT(values); i++) {
    first[2 * i] = wire_text(
      wire, "head=503 Busy|Content-Length: %s;raw=no;close", values[i]);
    first[2 * i + 1] = wire_text(
      wire, "head=200 OK|Content-Length: %s;raw=no;close", values[i]);
  }
  check_against_libcurl(wire, "length", first, COUNT(first), NULL);
}

/* From now on |text| comes first on each connection to the line. */
static void say_first(struct wire *wire, const char *text)
{
  const char *path = wire_text(wire, "/line?text=%s", wire_quote(wire, text));
  CURL *curl = curl_easy_init();

  assert_non_null(curl);
  curl_easy_setopt(curl, CURLOPT_URL, wire_url(wire, WIRE_PLAIN, path, NULL));
  assert_int_equal(curl_easy_perform(curl), CURLE_OK);
  curl_easy_cleanup(curl);
}

/* An answer that was there before the request is one, for libcurl; it is
   withheld and repeated as any other. */
static void a_response_may_come_before_the_request(void **state)
{
  struct wire *wire = *state;
  const struct siege busy = {
    .name = "early-busy", .steps = STEPS(OK), .port = WIRE_PROXY};
  const struct siege fine = {
    .name = "early-fine", .steps = STEPS(OK), .port = WIRE_PROXY};

  for(int stand = 0; stand < SIEGE_STANDS; stand++) {
    say_first(wire, "HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno");
    struct fall fall = siege_begin(wire, &busy, (enum siege_stand)stand);
    assert_int_equal(fall.result, CURLE_OK);
    assert_string_equal(fall.body, fall.status == 503 ? "no" : "ok");
    assert_true(fall.attempts <= 4);
    assert_int_equal(fall.heads, sees_heads(stand));

    say_first(wire, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly");
    fall = siege_begin(wire, &fine, (enum siege_stand)stand);
    assert_int_equal(fall.result, CURLE_OK);
    assert_string_equal(fall.body, "early");
    assert_int_equal(fall.attempts, 1);
  }
}

static void keep_cookies(CURL *curl)
{
  curlew_easy_setopt(curl, CURLOPT_COOKIEFILE, "");
}

static void a_bomb_of_cookies_does_no_harm(void **state)
{
  static const char *const first[] = {
    "open=503 Busy|Content-Length: 0;times=4000:Set-Cookie: c#=#%3B "
    "Path=/\r\n;"
    "raw=\r\n",
    "open=302 Found|Location: ?b|Content-Length: 0;"
    "times=4000:Set-Cookie: c#=#%3B Path=/\r\n;raw=\r\n",
    "open=503 Busy|Content-Length: 0;raw=Set-Cookie: c=;times=90000:c;"
    "raw=\r\n\r\n",
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(first); i++)
    for(int stand = 0; stand < SIEGE_STANDS; stand++) {
      const struct siege siege = {
        .name = wire_text(wire, "cookies-%zu", i),
        .steps = STEPS(first[i], OK),
        .prepare = keep_cookies,
      };
      const struct fall fall =
        siege_begin(wire, &siege, (enum siege_stand)stand);
      assert_recovered(&fall);
      assert_true(fall.peak_kib < SIEGE_KIB(HELD_KIB));
    }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_large_head_is_held),
    cmocka_unit_test(one_that_is_too_large_to_be_held_is_delivered),
    cmocka_unit_test(a_head_without_end_costs_no_more_than_with_libcurl),
    cmocka_unit_test(thousands_of_1xx_are_held_or_end_it),
    cmocka_unit_test(so_they_are_where_heads_are_written),
    cmocka_unit_test(a_status_line_may_be_anything),
    cmocka_unit_test(a_content_length_may_be_anything),
    cmocka_unit_test(a_response_may_come_before_the_request),
    cmocka_unit_test(a_bomb_of_cookies_does_no_harm),
  };
  return siege_main(argc, argv, tests);
}
