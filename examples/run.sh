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

# run_briefly EXAMPLE ARGUMENT... - the same, but the last line is enough.
run_briefly()
{
  show "$@"
  program=$1
  shift
  "build/examples/$program" "$@" >"$work/output" 2>&1
  status=$?
  tail -n 1 "$work/output" | sed 's/^/   | /'
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

# repeats KEY NUMBER - show how the last so many requests for KEY, each sent
# again, were spread over time; it must not be an instant.
repeats()
{
  ask_server "/log/$1?field=summary" | tail -n "$2" |
    sed -n 's/.* \([0-9]*\) ms after the first$/\1/p' | sort -n >"$work/times"
  awk '{ number[int($1 / 100)]++ }
    END { for(at in number) {
      bar = sprintf("%" number[at] "s", "")
      gsub(" ", "#", bar)
      printf "   server saw: from %4d ms on %2d %s\n", at * 100, number[at],
        bar
    } }' "$work/times" | sort -n -k 4
  spread=$(($(tail -n 1 "$work/times") - $(head -n 1 "$work/times")))
  [ "$spread" -ge 200 ] || complain "all of them came within $spread ms"
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

demo 'A list of URLs, four at a time' \
  'Three are busy at first, one has moved, one is missing. Those that wait hold
   up nobody: 12 URLs, 16 requests, and little more than a second.'
ask_server "/set/crowded?do=503;Retry-After=1&do=503;Retry-After=1\
&do=503;Retry-After=1&do=200"
ask_server '/set/gone?do=404'
ask_server '/set/left?do=302;Location=/script/page/8'
cat >"$work/list" <<END
# a comment
$base/script/crowded/1
$base/script/page/1
$base/script/page/2
$base/script/crowded/2
$base/script/page/3
$base/script/left
$base/script/crowded/3
$base/script/page/4
$base/script/gone
$base/script/page/5
$base/script/page/6
$base/script/page/7
END
mkdir "$work/bodies"
run multi_fetch -n 4 -o "$work/bodies" - <"$work/list"
exits 1
prints '^200 .* 2 attempts .*/crowded/3$'
prints '^200 .* 1 attempt .*/left$'
prints '^404 .*/gone: the policy retries this only where'
prints '^12 URLs: 11 fetched, 1 failed; 16 requests, '
requests crowded 6
requests page 8
[ "$(cat "$work/bodies/7")" = '200 OK' ] || complain 'another body was saved'
[ ! -e "$work/bodies/9" ] || complain 'an error page was saved'

demo 'All at once, on the event loop of libuv' \
  'One is busy: its wait is a timer of the loop. Four requests.'
if [ -x build/examples/uv_fetch ]; then
  ask_server '/set/timer?do=503;Retry-After=1&do=200'
  run uv_fetch "$base/script/timer" "$base/script/loop/1" "$base/script/loop/2"
  exits 0
  prints '^ *[0-9]* ms  200, .*; attempts: 2, waited: 1[0-9]* ms .*/timer$'
  requests timer 2
  requests loop 2
else
  echo '   not built: libuv was not there when build was set up'
fi

demo 'A crowd does not come back as one' \
  'All of 40 URLs are busy, and to be asked again after a second. What comes to
   that at random keeps the second requests apart: 80 requests.'
{
  printf '/set/crowd?'
  for n in $(seq 40); do printf 'do=503;Retry-After=1&'; done
  printf 'do=200'
} >"$work/crowd"
ask_server "$(cat "$work/crowd")"
for n in $(seq 40); do echo "$base/script/crowd/$n"; done >"$work/list"
run_briefly multi_fetch -n 40 - <"$work/list"
exits 0
prints '^40 URLs: 40 fetched, 0 failed; 80 requests, '
[ "$(ask_server '/log/crowd?field=count')" -eq 80 ] ||
  complain 'the server saw another number of requests'
repeats crowd 40

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
