/*
 * transfer.h - a GET by libcurl's functions, as a program has them that knows
 * nothing of curlew.
 *
 * Which libcurl that is, says the linker; or with TRANSFER_FINDS a handle of
 * dlsym(). With TRANSFER_CURLEW it is curlew in its place.
 */
#ifndef CW_TEST_TRANSFER_H
#define CW_TEST_TRANSFER_H

#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "fake.h"

#ifdef TRANSFER_FINDS
#include "found.h"
#endif
#ifdef TRANSFER_CURLEW
#include "policed.h"
#endif

struct transfer {
  CURL *curl;
  CURLM *multi; /* NULL: the easy interface does it */
  size_t length;
  char body[256];
};

static inline size_t transfer_take(char *data, size_t size, size_t count,
                                   void *user)
{
  struct transfer *transfer = user;
  const size_t left = sizeof(transfer->body) - 1 - transfer->length;
  const size_t taken = size * count < left ? size * count : left;

  memcpy(transfer->body + transfer->length, data, taken);
  transfer->length += taken;
  transfer->body[transfer->length] = '\0';
  return size * count;
}

/* Of which libcurl a handle is: "OpenSSL", or the name of a fake; "mixed" where
   it is not that which the functions are of that the drop-in does not have. */
static inline const char *transfer_flavour(CURL *curl)
{
  struct curl_tlssessioninfo *tls = NULL;
  const char *name = "none";

  if(curl_easy_getinfo(curl, CURLINFO_TLS_SSL_PTR, &tls) || !tls)
    return "none";
  if(tls->backend == CURLSSLBACKEND_OPENSSL)
    name = "OpenSSL";
  else if(tls->backend == CURLSSLBACKEND_GNUTLS)
    name = "GnuTLS";
  else if(tls->backend == FAKE_BACKEND)
    name = tls->internals;
#ifndef TRANSFER_ALONE
  char *text = curl_easy_escape(curl, "a", 1); /* a fake knows its handles */
  curl_free(text);
  if(!strstr(curl_version(), name))
    name = "mixed";
#endif
  return name;
}

/* |curl| may be NULL. */
static inline void transfer_begin(struct transfer *transfer, CURL *curl,
                                  const char *url)
{
  memset(transfer, 0, sizeof(*transfer));
  transfer->curl = curl;
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, transfer_take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
}

/* It goes through a multi handle of its own from now on. */
static inline void transfer_enter(struct transfer *transfer)
{
  transfer->multi = curl_multi_init();
  if(curl_multi_add_handle(transfer->multi, transfer->curl))
    puts("not added");
}

/* Waits for all that are in |multi|. */
static inline void transfer_drive(CURLM *multi)
{
  int running = 1;

  while(running && !curl_multi_perform(multi, &running))
    if(running && curl_multi_poll(multi, NULL, 0, 1000, NULL))
      break;
}

static inline CURLcode transfer_leave(struct transfer *transfer)
{
  CURLM *multi = transfer->multi;
  int left = 0;

  transfer_drive(multi);
  const CURLMsg *message = curl_multi_info_read(multi, &left);
  const CURLcode result = message ? message->data.result : CURLE_FAILED_INIT;
  if(left || curl_multi_remove_handle(multi, transfer->curl) ||
     curl_multi_cleanup(multi))
    puts("not removed");
  transfer->multi = NULL;
  return result;
}

/* Performs, and prints "OpenSSL body/200", or what went wrong. */
static inline void transfer_perform(struct transfer *transfer)
{
  long status = 0;

  if(!transfer->curl) {
    puts("no handle");
    return;
  }
  const CURLcode result = transfer->multi ? transfer_leave(transfer)
                                          : curl_easy_perform(transfer->curl);
  curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
  if(result)
    printf("%s error %d\n", transfer_flavour(transfer->curl), (int)result);
  else
    printf("%s %s/%ld\n", transfer_flavour(transfer->curl), transfer->body,
           status);
  fflush(stdout);
}

static inline void transfer_end(struct transfer *transfer)
{
  transfer_perform(transfer);
  curl_easy_cleanup(transfer->curl);
}

#endif
