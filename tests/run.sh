#!/bin/sh
# run.sh - run every test: as built, under ASan and UBSan, under TSan, and
# under valgrind; and let each fuzz target search for some seconds. Installs
# what is missing, and builds first.
#
# The last line is "N passed, N failed"; the exit status is 0 if none failed.
set -u
cd "$(dirname "$0")/.." || exit 1

. tests/support/install.sh
# shellcheck disable=SC2086 # lists of names
need $build_packages $test_packages $fuzz_packages || exit 1

runs=

# run NAME BUILD-DIR [ARGUMENT-OF-MESON-TEST...]
run()
{
  name=$1
  dir=$2
  shift 2

  printf '\n== %s\n' "$name"
  rm -f "$dir/meson-logs/$name"*.json
  meson test -C "$dir" --logbase "$name" --print-errorlogs "$@"
  status=$?
  # Where there is a wrapper, its name has been added to that of the log.
  runs="$runs $name $status $(echo "$dir/meson-logs/$name"*.json)"
}

# configure BUILD-DIR [OPTION...] - a directory that is there is used again.
configure()
{
  [ -f "$1/build.ninja" ] || meson setup "$@"
}

configure build
run plain build

configure build-asan -Db_sanitize=address,undefined -Db_lundef=false
run sanitized build-asan --timeout-multiplier 4

configure build-tsan -Db_sanitize=thread -Db_lundef=false
run threads build-tsan --suite threads --timeout-multiplier 4

memcheck='valgrind --quiet --error-exitcode=99 --leak-check=full
  --errors-for-leak-kinds=definite,indirect'
export PROMISES=100 # tales, of some 50 ms each
run memory build --suite unit --suite scenario --suite property \
  --timeout-multiplier 10 --wrapper "$memcheck"

# The same search each time: what turns red is the change's.
export FUZZ_SEED=1
. tests/fuzz/build.sh
run search build-fuzz --no-rebuild --suite search

echo
# shellcheck disable=SC2086 # a list of triples
python3 tests/support/sum.py $runs
