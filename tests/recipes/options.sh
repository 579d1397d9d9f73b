#!/usr/bin/env bash
# What every recipe answers to --list-stages, --dry-run, --help and wrong use; and a corpus that is not there.
# Usage: options.sh BIN_DIR
# shellcheck disable=SC2016 # programs that are written here expand for themselves
set -euo pipefail
SER_BIN=$(cd "$1" && pwd)
export SER_BIN
unset SER_CORPORA
recipes=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../recipes" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

die() {
  printf 'FAILED: %s\n' "$1" >&2
  cat "$work/stdout" "$work/stderr" >&2
  exit 1
}

# expect STATUS TEXT RECIPE OPTION...: the text must be on stdout or stderr.
expect() {
  local status=$1 text=$2 recipe=$3 found=0
  shift 3
  "$recipes/$recipe/run.sh" "$@" >"$work/stdout" 2>"$work/stderr" || found=$?
  [[ $found == "$status" ]] || die "$recipe $*: status $found, not $status"
  grep -qF -- "$text" "$work/stdout" "$work/stderr" || die "$recipe $*: no '$text'"
}

all=(ravdess crema-d urdu iemocap msp-improv savee)
for recipe in "${all[@]}" mini; do
  expect 0 '0  check programs and corpus' "$recipe" --list-stages
  [[ $(wc -l <"$work/stdout") == 7 ]] || die "$recipe: not seven stages"
  expect 0 '--stop-stage N' "$recipe" --help
  expect 0 '+ ser-train --manifest' "$recipe" --dry-run --out "$work/dry"
  [[ $(grep -c '^== ' "$work/stdout") == 7 ]] || die "$recipe: a dry run skips stages"
  [[ ! -e $work/dry ]] || die "$recipe: a dry run writes files"
  expect 2 'unknown option' "$recipe" --no-such-option 1
  expect 2 'stages are 0 to 6' "$recipe" --stage 7
  expect 2 "'two' is not a number" "$recipe" --nj two
  expect 2 'is after --stop-stage' "$recipe" --stage 3 --stop-stage=2
  expect 2 "--learners: 'forest' is unknown" "$recipe" --learners forest
  expect 2 "--normalisations: 'per-planet' is unknown" "$recipe" --normalisations train,per-planet
  expect 2 'has a name twice' "$recipe" --features mfcc,mfcc
  expect 0 'per-speaker' "$recipe" --dry-run --features mfcc,egemaps-v02 --learners logreg --normalisations train,per-speaker
  [[ $(grep -c '^+ ser-train --manifest.*speaker-dependent.yaml' "$work/stdout") == $([[ $recipe == urdu ]] && echo 4 || echo 0) ]] ||
    die "$recipe: not the runs for contrast"
done

mkdir "$work/empty"
for recipe in "${all[@]}"; do
  expect 2 '--corpus-dir DIR is missing' "$recipe" --out "$work/out"
  expect 3 'no recording in' "$recipe" --corpus-dir "$work/empty" --out "$work/out"
  expect 3 'stage 0 (check programs and corpus) failed with status 3' "$recipe" --corpus-dir "$work/none" --out "$work/out"
done

mkdir -p "$work/part/Actor_01"
cp "$recipes/../tests/golden/w1.wav" "$work/part/Actor_01/03-01-01-01-01-01-01.wav"
expect 0 'PARTIAL CORPUS' ravdess --corpus-dir "$work/part" --stop-stage 0 --out "$work/out"
expect 3 'has 1 of 1440 recordings' ravdess --corpus-dir "$work/part" --stop-stage 0 --out "$work/out" --require-complete
mkdir -p "$work/crema/AudioWAV"
cp "$recipes/../tests/golden/w1.wav" "$work/crema/AudioWAV/1001_IEO_ANG_HI.wav"
expect 3 'VideoDemographics.csv is missing' crema-d --corpus-dir "$work/crema" --out "$work/out"

expect 0 'ser-extract prepare --corpus urdu --root /b --out' cross --dry-run --corpora crema-d:/a,urdu:/b
expect 0 '--labels arousal-binary' cross --dry-run --corpora crema-d:/a,urdu:/b --labels arousal-binary
expect 0 'mfcc-logreg-per-corpus' cross --dry-run --corpora crema-d:/a,urdu:/b --normalisations train,per-corpus
expect 0 'exp/crema-d+urdu-4class/egemaps-v02-svm' cross --dry-run --corpora crema-d:/a,urdu:/b --features mfcc,egemaps-v02
expect 2 'at least 2 corpora' cross --corpora crema-d:/a
expect 2 'is not NAME:DIR' cross --corpora crema-d,urdu
expect 2 'given twice' cross --corpora urdu:/a,urdu:/b
expect 2 "'nowhere' is unknown" cross --corpora urdu:/a,nowhere:/b

# CREMA-D without options trains no network; with the learner or an option of theirs it does.
expect 0 'mfcc-mlp' crema-d --dry-run
! grep -q 'conf/network.yaml' "$work/stdout" || die 'crema-d trains networks that nobody asked for'
expect 0 'exp/crema-d/mfcc-logreg' crema-d --dry-run --learners logreg,network --encoder mfcc
grep -q 'exp/crema-d/mfcc-attentive' "$work/stdout" || die 'crema-d: no network beside the learner'
[[ $(grep -c 'folds make' "$work/stdout") == 1 ]] || die 'crema-d: the same folds are made twice'
expect 0 '--layer 10 --pool none' crema-d --dry-run --encoder passt
expect 0 'crema-d-speaker-dependent/distilhubert-tuned-all-linear' crema-d --dry-run --preset as-published

# A failure names stage and command and keeps the program's status.
SER_BIN=$work/broken
mkdir "$SER_BIN"
printf '#!/bin/sh\n[ "$1" != prepare ] || exit 3\n' >"$SER_BIN/ser-extract"
chmod +x "$SER_BIN/ser-extract"
cp "$SER_BIN/ser-extract" "$SER_BIN/ser-train"
cp "$SER_BIN/ser-extract" "$SER_BIN/ser-eval"
expect 3 'stage 1 (prepare the manifest) failed with status 3, last command: ser-extract prepare --corpus ravdess' \
  ravdess --corpus-dir "$work/part" --out "$work/out"

# The launcher: as many as asked for, the status of the first that failed, its log named; as an array the same.
# shellcheck source=../../recipes/common/cmd.sh
launcher() {
  SER_CMD=$1 bash -c "source '$recipes/common/cmd.sh'
    printf '%s\n' 'echo one' 'echo two >&2; exit 4' 'echo three' | launch job 2 '$work/jobs'" >"$work/stdout" 2>"$work/stderr"
}
printf '#!/bin/sh\nfor last; do :; done\nfor i in 1 2 3; do SLURM_ARRAY_TASK_ID=$i bash "$last"; done\n' >"$work/broken/sbatch"
printf '#!/bin/sh\nfor last; do :; done\nfor i in 1 2 3; do SGE_TASK_ID=$i bash "$last"; done\n' >"$work/broken/qsub"
chmod +x "$work/broken/sbatch" "$work/broken/qsub"
PATH=$work/broken:$PATH
for kind in local slurm sge; do
  status=0
  launcher "$kind" || status=$?
  [[ $status == 4 ]] || die "launcher $kind: status $status, not 4"
  grep -q 'job.2.log' "$work/stderr" || die "launcher $kind does not name the log"
  [[ $(<"$work/jobs/job.3.log") == three ]] || die "launcher $kind: a failure stops the others"
done

# SIGTERM to the recipe ends the job that runs, lets it say so, and starts no further one.
printf '%s\n' "trap 'echo saved >\"$work/saved\"; exit 143' TERM; touch '$work/began'; sleep 60 & wait" "touch '$work/second'" >"$work/two"
SER_CMD=local bash -c "shopt -s lastpipe; source '$recipes/common/cmd.sh'; cat '$work/two' | launch job 1 '$work/stopped'" &
recipe_process=$!
for ((i = 0; i < 100; i++)); do [[ ! -e $work/began ]] || break; sleep 0.1; done
kill -TERM $recipe_process
status=0
wait $recipe_process || status=$?
[[ $status == 143 ]] || die "a stopped recipe ends with $status, not 143"
[[ $(<"$work/saved") == saved && ! -e $work/second ]] || die 'the running job was not told, or the next one started'
expect 2 'cannot have one' ravdess --dry-run --out "$work/a,b"

echo 'recipes: options, checks, failures and launchers as documented'
