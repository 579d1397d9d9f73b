#!/usr/bin/env bash
# Any corpora against each other: train on one, test on another, beside the score within each.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"
# shellcheck source=../common/corpora.sh
source "$common/corpora.sh"

recipe_title='Any corpora against each other, pairwise and leave-one-corpus-out, beside self-corpus scores'
recipe_usage=$corpora_usage
least_corpora=2
recipe_option() { corpora_option "$@"; }
recipe_ready() { corpora_ready; }

stage_0() {
  check_programs
  check_corpora
}
stage_1() { prepare_corpora; }
stage_2() { fold_corpora; }
stage_3() { extract_corpora; }
stage_4() { train "$corpora" "$study"; }
stage_5() { matrix "$corpora" "$study"; }
stage_6() {
  pages "$corpora" "$study"
  report_matrix "$corpora" "$study"
  report_data "$study" "$corpora"
}

recipe_main "$@"
