/* lonely.c - a program without any libcurl, which asks whether there is one,
   and calls it all the same. */
#define _GNU_SOURCE    /* RTLD_DEFAULT */
#define TRANSFER_FINDS RTLD_DEFAULT
#define CURL_DISABLE_DEPRECATION

#include <stdio.h>

#include "found.h"

/* A CURLMcode for each that has one. */
static void use_multi(CURL *curl)
{
  CURLM *multi = FOUND(curl_multi_init)();
  long timeout_ms = 0;
  int number = 7;

  printf("%s\n", multi ? "a multi handle" : "no multi handle");
  printf("%d", (int)FOUND(curl_multi_add_handle)(NULL, curl));
  printf("%d", (int)FOUND(curl_multi_remove_handle)(NULL, curl));
  printf("%d", (int)FOUND(curl_multi_perform)(NULL, &number));
  printf("%d", (int)FOUND(curl_multi_poll)(NULL, NULL, 0, 0, NULL));
  printf("%d", (int)FOUND(curl_multi_wait)(NULL, NULL, 0, 0, NULL));
  printf("%d", (int)FOUND(curl_multi_timeout)(NULL, &timeout_ms));
  printf("%d", (int)FOUND(curl_multi_socket_action)(NULL, 0, 0, &number));
  printf("%d", (int)FOUND(curl_multi_socket_all)(NULL, &number));
  printf("%d", (int)FOUND(curl_multi_setopt)(NULL, CURLMOPT_PIPELINING, 0L));
  printf("%d\n", (int)FOUND(curl_multi_cleanup)(NULL));
  printf("%s", FOUND(curl_multi_info_read)(NULL, &number) ? "one" : "none");
  printf(" of %d\n", number);
}

int main(void)
{
  CURL *curl = curl_easy_init();

  printf("%s\n", curl ? "a handle" : "no handle");
  printf("%d\n", (int)curl_easy_setopt(curl, CURLOPT_URL, "http://a/"));
  printf("%d\n", (int)curl_easy_perform(curl));
  printf("%d\n", (int)curl_easy_getinfo(curl, CURLINFO_SCHEME, &curl));
  printf("%d\n", (int)FOUND(curl_easy_header)(curl, "a", 0, 1, -1, NULL));
  printf("%d\n", FOUND(curl_easy_nextheader)(curl, 1, -1, NULL) != NULL);
  printf("%d\n", FOUND(curl_easy_duphandle)(curl) != NULL);
  FOUND(curl_easy_reset)(curl);
  curl_easy_cleanup(curl);
  use_multi(curl);
  return 0;
}
