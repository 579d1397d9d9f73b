# shellcheck shell=bash
# Encoders by rows. Where a network takes stored frames (a frozen encoder; log-mel from scratch) clips are mixed beforehand, into copies;
# where its encoder is tuned it hears the audio, mixed anew in every epoch.
# shellcheck disable=SC2154,SC2034,SC2178 # variables of recipe.sh, encoders.sh and rows.sh, and such that run.sh reads

known_encoders=(wavlm-large hubert-large whisper-base byol-s log-mel)
networks_usage='  --encoder A,B       of wavlm-large, hubert-large, whisper-base, byol-s, log-mel; weights from SER_MODELS, or NAME:PATH
                      (default: the first that is there)
  --layer L           of the encoder: a number from 0, last, or all (their weighted sum is learnt)
                      (default: last; of a frozen whisper-base 3)
  --tune T            of the encoder: none, a number of blocks from the top, blocks, all (default: none)
  --seeds A,B         (default: 1,2,3)
  --epochs N          (default: what conf/mll.yaml says)
  --average-frames N  in a row, by their mean; 2 trains in half the time (default: 1)
  --device D          cpu, cuda, cuda:N (default: cpu)'
tune_given=none
tune_asked=false
encoder_given=''
layer_given=''
seeds=(1 2 3)
epochs=''
average_frames=''
device=''

networks_option() {
  case $1 in
    --encoder)
      [[ -n $2 ]] || fail 2 '--encoder: names nothing'
      encoder_given=$2
      ;;
    --layer)
      [[ $2 =~ ^(last|all|[0-9]+)$ ]] || fail 2 "--layer: '$2' is not a number, last or all"
      layer_given=$2
      ;;
    --tune)
      [[ $2 =~ ^(none|blocks|all|[1-9][0-9]*)$ ]] || fail 2 "--tune: '$2' is not none, a number of blocks, blocks or all"
      tune_given=$2
      tune_asked=true
      ;;
    --seeds) take_list "$1" "$2" seeds ;;
    --epochs) require_number "$1" "$2" && epochs=$2 ;;
    --average-frames) require_number "$1" "$2" && average_frames=$2 ;;
    --device) check_device "$2" && device=$2 ;;
    *) return 1 ;;
  esac
}

networks_ready() {
  local entry
  for entry in "${seeds[@]}"; do require_number --seeds "$entry"; done
  [[ $epochs != 0 ]] || fail 2 '--epochs: at least 1'
  [[ $average_frames != 0 ]] || fail 2 '--average-frames: at least 1'
  take_encoders "$encoder_given"
  for entry in "${encoders[@]}"; do
    ! $tune_asked && [[ -z $layer_given ]] || needs_weights "$entry" ||
      fail 2 "--tune, --layer: $entry is trained from scratch, all of it; there is nothing to choose"
    check_blocks "$entry" --tune "$tune_given"
    check_blocks "$entry" --layer "$layer_given"
  done
}

say_networks() {
  local encoder
  for encoder in "${absent[@]}"; do say "$(say_absent "$encoder")"; done
  for encoder in "${encoders[@]}"; do
    if needs_weights "$encoder"; then
      say "$encoder from ${weights[$encoder]}, $(tune_text "$encoder"), layer $(layer_of "$encoder")"
    else
      say "$encoder, from scratch"
    fi
  done
}

hears_audio() { needs_weights "$1" && [[ $(tune_of "$1") != none ]]; }

layer_of() {
  if [[ -n $layer_given ]]; then
    printf '%s' "$layer_given"
  elif [[ $1 == whisper-base ]] && ! hears_audio "$1"; then
    printf 3
  else
    printf last
  fi
}

# Encoder, what is trained of it, layer: the first part of a run's name.
variant_of() {
  if needs_weights "$1"; then
    printf '%s%s-layer-%s' "$1" "$(tuned_name "$1")" "$(layer_of "$1")"
  else
    printf '%s' "$1"
  fi
}

run_of() { printf '%s' "${out}exp/$protocol/$(variant_of "$1")-$2"; }

# frames_of MANIFEST ENCODER: the store, of the corpus or of its copies.
frames_of() {
  if needs_weights "$2"; then
    store_folder "$1" "frames-$2-layer-$(layer_of "$2")"
  else
    store_folder "$1" "frames-$2"
  fi
}

# ---- stage 3

# Mixtures of all rows, one per line.
mixtures() {
  local row
  for row in "${rows[@]}"; do [[ -z ${mixture[$row]} ]] || printf '%s\n' "${mixture[$row]}"; done | sort -u
}

# mix MIXTURE: only clips that train in some fold, as clip and as partner. The program refuses a finished folder; which options and folds
# made it is kept beside the copies.
mix() {
  local folder=${out}data/$protocol-$1 options made_by=''
  mapfile -t options <<<"${mixing[$1]}"
  options=(--augment.mixup.probability 1 "${options[@]}" --copies "$copies")
  $dry_run || made_by="$(quoted "${options[@]}"), folds $(cat "${out}data/$protocol.yaml" "${out}data/$protocol.tsv" | cksum)"
  if [[ ! -e $folder/utterances.tsv ]]; then
    run ser-extract augment "${out}data/$corpus" --protocol "${out}data/$protocol.yaml" --training-part "${options[@]}" --rate 16000 \
      --output "$folder" --threads "$jobs"
    $dry_run || printf '%s\n' "$made_by" >"$folder/options"
  elif $dry_run || [[ -e $folder/options && $(<"$folder/options") == "$made_by" ]]; then
    say "the copies in $folder are there"
  else
    fail 2 "$folder was made with other options or for other folds than now ($made_by); remove it and the runs in" \
      "${out}exp/$protocol, or give another --out"
  fi
}

# extract_frames MANIFEST ENCODER
extract_frames() {
  local store command
  store=$(frames_of "$1" "$2")
  if needs_weights "$2"; then
    command=(ser-extract embed "${out}data/$1" --model "${weights[$2]}" --layer "$(layer_of "$2")" --pool none --whisper-pad none
      --store-precision fp16 --output "$store")
    [[ $2/$corpus != byol-s/ravdess ]] || command+=(--byol-s-mean=-10.32 --byol-s-deviation 5.00)
  else
    command=(ser-extract features "${out}data/$1" --config "conf/frames-$2.yaml" --output "$store")
  fi
  fill_store "frames-$1-$2" "$store" "${command[@]}"
}

extract_networks() {
  local name encoder stored=()
  for encoder in "${encoders[@]}"; do hears_audio "$encoder" || stored+=("$encoder"); done
  for encoder in "${stored[@]}"; do extract_frames "$corpus" "$encoder"; done
  ((${#stored[@]} > 0)) || return 0
  for name in $(mixtures); do
    mix "$name"
    for encoder in "${stored[@]}"; do extract_frames "$protocol-$name" "$encoder"; done
  done
}

# ---- stage 4

# network_command ENCODER ROW: sets the array `command`.
network_command() {
  local name=${mixture[$2]}
  command=(ser-train --manifest "${out}data/$corpus")
  if hears_audio "$1"; then
    command+=(--config conf/mll.yaml --config "conf/rows/$2.yaml" --network.encoder.model "${weights[$1]}" --network.encoder.tune "$(tune_of "$1")")
    [[ -z $name ]] || command+=(--augment.mixup.probability "$(setting "$2" training copy_probability)")
  else
    command+=(--features "$(frames_of "$corpus" "$1")" --config conf/mll.yaml --config conf/frozen.yaml)
    needs_weights "$1" || command+=(--config "conf/encoder-$1.yaml")
    command+=(--config "conf/rows/$2.yaml")
    [[ -z $name ]] || command+=(--copies "${out}data/$protocol-$name" --copy-features "$(frames_of "$protocol-$name" "$1")")
  fi
  [[ $1 == log-mel || $(layer_of "$1") == last ]] || command+=(--network.layers "$(layers_option "$1")")
  [[ $dev == none ]] || command+=(--training.select best)
  [[ -z $epochs ]] || command+=(--training.epochs "$epochs")
  [[ -z $average_frames ]] || command+=(--network.average-frames "$average_frames")
  [[ -z $device ]] || command+=(--training.device "$device")
}

# A store of one layer has no others to choose from.
layers_option() {
  if [[ $(layer_of "$1") == all ]]; then
    printf sum
  elif hears_audio "$1"; then
    layer_of "$1"
  else
    printf last
  fi
}

network_lines() {
  local encoder row command
  for encoder in "${encoders[@]}"; do
    for row in "${rows[@]}"; do
      network_command "$encoder" "$row"
      quoted "${command[@]}" --seed "$(join_by_comma "${seeds[@]}")" --protocol "${out}data/$protocol.yaml" \
        --output "$(run_of "$encoder" "$row")"
      printf '\n'
    done
  done
}

# Sets the array `runs`.
network_runs() {
  local encoder row
  runs=()
  for encoder in "${encoders[@]}"; do
    for row in "${rows[@]}"; do runs+=("$(run_of "$encoder" "$row")"); done
  done
  check_seeds "${runs[@]}"
}

# ---- stage 6

report_networks() {
  local folder
  network_runs
  for folder in "${runs[@]}"; do
    run ser-eval score "$folder" --manifest "${out}data/$corpus" --format json --output "$folder/scores.json" \
      --html "$folder/report.html"
  done
  run ser-eval score "${runs[@]}" --manifest "${out}data/$corpus" --heading "Multi-loss learning on $corpus" \
    --output "${out}exp/$protocol/scores.txt" --append-results "${out}RESULTS.md"
}
