#!/usr/bin/env bash
# recipes/mini end to end: made speech, manifests, folds, features, training, scores, report. Usage: mini.sh BIN_DIR
set -euo pipefail
SER_BIN=$(cd "$1" && pwd)
export SER_BIN
recipe=$(cd "$(dirname "$0")/../.." && pwd)/recipes/mini/run.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v espeak-ng >/dev/null || {
  echo 'skipped: espeak-ng is missing'
  exit 77
}
[[ $("$recipe" --list-stages | wc -l) == 7 ]]
"$recipe" --dry-run --out "$work/dry" >/dev/null
[[ ! -e $work/dry ]]

# In two parts: the second finds what the first left.
"$recipe" --out "$work/out" --nj 2 --stop-stage 3
"$recipe" --out "$work/out" --nj 2 --stage 4 | tee "$work/log"

report=$(sed -n 's/^mini: report: //p' "$work/log" | head -n 1)
[[ -s $report ]]
grep -q 'UAR' "$report"
[[ -s $work/out/RESULTS.md ]]

# Four balanced classes that differ clearly: within a corpus every learner is far above chance (0.25). Only with a
# fault of the program would it not be.
for scores in "$work"/out/exp/mini/*/cross.tsv; do
  echo "== $scores"
  cat "$scores"
done
