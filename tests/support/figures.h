/* figures.h - what can be asked of a transfer that was played. */
#ifndef FIGURES_H
#define FIGURES_H

#include "exchange.h"

/* As curl_easy_getinfo(), for what the code under test asks; anything else
   fails the test. */
void figures_get(const struct exchange *last, const struct options *options,
                 CURLINFO info, void *result);

#endif
