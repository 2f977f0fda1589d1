/* Tests of multi handles in several threads: easy handles go from one to the
   other, all have one share and one policy, and another thread cancels. They
   say the most under ThreadSanitizer. */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "loop.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#define THREADS 3u
#define ROUNDS  25u
#define HANDLES 12u
#define BATCH   3u

static const char *const bodies[] = {"alpha", "beta", "gamma"};

/* An easy handle, and what its transfer is to bring. */
struct ship {
  CURL *curl;
  const char *expected;
  char body[32];
  bool is_over;
  CURLcode result;
};

/* What a thread finds wrong is told when it is over, since cmocka knows one
   thread only. */
struct port {
  struct curlew_share *share;
  struct curlew_policy *policy;
  const char *urls[COUNT(bodies)];
  struct ship ships[HANDLES];
  pthread_mutex_t mutex;
  struct ship *free[HANDLES]; /* first in, first out */
  unsigned first;
  unsigned count;
  atomic_bool is_over;
  atomic_uint wrong;
  atomic_uint done;
  atomic_uint cancelled;
};

static void expect(struct port *port, bool is_right)
{
  if(!is_right)
    atomic_fetch_add(&port->wrong, 1);
}

static struct ship *take_ship(struct port *port)
{
  struct ship *ship = NULL;

  pthread_mutex_lock(&port->mutex);
  if(port->count) {
    ship = port->free[port->first];
    port->first = (port->first + 1) % HANDLES;
    port->count--;
  }
  pthread_mutex_unlock(&port->mutex);
  return ship;
}

static void give_ship(struct port *port, struct ship *ship)
{
  pthread_mutex_lock(&port->mutex);
  port->free[(port->first + port->count) % HANDLES] = ship;
  port->count++;
  pthread_mutex_unlock(&port->mutex);
}

static size_t take_body(char *data, size_t size, size_t count, void *user)
{
  struct ship *ship = user;

  answer_append(ship->body, sizeof(ship->body), data, size * count);
  return size * count;
}

static void send_ship(struct port *port, CURLM *multi, struct ship *ship,
                      unsigned which)
{
  ship->expected = bodies[which % COUNT(bodies)];
  ship->body[0] = '\0';
  ship->is_over = false;
  curlew_easy_setopt(ship->curl, CURLOPT_URL,
                     port->urls[which % COUNT(bodies)]);
  expect(port, curlew_multi_add_handle(multi, ship->curl) == CURLM_OK);
}

static void check_ship(struct port *port, const struct ship *ship)
{
  const struct curlew_outcome *outcome = curlew_easy_outcome(ship->curl);

  expect(port, outcome && outcome->result == ship->result);
  if(ship->result) {
    expect(port, ship->result == CURLE_ABORTED_BY_CALLBACK);
    expect(port, outcome && outcome->reason == CURLEW_REASON_CANCELLED);
    atomic_fetch_add(&port->cancelled, 1);
  }
  else {
    expect(port, !strcmp(ship->body, ship->expected));
    atomic_fetch_add(&port->done, 1);
  }
}

static void read_messages(struct port *port, CURLM *multi)
{
  const CURLMsg *message = NULL;
  struct ship *ship = NULL;
  int left = 0;

  while((message = curlew_multi_info_read(multi, &left))) {
    curlew_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
                        (char **)&ship);
    expect(port, !ship->is_over);
    ship->is_over = true;
    ship->result = message->data.result;
    check_ship(port, ship);
  }
}

/* Some are taken out after |turns|, whatever has become of them. */
static void go_round(struct port *port, CURLM *multi, unsigned turns)
{
  int running = 1;

  for(unsigned i = 0; running && i < turns; i++) {
    expect(port, curlew_multi_perform(multi, &running) == CURLM_OK);
    if(running)
      expect(port, curlew_multi_poll(multi, NULL, 0, 10000, NULL) == CURLM_OK);
    read_messages(port, multi);
  }
}

static void *sail(void *user)
{
  struct port *port = user;
  CURLM *multi = curlew_multi_init();

  for(unsigned round = 0; round < ROUNDS; round++) {
    struct ship *ships[BATCH];
    for(unsigned i = 0; i < BATCH; i++) {
      ships[i] = take_ship(port);
      if(ships[i])
        send_ship(port, multi, ships[i], round + i);
    }
    go_round(port, multi, round % 4 ? UINT32_MAX : round % 7 + 1);
    for(unsigned i = 0; i < BATCH; i++)
      if(ships[i]) {
        expect(port, round % 4 == 0 || ships[i]->is_over);
        expect(port,
               curlew_multi_remove_handle(multi, ships[i]->curl) == CURLM_OK);
        give_ship(port, ships[i]);
      }
    if(round % 10 == 9) {
      curlew_multi_cleanup(multi);
      multi = curlew_multi_init();
    }
  }
  curlew_multi_cleanup(multi);
  return NULL;
}

/* A handle lives all the time, wherever it is. */
static void *cancel(void *user)
{
  struct port *port = user;
  const struct timespec pause = {.tv_sec = 0, .tv_nsec = 3000000};

  for(unsigned i = 0; !atomic_load(&port->is_over); i++) {
    (void)curlew_easy_cancel(port->ships[i * 5 % HANDLES].curl);
    nanosleep(&pause, NULL);
  }
  return NULL;
}

static void port_open(struct port *port, struct wire *wire)
{
  *port = (struct port){
    .share = curlew_share_new(),
    .policy = caller_patient(wire, "5ms", "limits.attempts=20"),
    .mutex = PTHREAD_MUTEX_INITIALIZER,
  };
  port->urls[0] =
    wire_url(wire, WIRE_PLAIN, "/script/alpha",
             STEPS("301;Location=/script/alpha-there")); /* it is remembered */
  port->urls[1] = wire_url(wire, WIRE_PLAIN, "/script/beta?again",
                           STEPS("503;retry-after-ms=10", "200;body=beta",
                                 "200;body=beta", "503", "200;body=beta"));
  port->urls[2] = wire_url(wire, WIRE_PLAIN, "/script/gamma",
                           STEPS("200;body=gamma;drip=2:2"));
  for(unsigned i = 0; i < HANDLES; i++) {
    struct ship *ship = &port->ships[i];
    ship->curl = caller_new(wire, NULL);
    curlew_easy_set_policy(ship->curl, port->policy);
    curlew_easy_set_share(ship->curl, port->share);
    curlew_easy_setopt(ship->curl, CURLOPT_NOSIGNAL, 1L);
    curlew_easy_setopt(ship->curl, CURLOPT_WRITEFUNCTION, take_body);
    curlew_easy_setopt(ship->curl, CURLOPT_WRITEDATA, ship);
    curlew_easy_setopt(ship->curl, CURLOPT_PRIVATE, (char *)ship);
    give_ship(port, ship);
  }
}

static void port_close(struct port *port)
{
  for(unsigned i = 0; i < HANDLES; i++)
    curlew_easy_cleanup(port->ships[i].curl);
  curlew_policy_unref(port->policy);
  curlew_share_unref(port->share);
  pthread_mutex_destroy(&port->mutex);
}

/* Has the server answer at the place that is remembered. */
static void set_there(struct wire *wire)
{
  CURL *curl = caller_new(wire, NULL);
  const struct answer answer =
    caller_perform(curl, wire_url(wire, WIRE_PLAIN, "/set/alpha-there",
                                  STEPS("200;body=alpha")));
  assert_int_equal(answer.status, 200);
  curlew_easy_cleanup(curl);
}

static void handles_go_from_thread_to_thread(void **state)
{
  static struct port port;
  pthread_t threads[THREADS];
  pthread_t canceller;

  set_there(*state);
  port_open(&port, *state);
  for(unsigned i = 0; i < THREADS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, sail, &port), 0);
  assert_int_equal(pthread_create(&canceller, NULL, cancel, &port), 0);
  for(unsigned i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  atomic_store(&port.is_over, true);
  pthread_join(canceller, NULL);

  assert_int_equal(atomic_load(&port.wrong), 0);
  assert_true(atomic_load(&port.done) >= THREADS * ROUNDS / 2);
  assert_int_equal(port.count, HANDLES);
  port_close(&port);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(handles_go_from_thread_to_thread),
  };

  curl_global_init(CURL_GLOBAL_DEFAULT);
  return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
