#!/usr/bin/env bash
# Recipes of corpora that cannot be shared, on made-up trees in the official layout: synthetic audio, made-up annotations.
# Usage: layouts.sh BIN_DIR
set -euo pipefail
SER_BIN=$(cd "$1" && pwd)
export SER_BIN
command -v espeak-ng >/dev/null || {
  echo 'SKIP: espeak-ng is missing'
  exit 77
}
# shellcheck source=../support/corpus_trees.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/corpus_trees.sh"
recipes=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../recipes" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# check RECIPE FOLDS PREDICTIONS: runs it with logistic regression and counts.
check() {
  local predictions=$work/$1-out/exp/$1/mfcc-logreg/predictions.tsv folds rows
  "$recipes/$1/run.sh" --corpus-dir "$work/$1" --out "$work/$1-out" --learners logreg --nj 2 >"$work/log" 2>&1 || {
    cat "$work/log"
    echo "FAILED: $1"
    exit 1
  }
  folds=$(awk -F '\t' 'NR > 1 { seen[$3] } END { n = 0; for (f in seen) ++n; print n }' "$predictions")
  rows=$(($(wc -l <"$predictions") - 1))
  [[ $folds == "$2" && $rows == "$3" ]] || {
    cat "$work/log"
    echo "FAILED: $1: $folds folds and $rows predictions, not $2 and $3"
    exit 1
  }
  grep -q '^## ' "$work/$1-out/RESULTS.md"
  echo "$1: $folds folds, $rows predictions"
}

make_iemocap "$work/iemocap"
make_msp_improv "$work/msp-improv"
make_savee "$work/savee"
check iemocap 5 100   # 10 speakers, ang hap exc sad neu twice; fru and xxx are left out
check msp-improv 6 96 # 12 speakers, four classes twice; X is left out
check savee 4 84
