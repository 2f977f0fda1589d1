#!/bin/sh
# costs.sh - what curlew costs, beside bare libcurl and a good retry loop that
# is written by hand: in instructions and allocations, and in time.
#
#     sh tests/bench/costs.sh [ROW...]     these rows alone
#
#   ok, multi  a 200 on a kept connection; the same in a multi handle
#   retry      a 503, then a 200. Bare libcurl hands over the 503: here the
#              program calls curl_easy_perform twice, and looks at nothing
#   redirect   a 302, then a 200. Bare libcurl and the loop: FOLLOWLOCATION
#   body       64 MiB. The loop looks at the status in its write callback, to
#              keep the bodies of failed attempts from the program
#   dropin     bare libcurl, and the same program with the drop-in under it
#   new, tool  the same, with a new handle for each 200; and the curl tool
#
# Exits with 1 if `ok` or `multi` is over its gate; time has none.
#
# The ways to do it (ways.h) take turns in one process, and begin it by turns:
# whose handle is made first finds the better place in the heap.
#
# Instructions are counted by callgrind: the smallest of three rounds, after
# one that does not count. The server answers after some ms, so that libcurl
# waits just once for each answer: else it is chance whether it waits, and that
# alone is some percent.
#
# Time is that of an operation, and its ratio to that of bare libcurl in the
# same round: the median, and the quartiles. What else runs on the machine
# comes and goes for all ways alike. Client and server share one core: to wake
# another one takes longer than all that is measured here.
set -eu
cd "$(dirname "$0")/../.."

. tests/support/install.sh
# shellcheck disable=SC2086 # a list of names
need $build_packages valgrind curl

[ -f build/build.ninja ] || meson setup build >/dev/null
ninja -C build tests/bench-client tests/bench-server \
  lib/libcurlew-dropin.so >/dev/null
client=build/tests/bench-client
pinned=
if command -v taskset >/dev/null; then
  last=$(taskset -cp $$ | sed 's/.*[^0-9]//') # that it may use
  pinned="taskset -c $last"
fi

work=$(mktemp -d)
mkfifo "$work/leash"
$pinned build/tests/bench-server <"$work/leash" >"$work/port" &
exec 9>"$work/leash" # the server ends when this is closed
trap 'exec 9>&-; wait; rm -rf "$work"' EXIT
while [ ! -s "$work/port" ]; do sleep 0.1; done
unset http_proxy all_proxy ALL_PROXY
url=http://127.0.0.1:$(cat "$work/port")
rows=$*
for row in "$@"; do
  case $row in
  ok | multi | retry | redirect | body | dropin | new | tool) ;;
  *) echo "costs.sh: there is no row $row" >&2; exit 2 ;;
  esac
done
failed=0

wanted() # ROW
{
  case " $rows " in
  *" $1 "* | "  ") ;;
  *) return 1 ;;
  esac
}

# in_turn COMMAND WAY... - it, with another way in front each time, and a line
# before each.
in_turn()
{
  command=$1
  shift
  for _ in "$@"; do
    echo begins
    $command "$@"
    first=$1
    shift
    set -- "$@" "$first"
  done
}

# ---- instructions ----

# under CALLGRIND-OPTION... PROGRAM... - what waits between two attempts would
# be measured as a wait.
under()
{
  rm -f "$work"/dump*
  CURLEW_SET='backoff.base=0ms; backoff.jitter=none' LD_PRELOAD=$preload \
    valgrind --tool=callgrind --callgrind-out-file="$work/dump" \
    --compress-strings=no --compress-pos=no "$@" 2>"$work/errors" || {
    cat "$work/errors" >&2
    return 1
  }
}

# sums DUMP [COUNT] - its instructions and allocations, of each of COUNT.
sums()
{
  awk -v count="${2:-1}" '
    /^fn=/ { caller = $0 }
    /^cfn=/ { callee = $0 }
    /^calls=/ && callee ~ /=(malloc|calloc|realloc|posix_memalign)$/ &&
      caller !~ /=(calloc|realloc)$/ { heap += substr($1, 7) }
    /^totals:/ { cost = $2 }
    END { printf "%d %d\n", cost / count, heap / count }' "$1"
}

# count_in COUNT URL WAY... - a line for each round and way: its name, how
# often a multi handle performed, instructions and allocations.
count_in()
{
  under --collect-atstart=no --toggle-collect=way_do --dump-after=way_do \
    "$client" 4 "$@" >"$work/rounds"
  dump=0
  while read -r done_by _ _ performs; do
    dump=$((dump + 1))
    echo "$done_by $performs $(sums "$work/dump.$dump" "$1")"
  done <"$work/rounds"
}

# The tool cannot be told to do it in rounds: what twice as many take more.
count_tool() # COUNT URL
{
  for _ in 1 2 3 4; do
    for times in 1 2; do
      for _ in $(seq $(($1 * times))); do echo "url=\"$2\""; done >"$work/urls"
      under curl --silent --config "$work/urls" >/dev/null
      sums "$work/dump"
    done | awk -v count="$1" '
      NR == 1 { cost = $1; heap = $2 }
      END {
        printf "tool 0 %d %d\n", ($1 - cost) / count, ($2 - heap) / count
      }'
  done
}

# show NAME WAY... - the row of what comes in, of the form of count_in; a way
# `-` is left out. Where an answer came sooner than libcurl would have waited
# for it, a multi handle performs once less: that round does not count.
show()
{
  name=$1
  shift
  awk -v name="$name" -v ways="$*" -v most="${gate:-}" '
    function settle(    way) {
      for(way in cost) {
        sum[way] += cost[way]
        heaps[way] += heap[way]
        turns[way] += performs[way]
        runs[way]++
      }
      split("", cost); split("", rounds)
    }
    $1 == "begins" { settle(); next }
    rounds[$1]++ == 0 { next }
    !($1 in cost) || $2 > performs[$1] ||
      $2 == performs[$1] && $3 < cost[$1] {
      performs[$1] = $2; cost[$1] = $3; heap[$1] = $4
    }
    END {
      settle()
      split(ways, way)
      for(i = 1; i <= 3; i++)
        if(way[i] != "-") {
          if(turns[way[i]] != turns[way[1]])
            printf "NOTE: a multi handle performed %d times, and then %d\n",
              turns[way[1]], turns[way[i]]
          instr[i] = sum[way[i]] / runs[way[i]]
          alloc[i] = heaps[way[i]] / runs[way[i]]
        }
      printf "%-9s%10d%6d", name, instr[1], alloc[1]
      for(i = 2; i <= 3; i++)
        if(way[i] == "-")
          printf "  %9s%6s%9s", "-", "-", "-"
        else
          printf "  %9d%6d%+8.2f%%", instr[i], alloc[i],
            100 * (instr[i] / instr[1] - 1)
      print ""
      if(most != "" &&
        (instr[3] > instr[1] * (1 + most / 100) || alloc[3] > alloc[1])) {
        printf "%s: more than %s %%, or an allocation\n", name, most \
          >"/dev/stderr"
        exit 1
      }
    }'
}

# count NAME COUNT PATH WAY WAY WAY
count()
{
  wanted "$1" || return 0
  name=$1
  command="count_in $2 $url/$3"
  shift 3
  preload=
  in_turn "$command" "$@" >"$work/counted"
  show "$name" "$@" <"$work/counted" || failed=1
}

# count_under NAME WAY COMMAND... - without the drop-in, and with it.
count_under()
{
  wanted "$1" || return 0
  name=$1
  way=$2
  shift 2
  preload=
  "$@" >"$work/counted"
  preload=$PWD/build/lib/libcurlew-dropin.so
  "$@" >"$work/preloaded"
  sed 's/^/dropin-/' "$work/preloaded" >>"$work/counted"
  show "$name" "$way" - "dropin-$way" <"$work/counted"
}

# ---- time ----

# take NAME ROUNDS COUNT PATH WAY WAY WAY
take()
{
  wanted "$1" || return 0
  name=$1
  command="$pinned $client $2 $3 $url/$4"
  shift 4
  in_turn "$command" "$@" >"$work/taken"
  awk -v name="$name" -v ways="$*" '
    # The |part|th quarter of the |n| values in |value|, which get sorted.
    function quarter(value, n, part,    i, j, one) {
      for(i = 2; i <= n; i++) {
        one = value[i]
        for(j = i - 1; j > 0 && value[j] > one; j--)
          value[j + 1] = value[j]
        value[j + 1] = one
      }
      return value[1 + int((n - 1) * part / 4 + 0.5)]
    }
    function ratio(value, n) {
      return sprintf("  %6.3f [%.3f %.3f]", quarter(value, n, 2),
        quarter(value, n, 1), quarter(value, n, 3))
    }
    BEGIN { split(ways, way) }
    $1 == "begins" { next }
    { cpu[$1] = $2; wall[$1] = $3 }
    ++seen % 3 == 0 {
      n++
      bare_cpu[n] = cpu[way[1]]; bare_wall[n] = wall[way[1]]
      loop_cpu[n] = cpu[way[2]] / cpu[way[1]]
      loop_wall[n] = wall[way[2]] / wall[way[1]]
      our_cpu[n] = cpu[way[3]] / cpu[way[1]]
      our_wall[n] = wall[way[3]] / wall[way[1]]
    }
    END {
      printf "%-9s%-5s%8.1f%s%s\n", name, "CPU",
        quarter(bare_cpu, n, 2) / 1000, ratio(loop_cpu, n), ratio(our_cpu, n)
      printf "%-9s%-5s%8.1f%s%s\n", "", "wall",
        quarter(bare_wall, n, 2) / 1000, ratio(loop_wall, n),
        ratio(our_wall, n)
    }' "$work/taken"
}

# ---- all of it ----

printf '%-9s%16s  %24s  %24s\n' '' 'bare libcurl' 'loop by hand' curlew
printf '%-9s%10s%6s  %9s%6s%9s  %9s%6s%9s\n' operation instr. heap \
  instr. heap more instr. heap more
gate=1.5
count ok 50 2/ok bare loop curlew
gate=1.8
count multi 50 5/ok multi multi-loop multi-curlew
gate=
count retry 25 2/retry twice loop curlew
count redirect 25 2/redirect follow loop curlew
count body 1 2/body bare loop curlew
count_under dropin bare count_in 50 "$url/2/ok" bare
count_under new new count_in 50 "$url/2/ok" new
count_under tool tool count_tool 40 "$url/2/ok"

timed='  %22s  %22s\n'
printf "\n%-9s%13s$timed" time 'bare, us' 'loop / bare' 'curlew / bare'
printf "%-9s%13s$timed" '' '' 'median [quartiles]' 'median [quartiles]'
take ok 200 10 0/ok bare loop curlew
take multi 200 10 0/ok multi multi-loop multi-curlew
take retry 200 5 0/retry twice loop curlew
take redirect 200 5 0/redirect follow loop curlew
take body 20 1 0/body bare loop curlew

cat <<'END'

How to read it: instructions (in user space) and heap (allocations) are those
of one operation, and what to compare; they repeat within one percent. Time
is mostly the kernel's: CPU the client's, wall with the server and the rest of
the machine in it. A ratio whose quartiles lie on both sides of 1.000 says that
no difference is seen. In dropin, new and tool, curlew is the drop-in.
END
exit $failed
