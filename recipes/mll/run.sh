#!/usr/bin/env bash
# Multi-loss learning with energy-adaptive mixup and frame-level attention (C. Wang et al., Interspeech 2026): the method and its ablation on
# one of five corpora, by the protocol of that corpus' own recipe.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"
# shellcheck source=../common/encoders.sh
source "$common/encoders.sh"
# shellcheck source=local/corpus.sh
source "$recipe_folder/local/corpus.sh"
# shellcheck source=local/rows.sh
source "$recipe_folder/local/rows.sh"
# shellcheck source=local/networks.sh
source "$recipe_folder/local/networks.sh"
# shellcheck source=local/ablation.sh
source "$recipe_folder/local/ablation.sh"

recipe_title='Multi-loss learning: energy-adaptive mixup, frame-level attention, four losses; method and ablation'
corpus_folder='<corpus>'
has_ways=false
stage_titles[3]='mix copies, compute features'
stage_titles[6]='report, with the ablation table'
recipe_usage="$corpus_usage
$rows_usage
$networks_usage"
recipe_command=$(quoted recipes/mll/run.sh "$@")

recipe_option() { corpus_option "$@" || rows_option "$@" || networks_option "$@"; }
recipe_ready() {
  corpus_ready
  rows_ready
  networks_ready
}

stage_0() {
  check_programs
  say_networks
  corpus_stage 0
}
stage_1() { corpus_stage 1; }
stage_2() {
  corpus_stage 2
  fold
}
stage_3() {
  read_rows
  extract_networks
}
stage_4() {
  read_rows
  network_lines | run_all train
}
stage_5() {
  local runs=()
  network_runs
  run ser-eval score "${runs[@]}" --manifest "${out}data/$corpus"
}
stage_6() {
  read_rows
  report_networks
  report_ablation
  say_pages
}

recipe_main "$@"
