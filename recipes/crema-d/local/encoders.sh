# shellcheck shell=bash
# What is kept on disk of each encoder, so that an epoch need not hear the audio. Sourced after common/encoders.sh.
# shellcheck disable=SC2154 # variables of recipe.sh and common/encoders.sh

# input_of NAME: frames (trained from scratch on features), states (all hidden states of a frozen encoder), rest (the state
# below the blocks that are tuned, or below the last one) or audio (nothing is kept: what is below changes, or the audio does).
input_of() {
  local how
  how=$(tune_of "$1")
  encoder_table "$1"
  if ! needs_weights "$1"; then
    printf frames
  elif [[ $preset == as-published || $how == all || $how == blocks ]]; then
    printf audio
  elif [[ $how == none && $keeps == all ]]; then
    printf states
  elif (($(blocks_of "$1") == 0)); then
    printf audio
  else
    printf rest
  fi
}

# The layer that `rest` keeps.
kept_layer() {
  local how
  how=$(tune_of "$1")
  [[ $how != none ]] || how=1
  printf '%d' $(($(blocks_of "$1") - how))
}

# store_of NAME: the folder of its frames; nothing for audio.
store_of() {
  case $(input_of "$1") in
    frames) store_folder "$name" "frames-$1" ;;
    states) store_folder "$name" "frames-$1-all" ;;
    rest) store_folder "$name" "frames-$1-layer$(kept_layer "$1")" ;;
  esac
}

# extract_frames NAME: what the network reads, unless that is the audio.
extract_frames() {
  local store layer=all command
  store=$(store_of "$1")
  [[ -n $store ]] || return 0
  if needs_weights "$1"; then
    [[ $(input_of "$1") == states ]] || layer=$(kept_layer "$1")
    command=(ser-extract embed "${out}data/$name" --model "${weights[$1]}" --layer "$layer" --pool none
      --whisper-pad none --output "$store")
  else
    command=(ser-extract features "${out}data/$name" --config "conf/frames-$1.yaml" --output "$store")
  fi
  fill_store "frames-$1" "$store" "${command[@]}"
}
