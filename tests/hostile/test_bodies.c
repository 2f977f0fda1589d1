/* Tests of bodies without end, of very slow ones, and of what is no body. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "siege.h"

#define OK "head=200 OK|Content-Length: 2;raw=ok"

/* What a server gets rid of into the buffers of a connection that nobody
   reads; and what one is ready to send. */
#define BUFFERS 16000000
#define ENDLESS "times=8000000:endless, "

#define MEMORY_KIB 4096

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static struct fall meet(struct wire *wire, const struct siege *siege,
                        int stand)
{
  return siege_begin(wire, siege, (enum siege_stand)stand);
}

static const char *key_of(struct wire *wire, const struct siege *siege,
                          int stand)
{
  return wire_text(wire, "%s-%d", siege->name, stand);
}

static void assert_recovered_in_time(const struct fall *fall)
{
  assert_int_equal(fall->result, CURLE_OK);
  assert_int_equal(fall->status, 200);
  assert_string_equal(fall->body, "ok");
  assert_string_equal(fall->end, "passed");
  assert_true(fall->peak_kib < SIEGE_KIB(MEMORY_KIB));
}

static void assert_recovered(const struct fall *fall)
{
  assert_recovered_in_time(fall);
  assert_int_equal(fall->requests, 2);
}

/* ---- bodies that are withheld ---- */

static bool give_token(CURL *curl, const struct curlew_challenge *challenge,
                       void *user)
{
  (void)challenge, (void)user;
  return !curlew_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, "token");
}

static void offer_token(CURL *curl)
{
  curlew_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
  curlew_easy_set_credentials(curl, give_token, NULL);
}

static void expect_it(CURL *curl)
{
  curlew_easy_set_expect(curl, true);
}

static size_t read_little(char *to, size_t size, size_t count, void *user)
{
  size_t *left = user;
  const size_t taken = *left;

  (void)size, (void)count;
  memcpy(to, "a=b", taken);
  *left = 0;
  return taken;
}

/* A body whose length has to be learnt. */
static void post_unsized(CURL *curl)
{
  static char chunked[] = "Transfer-Encoding: chunked";
  static char no_expect[] = "Expect:";
  static struct curl_slist second = {.data = no_expect};
  static struct curl_slist fields = {.data = chunked, .next = &second};
  static size_t left;

  left = 3;
  curlew_easy_setopt(curl, CURLOPT_POST, 1L);
  curlew_easy_setopt(curl, CURLOPT_READFUNCTION, read_little);
  curlew_easy_setopt(curl, CURLOPT_READDATA, &left);
  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &fields);
}

static void post_with_expect(CURL *curl)
{
  static char line[] = "Expect: 100-continue";
  static struct curl_slist fields = {.data = line};

  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, "a=b");
  curlew_easy_setopt(curl, CURLOPT_HTTPHEADER, &fields);
}

static const struct {
  const char *name;
  const char *head;
  void (*prepare)(CURL *curl);
  const char *settings;
} turned_away[] = {
  {"busy", "503 Busy|Retry-After: 0", NULL, NULL},
  {"found", "302 Found|Location: ?b", NULL, NULL},
  {"moved", "308 Moved|Location: ?b", NULL, NULL},
  /* libcurl might answer it itself, in the end: until then it is waited for,
     unless a body begins */
  {"login", "401 Unauthorized|WWW-Authenticate: Bearer", offer_token,
   "limits.attempt-timeout=400ms"},
  {"missing", "404 Not Found", expect_it, NULL},
  {"length", "411 Length Required", post_unsized, NULL},
  {"expect", "417 Expectation Failed", post_with_expect, NULL},
  {"misdirected", "421 Misdirected", NULL, NULL},
};

static const struct {
  const char *name;
  const char *field;
  const char *body;
} endless[] = {
  {"sized", "Content-Length: 80000000", ENDLESS},
  {"unsized", "Connection: close", ENDLESS},
  {"chunked", "Transfer-Encoding: chunked", "times=5000000:8\r\nendless,\r\n"},
  {"extended", "Transfer-Encoding: chunked", "raw=8;times=40000000:%3B "},
  {"silent", "Content-Length: 80000", "wait"},
  {"silent-chunks", "Transfer-Encoding: chunked", "wait"},
};

static void an_endless_body_is_not_read(void **state)
{
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(turned_away); i++)
    for(size_t j = 0; j < COUNT(endless); j++) {
      /* each of them twice, with a header callback and without */
      const int stand = (int)((i + j) % 2 * 2);
      const struct siege siege = {
        .name = wire_text(wire, "endless-%s-%s", turned_away[i].name,
                          endless[j].name),
        .steps = STEPS(wire_text(wire, "head=%s|%s;%s", turned_away[i].head,
                                 endless[j].field, endless[j].body),
                       OK),
        .prepare = turned_away[i].prepare,
        .settings = turned_away[i].settings,
      };
      for(int k = stand; k < stand + 2; k++) {
        const struct fall fall = meet(wire, &siege, k);
        assert_recovered_in_time(&fall);
        if(siege.settings)
          continue;
        assert_int_equal(fall.requests, 2);
        assert_true(wire_number(wire, key_of(wire, &siege, k), 1, "sent") <
                    BUFFERS);
      }
    }
}

/* A byte each 20 ms: twenty seconds of body, and a head that takes one. */
static void a_slow_body_is_not_waited_for(void **state)
{
  struct wire *wire = *state;
  const struct siege siege = {
    .name = "slow-body",
    .steps = STEPS("head=503 Busy|Content-Length: 1000;slow=20;size=1000", OK),
  };

  for(int stand = 0; stand < SIEGE_STANDS; stand++) {
    const struct fall fall = meet(wire, &siege, stand);
    assert_recovered(&fall);
    assert_true(wire_number(wire, key_of(wire, &siege, stand), 1, "sent") <
                800);
  }
}

static void a_slow_head_has_the_time_of_an_attempt(void **state)
{
  struct wire *wire = *state;
  const struct siege siege = {
    .name = "slow-head",
    .steps = STEPS("slow=20;head=503 Busy|Content-Length: 0", OK),
    .settings = "limits.attempt-timeout=150ms",
  };
  const struct siege bounded = {
    .name = "slow-heads",
    .steps = STEPS("slow=20;head=200 OK|Content-Length: 2;raw=ok"),
    .settings = "limits.attempt-timeout=150ms",
  };
  const struct siege timed = {
    .name = "slow-timed",
    .steps = STEPS("slow=20;head=200 OK|Content-Length: 2;raw=ok"),
    .timeout_ms = 200,
  };

  for(int stand = 0; stand < SIEGE_STANDS; stand += 2) {
    const struct fall first = meet(wire, &siege, stand);
    assert_recovered_in_time(&first);
    const struct fall all = meet(wire, &bounded, stand);
    assert_int_equal(all.result, CURLE_OPERATION_TIMEDOUT);
    assert_int_equal(all.attempts, 4);
    assert_string_equal(all.end, "attempts-exhausted");
    const struct fall once = meet(wire, &timed, stand);
    assert_int_equal(once.result, CURLE_OPERATION_TIMEDOUT);
    assert_in_range(once.requests, 0, 1);
  }
}

static void decode(CURL *curl)
{
  curlew_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
}

/* 64 MB of zeros in less than the 64 KiB that would be drained: what counts is
   what they become. */
static void a_bomb_is_not_decoded_to_its_end(void **state)
{
  struct wire *wire = *state;
  const struct siege siege = {
    .name = "bomb",
    .steps = STEPS("open=503 Busy;bomb=64000000", OK),
    .prepare = decode,
  };
  const struct siege small = {
    .name = "pellet",
    .steps = STEPS("open=503 Busy;bomb=60000", OK),
    .prepare = decode,
  };

  for(int stand = 0; stand < SIEGE_STANDS; stand++) {
    const struct fall fall = meet(wire, &siege, stand);
    assert_recovered(&fall);
    /* not drained: the connection is gone */
    assert_int_equal(wire_connections(wire, key_of(wire, &siege, stand)), 2);

    const struct fall drained = meet(wire, &small, stand);
    assert_recovered(&drained);
    assert_int_equal(wire_connections(wire, key_of(wire, &small, stand)), 1);
  }
}

/* ---- what is no body ---- */

static void check_against_libcurl(struct wire *wire, const char *name,
                                  const char *first, size_t turn)
{
  const struct siege siege = {
    .name = name,
    .steps = STEPS(first, OK),
    .timeout_ms = 10000,
  };
  const struct fall bare = meet(wire, &siege, SIEGE_BARE_HEADS);

  for(size_t n = 0; n < 2; n++) {
    const int stand = siege_stand_of(turn, n);
    const struct fall fall = meet(wire, &siege, stand);
    if(fall.requests > 1) {
      assert_recovered(&fall);
      continue;
    }
    assert_int_equal(fall.result, bare.result);
    assert_int_equal(fall.status, bare.status);
    assert_int_equal(fall.size, bare.size);
    assert_string_equal(fall.body, bare.body);
    assert_true(fall.peak_kib < SIEGE_KIB(bare.peak_kib + MEMORY_KIB));
  }
}

static void chunks_may_be_anything(void **state)
{
  static const char *const chunks[] = {
    "raw=xyz\r\nno\r\n0\r\n\r\n",
    "raw=-5\r\nno\r\n0\r\n\r\n",
    "raw=\r\nno\r\n0\r\n\r\n",
    "raw= 2\r\nno\r\n0\r\n\r\n",
    "raw=2\nno\n0\n\n",
    "raw=0x2\r\nno\r\n0\r\n\r\n",
    "raw=FFFFFFFFFFFFFFFF\r\nno",
    "raw=10000000000000002\r\nno\r\n0\r\n\r\n",
    "raw=7FFFFFFFFFFFFFFF\r\nno",
    "raw=00000000000000000000000000000002\r\nno\r\n0\r\n\r\n",
    "raw=2\r\nnono\r\n0\r\n\r\n",
    "raw=2\r\nn",
    "raw=2\r\nno\r\n",
    "raw=2\r\nno\r\n0\r\n",
    "raw=2\r\nno\r\n0\r\nX: y\r\n",
    "raw=2\r\nno\r\n0\r\nno colon\r\n\r\n",
    "raw=2;times=1000000:%3Bx=y;raw=\r\nno\r\n0\r\n\r\n",
    "raw=2\r\nno\r\n0\r\n;times=20000:X: 0123456789\r\n;raw=\r\n",
    "raw=2\r\nno\r\n0\r\nX: ;times=200000:endless;raw=\r\n\r\n",
    "raw=2\r\nno\r\n0\r\nHTTP/1.1 503 Busy: x\r\n\r\n",
    "times=10000:1\r\nx\r\n;raw=0\r\n\r\n",
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(chunks); i++) {
    check_against_libcurl(
      wire, wire_text(wire, "chunks-passed-%zu", i),
      wire_text(wire, "head=200 OK|Transfer-Encoding: chunked;%s;close",
                chunks[i]),
      i);
    check_against_libcurl(
      wire, wire_text(wire, "chunks-withheld-%zu", i),
      wire_text(wire, "head=503 Busy|Transfer-Encoding: chunked;%s;close",
                chunks[i]),
      i);
  }
}

/* A trailer that looks like a head is none: what was delivered stays. */
static void a_trailer_is_no_head(void **state)
{
  static const struct {
    const char *step;
    const char *end;
  } cases[] = {
    {"head=503 Busy|Retry-After: 9999|Transfer-Encoding: chunked;"
     "raw=2\r\nno\r\n0\r\nHTTP/1.1 503 Busy: x\r\n\r\n",
     "retry-after-over-cap"},
    {"head=302 Found|Location: ftp://x/|Transfer-Encoding: chunked;"
     "raw=2\r\nno\r\n0\r\nHTTP/1.1 302 Found: x\r\nLocation: ?b\r\n\r\n",
     "scheme-refused"},
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(cases); i++)
    for(int stand = 0; stand < SIEGE_STANDS; stand++) {
      const struct siege siege = {
        .name = wire_text(wire, "trailer-%zu", i),
        .steps = STEPS(cases[i].step, OK),
      };
      const struct fall fall = meet(wire, &siege, stand);
      assert_int_equal(fall.result, CURLE_OK);
      assert_string_equal(fall.body, "no");
      assert_string_equal(fall.end, cases[i].end);
      assert_int_equal(fall.requests, 1);
    }
}

/* What comes unasked on a kept connection answers no later request. */
static void a_second_response_is_not_taken(void **state)
{
  static const char *const first[] = {
    "head=503 Busy|Content-Length: 2;raw=no;"
    "head=200 OK|Content-Length: 4;raw=evil",
    "head=302 Found|Location: ?b|Content-Length: 0;"
    "head=200 OK|Content-Length: 4;raw=evil",
    "head=503 Busy|Content-Length: 2;raw=no, and more that is garbage",
  };
  struct wire *wire = *state;

  for(size_t i = 0; i < COUNT(first); i++)
    for(int stand = 0; stand < SIEGE_STANDS; stand++) {
      const struct siege siege = {
        .name = wire_text(wire, "second-%zu", i),
        .steps = STEPS(first[i], OK),
      };
      const struct fall fall = meet(wire, &siege, stand);
      assert_recovered(&fall);
    }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_endless_body_is_not_read),
    cmocka_unit_test(a_slow_body_is_not_waited_for),
    cmocka_unit_test(a_slow_head_has_the_time_of_an_attempt),
    cmocka_unit_test(a_bomb_is_not_decoded_to_its_end),
    cmocka_unit_test(chunks_may_be_anything),
    cmocka_unit_test(a_trailer_is_no_head),
    cmocka_unit_test(a_second_response_is_not_taken),
  };
  return siege_main(argc, argv, tests);
}
