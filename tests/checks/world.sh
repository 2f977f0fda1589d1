#!/bin/sh
# world.sh ARCHIVE... - fail if any object but that of client/world.c asks the
# clock, sleeps or draws lots.
set -eu

acts='time|gettimeofday|clock_gettime|timespec_get|sleep|usleep|nanosleep'
acts="$acts|clock_nanosleep|poll|select|pthread_cond_timedwait"
acts="$acts|getrandom|getentropy|rand|rand_r|random"
found=$(nm -uA "$@" | grep -v 'client_world\.c\.o:' | grep -Ew "U ($acts)" || true)

if [ -n "$found" ]; then
  echo "only client/world.c may call these:" >&2
  echo "$found" >&2
  exit 1
fi
