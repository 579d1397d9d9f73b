#!/usr/bin/env bash
# The Urdu recipe on made-up trees in the layouts of URDU, SEMOUR (with mapping.csv) and UrduSER (32-bit float at 41100 Hz):
# one corpus alone, all three, equal audio, manifests, wrong use. Usage: urdu.sh BIN_DIR
set -euo pipefail
SER_BIN=$(cd "$1" && pwd)
export SER_BIN
unset SER_CORPORA
for program in espeak-ng perl; do
  command -v "$program" >/dev/null || {
    echo "SKIP: $program is missing"
    exit 77
  }
done
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../recipes/urdu" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck source=../support/recipe_checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/recipe_checks.sh"

# speak FILE SPEAKER EMOTION TAKE: a voice per speaker, a manner per emotion, words per take: no two files are equal.
speak() {
  mkdir -p "$(dirname "$1")"
  espeak-ng -v "en-us+$([[ $(($2 % 2)) == 0 ]] && echo f$((1 + $2 % 4)) || echo m$((1 + $2 % 7)))" \
    -s $((140 + 25 * $3 + $2)) -p $((15 + 18 * $3 + $2)) -a $((60 + 30 * $3)) -w "$1" "take $4 of this"
}

# speak_float FILE SPEAKER EMOTION TAKE: the same as 32-bit float WAV at 41100 Hz, by linear interpolation.
speak_float() {
  speak "$1" "$2" "$3" "$4"
  perl -e 'use strict; my $file = shift; local $/; open my $in, "<:raw", $file or die; my $wav = <$in>; close $in;
    my @x = unpack "s<*", substr $wav, 44; my $step = 22050 / 41100; my $n = int($#x / $step);
    my $data = pack "f<*", map { my $t = $_ * $step; my $i = int $t; ($x[$i] + ($t - $i) * ($x[$i + 1] - $x[$i])) / 32768 } 0 .. $n - 1;
    open my $out, ">:raw", $file or die;
    print $out pack("A4 V A4 A4 V v v V V v v A4 V", "RIFF", 36 + length $data, "WAVE", "fmt ", 16, 3, 1, 41100, 4 * 41100, 4, 32,
      "data", length $data), $data;' "$1"
}

# Three speakers per emotion, each with one emotion only, as nearly all speakers of the real one.
make_urdu() {
  local folders=(Angry Happy Neutral Sad) letters=(A H N S) emotion speaker take running=0
  for emotion in 0 1 2 3; do
    for speaker in 1 2 3; do
      for take in 1 2 3; do
        running=$((running + 1))
        speak "$1/${folders[emotion]}/S$([[ $speaker == 2 ]] && echo F || echo M)$((3 * emotion + speaker))_F${take}_${letters[emotion]}0$running.wav" \
          $((3 * emotion + speaker)) "$emotion" "$take"
      done
    done
  done
}

make_semour() {
  local folders=(Anger Happiness Neutral Sadness Boredom) emotion speaker take name
  mkdir -p "$1"
  printf 'path,label,speaker,gender\n' >"$1/mapping.csv"
  for emotion in 0 1 2 3 4; do
    for speaker in 1 2 3 4; do
      for take in 1 2; do
        name=${folders[emotion]}/clip_$speaker$take.wav
        speak "$1/$name" $((20 + speaker)) $((emotion % 4)) "$take"
        printf '%s,%s,S%d,%s\n' "$name" "${folders[emotion]}" "$speaker" "$([[ $((speaker % 2)) == 0 ]] && echo female || echo male)" \
          >>"$1/mapping.csv"
      done
    done
  done
}

make_urduser() {
  local folders=(Angry Happy Neutral Sad Fear) codes=(1 5 6 7 2) emotion actor take
  for emotion in 0 1 2 3 4; do
    for actor in 1 2 6 10; do
      for take in 01 02; do
        speak_float "$1/${folders[emotion]}/${actor}_$((actor > 5))_${codes[emotion]}_$take.wav" $((30 + actor)) $((emotion % 4)) "${take#0}"
      done
    done
  done
  cp "$1/Angry/1_0_1_01.wav" "$1/Angry/1_0_1_03.wav" # the same recording under two names
}

# folds RUN: how many different folds have predictions.
folds() { tail -n +2 "$1/predictions.tsv" | cut -f 3 | sort -u | wc -l; }

make_urdu "$work/URDU"
make_semour "$work/SEMOUR"
make_urduser "$work/UrduSER"
quick=(--features egemaps-v02 --learners logreg)

# One corpus gives a complete study of itself.
run_recipe 0 --corpus-dir "$work/URDU" --out "$work/one" "${quick[@]}" --normalisations train,per-corpus
has 'urdu: 3 folds instead of 5'
has 'urdu: 12 of 12 values of speaker occur with one class only'
has 'largest peak memory of a program'
for normalisation in train per-corpus; do
  [[ $(folds "$work/one/exp/urdu-4class/egemaps-v02-logreg-$normalisation") == 3 ]] || die 'not three folds'
  [[ $(folds "$work/one/exp/urdu-4class-speaker-dependent/egemaps-v02-logreg-$normalisation") == 5 ]] || die 'not five folds'
done
results=$work/one/RESULTS.md
has 'UAR %, tested on urdu (36 utterances, chance 25.0); labels: 4class' "$results"
has '| features | learner | normalisation | self | self, mean ± sd over folds | self, speaker-dependent |' "$results"
has '| egemaps-v02 | logreg | per-corpus |' "$results"
has 'urdu: 12 of 12 values of speaker' "$results"
has '- recipe: stages 0 to 6 in ' "$results"
! grep -q 'train corpus x test corpus' "$results" || die 'a matrix of one corpus'

# Three corpora: self, pairs, leave one out, gaps.
run_recipe 0 --corpora "urdu:$work/URDU,semour:$work/SEMOUR,urduser:$work/UrduSER" --out "$work/three" "${quick[@]}" \
  --normalisations train,per-speaker
has 'urduser: 8 of 41 utterances dropped: 8 fear'
has 'semour: 8 of 40 utterances dropped: 8 boredom'
run=$work/three/exp/urdu+semour+urduser-4class/egemaps-v02-logreg-train
[[ $(folds "$run") == 20 ]] || die 'not 3 + 4 + 4 folds within, 6 pairs and 3 left out'
# Per normalisation: 3 self, 6 pairs, 3 left out, 1 speaker-dependent.
[[ $(wc -l <"${run%/*}/cross.tsv") == 27 ]] || die 'not 26 cells'
results=$work/three/RESULTS.md
for text in 'UAR %, tested on semour (32 utterances' '| other corpora, mean | all others | self - other | self - all others |' \
  '| all others (leave one corpus out) |' '| gap: self minus cross, points |' '| gap: self minus all others, points |' \
  '| self, mean ± sd over folds |' '| self, speaker-dependent |' \
  'duplicate: urduser-1_0_1_03' 'the same audio: urduser-1_0_1_01, urduser-1_0_1_03' 'semour: 0 of 4 values of speaker'; do
  has "$text" "$results"
done
[[ $(grep -c '^| urdu |' "$results") == 2 ]] || die 'not a matrix per normalisation'
[[ -s $run/report.html && -s $run/scores.json ]] || die 'no page'
grep -q '41100' "$work/three/feats/urduser/egemaps-v02/index.tsv" || die 'the rate of UrduSER is not told'

# A study can start from manifests; a name of theirs is free.
run_recipe 0 --corpora "urdu:$work/three/data/urdu,mine:$work/three/data/semour" --out "$work/linked" "${quick[@]}" \
  --normalisations train --stop-stage 2
[[ -e $work/linked/data/urdu+mine-4class.check.txt ]] || die 'manifests were not used'

# MLP, where the programs have LibTorch.
if ! "$SER_BIN/ser-train" --version | grep -q 'not available'; then
  run_recipe 0 --corpus-dir "$work/URDU" --out "$work/one" --features mfcc --learners mlp --normalisations train,per-speaker
  grep -Eq '^mfcc +mlp +per-speaker +[0-9.]+ ± ' "$work/log" || die 'no deviation over seeds'
fi

# The same recording in two corpora is a leak: nothing is trained.
cp -r "$work/UrduSER" "$work/leak"
cp "$work/URDU/Angry/SM1_F1_A01.wav" "$work/leak/Angry/1_0_1_04.wav"
run_recipe 3 --corpora "urdu:$work/URDU,urduser:$work/leak" --out "$work/leaking" "${quick[@]}"
has 'equal audio in more than one part'
has 'urdu-SM1_F1_A01, urduser-1_0_1_04'
has 'stage 2 (validate, make folds, check leaks) failed with status 3'

run_recipe 3 --corpora "semour:$work/none" --out "$work/wrong" "${quick[@]}"
has 'is not a folder'
cp -r "$work/SEMOUR" "$work/unmapped" && rm "$work/unmapped/mapping.csv"
run_recipe 3 --corpora "semour:$work/unmapped" --out "$work/wrong" "${quick[@]}"
has 'mapping.csv is missing'
run_recipe 2 --corpora "urduu:$work/URDU"
has "'urduu' is unknown"
run_recipe 2 --corpora "urdu:$work/URDU" --corpus-dir "$work/URDU"
has 'give either it or --corpora'
run_recipe 2 --corpora "urdu:$work/URDU,urdu:$work/URDU"
has 'given twice'
run_recipe 2 --out "$work/wrong"
has '--corpus-dir DIR is missing'
for wrong in '--normalisations per-planet' '--learners forest' '--labels five' '--features compare-2061' '--learners logreg,logreg'; do
  read -r name value <<<"$wrong"
  run_recipe 2 --corpus-dir "$work/URDU" --out "$work/wrong" "$name" "$value"
  has "$name: '"
done
[[ ! -e $work/wrong/data ]] || die 'wrong use was noticed after work was done'
echo 'urdu: alone, three corpora, manifests, equal audio and wrong use as documented'
