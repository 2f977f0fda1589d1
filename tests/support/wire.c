/* wire.c - see wire.h. WIRE_SERVER is the path of server.py. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "wire.h"

#define START_MS 30000

extern char **environ;

struct wire_text {
  struct wire_text *next;
  char text[];
};

static struct wire_text *text_new(struct wire *wire, size_t size)
{
  struct wire_text *text = malloc(sizeof(*text) + size);
  if(!text)
    abort();
  text->text[0] = '\0';
  text->next = wire->texts;
  wire->texts = text;
  return text;
}

const char *wire_text(struct wire *wire, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  const int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if(length < 0)
    abort();

  const size_t size = (size_t)length + 1;
  char *text = text_new(wire, size)->text;
  va_start(args, format);
  vsnprintf(text, size, format, args);
  va_end(args);
  return text;
}

const char *wire_quote(struct wire *wire, const char *text)
{
  char *quoted = curl_easy_escape(NULL, text, 0);
  if(!quoted)
    abort();
  const char *result = wire_text(wire, "%s", quoted);
  curl_free(quoted);
  return result;
}

static void forget_proxies(void)
{
  static const char *const names[] = {"http_proxy", "https_proxy",
                                      "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    unsetenv(names[i]);
}

/* Both ends of |pipe| stay with this process when it starts another. */
static int open_pipe(int fds[2])
{
  if(pipe(fds))
    return -1;
  fcntl(fds[0], F_SETFD, FD_CLOEXEC);
  fcntl(fds[1], F_SETFD, FD_CLOEXEC);
  return 0;
}

static int spawn_server(pid_t *pid, int in, int out)
{
  char python[] = "python3";
  char server[] = WIRE_SERVER;
  char *const args[] = {python, server, NULL};

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  const int error = posix_spawnp(pid, python, &actions, NULL, args, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/* Reads the server's one line into |line|, without its end. */
static int read_line(int fd, char *line, size_t size)
{
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  size_t length = 0;

  while(length + 1 < size && poll(&ready, 1, START_MS) > 0) {
    const ssize_t got = read(fd, line + length, size - 1 - length);
    if(got <= 0)
      return -1;
    length += (size_t)got;
    if(line[length - 1] == '\n') {
      line[length - 1] = '\0';
      return 0;
    }
  }
  return -1;
}

/* Takes one "name=value" of the server's line. */
static void take_word(struct wire *wire, const char *word)
{
  static const char *const ports[WIRE_PORTS] = {
    [WIRE_PLAIN] = "plain", [WIRE_PLAIN_B] = "plain_b",
    [WIRE_TLS] = "tls",     [WIRE_TLS_B] = "tls_b",
    [WIRE_PROXY] = "proxy", [WIRE_REFUSED] = "refused",
    [WIRE_DEAF] = "deaf",
  };
  const size_t length = strcspn(word, "=");
  const char *value = word + length + 1;

  for(size_t i = 0; i < WIRE_PORTS; i++)
    if(strlen(ports[i]) == length && !strncmp(word, ports[i], length))
      wire->port[i] = (unsigned)strtoul(value, NULL, 10);
  if(!strncmp(word, "ca=", 3))
    wire->ca = wire_text(wire, "%s", value);
  if(!strncmp(word, "key=", 4))
    wire->key = wire_text(wire, "%s", value);
}

struct wire *wire_start(void)
{
  int in[2] = {-1, -1};
  int out[2] = {-1, -1};
  char line[1024];
  struct wire *wire = calloc(1, sizeof(*wire));
  if(!wire)
    return NULL;
  wire->leash = -1;
  forget_proxies();

  if(open_pipe(in) || open_pipe(out) ||
     spawn_server(&wire->pid, in[0], out[1]))
    goto fail;
  close(in[0]);
  close(out[1]);
  wire->leash = in[1];
  in[0] = in[1] = out[1] = -1;
  if(read_line(out[0], line, sizeof(line)))
    goto fail;
  close(out[0]);

  char *rest = NULL;
  for(char *word = strtok_r(line, " ", &rest); word;
      word = strtok_r(NULL, " ", &rest))
    take_word(wire, word);
  return wire;

fail:
  fputs("the test server did not start\n", stderr);
  for(size_t i = 0; i < 2; i++) {
    close(in[i]);
    close(out[i]);
  }
  wire_stop(wire);
  return NULL;
}

void wire_stop(struct wire *wire)
{
  if(!wire)
    return;
  if(wire->leash >= 0)
    close(wire->leash);
  if(wire->pid > 0)
    waitpid(wire->pid, NULL, 0);
  while(wire->texts) {
    struct wire_text *next = wire->texts->next;
    free(wire->texts);
    wire->texts = next;
  }
  free(wire);
}

int wire_setup(void **state)
{
  *state = wire_start();
  return *state ? 0 : -1;
}

int wire_teardown(void **state)
{
  wire_stop(*state);
  return 0;
}

const char *wire_url_on(struct wire *wire, enum wire_port port,
                        const char *host, const char *path,
                        const char *const *steps)
{
  const char *scheme =
    port == WIRE_TLS || port == WIRE_TLS_B ? "https" : "http";
  const char *url =
    wire_text(wire, "%s://%s:%u%s", scheme, host, wire->port[port], path);

  for(size_t i = 0; steps && steps[i]; i++)
    url = wire_text(wire, "%s%cdo=%s", url, strchr(url, '?') ? '&' : '?',
                    wire_quote(wire, steps[i]));
  return url;
}

const char *wire_url(struct wire *wire, enum wire_port port, const char *path,
                     const char *const *steps)
{
  return wire_url_on(wire, port, "127.0.0.1", path, steps);
}

struct reply {
  struct wire *wire;
  struct wire_text *text;
  size_t length;
};

static size_t take_reply(char *data, size_t size, size_t count, void *user)
{
  struct reply *reply = user;
  struct wire_text *old = reply->text;
  struct wire_text *text =
    text_new(reply->wire, reply->length + size * count + 1);

  memcpy(text->text, old->text, reply->length);
  memcpy(text->text + reply->length, data, size * count);
  reply->length += size * count;
  text->text[reply->length] = '\0';
  reply->text = text;
  return size * count;
}

/* Asks the log of |key|; NULL where it answers 404. */
static const char *ask(struct wire *wire, const char *key, const char *query)
{
  struct reply reply = {.wire = wire, .text = text_new(wire, 1)};
  const char *url = wire_url(wire, WIRE_PLAIN,
                             wire_text(wire, "/log/%s?%s", key, query), NULL);
  long status = 0;

  CURL *curl = curl_easy_init();
  assert_non_null(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_reply);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
  const CURLcode result = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(curl);

  assert_int_equal(result, CURLE_OK);
  if(status == 404)
    return NULL;
  assert_int_equal(status, 200);
  return reply.text->text;
}

static unsigned to_number(const char *text)
{
  char *end = NULL;
  assert_non_null(text);
  const unsigned long number = strtoul(text, &end, 10);
  assert_true(*text && !*end);
  return (unsigned)number;
}

unsigned wire_count(struct wire *wire, const char *key)
{
  return to_number(ask(wire, key, "field=count"));
}

unsigned wire_connections(struct wire *wire, const char *key)
{
  return to_number(ask(wire, key, "field=connections"));
}

const char *wire_counts(struct wire *wire, const char *start)
{
  return ask(wire, start, "field=counts");
}

const char *wire_field(struct wire *wire, const char *key, unsigned n,
                       const char *field)
{
  return ask(wire, key, wire_text(wire, "n=%u&field=%s", n, field));
}

unsigned wire_number(struct wire *wire, const char *key, unsigned n,
                     const char *field)
{
  return to_number(wire_field(wire, key, n, field));
}

const char *wire_header(struct wire *wire, const char *key, unsigned n,
                        const char *name)
{
  return ask(wire, key, wire_text(wire, "n=%u&header=%s", n, name));
}
