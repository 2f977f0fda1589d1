#!/bin/sh
# command.sh COMMAND CC - what `curlew run` tells, and what it hands on, where
# nothing is transferred. COMMAND finds its libraries where they are built.
set -eu

command=$1
shift
cc=$*

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CURLEW_POLICY CURLEW_SET CURLEW_TRACE LD_PRELOAD LD_AUDIT
fail=0
user='setpriv --reuid=65534 --regid=65534 --clear-groups' # has few rights
is_root=yes
[ "$(id -u)" -eq 0 ] || { is_root= && user=; }

complain()
{
  echo "command: $1" >&2
  fail=1
}

# value VARIABLE - of the command.
value()
{
  sed -n "s/^$1='\(.*\)'\$/\1/p" "$command"
}

# Another user may not see where it was built.
dropin=$work/libcurlew-dropin.so
audit=$work/libcurlew-audit.so
cp "$(value dropin)" "$(value audit)" "$work"
sed "s|^dropin=.*|dropin='$dropin'|; s|^audit=.*|audit='$audit'|" "$command" \
  >"$work/curlew"
mkdir "$work/bin" "$work/with blanks"
chmod 755 "$work" "$work"/*
cd "$work"
PATH=$work/bin:$PATH

# expect STATUS PATTERN COMMAND... - it ends so, and what it prints first is so.
expect()
{
  wanted=$1
  pattern=$2
  shift 2
  status=0
  "$@" >out 2>&1 </dev/null || status=$?
  line=$(head -n 1 out)
  [ "$status" -eq "$wanted" ] ||
    complain "$*: status $status, not $wanted: $line"
  # shellcheck disable=SC2254 # a pattern
  case $line in
  $pattern) ;;
  *) complain "$*: $line" ;;
  esac
}

# refuse WHY NAME [COMMAND...] - it says that NAME cannot be reached, and runs
# nothing; by COMMAND or itself.
refuse()
{
  why=$1
  name=$2
  shift 2
  [ $# -gt 0 ] || set -- ./curlew
  for check in '' --check; do
    # shellcheck disable=SC2086 # may be nothing
    expect 126 "curlew: cannot reach *: $why*" "$@" run $check -- "$name"
    [ "$(wc -l <out)" -eq 1 ] || complain "$name: more than one line"
  done
}

# reach NAME [COMMAND...] - it can be reached.
reach()
{
  name=$1
  shift
  [ $# -gt 0 ] || set -- ./curlew
  expect 0 '* can be reached where it loads libcurl*' "$@" run --check -- "$name"
}

# script NAME FIRST-LINE
script()
{
  printf '%s\necho ran\n' "$2" >"$1"
  chmod 755 "$1"
}

# ---- mistakes ----

expect 2 'curlew: what is to be done?' ./curlew
expect 2 'curlew: walk: what is this?' ./curlew walk
expect 2 'curlew: which program?' ./curlew run
expect 2 'curlew: which program?' ./curlew run -d --
expect 2 'curlew: -x: what is this?' ./curlew run -x curl
for option in -p --policy -s --set -t --trace; do
  expect 2 "curlew: $option wants a value" ./curlew run "$option"
done
expect 0 'curlew run *' ./curlew --help
expect 0 'curlew [0-9]*' ./curlew --version

# ---- names ----

expect 127 'curlew: there is no program no-such-program' \
  ./curlew run no-such-program
expect 127 'curlew: there is no program ./no-such' ./curlew run ./no-such
expect 127 'curlew: there is no program bin' ./curlew run bin
expect 127 'curlew: there is no program ' ./curlew run ''

echo 'int main(int count, char **words) { return count > 1 ? 7 : !words; }' \
  >plain.c
# shellcheck disable=SC2086 # words
$cc plain.c -o plain
for name in 'bin/-dashed' 'bin/check' 'bin/echo' 'with blanks/a program'; do
  cp plain "$name"
done
expect 0 '/usr/bin/curl is linked to libcurl*' ./curlew run -c /usr/bin/curl
expect 0 '*/curl is linked to libcurl*' ./curlew run --check -- curl
reach -dashed
reach check  # a function of the command's
reach echo   # a word of the shell's
reach 'with blanks/a program'
reach ./plain
cd bin
reach check ../curlew
cd ..
expect 7 '' ./curlew run -- -dashed -x
expect 7 '' ./curlew run 'with blanks/a program' -p
expect 0 '' ./curlew run 'with blanks/a program'
expect 7 '' ./curlew run -- check one
PATH=:$PATH reach plain # where we are is in it too

# ---- what cannot be reached ----

# shellcheck disable=SC2086 # words
$cc -static plain.c -o static
refuse 'it is linked statically' ./static
script static-script "#!$work/static"
refuse 'it is linked statically' ./static-script
script static-env '#!/usr/bin/env static'
cp static bin
refuse 'it is linked statically' ./static-env
script script '#!/bin/sh'
reach ./script
script env-script '#!/usr/bin/env -S A=1 sh'
reach ./env-script
script curl-script '#!/usr/bin/env curl'
expect 0 '*/curl-script is linked to libcurl*' ./curlew run -c ./curl-script

script text 'echo ran'
refuse 'it is no program' ./text
script nothing '#!'
refuse 'it is no program' ./nothing
script lost "#!$work/gone"
refuse 'it is no program' ./lost
: >empty
chmod 755 empty
refuse 'it is no program' ./empty
cp script locked
chmod 644 locked
refuse 'it may not be executed' ./locked

sed 's|int main|const char *libcurl = "libcurl/8.1.2"; int main|' plain.c \
  >built-in.c
# shellcheck disable=SC2086 # words
$cc built-in.c -o built-in
refuse 'libcurl is built into it' ./built-in

# The first 20 bytes of a program for i386, and for another kind of 64 bits.
printf '\177ELF\1\1\1\0\0\0\0\0\0\0\0\0\2\0\3\0' >small
printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\077\077' >strange
chmod 755 small strange
refuse 'it is of another machine type' ./small
refuse 'it is of another machine type' ./strange

# What ldd says is read in English, whatever the user speaks.
cat >bin/ldd <<'END_OF_LDD'
#!/bin/sh
case $1 in
*/speaker) [ "$LC_ALL" = C ] && echo 'not a dynamic executable' ;;
*/sulker) echo "ERROR: ld.so: object 'x' from LD_PRELOAD cannot be" \
  "preloaded (wrong ELF class: ELFCLASS64): ignored." ;;
esac
END_OF_LDD
chmod 755 bin/ldd
cp plain speaker
cp plain sulker
LC_ALL=de_DE.UTF-8 refuse 'it is linked statically' ./speaker
refuse 'the loader does not take the drop-in' ./sulker
reach ./plain
rm bin/ldd

# ---- rights ----

cp "$(command -v curl)" raised
if [ "$is_root" ]; then
  chmod 4755 raised
else
  for name in su passwd mount; do
    ! [ -u "/usr/bin/$name" ] || ln -sf "/usr/bin/$name" raised
  done
fi
# shellcheck disable=SC2086 # words
[ ! -u raised ] || refuse 'it has more rights than you (set-uid)' ./raised \
  $user ./curlew
if [ "$is_root" ]; then
  expect 0 '* can be reached' ./curlew run -c ./raised
  chown 65534 raised
  chmod 4755 raised
  refuse 'it has more rights than you (set-uid)' ./raised
  chown 0:65534 raised
  chmod 2755 raised
  refuse 'it has more rights than you (set-uid)' ./raised
  chmod 711 raised
  # shellcheck disable=SC2086 # words
  refuse 'it may not be read' ./raised $user ./curlew
else
  cp "$(command -v curl)" mine
  chmod 4755 mine
  expect 0 '* can be reached' ./curlew run -c ./mine
fi

cp "$(command -v curl)" able
chmod 755 able
ln -s able able-link
if PATH=$PATH:/usr/sbin:/sbin setcap cap_net_raw=ep able 2>/dev/null; then
  for name in ./able ./able-link; do
    # shellcheck disable=SC2086 # words; the PATH is that of an ordinary user
    PATH=/usr/bin:/bin refuse 'it has more rights than you (file cap' $name \
      $user ./curlew
  done
  expect 0 '* can be reached' ./curlew run -c ./able # root has them anyway
fi

# ---- what is handed on ----

# seen VARIABLE COMMAND... - the value that a program finds there.
seen()
{
  variable=$1
  shift
  "$@" sh -c "printf '%s\n' \"\${$variable-none}\""
}

# same VALUE VARIABLE COMMAND...
same()
{
  value=$1
  shift
  told=$(seen "$@") || told="status $?"
  [ "$told" = "$value" ] || complain "$*: $told, not $value"
}

for name in CURLEW_POLICY CURLEW_SET CURLEW_TRACE LD_AUDIT; do
  same none "$name" ./curlew run
done
same "$dropin" LD_PRELOAD ./curlew run
same "$audit" LD_AUDIT ./curlew run --deep
same none CURLEW_POLICY ./curlew run -p patient -p none # the last one holds
same patient CURLEW_POLICY ./curlew run -p none --policy patient
same 'a b' CURLEW_TRACE ./curlew run --trace 'a b'
same 'a.b=1; c.d=2' CURLEW_SET ./curlew run -s a.b=1 --set c.d=2
export CURLEW_POLICY=curl CURLEW_TRACE=stderr CURLEW_SET=e.f=3
same curl CURLEW_POLICY ./curlew run
same patient CURLEW_POLICY ./curlew run -p patient
same 'e.f=3; a.b=1' CURLEW_SET ./curlew run -s a.b=1
unset CURLEW_POLICY CURLEW_TRACE CURLEW_SET
libc=$(ldd plain | sed -n 's/.*=> \(.*libc\.so[^ ]*\).*/\1/p')
same "$dropin:$libc" LD_PRELOAD env LD_PRELOAD="$libc" ./curlew run
same "$audit:$work/none.so" LD_AUDIT env LD_AUDIT="$work/none.so" \
  ./curlew run -d 2>/dev/null

# ---- where it is not installed ----

rm "$dropin"
refuse "there is no $dropin" ./plain

exit $fail
