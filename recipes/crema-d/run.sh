#!/usr/bin/env bash
# CREMA-D: six intended emotions; the speaker-disjoint 56/18/17 split where all 91 actors are there.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"

recipe_title='CREMA-D: six intended emotions, speaker-disjoint 56/18/17 split or grouped 5-fold'
corpus_folder=CREMA-D
labels_from=acted
name=crema-d
recipe_usage='  --labels-from L     acted (intended emotion, default), voice or audiovisual (majority vote of the raters)'

recipe_option() {
  [[ $1 == --labels-from ]] || return 1
  labels_from=$2
}
recipe_ready() {
  [[ $labels_from == acted ]] || name=crema-d-$labels_from
}

stage_0() {
  check_programs
  expect_audio 7442 'AudioWAV/<actor 1001-1091>_<sentence>_<emotion>_<level>' 'AudioWAV/10[0-9]{2}_[A-Z]{3}_[A-Z]{3}_[A-Z]{2}'
  expect_file 'age and sex of the actors' VideoDemographics.csv
  expect_file 'the votes of the raters' processedResults/tabulatedVotes.csv
}
stage_1() { prepare "$name" crema-d "$corpus_dir" --labels-from "$labels_from"; }
stage_2() {
  validate "$name"
  if has_values "$name" speaker 91; then
    make_folds "$name" "$name" --config conf/protocol.yaml
  else
    say 'not all 91 actors are there: grouped 5-fold cross-validation in place of the 56/18/17 split'
    make_folds "$name" "$name" --config conf/protocol-partial.yaml
  fi
}
stage_3() { extract "$name"; }
stage_4() { train "$name" "$name"; }
stage_5() { score "$name" "$name"; }
stage_6() { report "$name" "$name"; }

recipe_main "$@"
