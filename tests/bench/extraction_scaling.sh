#!/usr/bin/env bash
# `ser-extract embed` with one and with two threads in turn: seconds of wall clock and of processor time, and how much
# of a core's work is left per core (processor time with one thread over that with two: what other programs on the
# machine take does not count). Usage: extraction_scaling.sh BIN_DIR MODEL FOLDER_WITH_AUDIO [ROUNDS]
set -euo pipefail
program=$(cd "$1" && pwd)/ser-extract
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

TIMEFORMAT='%R %U %S'
for ((round = 0; round < ${4:-5}; ++round)); do
  for threads in 1 2; do
    rm -rf "$work/out"
    {
      time "$program" embed "$3" --model "$2" --pool mean --format npy --output "$work/out" --threads "$threads" \
        --quiet 2>/dev/null
    } 2>"$work/time"
    awk '{ print $1, $2 + $3 }' "$work/time" >>"$work/$threads"
  done
done
median() { cut -d ' ' -f "$2" "$work/$1" | sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }
awk -v w1="$(median 1 1)" -v p1="$(median 1 2)" -v w2="$(median 2 1)" -v p2="$(median 2 2)" 'BEGIN {
  printf "one thread %.1f s wall, %.1f s processor; two %.1f, %.1f\n", w1, p1, w2, p2
  printf "two threads: %.2f times as fast, %.2f of a core per core by processor time\n", w1 / w2, p1 / p2
}'
