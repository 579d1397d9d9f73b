#!/usr/bin/env bash
# The recipe of multi-loss learning on made-up trees: folds and predictions, mixtures, the table of the ablation, scores per speaker, frozen and
# tuned encoders, a row of one's own, absent weights, wrong use. Usage: multi_loss.sh BIN_DIR
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
# shellcheck source=../support/corpus_trees.sh
source "$tests/support/corpus_trees.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A copy: a row of one's own is one more file in it.
cp -r "$tests/../recipes" "$tests/../corpora" "$work"
recipe=$work/recipes/mll

# shellcheck source=../support/recipe_checks.sh
source "$tests/support/recipe_checks.sh"

# refused STATUS TEXT OPTION...: before any work.
refused() {
  local status=$1 text=$2
  shift 2
  run_recipe "$status" --corpus-dir "$work" --out "$work/wrong" "$@"
  has "$text"
  [[ ! -e $work/wrong/data ]] || die "$*: noticed after work was done"
}

# check CORPUS RUN FOLDS PREDICTIONS
check() {
  local predictions=$work/$1-out/exp/$1-no-dev/$2/predictions.tsv found
  found=$(awk -F '\t' 'NR > 1 { if (!seen[$3]++) ++folds; ++rows; parts[$2] = 1 } END { print folds, rows, length(parts) }' "$predictions")
  [[ $found == "$3 $4 1" ]] || die "$1, $2: folds, predictions, parts are $found, not $3 $4 1"
}

# cell CORPUS ROW COLUMN: of the table of the ablation. 3 EAM, 4 LAM, 5 FLAM, 6 KL, 7 center, 8 focal, 9 SupCon, 10 WA, 11 UA, 12 UA to full.
cell() { awk -F ' *[|] *' -v row="$2" -v column="$3" '$2 == row { print $(column + 1); exit }' "$work/$1-out/exp/$1-no-dev/ablation.md"; }
# expect_cells CORPUS ROW TEXT: columns 3 to 9, separated by commas.
expect_cells() {
  local column found=''
  for column in 3 4 5 6 7 8 9; do found+=,$(cell "$1" "$2" $column); done
  [[ ${found#,} == "$3" ]] || die "$1, $2: components $found, not $3"
}

# ---- wrong use

refused 2 '--corpus is missing'
refused 2 "--corpus: 'emodb' is unknown; known: crema-d,iemocap" --corpus emodb
refused 2 "--rows: 'median' is unknown; known: all,full,no-mixup,lam" --corpus savee --rows full,median
refused 2 "--encoder: 'hubert' is unknown; known: wavlm-large" --corpus savee --encoder hubert
refused 2 "--layer: 'third' is not a number" --corpus savee --layer third
refused 2 "--tune: 'half' is not none" --corpus savee --tune half
refused 2 'there is nothing to choose' --corpus savee --encoder log-mel --tune all
refused 2 "--device: 'gpu' is not cpu, cuda or cuda:N" --corpus savee --device gpu
mkdir "$work/twelve" && printf '{"num_hidden_layers": 12}\n' >"$work/twelve/config.json"
refused 2 '--layer 13: wavlm-large has 12 blocks' --corpus savee --encoder "wavlm-large:$work/twelve" --layer 13
refused 2 '--tune 13: wavlm-large has 12 blocks' --corpus savee --encoder "wavlm-large:$work/twelve" --tune 13
refused 2 '--copies: at least 1' --corpus savee --copies 0
refused 2 "'one' is not a number" --corpus savee --seeds one
refused 2 "--folds: there is no file $work/none.yaml" --corpus savee --folds "$work/none.yaml"
refused 2 "--average-frames: 'two' is not a number" --corpus savee --average-frames two
refused 2 '--average-frames: at least 1' --corpus savee --average-frames 0
refused 2 '--epochs: at least 1' --corpus savee --epochs 0
refused 2 '--learners: this recipe has no such option' --corpus savee --learners svm
refused 3 'config.json, preprocessor_config.json and pytorch_model.bin from https://huggingface.co/microsoft/wavlm-large' \
  --corpus savee --encoder wavlm-large
refused 3 "$work/none is not there; expected config.json" --corpus savee --encoder "hubert-large:$work/none"
run_recipe 3 --corpus savee --corpus-dir "$work/none" --out "$work/wrong" --encoder log-mel
has "$work/none is not a folder; expected there: AudioData"

# ---- what is run, without running it

run_recipe 0 --dry-run --corpus iemocap --rows all --encoder wavlm-large
[[ $(grep -c '^+ ser-train --manifest' "$work/log") == 12 ]] || die 'not twelve rows'
[[ $(grep -c '^+ ser-extract augment' "$work/log") == 2 ]] || die 'not one set of copies for EAM, one for LAM'
[[ $(grep -c '^+ ser-train .*--copies' "$work/log") == 11 ]] || die 'not eleven rows with copies'
[[ $(grep -c '^+ ser-train .*--copies [^ ]*iemocap-no-dev-lam' "$work/log") == 2 ]] || die 'not two rows with LAM'
has '--layer last --pool none'
run_recipe 0 --dry-run --corpus ravdess --rows no-mixup,lam --encoder whisper-base --tune 2 --layer all
hasnt 'ser-extract augment'
hasnt 'ser-extract embed'
[[ $(grep -c '^+ ser-train .*--network.encoder.tune 2 .*--network.layers sum' "$work/log") == 2 ]] || die 'not tuned'
[[ $(grep '^+ ser-train' "$work/log" | grep -c -- '--augment.mixup.probability 0.5') == 1 ]] || die 'not one row that mixes'
run_recipe 0 --dry-run --corpus crema-d --encoder whisper-base
has '--layer 3 --pool none'
run_recipe 0 --dry-run --corpus ravdess --folds "$recipe/conf/folds/ravdess-2-groups.yaml" --encoder whisper-base --average-frames 2
has "--config $recipe/conf/folds/ravdess-2-groups.yaml --dev none --out data/ravdess-2-groups-no-dev.yaml"
has '--network.average-frames 2 --seed 1,2,3 --protocol data/ravdess-2-groups-no-dev.yaml'
run_recipe 0 --dry-run --corpus crema-d --folds "$recipe/../crema-d/conf/protocol-21-actors.yaml" --dev grouped --encoder whisper-base
has '--out data/crema-d-21-actors.yaml'
hasnt '--dev none'

# ---- rows, one of them of one's own, on each corpus

sed -i 's/body_channels: .*/body_channels: [4, 8, 8, 16]/' "$recipe/conf/encoder-log-mel.yaml" # quick, and 48 values for 16 heads
sed -i 's/learning_rate: .*/learning_rate: 3e-3/' "$recipe/conf/frozen.yaml"
printf 'augment: {mixup: {snr_db: [0, 5]}}\n' >"$recipe/conf/rows/loud.yaml"
try() {
  local corpus=$1
  shift
  run_recipe 0 --corpus "$corpus" --corpus-dir "$work/$corpus" --out "$work/$corpus-out" --encoder log-mel --copies 1 --seeds 1 --epochs 1 "$@"
}

make_savee "$work/savee"
try savee --rows full,lam,mean --epochs 10 # one epoch says the same class everywhere, and such a score has no interval
for row in full lam mean; do check savee log-mel-$row 4 84; done
expect_cells savee full '✓,,✓,✓,✓,✓,✓'
expect_cells savee lam ',✓,✓,✓,✓,✓,✓'
expect_cells savee mean '✓,,mean,✓,✓,✓,✓'
[[ $(cell savee full 12) == - ]] || die 'the full method differs from itself'
[[ $(for row in full lam mean; do cell savee $row 11; done) =~ [0-9.]+' ('-?[0-9.]+' to '[0-9.]+')' ]] || die 'no interval'
[[ $(cell savee lam 12) =~ ^[-+][0-9.]+' ('[-+][0-9.]+' to '[-+][0-9.]+')'$ ]] || die "no difference: $(cell savee lam 12)"
[[ $(cell savee lam 14) =~ ^(doubtful|no)$ ]] || die 'a real difference by four speakers'
has 'Here p cannot be below 0.250: 4 speakers, 2 rows.' "$work/savee-out/RESULTS.md"
has '### Ablation on savee (protocol savee-no-dev; seeds 1)' "$work/savee-out/RESULTS.md"
has '| row | backbone | DC | JE | JK | KL | mean |' "$work/savee-out/RESULTS.md"
[[ $(grep -cE '^\| (full|lam|mean) \| log-mel, from scratch( \| [0-9.]+){5} \|$' "$work/savee-out/exp/savee-no-dev/ablation.md") == 3 ]] ||
  die 'no UA per speaker'
[[ $(wc -l <"$work/savee-out/data/savee-no-dev-lam/utterances.tsv") == 85 ]] || die 'not one copy of each clip'
try savee --rows full,lam --epochs 10 --stop-stage 3
has 'savee-no-dev-eam are there'
run_recipe 2 --corpus savee --corpus-dir "$work/savee" --out "$work/savee-out" --encoder log-mel --copies 2 --stage 3 --stop-stage 3
has 'was made with other options'
run_recipe 2 --corpus savee --corpus-dir "$work/savee" --out "$work/savee-out" --encoder log-mel --rows full,lam --copies 1 --seeds 2 --stage 6
has 'holds seeds 1, not 2'
run_recipe 2 --corpus savee --corpus-dir "$work/savee" --out "$work/savee-out" --encoder log-mel --rows first --copies 1 --seeds 1 --stage 5
has 'holds no predictions: run stage 4 first'
printf 'type: fixed\nlabels: big6-neutral\nsplit_column: speaker\ntrain_values: [DC, JE]\ndev_values: [JK]\ntest_values: [KL]\n' >"$work/one.yaml"
try savee --rows full --folds "$work/one.yaml" --average-frames 2
[[ $(cut -f 2 "$work/savee-out/exp/savee-one-no-dev/log-mel-full/predictions.tsv" | grep -c test) == 21 ]] || die 'not the 21 clips of KL'
hasnt 'fairness'
[[ $(wc -l <"$work/savee-out/data/savee-one-no-dev-eam/utterances.tsv") == 43 ]] || die 'not one copy of each clip that trains'

make_iemocap "$work/iemocap"
try iemocap --rows full,no-mixup
for row in full no-mixup; do check iemocap log-mel-$row 5 100; done
expect_cells iemocap no-mixup ',,✓,✓,✓,✓,✓'
[[ ! -e $work/iemocap-out/data/iemocap-no-dev-lam ]] || die 'copies that no row uses'

make_msp_improv "$work/msp-improv"
try msp-improv --rows baseline,loud
for row in baseline loud; do check msp-improv log-mel-$row 6 96; done
expect_cells msp-improv baseline ',✓,first,✓,✓,,'
expect_cells msp-improv loud 'eam-0_5-0.5,,✓,✓,✓,✓,✓'
[[ $(cell msp-improv loud 12) == - ]] || die 'a difference to a row that was not run'
echo 'multi-loss learning: folds, mixtures, ablation, speakers, absent weights and wrong use as documented'
