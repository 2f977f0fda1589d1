/*
 * past.h - the heads of the hops before the last.
 *
 * libcurl forgets the headers of an attempt when the next one begins. Had it
 * followed itself, curl_easy_header() would tell them all, each by the number
 * of its request. So the head of each hop is put aside as it came, and read
 * when somebody asks for it.
 */
#ifndef CW_PAST_H
#define CW_PAST_H

#include <stddef.h>

#include <curl/curl.h>

#include "text.h"

#define CW_PAST_MAX (1024u * 1024u) /* bytes of heads; what is over is lost */

struct cw_handle;
struct cw_past_field;

struct cw_past {
  int requests;         /* of the hops before, rounds of authentication too */
  unsigned told;        /* fields that libcurl was asked for one by one */
  struct cw_text head;  /* of the response that may become a hop */
  struct cw_text heads; /* of the hops: records, see past.c */
  size_t read;          /* how much of |heads| has become fields */
  struct cw_past_field *first;
  struct cw_past_field *last;
  struct curl_header shown[2]; /* by header and by nextheader */
};

/* A response with this |head| will be a hop, unless it is said otherwise. */
void cw_past_see(struct cw_past *past, const char *head, size_t length);

/* It has become one: keeps what libcurl, which still tells of that attempt,
   is about to forget. Without memory it is not kept. */
void cw_past_keep(struct cw_handle *handle);

/* curl_easy_header() and curl_easy_nextheader(), with the hops before. */
CURLHcode cw_past_header(struct cw_handle *handle, const char *name,
                         size_t index, unsigned origin, int request,
                         struct curl_header **header);
struct curl_header *cw_past_nextheader(struct cw_handle *handle,
                                       unsigned origin, int request,
                                       struct curl_header *previous);

/* An operation begins: there is no past. */
void cw_past_forget(struct cw_past *past);

void cw_past_clear(struct cw_past *past);

#endif
