#!/bin/sh
# readme.sh SOURCE BUILD CC [OPTION...] - do what the README says.
#
# Each block of C is compiled, against what is installed from BUILD into a
# folder of its own, and run where it is a program; each policy is read; what
# the examples print is compared; commands that install, or run all of this,
# are only checked to be the right ones.
set -eu

source=$1
build=$2
shift 2
# what is left in $@ compiles

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY
fail=0

complain()
{
  echo "README.md: $1" >&2
  fail=1
}

# Block N of a language goes to blocks/N.LANGUAGE, from 01 in order.
mkdir "$work/blocks"
awk -v folder="$work/blocks" '
  /^```[a-z]/ {
    file = sprintf("%s/%02d.%s", folder, ++n, substr($0, 4))
    printf "" >file
    next
  }
  /^```$/ { file = ""; next }
  file { print >file }
' "$source/README.md"

# ---- installed ----

DESTDIR=$work/root meson install -C "$build" --no-rebuild >"$work/log" 2>&1 ||
  { cat "$work/log" >&2; exit 1; }
pc=$(find "$work/root" -name curlew.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
# What else it needs is found where everything is.
prefix=$work/root$(pkg-config --variable=prefix curlew)
flags=$(pkg-config --define-variable=prefix="$prefix" --cflags curlew)
libs=$(pkg-config --define-variable=prefix="$prefix" --libs curlew)
LD_LIBRARY_PATH=$(dirname "$(dirname "$pc")")
export LD_LIBRARY_PATH
cmp "$source/policy/default.ini" "$prefix/share/curlew/policy/default.ini" ||
  complain 'the policies are not installed'

# ---- a server ----

mkfifo "$work/leash" "$work/words"
python3 "$source/tests/support/server.py" <"$work/leash" >"$work/words" &
exec 3>"$work/leash"
read -r words <"$work/words"
url=http://127.0.0.1:$(expr " $words " : '.* plain=\([0-9]*\) ')/script

# ---- C ----

# compile FILE OBJECT
compile()
{
  # shellcheck disable=SC2086 # lists of options
  $compiler -std=gnu11 -Wall -Wextra -Wno-unused-function -Werror $flags \
    -c "$1" -o "$2" || complain "$(basename "$1") does not compile"
}

compiler=$*
for block in "$work"/blocks/*.c; do
  name=${block%.c}
  if grep -q '^int main' "$block"; then
    compile "$block" "$name.o"
    # shellcheck disable=SC2086 # lists of options
    $compiler "$name.o" $libs -o "$name.program"
    [ "$("$name.program" "$url/$(basename "$name")?do=503&do=200;body=fine")" \
      = fine ] || complain "$(basename "$block") does not fetch"
    continue
  fi

  # Parts of programs: functions, or what stands in one.
  {
    echo '#include <inttypes.h>'
    echo '#include <stdbool.h>'
    echo '#include <stdio.h>'
    echo '#include <curlew/curlew.h>'
    if grep -q '^static' "$block"; then
      cat "$block"
    else
      echo 'void block(CURL *curl);'
      echo 'void block(CURL *curl)'
      echo '{'
      cat "$block"
      echo '}'
    fi
  } >"$name.part.c"
  compile "$name.part.c" "$name.o"
done

# ---- policies ----

explain=$build/examples/explain
for block in "$work"/blocks/*.ini; do
  "$explain" "$block" >"$block.dump" ||
    complain "$(basename "$block") is not a policy"
  # The block of all keys says what the default says.
  if grep -q '^hold-body' "$block"; then
    "$explain" default | diff - "$block.dump" ||
      complain "$(basename "$block") is not the default"
    sed -n '/^\[status\]/q; s/ = .*//p' "$block.dump" | while read -r key; do
      grep -q "^$key " "$block" || echo "$key"
    done >"$work/missing"
    [ ! -s "$work/missing" ] || complain "$(cat "$work/missing") is not told"
  fi
done

# ---- commands, and what they print ----

# A program that knows nothing of curlew, in C and in PHP. Where the drop-in is
# instrumented, it is loaded before what it needs for that.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
export ASAN_OPTIONS
cp "$source/examples/plain.c" "$work/service.c"
cp "$build/examples/plain" "$work/service"
cat >"$work/report.php" <<'END'
<?php
$handle = curl_init($argv[1]);
curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
exit(curl_exec($handle) === "fine" ? 0 : 1);
END

# expect FILE - what was printed last is what the next block of text says.
expect()
{
  next=$(find "$work/blocks" -name '*.text' | sort |
    awk -v this="$1" '$0 > this { print; exit }')
  diff "$next" "$work/printed" >&2 || complain "$(basename "$1") prints that"
}

known=0
for block in "$work"/blocks/*.sh; do
  : >"$work/printed"
  sed ':again; /\\$/ { N; s/ *\\\n */ /; b again }' "$block" >"$block.joined"
  while read -r first rest; do
    known=$((known + 1))
    # shellcheck disable=SC2016 # as it stands there
    case "$first $rest" in
    'sh '*) [ -f "$source/$rest" ] || complain "there is no $rest" ;;
    'sudo apt install '*)
      . "$source/tests/support/install.sh"
      # shellcheck disable=SC2154,SC2086,SC2116 # from install.sh, a list
      [ "${rest#apt install }" = "$(echo $build_packages)" ] ||
        complain 'other packages are needed'
      ;;
    'meson setup build' | 'meson compile -C build') ;;
    'sudo meson install -C build' | 'sudo ldconfig') ;;
    'cc fetch.c $(pkg-config --cflags --libs curlew) -o fetch') ;;
    './fetch https://example.com/') ;;
    'curlew run '*)
      # a program of the same kind, in the place of its own
      program="$work/service '$url/run$known?do=503&do=200;body=fine'"
      case $rest in
      *' -- php '*) program="php $work/report.php ${program#* }" ;;
      *' -- curl '* | *' -- git '* | *' -- ./service') ;;
      *) complain "what is this? $rest" ;;
      esac
      CURLEW_SET='backoff.base=1ms' eval \
        "$build/lib/curlew-here ${rest%% -- *} -- $program" >"$work/ran" 2>&1 ||
        complain "$first $rest: $(cat "$work/ran")"
      ;;
    'cc service.c '*)
      # shellcheck disable=SC2086 # lists of options
      (cd "$work" && eval "$compiler \
        $(echo "$rest" | sed "s!\$(pkg-config --cflags --libs curlew)!$flags $libs!
          s!-lcurlew-dropin!-L$build/lib -Wl,-rpath,$build/lib &!
          s!-o service!-o linked!")") ||
        complain "$first $rest fails"
      [ "$(CURLEW_SET='backoff.base=1ms' "$work/linked" \
        "$url/linked$known?do=503&do=200;body=fine")" = fine ] ||
        complain "what \"$first $rest\" makes does not retry"
      ;;
    'build/examples/explain default') ;;
    build/examples/explain\ *)
      # shellcheck disable=SC2086 # words
      "$explain" $rest >>"$work/printed"
      ;;
    'build/tests/test_promises --count 100000')
      "$build/tests/test_promises" --count 100 >"$work/played" 2>&1 ||
        complain "test_promises: $(cat "$work/played")"
      ;;
    'build/examples/multi_fetch -n 4 urls.txt')
      for i in 1 2 3 4 5 6; do
        echo "$url/many$i?do=503;retry-after-ms=1&do=200;body=fine"
      done >"$work/urls.txt"
      (cd "$work" && "$build/examples/multi_fetch" -n 4 urls.txt) \
        >"$work/fetched" 2>&1 || complain 'multi_fetch fails'
      grep -q '^6 URLs: 6 fetched, 0 failed; 12 requests' "$work/fetched" ||
        complain "multi_fetch: $(cat "$work/fetched")"
      ;;
    'build/examples/trace --json http://localhost:8080/busy')
      "$build/examples/trace" --json "$url/t?do=503;Retry-After=1&do=200" \
        2>"$work/trace" >"$work/body" || complain 'trace fails'
      ;;
    *) complain "what is this? $first $rest" ;;
    esac
  done <"$block.joined"
  [ ! -s "$work/printed" ] || expect "$block"
done
[ "$known" -ge 10 ] || complain "only $known commands found"

# ---- the mistake ----

cd "$work"
sed 's/^409     = retry,/409     = retri,/' \
  "$(grep -l '^; orders.ini' blocks/*.ini)" >orders.ini
if "$explain" orders.ini 2>mistake; then
  complain 'the mistake is none'
fi
cmp mistake "$(grep -l '^orders.ini' blocks/*.text)" ||
  complain "the mistake is told as $(cat mistake)"

# ---- the trace ----

python3 - "$source/README.md" trace blocks/*.json <<'END' || fail=1
import json
import re
import sys

readme, trace, example = [open(path).read() for path in sys.argv[1:]]
events = [json.loads(line) for line in trace.splitlines()]
wait = next(e for e in events if e["curlew.event"] == "wait")
if list(json.loads(example)) != list(wait):
    sys.exit(f"README.md: the wait has {list(wait)}")

told = set(re.findall(r"^\| `([a-z_.]+\.[a-z_.]+)` \|", readme, re.M))
seen = {key for event in events for key in event}
if told != seen:
    sys.exit(f"README.md: the keys of events: {sorted(told ^ seen)}")
END

exec 3>&-
exit $fail
