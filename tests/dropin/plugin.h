/* plugin.h - what a plug-in does, in its own way. */
#ifndef CW_TEST_PLUGIN_H
#define CW_TEST_PLUGIN_H

#include "transfer.h"

struct plugin {
  CURL *(*create)(void);
  void (*begin)(struct transfer *transfer, CURL *curl, const char *url);
  void (*enter)(struct transfer *transfer);
  void (*end)(struct transfer *transfer);
};

extern const struct plugin plugin;

#endif
