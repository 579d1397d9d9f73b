# shellcheck shell=bash
# What tests of recipes share. Set by the test: work, a scratch folder; recipe, the folder of its run.sh.
# shellcheck disable=SC2154

die() {
  tail -n 60 "$work/log" >&2
  printf 'FAILED: %s\n' "$1" >&2
  exit 1
}

# run_recipe STATUS OPTION...
run_recipe() {
  local expected=$1 status=0
  shift
  "$recipe/run.sh" --nj 2 "$@" >"$work/log" 2>&1 || status=$?
  [[ $status == "$expected" ]] || die "$*: status $status, not $expected"
}

# has TEXT [FILE], hasnt TEXT: in the output, or in a file.
has() { grep -qF -- "$1" "${2:-$work/log}" || die "no '$1' in ${2:-the output}"; }
hasnt() { ! grep -qF -- "$1" "$work/log" || die "'$1' in the output"; }
