#!/usr/bin/env bash
# Emotional speech in Urdu within and across corpora: hand-designed functionals, simple learners, three normalisations.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"
# shellcheck source=../common/corpora.sh
source "$common/corpora.sh"

recipe_title='Emotional speech in Urdu, within and across corpora'
corpus_folder=URDU
feature_sets=(egemaps-v02 compare-2016)
learners=(logreg mlp)
normalisations=(train per-corpus per-speaker)
recipe_usage="$corpora_usage
                      (--corpus-dir DIR is short for --corpora urdu:DIR)"
recipe_option() { corpora_option "$@"; }

# URDU's speakers have one emotion each: random folds beside the grouped ones show what that is worth.
contrast=()

recipe_ready() {
  if [[ -n $corpus_dir && -z $corpora_given ]]; then
    corpora_given=urdu:$corpus_dir
    corpus_dir=''
  fi
  corpora_ready
  if [[ -n ${folder_of[urdu]:-} ]]; then contrast=("urdu-$(basename "$labels" .yaml)-speaker-dependent"); fi
}

expect_urdu() {
  expect_audio 400 '{Angry,Happy,Neutral,Sad}/S<M|F><speaker>_F<file>_<A|H|N|S><number>' \
    '(Angry|Happy|Neutral|Sad)/S[MF][0-9]+_F[0-9]+_[AHNS][0-9]+' "$1"
}

expect_semour() {
  expect_audio 15040 '{Anger,Boredom,Disgust,Fear,Happiness,Neutral,Sadness,Surprise}/<any name>' \
    '(ang(er|ry)|boredom|disgust|fear(ful)?|happ(iness|y)|neutral|sad(ness)?|surprised?)/[^/]+' "$1"
  $dry_run || [[ -e $1/mapping.csv ]] ||
    fail 3 "$1/mapping.csv is missing (columns path,label,speaker,gender): without speakers no fold can be made." \
      "Or make the manifest with 'ser-extract prepare --corpus semour --speaker-pattern' and give its folder"
}

expect_urduser() {
  expect_audio 3500 '<emotion>/<actor 1-10>_<0 male, 1 female>_<emotion 1-7>_<number>' \
    '(10|[1-9])_[01]_[1-7]_[0-9]+' "$1"
}

stage_0() {
  check_programs
  check_corpora
}
stage_1() { prepare_corpora; }
stage_2() {
  fold_corpora
  ((${#contrast[@]} == 0)) ||
    make_folds "${contrast[0]}" urdu --config conf/protocol-speaker-dependent.yaml --labels "$labels"
}
stage_3() { extract_corpora; }
stage_4() {
  {
    train_lines "$corpora" "$study"
    train_lines urdu "${contrast[@]}"
  } | run_all train
}
stage_5() { matrix "$corpora" "$study" "${contrast[@]}"; }
stage_6() {
  pages "$corpora" "$study"
  pages urdu "${contrast[@]}"
  report_matrix "$corpora" "$study" "${contrast[@]}"
  report_data "$study" "$corpora"
}

recipe_main "$@"
