#!/bin/sh
# layers.sh LIB - check that the folders of LIB, which are the layers, include
# only what they may lean on: dropin > client > policy > core.
set -eu
cd "$1"

# Headers in brackets, layer by layer. The core gets none that could act.
core='(assert|stdbool|stddef|stdint|string)\.h|curlew/(status|reason)\.h'
std="$core|(ctype|errno|inttypes|limits|stdarg|stdatomic|stdio|stdlib)\.h|curlew/.*"
policy="$std|ini\.h|sys/stat\.h"
client="$std|curl/.*|(fcntl|poll|pthread|signal|strings|time|unistd)\.h|sys/.*"
dropin="$client|(dlfcn|link)\.h"

fail=0

# check LAYER BRACKETS UNDER... - UNDER are the layers it may include.
check()
{
  layer=$1
  brackets=$2
  shift 2

  [ -d "$layer" ] || return 0
  for file in "$layer"/*; do
    for name in $(includes "$file"); do
      allowed "$name" "$@" || complain "$file" "$name"
    done
  done
}

includes()
{
  sed -n 's/^ *# *include *\([<"][^>"]*[>"]\).*/\1/p' "$1"
}

# allowed NAME LAYER... - is NAME in the table, or a file of one of LAYERs?
allowed()
{
  case $1 in
  \"*.inc\") return 0 ;; # made by the build
  \<*)
    echo "$1" | grep -Eqx "<($brackets)>"
    return
    ;;
  esac

  base=${1#\"}
  base=${base%\"}
  shift
  for under in "$@"; do
    [ ! -f "$under/$base" ] || return 0
  done
  return 1
}

complain()
{
  echo "$1 must not include $2" >&2
  fail=1
}

check core "$core" core
check policy "$policy" policy core
check client "$client" client policy core
check dropin "$dropin" dropin client policy core
exit $fail
