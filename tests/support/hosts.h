/* hosts.h - names on loopback, besides 127.0.0.1 and localhost. */
#ifndef CW_TEST_HOSTS_H
#define CW_TEST_HOSTS_H

#include <curl/curl.h>

#include "wire.h"

/* For CURLOPT_RESOLVE: a.curlew.test and b.curlew.test, on all ports of the
   server. To be freed. */
static inline struct curl_slist *hosts_new(struct wire *wire)
{
  static const char hosts[] = "ab";
  struct curl_slist *names = NULL;

  for(int port = WIRE_PLAIN; port <= WIRE_TLS_B; port++)
    for(const char *host = hosts; *host; host++)
      names = curl_slist_append(
        names, wire_text(wire, "%c.curlew.test:%u:127.0.0.1", *host,
                         wire->port[port]));
  return names;
}

#endif
