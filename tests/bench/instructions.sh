#!/bin/sh
# instructions.sh - what curlew costs over libcurl, in instructions and
# allocations for each operation, side by side.
#
#     sh tests/bench/instructions.sh [ROW...]     these rows alone
#
# Exits with 1 if a row is over its gate, see the end.
#
# Runs COUNT and 2 * COUNT operations under valgrind and takes the difference,
# so that start and end cancel out; of three runs the smallest counts. The server
# answers after 2 ms, so that libcurl waits just once for each answer: else it
# is chance whether it waits, and that alone moves the figure by some percent.
set -eu
cd "$(dirname "$0")/../.."

. tests/support/install.sh
# shellcheck disable=SC2086 # a list of names
need $build_packages valgrind curl

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

# under WAY COUNT URL VALGRIND-OPTION... - run what does it that way. A way that
# begins with "dropin-" is the rest of its name, with the drop-in preloaded; what
# waits between two attempts would be measured as a wait.
under()
{
  way=${1#dropin-}
  preload=
  [ "$way" = "$1" ] || preload=$PWD/build/lib/libcurlew-dropin.so
  count=$2
  url_of_it=$3
  shift 3
  if [ "$way" = tool ]; then
    for _ in $(seq "$count"); do echo "url=\"$url_of_it\""; done >"$work/urls"
    set -- "$@" curl --silent --config "$work/urls"
  else
    set -- "$@" "$client" "$way" "$count" "$url_of_it"
  fi
  CURLEW_SET='backoff.base=0ms; backoff.jitter=none' LD_PRELOAD=$preload \
    valgrind "$@" 2>&1
}

# Where an answer came sooner than libcurl would have waited for it, a multi
# handle performs once less: that run does not count.
total() # WAY COUNT URL -> instructions, and how often a multi handle performed
{
  for run in 1 2 3; do
    under "$@" --tool=callgrind --callgrind-out-file=/dev/null |
      awk '/ performs$/ { performs = $(NF - 1) }
        /Collected/ { print $4, performs + 0 }'
  done | sort -k 2,2nr -k 1,1n | head -n 1
}

allocations() # WAY COUNT URL -> allocations
{
  under "$@" | awk '/total heap usage/ { gsub(",", ""); print $5 }'
}

# row NAME COUNT URL WAY [OTHER] - the operation as people do it in WAY, and as
# OTHER does it: curlew.
row()
{
  case " $rows " in
  *" $1 "* | "  ") ;;
  *) return ;;
  esac
  side=0
  for way in "$4" "${5:-curlew}"; do
    # a key for each side, and of one length: each byte of a URL costs
    side=$((side + 1))
    target=$url/$1-$side$(echo "$3" | sed "s/SIDE/$side/")
    a=$(total "$way" "$2" "$target"); b=$(total "$way" $((2 * $2)) "$target")
    c=$(allocations "$way" "$2" "$target")
    d=$(allocations "$way" $((2 * $2)) "$target")
    performs=$((${b#* } - ${a#* }))
    echo "$way $(((${b% *} - ${a% *}) / $2)) $(((d - c) / $2)) $performs"
  done | awk -v name="$1" '
    { way[NR] = $1; cost[NR] = $2; heap[NR] = $3; performs[NR] = $4 }
    END {
      if(performs[1] != performs[2])
        printf "NOTE: a multi handle performed %d times here, %d there\n",
          performs[1], performs[2]
      printf "%-10s %-7s %9d %5d %10d %5d %+8.2f%% %+5d\n", name, way[1],
        cost[1], heap[1], cost[2], heap[2],
        100 * (cost[2] - cost[1]) / cost[1], heap[2] - heap[1]
    }'
}

# gate PERCENT COUNT - the rows that come in, and a complaint where one has
# more instructions or allocations.
gate()
{
  awk -v percent="$1" -v count="$2" '
    { print }
    $7 + 0 > percent || $8 + 0 > count {
      printf "%s: more than %s %% and %s\n", $1, percent, count >"/dev/stderr"
      failed = 1
    }
    END { exit failed }'
}

rows=$*
failed=0
printf '%-10s %-7s %9s %5s %10s %5s %9s %5s\n' operation without \
  instr. heap 'curlew: i.' heap more more
row ok 200 '?do=200;delay=2;body=fine&again' bare
row retry 100 '?do=503;delay=2;body=busy&do=200;delay=2;body=fine&again' loop
row redirect 100 \
  '?do=302;delay=2;Location=/script/redirect-SIDE/next&do=200;delay=2&again' \
  follow
row body 4 '?do=200;delay=2;size=67108864&again' bare
row dropin 200 '?do=200;delay=2;body=fine&again' bare dropin-bare
row multi 200 '?do=200;delay=5;body=fine&again' multi multi-curlew |
  gate 1.5 0 || failed=1
row new 100 '?do=200;delay=2;body=fine&again' new dropin-new
row tool 40 '?do=200;delay=2;body=fine&again' tool dropin-tool
exit $failed
