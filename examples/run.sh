#!/bin/sh
# run.sh - show what curlew does, with the examples of this folder and a
# server on loopback that fails on request. Installs what is missing, and
# builds first.
#
# The exit status is 0 if every demonstration went as it says.
set -u
cd "$(dirname "$0")/.." || exit 1

. tests/support/install.sh
# shellcheck disable=SC2086 # a list of names
need $build_packages || exit 1
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

{
  [ -f build/build.ninja ] || meson setup build
  meson compile -C build
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

# run EXAMPLE ARGUMENT... - run it, show what it prints.
run()
{
  program=$1
  shift
  echo "   $program $*"
  "build/examples/$program" "$@" >"$work/output" 2>&1
  status=$?
  sed 's/^/   | /' "$work/output"
}

complain()
{
  echo "   NOT as expected: $1"
  failed=$((failed + 1))
}

succeeded()
{
  [ "$status" -eq 0 ] || complain "exit status $status"
}

printed()
{
  grep -q "$1" "$work/output" || complain "it did not print \"$1\""
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

demo 'A 503 with Retry-After: 1 recovers' \
  'It waits a second, asks again and has the answer: two requests.'
run get "$base/script/busy?do=503;Retry-After=1&do=200;body=ready%0A"
succeeded
printed '^ready$'
requests busy 2

demo 'The same, traced' \
  'Each event is a line: what was decided, and why.'
run trace "$base/script/traced?do=503;Retry-After=1&do=200;body=ready%0A"
succeeded
requests traced 2

demo 'A redirect chain with a 301 and a 307' \
  'Each hop is followed, the end is the answer: three requests.'
run get "$base/script/moved?do=301;Location=/script/moved/here\
&do=307;Location=/script/moved/for-now&do=200;body=arrived%0A"
succeeded
printed '^arrived$'
requests moved 3

demo 'A 404 is left alone' \
  'Sending it again would not help: one request.'
run get "$base/script/missing?do=404;body=no%20such%20case%0A"
requests missing 1

demo 'A 404 that is expected to go away' \
  'A case is posted, and fetched until it is there: four requests.'
ask_server '/set/case?do=201&do=404&do=404&do=200;body=case%2042%0A'
run await_case "$base/script/case"
succeeded
requests case 4

demo 'A POST is not repeated' \
  'The 502 does not prove that nothing was done: one request.'
run post_json "$base/script/once?do=502&do=201" '{"amount": 5}'
requests once 1

demo 'A POST with an Idempotency-Key is' \
  'The server can tell the second from a new one: two requests.'
run post_json "$base/script/keyed?do=502&do=201" '{"amount": 5}' order-17
succeeded
requests keyed 2

demo 'A deadline gives up' \
  'Of two seconds one is waited; a second wait would end too late, so the
   503 in hand is the result: two requests.'
begin=$(date +%s)
run own_policy examples/hurried.ini "$base/script/late?do=503;Retry-After=1"
[ $(($(date +%s) - begin)) -le 3 ] || complain 'it took longer'
requests late 2

demo 'Asked beforehand' \
  'What would be done about a 503 to a POST, without and with Retry-After?'
run explain default POST 503
succeeded
run explain default POST 503 5
succeeded

exec 3>&-
wait

if [ "$failed" -gt 0 ]; then
  printf '\n%s not as expected\n' "$failed"
  exit 1
fi
printf '\nall as expected\n'
