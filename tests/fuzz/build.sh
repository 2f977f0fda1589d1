# shellcheck shell=sh
# build.sh - sourced: builds the fuzz targets in build-fuzz, with libFuzzer.
[ -f build-fuzz/build.ninja ] ||
  CC=clang meson setup build-fuzz -Db_sanitize=address,undefined \
    -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link &&
  ninja -C build-fuzz fuzz
