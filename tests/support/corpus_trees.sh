# shellcheck shell=bash
# Made-up trees in the official layouts of corpora that cannot be shared: audio by espeak-ng, made-up annotations. To be sourced.
#   make_iemocap FOLDER       5 sessions of two speakers; ang hap exc sad neu fru xxx, each twice
#   make_msp_improv FOLDER    6 sessions of two speakers; A H S N X, each twice
#   make_savee FOLDER         4 speakers, seven emotions, each three times

# speak FILE SPEAKER EMOTION TAKE: a voice per speaker, a manner per emotion, words per take: no two files are equal.
speak() {
  local speed=$((130 + 20 * $3 + $4)) pitch=$((20 + 9 * $3 + $4))
  mkdir -p "$(dirname "$1")"
  espeak-ng -v "en-us+$([[ $(($2 % 2)) == 0 ]] && echo f || echo m)$((1 + $2 % 4))" -s "$((speed + $2))" -p "$((pitch + $2))" \
    -w "$1" "take $4 of this sentence"
}

make_iemocap() {
  local session sex emotion take dialog turn at codes=(ang hap exc sad neu fru xxx) speaker=0
  for session in 1 2 3 4 5; do
    dialog=Ses0${session}F_impro01
    local folder=$1/Session$session/dialog
    mkdir -p "$folder/EmoEvaluation" "$folder/transcriptions"
    printf '%% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n' >"$folder/EmoEvaluation/$dialog.txt"
    for sex in F M; do
      speaker=$((speaker + 1))
      at=0
      for emotion in "${!codes[@]}"; do
        for take in 1 2; do
          turn=$(printf '%s_%s%03d' "$dialog" "$sex" "$at")
          speak "$1/Session$session/sentences/wav/$dialog/$turn.wav" "$speaker" "$emotion" "$take"
          printf '[%d.5000 - %d.2500]\t%s\t%s\t[2.5000, 3.0000, 2.5000]\nC-E1:\tAnger;\t()\nA-E1:\tval 2; act 4; dom  4;\t()\n\n' \
            "$at" "$((at + 2))" "$turn" "${codes[emotion]}" >>"$folder/EmoEvaluation/$dialog.txt"
          printf '%s [%03d.5000-%03d.2500]: Some words.\n' "$turn" "$at" "$((at + 2))" >>"$folder/transcriptions/$dialog.txt"
          at=$((at + 1))
        done
      done
    done
  done
}

make_msp_improv() {
  local session sex emotion take name speaker=0 codes=(A H S N X)
  mkdir -p "$1"
  for session in 1 2 3 4 5 6; do
    for sex in F M; do
      speaker=$((speaker + 1))
      for emotion in "${!codes[@]}"; do
        for take in 1 2; do
          name=MSP-IMPROV-S01A-${sex}0$session-P-FM$(printf '%02d' $((emotion * 2 + take)))
          speak "$1/session$session/S01A/P/$name.wav" "$speaker" "$emotion" "$take"
          printf 'UTD-%s.avi; %s; A:2.500000; V:3.000000; D:2.750000 ; N:3.500000;\n' "${name#MSP-}" "${codes[emotion]}"
          printf 'rater_1; Neutral; Neutral,Bored; A:3.000000; V:3.000000; D:3.000000; N:4.000000;\n\n'
        done
      done
    done
  done >"$1/Evalution.txt"
}

make_savee() {
  local speaker emotion take codes=(a d f h n sa su) speakers=(DC JE JK KL)
  for speaker in "${!speakers[@]}"; do
    for emotion in "${!codes[@]}"; do
      for take in 1 2 3; do
        speak "$1/AudioData/${speakers[speaker]}/${codes[emotion]}0$take.wav" "$speaker" "$emotion" "$take"
      done
    done
  done
}
