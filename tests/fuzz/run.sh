#!/bin/sh
# run.sh - let the fuzz targets search, each for a minute or as long as said,
# as many at a time as there are processors.
#
#     sh tests/fuzz/run.sh [SECONDS [TARGET...]]
#
# Installs what is missing, and builds with clang in build-fuzz. Says of each
# target how far it got; exits with 1 if a promise was broken.
set -eu
cd "$(dirname "$0")/../.."

. tests/support/install.sh
# shellcheck disable=SC2086 # lists of names
need $build_packages $fuzz_packages
. tests/fuzz/build.sh >&2

FUZZ_SECONDS=${1:-60}
export FUZZ_SECONDS
[ $# -eq 0 ] || shift
if [ $# -eq 0 ]; then
  for folder in tests/fuzz/corpus/*/; do
    set -- "$@" "$(basename "$folder")"
  done
fi

printf '%s\n' "$@" | xargs -P "$(nproc)" -I NAME \
  sh tests/fuzz/search.sh build-fuzz/tests/fuzz/fuzz-NAME \
  tests/fuzz/corpus/NAME build-fuzz/tests/fuzz || exit 1
