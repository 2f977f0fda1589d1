/* lonely.c - a program without any libcurl, which asks whether there is one,
   and calls it all the same. */
#define _GNU_SOURCE    /* RTLD_DEFAULT */
#define TRANSFER_FINDS RTLD_DEFAULT

#include <stdio.h>

#include "found.h"

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
  printf("%d\n", (int)FOUND(curl_multi_add_handle)(NULL, curl));
  FOUND(curl_easy_reset)(curl);
  curl_easy_cleanup(curl);
  return 0;
}
