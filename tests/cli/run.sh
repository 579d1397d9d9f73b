#!/usr/bin/env bash
# Runs a file of commands and compares what each prints and its exit status. Usage: run.sh [--record] FILE.test BIN_DIR
#
#   # comment
#   requires NAME       the file is skipped (status 77) when this environment variable is empty
#   $ command           run by bash; further commands of the file run in the same, at first empty, folder
#   > line              expected on stdout, exactly
#   >~ regex            expected on stdout, as an extended regular expression for the whole line
#   >...                any number of lines
#   2> line, 2>~ regex, 2>...   the same for stderr
#   ? 2                 expected exit status, 0 when not given
#
# What is not expected must not be printed. Commands see BIN_DIR and tests/support first on the PATH, GOLDEN
# (tests/golden), SOURCE (the checkout) and WORK (their folder); these three paths are shown as $GOLDEN, $SOURCE, $WORK.
# --record prints the file with the blocks that differ replaced by what the commands print now.
set -euo pipefail

record=false
if [[ ${1:-} == --record ]]; then record=true && shift; fi
(($# == 2)) || {
  echo "usage: $0 [--record] FILE.test BIN_DIR" >&2
  exit 2
}
file=$1
bin=$(cd "$2" && pwd)
SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
GOLDEN=$SOURCE/tests/golden
WORK=$(mktemp -d)
outcome=$(mktemp -d)
trap 'chmod -R u+rwX "$WORK"; rm -rf "$WORK" "$outcome"' EXIT
export SOURCE GOLDEN WORK LC_ALL=C.UTF-8 PATH=$bin:$SOURCE/tests/support:$PATH

shorten() { sed -e "s|$GOLDEN|\$GOLDEN|g" -e "s|$WORK|\$WORK|g" -e "s|$SOURCE|\$SOURCE|g"; }

# matches I J: expected lines from I on against actual lines from J on, in the arrays `expected` and `actual`.
matches() {
  local i=$1 j=$2 line
  for (( ; i < ${#expected[@]}; ++i, ++j)); do
    line=${expected[i]}
    if [[ $line == ... ]]; then
      for (( ; j <= ${#actual[@]}; ++j)); do matches $((i + 1)) "$j" && return 0; done
      return 1
    fi
    ((j < ${#actual[@]})) || return 1
    if [[ $line == '~ '* ]]; then
      [[ ${actual[j]} =~ ^(${line:2})$ ]] || return 1
    else
      [[ ${actual[j]} == "${line# }" ]] || return 1
    fi
  done
  ((j == ${#actual[@]}))
}

# same PREFIX STREAM: compares one stream with the block's lines that start with the prefix.
same() {
  local prefix=$1 line expected=() actual=()
  for line in "${block[@]}"; do
    if [[ $line == "$prefix"* ]]; then expected+=("${line#"$prefix"}"); fi
  done
  mapfile -t actual <"$outcome/$2"
  matches 0 0
}

as_block() {
  sed -e 's/^/> /' -e 's/ $//' "$outcome/stdout"
  sed -e 's/^/2> /' -e 's/ $//' "$outcome/stderr"
  if ((status != 0)); then printf '? %d\n' "$status"; fi
}

commands=0 failures=0 command='' block=() comments=()
run_block() {
  local status=0 wanted=0 line
  [[ -n $command ]] || return 0
  commands=$((commands + 1))
  (cd "$WORK" && bash -c "$command") </dev/null >"$outcome/out" 2>"$outcome/err" || status=$?
  shorten <"$outcome/out" >"$outcome/stdout"
  shorten <"$outcome/err" >"$outcome/stderr"
  for line in "${block[@]}"; do
    if [[ $line == '? '* ]]; then wanted=${line#'? '}; fi
  done
  if ((status == wanted)) && same '>' stdout && same '2>' stderr; then
    if $record; then printf '$ %s\n' "$command" "" | head -n 1 && ((${#block[@]} == 0)) || printf '%s\n' "${block[@]}"; fi
  else
    failures=$((failures + 1))
    if $record; then
      printf '$ %s\n' "$command"
      as_block
    else
      printf '%s:%d: $ %s\n' "$file" "$at" "$command"
      diff -u --label expected --label actual <(printf '%s\n' "${block[@]}") <(as_block) | tail -n +3 || true
    fi
  fi
}

number=0 at=0
while IFS= read -r line || [[ -n $line ]]; do
  number=$((number + 1))
  case $line in
    '$ '*)
      run_block
      $record && ((${#comments[@]} > 0)) && printf '%s\n' "${comments[@]}"
      command=${line#'$ '} block=() comments=() at=$number
      ;;
    '>'* | '2>'* | '? '*) block+=("$line") ;;
    requires*)
      name=${line#requires }
      comments+=("$line")
      if [[ -z ${!name:-} ]]; then
        echo "skipped: $file needs $name"
        exit 77
      fi
      ;;
    '' | '#'*) comments+=("$line") ;;
    *)
      echo "$file:$number: not understood: $line" >&2
      exit 2
      ;;
  esac
done <"$file"
run_block
if $record; then exit 0; fi
echo "$file: $commands commands, $failures not as expected"
((failures == 0))
