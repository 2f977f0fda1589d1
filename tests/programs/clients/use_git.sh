#!/bin/sh
# use_git.sh REPOSITORY COMMAND URL [OPTION...] - uses a git repository over
# HTTP as people do, and prints what it has then. Leaves no file that is not
# the same each time. REPOSITORY is where URL has it.
#
#     clone           all of it, with OPTION
#     fetch           the branch "old", and then what is new in "main"
#     push            the same, and a commit on top of "old"
#     dumb            all of it, file by file
set -e

repository=$1 command=$2 url=$3
shift 3

export GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_TEMPLATE_DIR=
export GIT_AUTHOR_DATE='1767300000 +0000' GIT_COMMITTER_DATE='1767300000 +0000'
export GIT_AUTHOR_NAME=Bird GIT_AUTHOR_EMAIL=bird@curlew.test
export GIT_COMMITTER_NAME=Bird GIT_COMMITTER_EMAIL=bird@curlew.test
git config --global pack.threads 1
git config --global safe.directory '*'

# The index has times in it.
trap 'rm -f work/.git/index' EXIT

# show FOLDER - what is in the repository there, once it is found sound.
show()
{
  git -C "$1" fsck --strict --full
  git -C "$1" for-each-ref
  git -C "$1" rev-list --all --objects | git hash-object --stdin
}

case $command in
clone)
  git clone "$@" "$url" work
  ;;
dumb)
  GIT_SMART_HTTP=0 git clone "$@" "$url" work
  ;;
fetch)
  git clone --single-branch --branch old "$@" "$url" work
  git -C work fetch origin main
  ;;
push)
  git clone --single-branch --branch old "$@" "$url" work
  seq 100000 >work/numbers
  head -c 100000 /usr/bin/git >work/program
  git -C work add numbers program
  git -C work commit --quiet --message 'Add numbers'
  git -C work push origin old
  show "$repository"
  ;;
esac
show work
git -C work status --short # nothing is missing
rm -r work/*
