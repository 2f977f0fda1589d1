#!/bin/sh
# search.sh TARGET CORPUS FOLDER - let a fuzz target search for FUZZ_SECONDS (4),
# with the seed FUZZ_SEED (0: a fresh one), and say in a line what it did. What is new to it goes to FOLDER/found, and
# what breaks it to FOLDER/broken, with the command that shows it again.
set -eu
target=$1
corpus=$2
name=${target##*/fuzz-}
broken=$3/broken
log=$3/$name.log
mkdir -p "$3/found/$name" "$broken"

set -- "$3/found/$name" "$corpus"
dictionary=${corpus%/corpus/*}/$name.dict
[ ! -f "$dictionary" ] || set -- "-dict=$dictionary" "$@"

status=0
"$target" -max_total_time="${FUZZ_SECONDS:-4}" -seed="${FUZZ_SEED:-0}" \
  -timeout=20 \
  -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$broken/$name-" \
  "$@" >"$log" 2>&1 || status=$?

awk -v name="$name" '
  / cov: [0-9]+/ {
    for(i = 1; i < NF; i++) {
      if($i == "cov:") edges = $(i + 1)
      if($i == "ft:") features = $(i + 1)
    }
  }
  /number_of_executed_units/ { executions = $2 }
  /average_exec_per_sec/ { speed = $2 }
  END {
    printf "%-12s %11d executions, %6d a second, %5d edges, %6d features\n",
      name, executions, speed, edges, features
  }' "$log"
[ "$status" -ne 0 ] || exit 0

sed -n '/broken promise\|ERROR:\|runtime error\|SUMMARY:/p' "$log"
sed -n 's/.*Test unit written to /seen again by: '"$(echo "$target" | sed 's/\//\\\//g')"' /p' "$log"
exit 1
