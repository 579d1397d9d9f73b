#!/usr/bin/env bash
# RAVDESS: eight emotions, EmoBox's six speaker-disjoint folds.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"

recipe_title='RAVDESS (speech): eight emotions, EmoBox'\''s six speaker-disjoint folds'
corpus_folder=RAVDESS

stage_0() {
  check_programs
  expect_audio 1440 'Actor_<01-24>/03-01-<emotion>-<intensity>-<statement>-<repetition>-<actor>' \
    'Actor_[0-9]{2}/03-01(-[0-9]{2}){5}'
}
stage_1() { prepare ravdess ravdess "$corpus_dir"; }
stage_2() {
  validate ravdess
  if has_values ravdess fold 6; then
    make_folds ravdess ravdess --config conf/protocol.yaml
  else
    say 'actors of all six EmoBox folds are not there: grouped 5-fold cross-validation instead'
    make_folds ravdess ravdess --config conf/protocol-partial.yaml
  fi
}
stage_3() { extract ravdess; }
stage_4() { train ravdess ravdess; }
stage_5() { score ravdess ravdess; }
stage_6() { report ravdess ravdess; }

recipe_main "$@"
