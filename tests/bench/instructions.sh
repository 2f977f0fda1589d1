#!/bin/sh
# instructions.sh - what curlew costs over libcurl, in instructions and
# allocations for each operation, side by side.
#
# Runs COUNT and 2 * COUNT operations under valgrind and takes the difference,
# so that start and end cancel out; of three runs the smallest counts. The server
# answers after 2 ms, so that libcurl waits just once for each answer: else it
# is chance whether it waits, and that alone moves the figure by some percent.
set -eu
cd "$(dirname "$0")/../.."

. tests/support/install.sh
# shellcheck disable=SC2086 # a list of names
need $build_packages valgrind

[ -f build/build.ninja ] || meson setup build >/dev/null
ninja -C build >/dev/null
client=build/tests/bench-client

work=$(mktemp -d)
mkfifo "$work/input"
python3 tests/support/server.py <"$work/input" >"$work/ports" &
exec 9>"$work/input" # the server ends when this is closed
trap 'exec 9>&-; wait; rm -rf "$work"' EXIT
while [ ! -s "$work/ports" ]; do sleep 0.1; done
url=http://127.0.0.1:$(sed 's/.*plain=\([0-9]*\) .*/\1/' "$work/ports")/script

total() # WAY COUNT URL -> instructions
{
  for run in 1 2 3; do
    valgrind --tool=callgrind --callgrind-out-file=/dev/null \
      "$client" "$1" "$2" "$3" 2>&1 | awk '/Collected/ { print $4 }'
  done | sort -n | head -n 1
}

allocations() # WAY COUNT URL -> allocations
{
  valgrind "$client" "$1" "$2" "$3" 2>&1 |
    awk '/total heap usage/ { gsub(",", ""); print $5 }'
}

# row NAME COUNT URL WAY - the operation as people do it in WAY, and curlew.
row()
{
  side=0
  for way in "$4" curlew; do
    # a key for each side, and of one length: each byte of a URL costs
    side=$((side + 1))
    target=$url/$1-$side$(echo "$3" | sed "s/SIDE/$side/")
    a=$(total "$way" "$2" "$target"); b=$(total "$way" $((2 * $2)) "$target")
    c=$(allocations "$way" "$2" "$target")
    d=$(allocations "$way" $((2 * $2)) "$target")
    echo "$way $(((b - a) / $2)) $(((d - c) / $2))"
  done | awk -v name="$1" '
    { way[NR] = $1; cost[NR] = $2; heap[NR] = $3 }
    END {
      printf "%-10s %-7s %9d %5d %10d %5d %+8.2f%% %+5d\n", name, way[1],
        cost[1], heap[1], cost[2], heap[2],
        100 * (cost[2] - cost[1]) / cost[1], heap[2] - heap[1]
    }'
}

printf '%-10s %-7s %9s %5s %10s %5s %9s %5s\n' operation without \
  instr. heap 'curlew: i.' heap more more
row ok 200 '?do=200;delay=2;body=fine&again' bare
row retry 100 '?do=503;delay=2;body=busy&do=200;delay=2;body=fine&again' loop
row redirect 100 \
  '?do=302;delay=2;Location=/script/redirect-SIDE/next&do=200;delay=2&again' \
  follow
row body 4 '?do=200;delay=2;size=67108864&again' bare
