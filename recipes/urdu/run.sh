#!/usr/bin/env bash
# URDU: four emotions, speaker-grouped beside speaker-dependent, because speaker and emotion are nearly one variable.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"

recipe_title='URDU: four emotions, speaker-grouped and, for contrast, speaker-dependent'
corpus_folder=URDU

stage_0() {
  check_programs
  expect_audio 400 '{Angry,Happy,Neutral,Sad}/S<M|F><speaker>_F<file>_<A|H|N|S><number>' \
    '(Angry|Happy|Neutral|Sad)/S[MF][0-9]+_F[0-9]+_[AHNS][0-9]+'
}
stage_1() { prepare urdu urdu "$corpus_dir"; }
stage_2() {
  validate urdu
  make_folds urdu urdu --config conf/protocol.yaml
  make_folds urdu-speaker-dependent urdu --config conf/protocol-speaker-dependent.yaml
}
stage_3() { extract urdu; }
stage_4() { train urdu urdu urdu-speaker-dependent; }
stage_5() { score urdu urdu urdu-speaker-dependent; }
stage_6() { report urdu urdu urdu-speaker-dependent; }

recipe_main "$@"
