#!/bin/sh
# run.sh - show what curlew does, with the examples of this folder and a
# server on loopback that fails on request. Installs what is missing, and
# builds first.
#
# The exit status is 0 if every demonstration went as it says.
set -u
cd "$(dirname "$0")/.." || exit 1

# shellcheck source=tests/support/install.sh
. tests/support/install.sh
# shellcheck disable=SC2086 # a list of names
need $build_packages || exit 1
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo 'building'
{
  [ -f build/build.ninja ] || meson setup build
  ninja -C build examples
} >"$work/log" 2>&1 || {
  cat "$work/log"
  exit 1
}

# The server ends when nobody holds the other end of its input any more.
mkfifo "$work/leash" "$work/words"
python3 tests/support/server.py <"$work/leash" >"$work/words" &
exec 3>"$work/leash"
read -r words <"$work/words" || exit 1
plain=$(expr " $words " : '.* plain=\([0-9]*\) ')
base=http://127.0.0.1:$plain

failed=0

# demo HEADING WHAT-TO-EXPECT
demo()
{
  printf '\n== %s\n   %s\n' "$1" "$2"
}

# show WORD... - as one would type it.
show()
{
  printf '   $'
  for word in "$@"; do
    case $word in
    *[!A-Za-z0-9_./:-]*) printf " '%s'" "$word" ;;
    *) printf ' %s' "$word" ;;
    esac
  done
  echo
}

# run EXAMPLE ARGUMENT... - run it, show what it prints.
run()
{
  show "$@"
  program=$1
  shift
  "build/examples/$program" "$@" >"$work/output" 2>&1
  status=$?
  sed 's/^/   | /' "$work/output"
}

# run_under EXAMPLE ARGUMENT... - the same, by "curlew run".
run_under()
{
  show curlew run -- "$@"
  program=$1
  shift
  build/lib/curlew-here run -- "build/examples/$program" "$@" \
    >"$work/output" 2>&1
  status=$?
  sed 's/^/   | /' "$work/output"
}

complain()
{
  echo "   NOT as expected: $1"
  failed=$((failed + 1))
}

# exits STATUS - the example must have ended with it.
exits()
{
  [ "$status" -eq "$1" ] || complain "exit status $status, not $1"
}

# prints PATTERN - the example must have printed such a line.
prints()
{
  grep -q -- "$1" "$work/output" || complain "it did not print \"$1\""
}

ask_server()
{
  python3 -c 'import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1]).read().decode("latin-1"), end="")' \
    "$base$1"
}

# requests KEY NUMBER - show what arrived for KEY; it must be so many.
requests()
{
  ask_server "/log/$1?field=summary" | sed 's/^/   server saw: /'
  count=$(ask_server "/log/$1?field=count")
  [ "$count" -eq "$2" ] || complain "$count requests, not $2"
}

cat <<END

The server at $base answers as the URL says: do=503&do=200 is a
503 to the first request and a 200 to the second.
END

demo 'A 503 with Retry-After: 1 recovers' \
  'It waits a second, asks again and has the answer: two requests.'
run get "$base/script/busy?do=503;Retry-After=1&do=200;body=ready%0A"
exits 0
prints '^ready$'
requests busy 2

demo 'The same, traced' \
  'Each event is a line: what is done, and why.'
run trace "$base/script/traced?do=503;Retry-After=1&do=200;body=ready%0A"
exits 0
prints ' waiting 1[0-9]* ms$'
requests traced 2

demo 'A redirect chain with a 301 and a 307' \
  'Each hop is followed, the end is the answer: three requests.'
run get "$base/script/moved?do=301;Location=/script/moved/here\
&do=307;Location=/script/moved/for-now&do=200;body=arrived%0A"
exits 0
prints '^arrived$'
requests moved 3

demo 'A 404 is left alone' \
  'Sending it again would not help: one request.'
run get "$base/script/missing?do=404;body=no%20such%20case%0A"
exits 1
prints '^no such case$'
prints '^404 Not Found: the policy retries this only where'
requests missing 1

demo 'A 404 that is expected to go away' \
  'A case is posted, and fetched until it is there: four requests.'
ask_server '/set/case?do=201;size=0&do=404&do=404&do=200;body=case%2042%0A'
run await_case "$base/script/case"
exits 0
prints '^case 42$'
requests case 4

demo 'A POST is not repeated' \
  'The 502 does not prove that nothing was done: one request.'
run post_json "$base/script/once?do=502;size=0&do=201" '{"amount": 5}'
exits 1
prints '^502 Bad Gateway; attempts: 1,'
requests once 1

demo 'A POST with an Idempotency-Key is' \
  'The server can tell the second from a new one: two requests.'
run post_json "$base/script/keyed?do=502;size=0&do=201;body=order%2017%0A" \
  '{"amount": 5}' order-17
exits 0
prints '^201 Created; attempts: 2,'
requests keyed 2

demo 'An upload is rewound' \
  'The 503 comes after the whole file, which is sent again from its start.'
run upload LICENSE "$base/script/file?do=503;size=0&do=201;body=stored%0A"
exits 0
prints '^201 Created$'
requests file 2
[ "$(ask_server '/log/file?n=2&field=body')" = "$(cat LICENSE)" ] ||
  complain 'another file arrived'

demo 'A deadline gives up' \
  'Of two seconds more than one is waited; a second wait would end too late, so
   the 503 in hand is the result: two requests.'
begin=$(date +%s)
run own_policy examples/hurried.ini \
  "$base/script/late?do=503;Retry-After=1;body=busy%0A"
[ $(($(date +%s) - begin)) -le 3 ] || complain 'it took longer'
exits 0
prints '^the wait would end past the deadline$'
requests late 2

demo 'A program that knows nothing of curlew' \
  'It is on plain libcurl, and gives up: one request.'
run plain "$base/script/bare?do=503;Retry-After=1;size=0&do=200;body=ready%0A"
exits 1
prints '^503$'
requests bare 1

demo 'The same program, with the drop-in under it' \
  'It was not changed, and notices nothing but an answer: two requests.'
run_under plain \
  "$base/script/under?do=503;Retry-After=1;size=0&do=200;body=ready%0A"
exits 0
prints '^ready$'
requests under 2

demo 'Asked beforehand' \
  'What would be done about a 503 to a POST, without and with Retry-After?'
run explain default POST 503
exits 0
prints '^delivered: the method is not idempotent'
run explain default POST 503 5
exits 0
prints '^sent again after 5000 to [0-9]* ms'

exec 3>&-
wait

if [ "$failed" -gt 0 ]; then
  printf '\n%s not as expected\n' "$failed"
  exit 1
fi
printf '\nall as expected\n'
