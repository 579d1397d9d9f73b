#!/usr/bin/env bash
# Any corpora against each other: train on one, test on another, beside the score within each.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"

recipe_title='Any corpora against each other, pairwise and leave-one-corpus-out, beside self-corpus scores'
recipe_usage='  --corpora A:DIR,B:DIR  names as in ser-extract prepare --list-corpora, with their folders
  --labels L          label space that the corpora share (default 4class)
  --normalisation N   train, per-corpus or per-speaker (default train; see README.md)'
corpora_given=''
labels=4class
study=''

recipe_option() {
  # shellcheck disable=SC2034 # normalisation is read by the steps
  case $1 in
    --corpora) corpora_given=$2 ;;
    --labels) labels=$2 ;;
    --normalisation) normalisation=$2 ;;
    *) return 1 ;;
  esac
}

corpora=''
declare -A folder_of

# Takes --corpora apart; sets `corpora`, `folder_of` and the name of the protocol and run, the same for the same choice.
recipe_ready() {
  local entry entries name
  [[ -n $corpora_given ]] || fail 2 '--corpora NAME:DIR,NAME:DIR is missing; see --help'
  IFS=, read -ra entries <<<"$corpora_given"
  for entry in "${entries[@]}"; do
    name=${entry%%:*}
    [[ $entry == *:?* && -n $name ]] || fail 2 "--corpora: '$entry' is not NAME:DIR"
    [[ -z ${folder_of[$name]:-} ]] || fail 2 "--corpora: $name is given twice"
    folder_of[$name]=$(absolute "${entry#*:}")
    corpora+="${corpora:+ }$name"
  done
  ((${#entries[@]} > 1)) || fail 2 '--corpora: at least two corpora'
  study=${corpora// /+}-$labels
}

stage_0() {
  local name
  check_programs
  for name in $corpora; do
    if $dry_run; then
      say "expects $name in ${folder_of[$name]}"
    elif [[ ! -d ${folder_of[$name]} ]]; then
      fail 3 "${folder_of[$name]} is not a folder; expected there: $name as it was unpacked (recipes/$name/README.md)"
    fi
  done
}
stage_1() {
  local name
  for name in $corpora; do prepare "$name" "$name" "${folder_of[$name]}" --id-prefix "$name-"; done
}
stage_2() {
  local name
  for name in $corpora; do validate "$name"; done
  make_folds "$study" "$corpora" --config conf/protocol.yaml --labels "$labels"
}
stage_3() {
  local name
  for name in $corpora; do extract "$name"; done
}
stage_4() { train "$corpora" "$study"; }
stage_5() { matrix "$study"; }
stage_6() { report_cross "$study"; }

recipe_main "$@"
