# shellcheck shell=bash
# What networks can stand on: names, where their weights are looked for, what is trained of them. A recipe with networks sources this after
# recipe.sh and sets
#
#   known_encoders  those that it offers; without --encoder the first that is there is taken
#   tune_given      what --tune says; empty: the encoder's own default
# shellcheck disable=SC2154,SC2034 # variables of recipe.sh, and such that recipes read

# encoder_table NAME: sets what is particular to it.
#   places      folders or files below SER_MODELS, the first that is there is taken; none: trained from scratch
#   weights_at  which file to get from where
#   tune        default of --tune
#   depth       blocks, where no config.json says it
#   keeps       what a frozen encoder's store holds: all hidden states, whose weights are learnt; or the state before the
#               last block, from which the network goes on (PaSST: 300 tokens a clip, and pooling by its own tokens)
encoder_table() {
  places=() weights_at='' tune=none depth=0 keeps=all
  is_among "$1" "${known_encoders[@]}" || fail 2 "--encoder: '$1' is unknown; known: $(join_by_comma "${known_encoders[@]}")"
  case $1 in
    wavlm-large)
      places=(wavlm-large models--microsoft--wavlm-large)
      weights_at='config.json, preprocessor_config.json and pytorch_model.bin from https://huggingface.co/microsoft/wavlm-large'
      depth=24
      ;;
    hubert-large)
      places=(hubert-large hubert-large-ll60k models--facebook--hubert-large-ll60k)
      weights_at='config.json, preprocessor_config.json and pytorch_model.bin from https://huggingface.co/facebook/hubert-large-ll60k'
      depth=24
      ;;
    distilhubert)
      places=(distilhubert models--ntu-spml--distilhubert)
      weights_at='config.json, preprocessor_config.json and pytorch_model.bin from https://huggingface.co/ntu-spml/distilhubert'
      tune=all depth=2
      ;;
    passt)
      places=(passt passt-s-f128-p16-s10-ap.476-swa.pt)
      weights_at='passt-s-f128-p16-s10-ap.476-swa.pt from https://github.com/kkoutini/PaSST/releases'
      tune=2 depth=12 keeps=top
      ;;
    whisper-base)
      places=(whisper-base whisper-base-encoder models--openai--whisper-base)
      weights_at='config.json, preprocessor_config.json and model.safetensors from https://huggingface.co/openai/whisper-base'
      depth=6
      ;;
    byol-s)
      places=(byol-s/byols_default512.safetensors byols_default512.safetensors)
      weights_at='byols_default512 of https://github.com/Neclow/serab, its weights saved as byols_default512.safetensors'
      ;;
  esac
}

needs_weights() { [[ $1 != log-mel && $1 != mfcc ]]; }

# find_weights NAME: the path of its weights below SER_MODELS, nothing when absent.
find_weights() {
  local place
  encoder_table "$1"
  for place in "${places[@]}"; do
    if [[ -n ${SER_MODELS:-} && -e $SER_MODELS/$place ]]; then
      absolute "$SER_MODELS/$place"
      return
    fi
  done
}

say_absent() {
  encoder_table "$1"
  printf '%s: no weights (looked for %s in %s). Get %s into %s, or give --encoder %s:PATH' "$1" \
    "$(join_by_comma "${places[@]}")" "${SER_MODELS:-SER_MODELS, which is not set}" "$weights_at" \
    "${SER_MODELS:-\$SER_MODELS}/${places[0]%.safetensors}" "$1"
}

# take_encoders "NAME[:PATH],...": sets the arrays encoders and (by name) weights. Without names the first that is there.
declare -A weights
encoders=()
take_encoders() {
  local entry entries name
  IFS=, read -ra entries <<<"$1"
  if ((${#entries[@]} == 0)); then
    choose_encoder
    return
  fi
  for entry in "${entries[@]}"; do
    name=${entry%%:*}
    encoder_table "$name"
    [[ -z ${weights[$name]+given} ]] || fail 2 "--encoder: $name is given twice"
    encoders+=("$name")
    weights[$name]=''
    if [[ $entry == *:* ]]; then
      needs_weights "$name" || fail 2 "--encoder: $name is trained from scratch and has no weights to give"
      [[ -e ${entry#*:} ]] || $dry_run || fail 3 "--encoder: ${entry#*:} is not there; expected $weights_at"
      weights[$name]=$(absolute "${entry#*:}")
    elif needs_weights "$name"; then
      weights[$name]=$(find_weights "$name")
      [[ -n ${weights[$name]} ]] || ! $dry_run || weights[$name]=${SER_MODELS:-/path/to}/${places[0]}
      [[ -n ${weights[$name]} ]] || fail 3 "$(say_absent "$name")"
    fi
  done
}

choose_encoder() {
  local name
  for name in "${known_encoders[@]}"; do
    if needs_weights "$name"; then
      weights[$name]=$(find_weights "$name")
      if [[ -z ${weights[$name]} ]]; then
        absent+=("$name")
        continue
      fi
    fi
    encoders=("$name")
    return
  done
}
absent=()

# blocks_of NAME: of the encoder, as its config.json says.
blocks_of() {
  local config found=''
  encoder_table "$1"
  config=$(find -L "${weights[$1]}" -maxdepth 3 -name config.json 2>/dev/null | head -n 1)
  [[ -z $config ]] ||
    found=$(grep -oE '"(num_hidden_layers|encoder_layers|depth)": *[0-9]+' "$config" | grep -oE '[0-9]+$' | head -n 1)
  printf '%s' "${found:-$depth}"
}

# check_blocks NAME OPTION VALUE: a number may not be above the blocks that the encoder has.
check_blocks() {
  local blocks
  [[ $3 =~ ^[0-9]+$ ]] || return 0
  needs_weights "$1" || return 0
  blocks=$(blocks_of "$1")
  ((blocks == 0 || $3 <= blocks)) || fail 2 "$2 $3: $1 has $blocks blocks"
}

check_device() { [[ $1 =~ ^(cpu|cuda(:[0-9]+)?)$ ]] || fail 2 "--device: '$1' is not cpu, cuda or cuda:N"; }

tune_of() {
  encoder_table "$1"
  if needs_weights "$1"; then printf '%s' "${tune_given:-$tune}"; fi
}

# How its weights are treated, as a part of a run's name, and for a table.
tuned_name() {
  local how
  how=$(tune_of "$1")
  case $how in
    '') ;;
    none) printf -- '-frozen' ;;
    blocks | all) printf -- '-tuned-%s' "$how" ;;
    *) printf -- '-tuned-top%s' "$how" ;;
  esac
}

tune_text() {
  local how
  how=$(tune_of "$1")
  case $how in
    '') printf 'from scratch' ;;
    none) printf 'frozen' ;;
    blocks | all) printf '%s tuned' "$how" ;;
    *) printf 'top %s tuned' "$how" ;;
  esac
}

# check_seeds RUN...: scores are over all that lies in a run folder, so it must hold the seeds that are asked for, and no others.
check_seeds() {
  local folder found wanted
  ! $dry_run || return 0
  wanted=$(printf '%s\n' "${seeds[@]}" | sort -n | paste -sd ,)
  for folder in "$@"; do
    [[ -e $folder/predictions.tsv ]] || fail 2 "$folder holds no predictions: run stage 4 first"
    found=$(awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; ++i) if ($i == "seed") at = i; next } !seen[$at]++ { print $at }' \
      "$folder/predictions.tsv" | sort -n | paste -sd ,)
    [[ $found == "$wanted" ]] ||
      fail 2 "$folder holds seeds $found, not $wanted: go on from stage 4, or give the seeds that all runs have, or another --out"
  done
}
