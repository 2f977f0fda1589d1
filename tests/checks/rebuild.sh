#!/bin/sh
# rebuild.sh SOURCE BUILD CXX SANITIZE CC... - rebuild an ordinary program of
# libcurl's with <curlew/dropin.h>, in C and in C++, by #include and by -include,
# with the library as BUILD installs it and with the static one, and see what it
# does. SANITIZE is meson's b_sanitize.
set -eu

source=$1
build=$2
cxx=$3
sanitize=$4
shift 4
cc=$*
program=$source/tests/rebuild/program.c

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY
unset CURLEW_POLICY CURLEW_SET CURLEW_TRACE
fail=0

complain()
{
  echo "rebuild: $1" >&2
  fail=1
}

# quietly COMMAND... - its output is shown where it fails.
quietly()
{
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
}

[ "$sanitize" = none ] || cc="$cc -fsanitize=$sanitize"
[ "$sanitize" = none ] || cxx="$cxx -fsanitize=$sanitize"

# ---- installed ----

DESTDIR=$work/shared quietly meson install -C "$build" --no-rebuild
CC=${cc%% -fsanitize*} quietly meson setup "$work/build" "$source" \
  -Ddefault_library=static -Dbuildtype=plain -Db_lundef=false \
  -Db_sanitize="$sanitize"
quietly ninja -C "$work/build" lib/libcurlew.a
DESTDIR=$work/static quietly meson install -C "$work/build" --no-rebuild \
  --tags devel

# pkg KIND OPTION... - pkg-config, as for a library of KIND installed there.
pkg()
{
  kind=$1
  shift
  pc=$(find "$work/$kind" -name curlew.pc)
  prefix=$(PKG_CONFIG_PATH=$(dirname "$pc") \
    pkg-config --variable=prefix curlew)
  PKG_CONFIG_PATH=$(dirname "$pc") \
    pkg-config --define-variable=prefix="$work/$kind$prefix" "$@"
}

flags=$(pkg static --cflags curlew)
LD_LIBRARY_PATH=$(dirname "$(find "$work/shared" -name libcurlew-dropin.so)")
export LD_LIBRARY_PATH

# ---- rebuilt ----

# What the header maps is what the drop-in plays.
names=$(sed -n 's/^    \(curl_.*\);/\1/p' "$source/lib/dropin/dropin.map")
[ "$names" = "$(sed -n 's/^#define \(curl_[a-z_]*\) .*/\1/p' \
  "$source/include/curlew/dropin.h")" ] || complain 'other functions are mapped'

sed 's|^#include <curl/curl.h>|&\n#include <curlew/dropin.h>|' "$program" \
  >"$work/included.c"

# compile OBJECT COMMAND... - none of the functions may be wanted by its name.
compile()
{
  object=$1
  shift
  # shellcheck disable=SC2086 # a list of options
  "$@" -Wall -Wextra -Werror $flags -c -o "$work/$object.o"
  nm -u "$work/$object.o" | sed 's/.* U //' >"$work/wanted"
  for name in $names; do
    ! grep -qx "$name" "$work/wanted" || complain "$object wants $name"
  done
}

# shellcheck disable=SC2086 # lists of options
{
  compile c $cc -std=c11 -include curlew/dropin.h "$program"
  compile c-included $cc -std=gnu99 "$work/included.c"
  compile cxx $cxx -std=c++11 -include curlew/dropin.h -x c++ "$program"
  compile cxx-included $cxx -std=c++17 -x c++ "$work/included.c"
}

archive=$(find "$work/static" -name libcurlew.a)
rebuilt=
for object in c c-included cxx cxx-included; do
  link=$cc
  [ "$object" != "${object#cxx}" ] && link=$cxx
  # shellcheck disable=SC2046,SC2086 # lists of options
  {
    $link "$work/$object.o" $(pkg shared --libs curlew) -o "$work/$object-shared"
    $link "$work/$object.o" $(pkg static --libs curlew) -o "$work/$object-static"
    # as who has no pkg-config
    $link "$work/$object.o" "$archive" -linih -lcurl -lpthread \
      -o "$work/$object-archive"
  }
  rebuilt="$rebuilt $object-shared $object-static $object-archive"
done
shared=$(find "$work/shared" -name libcurlew.so | wc -l) # 0: BUILD is static
for name in $rebuilt; do
  needs=$(readelf -d "$work/$name" | grep -c 'NEEDED.*libcurlew' || true)
  case $name in
  *-shared) [ "$needs" -eq "$shared" ] || complain "$name is linked wrongly" ;;
  *) [ "$needs" -eq 0 ] || complain "$name is not static" ;;
  esac
done

# Everything static is possible where it is for libcurl alone.
for word in -lcurlew -linih -lcurl -pthread; do
  case " $(pkg static --static --libs curlew) " in
  *" $word "*) ;;
  *) complain "pkg-config --static does not name $word" ;;
  esac
done
echo 'int main(void) { return 0; }' >"$work/nothing.c"
# shellcheck disable=SC2046,SC2086 # lists of options
if $cc "$work/nothing.c" $(pkg-config --static --libs libcurl) \
  -o "$work/nothing" 2>/dev/null; then
  $cc "$work/c.o" $(pkg static --static --libs curlew) -o "$work/c-all" ||
    complain 'pkg-config --static does not link'
fi

# ---- run ----

mkfifo "$work/leash" "$work/words"
python3 "$source/tests/support/server.py" <"$work/leash" >"$work/words" &
exec 3>"$work/leash"
read -r words <"$work/words"
url=http://127.0.0.1:$(expr " $words " : '.* plain=\([0-9]*\) ')/script
fine='200;nodate;X-Last=yes;body=fine'
busy="do=503;nodate;X-Last=no;body=busy&do=$fine"
moved="do=302;nodate;Location=?x;body=moved&do=$fine"
key=0

# expect LINE PROGRAM MODE STEPS - a request with these steps is told so.
expect()
{
  line=$1
  name=$2
  mode=$3
  key=$((key + 1))
  told=$("$work/$name" "$mode" "$url/$key?$4" 2>"$work/stderr") || told=died
  [ "$told" = "$line" ] || complain "$name $mode $4: $told, not $line"
}

export CURLEW_SET='backoff.base=0ms; backoff.jitter=none'
for name in $rebuilt; do
  expect '0 200 yes 2 fine' "$name" get "$busy"
  expect '0 200 yes 2 fine' "$name" pointers "$busy"
  expect '0 200 yes 2 fine' "$name" follow "$moved"
  expect '0 302 - 2 moved' "$name" get "$moved"
  expect '0 200 yes 2 fine' "$name" multi "$busy"
done

# ---- the environment ----

for name in c-shared cxx-static; do
  CURLEW_POLICY=none expect '0 503 no 2 busy' "$name" get "$busy"
  CURLEW_SET='limits.attempts=1' expect '0 503 no 2 busy' "$name" get "$busy"
  CURLEW_POLICY=default expect '0 200 yes 2 fine' "$name" get "$moved"
  CURLEW_POLICY=no expect '2 0 - 0 ' "$name" get "$busy"
  sed 's/^\(curlew: CURLEW_POLICY: \).*/\1/' "$work/stderr" >"$work/lines"
  [ "$(cat "$work/lines")" = 'curlew: CURLEW_POLICY: ' ] ||
    complain "$name does not tell, in one line"
  rm -f "$work/trace"
  CURLEW_TRACE=$work/trace expect '0 200 yes 2 fine' "$name" get "$busy"
  python3 - "$work/trace" <<'END' || complain "$name does not trace"
import json
import sys

with open(sys.argv[1]) as trace:
    events = [json.loads(line) for line in trace]
kinds = [event["curlew.event"] for event in events]
assert kinds == ["attempt", "answer", "attempt", "answer", "end"], kinds
assert {event["curlew.operation"] for event in events} == {1}
assert len({event["process.pid"] for event in events}) == 1
END
  CURLEW_TRACE=/nowhere/trace expect '0 200 yes 2 fine' "$name" get "$busy"
  grep -q '^curlew: CURLEW_TRACE: ' "$work/stderr" ||
    complain "$name does not tell of its trace"
done

exec 3>&-
exit $fail
