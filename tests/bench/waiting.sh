#!/bin/sh
# waiting.sh - what many transfers cost that wait at once, in one process.
#
#     sh tests/bench/waiting.sh [COUNT]     10,000 where nothing is said
#
# Tells of curlew's transfers, and then of libcurl's for comparison:
#
#   heap     what a handle takes, what libcurl leaves in it after a transfer,
#            and what there is more of it while its transfer waits
#   sockets  of transfers that wait
#   CPU      that waiting takes, and how often somebody had to look
#   spread   when they came again after what the server had asked for: not
#            before, and not all at once
#   timers   instructions of taking the first of so many, setting it again and
#            moving another
#
# Exits with 1 if one came too early or not at all, or takes more than half a
# KiB while it waits. It wants as many open files as there are transfers
# (ulimit -n); with less, those that come again wait for each other.
set -eu
cd "$(dirname "$0")/../.."

. tests/support/install.sh
# shellcheck disable=SC2086 # a list of names
need $build_packages valgrind

[ -f build/build.ninja ] || meson setup build >/dev/null
ninja -C build >/dev/null
count=${1:-10000}
# shellcheck disable=SC3045 # where the limit cannot be raised it is told
ulimit -S -n "$(ulimit -H -n)" 2>/dev/null || true

failed=0
build/tests/bench-waiting curlew "$count" || failed=1
build/tests/bench-waiting bare "$count"

instructions() # TIMERS ROUNDS
{
  valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    build/tests/bench-timers "$@" 2>&1 | awk '/Collected/ { print $4 }'
}

rounds=10000
for timers in 100 1000 10000 100000; do
  a=$(instructions $timers $rounds)
  b=$(instructions $timers $((2 * rounds)))
  echo "$timers timers: $(((b - a) / rounds)) instructions a round"
done
exit $failed
