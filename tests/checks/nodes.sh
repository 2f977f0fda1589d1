#!/bin/sh
# nodes.sh SOURCES LIBRARY - check that the nodes and functions which the files
# of the drop-in list are the same, and are what LIBRARY exports; and that it
# reads the environment as a set-uid program must.
set -eu

# same WHAT ONE OTHER - two lists, a word a line.
same()
{
  [ "$2" != "$3" ] || return 0
  printf '%s differ:\n%s\nand:\n%s\n' "$1" "$2" "$3" >&2
  exit 1
}

library=$(realpath "$2")
cd "$1"
nodes=$(sed -n 's/^CW_NODE(\(.*\))$/\1/p' nodes.def | sort)
# some are written twice, for two kinds of machine
names=$(sed -n 's/^CW_ENTRY(\(.*\))$/\1/p' entries.inc | sort -u)

same 'nodes.def and dropin.map' "$nodes" \
  "$(sed -n 's/^\(CURL_[A-Z0-9_]*\) {$/\1/p' dropin.map | sort)"
same 'nodes.def and entries.c' "$nodes" \
  "$(sed -n 's/^#define CW_VERSION *\(CURL_.*\)/\1/p' entries.c | sort)"
same 'CW_VERSION and CW_NODE of entries.c' \
  "$(sed -n 's/^#define CW_VERSION *\(CURL_.*\)/\1/p' entries.c)" \
  "$(sed -n 's/^#define CW_NODE *CW_NODE_\(CURL_.*\)/\1/p' entries.c)"
same 'entries.inc and dropin.map' "$names" \
  "$(sed -n '/global:/,/local:/s/^ *\(curl_[a-z_]*\);$/\1/p' dropin.map | sort)"

same 'entries.inc and entries.def' "$names" \
  "$(sed -n 's/^CW_ENTRY(\(.*\))$/curl_\1/p' entries.def | sort)"

expected=$(for name in $names; do
  echo "$name@@CURLEW_DROPIN"
  for node in $nodes; do
    echo "$name@$node"
  done
done | LC_ALL=C sort)
same 'what is listed and what is exported' "$expected" \
  "$(nm -D --defined-only "$library" | awk '$2 != "A" { print $3 }' | LC_ALL=C sort)"

if nm -D --undefined-only "$library" | grep -Ew '(__)?getenv(@.*)?$' >&2; then
  echo "only secure_getenv() may be called" >&2
  exit 1
fi
