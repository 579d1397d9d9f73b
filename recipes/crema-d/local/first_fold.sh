#!/usr/bin/env bash
# A protocol of the first fold of another one. With CLIPS above 0 only so many clips per class and part stay in it.
# Usage: local/first_fold.sh FROM.yaml TO.yaml [CLIPS]
set -euo pipefail
from=${1%.yaml}
to=${2%.yaml}
clips=${3:-0}

awk -v table="$(basename "$to").tsv" '
  /^# Made by/ { sub(/in [^ ]*\.tsv/, "in " table) }
  /^[a-z]/ { within = /^folds:/ }
  within && /^  - / && kept++ { next }
  { print }' "$from.yaml" >"$to.yaml.part"
awk -F '\t' -v OFS='\t' -v most="$clips" '
  NR > 1 && most > 0 && $5 != "-" && ++seen[$3, $5] > most { $5 = "-" }
  { print $1, $2, $3, $4, $5 }' "$from.tsv" >"$to.tsv.part"
mv "$to.tsv.part" "$to.tsv"
mv "$to.yaml.part" "$to.yaml"
