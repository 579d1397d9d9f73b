#!/usr/bin/env bash
# Networks of the CREMA-D recipe on a made-up tree of 21 actors, with tiny encoders in the place of the real ones: all heads, what is
# kept on disk, sizes by closed forms, the published preset, absent weights, wrong use. Usage: crema_d_networks.sh BIN_DIR
set -euo pipefail
SER_BIN=$(cd "$1" && pwd)
export SER_BIN
unset SER_CORPORA SER_MODELS
command -v espeak-ng >/dev/null || {
  echo 'SKIP: espeak-ng is missing'
  exit 77
}
if "$SER_BIN/ser-train" --version | grep -q 'not available'; then
  echo 'SKIP: the programs have no LibTorch'
  exit 77
fi
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
recipe=$tests/../recipes/crema-d
encoders=$tests/golden/encoders
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck source=../support/recipe_checks.sh
source "$tests/support/recipe_checks.sh"

# A voice per actor, a manner per emotion.
make_corpus() {
  local actor emotion codes=(ANG DIS FEA HAP NEU SAD) letters=(A D F H N S) row=0 voice=0 sex
  mkdir -p "$1/AudioWAV" "$1/processedResults"
  printf '"ActorID","Age","Sex","Race","Ethnicity"\n' >"$1/VideoDemographics.csv"
  printf '"Stimulus_Number","Filename"\n' >"$1/SentenceFilenames.csv"
  printf '"","A","D","F","H","N","S","fileName","meanEmoResp","emoVote"\n' >"$1/processedResults/tabulatedVotes.csv"
  for actor in 1001 1002 1003 1004 1005 1006 1007 1008 1009 1010 1011 1012 1013 1014 1015 1049 1053 1054 1055 1058 1059; do
    voice=$((voice + 1))
    sex=$([[ $((actor % 2)) == 0 ]] && echo Female || echo Male)
    printf '%d,%d,"%s","Caucasian","Not Hispanic"\n' "$actor" $((actor - 970)) "$sex" >>"$1/VideoDemographics.csv"
    for emotion in 0 1 2 3 4 5; do
      row=$((row + 1))
      local clip=${actor}_IEO_${codes[emotion]}_XX votes
      espeak-ng -v "en-us+$([[ $sex == Male ]] && echo m || echo f)$((1 + voice % 4))" -s $((160 + 15 * emotion + voice)) \
        -p $((10 + 14 * emotion + voice)) -a $((50 + 20 * emotion)) -w "$1/AudioWAV/$clip.wav" "oh so"
      printf '%d,"%s"\n' "$row" "$clip" >>"$1/SentenceFilenames.csv"
      votes=(0 0 0 0 0 0)
      votes[emotion]=9
      printf '"1%05d",%s,"%s",60,"%s"\n' "$row" "$(IFS=, && printf '%s' "${votes[*]}")" "$clip" "${letters[emotion]}"
    done
  done >>"$1/processedResults/tabulatedVotes.csv"
}

# cell ENCODER HEAD COLUMN: of the table of heads of the last run.
cell() { awk -F ' *\\| *' -v e="$1" -v h="$2" -v c="$3" '$2 == e && $4 == h { print $c }' "$heads"; }
expect_cell() {
  [[ $(cell "$1" "$2" "$3") == "$4" ]] || die "$1, $2, column $3: '$(cell "$1" "$2" "$3")', not '$4'"
}

# ---- wrong use is noticed before any work

for wrong in "2 --encoder hubert 'hubert' is unknown" "2 --heads nonlinear 'nonlinear' is unknown" "2 --tune half 'half' is not none" \
  "2 --preset published 'published' is unknown" "2 --seeds one 'one' is not a number" "2 --heads mlp,mlp has a name twice"; do
  read -r status name value text <<<"$wrong"
  run_recipe "$status" --corpus-dir "$work" --out "$work/wrong" "$name" "$value"
  has "$text"
done
run_recipe 2 --corpus-dir "$work" --out "$work/wrong" --encoder log-mel --tune all
has 'there is nothing to choose'
run_recipe 2 --corpus-dir "$work" --out "$work/wrong" --encoder log-mel,log-mel
has 'given twice'
run_recipe 2 --corpus-dir "$work" --out "$work/wrong" --preset as-published --encoder passt
has "as-published is DistilHuBERT's"
run_recipe 2 --corpus-dir "$work" --out "$work/wrong" --preset as-published --heads mlp
has 'the linear head only'
run_recipe 2 --corpus-dir "$work" --out "$work/wrong" --learners logreg --heads mlp
has "without 'network' among --learners"

# ---- absent weights: which file, from where

run_recipe 3 --corpus-dir "$work" --out "$work/wrong" --encoder distilhubert
has 'pytorch_model.bin from https://huggingface.co/ntu-spml/distilhubert'
mkdir "$work/models"
SER_MODELS=$work/models run_recipe 3 --corpus-dir "$work" --out "$work/wrong" --encoder passt
has "passt-s-f128-p16-s10-ap.476-swa.pt from https://github.com/kkoutini/PaSST/releases into $work/models"
run_recipe 3 --corpus-dir "$work" --out "$work/wrong" --encoder "byol-s:$work/none"
has "$work/none is not there"
[[ ! -e $work/wrong ]] || die 'wrong use was noticed after work was done'

make_corpus "$work/CREMA-D"
run_recipe 0 --corpus-dir "$work/CREMA-D" --out "$work/first" --learners network --stop-stage 0
has 'whisper-base: no weights'
has 'networks (recommended): log-mel, from scratch'
ln -s "$encoders/whisper-80" "$work/models/whisper-base"
SER_MODELS=$work/models run_recipe 0 --corpus-dir "$work/CREMA-D" --out "$work/first" --heads linear --stop-stage 0
has "networks (recommended): whisper-base from $work/models/whisper-base, tuned: none"

mkdir "$work/passt"
cp "$encoders/passt/config.json" "$work/passt"
cp "$encoders/passt/passt.pt" "$work/passt/pytorch_model.bin"

# ---- heads on two encoders, of which the top block is tuned: the state below it is kept

run_recipe 0 --corpus-dir "$work/CREMA-D" --out "$work/heads" --tune 1 --seeds 1,2 --epochs 1 \
  --encoder "distilhubert:$encoders/hubert-distilled,passt:$work/passt"
has '12 actors train, 3 choose the epoch, 6 test'
has '--layer 1 --pool none'
heads=$work/heads/exp/heads.md
has 'protocol crema-d-21-actors; seeds 1,2' "$heads"
has '| encoder | encoder is | head | UAR % |' "$work/heads/RESULTS.md"
has '- command: `recipes/crema-d/run.sh --nj 2 --corpus-dir' "$work/heads/RESULTS.md"
[[ $(grep -c '^| \(distilhubert\|passt\) | top 1 tuned | \(linear\|mlp\|attentive\) | [0-9.]* ± ' "$heads") == 6 ]] || die 'not six rows with deviations'
# Dimension 32 and 24: batch norm and linear; batch norm, 256 units and linear; scoring of 128 and twice the dimension.
expect_cell distilhubert linear 10 $((2 * 32 + 32 * 6 + 6))
expect_cell distilhubert mlp 10 $((2 * 32 + 32 * 256 + 256 + 256 * 6 + 6))
expect_cell distilhubert attentive 10 $((32 * 128 + 128 + 128 + 64 * 6 + 6))
expect_cell passt linear 10 $((2 * 24 + 24 * 6 + 6))
for encoder in distilhubert passt; do
  for head in mlp attentive; do
    [[ $(($(cell $encoder $head 8) - $(cell $encoder $head 10))) == $(($(cell $encoder linear 8) - $(cell $encoder linear 10))) ]] ||
      die "$encoder: its size depends on the head"
  done
done
[[ $(cell distilhubert linear 13) =~ ^[0-9]+\.[0-9]$ ]] || die 'no latency'
for folder in "$work"/heads/exp/crema-d-21-actors/{distilhubert,passt}-tuned-top1-{linear,mlp,attentive}; do
  [[ -s $folder/report.html && -s $folder/scores.json && -e $folder/DONE ]] || die "$folder is not complete"
done

# ---- a frozen encoder, whose states are all kept; and networks from scratch

run_recipe 0 --corpus-dir "$work/CREMA-D" --out "$work/heads" --seeds 1 --epochs 1 --heads linear \
  --encoder "whisper-base:$encoders/whisper-80,log-mel,mfcc"
has '--layer all --pool none'
expect_cell whisper-base linear 3 frozen
dimension=$(grep -oE '"d_model": *[0-9]+' "$encoders/whisper-80/config.json" | grep -oE '[0-9]+$')
layers=$(grep -oE '"encoder_layers": *[0-9]+' "$encoders/whisper-80/config.json" | grep -oE '[0-9]+$')
expect_cell whisper-base linear 10 $((8 * dimension + 6 + layers + 1))
expect_cell whisper-base linear 12 $((8 * dimension + 6 + layers + 1))
(($(cell whisper-base linear 8) > $(cell whisper-base linear 10))) || die 'the frozen encoder is not counted'
expect_cell log-mel linear 3 'from scratch'
expect_cell mfcc linear 3 'from scratch'

# ---- as published: the same actors on both sides, and marked

run_recipe 0 --corpus-dir "$work/CREMA-D" --out "$work/published" --preset as-published --epochs 1 \
  --encoder "distilhubert:$encoders/hubert-distilled"
has 'every result is marked speaker-dependent'
has '**speaker-dependent**, protocol crema-d-speaker-dependent; seeds 42' "$work/published/RESULTS.md"
has 'speakers: speaker-dependent' "$work/published/RESULTS.md"
heads=$work/published/exp/heads.md
expect_cell distilhubert linear 3 'all tuned'
expect_cell distilhubert linear 10 $((32 * 6 + 6))
[[ $(cell distilhubert linear 12) == "$(cell distilhubert linear 8)" ]] || die 'not all is trained'
config=$work/published/exp/crema-d-speaker-dependent/distilhubert-tuned-all-linear/config.yaml
for text in 'select: last' 'schedule: constant' 'batch_clips: 10' 'encoder_learning_rate: 1e-05' 'tune: all' 'pooling: mean'; do
  has "$text" "$config"
done
[[ $(head -n 1 "$work/published/data/crema-d-speaker-dependent.tsv" | wc -w) == 5 ]] || die 'not one split'
echo 'crema-d networks: heads, sizes, presets, absent weights and wrong use as documented'
