#!/bin/sh
# pure.sh ARCHIVE... - fail if an archive needs anything but itself, string.h
# and assert. (bcmp is what clang makes of memcmp() == 0.)
set -eu

allowed='^(cw_.*|bcmp|mem(chr|cmp|cpy|move|set)|str(n?cmp|chr|cspn|len)|__(assert|stack_chk)_fail|__(asan|ubsan)_.*|_GLOBAL_OFFSET_TABLE_)$'
found=$(nm -u "$@" | awk '$1 == "U" { print $2 }' | sort -u | grep -Ev "$allowed" || true)

if [ -n "$found" ]; then
  echo "the core must not call:" >&2
  echo "$found" >&2
  exit 1
fi
