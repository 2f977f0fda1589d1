#!/bin/sh
# run.sh - what a hostile server can do to a client that uses curlew: runs all
# attacks, and prints as tables what the server sent, and what it cost here.
#
# Takes minutes, since no byte is left out. Builds first.
#
#     sh tests/hostile/run.sh [BUILD-DIR]
set -u
cd "$(dirname "$0")/../.." || exit 1

. tests/support/install.sh
# shellcheck disable=SC2086 # a list of names
need $build_packages || exit 1

build=${1:-build}
tests='heads bodies redirects retry_after cuts'
[ -f "$build/build.ninja" ] || meson setup "$build" || exit 1
for test in $tests; do
  ninja -C "$build" "tests/test_hostile_$test" >/dev/null || exit 1
done

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
failed=0
for test in $tests; do
  printf '\n## %s\n\n' "$test"
  "$build/tests/test_hostile_$test" --figures >"$log" 2>&1 || failed=1
  grep -E '^\||KiB more$|FAILED|PASSED|error:' "$log"
done
exit $failed
