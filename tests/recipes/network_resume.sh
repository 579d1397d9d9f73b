#!/usr/bin/env bash
# Stops `ser-train` with TERM and with KILL at random moments; each training must end with the bits of one that nobody
# disturbed: weights, predictions and metrics up to their times. Dropout, layer drop, masks, augmentation, accumulation
# and averaging are on. Usage: network_resume.sh BIN_DIR
set -euo pipefail
bin=$(cd "$1" && pwd)
[ -e "$bin/../lib/libser.so" ] || {
  echo 'skipped: built without LibTorch'
  exit 77
}
tests=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir m
printf 'id\twav\tspeaker\temotion\n' >m/utterances.tsv
printf 'corpus: made\nlabels: [anger, joy]\nsource: ..\n' >m/manifest.yaml
for speaker in 1 2 3 4 5 6; do
  for emotion in anger joy; do
    file=$speaker$emotion.wav
    "$tests/support/make_wav.sh" "$file" hertz=$((speaker * 40 + ${#emotion} * 110)) seconds=0.1$speaker
    printf '%s\t%s\tS%d\t%s\n' "$speaker$emotion" "$file" "$speaker" "$emotion" >>m/utterances.tsv
  done
done
"$bin/ser-extract" folds make m --out p.yaml --k 3 --quiet

arguments=(--learner network --manifest m --protocol p.yaml --fold 1 --seed 5 --threads 1 --quiet
  --network.encoder.model "$tests/golden/encoders/wav2vec2-base" --network.encoder.tune 1
  --network.encoder.layer-drop 0.2 --network.encoder.mask-time 0.2 --network.encoder.dropout 0.1
  --network.head mlp --network.head-hidden 16 --network.head-dropout 0.3 --network.pooling attentive-statistics
  --augment.gain.probability 0.5 --augment.white-noise.probability 0.5 --training.encoder-learning-rate 0.001
  --training.epochs 15 --training.batch-clips 2 --training.accumulate 2 --training.average 0.9)
train() { "$bin/ser-train" "${arguments[@]}" "$@"; }

start=$(date +%s%N)
train --output whole
full_ms=$((($(date +%s%N) - start) / 1000000))

# stop SIGNAL OUTPUT OPTION...: starts, waits for a part of what the whole one took, sends; the status in $status.
stop() {
  local signal=$1 output=$2
  shift 2
  "$bin/ser-train" "${arguments[@]}" --output "$output" "$@" 2>>stopped.log &
  local job=$!
  sleep "$(awk -v ms=$((full_ms / 5 + RANDOM % (full_ms / 2))) 'BEGIN { printf "%.3f", ms / 1000 }')"
  kill "-$signal" "$job" 2>/dev/null || true
  status=0
  wait "$job" 2>/dev/null || status=$?
}

same() {
  local cell=fold_1/seed_5
  cmp "whole/$cell/bundle/model.safetensors" "$1/$cell/bundle/model.safetensors"
  cmp "whole/$cell/predictions.tsv" "$1/$cell/predictions.tsv"
  diff <(sed 's/"seconds":[^,]*,//' "whole/$cell/metrics.jsonl") <(sed 's/"seconds":[^,]*,//' "$1/$cell/metrics.jsonl")
}

terminated=0 status=1
while ((status != 0 && terminated < 60)); do
  stop TERM terminated
  if ((status == 143)); then terminated=$((terminated + 1)); elif ((status != 0)); then cat stopped.log && exit 1; fi
done
same terminated

killed=0 status=1
while ((status != 0 && killed < 60)); do
  stop KILL killed --training.save-minutes 0
  if ((status == 137)); then killed=$((killed + 1)); elif ((status != 0)); then cat stopped.log && exit 1; fi
done
((status == 0)) || train --output killed --training.save-minutes 0
same killed
echo "stopped $terminated times with TERM and $killed times with KILL: the same weights, predictions and metrics"
((terminated > 0 && killed > 0))
