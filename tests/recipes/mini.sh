#!/usr/bin/env bash
# The mini recipe from nothing to its matrix, twice: the second time nothing is made anew and the predictions are the same.
# Usage: mini.sh BIN_DIR
set -euo pipefail
SER_BIN=$(cd "$1" && pwd)
export SER_BIN
command -v espeak-ng >/dev/null || {
  echo 'SKIP: espeak-ng is missing'
  exit 77
}
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../recipes/mini" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$recipe/run.sh" --out "$work/out" --nj 2
for learner in logreg svm mlp; do
  run=$work/out/exp/mini/mfcc-$learner
  for file in predictions.tsv report.html ../cross.tsv DONE; do
    [[ -s $run/$file || $file == DONE && -e $run/$file ]] || {
      echo "FAILED: $run/$file is missing"
      exit 1
    }
  done
done
sha256sum "$work"/out/exp/mini/*/predictions.tsv "$work"/out/feats/*/*/feats.ark >"$work/sums"

# Chance is 25 %. The classes were made to differ: logistic regression must find that within each corpus.
awk -F '\t' 'NR == 1 { for (i = 6; i <= NF; ++i) name[i] = substr($i, 3) }
  NR > 1 && $3 ~ /^mini-..:/ && $2 == "test" {
    best = 6; for (i = 7; i <= NF; ++i) if ($i > $best) best = i
    ++total[$5]; if (name[best] == $5) ++hit[$5] }
  END { for (c in total) { uar += hit[c] / total[c]; ++n }
    printf "UAR within the corpora: %.3f over %d classes\n", uar / n, n; exit !(n == 4 && uar / n > 0.5) }' \
  "$work/out/exp/mini/mfcc-logreg/predictions.tsv"

"$recipe/run.sh" --out "$work/out" --nj 1 >"$work/again" 2>&1 || {
  cat "$work/again"
  exit 1
}
sha256sum --quiet -c "$work/sums"
echo 'mini: complete, and the same again'
