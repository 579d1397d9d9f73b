#!/usr/bin/env bash
# CREMA-D: six intended emotions; the speaker-disjoint 56/18/17 split where all 91 actors are there. Hand-crafted features with simple
# learners, and networks: encoders by heads.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"
# shellcheck source=../common/encoders.sh
source "$common/encoders.sh"
# shellcheck source=local/encoders.sh
source "$recipe_folder/local/encoders.sh"
# shellcheck source=local/networks.sh
source "$recipe_folder/local/networks.sh"

recipe_title='CREMA-D: six intended emotions, speaker-disjoint 56/18/17 split or grouped 5-fold'
corpus_folder=CREMA-D
labels_from=acted
name=crema-d
recipe_usage="  --labels-from L     acted (intended emotion, default), voice or audiovisual (majority vote of the raters)
$networks_usage"
recipe_command=$(quoted recipes/crema-d/run.sh "$@")

recipe_option() {
  if [[ $1 == --labels-from ]]; then
    labels_from=$2
  else
    network_option "$@"
  fi
}
recipe_ready() {
  [[ $labels_from == acted ]] || name=crema-d-$labels_from
  networks_ready
}

classic() { ((${#learners[@]} > 0)); }

fold_classic() {
  if has_values "$name" speaker 91; then
    make_folds "$name" "$name" --config conf/protocol.yaml
  else
    say 'not all 91 actors are there: grouped 5-fold cross-validation in place of the 56/18/17 split'
    make_folds "$name" "$name" --config conf/protocol-partial.yaml
  fi
}

extract_networks() {
  local encoder
  for encoder in "${encoders[@]}"; do extract_frames "$encoder"; done
}

stage_0() {
  check_programs
  expect_audio 7442 'AudioWAV/<actor 1001-1091>_<sentence>_<emotion>_<level>' 'AudioWAV/10[0-9]{2}_[A-Z]{3}_[A-Z]{3}_[A-Z]{2}'
  expect_file 'age and sex of the actors' VideoDemographics.csv
  expect_file 'the votes of the raters' processedResults/tabulatedVotes.csv
  if $networks; then say_networks; fi
}
stage_1() { prepare "$name" crema-d "$corpus_dir" --labels-from "$labels_from"; }
stage_2() {
  validate "$name"
  if classic; then fold_classic; fi
  if $networks; then fold_networks "$(if classic; then printf '%s' "$name"; fi)"; fi
}
stage_3() {
  if classic; then extract "$name"; fi
  if $networks; then extract_networks; fi
}
stage_4() {
  {
    if classic; then train_lines "$name" "$name"; fi
    if $networks; then network_lines; fi
  } | run_all train
}
stage_5() {
  score_all
  if $networks; then measure_networks; fi
}
stage_6() {
  if classic; then report "$name" "$name"; fi
  if $networks; then report_networks; fi
}

score_all() {
  local runs
  if classic; then score "$name" "$name"; fi
  runs=()
  if $networks; then
    network_runs
    run ser-eval score "${runs[@]}" --manifest "${out}data/$name"
  fi
}

report_networks() {
  local folder runs=()
  network_runs
  for folder in "${runs[@]}"; do
    run ser-eval score "$folder" --manifest "${out}data/$name" --format json --output "$folder/scores.json" --html "$folder/report.html"
  done
  run ser-eval score "${runs[@]}" --manifest "${out}data/$name" --heading "CREMA-D, networks ($preset)" \
    --output "${out}exp/scores-networks.txt" --append-results "${out}RESULTS.md"
  report_heads
  say_pages
}

recipe_main "$@"
