#!/usr/bin/env bash
# Speaks a small corpus of four emotions by espeak-ng: local/make_corpus.sh mini-en|mini-de FOLDER
# Writes FOLDER/wav/*.wav and, at the end, FOLDER/list.tsv (path speaker gender emotion language text). The numbers below
# are all there is: the same espeak-ng makes the same audio. A complete folder is left as it is.
set -euo pipefail

die() {
  printf 'make_corpus.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

# Speakers: name, gender, voice, and what is their own beside the emotion: speed (words per minute), pitch (0 to 99),
# loudness (0 to 200).
english=(
  'en1 male   en-us+m1      0   0   0'
  'en2 female en-us+f2     10  -4  10'
  'en3 male   en-gb+m3    -12   6 -10'
  'en4 female en-gb+f4      6   8   5'
  'en5 male   en-us+m5     14  -8 -15'
  'en6 female en-gb+f1    -10  -2   0'
)
german=(
  'de1 male   de+m2         0  -6   0'
  'de2 female de+f3        -8   4 -12'
  'de3 male   de+m4        12   8  10'
  'de4 female de+f5        -4  -8   5'
  'de5 male   de+m6         8   0 -10'
  'de6 female de+f2       -14   6  10'
)
english_sentences=(
  'The train leaves from platform nine.'
  'She put the letter on the table.'
  'They will be here by the weekend.'
  'The window in the kitchen is open.'
  'He left his coat at the office.'
  'We have eaten all of the bread.'
  'My brother will call you tomorrow.'
  'There is a blue car in the garden.'
)
german_sentences=(
  'Der Lappen liegt auf dem Eisschrank.'
  'Heute Abend koennte ich es ihm sagen.'
  'Wir fahren am Sonntag in die Stadt.'
  'Das Fenster in der Kueche ist offen.'
  'Sie hat den Brief auf den Tisch gelegt.'
  'Der Zug kommt in sieben Stunden an.'
  'Mein Bruder ruft dich morgen wieder an.'
  'Im Garten steht ein blauer Wagen.'
)

# After Scherer (2003), Juslin and Laukka (2003): anger is fast, loud and wide in pitch; happiness fast, high and wide;
# sadness slow, low, narrow and soft. Emotion, speed, pitch, pitch range in percent, loudness; per corpus, since actors of
# one corpus do not overstate as much as those of another.
english_prosody=('anger 208 46 130 165' 'happiness 196 70 125 110' 'neutral 175 46 75 95' 'sadness 140 36 45 60')
german_prosody=('anger 198 50 120 150' 'happiness 188 68 125 105' 'neutral 170 45 70 90' 'sadness 142 38 45 60')

# What no emotion explains: percent of the largest deviation, taken in turn. The lengths have no common divisor.
speed_jitter=(12 -85 40 -31 97 -63 5 71 -100 -18 55 -44 84 -7 29 -92 63 -52 18 91 -76 34 -25)
pitch_jitter=(-58 33 88 -14 -96 61 9 -41 77 -83 24 100 -27 -70 46 -4 69 -90 15)
range_jitter=(73 -22 -95 50 8 -61 94 -37 21 -79 64 -3 -50 86 37 -88 -12)
loud_jitter=(-34 90 15 -77 52 -8 -100 68 -49 27 81 -63 41)

corpus=${1:-}
folder=${2:-}
case $corpus in
  mini-en) speakers=("${english[@]}") sentences=("${english_sentences[@]}") prosody=("${english_prosody[@]}") language=en ;;
  mini-de) speakers=("${german[@]}") sentences=("${german_sentences[@]}") prosody=("${german_prosody[@]}") language=de ;;
  *) die 'usage: local/make_corpus.sh mini-en|mini-de FOLDER' 2 ;;
esac
[[ -n $folder ]] || die 'usage: local/make_corpus.sh mini-en|mini-de FOLDER' 2
command -v espeak-ng >/dev/null || die 'espeak-ng is missing: apt-get install espeak-ng'

if [[ -s $folder/list.tsv ]]; then
  printf '%s: %d utterances are there already\n' "$corpus" "$(($(wc -l <"$folder/list.tsv") - 1))"
  exit 0
fi
mkdir -p "$folder/wav"
list=$folder/list.tsv.part
printf 'path\tspeaker\tgender\temotion\tlanguage\ttext\n' >"$list"

number=0
for speaker in "${speakers[@]}"; do
  read -r name gender voice own_speed own_pitch own_loudness <<<"$speaker"
  for emotion in "${prosody[@]}"; do
    read -r label speed pitch range loudness <<<"$emotion"
    for ((sentence = 0; sentence < ${#sentences[@]}; sentence++)); do
      speed_now=$((speed + own_speed + 18 * speed_jitter[number % ${#speed_jitter[@]}] / 100))
      pitch_now=$((pitch + own_pitch + 10 * pitch_jitter[number % ${#pitch_jitter[@]}] / 100))
      range_now=$((range + 30 * range_jitter[number % ${#range_jitter[@]}] / 100))
      loudness_now=$((loudness + own_loudness + 25 * loud_jitter[number % ${#loud_jitter[@]}] / 100))
      text=${sentences[sentence]}
      wav=wav/${name}_${label}_$((sentence + 1)).wav
      espeak-ng -m -v "$voice" -s "$speed_now" -p "$pitch_now" -a "$loudness_now" -w "$folder/$wav" \
        "<speak><prosody range=\"$range_now%\">$text</prosody></speak>"
      printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$wav" "$name" "$gender" "$label" "$language" "$text" >>"$list"
      number=$((number + 1))
    done
  done
done
mv "$list" "$folder/list.tsv"
printf '%s: %d utterances by %d voices in %s\n' "$corpus" "$number" "${#speakers[@]}" "$folder"
