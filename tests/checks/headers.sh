#!/bin/sh
# headers.sh INCLUDE-DIR CC CXX HEADER... - compile each of the installed
# headers alone, as C and as C++, and check that none was forgotten.
set -eu

include=$1
cc=$2
cxx=$3
shift 3

strict='-Wall -Wextra -Werror -pedantic -fsyntax-only'
fail=0

# compile COMMAND... - a header alone, and a declaration: C wants at least one.
compile()
{
  printf '#include <curlew/%s>\nextern int unused;\n' "$name" |
    "$@" -I "$include" - || fail=1
}

# shellcheck disable=SC2086 # a list of options
for header in "$@"; do
  name=$(basename "$header")
  compile "$cc" -x c -std=c11 $strict
  compile "$cxx" -x c++ -std=c++11 $strict
done

for header in "$include"/curlew/*.h; do
  case " $* " in
  *"/$(basename "$header") "*) ;;
  *)
    echo "$header is not installed" >&2
    fail=1
    ;;
  esac
done
exit $fail
