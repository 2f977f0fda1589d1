/*
 * fake.h - libcurls that are none, each with a version node and handles of its
 * own, and with a memory of what it was asked.
 *
 * Every other perform on a handle brings "busy" and 503, the rest "hi" and 200.
 * A function that is given another libcurl's handle ends the program.
 */
#ifndef CW_TEST_FAKE_H
#define CW_TEST_FAKE_H

#include <curl/curl.h>

/* Its CURLINFO_TLS_SSL_PTR; the internals there are its name. */
#define FAKE_BACKEND ((curl_sslbackend)1000)

/* Frees |curl| as libcurl does with those that it made itself: without
   curl_easy_cleanup(). The next handle gets the same address. */
void fake_free(CURL *curl);

/* What libcurl does with a handle of its own, as for DNS over HTTPS: makes it,
   sets it up, performs and frees it. Returns how many options it has then. */
unsigned fake_resolve(void);

/* What it does when a server pushes something: makes a copy of |curl|, for the
   program to go on with. */
CURL *fake_push(CURL *curl);

/* The same as fake_free() for a multi handle, without curl_multi_cleanup(). */
void fake_multi_free(CURLM *multi);

/* The last function of its multi interface that was called since it was asked
   for, or "". Of its options CURLMOPT_MAXCONNECTS must not be 6, which is
   CURLM_BAD_SOCKET. */
const char *fake_last(void);

/* Makes a multi handle by itself, for the program to go on with. */
CURLM *fake_gather(void);

/* How many performs and options |curl| has seen. */
unsigned fake_performs(CURL *curl);
unsigned fake_options(CURL *curl);

#endif
