/*
 * plugin.c - a shared library that uses the libcurl that it is linked to, or as
 * TRANSFER_FINDS says. Whether create() jumps to libcurl's function or calls
 * it, its compiler flags say.
 */
#include "plugin.h"

static CURL *create(void)
{
  return curl_easy_init();
}

const struct plugin plugin = {create, transfer_begin, transfer_enter,
                              transfer_end};
