#!/usr/bin/env bash
# Two small synthetic corpora by espeak-ng, within and across: shows that everything works, and nothing about people.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"

recipe_title='Two small synthetic corpora by espeak-ng: self- and cross-corpus (says nothing about human emotion)'
corpora='mini-en mini-de'

stage_0() {
  check_programs
  if ! $dry_run && ! command -v espeak-ng >/dev/null; then
    fail 1 "espeak-ng is missing, which speaks the corpora: apt-get install espeak-ng"
  fi
}
stage_1() {
  local corpus
  for corpus in $corpora; do
    run local/make_corpus.sh "$corpus" "${out}data/audio/$corpus"
    run ser-extract prepare --definition "conf/$corpus.yaml" --list "${out}data/audio/$corpus/list.tsv" \
      --out "${out}data/$corpus"
  done
}
stage_2() {
  local corpus
  for corpus in $corpora; do validate "$corpus"; done
  make_folds mini "$corpora" --config conf/protocol.yaml
}
stage_3() {
  local corpus
  for corpus in $corpora; do extract "$corpus"; done
}
stage_4() { train "$corpora" mini; }
stage_5() { matrix "$corpora" mini; }
stage_6() {
  pages "$corpora" mini
  report_matrix "$corpora" mini
}

recipe_main "$@"
