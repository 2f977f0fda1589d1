#!/bin/sh
# coverage.sh - how much of the library the tests run through, by folder.
#
#     sh tests/coverage.sh [--html] [FOLDER...]
#
# Lists the lines and branches of core, and of these folders of lib/, that no
# test takes; with --html, build-coverage/html/index.html shows all of them in
# their places. Exits with 1 if a test failed or core is not taken completely.
#
# Built without optimization, so that a branch is one that somebody wrote: none
# is inlined away, or made for speed. Counted atomically: what threads count at
# the same time would be lost, or end below zero. A file counts wherever it was
# compiled into, so a header with the tests that include it.
#
# The checks do not count, but for the two that run programs: the others look
# at the text and the symbols, to which counting adds some of its own.
set -u
cd "$(dirname "$0")/.." || exit 1

. tests/support/install.sh
# shellcheck disable=SC2086 # lists of names
need $build_packages $test_packages $coverage_packages || exit 1

dir=build-coverage
html=
if [ "${1-}" = --html ]; then
  html=$dir/html
  shift
fi

# gcovr reads what gcc's gcov says
[ -f $dir/build.ninja ] ||
  CC=gcc meson setup $dir --buildtype debug -Db_coverage=true \
    -Dc_args=-fprofile-update=atomic || exit 1
ninja -C $dir || exit 1
find $dir -name '*.gcda' -delete # of earlier runs

failed=0
meson test -C $dir --no-suite checks --timeout-multiplier 4 \
  --print-errorlogs || failed=1
meson test -C $dir --timeout-multiplier 4 --print-errorlogs \
  readme rebuild || failed=1

# An assertion that fails is no branch that could be taken.
gcovr --root . --filter lib/ --exclude-unreachable-branches \
  --exclude-throw-branches --exclude-branches-by-pattern ' *assert\(.*' \
  --json $dir/coverage.json $dir || exit 1
if [ -n "$html" ]; then
  mkdir -p "$html"
  gcovr --root . --add-tracefile $dir/coverage.json \
    --html-details "$html/index.html" || exit 1
fi

echo
python3 tests/support/cover.py $dir/coverage.json "$@" || failed=1
exit $failed
